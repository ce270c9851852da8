package google_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	simulated "slotward/internal/simulator/google"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/sources/sourcetest"
)

const (
	ada    = "ada@acme.test"
	bob    = "bob@client.test"
	client = "1234-slotward.apps.googleusercontent.com"
	secret = "GOCSPX-secret"
	home   = "http://127.0.0.1/oauth/google/callback"
)

var morning = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

// sim is a simulated Google at which ada has connected her account.
type sim struct {
	*simulated.Server
	desk  *simulator.Desk
	clock *simulator.Clock
	url   string
	oauth *google.OAuth
}

func newSim(t *testing.T) *sim {
	t.Helper()
	s := &sim{desk: simulator.NewDesk(), clock: simulator.NewClock(morning)}
	s.Server = simulated.New(simulated.Options{Clock: s.clock, Desk: s.desk})
	server := httptest.NewServer(s.Server)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.SetURL(server.URL)
	s.AddClient(client, secret, home)
	must(t, s.AddAccount(ada, "Ada Lovelace"))
	must(t, s.AddAccount("owner@acme.test", "The owner"))
	must(t, s.AddCalendar("owner@acme.test", "shared@group.calendar.google.com", "Holidays", "UTC", "owner"))
	must(t, s.AddCalendar(ada, "shared@group.calendar.google.com", "Holidays", "UTC", "reader"))
	s.oauth = &google.OAuth{
		ClientID: client, ClientSecret: secret, AuthURL: s.url + "/o/oauth2/v2/auth", TokenURL: s.url + "/token",
		RevokeURL: s.url + "/revoke", UserInfoURL: s.url + "/v1/userinfo", KeysURL: s.url + "/oauth2/v3/certs", HTTP: server.Client(), Now: s.clock.Now,
	}
	return s
}

// consent walks through the consent page as ada, unticking the scopes denied,
// and returns the code, or the error that came back instead.
func (s *sim) consent(t *testing.T, verifier string, denied ...string) (code, failure string) {
	t.Helper()
	back, err := browser.SentBack(t.Context(), s.oauth.Authorize("state-1", verifier, home), browser.Choice{Account: ada, Untick: denied})
	must(t, err)
	if back.Query().Get("state") != "state-1" {
		t.Fatalf("state came back as %q", back.Query().Get("state"))
	}
	return back.Query().Get("code"), back.Query().Get("error")
}

// connect connects ada's account and returns her token.
func (s *sim) connect(t *testing.T, denied ...string) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	code, _ := s.consent(t, verifier, denied...)
	tok, err := s.oauth.Exchange(t.Context(), code, verifier, home)
	must(t, err)
	return tok
}

// source returns ada's calendars.
func (s *sim) source(t *testing.T, tok *oauth2.Token) *google.Source {
	t.Helper()
	hc := oauth2.NewClient(context.Background(), oauth2.StaticTokenSource(tok))
	source, err := google.New(hc, s.url+"/", s.clock.Now)
	must(t, err)
	return source.WithoutPauses(5 * time.Second)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T) sourcetest.World {
		s := newSim(t)
		w := sourcetest.World{
			Source: s.source(t, s.connect(t)), Calendar: ada, Shared: "shared@group.calendar.google.com", Now: morning,
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
					s.desk.Arm("google."+kind, how, n)
				}
			},
			Calls:      func(kind string) int { return s.desk.Counts()["google."+kind] },
			Mails:      func() int { return len(s.Mails()) },
			SmallPages: func(n int) { s.Configure(func(b *simulated.Behaviour) { b.PageCap = n }) },
			NoNative:   func(t *testing.T) { must(t, s.SetConferenceTypes(ada)) },
		}
		return w
	})
}

func asNew(d sourcetest.Draft) simulated.NewEvent {
	n := simulated.NewEvent{
		Title: d.Title, Notes: d.Notes, Location: d.Location, Start: d.Start, Minutes: d.Minutes, Zone: d.Zone, AllDay: d.AllDay,
		Repeat: d.Repeat, Guests: d.Guests, Rooms: d.Rooms, Meet: d.Native, EventType: d.Type, Locked: d.Locked, Private: d.Private,
		Organizer: d.Organizer,
	}
	if d.Organizer != "" {
		n.Guests = append([]string{ada}, n.Guests...)
	}
	if d.Declined {
		n.Statuses = map[string]string{ada: "declined"}
	}
	return n
}

var _ sources.Source = (*google.Source)(nil)
