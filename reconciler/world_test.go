package reconciler

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/oauth2"

	"slotward/internal/contract"
	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	googlesim "slotward/internal/simulator/google"
	zoomsim "slotward/internal/simulator/zoom"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

const redirect = "http://127.0.0.1:9/callback"

// monday is when every world begins.
var monday = time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)

// world is the real store, the real clients and both simulated providers under
// their contracts, on one clock that is moved by hand.
type world struct {
	*testing.T
	ctx       context.Context
	clock     *simulator.Clock
	google    *googlesim.Server
	zoom      *zoomsim.Server
	desks     [2]*simulator.Desk
	store     *store.Store
	file      string // of the database
	options   Options
	r         *Reconciler
	log       safeBuffer
	transport *http.Transport
	oauth     struct {
		google *google.OAuth
		zoom   *zoom.OAuth
	}

	mu     sync.Mutex
	before func(simulator.Call) // called while a provider works on a request, before and after
	after  func(simulator.Call)
}

// somebody is a person of a world, connected to both providers.
type somebody struct {
	store.Person
	google, zoom store.Connection
	calendar     store.Calendar
}

func newWorld(t *testing.T, alter ...func(*Options)) *world {
	t.Helper()
	w := &world{T: t, ctx: t.Context(), clock: simulator.NewClock(monday), transport: &http.Transport{}}
	t.Cleanup(w.transport.CloseIdleConnections)
	w.desks = [2]*simulator.Desk{w.desk(), w.desk()}
	w.google = googlesim.New(googlesim.Options{Clock: w.clock, Desk: w.desks[0]})
	w.zoom = zoomsim.New(zoomsim.Options{Clock: w.clock, Desk: w.desks[1], Seed: 1})
	contract := contract.ForTest(t)
	googleURL := w.serve(contract.Google(w.google))
	zoomURL := w.serve(w.dated(contract.Zoom(w.zoom)))
	w.google.SetURL(googleURL)
	w.zoom.SetURL(zoomURL)
	w.google.AddClient("1-app", "google-secret", redirect)
	w.zoom.AddClient("app", "zoom-secret", nil, redirect)
	hc := &http.Client{Transport: w.transport}
	w.oauth.google = &google.OAuth{ClientID: "1-app", ClientSecret: "google-secret", HTTP: hc, Now: w.clock.Now,
		AuthURL: googleURL + "/o/oauth2/v2/auth", TokenURL: googleURL + "/token", RevokeURL: googleURL + "/revoke", UserInfoURL: googleURL + "/v1/userinfo"}
	w.oauth.zoom = &zoom.OAuth{ClientID: "app", ClientSecret: "zoom-secret", HTTP: hc, Now: w.clock.Now,
		AuthURL: zoomURL + "/oauth/authorize", TokenURL: zoomURL + "/oauth/token", RevokeURL: zoomURL + "/oauth/revoke", APIURL: zoomURL + "/v2"}
	w.openStore()
	w.options = Options{
		Store: w.store, Schedule: cron.Every(15 * time.Minute), Now: w.clock.Now, Poll: time.Millisecond,
		Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Providers: Providers{
			Source: func(_ string, hc *http.Client) (sources.Source, error) {
				return google.New(hc, googleURL, w.options.Now)
			},
			Zoom: func(_ store.Connection, hc *http.Client) Zoom {
				return zoom.New(hc, zoomURL+"/v2", w.options.Now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)))
			},
			Refresher: map[string]Refresher{"google": w.oauth.google, "zoom": w.oauth.zoom},
			Transport: w.transport,
		},
	}
	for _, f := range alter {
		f(&w.options)
	}
	w.r = w.process()
	t.Cleanup(w.checkLog)
	return w
}

func (w *world) openStore() {
	w.Helper()
	key, err := seal.New()
	w.must(err)
	w.file = filepath.Join(w.TempDir(), "slotward.db")
	w.store, err = store.Open(w.ctx, store.Options{DSN: "sqlite:" + w.file, Sealer: key, Now: w.clock.Now})
	w.must(err)
	w.Cleanup(func() { _ = w.store.Close() })
}

// process is another process on the same store.
func (w *world) process() *Reconciler {
	w.Helper()
	r, err := New(w.options)
	w.must(err)
	return r
}

func (w *world) serve(h http.Handler) string {
	server := httptest.NewServer(h)
	w.Cleanup(server.Close)
	return server.URL
}

// dated gives answers the world's time, as providers give theirs.
func (w *world) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		rw.Header().Set("Date", w.clock.Now().Format(http.TimeFormat))
		next.ServeHTTP(rw, req)
	})
}

func (w *world) desk() *simulator.Desk {
	d := simulator.NewDesk()
	d.SlowFor = 20 * time.Millisecond
	hook := func(which *func(simulator.Call)) func(simulator.Call) {
		return func(c simulator.Call) {
			w.mu.Lock()
			f := *which
			w.mu.Unlock()
			if f != nil {
				f(c)
			}
		}
	}
	d.Before, d.After = hook(&w.before), hook(&w.after)
	return d
}

