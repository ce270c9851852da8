package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/simulator"
	simgoogle "slotward/internal/simulator/google"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/store"
)

// googleWorld is a world whose Google is the simulator, reached through the real client.
type googleWorld struct {
	*world
	google *simgoogle.Server
	desk   *simulator.Desk
	base   string
	auth   *google.OAuth
}

// googleLists asks the simulated Google, as the reconciler asks the real one.
type googleLists struct {
	*store.Store
	base string
	now  func() time.Time
}

func (g *googleLists) Refresh(ctx context.Context, connection int64) ([]store.Calendar, error) {
	tok, err := g.Token(ctx, connection)
	if err != nil {
		return nil, err
	}
	hc := oauth2.NewClient(ctx, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: tok.Access}))
	source, err := google.New(hc, g.base, g.now)
	if err != nil {
		return nil, err
	}
	listed, err := source.Calendars(ctx)
	if err != nil {
		return nil, err
	}
	return g.SaveCalendars(ctx, connection, listed)
}

func newGoogleWorld(t *testing.T, alter ...func(*Options)) *googleWorld {
	t.Helper()
	desk := simulator.NewDesk()
	sim := simgoogle.New(simgoogle.Options{Clock: simulator.NewClock(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)), Desk: desk})
	served := httptest.NewServer(sim)
	t.Cleanup(served.Close)
	sim.SetURL(served.URL)
	g := &googleWorld{google: sim, desk: desk, base: served.URL}
	g.auth = &google.OAuth{
		ClientID: "slotward", ClientSecret: clientSecret, AuthURL: served.URL + "/o/oauth2/v2/auth", TokenURL: served.URL + "/token",
		RevokeURL: served.URL + "/revoke", UserInfoURL: served.URL + "/v1/userinfo", KeysURL: served.URL + "/oauth2/v3/certs", HTTP: served.Client(),
	}
	lists := &googleLists{base: served.URL}
	g.world = newWorld(t, append([]func(*Options){func(o *Options) {
		lists.Store, lists.now = o.Store, o.Now
		o.Authorizers, o.Calendars = map[string]Authorizer{"google": g.auth}, lists
	}}, alter...)...)
	g.auth.Now = g.now
	sim.AddClient("slotward", clientSecret, g.http.URL+"/oauth/google/callback")
	for _, email := range []string{"ada@acme.test", "bob@acme.test"} {
		if err := sim.AddAccount(email, email); err != nil {
			t.Fatal(err)
		}
	}
	if err := sim.AddCalendar("ada@acme.test", "team@acme.test", "Team", "UTC", "owner"); err != nil {
		t.Fatal(err)
	}
	return g
}

// on lists the names of a person's calendars that are on.
func (w *world) on(person string) string {
	w.t.Helper()
	var list CalendarList
	w.ok(http.StatusOK, "GET", "/api/v1/people/"+person+"/calendars", "", &list)
	var out []string
	for _, c := range list.Calendars {
		if c.Enabled {
			out = append(out, c.ProviderID)
		}
	}
	return strings.Join(out, " ")
}

const googleBody = `{"provider":"google"}`

