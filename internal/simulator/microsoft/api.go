package microsoft

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// method is one operation of Graph.
type method struct {
	name    string // as the desk counts it
	pattern string
	write   bool
	scopes  []string // any of them suffices
	options string   // query options that it takes, separated by blanks
	do      func(s *Server, q *request) (answer, *problem)
}

// request is one call after everything that all operations have in common.
type request struct {
	*http.Request
	method  *method
	account *account
	token   *accessToken
	query   url.Values
	prefer  prefer
	fault   string // kind of fault that the operation itself must show
}

// answer is what an operation answers when all is well.
type answer struct {
	status int // zero: 200, or 204 without a body
	body   any
	etag   string
	header map[string]string
	// afterwards, when set, runs without the server's lock before the answer;
	// what it returns replaces the answer.
	afterwards func(context.Context) (answer, *problem)
}

const v1 = "/v1.0"

var (
	userScopes    = []string{"User.Read", "User.ReadBasic.All", "User.ReadWrite"}
	readScopes    = []string{"Calendars.ReadWrite", "Calendars.Read", "Calendars.ReadWrite.Shared", "Calendars.Read.Shared", "Calendars.ReadBasic"}
	writeScopes   = []string{"Calendars.ReadWrite", "Calendars.ReadWrite.Shared"}
	settingScopes = []string{"MailboxSettings.Read", "MailboxSettings.ReadWrite"}
)

const (
	entityOptions = "$select $expand"
	listOptions   = entityOptions + " $top $skip $count $orderby $filter $search"
	viewOptions   = listOptions + " startDateTime endDateTime"
	deltaOptions  = "startDateTime endDateTime startdatetime enddatetime $skiptoken $deltatoken"
)

