package dashboard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"slotward/internal/server"
	"slotward/internal/server/frame"
	"slotward/internal/simulator"
	simgoogle "slotward/internal/simulator/google"
	simzoom "slotward/internal/simulator/zoom"
	"slotward/reconciler"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

// world is an installation with pages, over the real API and a real store. Its
// Google and Zoom are the simulators, reached through the real clients. Its clock
// stands at 2026-12-01T08:00:00Z, a Tuesday, and moves by hand.
type world struct {
	testing.TB
	store      *store.Store
	clock      *simulator.Clock
	google     *simgoogle.Server
	zoom       *simzoom.Server
	zoomApp    *zoom.OAuth
	reconciler *reconciler.Reconciler
	plans      plans
	api        http.Handler
	pages      http.Handler
	foresight  *foresight // of the pages: they wait for what they foresee
	background sync.WaitGroup
	frame      *frame.Frame
	http       *httptest.Server // what a browser reaches without being signed in: the consents
	stopping   chan struct{}

	mu   sync.Mutex
	next func(*store.Tx) error // what the next pass that is asked for does; nil: nothing is at work
}

// plans are what is told of what the next pass would do, by person.
type plans map[int64]plan.Plan

func (p plans) Plan(_ context.Context, person int64) (plan.Plan, error)    { return p[person], nil }
func (p plans) Rebuild(_ context.Context, person int64) (plan.Plan, error) { return p[person], nil }

const (
	clientSecret = "the-client-secret"
	elsewhere    = "https://slotward.test" // where an installation is that is not on loopback
)

// newWorld makes a world; alter changes what its server is made of.
func newWorld(t testing.TB, alter ...func(*world, *server.Options)) *world {
	t.Helper()
	w := &world{TB: t, clock: simulator.NewClock(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)), plans: plans{}, stopping: make(chan struct{}), frame: frame.New("")}
	keys, err := seal.New()
	w.ok(err)
	w.store, err = store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), Sealer: keys, Now: w.now})
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() })
	t.Cleanup(w.background.Wait)
	w.http = httptest.NewUnstartedServer(nil)
	public := "http://" + w.http.Listener.Addr().String()
	apps := w.providers(public)
	o := server.Options{
		Store: w.store, Planner: w.plans, Previewer: w.reconciler, Calendars: w.reconciler, Authorizers: apps,
		PublicURL: public, Frame: w.frame, Now: w.now, Version: "1.2.3", Wake: w.wake,
		Pages: func(api http.Handler) http.Handler {
			w.api = api
			w.open(api)
			return w.pages
		},
	}
	for _, f := range alter {
		f(w, &o)
	}
	w.http.Config.Handler = server.New(o)
	w.http.Start()
	t.Cleanup(w.http.Close)
	return w
}

// providers starts both simulators, and the reconciler that works with them.
func (w *world) providers(public string) map[string]server.Authorizer {
	w.Helper()
	desk := simulator.NewDesk()
	w.google = simgoogle.New(simgoogle.Options{Clock: w.clock, Desk: desk})
	w.zoom = simzoom.New(simzoom.Options{Clock: w.clock, Desk: desk, Seed: 1})
	g, z := httptest.NewServer(w.google), httptest.NewServer(w.zoom)
	w.Cleanup(func() { g.Close(); z.Close(); w.zoom.Close() })
	w.google.SetURL(g.URL)
	w.zoom.SetURL(z.URL)
	w.google.AddClient("slotward", clientSecret, public+"/oauth/google/callback")
	w.zoom.AddClient("slotward", clientSecret, nil, public+"/oauth/zoom/callback", elsewhere+"/oauth/zoom/callback")
	googleApp := &google.OAuth{
		ClientID: "slotward", ClientSecret: clientSecret, AuthURL: g.URL + "/o/oauth2/v2/auth", TokenURL: g.URL + "/token",
		RevokeURL: g.URL + "/revoke", UserInfoURL: g.URL + "/v1/userinfo", Now: w.now,
	}
	w.zoomApp = &zoom.OAuth{
		ClientID: "slotward", ClientSecret: clientSecret, AuthURL: z.URL + "/oauth/authorize", TokenURL: z.URL + "/oauth/token",
		RevokeURL: z.URL + "/oauth/revoke", APIURL: z.URL + "/v2", Now: w.now,
	}
	daily, err := cron.ParseStandard("0 3 * * *")
	w.ok(err)
	atOnce := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	w.reconciler, err = reconciler.New(reconciler.Options{
		Store: w.store, Schedule: daily, Now: w.now,
		Providers: reconciler.Providers{
			Source: func(_ string, hc *http.Client) (sources.Source, error) { return google.New(hc, g.URL, w.now) },
			Zoom: func(_ store.Connection, hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, z.URL+"/v2", w.now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)), zoom.WithPause(atOnce))
			},
			Refresher: map[string]reconciler.Refresher{"google": googleApp, "zoom": w.zoomApp},
		},
	})
	w.ok(err)
	return map[string]server.Authorizer{"google": googleApp, "zoom": w.zoomApp}
}

// open makes the pages over an API.
func (w *world) open(api http.Handler) {
	d := newDashboard(Options{API: api, Frame: w.frame, Joining: server.Joining(w.store), Stopping: w.stopping, Go: w.background.Go, Now: w.now})
	w.pages, w.foresight = d.mux, d.foresight
	w.foresight.patience = patience{forever, forever}
}

// forever is longer than any test.
const forever = time.Hour

func (w *world) now() time.Time { return w.clock.Now() }

// wait moves the clock.
func (w *world) wait(d time.Duration) { w.clock.Set(w.now().Add(d)) }

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// wake is the loop: it does at once what the next pass is to do.
func (w *world) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if do := w.next; do != nil {
		w.write(do)
	}
}

// write does what a pass does: claims somebody due, writes, and finishes.
func (w *world) write(do func(*store.Tx) error) {
	w.Helper()
	ctx := context.Background()
	lease, err := w.store.Claim(ctx, "test", time.Minute)
	w.ok(err)
	w.ok(w.store.Write(ctx, lease, do))
	w.ok(w.store.Finish(ctx, lease, store.Outcome{NextAt: w.now().Add(time.Hour)}))
}

// pass lets the reconciler do what is due.
func (w *world) pass() {
	w.Helper()
	ctx := w.Context()
	for range 20 {
		lease, err := w.store.Claim(ctx, "test", time.Minute)
		if err != nil {
			return // nobody is due
		}
		w.ok(w.store.Finish(ctx, lease, w.reconciler.Pass(ctx, lease)))
	}
	w.Fatal("passes do not come to an end")
}
