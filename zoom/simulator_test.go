package zoom

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/contract"
	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	simulated "slotward/internal/simulator/zoom"
)

const (
	ada      = "ada@acme.test"
	redirect = "http://127.0.0.1/callback"
)

// world is a simulated Zoom under its contract, with ada connected to it.
type world struct {
	t     *testing.T
	zoom  *simulated.Server
	clock *simulator.Clock
	desk  *simulator.Desk
	oauth *OAuth
	token *oauth2.Token
	*Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: simulator.NewClock(noon), desk: simulator.NewDesk()}
	w.desk.SlowFor = 50 * time.Millisecond
	w.zoom = simulated.New(simulated.Options{Clock: w.clock, Desk: w.desk, Seed: 7})
	w.zoom.AddAccount(ada, "Ada Lovelace")
	w.zoom.AddClient("app", "app-secret", nil, redirect)
	server := httptest.NewServer(contract.ForTest(t).Zoom(w.zoom))
	t.Cleanup(func() { server.Close(); w.zoom.Close() })
	w.zoom.SetURL(server.URL)
	w.oauth = &OAuth{
		ClientID: "app", ClientSecret: "app-secret", HTTP: server.Client(), Now: w.clock.Now,
		AuthURL: server.URL + "/oauth/authorize", TokenURL: server.URL + "/oauth/token",
		RevokeURL: server.URL + "/oauth/revoke", APIURL: server.URL + "/v2",
	}
	w.token = w.connect()
	hc := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		w.token.SetAuthHeader(r)
		return server.Client().Transport.RoundTrip(r)
	})}
	w.Client = newTestClient(hc, server.URL+"/v2")
	w.now = w.clock.Now
	return w
}

// consent goes through Zoom's page as ada and returns the code.
func (w *world) consent(verifier string, untick ...string) string {
	w.t.Helper()
	to, err := browser.SentBack(w.t.Context(), w.oauth.Authorize("state", verifier, redirect), browser.Choice{Account: ada, Untick: untick})
	if err != nil || to.Query().Get("state") != "state" {
		w.t.Fatalf("sent back to %v, %v", to, err)
	}
	return to.Query().Get("code")
}

func (w *world) connect() *oauth2.Token {
	w.t.Helper()
	verifier := oauth2.GenerateVerifier()
	tok, err := w.oauth.Exchange(w.t.Context(), w.consent(verifier), verifier, redirect)
	if err != nil {
		w.t.Fatal(err)
	}
	return tok
}

func TestAMeetingsLife(t *testing.T) {
	w := newWorld(t)
	reference := NewReference("home")
	made, err := w.Create(t.Context(), Draft{
		Topic: strings.Repeat("é", 300), Type: Scheduled, Start: noon.Add(22 * time.Hour), Minutes: 30,
		TimeZone: "Europe/Berlin", Reference: reference, Agenda: strings.Repeat("x", 3000),
	})
	if err != nil {
		t.Fatal(err)
	}
	if made.ID < 1<<33 || made.JoinURL == "" || made.Passcode == "" || made.Topic != strings.Repeat("é", 200) || !made.Start.Equal(noon.Add(22*time.Hour)) || made.TimeZone != "Europe/Berlin" {
		t.Errorf("made %+v in %s", made, made.TimeZone)
	}
	start, minutes, zone, topic := noon.Add(48*time.Hour), 45, "America/New_York", "Moved"
	if err := w.Update(t.Context(), made.ID, Change{Topic: &topic, Start: &start, Minutes: &minutes, TimeZone: &zone}); err != nil {
		t.Fatal(err)
	}
	got, err := w.Get(t.Context(), made.ID)
	if err != nil || got.Topic != topic || !got.Start.Equal(start) || got.Minutes != 45 || got.JoinURL != made.JoinURL || got.HostID == "" {
		t.Errorf("after the change %v, %v", got.LogValue(), err)
	}
	if found, ok := ReferenceOf(got.Agenda); !ok || found != reference {
		t.Errorf("reference %q", found)
	}
	all, err := w.List(t.Context())
	if err != nil || len(all) != 1 || all[0].ID != made.ID || all[0].JoinURL != made.JoinURL {
		t.Fatalf("listed %v, %v", all, err)
	}
	if found, _ := ReferenceOf(all[0].Agenda); found != reference {
		t.Errorf("reference %q in the listing", found)
	}
	for range 2 { // the second finds it gone, which is as good
		if err := w.Delete(t.Context(), made.ID); err != nil {
			t.Error(err)
		}
	}
	if _, err := w.Get(t.Context(), made.ID); !errors.Is(err, ErrGone) {
		t.Error(err)
	}
	if err := w.Update(t.Context(), made.ID, Change{Topic: &topic}); !errors.Is(err, ErrGone) {
		t.Error(err)
	}
}

