// Package google simulates Google Calendar v3 and Google's OAuth, complete
// enough that a real client cannot tell the difference: sync tokens, frozen
// paging, ETags, PATCH semantics, conference rules, series with exceptions,
// organiser's and attendees' copies, quotas, consent page, grants.
//
// One Server is an http.Handler that serves the API (/calendar/v3/), OAuth, and
// Google's own page for people ("/", /calendar/u/). Its methods play those people:
// Insert, Move, Edit, Cancel, Split, Copy, Invite, RSVP.
//
//	server.go            Options, Server, Behaviour: what can be switched
//	api.go               the table of API methods; what every call goes through
//	params.go fields.go  query parameters, partial responses
//	errors.go            Google's error bodies; the kinds of faults
//	quota.go             sliding windows per user and per project
//
//	event.go             the wire form of an event
//	record.go            how an event is kept: immutable, numbered by change
//	account.go           accounts, calendars, roles
//	moment.go            timed and all-day moments
//	recurrence.go        expansion in the event's zone, ids of instances
//	copies.go            from the organiser's copy to the attendees'
//	view.go              what one user sees of an event
//
//	list.go token.go     events.list, sync tokens, frozen pages
//	select.go            which events a query shows
//	get.go               events.get, events.instances
//	write.go             events.insert, patch, update
//	apply.go check.go    from a body to a record, and what is refused
//	conference.go        Meet, add-on cards, pending requests
//	delete.go            events.delete, events.move
//	calendars.go         calendarList, calendars, settings
//	watch.go             push channels
//	mail.go              who would have been mailed
//
//	consent.go           the page on which a user says yes
//	page.go              the calendar's own page, for people
//	grant.go token_endpoint.go identity.go   grants, tokens, ID tokens
//
//	people.go            accounts, calendars and clients of the world
//	people_event.go people_edit.go people_series.go people_guest.go   people act
//	people_view.go       checks look
package google
