package microsoft_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/contract"
	"slotward/internal/simulator"
	"slotward/internal/simulator/microsoft"
)

const (
	ada      = "ada@acme.test"
	bob      = "bob@acme.test"
	eve      = "eve@client.test"
	clientID = "6731de76-14a6-49ae-97bc-6eba6914391e"
	redirect = "http://127.0.0.1:9/callback"
)

var allScopes = []string{"openid", "profile", "email", "offline_access", "User.Read", "Calendars.ReadWrite", "MailboxSettings.Read"}

// world is a simulated Microsoft with two accounts on loopback, whose traffic is
// held against Graph's contract.
type world struct {
	*microsoft.Server
	t     *testing.T
	clock *simulator.Clock
	desk  *simulator.Desk
	url   string
	tok   string // Ada's access token
	check *contract.Checker
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := simulator.NewClock(at("2026-12-01T08:00:00Z"))
	desk := simulator.NewDesk()
	s := microsoft.New(microsoft.Options{Clock: clock, Desk: desk})
	check := contract.ForSimulator(t)
	srv := httptest.NewServer(check.Microsoft(s))
	t.Cleanup(srv.Close)
	s.SetURL(srv.URL)
	w := &world{Server: s, t: t, clock: clock, desk: desk, url: srv.URL, check: check}
	w.must(s.AddAccount(ada, "Ada"))
	w.must(s.AddAccount(bob, "Bob"))
	s.AddClient(clientID, "hush", redirect)
	w.tok = w.signIn(ada).AccessToken
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) config(tenant string, scopes ...string) *oauth2.Config {
	if len(scopes) == 0 {
		scopes = allScopes
	}
	return &oauth2.Config{
		ClientID: clientID, ClientSecret: "hush", RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: w.url + "/" + tenant + "/oauth2/v2.0/authorize", TokenURL: w.url + "/" + tenant + "/oauth2/v2.0/token", AuthStyle: oauth2.AuthStyleInParams},
	}
}

// page fills in the consent page and returns the answer, redirects not followed.
func (w *world) page(address string, form url.Values) (*http.Response, string) {
	w.t.Helper()
	hc := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := hc.PostForm(address, form)
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp, string(text)
}

// consent fills in the page and returns what the browser brings back to the app.
func (w *world) consent(address string, form url.Values) url.Values {
	w.t.Helper()
	resp, text := w.page(address, form)
	if resp.StatusCode != http.StatusFound {
		w.t.Fatalf("consent answered %s: %s", resp.Status, text)
	}
	to, err := resp.Location()
	w.must(err)
	return to.Query()
}

// signIn connects an account and returns its token.
func (w *world) signIn(account string, options ...oauth2.AuthCodeOption) *oauth2.Token {
	w.t.Helper()
	conf, verifier := w.config("common"), oauth2.GenerateVerifier()
	options = append(options, oauth2.S256ChallengeOption(verifier))
	back := w.consent(conf.AuthCodeURL("st", options...), url.Values{"account": {account}, "decision": {"allow"}})
	if back.Get("state") != "st" || back.Get("code") == "" {
		w.t.Fatalf("sent back with %v", back)
	}
	tok, err := conf.Exchange(context.Background(), back.Get("code"), oauth2.VerifierOption(verifier))
	w.must(err)
	return tok
}

// object is a JSON object.
type object map[string]any

func (o object) str(path string) string {
	v, _ := o.at(path).(string)
	return v
}

func (o object) list(path string) []object {
	var out []object
	all, _ := o.at(path).([]any)
	for _, one := range all {
		m, _ := one.(map[string]any)
		out = append(out, m)
	}
	return out
}

func (o object) at(path string) any {
	var v any = map[string]any(o)
	for _, name := range strings.Split(path, "/") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// reply is an answer with its body.
type reply struct {
	status int
	header http.Header
	object
	text string
}

// do sends a request as Ada. path is below /v1.0, or an absolute link. headers
// are "Name: value".
func (w *world) do(method, path string, body any, headers ...string) reply {
	w.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		w.must(err)
	}
	return w.raw(method, path, raw, headers...)
}

func (w *world) raw(method, path string, body []byte, headers ...string) reply {
	w.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = w.url + "/v1.0" + path
	}
	req, err := http.NewRequest(method, path, bytes.NewReader(body))
	w.must(err)
	req.Header.Set("Authorization", "Bearer "+w.tok)
	if len(body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Prefer" {
			req.Header.Add(name, value)
		} else {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	w.must(err)
	out := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	_ = json.Unmarshal(text, &out.object)
	return out
}

// ok is do for a request that must succeed.
func (w *world) ok(method, path string, body any, headers ...string) reply {
	w.t.Helper()
	r := w.do(method, path, body, headers...)
	if r.status/100 != 2 {
		w.t.Fatalf("%s %s: %d %s", method, path, r.status, r.text)
	}
	return r
}

// refused is do for a request that must fail in a certain way.
func (w *world) refused(status int, code, method, path string, body any, headers ...string) reply {
	w.t.Helper()
	r := w.do(method, path, body, headers...)
	if r.status != status || r.str("error/code") != code {
		w.t.Fatalf("%s %s: %d %s, want %d %s", method, path, r.status, r.text, status, code)
	}
	return r
}

const span = "startDateTime=2026-11-30T00:00:00Z&endDateTime=2027-05-30T00:00:00Z"

// follow reads a round to its end and returns its items and the next round's link.
func (w *world) follow(link string, headers ...string) (items []object, next string) {
	w.t.Helper()
	for {
		page := w.ok("GET", link, nil, headers...)
		items = append(items, page.list("value")...)
		if next := page.str("@odata.deltaLink"); next != "" {
			if page.str("@odata.nextLink") != "" {
				w.t.Fatal("a page with both links")
			}
			return items, next
		}
		if link = page.str("@odata.nextLink"); link == "" {
			w.t.Fatal("a page without a link")
		}
	}
}

func (w *world) insert(n microsoft.NewEvent) string {
	w.t.Helper()
	id, err := w.Insert(ada, n)
	w.must(err)
	return id
}

func (w *world) event(calendar, id string) microsoft.EventView {
	w.t.Helper()
	e, err := w.Event(calendar, id)
	w.must(err)
	return e
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func ptr[T any](v T) *T { return &v }
