package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	simzoom "slotward/internal/simulator/zoom"
	"slotward/store"
	"slotward/zoom"
)

const clientSecret = "zoom-client-secret"

// zoomWorld is a world whose Zoom is the simulator, reached through the real client.
type zoomWorld struct {
	*world
	zoom *simzoom.Server
	desk *simulator.Desk
	base string
	auth *zoom.OAuth
}

func newZoomWorld(t *testing.T) *zoomWorld {
	t.Helper()
	desk := simulator.NewDesk()
	clock := simulator.NewClock(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	sim := simzoom.New(simzoom.Options{Clock: clock, Desk: desk, Seed: 1})
	served := httptest.NewServer(sim)
	t.Cleanup(func() { served.Close(); sim.Close() })
	sim.SetURL(served.URL)
	z := &zoomWorld{zoom: sim, desk: desk, base: served.URL}
	z.auth = &zoom.OAuth{
		ClientID: "slotward", ClientSecret: clientSecret, AuthURL: served.URL + "/oauth/authorize",
		TokenURL: served.URL + "/oauth/token", RevokeURL: served.URL + "/oauth/revoke", APIURL: served.URL + "/v2",
		HTTP: served.Client(),
	}
	z.world = newWorld(t, func(o *Options) { o.Authorizers = map[string]Authorizer{"zoom": z.auth} })
	z.auth.Now = z.now
	sim.AddClient("slotward", clientSecret, nil, z.http.URL+"/oauth/zoom/callback")
	sim.AddAccount("ada@acme.test", "Ada")
	sim.AddAccount("bob@acme.test", "Bob")
	return z
}

// invite asks for a link that connects a person's account.
func (w *world) invite(person, body string) Invitation {
	w.t.Helper()
	var i Invitation
	w.ok(http.StatusCreated, "POST", "/api/v1/people/"+person+"/connections", body, &i)
	return i
}

// surfer is one person before a browser.
type surfer struct {
	t *testing.T
	*browser.Browser
}

func newSurfer(t *testing.T) *surfer { return &surfer{t, browser.New()} }

// shown is what the browser shows.
type shown struct{ browser.Page }

func (b *surfer) open(address string) shown {
	b.t.Helper()
	p, err := b.Open(b.t.Context(), address)
	if err != nil {
		b.t.Fatal(err)
	}
	return shown{p}
}

// consent fills in the provider's form and presses a button.
func (b *surfer) consent(p shown, account, decision string, untick ...string) shown {
	b.t.Helper()
	next, err := b.Decide(b.t.Context(), p.Page, browser.Choice{Account: account, Deny: decision == "deny", Untick: untick})
	if err != nil {
		b.t.Fatal(err)
	}
	return shown{next}
}

// connect does all of it, in a fresh browser.
func (w *world) connect(person, body, account, decision string, untick ...string) shown {
	w.t.Helper()
	b := newSurfer(w.t)
	return b.consent(b.open(w.invite(person, body).URL), account, decision, untick...)
}

// states lists a person's connections as provider:state.
func (w *world) states(person string) string {
	w.t.Helper()
	var list Connections
	w.ok(http.StatusOK, "GET", "/api/v1/people/"+person+"/connections", "", &list)
	var out []string
	for _, c := range list.Connections {
		out = append(out, c.Provider+":"+c.State)
	}
	return strings.Join(out, " ")
}

// says fails unless the page has the status and all of the words.
func (p shown) says(t *testing.T, status int, words ...string) {
	t.Helper()
	if p.StatusCode != status {
		_, body, _ := strings.Cut(p.Text, "<body>")
		t.Fatalf("status %d, want %d: %s", p.StatusCode, status, body)
	}
	for _, word := range words {
		if !strings.Contains(p.Text, word) {
			_, body, _ := strings.Cut(p.Text, "<body>")
			t.Errorf("the page does not say %q: %s", word, body)
		}
	}
}

const zoomBody = `{"provider":"zoom"}`

func TestConnectZoom(t *testing.T) {
	w := newZoomWorld(t)
	ada := w.person("ada")
	i := w.invite("ada@acme.test", zoomBody)
	if !i.ExpiresAt.Equal(w.now().Add(ticketLife)) {
		t.Errorf("%+v", i)
	}
	b := newSurfer(t)
	requested := w.row(ada.ID).Requested
	page := b.consent(b.open(i.URL), "ada@acme.test", "allow")
	page.says(t, http.StatusOK, "Zoom is connected", "ada@acme.test")
	connections, err := w.store.Connections(t.Context(), ada.ID)
	if err != nil || len(connections) != 1 {
		t.Fatalf("%+v %v", connections, err)
	}
	c := connections[0]
	account, _ := w.zoom.Account("ada@acme.test")
	if c.State != store.Connected || c.Email != "ada@acme.test" || c.Account != account.ID+"@"+account.AccountID || c.HostID != account.ID || len(c.Scopes) < 6 {
		t.Errorf("%+v", c)
	}
	tok, err := w.store.Token(t.Context(), c.ID)
	if err != nil || tok.Access == "" || tok.Refresh == "" || !tok.Expiry.After(w.now()) {
		t.Errorf("token: %v, expires %v", err, tok.Expiry)
	}
	if w.row(ada.ID).Requested == requested || len(w.journal("connect")) != 1 {
		t.Error("ada is not due, or nothing was recorded")
	}
	// The link has done its work.
	b.open(i.URL).says(t, http.StatusBadRequest, "This link no longer works")
	w.noSecrets()
}

// noSecrets fails if the log holds a token, a code, a state or the client secret.
func (w *zoomWorld) noSecrets() {
	w.t.Helper()
	log := w.log.String()
	for _, secret := range append(w.zoom.Secrets(), clientSecret, "code=", "state=", "ticket=") {
		if strings.Contains(log, secret) {
			w.t.Errorf("the log holds %q", secret)
		}
	}
}

// asProgram asks for JSON.
type asProgram struct{}

func (asProgram) RoundTrip(req *http.Request) (*http.Response, error) {
	req.Header.Set("Accept", "application/json")
	return http.DefaultTransport.RoundTrip(req)
}

func TestConnectAnswersPrograms(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	b := newSurfer(t)
	page := b.open(w.invite("1", zoomBody).URL)
	back, err := b.SentBack(t.Context(), page.Page, browser.Choice{Account: "ada@acme.test"})
	if err != nil {
		t.Fatal(err)
	}
	b.HTTP.Transport = asProgram{}
	ask := func() shown { return b.open(back.String()) }
	good := ask()
	var done ConnectedAnswer
	if err := json.Unmarshal([]byte(good.Text), &done); err != nil || good.StatusCode != http.StatusOK || done.Connection.State != "connected" {
		t.Fatalf("%d %v %s", good.StatusCode, err, good.Text)
	}
	again := ask() // a state is good once
	var p huma.ErrorModel
	if err := json.Unmarshal([]byte(again.Text), &p); err != nil || again.StatusCode != http.StatusBadRequest || p.Type != problemPrefix+"state" || !strings.Contains(p.Detail, "Open the link") {
		t.Fatalf("%d %v %s", again.StatusCode, err, again.Text)
	}
}

func TestConsentDenied(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	page := w.connect("1", zoomBody, "ada@acme.test", "deny")
	page.says(t, http.StatusForbidden, "Zoom was not connected", "Try again", "/oauth/zoom/start?ticket=")
	if got := w.states("1"); got != "" {
		t.Errorf("stored: %s", got)
	}
}

func TestConsentWithoutAPermission(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	b := newSurfer(t)
	i := w.invite("1", zoomBody)
	page := b.consent(b.open(i.URL), "ada@acme.test", "allow", "meeting:delete:meeting")
	page.says(t, http.StatusForbidden, "A permission is missing", "meeting:delete:meeting", "Try again")
	if got := w.states("1"); got != "zoom:missing_scope" {
		t.Errorf("stored: %s", got)
	}
	// Nothing is held by it: the account is free for somebody else.
	w.person("bob")
	w.connect("2", zoomBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.states("1"); got != "zoom:disconnected" {
		t.Errorf("after bob took it: %s", got)
	}
	w.ok(http.StatusNoContent, http.MethodDelete, "/api/v1/people/2/connections/zoom", "", nil)
	// The page's link begins anew, and everything ticked connects.
	b.consent(b.open(i.URL), "ada@acme.test", "allow").says(t, http.StatusOK, "Zoom is connected")
	// What stands gets the named state, and comes back.
	w.connect("1", zoomBody, "ada@acme.test", "allow", "meeting:delete:meeting").says(t, http.StatusForbidden)
	if got := w.states("1"); got != "zoom:missing_scope" {
		t.Errorf("%s", got)
	}
	w.connect("1", zoomBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.states("1"); got != "zoom:connected" {
		t.Errorf("%s", got)
	}
}

func TestAccountOfSomebodyElse(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	bob := w.person("bob")
	w.connect("2", zoomBody, "bob@acme.test", "allow").says(t, http.StatusOK)
	page := w.connect("1", zoomBody, "bob@acme.test", "allow")
	page.says(t, http.StatusConflict, "This account is connected already", "bob@acme.test", "disconnected there first")
	if got := w.states("1"); got != "" {
		t.Errorf("stored: %s", got)
	}
	// Zoom ended bob's tokens when it gave out new ones; he must not notice.
	connections, err := w.store.Connections(t.Context(), bob.ID)
	if err != nil || len(connections) != 1 || connections[0].State != store.Connected {
		t.Fatalf("%+v %v", connections, err)
	}
	tok, err := w.store.Token(t.Context(), connections[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.auth.Refresh(t.Context(), tok.Refresh); err != nil {
		t.Errorf("bob's token is dead: %v", err)
	}
	// After bob disconnects, ada may have it.
	w.ok(http.StatusNoContent, "DELETE", "/api/v1/people/2/connections/zoom", "", nil)
	w.connect("1", zoomBody, "bob@acme.test", "allow").says(t, http.StatusOK)
	if got := w.states("1") + ", " + w.states("2"); got != "zoom:connected, zoom:disconnected" {
		t.Error(got)
	}
}

func TestSecondZoomAccount(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	w.connect("1", zoomBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	w.connect("1", zoomBody, "bob@acme.test", "allow").says(t, http.StatusConflict, "Another account is connected already")
	if got := w.states("1"); got != "zoom:connected" {
		t.Error(got)
	}
}

func TestCallbackRefused(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	b := newSurfer(t)
	callback := w.http.URL + "/oauth/zoom/callback?"
	b.open(callback+"code=x").says(t, http.StatusBadRequest, "This sign-in has run out")
	b.open(callback+"code=x&state=guess").says(t, http.StatusBadRequest, "This sign-in has run out")
	b.open(callback+"code=x&state="+newSecret()).says(t, http.StatusBadRequest, "This sign-in has run out")
	b.open(w.http.URL+"/oauth/zoom/start").says(t, http.StatusBadRequest, "This link no longer works")
	b.open(w.http.URL+"/oauth/zoom/start?ticket="+newSecret()).says(t, http.StatusBadRequest, "This link no longer works")
	b.open(w.http.URL+"/oauth/google/start?ticket="+newSecret()).says(t, http.StatusNotFound, "Nothing can be connected here")
	b.open(w.http.URL+"/oauth/bank/callback").says(t, http.StatusNotFound)

	i := w.invite("1", zoomBody)
	state := b.open(i.URL).Request.URL.Query().Get("state")
	if state == "" || w.desk.Counts()["zoom.token"] != 0 {
		t.Fatal("no state, or tokens before consent")
	}
	newSurfer(t).open(callback+"code=x&state="+state).says(t, http.StatusBadRequest, "begun in another browser")
	b.open(callback+"state="+state).says(t, http.StatusBadRequest, "carries no code", "Try again")

	for query, status := range map[string]int{
		"error=access_denied": http.StatusForbidden, "error=server_error": http.StatusBadGateway, "error=%3Cscript%3E": http.StatusBadGateway,
		"code=never-issued": http.StatusBadRequest,
	} {
		state := b.open(i.URL).Request.URL.Query().Get("state")
		page := b.open(callback + query + "&state=" + state)
		page.says(t, status, "Try again")
		if strings.Contains(page.Text, "<script>") {
			t.Error("the page repeats what it was sent")
		}
		b.open(callback+query+"&state="+state).says(t, http.StatusBadRequest, "This sign-in has run out")
	}

	state = b.open(i.URL).Request.URL.Query().Get("state")
	w.pass(flowLife + time.Second)
	b.open(callback+"code=x&state="+state).says(t, http.StatusBadRequest, "This sign-in has run out")
	w.pass(ticketLife)
	b.open(i.URL).says(t, http.StatusBadRequest, "This link no longer works")
	if got := w.states("1"); got != "" {
		t.Errorf("stored: %s", got)
	}
	w.noSecrets()
}

func TestProviderUnavailable(t *testing.T) {
	for _, fault := range []string{"503", "reset", "html", "garbled"} {
		for _, operation := range []string{"zoom.token", "zoom.me"} {
			t.Run(operation+" "+fault, func(t *testing.T) {
				t.Parallel() // the client waits between its own tries
				w := newZoomWorld(t)
				w.person("ada")
				w.desk.Arm(operation, fault, 10)
				w.connect("1", zoomBody, "ada@acme.test", "allow").says(t, http.StatusBadGateway, "did not answer as it should", "Try again")
				if got := w.states("1"); got != "" {
					t.Errorf("stored: %s", got)
				}
				w.noSecrets()
			})
		}
	}
}

func TestPreviewOfALinkSpendsNothing(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	i := w.invite("1", zoomBody)
	if resp := plain(t, "HEAD", i.URL, ""); resp.StatusCode != http.StatusOK {
		t.Errorf("%d", resp.StatusCode)
	}
	newSurfer(t).open(i.URL).says(t, http.StatusOK, "Simulated Zoom")
	w.connect("1", zoomBody, "ada@acme.test", "allow").says(t, http.StatusOK)
}

func TestCookieBindsTheBrowserOnly(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	b := newSurfer(t)
	b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	got := b.open(w.invite("1", zoomBody).URL)
	if got.StatusCode != http.StatusFound || len(got.Cookies()) != 1 {
		t.Fatalf("%d %v", got.StatusCode, got.Cookies())
	}
	c := got.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/oauth/" || c.MaxAge != 600 || c.Secure {
		t.Errorf("%+v", c)
	}
	target, err := url.Parse(got.Header.Get("Location"))
	if err != nil || target.Query().Get("code_challenge_method") != "S256" || target.Query().Get("redirect_uri") != w.http.URL+"/oauth/zoom/callback" {
		t.Errorf("%v %v", target, err)
	}
	s := &server{Options: withDefaults(Options{PublicURL: "https://x.test/slotward/"})}
	if c := s.flowCookie("s", "v"); !c.Secure || c.Path != "/slotward/oauth/" {
		t.Errorf("%+v", c)
	}
}

func TestDisconnect(t *testing.T) {
	w := newZoomWorld(t)
	ada := w.person("ada")
	w.refused(http.StatusNotFound, "no_connection", "DELETE", "/api/v1/people/1/connections/zoom", "")
	w.connect("1", zoomBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	connections, err := w.store.Connections(t.Context(), ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	id := connections[0].ID
	tok, err := w.store.Token(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second changes nothing
		w.ok(http.StatusNoContent, "DELETE", "/api/v1/people/1/connections/zoom", "", nil)
	}
	if got := w.states("1"); got != "zoom:disconnected" {
		t.Error(got)
	}
	if _, err := w.store.Token(t.Context(), id); err == nil {
		t.Error("the tokens are still there")
	}
	if _, err := w.auth.Refresh(t.Context(), tok.Refresh); err == nil {
		t.Error("Zoom still takes the token")
	}
	if len(w.journal("disconnect")) != 1 {
		t.Errorf("%+v", w.journal("disconnect"))
	}
	w.connect("1", zoomBody, "ada@acme.test", "allow").says(t, http.StatusOK)
	if got := w.states("1"); got != "zoom:connected" {
		t.Error(got)
	}
	w.desk.Arm("zoom.token", "503", 5)
	w.ok(http.StatusNoContent, "DELETE", "/api/v1/people/1/connections/zoom", "", nil)
	if got := w.states("1"); got != "zoom:disconnected" {
		t.Error(got)
	}
	w.noSecrets()
}

func TestProviderThatIsNotConfigured(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	p := w.refused(http.StatusConflict, "not_configured", "POST", "/api/v1/people/1/connections", `{"provider":"google"}`)
	if !strings.Contains(p.Detail, "google.client_id") || !strings.Contains(p.Detail, w.http.URL+"/oauth/google/callback") {
		t.Error(p.Detail)
	}
	w.refused(http.StatusUnprocessableEntity, "", "POST", "/api/v1/people/1/connections", `{"provider":"bank"}`)
}
