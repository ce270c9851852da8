package dashboard

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/oauth2"

	"slotward/internal/server"
	"slotward/internal/server/frame"
	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	simgoogle "slotward/internal/simulator/google"
	simzoom "slotward/internal/simulator/zoom"
	"slotward/reconciler"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

// confWorld is an installation with pages, whose Google and Zoom are the
// simulators, reached through the real clients. Its clock moves by hand.
type confWorld struct {
	t          *testing.T
	store      *store.Store
	clock      *simulator.Clock
	google     *simgoogle.Server
	zoom       *simzoom.Server
	reconciler *reconciler.Reconciler
	pages      http.Handler
	http       *httptest.Server // what a browser reaches: the consents
}

const confSecret = "client-secret"

func newConfWorld(t *testing.T, alter ...func(*server.Options)) *confWorld {
	t.Helper()
	w := &confWorld{t: t, clock: simulator.NewClock(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))}
	keys, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	w.store, err = store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), Sealer: keys, Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.http = httptest.NewUnstartedServer(nil)
	apps := w.providers("http://" + w.http.Listener.Addr().String())
	appearance := frame.New("")
	o := server.Options{
		Store: w.store, Planner: w.reconciler, Previewer: w.reconciler, Calendars: w.reconciler, Authorizers: apps,
		PublicURL: "http://" + w.http.Listener.Addr().String(), Now: w.clock.Now, Version: "test", Frame: appearance,
		Pages: func(api http.Handler) http.Handler {
			w.pages = New(Options{API: api, Frame: appearance, Now: w.clock.Now})
			return w.pages
		},
	}
	for _, f := range alter {
		f(&o)
	}
	w.http.Config.Handler = server.New(o)
	w.http.Start()
	t.Cleanup(w.http.Close)
	return w
}

// providers starts both simulators, and the reconciler that works with them.
func (w *confWorld) providers(public string) map[string]server.Authorizer {
	w.t.Helper()
	desk := simulator.NewDesk()
	w.google = simgoogle.New(simgoogle.Options{Clock: w.clock, Desk: desk})
	w.zoom = simzoom.New(simzoom.Options{Clock: w.clock, Desk: desk, Seed: 1})
	g, z := httptest.NewServer(w.google), httptest.NewServer(w.zoom)
	w.t.Cleanup(func() { g.Close(); z.Close(); w.zoom.Close() })
	w.google.SetURL(g.URL)
	w.zoom.SetURL(z.URL)
	w.google.AddClient("slotward", confSecret, public+"/oauth/google/callback")
	w.zoom.AddClient("slotward", confSecret, nil, public+"/oauth/zoom/callback")
	googleApp := &google.OAuth{
		ClientID: "slotward", ClientSecret: confSecret, AuthURL: g.URL + "/o/oauth2/v2/auth", TokenURL: g.URL + "/token",
		RevokeURL: g.URL + "/revoke", UserInfoURL: g.URL + "/v1/userinfo", Now: w.clock.Now,
	}
	zoomApp := &zoom.OAuth{
		ClientID: "slotward", ClientSecret: confSecret, AuthURL: z.URL + "/oauth/authorize", TokenURL: z.URL + "/oauth/token",
		RevokeURL: z.URL + "/oauth/revoke", APIURL: z.URL + "/v2", Now: w.clock.Now,
	}
	daily, err := cron.ParseStandard("0 3 * * *")
	if err != nil {
		w.t.Fatal(err)
	}
	atOnce := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	w.reconciler, err = reconciler.New(reconciler.Options{
		Store: w.store, Schedule: daily, Now: w.clock.Now,
		Providers: reconciler.Providers{
			Source: func(_ string, hc *http.Client) (sources.Source, error) { return google.New(hc, g.URL, w.clock.Now) },
			Zoom: func(_ store.Connection, hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, z.URL+"/v2", w.clock.Now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)), zoom.WithPause(atOnce))
			},
			Refresher: map[string]reconciler.Refresher{"google": googleApp, "zoom": zoomApp},
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return map[string]server.Authorizer{"google": googleApp, "zoom": zoomApp}
}

