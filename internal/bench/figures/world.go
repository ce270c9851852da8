package figures

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
	simzoom "slotward/internal/simulator/zoom"
	"slotward/reconciler"
	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

const (
	person       = "ada@acme.test"
	clientID     = "bench-client"
	clientSecret = "bench-secret"
)

// providers are a simulated provider of calendars and a simulated Zoom on
// loopback, with one account each.
type providers struct {
	*calendars
	clock    *simulator.Clock
	zoom     *simzoom.Server
	zoomDesk *simulator.Desk
	zoomURL  string
	servers  []*http.Server
}

// newProviders serves both. redirect is the base of our callbacks.
func newProviders(name sources.Provider, clock *simulator.Clock, redirect string) (*providers, error) {
	c, err := newCalendars(name, clock, redirect+"/oauth/"+string(name)+"/callback")
	if err != nil {
		return nil, err
	}
	p := &providers{calendars: c, clock: clock, zoomDesk: simulator.NewDesk()}
	p.zoom = simzoom.New(simzoom.Options{Clock: clock, Desk: p.zoomDesk})
	p.zoom.AddClient(clientID, clientSecret, nil, redirect+"/oauth/zoom/callback")
	p.zoom.AddAccount(person, "Ada")
	if c.url, err = p.serve(c); err == nil {
		p.zoomURL, err = p.serve(p.zoom)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	c.at(c.url)
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
	reach       Provider // of the calendar's provider
	store       *store.Store
	reconciler  *reconciler.Reconciler
	zoomApp     *zoom.OAuth
	calendarApp OAuth
	connection  int64 // at the calendar's provider
	calendar    store.Calendar
}

// newWorld connects the person to both providers and turns the calendar on.
func newWorld(ctx context.Context, folder, name string, at Provider) (*world, error) {
	const redirect = "http://127.0.0.1:8844"
	p, err := newProviders(at.Name, simulator.NewClock(time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)), redirect)
	if err != nil {
		return nil, err
	}
	w := &world{providers: p, reach: at}
	w.calendarApp = at.OAuth(w.app())
	w.zoomApp = &zoom.OAuth{
		ClientID: clientID, ClientSecret: clientSecret, Now: p.clock.Now, APIURL: p.zoomURL + "/v2",
		AuthURL: p.zoomURL + "/oauth/authorize", TokenURL: p.zoomURL + "/oauth/token", RevokeURL: p.zoomURL + "/oauth/revoke",
	}
	if err = w.open(ctx, filepath.Join(folder, name+"-"+string(at.Name)+".db")); err == nil {
		err = w.connect(ctx, redirect)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// app is this installation as the calendar's provider knows it.
func (w *world) app() App { return App{clientID, clientSecret, w.url, w.clock.Now} }

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
			Source: func(_ string, hc *http.Client) (sources.Source, error) { return w.reach.Source(hc, w.app()) },
			Zoom: func(_ store.Connection, hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, w.zoomURL+"/v2", w.clock.Now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)))
			},
			Refresher: map[string]reconciler.Refresher{string(w.reach.Name): w.calendarApp, "zoom": w.zoomApp},
		},
	})
	return err
}

// connect adds the person and both connections, tokens and all.
func (w *world) connect(ctx context.Context, redirect string) error {
	p, err := w.store.CreatePerson(ctx, "Ada", person)
	if err != nil {
		return err
	}
	if _, err := w.consent(ctx, w.zoomApp, "zoom", p.ID, redirect); err != nil {
		return fmt.Errorf("connecting Zoom: %w", err)
	}
	if w.connection, err = w.consent(ctx, w.calendarApp, string(w.reach.Name), p.ID, redirect); err != nil {
		return fmt.Errorf("connecting the calendar: %w", err)
	}
	return w.turnOn(ctx)
}

// consent lets us in at a provider as the person does, and stores the connection.
func (w *world) consent(ctx context.Context, at OAuth, provider string, owner int64, redirect string) (connection int64, err error) {
	verifier := oauth2.GenerateVerifier()
	redirect += "/oauth/" + provider + "/callback"
	back, err := browser.SentBack(ctx, at.Authorize("state", verifier, redirect), browser.Choice{Account: person})
	if err != nil {
		return 0, err
	}
	tok, err := at.Exchange(ctx, back.Query().Get("code"), verifier, redirect)
	if err != nil {
		return 0, err
	}
	account, _, err := at.Identify(ctx, tok)
	if err != nil {
		return 0, err
	}
	c := store.Connection{Person: owner, Provider: provider, Account: account, Email: person}
	if provider == "zoom" {
		c.HostID, _, _ = strings.Cut(account, "@")
	}
	// A token's life counts from now on the clock that stands still.
	expiry := w.clock.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	c, err = w.store.Connect(ctx, c, store.Token{Access: tok.AccessToken, Refresh: tok.RefreshToken, Expiry: expiry})
	return c.ID, err
}

// turnOn turns the connection's one calendar on.
func (w *world) turnOn(ctx context.Context) error {
	listed, err := w.reconciler.Refresh(ctx, w.connection)
	if err != nil {
		return err
	}
	for _, c := range listed {
		if c.Primary {
			w.calendar = c
		}
	}
	w.calendar, err = w.store.UpdateCalendar(ctx, w.calendar.ID, func(c *store.Calendar) error {
		c.On, c.OnSince = true, w.clock.Now()
		return nil
	})
	return err
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
	mails int            // that guests were sent
	rows  int64          // rows of state changed
	took  time.Duration
}

// claim moves the clock to the person's next due time and takes the work.
func (w *world) claim(ctx context.Context) (store.Lease, error) {
	w.clock.Set(w.clock.Now().Add(time.Minute).Truncate(time.Minute))
	return w.store.Claim(ctx, "bench", 10*time.Minute)
}

// pass lets the next pass run.
func (w *world) pass(ctx context.Context) (seen, error) {
	w.desk.Reset()
	w.zoomDesk.Reset()
	before, mailed, began := w.store.RowsWritten(), w.mails(), time.Now()
	lease, err := w.claim(ctx)
	if err != nil {
		return seen{}, err
	}
	outcome := w.reconciler.Pass(ctx, lease)
	s := seen{calls: map[string]int{}, mails: w.mails() - mailed, rows: w.store.RowsWritten() - before, took: time.Since(began)}
	if err := w.store.Finish(ctx, lease, outcome); err != nil {
		return s, err
	}
	if outcome.Error != "" {
		return s, errors.New(outcome.Error)
	}
	for _, desk := range []*simulator.Desk{w.desk, w.zoomDesk} {
		for operation, n := range desk.Counts() {
			if strings.Contains(operation, ".") { // the others are sums
				s.calls[operation] = n
			}
		}
	}
	return s, nil
}
