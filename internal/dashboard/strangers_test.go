package dashboard

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slotward/internal/server"
	"slotward/internal/server/frame"
	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
)

// house is the pages as the daemon serves them, with ada, who has something, and
// bob, who is signed in.
type house struct {
	t      *testing.T
	store  *store.Store
	ada    store.Person
	served *httptest.Server
	secret string // of bob's session
	csrf   string // what his forms send back
}

func newHouse(t *testing.T) *house {
	t.Helper()
	keys, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	h := &house{t: t, secret: strings.Repeat("A", 43)}
	if h.store, err = store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), Sealer: keys, Now: func() time.Time { return now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.store.Close() })
	h.furnish(now)
	h.served = httptest.NewUnstartedServer(nil)
	pages := frame.New("")
	h.served.Config.Handler = server.New(server.Options{
		Store: h.store, Now: func() time.Time { return now }, PublicURL: "http://" + h.served.Listener.Addr().String(), Frame: pages,
		Pages: func(api http.Handler) http.Handler {
			return New(Options{API: api, Frame: pages, Now: func() time.Time { return now }})
		},
	})
	h.served.Start()
	t.Cleanup(h.served.Close)
	_, page := h.ask(http.MethodGet, "/people/me/activity", true)
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(page)
	if token == nil {
		t.Fatalf("bob's own page has no form: %s", page)
	}
	h.csrf = token[1]
	return h
}

// furnish gives ada a calendar with an event, and signs bob in.
func (h *house) furnish(now time.Time) {
	h.t.Helper()
	ctx := h.t.Context()
	must := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	var err error
	h.ada, err = h.store.CreatePerson(ctx, "Adas-name", "ada@acme.test")
	must(err)
	c, err := h.store.Connect(ctx, store.Connection{Person: h.ada.ID, Provider: "google", Account: "adas-sub", Email: "ada@acme.test"}, store.Token{Access: "a", Refresh: "r"})
	must(err)
	calendars, err := h.store.SaveCalendars(ctx, c.ID, []sources.Calendar{{ID: "adas-calendar", Name: "adas-calendar", Primary: true, Writable: true}})
	must(err)
	_, err = h.store.UpdateCalendar(ctx, calendars[0].ID, func(c *store.Calendar) error { c.On = true; return nil })
	must(err)
	lease, err := h.store.Claim(ctx, "test", time.Minute)
	must(err)
	must(h.store.Write(ctx, lease, func(x *store.Tx) error {
		_, err := x.SaveReading(calendars[0].ID, sources.Reading{Full: true, Token: "t", Events: []sources.Event{
			{ID: "adas-event", ETag: "1", Kind: sources.Single, Title: "adas-title", Start: now, End: now.Add(time.Hour), Guests: 1, OrganizedHere: true},
		}})
		if err != nil {
			return err
		}
		if err := x.SetHeld("adas-plan"); err != nil {
			return err
		}
		return x.Journal(store.Entry{Pass: "p", Action: "create", Title: "adas-title", Outcome: "done"})
	}))
	must(h.store.Finish(ctx, lease, store.Outcome{NextAt: now.Add(time.Hour)}))
	bob, err := h.store.CreatePerson(ctx, "Bob", "bob@acme.test")
	must(err)
	must(h.store.CreateSession(ctx, store.Session{Secret: h.secret, Person: bob.ID, ExpiresAt: now.Add(time.Hour)}))
}

// state is all that is stored of ada and of the installation.
func (h *house) state() string {
	h.t.Helper()
	ctx := h.t.Context()
	snap, err := h.store.Load(ctx, h.ada.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	queue, err := h.store.Queue(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	content, err := json.Marshal(map[string]any{"ada": snap, "queue": queue[0], "rows": h.store.RowsWritten()})
	if err != nil {
		h.t.Fatal(err)
	}
	return string(content)
}

// ask makes a request in bob's browser, or in nobody's, and stays where it leads.
func (h *house) ask(method, path string, signedIn bool) (*http.Response, string) {
	h.t.Helper()
	form := url.Values{"csrf": {h.csrf}, "links": {"keep"}, "provider": {"google"}, "setting": {"share"}, "value": {"never"}, "enabled": {"true"}, "confirm": {"yes"}}
	body := ""
	if method == http.MethodPost {
		body = form.Encode()
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.served.URL+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if signedIn {
		req.AddCookie(&http.Cookie{Name: "slotward", Value: h.secret})
	}
	hc := http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := hc.Do(req)
	if err != nil {
		h.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp, string(text)
}

// patterns are those of every page and of every form's target, read from where
// they are registered, so that none can be forgotten here.
func patterns(t *testing.T) [][2]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	registered := regexp.MustCompile(`\("(GET|POST) (/[^"]*)"`)
	var out [][2]string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range registered.FindAllStringSubmatch(string(source), -1) {
			out = append(out, [2]string{found[1], found[2]})
		}
	}
	if len(out) < 3 {
		t.Fatalf("only %d patterns were found", len(out))
	}
	return out
}

// addresses of ada's things, for what patterns leave open.
var adas = []*strings.Replacer{
	strings.NewReplacer("{$}", "", "{id}", "1", "{person}", "1", "{calendar}", "1", "{event}", "1:adas-event", "{meeting}", "1:adas-event", "{connection}", "1", "{provider}", "google", "{name}", "x"),
	strings.NewReplacer("{$}", "", "{id}", "1", "{person}", "ada@acme.test", "{calendar}", "01", "{event}", "01:adas-event", "{meeting}", "01:adas-event", "{connection}", "01", "{provider}", "google", "{name}", "x"),
}

func TestNoPageShowsOrChangesWhatIsSomebodyElses(t *testing.T) {
	h := newHouse(t)
	before := h.state()
	for _, pattern := range patterns(t) {
		for _, replacer := range adas {
			method, path := pattern[0], replacer.Replace(pattern[1])
			name := method + " " + pattern[1]
			if strings.Contains(path, "{") {
				t.Errorf("%s: tell the walk what to put into the address", name)
			}
			resp, body := h.ask(method, path, true)
			theirs := path != strings.ReplaceAll(pattern[1], "{$}", "") || strings.HasPrefix(path, "/admin")
			refused := resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusForbidden
			if theirs && method == http.MethodGet && !refused || resp.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s: bob is answered %d: %s", name, resp.StatusCode, body)
			}
			told := strings.ReplaceAll(body, "no person &#34;ada@acme.test&#34;", "")
			told = strings.ReplaceAll(strings.ReplaceAll(told, "&#34;1:adas-event&#34;", ""), "&#34;01:adas-event&#34;", "")
			for _, secret := range []string{"ada@acme.test", "Adas-name", "adas-"} {
				if strings.Contains(told, secret) {
					t.Errorf("%s: bob is told %q: %s", name, secret, body)
				}
			}
			if after := h.state(); after != before {
				t.Fatalf("%s: bob changed something: %s", name, cmp.Diff(before, after))
			}
			resp, body = h.ask(method, path, false)
			if resp.StatusCode != http.StatusSeeOther || !strings.HasPrefix(resp.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s: nobody is answered %d: %s", name, resp.StatusCode, body)
			}
		}
	}
}
