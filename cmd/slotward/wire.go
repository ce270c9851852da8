package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/robfig/cron/v3"

	"slotward/config"
	"slotward/internal/dashboard"
	"slotward/internal/server"
	"slotward/internal/server/frame"
	"slotward/reconciler"
	"slotward/sources"
	"slotward/sources/google"
	"slotward/sources/microsoft"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

// daemon is everything that serve runs, wired but not started.
type daemon struct {
	config     *config.Loaded
	log        *slog.Logger
	store      *store.Store
	reconciler *reconciler.Reconciler
	web        server.Options
	handler    http.Handler
	stopping   chan struct{}  // closed when the HTTP server is told to stop
	beside     sync.WaitGroup // what pages do beside their requests; it ends soon after
	keyFile    string         // sealing key file that was made just now; "" when there was one
}

// hooks let the demo look inside and go faster than real providers allow. The
// zero value is an ordinary daemon.
type hooks struct {
	observe func(reconciler.Progress)
	rates   *zoom.Rates // nil: those of the configuration, or of the account
}

// build wires a daemon. address is what the listener listens on; the public
// URL follows from it when none is configured.
func build(ctx context.Context, c *config.Loaded, address string, newKey bool, log *slog.Logger, h hooks) (*daemon, error) {
	c.Listen = address
	d := &daemon{config: c, log: log, stopping: make(chan struct{})}
	now := clock(c.Debug)
	opened, made, err := openStore(ctx, &c.Config, now, newKey)
	if err != nil {
		return nil, err
	}
	d.store, d.keyFile = opened, made
	if err := d.wire(now, h); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return d, nil
}

func (d *daemon) wire(now func() time.Time, h hooks) error {
	c := &d.config.Config
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	refreshers, authorizers := apps(c, now)
	schedule, err := cron.ParseStandard(c.Schedule)
	if err != nil {
		return err
	}
	audit, err := cron.ParseStandard(c.Audit)
	if err != nil {
		return err
	}
	d.reconciler, err = reconciler.New(reconciler.Options{
		Store: d.store, Schedule: schedule, Audit: audit, Horizon: c.Horizon, Passes: c.Passes, Lease: c.Lease,
		Poll: c.Debug.Poll, Jitter: jitter(c, schedule, now()), DailyLimit: c.DailyLimit, Defaults: c.Settings, Owner: owner(c),
		Now: now, Log: d.log, Registry: registry, Observe: h.observe,
		Revoke: server.Revoker(server.Options{Store: d.store, Authorizers: authorizers, Now: now, Log: d.log}),
		Providers: reconciler.Providers{
			Source: calendarClients(c, now), Zoom: zoomClients(c, now, h.rates), Refresher: refreshers, Timeout: c.HTTPTimeout,
		},
	})
	if err != nil {
		return err
	}
	pages := frame.New(publicPath(c.BaseURL()), consentOrigins(c)...)
	d.web = server.Options{
		Frame: pages,
		Pages: func(api http.Handler) http.Handler {
			return dashboard.New(dashboard.Options{API: api, Frame: pages, Joining: server.Joining(d.store), Stopping: d.stopping, Go: d.beside.Go, Now: now, Log: d.log})
		},
		Store: d.store, Planner: d.reconciler, Previewer: d.reconciler, Calendars: d.reconciler, Looker: d.reconciler, Authorizers: authorizers, PublicURL: c.BaseURL(),
		Setups: setups(c, refreshers), Defaults: c.Settings, DailyLimit: c.DailyLimit,
		Now: now, Version: version(), Log: d.log, Wake: d.reconciler.Wake, Registry: registry,
		SignIn: server.SignInOptions{Allow: c.SignIn.Allow, Admins: c.SignIn.Admins, Idle: c.SignIn.Idle, Lifetime: c.SignIn.Lifetime},
	}
	d.handler = server.New(d.web)
	return nil
}

// publicPath is the path of a public URL: "" or "/slotward".
func publicPath(public string) string {
	u, err := url.Parse(public)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/")
}

// consentOrigins are where the forms that connect an account lead to.
func consentOrigins(c *config.Config) []string {
	var out []string
	for _, address := range []string{c.Google.AuthURL, c.Microsoft.LoginURL, c.Zoom.AuthURL} {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			out = append(out, u.Scheme+"://"+u.Host)
		}
	}
	return out
}

