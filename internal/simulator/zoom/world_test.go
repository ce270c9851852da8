package zoom_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"slotward/internal/contract"
	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	"slotward/internal/simulator/zoom"
)

const (
	ada      = "ada@acme.test"
	redirect = "http://127.0.0.1/callback"
)

// dawn is when every world begins.
var dawn = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)

// world is a simulator with ada's account, one app, and a token of hers.
type world struct {
	t        *testing.T
	s        *zoom.Server
	clock    *simulator.Clock
	desk     *simulator.Desk
	base     string
	contract *contract.Checker
	http     *http.Client
	tokens   tokens
}

type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Type    string `json:"token_type"`
	Scope   string `json:"scope"`
	Expires int    `json:"expires_in"`
	API     string `json:"api_url"`
}

func newWorld(t *testing.T, alter ...func(*zoom.Options)) *world {
	t.Helper()
	w := &world{t: t, clock: simulator.NewClock(dawn), desk: simulator.NewDesk()}
	options := zoom.Options{Clock: w.clock, Desk: w.desk, Seed: 1}
	for _, f := range alter {
		f(&options)
	}
	w.s = zoom.New(options)
	w.s.AddAccount(ada, "Ada Lovelace")
	w.s.AddClient("app", "app-secret", nil, redirect)
	w.contract = contract.ForSimulator(t)
	server := httptest.NewServer(w.contract.Zoom(w.s))
	t.Cleanup(func() { server.Close(); w.s.Close() })
	w.base = server.URL
	w.s.SetURL(server.URL)
	w.http = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w.tokens = w.connect(ada)
	return w
}

// consent opens the consent page, picks the account, unticks scopes and
// allows; it returns where the browser was sent.
func (w *world) consent(account, query string, untick ...string) *url.URL {
	w.t.Helper()
	b := browser.New()
	page, err := b.Open(w.t.Context(), w.base+"/oauth/authorize?"+query)
	if err != nil {
		w.t.Fatal(err)
	}
	to, err := b.SentBack(w.t.Context(), page, browser.Choice{Account: account, Untick: untick})
	if err != nil {
		w.t.Fatal(err)
	}
	return to
}

const authorizeQuery = "response_type=code&client_id=app&state=st%20ate&redirect_uri=" + redirect

// connect authorises the app for the account.
func (w *world) connect(account string, untick ...string) tokens {
	w.t.Helper()
	back := w.consent(account, authorizeQuery, untick...)
	got := w.form("/oauth/token", url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")}, "redirect_uri": {redirect}}, true)
	return got.tokens(w.t)
}

func (w *world) rotate(refresh string) reply {
	w.t.Helper()
	return w.form("/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}, true)
}

// reply is an answer, read.
type reply struct {
	status int
	header http.Header
	text   string
	body   map[string]any
}

func (r reply) tokens(t *testing.T) (out tokens) {
	t.Helper()
	if r.status != 200 || json.Unmarshal([]byte(r.text), &out) != nil {
		t.Fatalf("no tokens: %d %s", r.status, r.text)
	}
	return out
}

// code is Zoom's own number of an error.
func (r reply) code() int {
	n, _ := r.body["code"].(float64)
	return int(n)
}

func (w *world) form(path string, form url.Values, basic bool) reply {
	w.t.Helper()
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	if basic {
		r := http.Request{Header: header}
		r.SetBasicAuth("app", "app-secret")
	}
	return w.do("POST", path, form.Encode(), header)
}

func (w *world) do(method, path, body string, header http.Header) reply {
	w.t.Helper()
	got, err := w.try(method, path, body, header)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func (w *world) try(method, path, body string, header http.Header) (reply, error) {
	r, err := http.NewRequest(method, w.base+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if header != nil {
		r.Header = header
	}
	got, err := w.http.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer got.Body.Close()
	raw, err := io.ReadAll(got.Body)
	out := reply{status: got.StatusCode, header: got.Header, text: string(raw)}
	_ = json.Unmarshal(raw, &out.body)
	return out, err
}

// bearer is the header of an API call with ada's token.
func (w *world) bearer(token string) http.Header {
	return http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
}

func (w *world) call(method, path, body string) reply {
	w.t.Helper()
	return w.do(method, path, body, w.bearer(w.tokens.Access))
}

// ok calls the API and insists on a status.
func (w *world) ok(method, path, body string, status int) reply {
	w.t.Helper()
	got := w.call(method, path, body)
	if got.status != status {
		w.t.Fatalf("%s %s %.80s answered %d, not %d: %s", method, path, body, got.status, status, got.text)
	}
	return got
}

// refused calls the API and insists on an error.
func (w *world) refused(method, path, body string, status, code int) reply {
	w.t.Helper()
	got := w.call(method, path, body)
	if got.status != status || got.code() != code {
		w.t.Fatalf("%s %s %.80s answered %d/%d, not %d/%d: %s", method, path, body, got.status, got.code(), status, code, got.text)
	}
	return got
}

func (w *world) create(body string) int64 {
	w.t.Helper()
	return id(w.t, w.ok("POST", "/v2/users/me/meetings", body, 201))
}

func id(t *testing.T, r reply) int64 {
	t.Helper()
	var out struct{ ID json.Number }
	if err := json.Unmarshal([]byte(r.text), &out); err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(string(out.ID), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func path(id int64) string { return fmt.Sprintf("/v2/meetings/%d", id) }

// wait moves the clock.
func (w *world) wait(d time.Duration) { w.clock.Set(w.clock.Now().Add(d)) }