// during calls f when an operation has taken effect at its provider and was
// not answered yet; the first time only.
func (w *world) during(operation string, f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var once sync.Once
	w.after = func(c simulator.Call) {
		if c.Operation == operation {
			once.Do(f)
		}
	}
}

// ahead calls f before each request is worked on.
func (w *world) ahead(f func(simulator.Call)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before = f
}

// person makes an account at both providers and connects it.
func (w *world) person(name string) *somebody {
	w.Helper()
	email := name + "@acme.test"
	w.must(w.google.AddAccount(email, name))
	w.zoom.AddAccount(email, name)
	p := &somebody{}
	var err error
	p.Person, err = w.store.CreatePerson(w.ctx, name, email)
	w.must(err)
	p.google = w.connect(p, "google")
	p.zoom = w.connect(p, "zoom")
	listed, err := w.r.Refresh(w.ctx, p.google.ID)
	w.must(err)
	p.calendar = w.alter(listed[0].ID, func(c *store.Calendar) { c.On = true })
	w.reset()
	return p
}

func (w *world) alter(calendar int64, f func(*store.Calendar)) store.Calendar {
	w.Helper()
	c, err := w.store.UpdateCalendar(w.ctx, calendar, func(c *store.Calendar) error { f(c); return nil })
	w.must(err)
	return c
}

// oauthClient is what both providers' OAuth clients can do.
type oauthClient interface {
	Authorize(state, verifier, redirect string) string
	Exchange(ctx context.Context, code, verifier, redirect string) (*oauth2.Token, error)
	Identify(ctx context.Context, tok *oauth2.Token) (account, email string, err error)
}

// connect goes through a provider's consent page and stores what comes of it.
func (w *world) connect(p *somebody, provider string) store.Connection {
	w.Helper()
	client := oauthClient(w.oauth.google)
	if provider == "zoom" {
		client = w.oauth.zoom
	}
	verifier := oauth2.GenerateVerifier()
	tok, err := client.Exchange(w.ctx, w.consent(client.Authorize("state", verifier, redirect), p.Email), verifier, redirect)
	w.must(err)
	account, email, err := client.Identify(w.ctx, tok)
	w.must(err)
	c, err := w.store.Connect(w.ctx, store.Connection{Person: p.ID, Provider: provider, Account: account, Email: email, State: store.Connected},
		store.Token{Access: tok.AccessToken, Refresh: tok.RefreshToken, Expiry: w.clock.Now().Add(time.Hour)})
	w.must(err)
	return c
}

// consent allows everything and returns the code.
func (w *world) consent(authorize, account string) string {
	w.Helper()
	b := browser.New()
	b.HTTP.Transport = w.transport
	page, err := b.Open(w.ctx, authorize)
	w.must(err)
	back, err := b.SentBack(w.ctx, page, browser.Choice{Account: account})
	w.must(err)
	return back.Query().Get("code")
}

// event puts an event with a guest on a person's calendar, tomorrow at hour:00
// for half an hour, and returns its id.
func (w *world) event(p *somebody, title string, hour int, alter ...func(*googlesim.NewEvent)) string {
	w.Helper()
	e := googlesim.NewEvent{Title: title, Start: at(hour), Minutes: 30, Guests: []string{"bob@client.test"}}
	for _, f := range alter {
		f(&e)
	}
	id, err := w.google.Insert(p.Email, e)
	w.must(err)
	return id
}

// at is an hour of the day after monday.
func at(hour int) time.Time {
	return monday.Truncate(24 * time.Hour).Add(time.Duration(24+hour) * time.Hour)
}

// pass runs one pass of a person, as the loop would, and returns how it ended.
func (w *world) pass(p *somebody) store.Outcome {
	w.Helper()
	lease := w.lease(p)
	outcome := w.r.Pass(w.ctx, lease)
	if err := w.store.Finish(w.ctx, lease, outcome); err != nil && !errors.Is(err, store.ErrLeaseLost) {
		w.Fatal(err)
	}
	return outcome
}

// fine runs a pass that must go well.
func (w *world) fine(p *somebody) store.Outcome {
	w.Helper()
	outcome := w.pass(p)
	if outcome.Error != "" {
		w.Fatalf("the pass failed: %s", outcome.Error)
	}
	return outcome
}

// lease claims the person.
func (w *world) lease(p *somebody) store.Lease {
	w.Helper()
	w.must(w.store.Request(w.ctx, p.ID))
	var others []store.Lease
	for {
		lease, err := w.store.Claim(w.ctx, "tester", time.Minute)
		w.must(err)
		if lease.Person != p.ID {
			others = append(others, lease)
			continue
		}
		for _, l := range others {
			w.must(w.store.Finish(w.ctx, l, store.Outcome{NextAt: w.clock.Now()}))
		}
		return lease
	}
}

// wait moves the clock.
func (w *world) wait(d time.Duration) { w.clock.Set(w.clock.Now().Add(d)) }

// fault makes the next n calls of an operation fail.
func (w *world) fault(operation, kind string, n int) {
	desk := w.desks[0]
	if strings.HasPrefix(operation, "zoom.") {
		desk = w.desks[1]
	}
	desk.Arm(operation, kind, n)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// safeBuffer is a log that several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
