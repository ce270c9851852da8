package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/oauth2"

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

const (
	person       = "ada@acme.test"
	clientID     = "bench-client"
	clientSecret = "bench-secret"
)

// providers are the simulated Google and Zoom on loopback, with one account each.
type providers struct {
	clock                *simulator.Clock
	google               *simgoogle.Server
	zoom                 *simzoom.Server
	googleDesk, zoomDesk *simulator.Desk
	googleURL, zoomURL   string
	servers              []*http.Server
}

// newProviders serves both. redirect is the base of our callbacks.
func newProviders(clock *simulator.Clock, redirect string) (*providers, error) {
	p := &providers{clock: clock, googleDesk: simulator.NewDesk(), zoomDesk: simulator.NewDesk()}
	p.google = simgoogle.New(simgoogle.Options{Clock: clock, Desk: p.googleDesk})
	p.zoom = simzoom.New(simzoom.Options{Clock: clock, Desk: p.zoomDesk})
	p.google.AddClient(clientID, clientSecret, redirect+"/oauth/google/callback")
	p.zoom.AddClient(clientID, clientSecret, nil, redirect+"/oauth/zoom/callback")
	p.zoom.AddAccount(person, "Ada")
	err := p.google.AddAccount(person, "Ada")
	if err == nil {
		p.googleURL, err = p.serve(p.google)
	}
	if err == nil {
		p.zoomURL, err = p.serve(p.zoom)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	p.google.SetURL(p.googleURL)
	p.zoom.SetURL(p.zoomURL)
	return p, nil
}

// serve serves h on a free port of this machine.
func (p *providers) serve(h http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	p.servers = append(p.servers, server)
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), nil
}

func (p *providers) close() {
	for _, server := range p.servers {
		_ = server.Close()
	}
	p.zoom.Close()
}

// world is a person whose calendar is kept, all in this process: real clients
// over HTTP, a real store in a file, and a clock that stands still.
type world struct {
	*providers
	store      *store.Store
	reconciler *reconciler.Reconciler
	zoomApp    *zoom.OAuth
	googleApp  *google.OAuth
	calendar   int64
}

// newWorld connects the person to both providers and turns the calendar on.
func newWorld(ctx context.Context, folder, name string) (*world, error) {
	const redirect = "http://127.0.0.1:8844"
	p, err := newProviders(simulator.NewClock(time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)), redirect)
	if err != nil {
		return nil, err
	}
	w := &world{providers: p}
	w.googleApp = &google.OAuth{
		ClientID: clientID, ClientSecret: clientSecret,
		AuthURL: p.googleURL + "/o/oauth2/v2/auth", TokenURL: p.googleURL + "/token", RevokeURL: p.googleURL + "/revoke",
	}
	w.zoomApp = &zoom.OAuth{
		ClientID: clientID, ClientSecret: clientSecret, Now: p.clock.Now, APIURL: p.zoomURL + "/v2",
		AuthURL: p.zoomURL + "/oauth/authorize", TokenURL: p.zoomURL + "/oauth/token", RevokeURL: p.zoomURL + "/oauth/revoke",
	}
	if err = w.open(ctx, filepath.Join(folder, name+".db")); err == nil {
		err = w.connect(ctx, redirect)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// open opens a store of its own and wires the reconciler as the daemon does.
func (w *world) open(ctx context.Context, path string) error {
	key, err := seal.New()
	if err != nil {
		return err
	}
	w.store, err = store.Open(ctx, store.Options{DSN: "sqlite:" + path, Sealer: key, Now: w.clock.Now})
	if err != nil {
		return err
	}
	schedule, err := cron.ParseStandard("* * * * *")
	if err != nil {
		return err
	}
	audit, err := cron.ParseStandard("@daily")
	if err != nil {
		return err
	}
	w.reconciler, err = reconciler.New(reconciler.Options{
		Store: w.store, Schedule: schedule, Audit: audit, Now: w.clock.Now,
		Providers: reconciler.Providers{
			Source: func(_ string, hc *http.Client) (sources.Source, error) {
				return google.New(hc, w.googleURL+"/", w.clock.Now)
			},
			Zoom: func(hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, w.zoomURL+"/v2", w.clock.Now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)))
			},
			Refresher: map[string]reconciler.Refresher{"google": w.googleApp, "zoom": w.zoomApp},
		},
	})
	return err
}