// apps are our OAuth clients by provider: all of them refresh tokens, those that
// are configured connect people.
func apps(c *config.Config, now func() time.Time) (map[string]reconciler.Refresher, map[string]server.Authorizer) {
	refreshers, authorizers := map[string]reconciler.Refresher{}, map[string]server.Authorizer{}
	for _, app := range []struct {
		provider   string
		configured bool
		client     server.Authorizer
	}{
		{string(sources.Google), c.Google.ClientID != "" && c.Google.ClientSecret != "", &google.OAuth{
			ClientID: c.Google.ClientID, ClientSecret: c.Google.ClientSecret.Reveal(),
			AuthURL: c.Google.AuthURL, TokenURL: c.Google.TokenURL, RevokeURL: c.Google.RevokeURL, UserInfoURL: c.Google.UserinfoURL,
			KeysURL: c.Google.KeysURL,
			HTTP:    &http.Client{Timeout: c.HTTPTimeout}, Now: now,
		}},
		{string(sources.Microsoft), c.Microsoft.ClientID != "" && c.Microsoft.ClientSecret != "", &microsoft.OAuth{
			ClientID: c.Microsoft.ClientID, ClientSecret: c.Microsoft.ClientSecret.Reveal(), Tenant: c.Microsoft.Tenant,
			LoginURL: c.Microsoft.LoginURL, GraphURL: c.Microsoft.GraphURL,
			HTTP: &http.Client{Timeout: c.HTTPTimeout}, Now: now,
		}},
		{"zoom", c.Zoom.ClientID != "" && c.Zoom.ClientSecret != "", &zoom.OAuth{
			ClientID: c.Zoom.ClientID, ClientSecret: c.Zoom.ClientSecret.Reveal(),
			AuthURL: c.Zoom.AuthURL, TokenURL: c.Zoom.TokenURL, RevokeURL: c.Zoom.RevokeURL, APIURL: c.Zoom.APIURL,
			// No timeout of its own: an answer to a refresh that is given up
			// early is a connection lost. The client bounds it well enough.
			HTTP: &http.Client{}, Now: now,
		}},
	} {
		refreshers[app.provider] = app.client
		if app.configured {
			authorizers[app.provider] = app.client
		}
	}
	return refreshers, authorizers
}

// setups are what an operator enters at each provider and here. What a client
// asks for follows from its own table, also while it is not configured.
func setups(c *config.Config, clients map[string]reconciler.Refresher) map[string]server.Setup {
	out := map[string]server.Setup{}
	for _, redirect := range c.Redirects() {
		s := server.Setup{Where: redirect.Where}
		if asks, ok := clients[redirect.Provider].(interface{ Scopes() []string }); ok {
			s.Scopes = asks.Scopes()
		}
		for _, need := range c.Needs(redirect.Provider) {
			s.Fields = append(s.Fields, server.Field{Key: need.Key, Set: need.Set, Cure: need.Cure})
		}
		out[redirect.Provider] = s
	}
	return out
}

// calendarClients makes the client of a connection's calendars. Where time is
// moved by hand, clients are impatient.
func calendarClients(c *config.Config, now func() time.Time) func(string, *http.Client) (sources.Source, error) {
	var googleOptions []google.Option
	// The window moves on once a day: what is a day beyond the horizon is known
	// by the time that it comes near.
	microsoftOptions := []microsoft.Option{microsoft.WithHorizon(c.Horizon + 24*time.Hour)}
	if c.Debug.ClockFile != "" {
		googleOptions = append(googleOptions, google.WithPause(atOnce))
		microsoftOptions = append(microsoftOptions, microsoft.WithPause(atOnce))
	}
	return func(provider string, hc *http.Client) (sources.Source, error) {
		switch sources.Provider(provider) {
		case sources.Google:
			return google.New(hc, c.Google.APIURL, now, googleOptions...)
		case sources.Microsoft:
			return microsoft.New(hc, c.Microsoft.GraphURL, now, microsoftOptions...)
		}
		return nil, fmt.Errorf("calendars of %q are not known to this version", provider)
	}
}

