// Package zoom is the client of Zoom's REST API: meetings, the user, OAuth,
// limits, and the reference in an agenda that proves a meeting is ours.
//
//	meeting.go   Meeting, Draft, Change, User
//	client.go    Client: create, update, delete, get, list, me
//	request.go   one request: paced, bounded, traced; retries of reads
//	write.go     create and its outcomes; writes that answer nothing
//	encode.go    the one encoder of create and update
//	decode.go    lenient decoding: keep what can be read, drop start_url
//	errors.go    error classes, from status and code, never from text
//	recurrence.go  series with fixed times: limits, expansion
//	limits.go    the two kinds of 429; Retry-After in all its spellings
//	pacer.go     requests a second by label and plan
//	agenda.go    the reference at the start of an agenda
//	oauth.go     authorise, exchange, refresh (single use), revoke
//	scopes.go    the permissions that are needed
//
// A create is sent once. When it cannot be known whether Zoom made the meeting,
// the error wraps ErrUnknown, and the caller looks for the reference in a
// listing instead of creating again: Zoom has no idempotency key.
package zoom
