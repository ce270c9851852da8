// Package dashboard is the pages for people: what is coming and why, what would
// be done, their connections, what was done, and the installation's own pages.
//
//	dashboard.go    New; pages and actions, one line each
//	request.go      what a handler gets: who looks, at whose pages, and the API as them
//	api.go          the daemon's own API, asked in this process
//	answer.go       pages, redirects after forms, and what went wrong, in words
//	flash.go        what was just done, told on the next page
//	live.go         server-sent events: something changed
//	resync.go       a pass that was asked for, told while it works
//	foresee.go      what a change would lead to: told at once, or later in its part of the page
//	foresight.go    the work on that, beside the pages: bounded, and each viewer's own
//	zone.go, words.go, sentences.go, deciding_words.go   times, states, the journal and what decided, in words
//
//	admin*.go       the installation's own pages, for admins
//	activity.go     … one file per page, its template in pages/
//	welcome.go      the way from nothing to the first links, step by step
//	conferencing.go accounts, calendars, pause and today's Zoom budget
//	connect.go      to a provider's consent page, or a link for somebody else
//	disconnect.go   what stays and what goes, then the end of an account
//	choices.go      settings of a person or a calendar: foreseen, then saved
//	calendar_choices.go  a calendar's own, or for all of them
//	choice_fields.go  one setting in a form, and what was typed there
//	setting_words.go, connection_words.go  tables: settings, states, permissions
//	data.go         everything as a document; delete everything
//	meetings.go     what is coming, by day
//	meeting.go      one event, explained; meeting_choice.go another link for it
//	preview.go      what the next pass would do, and what the brake holds
//	activity.go     the journal in sentences
//	help.go         questions, answered from what holds for the person
//	… one file per page, its template in pages/
//
// Nothing is decided here: everything that a page shows or a button does is a
// request to the API, made as whoever is signed in, so that nobody can do on a
// page what they may not do there. One thing comes another way: the whole links
// of a person's own events, with the passcode that the API never tells, on that
// person's own pages. Pages work without JavaScript; a form is
// answered with a redirect.
//
// No page waits for what takes long. What a change would lead to may need a
// calendar to be read first: the page comes without it, says so, and looks again
// by itself, or, without JavaScript, when somebody presses that. What must not be
// done unseen is offered with the answer.
package dashboard