func TestConnectGoogleTurnsThePrimaryCalendarOn(t *testing.T) {
	w := newGoogleWorld(t)
	ada := w.person("ada")
	w.connect("1", `{"provider":"google","calendars":"primary"}`, "ada@acme.test", "allow").
		says(t, http.StatusOK, "Google Calendar is connected", "ada@acme.test", "kept from now on")
	if got := w.on("1"); got != "ada@acme.test" {
		t.Errorf("on: %q", got)
	}
	calendars, err := w.store.Calendars(t.Context(), ada.ID)
	if err != nil || len(calendars) != 2 || !calendars[0].OnSince.Equal(w.now()) {
		t.Errorf("%+v %v", calendars, err)
	}
	connections, err := w.store.Connections(t.Context(), ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	sub, _ := w.google.Sub("ada@acme.test")
	tok, err := w.store.Token(t.Context(), connections[0].ID)
	if connections[0].Account != sub || err != nil || tok.Expiry.Before(w.now().Add(50*time.Minute)) || tok.Expiry.After(w.now().Add(2*time.Hour)) {
		t.Errorf("%+v, token until %v, %v", connections[0], tok.Expiry, err)
	}
	for _, secret := range []string{tok.Access, tok.Refresh, clientSecret} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	// A later consent leaves calendars as people set them, unless told.
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", calendars[0].ID), `{"enabled":false}`, nil)
	w.connect("1", googleBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.on("1"); got != "" {
		t.Errorf("on: %q", got)
	}
	w.connect("1", `{"provider":"google","calendars":"primary"}`, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.on("1"); got != "ada@acme.test" {
		t.Errorf("on: %q", got)
	}
}

func TestConnectGoogleWithoutCalendars(t *testing.T) {
	w := newGoogleWorld(t)
	w.person("ada")
	w.connect("1", `{"provider":"google","calendars":"none"}`, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.on("1"); got != "" {
		t.Errorf("on: %q", got)
	}
}

// Who left out a permission at first has chosen nothing about calendars by that.
func TestConnectGoogleAfterAMissingPermission(t *testing.T) {
	w := newGoogleWorld(t)
	w.person("ada")
	w.connect("1", googleBody, "ada@acme.test", "allow", "https://www.googleapis.com/auth/calendar.events").says(t, http.StatusForbidden)
	w.connect("1", googleBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.on("1"); got != "ada@acme.test" {
		t.Errorf("on: %q", got)
	}
}

func TestGoogleWithoutAPermission(t *testing.T) {
	w := newGoogleWorld(t)
	w.person("ada")
	events := "https://www.googleapis.com/auth/calendar.events"
	w.connect("1", googleBody, "ada@acme.test", "allow", events).says(t, http.StatusForbidden, "A permission is missing", "calendar.events", "Try again")
	if got := w.states("1"); got != "google:missing_scope" {
		t.Errorf("stored: %s", got)
	}
	if got := w.google.Granted("ada@acme.test", "slotward"); len(got) != 0 {
		t.Errorf("Google still has the useless grant: %v", got)
	}
	w.connect("1", googleBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	w.connect("1", googleBody, "ada@acme.test", "allow", events).says(t, http.StatusForbidden)
	if got := w.states("1"); got != "google:missing_scope" {
		t.Error(got)
	}
	w.connect("1", googleBody, "ada@acme.test", "deny").says(t, http.StatusForbidden, "was not connected")
}

func TestGoogleAccountOfSomebodyElseStaysTheirs(t *testing.T) {
	w := newGoogleWorld(t)
	w.person("ada")
	w.person("bob")
	w.connect("2", googleBody, "bob@acme.test", "allow").says(t, http.StatusOK)
	w.connect("1", googleBody, "bob@acme.test", "allow").says(t, http.StatusConflict, "bob@acme.test")
	if got := w.states("1") + "," + w.states("2"); got != ",google:connected" {
		t.Error(got)
	}
	if got := w.google.Granted("bob@acme.test", "slotward"); len(got) == 0 {
		t.Error("bob's grant was revoked")
	}
	w.ok(http.StatusNoContent, "DELETE", "/api/v1/people/2", "", nil)
	if got := w.google.Granted("bob@acme.test", "slotward"); len(got) != 0 {
		t.Errorf("removing a person leaves the grant: %v", got)
	}
	w.connect("1", googleBody, "bob@acme.test", "allow").says(t, http.StatusOK)
}

func TestCalendarsThatCannotBeListedAreToldOnThePage(t *testing.T) {
	w := newGoogleWorld(t)
	w.person("ada")
	w.desk.Arm("google.calendars", "403", 10)
	page := w.connect("1", googleBody, "ada@acme.test", "allow")
	page.says(t, http.StatusOK, "Google Calendar is connected", "could not be listed")
	if got := w.states("1"); got != "google:connected" {
		t.Error(got)
	}
}

func TestSharedCalendarIsKeptOnce(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	s := &server{Options: withDefaults(w.options)}
	w.lists.listed = []sources.Calendar{{ID: "shared", Name: "Shared", Primary: true, Writable: true}}
	notes := map[string]connected{}
	for _, p := range []Person{ada, bob} {
		c := w.calendar(p)
		done := connected{connection: store.Connection{ID: c.Connection}}
		s.takeCalendars(WithIdentity(t.Context(), Identity{Name: "root", Role: Admin}), &done, true)
		notes[p.Email] = done
	}
	// Both have it as a primary calendar here, which Google would not do.
	if got := notes["bob@acme.test"]; len(got.notes) != 1 || !strings.Contains(got.notes[0], "ada@acme.test") {
		t.Errorf("%+v", got)
	}
}

// A link connects one account, however many consents were begun with it.
func TestALinkIsGoodForOneAccount(t *testing.T) {
	w := newGoogleWorld(t)
	w.person("ada")
	i := w.invite("1", `{"provider":"google"}`)
	one, two, three := newSurfer(t), newSurfer(t), newSurfer(t)
	first, second := one.open(i.URL), two.open(i.URL)
	one.consent(first, "ada@acme.test", "allow").says(t, http.StatusOK, "Google Calendar is connected")
	two.consent(second, "bob@acme.test", "allow").says(t, http.StatusBadRequest, "This link no longer works")
	if got := w.states("1"); got != "google:connected" {
		t.Error(got)
	}
	// One that runs out while its consent is under way still counts.
	w.pass(time.Minute)
	late := w.invite("1", `{"provider":"google"}`)
	w.pass(ticketLife - time.Minute)
	page := three.open(late.URL)
	w.pass(2 * time.Minute)
	three.consent(page, "bob@acme.test", "allow").says(t, http.StatusOK, "Google Calendar is connected")
}
