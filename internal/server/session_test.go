package server

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/store"
)

// whoAmI are pages that say who looks at them.
func whoAmI(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, known := IdentityOf(r.Context())
		_, _ = fmt.Fprintf(w, "%s %s: name=%s role=%s person=%d known=%v", r.Method, r.URL.Path, who.Name, who.Role, who.Person, known)
	})
}

func withPages(o *Options) { o.Pages = whoAmI }

// signedIn is a browser in which a person is signed in.
func (w *world) signedIn(person int64) *visitor {
	w.t.Helper()
	secret := newSecret()
	err := w.store.CreateSession(w.t.Context(), store.Session{Secret: secret, Person: person, Name: setupName, ExpiresAt: w.now().Add(sessionLimit)})
	if err != nil {
		w.t.Fatal(err)
	}
	return &visitor{w, map[string]string{"Cookie": "slotward=" + secret, csrfHeader: csrfToken(secret), "Accept": "text/html"}, secret}
}

// visitor is a browser without a jar: what it sends is set by hand.
type visitor struct {
	*world
	header map[string]string
	secret string
}

// with returns the visitor with another header; "" takes it away.
func (v *visitor) with(name, value string) *visitor {
	next := *v
	next.header = map[string]string{name: value}
	for k, old := range v.header {
		if k != name {
			next.header[k] = old
		}
	}
	return &next
}

// ask makes a request and stays where it leads.
func (v *visitor) ask(method, path, body string) (*http.Response, string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.http.URL+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for name, value := range v.header {
		if name == "Host" {
			req.Host = value
		} else if value != "" {
			req.Header.Set(name, value)
		}
	}
	return answered(v.t, req)
}

func (v *visitor) form(path string, form url.Values) (*http.Response, string) {
	v.t.Helper()
	return v.with("Content-Type", "application/x-www-form-urlencoded").ask("POST", path, form.Encode())
}

func answered(t *testing.T, req *http.Request) (*http.Response, string) {
	t.Helper()
	staying := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := staying.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func (v *visitor) nobody() *visitor { return v.with("Cookie", "").with(csrfHeader, "") }

func TestPagesAreForWhoeverIsSignedIn(t *testing.T) {
	w := newWorld(t, withPages)
	ada := w.signedIn(w.person("ada").ID)
	resp, body := ada.ask("GET", "/people/me/meetings", "")
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "name=ada@acme.test role=member person=1") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	nobody := ada.nobody()
	for path, want := range map[string]string{
		"/": "/sign-in", "/people/me/meetings?q=a%20b": "/sign-in?next=%2Fpeople%2Fme%2Fmeetings%3Fq%3Da%2520b", "//evil.test/": "/sign-in", `/\evil.test`: "/sign-in?next=%2F%255Cevil.test",
	} {
		if resp, _ := nobody.ask("GET", path, ""); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != want {
			t.Errorf("%s leads to %d %q, want %q", path, resp.StatusCode, resp.Header.Get("Location"), want)
		}
	}
	for _, accept := range []string{"application/json", "text/event-stream"} {
		if resp, _ := nobody.with("Accept", accept).ask("GET", "/people/me/live", ""); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", accept, resp.StatusCode)
		}
	}
	if resp, _ := nobody.with("HX-Request", "true").ask("GET", "/admin", ""); resp.Header.Get("HX-Redirect") != "/sign-in?next=%2Fadmin" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	for _, path := range []string{"/api/v1/people/me", "/api/nothing", "/metrics", "/openapi.json", "/hooks/zoom"} {
		if resp, _ := nobody.ask("GET", path, ""); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
		if _, body := ada.ask("GET", path, ""); strings.Contains(body, "name=ada") {
			t.Errorf("%s is a page: %s", path, body)
		}
	}
}

