package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"path/filepath"
	"time"

	"slotward/internal/simulator"
	"slotward/internal/simulator/google"
	"slotward/internal/simulator/zoom"
)

// What the simulated providers know our daemon by.
const (
	demoClient = "slotward-demo"
	demoSecret = "only-for-the-demo"
)

// demoWorld is the simulated providers on loopback, on the machine's clock.
type demoWorld struct {
	google               *google.Server
	zoom                 *zoom.Server
	googleDesk, zoomDesk *simulator.Desk
	googleURL, zoomURL   string
	servers              []*http.Server
}

func newDemoWorld(ctx context.Context) (*demoWorld, error) {
	clock := simulator.RealClock()
	w := &demoWorld{googleDesk: simulator.NewDesk(), zoomDesk: simulator.NewDesk()}
	w.google = google.New(google.Options{Clock: clock, Desk: w.googleDesk})
	w.zoom = zoom.New(zoom.Options{Clock: clock, Desk: w.zoomDesk, Seed: uint64(clock.Now().UnixNano())})
	var err error
	if w.googleURL, err = w.serve(ctx, w.google); err == nil {
		w.zoomURL, err = w.serve(ctx, w.zoom)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	w.google.SetURL(w.googleURL)
	w.zoom.SetURL(w.zoomURL)
	return w, nil
}

// serve serves a provider on a free port.
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

// configuration is what an operator would set to use these providers.
func (w *demoWorld) configuration(folder, eligible string) map[string]string {
	return map[string]string{
		"data": filepath.Join(folder, "data"), "schedule": "@every 24h", "log.level": "warn",
		"settings.eligible": eligible,
		"google.client_id":  demoClient, "google.client_secret": demoSecret,
		"google.auth_url": w.googleURL + "/o/oauth2/v2/auth", "google.token_url": w.googleURL + "/token",
		"google.revoke_url": w.googleURL + "/revoke", "google.userinfo_url": w.googleURL + "/v1/userinfo", "google.api_url": w.googleURL + "/",
		"zoom.client_id": demoClient, "zoom.client_secret": demoSecret,
		"zoom.auth_url": w.zoomURL + "/oauth/authorize", "zoom.token_url": w.zoomURL + "/oauth/token",
		"zoom.revoke_url": w.zoomURL + "/oauth/revoke", "zoom.api_url": w.zoomURL + "/v2",
	}
}

// register registers the daemon as an app at both providers.
func (w *demoWorld) register(base string) {
	w.google.AddClient(demoClient, demoSecret, base+"/oauth/google/callback")
	w.zoom.AddClient(demoClient, demoSecret, nil, base+"/oauth/zoom/callback")
}

// enter makes a person's accounts at both providers.
func (w *demoWorld) enter(email, name string) error {
	// A plan above the one that the daemon paces itself for: people of one
	// Zoom account share its limits.
	w.zoom.AddAccount(email, name, zoom.OnPlan(zoom.Business))
	return w.google.AddAccount(email, name)
}

// requests are what the daemon asked of the providers since the last reset,
// OAuth left out.
func (w *demoWorld) requests() (all, writes, lists int) {
	g, z := w.googleDesk.Counts(), w.zoomDesk.Counts()
	return g["all"] + z["all"], g["write"] + z["write"], g["google.list"]
}

func (w *demoWorld) resetRequests() {
	w.googleDesk.Reset()
	w.zoomDesk.Reset()
}

// workday is the n-th working day from tomorrow on, n from 0, at midnight UTC.
func workday(now time.Time, n int) time.Time {
	day := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	for {
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			if n == 0 {
				return day
			}
			n--
		}
		day = day.AddDate(0, 0, 1)
	}
}
