package dashboard_test

import (
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"slotward/internal/dashboard"
	"slotward/internal/server"
	"slotward/internal/server/frame"
	"slotward/internal/simulator"
	simzoom "slotward/internal/simulator/zoom"
	"slotward/reconciler"
	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

// adminWorld is the pages over the real API and a real store, with a simulated Zoom.
type adminWorld struct {
	testing.TB
	store *store.Store
	pages http.Handler
	zoom  *zoom.OAuth
	clock time.Time
}

// An admin who has no calendars of their own, and a member.
var (
	adminViewer  = server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	memberViewer = server.Identity{Name: "ada@acme.test", Person: 1, Role: server.Member, CSRF: "csrf-of-ada"}
)

func newAdminWorld(t testing.TB) *adminWorld {
	t.Helper()
	w := &adminWorld{TB: t, clock: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
	keys, err := seal.New()
	w.ok(err)
	w.store, err = store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), Sealer: keys, Now: w.now})
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() })
	sim := simzoom.New(simzoom.Options{Clock: simulator.NewClock(w.clock), Desk: simulator.NewDesk(), Seed: 1})
	served := httptest.NewServer(sim)
	t.Cleanup(func() { served.Close(); sim.Close() })
	w.zoom = &zoom.OAuth{
		ClientID: "slotward", ClientSecret: "zoom-client-secret", AuthURL: served.URL + "/oauth/authorize", TokenURL: served.URL + "/oauth/token",
		RevokeURL: served.URL + "/oauth/revoke", APIURL: served.URL + "/v2", HTTP: served.Client(), Now: w.now,
	}
	sim.AddClient("slotward", "zoom-client-secret", nil, "https://slotward.test/oauth/zoom/callback")
	everyMinute, err := cron.ParseStandard("* * * * *")
	w.ok(err)
	passes, err := reconciler.New(reconciler.Options{
		Store: w.store, Schedule: everyMinute, Audit: everyMinute, Now: w.now,
		Providers: reconciler.Providers{
			Source: func(string, *http.Client) (sources.Source, error) {
				return nil, errors.New("no calendar is read here")
			},
			Zoom: func(_ store.Connection, hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, served.URL+"/v2", w.now)
			},
		},
	})
	w.ok(err)
	look := frame.New("")
	server.New(server.Options{
		Store: w.store, Planner: passes, Previewer: passes, Calendars: passes, PublicURL: "https://slotward.test", Now: w.now, Version: "1.2.3", Frame: look,
		Authorizers: map[string]server.Authorizer{"zoom": w.zoom},
		Setups: map[string]server.Setup{
			"zoom":   {Where: "Zoom App Marketplace", Scopes: w.zoom.Scopes(), Fields: []server.Field{{Key: "zoom.client_id", Set: true, Cure: "set it"}}},
			"google": {Fields: []server.Field{{Key: "google.client_id", Cure: "make an OAuth client at Google"}}},
		},
		Pages: func(api http.Handler) http.Handler {
			w.pages = dashboard.New(dashboard.Options{API: api, Frame: look, Now: w.now})
			return w.pages
		},
	})
	return w
}

func (w *adminWorld) now() time.Time { return w.clock }

func (w *adminWorld) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// adminPage is an answer as a person sees it.
type adminPage struct {
	testing.TB
	*httptest.ResponseRecorder
	Text string // without tags, blanks put together
}

var (
	tagged = regexp.MustCompile(`(?s)<[^>]*>`)
	blanks = regexp.MustCompile(`\s+`)
)

// visit asks for a page as somebody; form is sent when it is not nil.
func (w *adminWorld) visit(who server.Identity, path string, form url.Values) *adminPage {
	w.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r := httptest.NewRequestWithContext(server.WithIdentity(w.Context(), who), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	out := &adminPage{TB: w.TB, ResponseRecorder: httptest.NewRecorder()}
	w.pages.ServeHTTP(out, r)
	text := html.UnescapeString(tagged.ReplaceAllString(out.Body.String(), " "))
	out.Text = strings.TrimSpace(blanks.ReplaceAllString(text, " "))
	if out.Code < 300 && strings.Contains(out.Body.String(), " style=") {
		w.Errorf("%s has a style of its own, which the policy forbids", path)
	}
	return out
}

func (w *adminWorld) get(path string) *adminPage {
	w.Helper()
	return w.visit(adminViewer, path, nil)
}

func (w *adminWorld) post(path string, pairs ...string) *adminPage {
	w.Helper()
	form := url.Values{"csrf": {adminViewer.CSRF}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return w.visit(adminViewer, path, form)
}

// says requires a status and texts, in this order.
func (p *adminPage) says(status int, texts ...string) *adminPage {
	p.Helper()
	if p.Code != status {
		p.Fatalf("answered %d, want %d: %s", p.Code, status, p.Text)
	}
	rest := p.Text
	for _, text := range texts {
		_, after, found := strings.Cut(rest, text)
		if !found {
			p.Fatalf("does not say %q (in this order) in: %s", text, p.Text)
		}
		rest = after
	}
	return p
}

// leads requires a redirect and returns what the page there says.
func (p *adminPage) leads(w *adminWorld, to string) *adminPage {
	p.Helper()
	if got := p.Header().Get("Location"); p.Code != http.StatusSeeOther || got != to {
		p.Fatalf("answered %d to %q, want %q: %s", p.Code, got, to, p.Text)
	}
	return w.get(to)
}

// field is the value of an input by its name.
func (p *adminPage) field(name string) string {
	p.Helper()
	input := regexp.MustCompile(`<input[^>]* name="` + name + `"[^>]*>`).FindString(p.Body.String())
	value := regexp.MustCompile(` value="([^"]*)"`).FindStringSubmatch(input)
	if value == nil {
		p.Fatalf("no field %s with a value in %s", name, p.Body)
	}
	return html.UnescapeString(value[1])
}

// person adds somebody.
func (w *adminWorld) person(name string) store.Person {
	w.Helper()
	p, err := w.store.CreatePerson(w.Context(), name, strings.ToLower(name)+"@acme.test")
	w.ok(err)
	return p
}

// connect gives somebody an account.
func (w *adminWorld) connect(p store.Person, provider, host string) store.Connection {
	w.Helper()
	c, err := w.store.Connect(w.Context(), store.Connection{
		Person: p.ID, Provider: provider, Account: provider + p.Email, Email: p.Email, HostID: host, State: store.Connected,
	}, store.Token{Access: "a", Refresh: "r"})
	w.ok(err)
	return c
}
