package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/robfig/cron/v3"

	"slotward/internal/scenario"
	"slotward/internal/server"
	"slotward/reconciler"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/sources/microsoft"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

// daemon is the daemon without its process and its loop: the store, the
// reconciler and the HTTP server, wired as serve does. It works when told to.
type daemon struct {
	template   string // an empty store, made once: migrating takes longer than a history
	key        store.Sealer
	store      *store.Store
	reconciler *reconciler.Reconciler
	transport  *http.Transport
}

// newTemplate makes the empty store that every history begins with.
func newTemplate(folder string) (*daemon, error) {
	key, err := seal.New()
	if err != nil {
		return nil, err
	}
	d := &daemon{template: filepath.Join(folder, "template.db"), key: key}
	empty, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + d.template, Sealer: key, Now: time.Now})
	if err != nil {
		return nil, err
	}
	return d, empty.Close()
}

// fresh is a daemon with an empty store of its own.
func (d *daemon) fresh() *daemon { return &daemon{template: d.template, key: d.key} }

// Start implements scenario.Local.
func (d *daemon) Start(at scenario.Surroundings) (http.Handler, string, error) {
	path := filepath.Join(at.Folder, "slotward.db")
	empty, err := os.ReadFile(d.template)
	if err == nil {
		err = os.WriteFile(path, empty, 0o600)
	}
	if err == nil {
		d.store, err = store.Open(context.Background(), store.Options{DSN: "sqlite:" + path, Sealer: d.key, Now: at.Now})
	}
	if err != nil {
		return nil, "", err
	}
	token, err := d.store.CreateAPIToken(context.Background(), "history")
	if err != nil {
		return nil, "", err
	}
	handler, err := d.wire(at)
	return handler, token, err
}

func (d *daemon) wire(at scenario.Surroundings) (http.Handler, error) {
	schedule, err := cron.ParseStandard(quarterly)
	if err != nil {
		return nil, err
	}
	audit, err := cron.ParseStandard("@daily")
	if err != nil {
		return nil, err
	}
	d.transport = &http.Transport{MaxIdleConnsPerHost: 4}
	apps := appsOf(at, &http.Client{Transport: d.transport, Timeout: patience})
	refreshers := map[string]reconciler.Refresher{}
	for name, app := range apps {
		refreshers[name] = app
	}
	d.reconciler, err = reconciler.New(reconciler.Options{
		Store: d.store, Schedule: schedule, Audit: audit, Owner: "history", Now: at.Now,
		Providers: reconciler.Providers{
			Source: calendarsOf(at), Refresher: refreshers, Transport: d.transport, Timeout: patience,
			Zoom: func(_ store.Connection, hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, at.Providers["zoom"]+"/v2", at.Now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)), zoom.WithPause(atOnce))
			},
		},
	})
	if err != nil {
		return nil, err
	}
	return server.New(server.Options{
		Store: d.store, Planner: d.reconciler, Calendars: d.reconciler, Authorizers: apps, PublicURL: at.URL, Now: at.Now, Version: "history",
	}), nil
}

const (
	// quarterly is the schedule: what is due then finds nothing to do, mostly, and
	// a day goes by faster than with scenarios' quarters of an hour.
	quarterly = "0 */6 * * *"
	patience  = 10 * time.Second
)

// atOnce is a pause on a clock that does not move by itself.
func atOnce(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func appsOf(at scenario.Surroundings, hc *http.Client) map[string]server.Authorizer {
	g, m, z := at.Providers["google"], at.Providers["microsoft"], at.Providers["zoom"]
	return map[string]server.Authorizer{
		"google": &google.OAuth{
			ClientID: at.ClientID, ClientSecret: at.Secret, HTTP: hc, Now: at.Now,
			AuthURL: g + "/o/oauth2/v2/auth", TokenURL: g + "/token", RevokeURL: g + "/revoke", UserInfoURL: g + "/v1/userinfo",
		},
		"microsoft": &microsoft.OAuth{ClientID: at.ClientID, ClientSecret: at.Secret, Tenant: "common", LoginURL: m, GraphURL: m, HTTP: hc, Now: at.Now},
		"zoom": &zoom.OAuth{
			ClientID: at.ClientID, ClientSecret: at.Secret, HTTP: hc, Now: at.Now,
			AuthURL: z + "/oauth/authorize", TokenURL: z + "/oauth/token", RevokeURL: z + "/oauth/revoke", APIURL: z + "/v2",
		},
	}
}

func calendarsOf(at scenario.Surroundings) func(string, *http.Client) (sources.Source, error) {
	return func(provider string, hc *http.Client) (sources.Source, error) {
		switch sources.Provider(provider) {
		case sources.Google:
			return google.New(hc, at.Providers["google"]+"/", at.Now, google.WithPause(atOnce))
		case sources.Microsoft:
			return microsoft.New(hc, at.Providers["microsoft"], at.Now, microsoft.WithPause(atOnce), microsoft.WithHorizon(181*24*time.Hour))
		}
		return nil, fmt.Errorf("no calendars of %q", provider)
	}
}

// mostPasses is more than any change needs; beyond it passes chase each other.
const mostPasses = 60

// Idle implements scenario.Local.
func (d *daemon) Idle() error {
	ctx := context.Background()
	for range mostPasses {
		lease, err := d.store.Claim(ctx, "history", 10*time.Minute)
		if errors.Is(err, store.ErrNoneDue) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := d.store.Finish(ctx, lease, d.reconciler.Pass(ctx, lease)); err != nil {
			return err
		}
	}
	return fmt.Errorf("somebody is still due after %d passes", mostPasses)
}

// Next implements scenario.Local.
func (d *daemon) Next() (next time.Time, err error) {
	rows, err := d.store.Queue(context.Background())
	for _, row := range rows {
		if next.IsZero() || row.NextAt.Before(next) {
			next = row.NextAt
		}
	}
	return next, err
}

// Close implements scenario.Local.
func (d *daemon) Close() error {
	if d.transport != nil {
		d.transport.CloseIdleConnections()
	}
	if d.store == nil {
		return nil
	}
	return d.store.Close()
}
