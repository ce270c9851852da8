// Package microsoft reads and writes Microsoft 365 and Outlook.com calendars:
// sources.Source on Microsoft Graph v1.0, and the OAuth client that goes with it.
//
//	source.go         Source: how requests are sent, one event
//	calendars.go      the calendars, what may be done on them, why something is denied
//	read.go           a reading: a complete round, or what changed since
//	round.go          one round of delta, page by page
//	gather.go         from a round's items to events
//	hydrate.go        series from their masters, cancelled occurrences
//	marks.go          our property, which delta does not carry
//	token.go          what is kept between readings: delta link, window, series
//	write.go          an edit as one conditional PATCH, read back where Teams was cut
//	patch.go          its body: text, places, mark
//	memory.go         what is known of events beside what sources.Event holds
//
//	translate.go      Graph's event as ours
//	people.go         guests, organiser, answers
//	places.go         locations: rooms, what people typed, Teams' own entry
//	online.go         Teams links
//	moment.go         dates and times with a zone beside them
//	recurrence.go     patterns and ranges as RRULE lines
//	zones.go          Microsoft's names of time zones (windows_zones.go, generated)
//	document.go       the body of a mail document, and our block in it
//	teams_block.go    the Teams block cut out of a body, byte for byte
//	nodes.go          HTML elements with their place in the text
//
//	answers.go        the SDK's models out of Graph's answers (answer_values.go)
//
//	errors.go         Graph's refusals as classes, in one table
//	transport.go      one host, bounded answers, what an answer said of itself
//	pace.go           four requests at a time, ten thousand in ten minutes
//	oauth.go          consent, tokens, identity, scopes (oauth_errors.go)
//	sign_in.go        who somebody is, checked as for a sign-in
//
// It is the only importer of Microsoft's SDK.
package microsoft