func TestCookieOfASession(t *testing.T) {
	for public, want := range map[string]string{"http://127.0.0.1:1": "slotward", "https://s.test": "__Host-slotward", "https://s.test/slotward": "__Host-slotward"} {
		s := &server{Options: withDefaults(Options{PublicURL: public})}
		c := s.sessionCookie("secret", time.Hour)
		if c.Name != want || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != strings.HasPrefix(public, "https") || c.MaxAge != 3600 {
			t.Errorf("%s: %+v", public, c)
		}
		if gone := s.sessionCookie("", 0); gone.MaxAge >= 0 {
			t.Errorf("%+v", gone)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	w := newWorld(t, withPages, func(o *Options) { o.SignIn = SignInOptions{Idle: 2 * time.Hour, Lifetime: 3 * time.Hour} })
	ada := w.person("ada").ID
	in := func(v *visitor) bool {
		resp, _ := v.ask("GET", "/", "")
		return resp.StatusCode == http.StatusOK
	}
	idle := w.signedIn(ada)
	w.pass(2*time.Hour - time.Minute)
	if !in(idle) { // and is seen again
		t.Error("ended before the limit")
	}
	rows := w.store.RowsWritten()
	w.pass(2*time.Hour - time.Minute)
	if !in(idle) || w.store.RowsWritten() != rows {
		t.Error("being seen does not count, or counts as state")
	}
	w.pass(2 * time.Hour)
	if in(idle) {
		t.Error("idle for too long, and still signed in")
	}
	secret := newSecret()
	if err := w.store.CreateSession(t.Context(), store.Session{Secret: secret, Person: ada, ExpiresAt: w.now().Add(3 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	used := idle.with("Cookie", "slotward="+secret)
	for range 2 {
		w.pass(time.Hour)
		if !in(used) {
			t.Fatal("ended before the limit")
		}
	}
	w.pass(time.Hour)
	if in(used) {
		t.Error("used beyond its end")
	}
	if in(idle.with("Cookie", "slotward="+newSecret())) || in(idle.with("Cookie", "slotward=x")) || in(idle.with("Cookie", "__Host-slotward="+w.signedIn(ada).secret)) {
		t.Error("a made-up session is taken")
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t, withPages)
	id := w.person("ada").ID
	one, two, three, bob := w.signedIn(id), w.signedIn(id), w.signedIn(id), w.signedIn(w.person("bob").ID)
	in := func(v *visitor) bool {
		resp, _ := v.ask("GET", "/", "")
		return resp.StatusCode == http.StatusOK
	}
	resp, _ := one.form("/sign-out", url.Values{})
	if resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) != 1 || resp.Cookies()[0].MaxAge >= 0 || in(one) || !in(two) {
		t.Errorf("%d %v", resp.StatusCode, resp.Cookies())
	}
	if resp, _ := two.with(csrfHeader, "").form("/sign-out", url.Values{"everywhere": {"true"}}); resp.StatusCode != http.StatusForbidden || !in(two) {
		t.Errorf("signed out without the token: %d", resp.StatusCode)
	}
	two.with(csrfHeader, "").form("/sign-out", url.Values{"everywhere": {"true"}, "csrf": {csrfToken(two.secret)}})
	if in(two) || in(three) || !in(bob) {
		t.Error("everywhere is somewhere else")
	}
	if resp, body := one.nobody().ask("GET", "/sign-in?done=signed-out", ""); resp.StatusCode != http.StatusOK || !strings.Contains(body, "You are signed out") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestForgery(t *testing.T) {
	w := newWorld(t, withPages)
	ada := w.signedIn(w.person("ada").ID)
	token := csrfToken(ada.secret)
	pause := func(v *visitor) int {
		resp, _ := v.ask("PATCH", "/api/v1/people/me", `{"paused":true}`)
		return resp.StatusCode
	}
	bare := ada.with(csrfHeader, "")
	for name, c := range map[string]struct {
		from *visitor
		want int
	}{
		"without the token":          {bare, http.StatusForbidden},
		"with another's token":       {ada.with(csrfHeader, csrfToken(newSecret())), http.StatusForbidden},
		"the session as the token":   {ada.with(csrfHeader, ada.secret), http.StatusForbidden},
		"cross-site":                 {ada.with("Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
		"same-site":                  {ada.with("Sec-Fetch-Site", "same-site"), http.StatusForbidden},
		"another origin":             {ada.with("Origin", "https://evil.test"), http.StatusForbidden},
		"no origin that has a name":  {ada.with("Origin", "null"), http.StatusForbidden},
		"our page":                   {ada.with("Sec-Fetch-Site", "same-origin"), http.StatusOK},
		"our origin":                 {ada.with("Origin", w.http.URL), http.StatusOK},
		"typed, or an old browser's": {ada, http.StatusOK},
	} {
		before, err := w.store.Person(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := pause(c.from); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		after, err := w.store.Person(t.Context(), 1)
		if err != nil || c.want != http.StatusOK && before.Paused != after.Paused {
			t.Errorf("%s: changed something, %v", name, err)
		}
		w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"paused":false}`, nil)
	}
	for name, c := range map[string]struct {
		form url.Values
		want int
	}{"none": {url.Values{}, 403}, "wrong": {url.Values{"csrf": {"x"}}, 403}, "right": {url.Values{"csrf": {token}, "a": {"b"}}, 200}} {
		if resp, _ := bare.form("/people/me/pause", c.form); resp.StatusCode != c.want {
			t.Errorf("a form with a token that is %s: %d", name, resp.StatusCode)
		}
	}
	if resp, _ := bare.ask("POST", "/people/me/pause?csrf="+token, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a token in the address is taken: %d", resp.StatusCode)
	}
	// Signing in comes before there is a token, but not from elsewhere.
	if resp, _ := ada.nobody().with("Sec-Fetch-Site", "cross-site").form("/sign-in/google", url.Values{}); resp.StatusCode != http.StatusForbidden {
		t.Errorf("%d", resp.StatusCode)
	}
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || strings.Contains(string(raw), ada.secret) || token == ada.secret {
		t.Errorf("%q %v", token, err)
	}
}

func TestHost(t *testing.T) {
	w := newWorld(t, withPages)
	ada := w.signedIn(w.person("ada").ID)
	for host, want := range map[string]int{
		"evil.test": 421, "127.0.0.1.evil.test": 421, "localhost.evil.test:80": 421,
		"localhost": 200, "127.0.0.1:99": 200, "[::1]:8844": 200, "LOCALHOST:1": 200,
	} {
		for _, path := range []string{"/", "/api/v1/people/me", "/sign-in"} {
			resp, body := ada.with("Host", host).ask("GET", path, "")
			if resp.StatusCode == http.StatusSeeOther {
				resp.StatusCode = http.StatusOK
			}
			if resp.StatusCode != want || want == 421 && !strings.Contains(body, w.http.URL) {
				t.Errorf("%s of %s: %d", path, host, resp.StatusCode)
			}
		}
		if resp, _ := ada.nobody().with("Host", host).ask("GET", "/livez", ""); resp.StatusCode != http.StatusOK {
			t.Errorf("a probe at %s: %d", host, resp.StatusCode)
		}
	}
	for public, hosts := range map[string]map[string]bool{
		"https://s.example.com/slotward": {"s.example.com": true, "S.Example.com:443": true, "localhost": false, "example.com": false, "127.0.0.1": false},
		"http://[::1]:8844":              {"127.0.0.1:8844": true, "s.test": false},
	} {
		s := &server{Options: withDefaults(Options{PublicURL: public})}
		for host, want := range hosts {
			if s.ownHost(host) != want {
				t.Errorf("%s found as %s: %v", public, host, !want)
			}
		}
	}
}

func TestPagesOfOurOwn(t *testing.T) {
	for _, good := range []string{"/", "/people/me/meetings", "/people/me/meetings?q=a%20b&x=//y", "/a:b"} {
		if pageOf(good) != good {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{"", "people", "//evil.test", "///evil.test", `/\evil.test`, `\\evil.test`, "https://evil.test/", "javascript:alert(1)", "/\tevil.test", "/\n/evil.test", "/%zz", "//evil.test@x/", "/" + strings.Repeat("x", 3000)} {
		if got := pageOf(bad); got != "" {
			t.Errorf("%q leads to %q", bad, got)
		}
	}
}

func TestStrangersAreLimited(t *testing.T) {
	w := newWorld(t, withPages)
	nobody := (&visitor{world: w, header: map[string]string{"Accept": "text/html"}})
	ask := func(v *visitor) *http.Response {
		resp, _ := v.ask("GET", "/oauth/zoom/callback?state=x", "")
		return resp
	}
	for range limitBurst {
		if resp := ask(nobody); resp.StatusCode != http.StatusNotFound {
			t.Fatalf("%d", resp.StatusCode)
		}
	}
	resp, body := nobody.ask("GET", "/oauth/zoom/callback?state=x", "")
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "1" || !strings.Contains(body, "Wait a minute") {
		t.Errorf("%d %q %s", resp.StatusCode, resp.Header.Get("Retry-After"), body)
	}
	if resp := ask(nobody.with("X-Forwarded-For", "127.0.0.1, 203.0.113.7")); resp.StatusCode != http.StatusNotFound {
		t.Errorf("somebody else is limited too: %d", resp.StatusCode)
	}
	if resp, _ := nobody.ask("GET", "/oauth/zoom/start", ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("something else is limited too: %d", resp.StatusCode)
	}
	w.pass(2 * limitEvery)
	if resp := ask(nobody); resp.StatusCode != http.StatusNotFound {
		t.Errorf("still limited: %d", resp.StatusCode)
	}
	for range limitBurst { // a client's own word is not believed
		ask(nobody.with("X-Forwarded-For", newSecret()+", 203.0.113.8"))
	}
	if resp := ask(nobody.with("X-Forwarded-For", "10.1.1.1, 203.0.113.8")); resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("%d", resp.StatusCode)
	}
}

func TestLimiterForgets(t *testing.T) {
	var l limiter
	now := time.Now()
	for i := range 5 * limitKept {
		l.wait(fmt.Sprint(i), now)
	}
	if n := len(l.young) + len(l.oldest); n > 2*limitKept+1 {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestFirstLink(t *testing.T) {
	w := newWorld(t, withPages)
	link, err := FirstLink(t.Context(), w.options)
	if err != nil || !strings.HasPrefix(link, w.http.URL+"/first?ticket=") {
		t.Fatalf("%q %v", link, err)
	}
	ticket := strings.TrimPrefix(link, w.http.URL+"/first?ticket=")
	nobody := &visitor{world: w, header: map[string]string{"Accept": "text/html"}}
	for range 3 { // looking at it does not use it up
		if resp, body := nobody.ask("GET", "/first?ticket="+ticket, ""); resp.StatusCode != http.StatusOK || !strings.Contains(body, "Begin") {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
	}
	if resp, _ := nobody.with("Sec-Fetch-Site", "cross-site").form("/first", url.Values{"ticket": {ticket}}); resp.StatusCode != http.StatusForbidden {
		t.Errorf("from elsewhere: %d", resp.StatusCode)
	}
	resp, _ := nobody.form("/first", url.Values{"ticket": {ticket}})
	if resp.StatusCode != http.StatusSeeOther || len(resp.Cookies()) != 1 {
		t.Fatalf("%d %v", resp.StatusCode, resp.Cookies())
	}
	setup := nobody.with("Cookie", "slotward="+resp.Cookies()[0].Value)
	if _, body := setup.ask("GET", "/admin", ""); !strings.Contains(body, "name=the set-up link role=admin person=0") {
		t.Error(body)
	}
	if resp, _ := setup.ask("GET", "/api/v1/people", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("%d", resp.StatusCode)
	}
	if strings.Contains(w.log.String(), ticket) || len(w.journal("sign_in")) != 1 {
		t.Error("the ticket is in the log, or nothing was recorded")
	}
	w.says(nobody, "a second time", "/first?ticket="+ticket, ticket)
	w.says(nobody, "made up", "/first?ticket="+newSecret(), newSecret())
	w.says(nobody, "nothing", "/first", "")
	w.pass(setupLimit)
	if resp, _ := setup.ask("GET", "/admin", ""); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("a set-up that never ends: %d", resp.StatusCode)
	}

	late, err := FirstLink(t.Context(), w.options)
	if err != nil {
		t.Fatal(err)
	}
	w.pass(firstLife)
	lateTicket := strings.TrimPrefix(late, w.http.URL+"/first?ticket=")
	w.says(nobody, "late", "/first?ticket="+lateTicket, lateTicket)
	again, err := FirstLink(t.Context(), w.options)
	if err != nil {
		t.Fatal(err)
	}
	w.person("ada")
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"role":"admin"}`, nil)
	againTicket := strings.TrimPrefix(again, w.http.URL+"/first?ticket=")
	w.says(nobody, "with an admin there", "/first?ticket="+againTicket, againTicket)
	if link, err := FirstLink(t.Context(), w.options); link != "" || err != nil {
		t.Errorf("%q %v", link, err)
	}
}

// says fails unless a one-time link is refused, looked at and used.
func (w *world) says(v *visitor, name, path, ticket string) {
	w.t.Helper()
	if resp, body := v.ask("GET", path, ""); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "no longer works") {
		w.t.Errorf("%s: %d %s", name, resp.StatusCode, body)
	}
	if resp, _ := v.form("/first", url.Values{"ticket": {ticket}}); resp.StatusCode != http.StatusBadRequest || len(resp.Cookies()) != 0 {
		w.t.Errorf("%s: %d", name, resp.StatusCode)
	}
}

func TestWhoRemovesThemselvesIsForgotten(t *testing.T) {
	w := newWorld(t, withPages)
	ada := w.person("ada")
	w.calendar(ada)
	if resp, body := w.signedIn(ada.ID).ask("DELETE", "/api/v1/people/me", ""); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	_, journal := w.send("GET", "/api/v1/journal", "")
	if strings.Contains(journal, "ada") || !strings.Contains(journal, `"title":"themselves"`) {
		t.Errorf("%s", journal)
	}
	// Whoever removes somebody else answers for it.
	bob := w.person("bob")
	w.ok(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/v1/people/%d", bob.ID), "", nil)
	if j := w.journal("person"); len(j) != 2 || j[1].Title != "bob@acme.test" || j[1].Detail != "removed, by the API token tests" {
		t.Errorf("%+v", j)
	}
}

func TestTheOnlyAdminIsNotRemoved(t *testing.T) {
	w := newWorld(t, withPages)
	ada := w.person("ada")
	w.calendar(ada)
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"role":"admin"}`, nil)
	w.person("bob")
	w.refused(http.StatusConflict, "last_admin", "DELETE", "/api/v1/people/1", "")
	if got := w.states("1"); got != "google:connected" {
		t.Errorf("half removed: %s", got)
	}
	w.ok(http.StatusNoContent, "DELETE", "/api/v1/people/2", "", nil)
	w.ok(http.StatusNoContent, "DELETE", "/api/v1/people/1", "", nil)
}

func TestRoles(t *testing.T) {
	w := newWorld(t, withPages)
	ada, bob := w.person("ada"), w.person("bob")
	if ada.Role != Member {
		t.Errorf("%+v", ada)
	}
	if resp, _ := w.signedIn(ada.ID).ask("PATCH", "/api/v1/people/me", `{"role":"admin"}`); resp.StatusCode != http.StatusForbidden {
		t.Errorf("ada makes herself an admin: %d", resp.StatusCode)
	}
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"role":"admin"}`, &ada)
	w.refused(http.StatusConflict, "last_admin", "PATCH", "/api/v1/people/1", `{"role":"member"}`)
	if resp, _ := w.signedIn(ada.ID).ask("PATCH", fmt.Sprintf("/api/v1/people/%d", bob.ID), `{"role":"admin"}`); resp.StatusCode != http.StatusOK {
		t.Errorf("%d", resp.StatusCode)
	}
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"role":"member"}`, &ada)
	if j := w.journal("person"); ada.Role != Member || len(j) != 5 || j[3].Detail != "role: member → admin, by ada@acme.test" {
		t.Errorf("%+v %+v", ada, j)
	}
}
