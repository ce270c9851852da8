package walk_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"slotward/internal/simulator"
	"slotward/internal/simulator/google"
	"slotward/internal/simulator/microsoft"
	"slotward/internal/simulator/zoom"
)

const (
	clientID     = "slotward-client"
	clientSecret = "slotward-secret-5f2c"
	// Everybody in the walks, by the address of their accounts.
	ada, bob, eve = "ada@acme.test", "bob@acme.test", "eve@elsewhere.test"
)

// began is what the clock shows at first: a Tuesday morning in Vienna.
var began = time.Date(2026, 12, 1, 7, 30, 0, 0, time.UTC)

// world is the daemon of one walk with its providers.
type world struct {
	t         *testing.T
	clock     *simulator.Clock
	google    *google.Server
	microsoft *microsoft.Server
	zoom      *zoom.Server
	desks     map[string]*simulator.Desk // by provider
	urls      map[string]string          // of the providers, by name
	url       string                     // of the daemon
	folder    string
	listen    string
	env       []string
	token     string // of the API
	log       *journal
}

// journal is what the daemon said.
type journal struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.String()
}

// newWorld starts providers with three people's accounts, and the daemon.
// Settings are further variables of its environment.
func newWorld(t *testing.T, settings ...string) *world {
	t.Helper()
	needsBrowser(t)
	w := &world{
		t: t, clock: simulator.NewClock(began), folder: t.TempDir(), log: &journal{},
		desks: map[string]*simulator.Desk{}, urls: map[string]string{},
	}
	w.listen = w.freePort()
	_, port, _ := net.SplitHostPort(w.listen)
	// Another name than the providers': browsers treat them as different sites.
	w.url = "http://localhost:" + port
	w.serveProviders()
	w.addPeople()
	w.configure(settings)
	w.start()
	return w
}

// serveProviders starts the simulators.
func (w *world) serveProviders() {
	for _, name := range []string{"google", "microsoft", "zoom"} {
		w.desks[name] = simulator.NewDesk()
	}
	w.google = google.New(google.Options{Clock: w.clock, Desk: w.desks["google"]})
	w.google.AddClient(clientID, clientSecret, w.url+"/oauth/google/callback")
	w.microsoft = microsoft.New(microsoft.Options{Clock: w.clock, Desk: w.desks["microsoft"]})
	w.microsoft.AddClient(clientID, clientSecret, w.url+"/oauth/microsoft/callback")
	w.zoom = zoom.New(zoom.Options{Clock: w.clock, Desk: w.desks["zoom"]})
	w.zoom.AddClient(clientID, clientSecret, zoomScopes, w.url+"/oauth/zoom/callback")
	w.urls["google"], w.urls["microsoft"], w.urls["zoom"] = w.serve(w.google), w.serve(w.microsoft), w.serve(w.zoom)
	w.google.SetURL(w.urls["google"])
	w.microsoft.SetURL(w.urls["microsoft"])
	w.zoom.SetURL(w.urls["zoom"])
	w.t.Cleanup(w.zoom.Close)
}

func (w *world) addPeople() {
	for email, name := range map[string]string{ada: "Ada Lovelace", bob: "Bob Noyce", eve: "Eve Elsewhere"} {
		w.must(w.google.AddAccount(email, name))
		w.must(w.google.SetZone(email, "Europe/Vienna"))
		w.must(w.microsoft.AddAccount(email, name))
		w.zoom.AddAccount(email, name, zoom.OnPlan(zoom.Business))
	}
}

// serve serves a provider on a loopback port of its own.
func (w *world) serve(h http.Handler) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.Serve(l) }()
	w.t.Cleanup(func() { _ = server.Close() })
	return "http://" + l.Addr().String()
}

