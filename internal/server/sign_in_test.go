package server

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/browser"
	"slotward/store"
)

// newSignInWorld is a world with pages, in which people sign in with the
// simulated Google.
func newSignInWorld(t *testing.T, alter ...func(*Options)) *googleWorld {
	t.Helper()
	return newGoogleWorld(t, append([]func(*Options){withPages, func(o *Options) { o.SignIn.Allow = []string{"acme.test", "eve@gmail.com"} }}, alter...)...)
}

// post sends a form and follows where it leads.
func (b *surfer) post(address string, form url.Values) shown {
	b.t.Helper()
	resp, err := b.HTTP.PostForm(address, form)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := shown{}
	p.Response, p.Text = resp, string(text)
	return p
}

// signIn signs in with an account, and returns the page that this ends on.
func (w *googleWorld) signIn(b *surfer, form url.Values, account string) shown {
	w.t.Helper()
	return b.consent(b.post(w.http.URL+"/sign-in/google", form), account, "allow")
}

// cookie is what the browser is signed in with.
func (w *googleWorld) cookie(b *surfer) string {
	w.t.Helper()
	u, err := url.Parse(w.http.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range b.HTTP.Jar.Cookies(u) {
		if c.Name == "slotward" {
			return c.Value
		}
	}
	return ""
}

func TestSignInOnly(t *testing.T) {
	w := newSignInWorld(t)
	b := newSurfer(t)
	b.open(w.http.URL+"/people/me/help?a=b").says(t, http.StatusOK, "Sign in with Google and connect my calendar", "Only sign in with Google", `value="/people/me/help?a=b"`)
	page := b.post(w.http.URL+"/sign-in/google", url.Values{"next": {"/people/me/help?a=b"}})
	page.says(t, http.StatusOK, "Google")
	asked := page.Request.URL.Query()
	if asked.Get("scope") != "openid email profile" || asked.Get("nonce") == "" || asked.Get("code_challenge_method") != "S256" || asked.Has("access_type") {
		t.Errorf("asked for %v", asked)
	}
	page = b.consent(page, "ada@acme.test", "allow")
	page.says(t, http.StatusOK, "name=ada@acme.test role=member person=1")
	if page.Request.URL.RequestURI() != "/people/me/help?a=b" {
		t.Errorf("led to %s", page.Request.URL)
	}
	if got := w.states("1"); got != "" {
		t.Errorf("connected: %s", got)
	}
	// The same account is the same person, under a new secret.
	first := w.cookie(b)
	w.signIn(b, url.Values{"csrf": {csrfToken(first)}}, "ada@acme.test").says(t, http.StatusOK, "person=1")
	if second := w.cookie(b); second == first || second == "" {
		t.Error("the session was not rotated")
	}
	if _, err := w.store.Session(t.Context(), first, time.Hour); err == nil {
		t.Error("the session before is still good")
	}
	sub, _ := w.google.Sub("ada@acme.test")
	list, err := w.store.Identities(t.Context(), 1)
	if err != nil || len(list) != 1 || list[0].Account != sub || list[0].Email != "ada@acme.test" {
		t.Errorf("%+v %v", list, err)
	}
	if strings.Contains(w.log.String(), first) || strings.Contains(w.log.String(), asked.Get("nonce")) || strings.Contains(w.log.String(), "eyJ") {
		t.Error("the log holds a secret")
	}
}

func TestSignInAndConnectIsOneConsent(t *testing.T) {
	w := newSignInWorld(t)
	b := newSurfer(t)
	page := w.signIn(b, url.Values{"connect": {"true"}, "next": {"/people/me/welcome"}}, "ada@acme.test")
	page.says(t, http.StatusOK, "person=1")
	if page.Request.URL.RequestURI() != "/people/me/welcome?done=connected" {
		t.Errorf("led to %s", page.Request.URL)
	}
	// Which calendars are kept is asked next, as when one is connected on a page.
	if got := w.states("1") + " " + w.on("1"); got != "google:connected " {
		t.Errorf("%q", got)
	}
	if j := w.journal("connect"); len(j) != 1 || j[0].Detail != "by ada@acme.test" {
		t.Errorf("%+v", j)
	}
	// A permission left out: signed in all the same, and told what is missing.
	other := newSurfer(t)
	page = other.consent(other.post(w.http.URL+"/sign-in/google", url.Values{"connect": {"true"}}), "bob@acme.test", "allow", "https://www.googleapis.com/auth/calendar.events")
	page.says(t, http.StatusForbidden, "A permission is missing", "Back to Slotward")
	other.open(w.http.URL+"/").says(t, http.StatusOK, "name=bob@acme.test")
	if got := w.states("2"); got != "google:missing_scope" {
		t.Error(got)
	}
}

func TestWhoMaySignIn(t *testing.T) {
	w := newSignInWorld(t, func(o *Options) { o.SignIn.Admins = []string{"boss@client.test"} })
	for _, email := range []string{"eve@gmail.com", "mia@gmail.com", "mallory@client.test", "boss@client.test", "known@client.test"} {
		if err := w.google.AddAccount(email, email); err != nil {
			t.Fatal(err)
		}
	}
	w.ok(http.StatusCreated, "POST", "/api/v1/people", `{"name":"Known","email":"known@client.test"}`, nil)
	for email, want := range map[string]string{
		"ada@acme.test": "role=member", "eve@gmail.com": "role=member", "boss@client.test": "role=admin", "known@client.test": "person=1 ",
		"mia@gmail.com": "", "mallory@client.test": "",
	} {
		b := newSurfer(t)
		page := w.signIn(b, url.Values{}, email)
		if want != "" {
			page.says(t, http.StatusOK, "name="+email, want)
			continue
		}
		page.says(t, http.StatusForbidden, "You may not sign in here yet", email, "/sign-in")
		if w.cookie(b) != "" {
			t.Errorf("%s is signed in", email)
		}
		if _, err := w.store.PersonByEmail(t.Context(), email); err == nil {
			t.Errorf("%s was added", email)
		}
	}
}

func TestAccountsThatDoNotFit(t *testing.T) {
	w := newSignInWorld(t)
	w.signIn(newSurfer(t), url.Values{}, "ada@acme.test").says(t, http.StatusOK)
	// Ada's person is called what another account is called.
	if _, err := w.store.UpdatePerson(t.Context(), 1, func(p *store.Person) error { p.Email = "bob@acme.test"; return nil }); err != nil {
		t.Fatal(err)
	}
	b := newSurfer(t)
	w.signIn(b, url.Values{}, "bob@acme.test").says(t, http.StatusForbidden, "This is another account", "bob@acme.test")
	if w.cookie(b) != "" {
		t.Error("signed in as somebody else")
	}
	w.signIn(b, url.Values{}, "ada@acme.test").says(t, http.StatusOK, "name=bob@acme.test", "person=1")
}

func TestDeclinedSignIn(t *testing.T) {
	w := newSignInWorld(t)
	b := newSurfer(t)
	b.consent(b.post(w.http.URL+"/sign-in/google", url.Values{"next": {"/a"}}), "ada@acme.test", "deny").
		says(t, http.StatusForbidden, "You are not signed in", "/sign-in?next=%2Fa")
	if w.cookie(b) != "" {
		t.Error("signed in")
	}
}

func TestSignInIsBoundToItsBrowserAndGoodOnce(t *testing.T) {
	w := newSignInWorld(t)
	b, other := newSurfer(t), newSurfer(t)
	back, err := b.SentBack(t.Context(), b.post(w.http.URL+"/sign-in/google", url.Values{}).Page, browser.Choice{Account: "ada@acme.test"})
	if err != nil {
		t.Fatal(err)
	}
	other.open(back.String()).says(t, http.StatusBadRequest, "another browser")
	b.open(back.String()).says(t, http.StatusOK, "person=1")
	b.open(back.String()).says(t, http.StatusBadRequest, "has run out")
	other.open(back.String()).says(t, http.StatusBadRequest, "has run out")
	if w.cookie(other) != "" {
		t.Error("the other browser is signed in")
	}

	// The code of one sign-in does not fit another: its ID token has the other's nonce.
	b = newSurfer(t)
	one, err := b.SentBack(t.Context(), b.post(w.http.URL+"/sign-in/google", url.Values{}).Page, browser.Choice{Account: "bob@acme.test"})
	if err != nil {
		t.Fatal(err)
	}
	flow, err := w.store.Flow(t.Context(), stateKey(one.Query().Get("state")))
	if err != nil {
		t.Fatal(err)
	}
	tok, err := w.auth.Exchange(t.Context(), one.Query().Get("code"), flow.Verifier, w.http.URL+"/oauth/google/callback")
	if err != nil {
		t.Fatal(err)
	}
	for _, nonce := range []string{"", "x", nonceOf("another cookie")} {
		if who, err := w.auth.Verify(t.Context(), tok, nonce); err == nil {
			t.Errorf("taken with the nonce %q: %+v", nonce, who)
		}
	}
}

func TestNobodyIsLedElsewhere(t *testing.T) {
	w := newSignInWorld(t)
	for _, next := range []string{"https://evil.test/", "//evil.test", `/\evil.test`} {
		page := w.signIn(newSurfer(t), url.Values{"next": {next}}, "ada@acme.test")
		page.says(t, http.StatusOK)
		if page.Request.URL.String() != w.http.URL+"/" {
			t.Errorf("%q leads to %s", next, page.Request.URL)
		}
	}
	w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/people/1/connections", `{"provider":"google","return":"//evil.test"}`)
}

func TestWhoeverSetsUpBecomesAnAdmin(t *testing.T) {
	w := newSignInWorld(t, func(o *Options) { o.SignIn.Allow = nil })
	link, err := FirstLink(t.Context(), w.options)
	if err != nil {
		t.Fatal(err)
	}
	b := newSurfer(t)
	b.open(link).says(t, http.StatusOK, "Set up Slotward")
	ticket := strings.TrimPrefix(link, w.http.URL+"/first?ticket=")
	b.post(w.http.URL+"/first", url.Values{"ticket": {ticket}}).says(t, http.StatusOK, "role=admin person=0")
	setup := w.cookie(b)
	b.open(w.http.URL+"/sign-in").says(t, http.StatusOK, "becomes an admin")
	w.signIn(b, url.Values{"csrf": {csrfToken(setup)}}, "ada@acme.test").says(t, http.StatusOK, "name=ada@acme.test role=admin person=1")
	if _, err := w.store.Session(t.Context(), setup, time.Hour); err == nil {
		t.Error("the set-up session is still good")
	}
	w.signIn(newSurfer(t), url.Values{}, "bob@acme.test").says(t, http.StatusForbidden, "may not sign in here yet")
}

func TestConsentBegunFromAPageLeadsBack(t *testing.T) {
	w := newSignInWorld(t)
	b := newSurfer(t)
	w.signIn(b, url.Values{}, "ada@acme.test").says(t, http.StatusOK)
	begin := func(next string) shown {
		return b.open(w.invite("1", `{"provider":"google","return":"`+next+`"}`).URL)
	}
	page := b.consent(begin("/people/me/conferencing?x=1"), "ada@acme.test", "allow")
	page.says(t, http.StatusOK, "person=1")
	if page.Request.URL.RequestURI() != "/people/me/conferencing?done=connected&x=1" {
		t.Errorf("led to %s", page.Request.URL)
	}
	b.consent(begin("/people/me/conferencing"), "ada@acme.test", "deny").
		says(t, http.StatusForbidden, "was not connected", "Back to Slotward", `href="/people/me/conferencing"`)
	w.desk.Arm("google.calendars", "403", 10)
	b.consent(begin("/people/me/conferencing"), "ada@acme.test", "allow").says(t, http.StatusOK, "could not be listed", `href="/people/me/conferencing"`)
}

func TestInvitationsNeedNoSession(t *testing.T) {
	w := newSignInWorld(t, func(o *Options) { o.SignIn.Admins = []string{"ada@acme.test"} })
	w.signIn(newSurfer(t), url.Values{}, "ada@acme.test").says(t, http.StatusOK, "role=admin")
	bob := w.person("bob")
	ada := w.signedIn(1)
	resp, body := ada.with("Content-Type", "application/json").ask("POST", "/api/v1/people/2/connections", `{"provider":"google","return":"/people/me/meetings"}`)
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	b := newSurfer(t)
	b.consent(b.open(resp.Header.Get("Location")), "bob@acme.test", "allow").says(t, http.StatusOK, "Google Calendar is connected", "You can close this page")
	if w.cookie(b) != "" {
		t.Error("whoever connects an account is signed in")
	}
	if got := w.states("2"); got != "google:connected" {
		t.Error(got)
	}
	if j := w.journal("connect"); len(j) != 1 || j[0].Person != bob.ID || j[0].Detail != "with a link from ada@acme.test" {
		t.Errorf("%+v", j)
	}
}

func TestOwnLinksAreForWhoeverMadeThem(t *testing.T) {
	w := newSignInWorld(t)
	mallory := newSurfer(t)
	w.signIn(mallory, url.Values{}, "bob@acme.test").says(t, http.StatusOK, "person=1")
	link := func() string {
		t.Helper()
		resp, body := w.signedIn(1).with("Content-Type", "application/json").ask("POST", "/api/v1/people/me/connections", `{"provider":"google"}`)
		if resp.StatusCode != http.StatusCreated {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
		return resp.Header.Get("Location")
	}
	ada := newSurfer(t)
	ada.open(link()).says(t, http.StatusForbidden, "This link is for whoever made it")
	w.signIn(ada, url.Values{}, "ada@acme.test").says(t, http.StatusOK, "person=2")
	ada.open(link()).says(t, http.StatusForbidden, "This link is for whoever made it", "Back to Slotward")
	// Somebody else signs in, in the browser in which a consent is under way.
	back, err := mallory.SentBack(t.Context(), mallory.open(link()).Page, browser.Choice{Account: "ada@acme.test"})
	if err != nil {
		t.Fatal(err)
	}
	w.signIn(mallory, url.Values{"csrf": {csrfToken(w.cookie(mallory))}}, "ada@acme.test").says(t, http.StatusOK, "person=2")
	mallory.open(back.String()).says(t, http.StatusForbidden, "This link is for whoever made it")
	if got := w.states("1") + w.states("2"); got != "" {
		t.Errorf("connected: %s", got)
	}
	w.signIn(mallory, url.Values{"csrf": {csrfToken(w.cookie(mallory))}}, "bob@acme.test").says(t, http.StatusOK, "person=1")
	mallory.consent(mallory.open(link()), "bob@acme.test", "allow").says(t, http.StatusOK, "Google Calendar is connected")
	if got := w.states("1"); got != "google:connected" {
		t.Error(got)
	}
}