// newcomer adds somebody with an account at both providers, and events.
func (w *confWorld) newcomer(name string, events int) server.Identity {
	w.t.Helper()
	email := name + "@acme.test"
	if err := w.google.AddAccount(email, name); err != nil {
		w.t.Fatal(err)
	}
	w.zoom.AddAccount(email, name)
	p, err := w.store.CreatePerson(w.t.Context(), name, email)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range events {
		w.event(email, "Kickoff", 24*time.Hour+time.Duration(i)*time.Hour, time.Hour)
	}
	return server.Identity{Name: email, Person: p.ID, Role: server.Member, CSRF: "token-of-" + name}
}

// event puts an event with a guest into somebody's calendar, made some time ago.
func (w *confWorld) event(calendar, title string, ahead, made time.Duration) {
	w.t.Helper()
	now := w.clock.Now()
	_, err := w.google.Insert(calendar, simgoogle.NewEvent{
		Title: title, Start: now.Add(ahead), Minutes: 30, Guests: []string{"guest@else.test"}, Created: now.Add(-made),
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// connected is newcomer with both accounts connected and the primary calendar kept.
func (w *confWorld) connected(name string, events int) server.Identity {
	w.t.Helper()
	who := w.newcomer(name, events)
	w.consent(who, "google", who.Name)
	w.consent(who, "zoom", who.Name)
	calendars, err := w.store.Calendars(w.t.Context(), who.Person)
	if err != nil || len(calendars) != 1 {
		w.t.Fatalf("%+v %v", calendars, err)
	}
	w.post(who, "/people/me/welcome", url.Values{"step": {"choose"}, "calendar": {confID(calendars[0].ID)}}).leads(w.t, "/people/me/welcome?done=kept")
	return who
}

// consent connects an account through the pages and the provider's consent page.
func (w *confWorld) consent(who server.Identity, provider, account string) {
	w.t.Helper()
	next := w.post(who, "/people/me/connections", url.Values{"provider": {provider}, "from": {"welcome"}})
	if !strings.HasPrefix(next.to, "/oauth/"+provider+"/start?ticket=") {
		w.t.Fatalf("led to %d %q", next.status, next.to)
	}
	b := w.browser(who)
	page, err := b.Open(w.t.Context(), w.http.URL+next.to)
	if err == nil {
		_, err = b.Decide(w.t.Context(), page, browser.Choice{Account: account})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// browser is one in which somebody is signed in.
func (w *confWorld) browser(who server.Identity) *browser.Browser {
	w.t.Helper()
	secret := oauth2.GenerateVerifier() // as unguessable as a session's
	err := w.store.CreateSession(w.t.Context(), store.Session{Secret: secret, Person: who.Person, ExpiresAt: w.clock.Now().Add(time.Hour)})
	if err != nil {
		w.t.Fatal(err)
	}
	public, err := url.Parse(w.http.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	b := browser.New()
	b.HTTP.Jar.SetCookies(public, []*http.Cookie{{Name: "slotward", Value: secret, Path: "/"}})
	return b
}

// pass lets the reconciler do what is due.
func (w *confWorld) pass() {
	w.t.Helper()
	ctx := w.t.Context()
	for range 20 {
		lease, err := w.store.Claim(ctx, "test", time.Minute)
		if err != nil {
			return // nobody is due
		}
		if err := w.store.Finish(ctx, lease, w.reconciler.Pass(ctx, lease)); err != nil {
			w.t.Fatal(err)
		}
	}
	w.t.Fatal("passes do not come to an end")
}

// get asks for a page as somebody.
func (w *confWorld) get(who server.Identity, path string) confPage {
	return w.ask(who, http.MethodGet, path, nil)
}

// post sends a form as somebody.
func (w *confWorld) post(who server.Identity, path string, form url.Values) confPage {
	return w.ask(who, http.MethodPost, path, form)
}

func (w *confWorld) ask(who server.Identity, method, path string, form url.Values) confPage {
	w.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(server.WithIdentity(w.t.Context(), who), method, path, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: zoneCookie, Value: "Europe%2FBerlin"})
	out := httptest.NewRecorder()
	w.pages.ServeHTTP(out, r)
	return confLook(w.t, path, out)
}
