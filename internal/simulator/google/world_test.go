package google_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/api/calendar/v3"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"slotward/internal/contract"
	"slotward/internal/simulator"
	"slotward/internal/simulator/google"
)

const (
	ada      = "ada@acme.test"
	bob      = "bob@acme.test"
	eve      = "eve@client.test"
	clientID = "1234-slotward"
	redirect = "http://127.0.0.1:9/callback"
	prefix   = "https://www.googleapis.com/auth/"
)

var allScopes = []string{"openid", "email", prefix + "calendar.events", prefix + "calendar.calendarlist.readonly", prefix + "calendar.settings.readonly"}

// world is a simulated Google with two accounts on loopback.
type world struct {
	*google.Server
	t        *testing.T
	ctx      context.Context
	clock    *simulator.Clock
	desk     *simulator.Desk
	contract *contract.Checker
	url      string
	http     *http.Client // checks the shape of every refusal
}

func newWorld(t *testing.T) *world {
	t.Helper()
	clock := simulator.NewClock(at("2026-12-01T08:00:00Z"))
	desk := simulator.NewDesk()
	s := google.New(google.Options{Clock: clock, Desk: desk})
	w := &world{Server: s, t: t, clock: clock, desk: desk, contract: contract.ForSimulator(t)}
	srv := httptest.NewServer(w.contract.Google(s))
	t.Cleanup(srv.Close)
	s.SetURL(srv.URL)
	w.url, w.http = srv.URL, &http.Client{Transport: strict{t, srv.Client().Transport}}
	w.ctx = context.WithValue(t.Context(), oauth2.HTTPClient, srv.Client())
	w.must(s.AddAccount(ada, "Ada"))
	w.must(s.AddAccount(bob, "Bob"))
	s.AddClient(clientID, "hush", redirect)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) config(scopes ...string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: clientID, ClientSecret: "hush", RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: w.url + "/o/oauth2/v2/auth", TokenURL: w.url + "/token", AuthStyle: oauth2.AuthStyleInParams},
	}
}

// consent fills in the consent page and returns where the browser is sent.
func (w *world) consent(authURL string, form url.Values) url.Values {
	w.t.Helper()
	hc := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := hc.PostForm(authURL, form)
	w.must(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		w.t.Fatalf("consent answered %s", resp.Status)
	}
	to, err := resp.Location()
	w.must(err)
	return to.Query()
}

// signIn connects an account with some scopes ticked and returns its token.
func (w *world) signIn(account string, scopes, ticked []string, options ...oauth2.AuthCodeOption) *oauth2.Token {
	w.t.Helper()
	conf, verifier := w.config(scopes...), oauth2.GenerateVerifier()
	options = append(options, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier))
	back := w.consent(conf.AuthCodeURL("st", options...), url.Values{"account": {account}, "scope": ticked, "decision": {"allow"}})
	if back.Get("state") != "st" || back.Get("code") == "" {
		w.t.Fatalf("sent back with %v", back)
	}
	tok, err := conf.Exchange(w.ctx, back.Get("code"), oauth2.VerifierOption(verifier))
	w.must(err)
	return tok
}

// api returns a client of the real SDK for an account.
func (w *world) api(account string) *calendar.Service {
	w.t.Helper()
	return w.apiWith(w.signIn(account, allScopes, allScopes))
}

func (w *world) apiWith(tok *oauth2.Token) *calendar.Service {
	w.t.Helper()
	hc := &http.Client{Transport: &oauth2.Transport{Source: oauth2.StaticTokenSource(tok), Base: w.http.Transport}}
	svc, err := calendar.NewService(w.ctx, option.WithEndpoint(w.url+"/calendar/v3/"), option.WithHTTPClient(hc))
	w.must(err)
	return svc
}

func (w *world) insert(cal string, n google.NewEvent) string {
	w.t.Helper()
	id, err := w.Insert(cal, n)
	w.must(err)
	return id
}

func (w *world) event(cal, id string) google.EventView {
	w.t.Helper()
	e, err := w.Event(cal, id)
	w.must(err)
	return e
}

// raw sends a request as it is and returns status and body.
func (w *world) raw(tok *oauth2.Token, method, path, contentType, body string) (int, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.ctx, method, w.url+path, strings.NewReader(body))
	w.must(err)
	req.Header.Set("Content-Type", contentType)
	tok.SetAuthHeader(req)
	resp, err := w.http.Do(req)
	w.must(err)
	return resp.StatusCode, readAll(w.t, resp)
}

// wantReason fails unless err is Google's error with this status and reason.
func wantReason(t *testing.T, err error, code int, reason string) {
	t.Helper()
	var g *googleapi.Error
	if !errors.As(err, &g) {
		t.Fatalf("error %v, want %d %s", err, code, reason)
	}
	if g.Code != code || len(g.Errors) != 1 || g.Errors[0].Reason != reason {
		t.Fatalf("got %d %v, want %d %s", g.Code, g.Errors, code, reason)
	}
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func ptr[T any](v T) *T { return &v }
