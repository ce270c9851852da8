package microsoft_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/contract"
	"slotward/internal/simulator"
	simulated "slotward/internal/simulator/microsoft"
	"slotward/sources"
	"slotward/sources/microsoft"
	"slotward/sources/sourcetest"
)

const (
	ada    = "ada@acme.test"
	bob    = "bob@client.test"
	client = "6731de76-14a6-49ae-97bc-6eba6914391e"
	secret = "Zx8~secret"
	home   = "http://127.0.0.1/oauth/microsoft/callback"
	shared = "AAMkAGSharedHolidays="
)

var morning = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

// sim is a simulated Microsoft at which ada has connected her account. All
// traffic is held against Graph's contract.
type sim struct {
	*simulated.Server
	desk     *simulator.Desk
	clock    *simulator.Clock
	url      string
	oauth    *microsoft.OAuth
	calendar string // ada's own
}

func newSim(t *testing.T) *sim {
	t.Helper()
	s := &sim{desk: simulator.NewDesk(), clock: simulator.NewClock(morning)}
	s.Server = simulated.New(simulated.Options{Clock: s.clock, Desk: s.desk})
	server := httptest.NewServer(contract.ForTest(t).Microsoft(s.Server))
	t.Cleanup(server.Close)
	s.url = server.URL
	s.SetURL(server.URL)
	s.Configure(func(b *simulated.Behaviour) { b.ImmutableNames = true })
	s.AddClient(client, secret, home)
	must(t, s.AddAccount(ada, "Ada Lovelace"))
	must(t, s.AddAccount("owner@acme.test", "The owner"))
	must(t, s.AddCalendar("owner@acme.test", shared, "Holidays", "UTC", "owner"))
	must(t, s.AddCalendar(ada, shared, "Holidays", "UTC", "reader"))
	id, err := s.CalendarID(ada)
	must(t, err)
	s.calendar = id
	s.oauth = &microsoft.OAuth{ClientID: client, ClientSecret: secret, LoginURL: s.url, GraphURL: s.url, HTTP: server.Client(), Now: s.clock.Now}
	return s
}

// consent walks through the consent page and returns what the browser brings back.
func (s *sim) consent(t *testing.T, verifier, account, decision string) url.Values {
	t.Helper()
	page := s.oauth.Authorize("state-1", verifier, home)
	hc := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"account": {account}, "decision": {decision}}
	address, err := url.Parse(page)
	must(t, err)
	form["scope"] = strings.Fields(address.Query().Get("scope"))
	answer, err := hc.PostForm(page, form)
	must(t, err)
	must(t, answer.Body.Close())
	back, err := answer.Location()
	if err != nil {
		t.Fatalf("consent answered %s", answer.Status)
	}
	if back.Query().Get("state") != "state-1" {
		t.Fatalf("state came back as %q", back.Query().Get("state"))
	}
	return back.Query()
}

// connect connects an account and returns its token.
func (s *sim) connect(t *testing.T, account string) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	tok, err := s.oauth.Exchange(t.Context(), s.consent(t, verifier, account, "allow").Get("code"), verifier, home)
	must(t, err)
	return tok
}

// source returns the account's calendars.
func (s *sim) source(t *testing.T, tok *oauth2.Token) *microsoft.Source {
	t.Helper()
	source, err := microsoft.New(oauth2.NewClient(context.Background(), oauth2.StaticTokenSource(tok)), s.url+"/", s.clock.Now)
	must(t, err)
	return source.WithoutPauses(5 * time.Second)
}

// lasting returns the account's calendars with access that outlives its token.
func (s *sim) lasting(t *testing.T, tok *oauth2.Token) *microsoft.Source {
	t.Helper()
	source, err := microsoft.New(&http.Client{Transport: refreshing{s, tok.RefreshToken}}, s.url, s.clock.Now)
	must(t, err)
	return source.WithoutPauses(5 * time.Second)
}

// refreshing gets a new access token for every request.
type refreshing struct {
	sim     *sim
	refresh string
}