// app is an OAuth client at a provider.
type app interface {
	Authorize(state, verifier, redirect string) string
	Exchange(ctx context.Context, code, verifier, redirect string) (*oauth2.Token, error)
}

// connect adds the person and both connections, tokens and all.
func (w *world) connect(ctx context.Context, redirect string) error {
	p, err := w.store.CreatePerson(ctx, "Ada", person)
	if err != nil {
		return err
	}
	tok, err := authorise(ctx, w.zoomApp, redirect+"/oauth/zoom/callback")
	if err != nil {
		return fmt.Errorf("connecting Zoom: %w", err)
	}
	account, _, err := w.zoomApp.Identify(ctx, tok)
	if err != nil {
		return err
	}
	host, _, _ := strings.Cut(account, "@")
	if _, err := w.store.Connect(ctx, store.Connection{Person: p.ID, Provider: "zoom", Account: account, Email: person, HostID: host}, tokenOf(tok, w.clock.Now())); err != nil {
		return err
	}
	if tok, err = authorise(ctx, w.googleApp, redirect+"/oauth/google/callback"); err != nil {
		return fmt.Errorf("connecting Google: %w", err)
	}
	sub, err := w.google.Sub(person)
	if err != nil {
		return err
	}
	c, err := w.store.Connect(ctx, store.Connection{Person: p.ID, Provider: "google", Account: sub, Email: person}, tokenOf(tok, w.clock.Now()))
	if err != nil {
		return err
	}
	return w.turnOn(ctx, c.ID)
}

// turnOn turns the connection's one calendar on.
func (w *world) turnOn(ctx context.Context, connection int64) error {
	calendars, err := w.reconciler.Refresh(ctx, connection)
	if err != nil {
		return err
	}
	for _, c := range calendars {
		if c.Primary {
			w.calendar = c.ID
		}
	}
	_, err = w.store.UpdateCalendar(ctx, w.calendar, func(c *store.Calendar) error {
		c.On, c.OnSince = true, w.clock.Now()
		return nil
	})
	return err
}

// authorise lets an app in as a person does, and returns its token.
func authorise(ctx context.Context, a app, redirect string) (*oauth2.Token, error) {
	verifier := oauth2.GenerateVerifier()
	back, err := browser.SentBack(ctx, a.Authorize("state", verifier, redirect), browser.Choice{Account: person})
	if err != nil {
		return nil, err
	}
	return a.Exchange(ctx, back.Query().Get("code"), verifier, redirect)
}

// tokenOf is a token as the store keeps it; its life counts from now.
func tokenOf(tok *oauth2.Token, now time.Time) store.Token {
	return store.Token{Access: tok.AccessToken, Refresh: tok.RefreshToken, Expiry: now.Add(time.Duration(tok.ExpiresIn) * time.Second)}
}

func (w *world) close() {
	if w.store != nil {
		_ = w.store.Close()
	}
	w.providers.close()
}

// seen is what one pass asked of the providers and left in the store.
type seen struct {
	calls map[string]int // by operation
	rows  int64          // rows of state changed
	took  time.Duration
}

// pass moves the clock to the person's next due time and lets one pass run.
func (w *world) pass(ctx context.Context) (seen, error) {
	w.clock.Set(w.clock.Now().Add(time.Minute).Truncate(time.Minute))
	w.googleDesk.Reset()
	w.zoomDesk.Reset()
	before, began := w.store.RowsWritten(), time.Now()
	lease, err := w.store.Claim(ctx, "bench", 10*time.Minute)
	if err != nil {
		return seen{}, err
	}
	outcome := w.reconciler.Pass(ctx, lease)
	s := seen{calls: map[string]int{}, rows: w.store.RowsWritten() - before, took: time.Since(began)}
	if err := w.store.Finish(ctx, lease, outcome); err != nil {
		return s, err
	}
	if outcome.Error != "" {
		return s, errors.New(outcome.Error)
	}
	for _, desk := range []*simulator.Desk{w.googleDesk, w.zoomDesk} {
		for operation, n := range desk.Counts() {
			if strings.Contains(operation, ".") { // the others are sums
				s.calls[operation] = n
			}
		}
	}
	return s, nil
}
