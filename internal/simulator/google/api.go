package google

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"slotward/internal/simulator"
)

// method is one method of the API.
type method struct {
	name    string // as the desk counts it
	id      string // as Google names it
	pattern string
	write   bool
	scopes  []string // any of them suffices
	params  params
	needs   role // on the calendar named in the path; none: the path names none
	do      func(s *Server, q *request) (answer, *apiError)
}

// request is one call after everything that all methods have in common.
type request struct {
	*http.Request
	method   *method
	account  string
	client   string
	query    url.Values
	calendar *calendar // named by {calendarId}
	role     role      // of account on it
	fault    string    // kind of fault that the method itself must show
}

// answer is what a method answers when all is well.
type answer struct {
	status int // zero: 200
	body   any // nil: no body
	etag   string
	// afterwards, when set, runs without the server's lock just before the answer.
	afterwards func()
}

const scopePrefix = "https://www.googleapis.com/auth/"

func scopes(names ...string) []string {
	for i := range names {
		names[i] = scopePrefix + names[i]
	}
	return names
}

var (
	readScopes = scopes("calendar", "calendar.readonly", "calendar.events", "calendar.events.readonly", "calendar.events.owned",
		"calendar.events.owned.readonly", "calendar.events.freebusy", "calendar.events.public.readonly", "calendar.app.created")
	writeScopes    = scopes("calendar", "calendar.events", "calendar.events.owned", "calendar.app.created")
	listScopes     = scopes("calendar", "calendar.readonly", "calendar.calendarlist", "calendar.calendarlist.readonly", "calendar.app.created")
	calendarScopes = scopes("calendar", "calendar.readonly", "calendar.calendars", "calendar.calendars.readonly", "calendar.app.created")
	settingScopes  = scopes("calendar", "calendar.readonly", "calendar.settings", "calendar.settings.readonly")
	stopScopes     = slices.Concat(readScopes, listScopes[2:4], settingScopes[2:])
)

const (
	base   = "/calendar/v3/"
	events = base + "calendars/{calendarId}/events"
	one    = events + "/{eventId}"
)

var methods = []method{
	{"google.list", "Events.List", "GET " + events, false, readScopes, listParams, freeBusyReader, (*Server).listEvents},
	{"google.get", "Events.Get", "GET " + one, false, readScopes, viewParams, freeBusyReader, (*Server).getEvent},
	{"google.instances", "Events.Instances", "GET " + one + "/instances", false, readScopes,
		join(viewParams, pageParams, params{"originalStart": text, "showDeleted": yes, "timeMin": timestamp, "timeMax": timestamp}), freeBusyReader, (*Server).listInstances},
	{"google.insert", "Events.Insert", "POST " + events, true, writeScopes, writeParams, writerWithoutPrivateAccess, (*Server).insertEvent},
	{"google.patch", "Events.Patch", "PATCH " + one, true, writeScopes, join(writeParams, params{"alwaysIncludeEmail": yes}), writerWithoutPrivateAccess, (*Server).patchEvent},
	{"google.update", "Events.Update", "PUT " + one, true, writeScopes, join(writeParams, params{"alwaysIncludeEmail": yes}), writerWithoutPrivateAccess, (*Server).updateEvent},
	{"google.delete", "Events.Delete", "DELETE " + one, true, writeScopes, notifyParam, writerWithoutPrivateAccess, (*Server).deleteEvent},
	{"google.move", "Events.Move", "POST " + one + "/move", true, writeScopes, join(notifyParam, params{"destination": text}), writerWithoutPrivateAccess, (*Server).moveEvent},
	{"google.watch", "Events.Watch", "POST " + events + "/watch", true, readScopes, listParams, freeBusyReader, (*Server).watchEvents},
	{"google.stop", "Channels.Stop", "POST " + base + "channels/stop", true, stopScopes, nil, none, (*Server).stopChannel},
	{"google.calendars", "CalendarList.List", "GET " + base + "users/me/calendarList", false, listScopes, calendarListParams, none, (*Server).listCalendars},
	{"google.calendars", "CalendarList.Get", "GET " + base + "users/me/calendarList/{calendarId}", false, listScopes, nil, freeBusyReader, (*Server).getListEntry},
	{"google.calendars", "Calendars.Get", "GET " + base + "calendars/{calendarId}", false, calendarScopes, nil, freeBusyReader, (*Server).getCalendar},
	{"google.settings", "Settings.Get", "GET " + base + "users/me/settings/{setting}", false, settingScopes, nil, none, (*Server).getSetting},
}

