package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"path/filepath"

	"slotward/internal/simulator"
	"slotward/internal/simulator/google"
	"slotward/internal/simulator/microsoft"
	"slotward/internal/simulator/zoom"
	"slotward/sources"
)

// What the simulated providers know our daemon by.
const (
	demoClient = "slotward-demo"
	demoSecret = "only-for-the-demo"
)

// demoWorld is the simulated providers on loopback, on the machine's clock.
type demoWorld struct {
	google    *google.Server
	microsoft *microsoft.Server
	zoom      *zoom.Server

	googleDesk, microsoftDesk, zoomDesk *simulator.Desk
	googleURL, microsoftURL, zoomURL    string

	servers []*http.Server
	// played says that somebody changed something on a provider's page. One that
	// waits stands for all that came after it.
	played chan string
}

func newDemoWorld(ctx context.Context) (*demoWorld, error) {
	clock := simulator.RealClock()
	w := &demoWorld{googleDesk: simulator.NewDesk(), microsoftDesk: simulator.NewDesk(), zoomDesk: simulator.NewDesk(), played: make(chan string, 1)}
	w.google = google.New(google.Options{Clock: clock, Desk: w.googleDesk})
	w.microsoft = microsoft.New(microsoft.Options{Clock: clock, Desk: w.microsoftDesk})
	// The daemon knows events by the ids that do not change; so does the story.
	w.microsoft.Configure(func(b *microsoft.Behaviour) { b.ImmutableNames = true })
	w.zoom = zoom.New(zoom.Options{Clock: clock, Desk: w.zoomDesk, Seed: uint64(clock.Now().UnixNano())})
	for _, provider := range []struct {
		handler http.Handler
		url     *string
	}{{w.google, &w.googleURL}, {w.microsoft, &w.microsoftURL}, {w.zoom, &w.zoomURL}} {
		var err error
		if *provider.url, err = w.serve(ctx, w.watched(provider.handler)); err != nil {
			w.close()
			return nil, err
		}
	}
	w.google.SetURL(w.googleURL)
	w.microsoft.SetURL(w.microsoftURL)
	w.zoom.SetURL(w.zoomURL)
	return w, nil
}

// serve serves a provider, or a page of ours, on a free port.
func (w *demoWorld) serve(ctx context.Context, h http.Handler) (string, error) {
	listener, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: headerTime, ErrorLog: log.New(io.Discard, "", 0)}
	w.servers = append(w.servers, server)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			_ = listener.Close()
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

func (w *demoWorld) close() {
	for _, server := range w.servers {
		_ = server.Close()
	}
	w.zoom.Close()
}

// configuration is what an operator would set to use these providers. Where
// people play with Zoom's page, every pass looks at Zoom, too.
func (w *demoWorld) configuration(folder, eligible string, played bool) map[string]string {
	audit := "@every 24h"
	if played {
		audit = "@every " + liveAudit.String()
	}
	return map[string]string{
		"data": filepath.Join(folder, "data"), "schedule": "@every 24h", "audit": audit, "log.level": "warn",
		"settings.eligible": eligible,
		"google.client_id":  demoClient, "google.client_secret": demoSecret,
		"google.auth_url": w.googleURL + "/o/oauth2/v2/auth", "google.token_url": w.googleURL + "/token",
		"sign_in.allow": adas + "," + bobs + "," + bobsOutlook, "google.keys_url": w.googleURL + "/oauth2/v3/certs",
		"google.revoke_url": w.googleURL + "/revoke", "google.userinfo_url": w.googleURL + "/v1/userinfo", "google.api_url": w.googleURL + "/",
		"microsoft.client_id": demoClient, "microsoft.client_secret": demoSecret, "microsoft.tenant": "common",
		"microsoft.login_url": w.microsoftURL, "microsoft.graph_url": w.microsoftURL,
		"zoom.client_id": demoClient, "zoom.client_secret": demoSecret,
		"zoom.auth_url": w.zoomURL + "/oauth/authorize", "zoom.token_url": w.zoomURL + "/oauth/token",
		"zoom.revoke_url": w.zoomURL + "/oauth/revoke", "zoom.api_url": w.zoomURL + "/v2",
	}
}

// register registers the daemon as an app at every provider.
func (w *demoWorld) register(base string) {
	w.google.AddClient(demoClient, demoSecret, base+"/oauth/google/callback")
	w.microsoft.AddClient(demoClient, demoSecret, base+"/oauth/microsoft/callback")
	w.zoom.AddClient(demoClient, demoSecret, nil, base+"/oauth/zoom/callback")
}

// addAccount makes an account with a calendar.
func (w *demoWorld) addAccount(provider sources.Provider, email, name string) error {
	if provider == sources.Microsoft {
		return w.microsoft.AddAccount(email, name)
	}
	return w.google.AddAccount(email, name)
}

// addHost makes an account at Zoom, on a plan above the one that the daemon
// paces itself for: people of one Zoom account share its limits.
func (w *demoWorld) addHost(email, name string) {
	w.zoom.AddAccount(email, name, zoom.OnPlan(zoom.Business))
}

// asked is what the daemon asked of the providers since the last reset, OAuth
// left out.
type asked struct {
	all, writes int
	reads       int // of what has changed on a calendar
	outlook     int // writes to Outlook calendars
}

func (w *demoWorld) asked() asked {
	var out asked
	for _, desk := range []*simulator.Desk{w.googleDesk, w.microsoftDesk, w.zoomDesk} {
		n := desk.Counts()
		out.all += n["all"]
		out.writes += n["write"]
		out.reads += n["google.list"] + n["microsoft.delta"]
	}
	out.outlook = w.microsoftDesk.Counts()["write"]
	return out
}

func (w *demoWorld) forgetAsked() {
	for _, desk := range []*simulator.Desk{w.googleDesk, w.microsoftDesk, w.zoomDesk} {
		desk.Reset()
	}
}
