package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
)

// world is a served API over a real store, with a clock that stands still.
type world struct {
	t       *testing.T
	store   *store.Store
	options Options
	http    *httptest.Server
	token   string
	woken   atomic.Int32
	planner fakePlanner
	lists   fakeLists
	log     safeBuffer

	mu    sync.Mutex
	clock time.Time
}

// fakePlanner answers what a test put there.
type fakePlanner map[int64]plan.Plan

func (f fakePlanner) Rebuild(ctx context.Context, person int64) (plan.Plan, error) {
	return f.Plan(ctx, person)
}

func (f fakePlanner) Plan(_ context.Context, person int64) (plan.Plan, error) {
	return f[person], nil
}

// fakeLists saves what a test says the provider lists.
type fakeLists struct {
	store  *store.Store
	listed []sources.Calendar
	err    error
}

func (f *fakeLists) Refresh(ctx context.Context, connection int64) ([]store.Calendar, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.store.SaveCalendars(ctx, connection, f.listed)
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

// newWorld serves the API on loopback. alter may change the options first.
func newWorld(t *testing.T, alter ...func(*Options)) *world {
	t.Helper()
	w := &world{t: t, clock: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), planner: fakePlanner{}}
	keys, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	w.store, err = store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), Sealer: keys, Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.lists.store = w.store
	w.http = httptest.NewUnstartedServer(nil)
	w.options = Options{
		Store: w.store, Planner: w.planner, Calendars: &w.lists, PublicURL: "http://" + w.http.Listener.Addr().String(),
		Now: w.now, Version: "test", Wake: func() { w.woken.Add(1) },
		Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range alter {
		f(&w.options)
	}
	w.http.Config.Handler = New(w.options)
	w.http.Start()
	t.Cleanup(w.http.Close)
	if w.token, err = w.store.CreateAPIToken(t.Context(), "tests"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// send makes a request with the token and returns the answer, body read.
func (w *world) send(method, path, body string) (*http.Response, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.http.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	return w.do(req)
}

// do makes a request and returns the answer, body read.
func (w *world) do(req *http.Request) (*http.Response, string) {
	w.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp, string(content)
}

// ok makes a request that must succeed with a status, and decodes the answer.
func (w *world) ok(status int, method, path, body string, out any) {
	w.t.Helper()
	resp, content := w.send(method, path, body)
	if resp.StatusCode != status {
		w.t.Fatalf("%s %s answers %d, want %d: %s", method, path, resp.StatusCode, status, content)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(content), out); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, content)
		}
	}
}

// refused makes a request that must end in a problem of a class.
func (w *world) refused(status int, class, method, path, body string) huma.ErrorModel {
	w.t.Helper()
	resp, content := w.send(method, path, body)
	var p huma.ErrorModel
	if err := json.Unmarshal([]byte(content), &p); err != nil {
		w.t.Fatalf("%s %s answers %d, not a problem: %s", method, path, resp.StatusCode, content)
	}
	if resp.StatusCode != status || p.Status != status || class != "" && p.Type != problemPrefix+class {
		w.t.Fatalf("%s %s answers %d %q, want %d %q: %s", method, path, resp.StatusCode, p.Type, status, class, content)
	}
	if got := resp.Header.Get("Content-Type"); got != "application/problem+json" {
		w.t.Fatalf("%s %s answers as %q", method, path, got)
	}
	if p.Detail == "" {
		w.t.Fatalf("%s %s: the problem says nothing: %s", method, path, content)
	}
	return p
}

// person adds somebody and lets the first pass be over.
func (w *world) person(name string) Person {
	w.t.Helper()
	var p Person
	w.ok(http.StatusCreated, "POST", "/api/v1/people", `{"name":"`+name+`","email":"`+name+`@acme.test"}`, &p)
	return p
}

// calendar gives a person a Google connection with one calendar, off.
func (w *world) calendar(p Person) store.Calendar {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := w.store.Connect(ctx, store.Connection{Person: p.ID, Provider: "google", Account: "sub-" + p.Email, Email: p.Email}, store.Token{Access: "a", Refresh: "r"})
	if err != nil {
		w.t.Fatal(err)
	}
	saved, err := w.store.SaveCalendars(ctx, c.ID, []sources.Calendar{{ID: p.Email, Name: p.Name, TimeZone: "UTC", Primary: true, Writable: true}})
	if err != nil {
		w.t.Fatal(err)
	}
	return saved[0]
}

// row is a person's place in the queue.
func (w *world) row(person int64) store.QueueRow {
	w.t.Helper()
	rows, err := w.store.Queue(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		if r.Person == person {
			return r
		}
	}
	return store.QueueRow{}
}

// write does what a pass does: claims somebody due, writes, and finishes.
func (w *world) write(outcome store.Outcome, fn func(*store.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	lease, err := w.store.Claim(ctx, "test", time.Minute)
	if err == nil {
		err = w.store.Write(ctx, lease, fn)
	}
	if outcome.NextAt.IsZero() {
		outcome.NextAt = w.now().Add(time.Hour)
	}
	if err == nil {
		err = w.store.Finish(ctx, lease, outcome)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// journal is what was recorded of an action, oldest first.
func (w *world) journal(action string) []store.Entry {
	w.t.Helper()
	all, err := w.store.JournalEntries(w.t.Context(), store.JournalQuery{})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []store.Entry
	for _, e := range all {
		if e.Action == action {
			out = append(out, e)
		}
	}
	return out
}
