// Package zoom is a Zoom that runs on loopback: the meetings of its REST API
// v2, the user behind a token, OAuth with its consent page, limits, and
// webhooks. It keeps its time by a clock that can be moved.
//
//	server.go            Options, Server; the table of API endpoints
//	switches.go          what the real service is known, or suspected, to do either way
//	guard.go             from a request to its caller: token, scopes, limits, `me`
//	problems.go          every error in the provider's own words; faults
//	limits.go            requests per second by plan and label; 100 writes per host and day
//	meeting.go           a meeting, its ids, secrets and lifetime
//	meeting_create.go    POST  /v2/users/me/meetings
//	meeting_change.go    PATCH, DELETE /v2/meetings/{id} and its status
//	meeting_read.go      GET   /v2/meetings/{id}
//	meeting_list.go      GET   /v2/users/me/meetings, with pages
//	render.go            meetings and users as JSON
//	fields.go            what a request may say, and how it is refused
//	settings.go          the table of meeting settings
//	recurrence.go        the occurrences of a series with fixed times
//	account.go           hosts: plan, zone, what they may do
//	people.go            what people do in Zoom, and what they would see there
//	people_app.go        the apps that people let in, and remove again
//	page.go page_meetings.go   what people see in a browser, and its forms
//	client.go            registered apps
//	oauth_authorize.go   the consent page
//	oauth_token.go       codes, refreshing (single use), revoking
//	grant.go             the tokens that an authorisation gave out
//	webhook.go           deliveries: signing, deadline, retries
//	webhook_subscribe.go endpoints, and the challenge that they answer
//	webhook_events.go    what the events say
//
// People act through methods of Server (AddAccount, Make, EditMeeting,
// StartMeeting, RevokeApp, …), apps act over HTTP. Methods may be called at any
// time, also from the desk's hooks. Operation names for faults and counters are
// zoom.create, update, delete, get, list, me, status, authorize, token, revoke.
package zoom