func (s *Server) routeAPI() {
	for i := range methods {
		m := &methods[i]
		s.mux.HandleFunc(m.pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(m, w, r) })
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { notFound().write(w) })
}

func (s *Server) serve(m *method, w http.ResponseWriter, r *http.Request) {
	refuse := func(w http.ResponseWriter, kind string) bool {
		e := faultError(m, kind)
		if e != nil {
			e.write(w)
		}
		return e != nil
	}
	s.desk.Serve(w, r, simulator.Call{Operation: m.name, Write: m.write}, refuse, func(w http.ResponseWriter, kind string) {
		buffer(r)
		a, e := s.perform(m, r, kind)
		if a.afterwards != nil {
			a.afterwards()
		}
		switch {
		case e != nil:
			e.write(w)
		case a.body == nil:
			if a.status == 0 {
				a.status = http.StatusNoContent
			}
			w.WriteHeader(a.status)
		default:
			if a.etag != "" {
				w.Header().Set("ETag", a.etag)
			}
			writeJSON(w, http.StatusOK, a.body)
		}
	})
}

// buffer reads a request's body before the server is locked, so that a slow
// client holds up nobody else.
func buffer(r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		raw = nil // the client broke off: there is nothing to act on
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
}

// perform does one call atomically.
func (s *Server) perform(m *method, r *http.Request, fault string) (answer, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &request{Request: r, method: m, query: r.URL.Query(), fault: fault}
	if e := s.admit(q); e != nil {
		return answer{}, e
	}
	a, e := m.do(s, q)
	if e != nil || a.body == nil {
		return a, e
	}
	if fields := q.query.Get("fields"); fields != "" {
		a.body, e = partial(a.body, fields)
	}
	return a, e
}

// admit checks who calls, what they may do, and the query parameters.
func (s *Server) admit(q *request) *apiError {
	bearer, ok := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	token := s.access[bearer]
	if !ok || token == nil || !token.live(s.now()) {
		return badCredentials()
	}
	q.account, q.client = token.grant.account, token.grant.client
	if e := s.spend(projectOf(q.client), q.account); e != nil {
		return e
	}
	if !slices.ContainsFunc(q.method.scopes, token.scopes.has) {
		return missingScope(q.method.id, q.method.scopes)
	}
	if _, err := url.ParseQuery(q.URL.RawQuery); err != nil {
		return invalid("Bad Request")
	}
	if e := q.method.params.check(q.query); e != nil {
		return e
	}
	if q.method.needs == none {
		return nil
	}
	id := q.PathValue("calendarId")
	if id == "primary" {
		id = q.account
	}
	c := s.calendars[id]
	if c == nil || c.roles[q.account] == none {
		return notFound()
	}
	q.calendar, q.role = c, c.roles[q.account]
	if q.role < owner && token.scopes.onlyOwned(q.method.scopes) {
		return missingScope(q.method.id, q.method.scopes)
	}
	if q.role < q.method.needs {
		return needsWriter()
	}
	return nil
}

// lens is how the request looks at its calendar.
func (q *request) lens() lens {
	return lens{
		calendar: q.calendar, role: q.role, account: q.account,
		zone: zoneOr(q.query.Get("timeZone"), q.calendar.loc), maxAttendees: intParam(q.query, "maxAttendees", 0),
	}
}
