// Package google reads and writes Google calendars: sources.Source on the
// Calendar API v3, and the OAuth client that goes with it.
//
//	source.go       Source: calendars, one event, what is known of a calendar
//	read.go         complete and incremental readings, page by page
//	write.go        an edit as one conditional PATCH
//	translate.go    Google's event as ours
//	conference.go   Meet links and add-on cards
//	errors.go       Google's refusals as classes, in one table
//	pace.go         staying under Google's requests a minute
//	transport.go    bounded answers, no redirects
//	oauth.go        consent, tokens, identity, scopes; oauth_errors.go their refusals
//	sign_in.go      who somebody is, checked as for a sign-in
//
// It is the only importer of Google's SDK.
package google