func TestAnOpenSeries(t *testing.T) {
	w := newWorld(t)
	d := draft
	d.Type = OpenSeries
	made, err := w.Create(t.Context(), d)
	if err != nil || made.Type != OpenSeries || !made.Start.IsZero() || made.JoinURL == "" {
		t.Errorf("made %v, %v", made.LogValue(), err)
	}
}

func TestFaultsOfTheSimulator(t *testing.T) {
	topic := "x"
	for _, tc := range []struct {
		operation, kind string
		want            error
		live            int // meetings at Zoom afterwards; one is there before
	}{
		{"zoom.create", "lost", ErrUnknown, 2},
		{"zoom.create", "slow", ErrUnknown, 2},
		{"zoom.create", "reset", ErrUnknown, 1},
		{"zoom.create", "503", ErrUnknown, 1},
		{"zoom.create", "html", ErrUnknown, 1},
		{"zoom.create", "garbled", nil, 2},
		{"zoom.create", "scope", ErrMissingScope, 1},
		{"zoom.create", "401", ErrRevoked, 1},
		{"zoom.update", "lost", ErrUnavailable, 1},
		{"zoom.update", "html", ErrIncomplete, 1},
		{"zoom.update", "503", ErrUnavailable, 1},
		{"zoom.delete", "lost", ErrUnavailable, 0},
		{"zoom.delete", "html", ErrIncomplete, 1},
		{"zoom.get", "503", nil, 1},
		{"zoom.get", "garbled", nil, 1},
		{"zoom.list", "partial", ErrUnavailable, 1},
		{"zoom.list", "html", nil, 1},
	} {
		t.Run(tc.operation+" "+tc.kind, func(t *testing.T) {
			w := newWorld(t)
			m, err := w.Create(t.Context(), draft)
			if err != nil {
				t.Fatal(err)
			}
			n := 1
			if tc.kind == "partial" {
				n = 100
			}
			w.desk.Arm(tc.operation, tc.kind, n)
			switch tc.operation {
			case "zoom.create":
				_, err = w.Create(t.Context(), draft)
			case "zoom.update":
				err = w.Update(t.Context(), m.ID, Change{Topic: &topic})
			case "zoom.delete":
				err = w.Delete(t.Context(), m.ID)
			case "zoom.get":
				_, err = w.Get(t.Context(), m.ID)
			case "zoom.list":
				_, err = w.List(t.Context())
			}
			if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
				t.Errorf("%v, want %v", err, tc.want)
			}
			w.desk.Disarm()
			all, err := w.List(t.Context())
			if err != nil || len(all) != tc.live {
				t.Errorf("%d meetings, %v, want %d", len(all), err, tc.live)
			}
		})
	}
}

func TestALongListing(t *testing.T) {
	w := newWorld(t)
	for i := range 650 {
		if _, err := w.zoom.Make(ada, fmt.Sprint("by hand ", i), noon.Add(time.Duration(i)*time.Hour), 30); err != nil {
			t.Fatal(err)
		}
	}
	w.desk.Reset()
	all, err := w.List(t.Context())
	if err != nil || len(all) != 650 || w.desk.Counts()["zoom.list"] != 3 {
		t.Errorf("%d meetings, %v, %v", len(all), err, w.desk.Counts())
	}
}

func TestTheDaysHundredWrites(t *testing.T) {
	for _, headers := range []bool{false, true} {
		w := newWorld(t)
		w.zoom.Switch(func(s *simulated.Switches) { s.DailyHeaders = headers })
		if err := w.zoom.SpendElsewhere(ada, 100); err != nil {
			t.Fatal(err)
		}
		var limit *LimitedError
		_, err := w.Create(t.Context(), draft)
		if !errors.As(err, &limit) || !limit.Daily || !limit.Host || !limit.Until.Equal(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%v", err)
		}
		w.clock.Set(limit.Until)
		if w.token, err = w.oauth.Refresh(t.Context(), w.token.RefreshToken); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Create(t.Context(), draft); err != nil {
			t.Errorf("the next day: %v", err)
		}
	}
}

