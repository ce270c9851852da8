// Package microsoft simulates Microsoft Graph's calendars v1.0 and the Microsoft
// identity platform, complete enough that a real client cannot tell the
// difference: delta rounds with bare occurrences, change keys, the Teams block
// in the body, coupled locations, series with exceptions, organiser's and
// attendees' copies, throttling, subscriptions, consent, grants.
//
// One Server is an http.Handler that serves Graph (/v1.0/), sign-in
// (/{tenant}/oauth2/v2.0/), and Outlook itself for people ("/", /calendar/u/). Its
// methods play those people: Insert, Move, Edit, Cancel, Split, Copy, Invite,
// RSVP. What nobody outside knows for sure is a switch in Behaviour.
//
//	server.go behaviour.go   Options, Server, Behaviour: what can be switched
//	api.go serve.go          the table of operations; what every call goes through
//	prefer.go query.go       Prefer headers, $select, $expand, $filter
//	problems.go throttle.go  Graph's error bodies, kinds of faults, limits
//
//	event.go                 the wire form of an event
//	record.go                how an event is kept: immutable, numbered by change
//	account.go               accounts, tenants, calendars, roles
//	ids.go                   regular and immutable ids, uids, change keys
//	zones.go zone_names.go   Microsoft's and IANA's names of time zones
//	recurrence.go rule.go    expansion of patterns; RRULEs as patterns
//	copies.go                from the organiser's copy to the attendees'
//	view.go                  what one request sees of an event
//
//	delta.go rounds.go       calendarView/delta, its links, frozen rounds
//	read.go calendars.go     events, calendarView, instances, calendars, me, settings
//	body.go apply.go         from a body to a record, and what is refused
//	write.go series.go       POST, PATCH, DELETE and their effects; what becomes of a series
//	online.go blob.go        online meetings and the block that makes them
//	mail.go                  who would have been mailed
//	subscription.go notify.go  change notifications, queued until somebody takes them
//	batch.go                 many requests in one
//
//	consent.go admin_consent.go              the pages on which people say yes
//	grant.go token_endpoint.go identity.go   grants, tokens, ID tokens
//
//	page.go              Outlook's own page, for people
//	people.go            accounts, calendars and apps of the world
//	people_event.go people_edit.go people_series.go people_guest.go   people act
//	people_view.go       checks look
package microsoft