var methods = []method{
	{"microsoft.me", "GET " + v1 + "/me", false, userScopes, entityOptions, (*Server).getMe},
	{"microsoft.settings", "GET " + v1 + "/me/mailboxSettings", false, settingScopes, entityOptions, (*Server).getSettings},
	{"microsoft.settings", "GET " + v1 + "/me/mailboxSettings/timeZone", false, settingScopes, "", (*Server).getMailboxZone},
	{"microsoft.zones", "GET " + v1 + "/me/outlook/{function}", false, userScopes, "", (*Server).listZones},
	{"microsoft.translate", "POST " + v1 + "/me/translateExchangeIds", false, append(userScopes, readScopes...), "", (*Server).translateIDs},

	{"microsoft.calendars", "GET " + v1 + "/me/calendars", false, readScopes, listOptions, (*Server).listCalendars},
	{"microsoft.calendars", "GET " + v1 + "/me/calendar", false, readScopes, entityOptions, (*Server).getCalendar},
	{"microsoft.calendars", "GET " + v1 + "/me/calendars/{calendar}", false, readScopes, entityOptions, (*Server).getCalendar},

	{"microsoft.delta", "GET " + v1 + "/me/calendarView/{delta}", false, readScopes, deltaOptions, (*Server).delta},
	{"microsoft.delta", "GET " + v1 + "/me/calendar/calendarView/{delta}", false, readScopes, deltaOptions, (*Server).delta},
	{"microsoft.delta", "GET " + v1 + "/me/calendars/{calendar}/calendarView/{delta}", false, readScopes, deltaOptions, (*Server).delta},

	{"microsoft.view", "GET " + v1 + "/me/calendarView", false, readScopes, viewOptions, (*Server).listView},
	{"microsoft.view", "GET " + v1 + "/me/calendar/calendarView", false, readScopes, viewOptions, (*Server).listView},
	{"microsoft.view", "GET " + v1 + "/me/calendars/{calendar}/calendarView", false, readScopes, viewOptions, (*Server).listView},
	{"microsoft.list", "GET " + v1 + "/me/events", false, readScopes, listOptions, (*Server).listEvents},
	{"microsoft.list", "GET " + v1 + "/me/calendar/events", false, readScopes, listOptions, (*Server).listEvents},
	{"microsoft.list", "GET " + v1 + "/me/calendars/{calendar}/events", false, readScopes, listOptions, (*Server).listEvents},
	{"microsoft.instances", "GET " + v1 + "/me/events/{event}/instances", false, readScopes, viewOptions, (*Server).listInstances},

	{"microsoft.get", "GET " + v1 + "/me/events/{event}", false, readScopes, entityOptions, (*Server).getEvent},
	{"microsoft.get", "GET " + v1 + "/me/calendars/{calendar}/events/{event}", false, readScopes, entityOptions, (*Server).getEvent},
	{"microsoft.patch", "PATCH " + v1 + "/me/events/{event}", true, writeScopes, entityOptions, (*Server).patchEvent},
	{"microsoft.patch", "PATCH " + v1 + "/me/calendars/{calendar}/events/{event}", true, writeScopes, entityOptions, (*Server).patchEvent},
	{"microsoft.insert", "POST " + v1 + "/me/events", true, writeScopes, "", (*Server).insertEvent},
	{"microsoft.insert", "POST " + v1 + "/me/calendar/events", true, writeScopes, "", (*Server).insertEvent},
	{"microsoft.insert", "POST " + v1 + "/me/calendars/{calendar}/events", true, writeScopes, "", (*Server).insertEvent},
	{"microsoft.delete", "DELETE " + v1 + "/me/events/{event}", true, writeScopes, "", (*Server).deleteEvent},
	{"microsoft.delete", "DELETE " + v1 + "/me/calendars/{calendar}/events/{event}", true, writeScopes, "", (*Server).deleteEvent},
	{"microsoft.subscribe", "POST " + v1 + "/subscriptions", true, readScopes, "", (*Server).createSubscription},
	{"microsoft.subscriptions", "GET " + v1 + "/subscriptions", false, readScopes, "", (*Server).listSubscriptions},
	{"microsoft.subscriptions", "GET " + v1 + "/subscriptions/{subscription}", false, readScopes, "", (*Server).getSubscription},
	{"microsoft.renew", "PATCH " + v1 + "/subscriptions/{subscription}", true, readScopes, "", (*Server).renewSubscription},
	{"microsoft.renew", "POST " + v1 + "/subscriptions/{subscription}/reauthorize", true, readScopes, "", (*Server).reauthorizeSubscription},
	{"microsoft.unsubscribe", "DELETE " + v1 + "/subscriptions/{subscription}", true, readScopes, "", (*Server).deleteSubscription},

	{"microsoft.cancel", "POST " + v1 + "/me/events/{event}/cancel", true, writeScopes, "", (*Server).cancelEvent},
	{"microsoft.respond", "POST " + v1 + "/me/events/{event}/{answer}", true, writeScopes, "", (*Server).respondEvent},
}

func (s *Server) routeAPI() {
	for i := range methods {
		m := &methods[i]
		s.graph.HandleFunc(m.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(m, w, r) })
	}
	for _, name := range deltaNames {
		for _, path := range []string{"/me/events/", "/me/calendars/{calendar}/events/"} {
			m := &method{"microsoft.delta", "GET " + v1 + path + name, false, readScopes, deltaOptions, (*Server).eventsDelta}
			s.graph.HandleFunc(m.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(m, w, r) })
		}
	}
	s.graph.HandleFunc("POST "+v1+"/$batch", s.serveBatch)
	s.graph.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, invalidRequest("BadRequest", "Resource not found for the segment '"+r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]+"'."))
	})
}

// ownPath turns /users/{own id}/… into /me/…, which is the same; whose id it is
// is checked later.
func ownPath(r *http.Request) *http.Request {
	rest, ok := strings.CutPrefix(r.URL.Path, v1+"/users/")
	if !ok {
		return r
	}
	user, rest, _ := strings.Cut(rest, "/")
	out := r.Clone(r.Context())
	out.URL.Path, out.URL.RawPath = strings.TrimSuffix(v1+"/me/"+rest, "/"), ""
	out.Header.Set(userHeader, user)
	return out
}

// userHeader carries the user named in the path; clients do not send it.
const userHeader = "X-Simulator-User"