func TestPlacesWhereZoomChangesItsMind(t *testing.T) {
	for name, alter := range map[string]func(*simulated.Switches){
		"no passcode":      func(s *simulated.Switches) { s.NoPasscode = true },
		"passcode hidden":  func(s *simulated.Switches) { s.HidePasscode = true },
		"all members":      func(s *simulated.Switches) { s.FullCreate = true },
		"French":           func(s *simulated.Switches) { s.Language = "fr" },
		"zones refused":    func(s *simulated.Switches) { s.RefuseUnknownZones = true },
		"deletes counting": func(s *simulated.Switches) { s.DeletesCount = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.zoom.Switch(alter)
			d := draft
			d.TimeZone = "Mars/Base"
			m, err := w.Create(t.Context(), d)
			if err != nil || m.JoinURL == "" {
				t.Fatalf("%v", err)
			}
			if err := w.Delete(t.Context(), m.ID); err != nil {
				t.Error(err)
			}
			if _, err := w.Get(t.Context(), m.ID); !errors.Is(err, ErrGone) {
				t.Error(err)
			}
		})
	}
}

func TestTokensOfTheSimulator(t *testing.T) {
	w := newWorld(t)
	account, email, err := w.oauth.Identify(t.Context(), w.token)
	if err != nil || email != ada || len(strings.Split(account, "@")) != 2 {
		t.Errorf("%q, %q, %v", account, email, err)
	}
	scopes, _ := w.token.Extra("scope").(string)
	if missing := w.oauth.MissingScopes(strings.Fields(scopes)); missing != nil || !w.token.Expiry.After(noon) {
		t.Errorf("missing %v, expires %v", missing, w.token.Expiry)
	}
	old := w.token
	if w.token, err = w.oauth.Refresh(t.Context(), old.RefreshToken); err != nil || w.token.RefreshToken == old.RefreshToken {
		t.Fatalf("%v", err)
	}
	if _, err := w.oauth.Refresh(t.Context(), old.RefreshToken); !errors.Is(err, ErrRevoked) {
		t.Errorf("a spent refresh token: %v", err)
	}
	if _, err := w.Me(t.Context()); err != nil {
		t.Errorf("with the new token: %v", err)
	}
	if err := w.oauth.Revoke(t.Context(), w.token); err != nil {
		t.Error(err)
	}
	if _, err := w.Me(t.Context()); !errors.Is(err, ErrRevoked) {
		t.Errorf("after revoking: %v", err)
	}
}