// atOnce is a pause on a clock that does not move by itself.
func atOnce(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// zoomClients makes the Zoom client of a connection. Those of one Zoom account keep
// one pace: the configured one, or what the account's users are known to be.
func zoomClients(c *config.Config, now func() time.Time, rates *zoom.Rates) func(store.Connection, *http.Client) reconciler.Zoom {
	pacers := &zoom.Pacers{Fixed: cmp.Or(rates, plans[c.Zoom.Plan])}
	var options []zoom.Option
	if len(c.Zoom.Settings) > 0 {
		options = append(options, zoom.WithSettings(c.Zoom.Settings))
	}
	if c.Debug.ClockFile != "" {
		pacers.Fixed = cmp.Or(rates, &zoom.Unpaced)
		options = append(options, zoom.WithPause(atOnce))
	}
	return func(connection store.Connection, hc *http.Client) reconciler.Zoom {
		_, account, _ := strings.Cut(connection.Account, "@")
		paced := zoom.WithPacer(pacers.Of(account, connection.Plan))
		return zoom.New(hc, c.Zoom.APIURL, now, append(slices.Clone(options), paced)...)
	}
}

// plans are the paces that can be configured; with any other word the account tells.
var plans = map[string]*zoom.Rates{"free": &zoom.Free, "pro": &zoom.Pro, "business": &zoom.Business}

// jitter spreads people over a quarter of the schedule's period, a minute at
// most. On a clock that is moved by hand everybody is due exactly on time.
func jitter(c *config.Config, schedule cron.Schedule, now time.Time) time.Duration {
	if c.Debug.ClockFile != "" {
		return 0
	}
	first := schedule.Next(now)
	return min(schedule.Next(first).Sub(first)/4, time.Minute)
}

// owner names this process among replicas, the same after a restart.
func owner(c *config.Config) string {
	host, err := os.Hostname()
	if err != nil {
		host = "slotward"
	}
	return host + " " + c.Listen
}

// openStore opens the store with its sealing key. made is the key file's path
// when it was made just now. newKey allows that beside an existing store,
// whose sealed tokens nobody can open any more then.
func openStore(ctx context.Context, c *config.Config, now func() time.Time, newKey bool) (opened *store.Store, made string, err error) {
	if err := makeFolder(c.Data); err != nil {
		return nil, "", err
	}
	dsn := c.Database.Reveal()
	if dsn == "" {
		dsn = "sqlite:" + databaseFile(c)
	}
	sealer, made, err := openKey(c, newKey)
	if err != nil {
		return nil, "", err
	}
	opened, err = store.Open(ctx, store.Options{DSN: dsn, Sealer: sealer, Now: now, Installation: c.Installation, OnCommit: commitHook(c.Debug)})
	return opened, made, err
}

func databaseFile(c *config.Config) string { return filepath.Join(c.Data, "slotward.db") }

// makeFolder makes the data folder, but not the folders above it: a volume that
// is not mounted must not become an empty store.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return fmt.Errorf("data: the folder %q cannot be made (%w): make it, mount it, or choose another with --data or SLOTWARD_DATA", path, err)
}

// openKey reads the sealing key, and makes one at the very first start.
func openKey(c *config.Config, newKey bool) (key *seal.Keyset, made string, err error) {
	if c.SealingKey != "" {
		if key, err = seal.FromEnv(c.SealingKey.Reveal()); err != nil {
			return nil, "", fmt.Errorf("sealing_key: %w", err)
		}
		return key, "", nil
	}
	path := firstOf(c.SealingKeyFile, filepath.Join(c.Data, "sealing.key"))
	if err := keyIsLost(c, path); err != nil && !newKey {
		return nil, "", err
	}
	key, isNew, err := seal.FromFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("sealing_key_file: %w", err)
	}
	if isNew {
		made = path
	}
	return key, made, nil
}

// keyIsLost refuses to make a key beside a store that was sealed with another.
func keyIsLost(c *config.Config, path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if c.Database != "" || !filled(databaseFile(c)) {
		return nil
	}
	return fmt.Errorf("the sealing key %s is missing, but the store %s was sealed with it: restore the key from its backup, "+
		"or name it with SLOTWARD_SEALING_KEY_FILE. If it is lost for good, start once with `slotward serve --new-key`: "+
		"meetings and links stay, everybody has to connect again", path, databaseFile(c))
}

// filled says whether a file is there with something in it.
func filled(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

// newLog makes the log that the configuration asks for.
func newLog(w io.Writer, c config.Log) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, fmt.Errorf("log.level: %w", err)
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return slog.New(slog.NewTextHandler(w, options)), nil
}
