package zoom

import (
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"slotward/internal/simulator"
)

// maxBody bounds a request's body.
const maxBody = 1 << 20

// Options configure a Server. The zero value works.
type Options struct {
	Clock *simulator.Clock // nil: real time
	Desk  *simulator.Desk  // nil: one of its own
	Seed  uint64           // of every id, token and passcode; equal seeds and requests give equal answers
	// AccessLife, RefreshLife and CodeLife are how long tokens and codes live.
	// Zero: one hour, 90 days, five minutes.
	AccessLife, RefreshLife, CodeLife time.Duration
	// HookDeadline is how long a webhook's endpoint may take. Zero: three seconds.
	HookDeadline time.Duration
	Switches
}

// Server is a simulated Zoom. On one host it serves OAuth under /oauth, the API
// under /v2, and at "/" and /meetings/u/ what people see. It is safe for
// concurrent use.
type Server struct {
	clock *simulator.Clock
	desk  *simulator.Desk
	life  struct{ access, refresh, code time.Duration }
	hooks *hooks
	site  http.Handler // the pages for people

	mu       sync.Mutex // guards everything below
	switches Switches
	random   *rand.Rand
	url      string
	accounts []*account
	clients  map[string]*client
	meetings map[int64]*meeting
	codes    map[string]*code
	access   map[string]*accessToken
	refresh  map[string]*grant
	pages    map[string]*page
	pace     map[string]bucket
	secrets  []string
	serial   int // counts what needs a number of its own: uuids, requests
}

// New returns a Zoom without accounts and apps.
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = simulator.RealClock()
	}
	if o.Desk == nil {
		o.Desk = simulator.NewDesk()
	}
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(o.Seed >> (8 * i))
	}
	s := &Server{
		clock: o.Clock, desk: o.Desk, switches: o.Switches,
		random:  rand.New(rand.NewChaCha8(seed)),
		clients: map[string]*client{}, meetings: map[int64]*meeting{}, codes: map[string]*code{},
		access: map[string]*accessToken{}, refresh: map[string]*grant{}, pages: map[string]*page{}, pace: map[string]bucket{},
		hooks: newHooks(orElse(o.HookDeadline, 3*time.Second)),
	}
	s.life.access = orElse(o.AccessLife, time.Hour)
	s.life.refresh = orElse(o.RefreshLife, 90*24*time.Hour)
	s.life.code = orElse(o.CodeLife, 5*time.Minute)
	s.site = s.routePages()
	return s
}

func orElse(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// SetURL tells the server its own address, like http://127.0.0.1:1234. It is
// what api_url in a token's answer says; until it is told, the Host of the request.
func (s *Server) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = strings.TrimRight(base, "/")
}

// Close lets go of idle connections to webhook endpoints.
func (s *Server) Close() { s.hooks.http.CloseIdleConnections() }

// endpoint is one operation of the API, with what guards it.
type endpoint struct {
	method, path string
	operation    string
	label        label
	write        bool
	granular     string // scope; with ":admin" it reaches the whole account
	classic      string // the older scope that allows the same
	serve        func(*Server, *request) answer
}

// endpoints is the API. {user} and {meeting} stand for one path segment.
var endpoints = []endpoint{
	{"GET", "/v2/users/{user}", "zoom.me", light, false, "user:read:user", "user:read", (*Server).readUser},
	{"GET", "/v2/users/{user}/meetings", "zoom.list", medium, false, "meeting:read:list_meetings", "meeting:read", (*Server).listMeetings},
	{"POST", "/v2/users/{user}/meetings", "zoom.create", medium, true, "meeting:write:meeting", "meeting:write", (*Server).createMeeting},
	{"GET", "/v2/meetings/{meeting}", "zoom.get", light, false, "meeting:read:meeting", "meeting:read", (*Server).readMeeting},
	{"PATCH", "/v2/meetings/{meeting}", "zoom.update", light, true, "meeting:update:meeting", "meeting:write", (*Server).updateMeeting},
	{"DELETE", "/v2/meetings/{meeting}", "zoom.delete", light, true, "meeting:delete:meeting", "meeting:write", (*Server).deleteMeeting},
	{"PUT", "/v2/meetings/{meeting}/status", "zoom.status", light, true, "meeting:update:status", "meeting:write", (*Server).setStatus},
}

// match reports whether path is the endpoint's, and the values in it.
func (e endpoint) match(path string) (map[string]string, bool) {
	want, got := strings.Split(e.path, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i, segment := range want {
		if name, ok := strings.CutPrefix(segment, "{"); ok && got[i] != "" {
			values[strings.TrimSuffix(name, "}")] = got[i]
		} else if segment != got[i] {
			return nil, false
		}
	}
	return values, true
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	w.Header().Set("Date", s.clock.Now().UTC().Format(http.TimeFormat))
	if isPage(r.URL.Path) {
		s.site.ServeHTTP(w, r)
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /oauth/authorize", "POST /oauth/authorize":
		s.serveOAuth(w, r, "zoom.authorize", s.authorize)
		return
	case "POST /oauth/token":
		s.serveOAuth(w, r, "zoom.token", s.token)
		return
	case "POST /oauth/revoke":
		s.serveOAuth(w, r, "zoom.revoke", s.revoke)
		return
	}
	for _, e := range endpoints {
		if values, ok := e.match(r.URL.Path); ok && e.method == r.Method {
			s.serveAPI(w, r, e, values)
			return
		}
	}
	s.desk.Serve(w, r, simulator.Call{Operation: "zoom.unknown"}, s.refusal("", ""), func(w http.ResponseWriter, _ string) {
		s.say(w, unrecognised())
	})
}

func (s *Server) serveOAuth(w http.ResponseWriter, r *http.Request, operation string, do func(http.ResponseWriter, *http.Request)) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.desk.Serve(w, r, simulator.Call{Operation: operation, OAuth: true}, s.refuseOAuth, func(w http.ResponseWriter, kind string) {
		if status, ok := afterwards(kind); ok {
			do(httptest.NewRecorder(), r)
			sayXML(w, status)
			return
		}
		do(w, r)
	})
}

func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, e endpoint, values map[string]string) {
	call := simulator.Call{Operation: e.operation, Write: e.write}
	s.desk.Serve(w, r, call, s.refusal(e.granular, values["meeting"]), func(w http.ResponseWriter, kind string) {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			return // the caller is gone
		}
		a := s.perform(&request{
			endpoint: e, kind: kind, body: body, query: r.URL.Query(), header: r.Header,
			user: values["user"], meeting: values["meeting"], out: w.Header(),
		})
		if status, ok := afterwards(kind); ok {
			sayXML(w, status)
			return
		}
		s.say(w, a)
	})
}