func TestAnUntickedPermission(t *testing.T) {
	w := newWorld(t)
	verifier := oauth2.GenerateVerifier()
	code := w.consent(verifier, "meeting:delete:meeting")
	if _, err := w.oauth.Exchange(t.Context(), code, "another-verifier-another-verifier-another-verifier", redirect); !errors.Is(err, ErrRevoked) {
		t.Errorf("with another's verifier: %v", err)
	}
	code = w.consent(verifier, "meeting:delete:meeting")
	tok, err := w.oauth.Exchange(t.Context(), code, verifier, redirect)
	if err != nil {
		t.Fatal(err)
	}
	scopes, _ := tok.Extra("scope").(string)
	if got := w.oauth.MissingScopes(strings.Fields(scopes)); strings.Join(got, " ") != "meeting:delete:meeting" {
		t.Errorf("missing %v", got)
	}
	w.token = tok
	if err := w.Delete(t.Context(), 98884753832); !errors.Is(err, ErrMissingScope) || !strings.Contains(err.Error(), "meeting:delete:meeting") {
		t.Error(err)
	}
	if _, err := w.oauth.Exchange(t.Context(), code, verifier, redirect); !errors.Is(err, ErrRevoked) {
		t.Errorf("a code used twice: %v", err)
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	w := newWorld(t)
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	for _, kind := range []string{"", "garbled", "html", "lost", "401", "scope", "daily", "503"} {
		if kind != "" {
			w.desk.Arm("zoom.create", kind, 1)
		}
		m, err := w.Create(t.Context(), draft)
		logger.Info("created", "meeting", m, "error", err)
	}
	for _, kind := range []string{"garbled", "html", "lost", "401", "503"} {
		w.desk.Arm("zoom.token", kind, 1)
		_, err := w.oauth.Refresh(t.Context(), w.token.RefreshToken)
		logger.Info("refreshed", "error", err)
	}
	for _, secret := range w.zoom.Secrets() {
		if strings.Contains(log.String(), secret) {
			t.Errorf("a secret of %d characters is in the log", len(secret))
		}
	}
}

// weekly is a series of six Tuesdays.
var weekly = Draft{Topic: "Weekly", Type: FixSeries, Start: noon.Add(22 * time.Hour), Minutes: 30, TimeZone: "Europe/Berlin",
	Recurrence: Recurrence{Type: Weekly, Interval: 1, Weekdays: "3", Times: 6}}

func TestASeriesWithFixedTimes(t *testing.T) {
	w := newWorld(t)
	w.zoom.Switch(func(s *simulated.Switches) { s.WholeSeriesPatch = true })
	d := weekly
	d.Reference = NewReference("home")
	made, err := w.Create(t.Context(), d)
	if err != nil || made.Type != FixSeries || made.Recurrence != d.Recurrence || len(made.Occurrences) != 6 {
		t.Fatalf("made %v with %+v, %v", made.LogValue(), made.Recurrence, err)
	}
	second := made.Occurrences[1].Start
	for range 2 { // the second time there is none to delete
		if err := w.DeleteOccurrence(t.Context(), made.ID, second); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.DeleteOccurrence(t.Context(), made.ID, second.Add(time.Hour)); err != nil {
		t.Errorf("an occurrence that is not there: %v", err)
	}
	got, err := w.Get(t.Context(), made.ID)
	if err != nil || !got.Occurrences[1].Deleted || got.Occurrences[2].Deleted {
		t.Fatalf("after the delete %+v, %v", got.Occurrences, err)
	}
	start, zone, rest := d.Start.Add(time.Hour), "UTC", Recurrence{Type: Daily, Interval: 2, Times: 3}
	if err := w.Update(t.Context(), made.ID, Change{Start: &start, TimeZone: &zone, Recurrence: &rest}); err != nil {
		t.Fatal(err)
	}
	if got, err = w.Get(t.Context(), made.ID); err != nil || got.Recurrence != rest || !got.Start.Equal(start) || len(got.Occurrences) != 3 || got.JoinURL != made.JoinURL {
		t.Fatalf("after the change %v with %+v, %v", got.LogValue(), got.Recurrence, err)
	}
	if err := w.Delete(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if err := w.DeleteOccurrence(t.Context(), made.ID, second); !errors.Is(err, ErrGone) {
		t.Errorf("an occurrence of a deleted series: %v", err)
	}
}

func TestARecurrenceThatZoomDoesNotTake(t *testing.T) {
	w := newWorld(t)
	w.zoom.Switch(func(s *simulated.Switches) { s.OldLimits, s.RefuseUnknownZones = true, true })
	d := weekly
	d.Reference = NewReference("home")
	d.Recurrence.Interval = 20
	if _, err := w.Create(t.Context(), d); !errors.Is(err, ErrRecurrence) || !errors.Is(err, ErrRefused) || errors.Is(err, ErrUnknown) {
		t.Errorf("an interval that was allowed once: %v", err)
	}
	d = weekly
	d.Reference, d.TimeZone = NewReference("home"), "Mars/Olympus"
	if _, err := w.Create(t.Context(), d); !errors.Is(err, ErrRecurrence) {
		t.Errorf("a time zone in which it cannot repeat: %v", err)
	}
	if made := w.zoom.Meetings(ada); len(made) != 0 {
		t.Fatalf("%d meetings were made", len(made))
	}
	d = weekly
	d.Reference = NewReference("home")
	made, err := w.Create(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	zone := "Mars/Olympus"
	if err := w.Update(t.Context(), made.ID, Change{Start: &d.Start, TimeZone: &zone, Recurrence: &d.Recurrence}); !errors.Is(err, ErrRecurrence) {
		t.Errorf("changed to such a zone: %v", err)
	}
}

func TestDraftsOfSeries(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(d *Draft){
		"no zone":      func(d *Draft) { d.TimeZone = "" },
		"no start":     func(d *Draft) { d.Start = time.Time{} },
		"no rule":      func(d *Draft) { d.Recurrence = Recurrence{} },
		"without end":  func(d *Draft) { d.Recurrence.Times = 0 },
		"too many":     func(d *Draft) { d.Recurrence.Times = 61 },
		"too seldom":   func(d *Draft) { d.Recurrence.Interval = 51 },
		"yearly":       func(d *Draft) { d.Recurrence.Type = 4 },
		"other's end":  func(d *Draft) { d.Recurrence.Until = "2027-01-01T00:00:00Z" },
		"no reference": func(d *Draft) { d.Reference = "" },
	} {
		d := weekly
		d.Reference = NewReference("home")
		change(&d)
		if _, err := w.Create(t.Context(), d); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if made := w.zoom.Meetings(ada); len(made) != 0 {
		t.Errorf("%d meetings were made", len(made))
	}
}
