package google

import (
	"net/http"
	"sync"
	"time"

	"slotward/internal/simulator"
)

// Options are what a Server is made of. Both are required.
type Options struct {
	Clock *simulator.Clock
	Desk  *simulator.Desk
}

// Behaviour switches what Google does one way or the other, or what nobody
// outside can tell. The zero value is Google on an ordinary day.
type Behaviour struct {
	// MeetPending answers a request for a Meet link with "pending"; the link is
	// there at the next read of the calendar, as a change of the event.
	MeetPending bool
	// AddOnAllowed accepts conference cards of add-ons, as for a project that is
	// registered as a conferencing add-on. Ordinary projects get a 400.
	AddOnAllowed bool
	// ExceptionsFollow lets exceptions follow a change of their series in every
	// field that they had in common. Otherwise they keep their own copy.
	ExceptionsFollow bool
	// PageCap, when above zero, is the most that any page holds.
	PageCap int
	// EmptyFirstPage makes the first page of every list empty, with more to come.
	EmptyFirstPage bool
	// TokenLifetime is how long sync tokens are honoured; zero: until they are
	// expired by ExpireTokens or a change of roles.
	TokenLifetime time.Duration
	// UserQuota and ProjectQuota are requests a minute: zero means Google's 600
	// and 10,000, a negative number no limit.
	UserQuota, ProjectQuota int
	// QuotaStatus is 403 (the zero value) or 429: Google uses both.
	QuotaStatus int
	// Testing is a project in "External + Testing": refresh tokens die after
	// seven days.
	Testing bool
	// PlainCallbacks accepts http:// addresses for push channels, which Google
	// never does.
	PlainCallbacks bool
	// SyncFirst sends a channel's sync message before the answer to watch.
	SyncFirst bool
	// MaxChannelTTL caps the life of push channels; zero: 30 days.
	MaxChannelTTL time.Duration
}

// Server is a simulated Google. It is safe for concurrent use; every method
// and every request is atomic.
type Server struct {
	clock *simulator.Clock
	desk  *simulator.Desk
	mux   *http.ServeMux

	mu        sync.Mutex
	behaviour Behaviour
	url       string
	seq       int64 // of changes, all calendars together; ETags come from it
	births    int64 // counts events made
	secrets   []string
	made      int64 // ids given out
	accounts  map[string]*account
	calendars map[string]*calendar
	copies    map[string]map[string]bool // iCalUID to the calendars with an attendee's copy
	clients   map[string]*client
	grants    map[grantKey]*grant
	codes     map[string]*code
	access    map[string]*accessToken
	pages     pages
	quotas    map[string][]time.Time
	mails     []Mail
	channels  map[string]*channel
	waiting   []Notification
	key       *signingKey
}

// New returns a Google without any accounts.
func New(o Options) *Server {
	s := &Server{
		clock: o.Clock, desk: o.Desk, mux: http.NewServeMux(),
		accounts:  map[string]*account{},
		calendars: map[string]*calendar{},
		copies:    map[string]map[string]bool{},
		clients:   map[string]*client{},
		grants:    map[grantKey]*grant{},
		codes:     map[string]*code{},
		access:    map[string]*accessToken{},
		quotas:    map[string][]time.Time{},
		channels:  map[string]*channel{},
	}
	s.routeAPI()
	s.routeOAuth()
	s.routePages()
	return s
}

// ServeHTTP answers API and OAuth requests. The Date it gives is the clock's.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.now().Format(http.TimeFormat))
	s.mux.ServeHTTP(w, r)
}

// SetURL tells the server its own address, like "http://127.0.0.1:1234".
func (s *Server) SetURL(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = base
}

// Configure changes how Google behaves from now on.
func (s *Server) Configure(change func(*Behaviour)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.behaviour)
}

func (s *Server) now() time.Time { return s.clock.Now().UTC() }
