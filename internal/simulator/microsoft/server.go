package microsoft

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"slotward/internal/simulator"
)

// Options are what a Server is made of. Clock and Desk are required.
type Options struct {
	Clock *simulator.Clock
	Desk  *simulator.Desk
	// Callback sends validation requests and notifications; nil: the default client.
	Callback *http.Client
}

// Server is a simulated Microsoft. It is safe for concurrent use; every method
// and every request is atomic.
type Server struct {
	clock    *simulator.Clock
	desk     *simulator.Desk
	callback *http.Client
	graph    *http.ServeMux
	login    *http.ServeMux

	mu        sync.Mutex
	behaviour Behaviour
	url       string
	seq       int64 // of changes, all mailboxes together; change keys come from it
	births    int64 // counts events made
	made      int64 // ids given out
	secrets   []string

	accounts  map[string]*account  // by address
	calendars map[string]*calendar // by id
	tenants   map[string]*tenant   // by id, with the policies that were set
	clients   map[string]*client
	grants    map[grantKey]*grant
	codes     map[string]*code
	access    map[string]*accessToken
	rounds    rounds
	spent     map[string][]time.Time // requests by app and mailbox
	flying    map[string]int         // requests in flight by app and mailbox
	mails     []Mail
	watching  map[string]*subscription
	waiting   []Notification
	key       *signingKey
}

// New returns a Microsoft without any accounts.
func New(o Options) *Server {
	s := &Server{
		clock: o.Clock, desk: o.Desk, callback: o.Callback, graph: http.NewServeMux(), login: http.NewServeMux(),
		accounts:  map[string]*account{},
		calendars: map[string]*calendar{},
		tenants:   map[string]*tenant{},
		clients:   map[string]*client{},
		grants:    map[grantKey]*grant{},
		codes:     map[string]*code{},
		access:    map[string]*accessToken{},
		spent:     map[string][]time.Time{},
		flying:    map[string]int{},
		watching:  map[string]*subscription{},
	}
	if s.callback == nil {
		s.callback = http.DefaultClient
	}
	s.routeAPI()
	s.routeOAuth()
	s.routePages()
	return s
}

// ServeHTTP answers Graph and identity platform requests, and shows Outlook to
// people. The Date it gives is the clock's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.now().Format(http.TimeFormat))
	if r.URL.Path == v1 || strings.HasPrefix(r.URL.Path, v1+"/") {
		s.graph.ServeHTTP(w, ownPath(r))
		return
	}
	s.login.ServeHTTP(w, r)
}

// SetURL tells the server its own address, like "http://127.0.0.1:1234".
func (s *Server) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = base
}

// Configure changes how Microsoft behaves from now on.
func (s *Server) Configure(change func(*Behaviour)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.behaviour)
}

func (s *Server) now() time.Time { return s.clock.Now().UTC() }
