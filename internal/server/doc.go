// Package server is Slotward's HTTP side: the API that people's tools call, the
// OAuth pages that people see when they connect an account, and the health
// and metrics endpoints that machines ask.
//
//	server.go          Options, New, and the small interfaces this package needs
//	route.go           how an operation is registered; the OpenAPI document
//	middleware.go      panics, headers, bounded bodies, request metrics
//	authenticate.go    who asks: an API token, or whoever is signed in
//	authorize.go       what members may do, and what only admins
//	forgery.go         what other sites make browsers send is refused
//	limit.go           how often strangers may try
//	problem.go         error classes as RFC 9457 problems, one table
//	openapi_example.go examples of the document, made from those of its fields
//	once.go            idempotency keys: a POST that is sent again does nothing twice
//	paging.go, etag.go lists page by page; changes that hold only for what was seen
//	change.go          after a change: journal, interrupt the person, wake the loop
//
//	person*.go         people: who they are, pause, settings, the brake's release
//	export.go          everything about a person as one document, written in pieces
//	provider_list.go   which providers there are, and which are configured
//	connection*.go     accounts at providers: begin a connection, list, disconnect
//	budget_get.go      what is spent of the changes that Zoom allows a day
//	calendar*.go       calendars: on, off, settings
//	settings*.go       the installation's settings
//	event*.go          events with what is wanted, why, and what comes next; another provider or a new link for one
//	reason_list.go     how many events are treated how, and why
//	meeting_list.go    Zoom meetings that are managed
//	journal_list.go    what was done and why
//	token.go           API tokens
//	provider_setup.go  what to enter at a provider; trying it without a person
//	overview_get.go    the whole installation at a glance
//	status_get.go      the queue, person by person
//	resync*.go         make people due now; watch it (server-sent events) or only plan it
//	streams.go         how much of that somebody may watch at once
//
//	oauth_start.go     ticket link → cookie, PKCE, state → the provider's consent page
//	oauth_callback.go  consent → checks → connection → result page
//	oauth_connect.go   the checks: what was granted, and whose account it is
//	oauth_refusal.go   consents that lead to no connection, each with its page
//	oauth.go           tickets, states and cookies
//	sign_in.go         the same consent pages tell who somebody is
//	admit.go           who is let in, and as whom
//	session.go         who is signed in; signing out
//	first.go           the one-time link by which everything begins
//	page.go, frame/    how pages look; the dashboard's are mounted beside these
//	health.go          /livez, /readyz, /metrics
//
// Nothing here decides what happens to an event: a request that changes
// something writes it to the store, ends the running pass of the person whom it
// concerns (so that pass does no more than the call in flight), and makes the
// person due. The reconciler does the rest.
//
// The types with JSON tags are the wire format; the command line decodes into
// them too.
package server
