// Package zoom is the client of Zoom's REST API: meetings, the user, OAuth,
// limits, and the reference in an agenda that proves a meeting is ours.
//
//	meeting.go   Meeting, Draft, Change
//	client.go    Client: create, update, delete, get, list, me
//	errors.go    error classes, from status and code, never from text
//	limits.go    pacing by label; Retry-After in all its spellings
//	agenda.go    the reference at the start of an agenda
//	oauth.go     authorise, exchange, refresh (single use), revoke
package zoom