func (r refreshing) RoundTrip(request *http.Request) (*http.Response, error) {
	tok, err := r.sim.oauth.Refresh(request.Context(), r.refresh)
	if err != nil {
		return nil, err
	}
	request = request.Clone(request.Context())
	request.Header.Set("Authorization", "Bearer "+tok.AccessToken)
	return http.DefaultTransport.RoundTrip(request)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// operations are the simulator's names for the kinds of requests that the
// conformance suite knows.
var operations = map[string]string{"list": "microsoft.delta", "get": "microsoft.get", "patch": "microsoft.patch"}

func (s *sim) world(t *testing.T) sourcetest.World {
	return sourcetest.World{
		Source: s.source(t, s.connect(t, ada)), Calendar: s.calendar, Shared: shared, Now: morning,
		AlwaysMails: true, NativeInText: true, NoLocks: true,
		Make: func(t *testing.T, calendar string, d sourcetest.Draft) string {
			id, err := s.Insert(calendar, asNew(d))
			must(t, err)
			return id
		},
		Edit: func(t *testing.T, id string, c sourcetest.Change) {
			must(t, s.Edit(ada, id, simulated.Change{Title: c.Title, Notes: c.Notes, Location: c.Location}))
			if c.Start != nil {
				must(t, s.Move(ada, id, *c.Start, 0))
			}
		},
		Cancel: func(t *testing.T, id string) { must(t, s.Cancel(ada, id)) },
		Copy: func(t *testing.T, id string, start time.Time) string {
			twin, err := s.Copy(ada, id, start)
			must(t, err)
			return twin
		},
		MoveOccurrence: func(t *testing.T, series string, original, start time.Time) {
			must(t, s.MoveInstance(ada, series, original.Format(time.RFC3339), start, 0))
		},
		CancelOccurrence: func(t *testing.T, series string, original time.Time) {
			must(t, s.CancelInstance(ada, series, original.Format(time.RFC3339)))
		},
		ExpireTokens: func(t *testing.T) { must(t, s.ExpireTokens(ada)) },
		Fail: func(kind, how string, n int) {
			s.desk.Disarm()
			if n > 0 {
				s.desk.Arm(operations[kind], how, n)
			}
		},
		Calls:      func(kind string) int { return s.desk.Counts()[operations[kind]] },
		Mails:      func() int { return len(s.Mails()) },
		SmallPages: func(n int) { s.Configure(func(b *simulated.Behaviour) { b.PageCap = n }) },
		NoNative:   func(t *testing.T) { must(t, s.SetConferenceTypes(ada)) },
	}
}

func asNew(d sourcetest.Draft) simulated.NewEvent {
	n := simulated.NewEvent{
		Title: d.Title, Notes: d.Notes, PlainText: !d.Native && !strings.Contains(d.Notes, "<"), Location: d.Location, Start: d.Start, Minutes: d.Minutes,
		Zone: d.Zone, AllDay: d.AllDay, Repeat: d.Repeat, Guests: d.Guests, Rooms: d.Rooms, Teams: d.Native, EventType: d.Type,
		Private: d.Private, Organizer: d.Organizer,
	}
	if d.Organizer != "" {
		n.Guests = append([]string{ada}, n.Guests...)
	}
	if d.Declined {
		n.Statuses = map[string]string{ada: "declined"}
	}
	return n
}

// behaviours are the ways in which Microsoft may be, where nobody outside knows
// or where it varies. The suite passes under each.
var behaviours = map[string]func(*simulated.Behaviour){
	"an ordinary day":        func(*simulated.Behaviour) {},
	"empty first pages":      func(b *simulated.Behaviour) { b.EmptyFirstPage = true },
	"reversed":               func(b *simulated.Behaviour) { b.Reversed = true },
	"replayed":               func(b *simulated.Behaviour) { b.Replays = true },
	"as documented":          func(b *simulated.Behaviour) { b.FullOccurrences, b.NoMasters = true, true },
	"no masters afterwards":  func(b *simulated.Behaviour) { b.MastersMissing, b.ExceptionID = true, true },
	"other ends of Teams":    func(b *simulated.Behaviour) { b.ProviderStays, b.TeamsLocation, b.KeepsHTML = true, true, true },
	"other joined locations": func(b *simulated.Behaviour) { b.LocationJoin, b.GzipAnswers = ", ", true },
	"first location only": func(b *simulated.Behaviour) {
		b.LocationFirst, b.NoViewExpand, b.GoneCode = true, true, "ResyncRequired"
	},
	"other code of 410": func(b *simulated.Behaviour) { b.GoneCode, b.GoneLocation = "SyncStateInvalid", true },
}

func TestConformance(t *testing.T) {
	for name, behave := range behaviours {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "an ordinary day" {
				t.Skip("all behaviours take half a minute")
			}
			sourcetest.Run(t, func(t *testing.T) sourcetest.World {
				s := newSim(t)
				s.Configure(behave)
				return s.world(t)
			})
		})
	}
}

var _ sources.Source = (*microsoft.Source)(nil)