// freePort finds a port that nobody listens on.
func (w *world) freePort() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// configure is the daemon's environment.
func (w *world) configure(settings []string) {
	w.setClock(began)
	at := w.urls
	w.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.folder,
		"SLOTWARD_LISTEN=" + w.listen, "SLOTWARD_PUBLIC_URL=" + w.url, "SLOTWARD_DATA=" + filepath.Join(w.folder, "data"),
		"SLOTWARD_SCHEDULE=*/15 * * * *", "SLOTWARD_HTTP_TIMEOUT=5s", "SLOTWARD_LOG_LEVEL=info",
		"SLOTWARD_GOOGLE_CLIENT_ID=" + clientID, "SLOTWARD_GOOGLE_CLIENT_SECRET=" + clientSecret,
		"SLOTWARD_GOOGLE_AUTH_URL=" + at["google"] + "/o/oauth2/v2/auth", "SLOTWARD_GOOGLE_TOKEN_URL=" + at["google"] + "/token",
		"SLOTWARD_GOOGLE_REVOKE_URL=" + at["google"] + "/revoke", "SLOTWARD_GOOGLE_USERINFO_URL=" + at["google"] + "/v1/userinfo",
		"SLOTWARD_GOOGLE_API_URL=" + at["google"] + "/", "SLOTWARD_GOOGLE_KEYS_URL=" + at["google"] + "/oauth2/v3/certs",
		"SLOTWARD_MICROSOFT_CLIENT_ID=" + clientID, "SLOTWARD_MICROSOFT_CLIENT_SECRET=" + clientSecret, "SLOTWARD_MICROSOFT_TENANT=common",
		"SLOTWARD_MICROSOFT_LOGIN_URL=" + at["microsoft"], "SLOTWARD_MICROSOFT_GRAPH_URL=" + at["microsoft"],
		"SLOTWARD_ZOOM_CLIENT_ID=" + clientID, "SLOTWARD_ZOOM_CLIENT_SECRET=" + clientSecret,
		"SLOTWARD_ZOOM_AUTH_URL=" + at["zoom"] + "/oauth/authorize", "SLOTWARD_ZOOM_TOKEN_URL=" + at["zoom"] + "/oauth/token",
		"SLOTWARD_ZOOM_REVOKE_URL=" + at["zoom"] + "/oauth/revoke", "SLOTWARD_ZOOM_API_URL=" + at["zoom"] + "/v2",
		"SLOTWARD_DEBUG_CLOCK_FILE=" + w.clockFile(), "SLOTWARD_DEBUG_POLL=10ms",
	}, settings...)
}

// start makes a token of the API and starts the daemon, which ends with the test.
func (w *world) start() {
	made := exec.Command(shared.binary, "token", "create", "walk")
	made.Env = w.env
	made.Stderr = w.log
	token, err := made.Output()
	w.must(err)
	w.token = strings.TrimSpace(string(token))
	cmd := exec.Command(shared.binary, "serve")
	cmd.Env = w.env
	w.keep(cmd)
	w.until("the daemon is ready", func() error { return w.ask(http.MethodGet, "/readyz", nil, nil) })
}

// keep runs the daemon until the test ends.
func (w *world) keep(cmd *exec.Cmd) {
	w.t.Helper()
	cmd.Stdout, cmd.Stderr = w.log, w.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	w.must(cmd.Start())
	w.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if w.t.Failed() {
			w.t.Logf("the daemon said:\n%s", w.log)
		}
	})
}

// of is the same world, for a part of its test.
func (w *world) of(t *testing.T) *world {
	part := *w
	part.t = t
	return &part
}

// until waits for something to become so, within bounds.
func (w *world) until(what string, so func() error) {
	w.t.Helper()
	if err := eventually(so); err != nil {
		w.t.Fatalf("%s: not after %s: %v", what, patience, err)
	}
}

// ask asks the daemon's API.
func (w *world) ask(method, path string, body, out any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+w.token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	content, err = io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, content)
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(content, out)
}

// pass has everybody's calendars looked at, and waits for the end of it.
func (w *world) pass() {
	w.t.Helper()
	w.must(w.ask(http.MethodPost, "/api/v1/resync", map[string]string{}, nil))
	w.idle()
}

// idle waits until nothing is left to do now.
func (w *world) idle() {
	w.t.Helper()
	w.until("nothing is left to do", func() error {
		var status struct {
			Idle bool `json:"idle"`
		}
		err := w.ask(http.MethodGet, "/api/v1/status", nil, &status)
		if err == nil && !status.Idle {
			err = fmt.Errorf("a pass is due or runs")
		}
		return err
	})
}

func (w *world) clockFile() string { return filepath.Join(w.folder, "clock") }

// setClock moves the one clock that the daemon and the providers go by.
func (w *world) setClock(now time.Time) {
	w.t.Helper()
	w.clock.Set(now)
	next := w.clockFile() + ".next"
	w.must(os.WriteFile(next, []byte(now.UTC().Format(time.RFC3339Nano)), 0o600))
	w.must(os.Rename(next, w.clockFile()))
}

// book puts an event on somebody's Google calendar, so long after the walk began.
func (w *world) book(account, title string, after time.Duration, guests ...string) (id string) {
	w.t.Helper()
	return w.booked(account, title, after, w.clock.Now(), guests...)
}

// booked is book, for an event that was made at some time.
func (w *world) booked(account, title string, after time.Duration, created time.Time, guests ...string) (id string) {
	w.t.Helper()
	id, err := w.google.Insert(account, google.NewEvent{
		Title: title, Start: began.Add(after).Truncate(30 * time.Minute), Minutes: 30, Guests: guests, Meet: true, Created: created,
	})
	w.must(err)
	return id
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
