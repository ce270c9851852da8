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
	template string // an empty store, made once: migrating takes longer than a history
	key      store.Sealer
	store    *store.Store // open; nil: not
	life     *life        // since it was started; nil: it is stopped
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

// Token implements scenario.Local.
func (d *daemon) Token(at scenario.Surroundings) (string, error) {
	if err := d.open(at); err != nil {
		return "", err
	}
	return d.store.CreateAPIToken(context.Background(), "history")
}

// open opens the store; one that is not there begins empty.
func (d *daemon) open(at scenario.Surroundings) error {
	if err := d.bury(); err != nil || d.store != nil {
		return err
	}
	path := filepath.Join(at.Folder, database)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if err := copyFile(d.template, path); err != nil {
			return err
		}
	}
	d.life = newLife(at)
	var err error
	d.store, err = store.Open(context.Background(), store.Options{DSN: "sqlite:" + path, Sealer: d.key, Now: at.Now, OnCommit: d.life.commit})
	return err
}

// Start implements scenario.Local.
func (d *daemon) Start(at scenario.Surroundings) (http.Handler, error) {
	if err := d.open(at); err != nil {
		return nil, err
	}
	if err := d.store.Reclaim(context.Background(), owner); err != nil {
		return nil, err
	}
	return d.wire(at)
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
	apps := appsOf(at, &http.Client{Transport: d.life, Timeout: patience})
	refreshers := map[string]reconciler.Refresher{}
	for name, app := range apps {
		refreshers[name] = app
	}
	d.life.reconciler, err = reconciler.New(reconciler.Options{
		Store: d.store, Schedule: schedule, Audit: audit, Owner: owner, Now: at.Now,
		Providers: reconciler.Providers{
			Source: calendarsOf(at), Refresher: refreshers, Transport: d.life, Timeout: patience,
			Zoom: func(_ store.Connection, hc *http.Client) reconciler.Zoom {
				return zoom.New(hc, at.Providers["zoom"]+"/v2", at.Now, zoom.WithPacer(zoom.NewPacer(zoom.Unpaced)), zoom.WithPause(atOnce))
			},
		},
	})
	if err != nil {
		return nil, err
	}
	return server.New(server.Options{
		Store: d.store, Planner: d.life.reconciler, Calendars: d.life.reconciler, Authorizers: apps, PublicURL: at.URL, Now: at.Now, Version: "history",
	}), nil
}

const (
	// quarterly is the schedule: what is due then finds nothing to do, mostly, and
	// a day goes by faster than with scenarios' quarters of an hour.
	quarterly = "0 */6 * * *"
	patience  = 10 * time.Second
	owner     = "history"
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
