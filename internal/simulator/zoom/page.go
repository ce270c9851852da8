package zoom

import (
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"slotward/internal/simulator/website"
)

// People is where the pages of accounts are: below it, the address of each.
const People = "/meetings/u/"

// brand is Zoom's look.
var brand = website.Brand{Name: "Zoom", Class: "zoom", Real: "Zoom"}

var (
	//go:embed meetings.html
	meetingsText string
	//go:embed meeting.html
	meetingText string

	meetingsPage = website.Parse(meetingsText)
	meetingPage  = website.Parse(meetingText)
)

// routePages serves what people see: accounts to choose from, and their meetings.
func (s *Server) routePages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		website.WriteStart(w, brand, "Whose meetings?", People, s.people())
	})
	mux.HandleFunc("GET "+website.StylePath, website.ServeStyle)
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request, host){
		"GET " + People + "{account}":         s.showMeetings,
		"GET " + People + "{account}/meeting": s.showMeeting,
		"POST " + People + "{account}/{deed}": s.do,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			a, known := s.Account(r.PathValue("account"))
			if !known {
				website.WriteNothing(w, brand, "Nobody here has the account "+r.PathValue("account")+".")
				return
			}
			serve(w, r, host{a, location(a.TimeZone)})
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { website.WriteNothing(w, brand, "There is no such page.") })
	return mux
}

// isPage reports whether a path is one of the pages for people.
func isPage(path string) bool {
	return path == "/" || path == website.StylePath || strings.HasPrefix(path, People)
}

func (s *Server) people() []website.Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []website.Person
	for _, a := range s.accounts {
		out = append(out, website.Person{Email: a.email, Name: a.name})
	}
	return out
}

// host is whoever's pages are open.
type host struct {
	Account
	zone *time.Location
}

// Path is where the host's pages are.
func (h host) Path() string { return People + url.PathEscape(h.Email) }

// address is one of the host's pages.
func (h host) address(page string, query url.Values) string {
	out := h.Path()
	if page != "" {
		out += "/" + page
	}
	if len(query) > 0 {
		out += "?" + query.Encode()
	}
	return out
}

// row is a meeting as its host sees it, without what makes one the host.
type row struct {
	ID, Topic, Agenda, Kind, When, Link string
	Address                             string // of its page
	Running, Open                       bool   // Open: a series without fixed times
	Date, Time                          string // as forms say it
	Minutes                             int
}

// kinds are the types of meetings in words.
var kinds = map[kind]string{
	instant: "instant meeting", scheduled: "scheduled meeting", openSeries: "recurring meeting without fixed times",
	personal: "personal room", fixSeries: "recurring meeting", screenOnly: "screen share",
}

func (h host) row(m *meeting, now time.Time) row {
	start := m.start
	for _, o := range m.occurrences {
		if !o.deleted && o.start.After(now) {
			start = o.start
			break
		}
	}
	r := row{
		ID: fmt.Sprint(m.id), Topic: m.topic, Agenda: m.agenda, Kind: kinds[m.kind], Link: m.joinURL(), Running: m.started, Open: m.kind == openSeries, Minutes: m.minutes,
		Date: m.start.In(h.zone).Format(time.DateOnly), Time: m.start.In(h.zone).Format("15:04"), When: "at any time",
	}
	r.Address = h.address("meeting", url.Values{"id": {r.ID}})
	if !r.Open {
		r.When = fmt.Sprintf("%s, %d minutes", start.In(h.zone).Format("Mon 2 Jan 2006, 15:04"), m.minutes)
	}
	if n := len(m.occurrences); n > 0 {
		r.When += fmt.Sprintf(", next of %d", n)
	}
	return r
}
