package zoom_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/zoom"
)

func TestConsentGivesTokens(t *testing.T) {
	w := newWorld(t)
	got := w.tokens
	if got.Type != "bearer" || got.Expires != 3599 || got.API != w.base || strings.Count(got.Access, ".") != 2 || len(got.Access) < 500 {
		t.Errorf("tokens: %.80v…", got)
	}
	if got.Scope != strings.Join(zoom.DefaultScopes(), " ") {
		t.Errorf("scope %q", got.Scope)
	}
	me := w.ok("GET", "/v2/users/me", "", 200)
	account, _ := w.s.Account(ada)
	if me.body["id"] != account.ID || me.body["account_id"] != account.AccountID || me.body["email"] != ada || me.body["status"] != "active" {
		t.Errorf("users/me: %v", me.body)
	}
}

func TestConsentStateAndDenial(t *testing.T) {
	w := newWorld(t)
	if back := w.consent(ada, authorizeQuery); back.Query().Get("state") != "st ate" || !strings.HasPrefix(back.String(), redirect) {
		t.Errorf("sent back to %s", back)
	}
	form, _ := url.ParseQuery(authorizeQuery + "&decision=deny&account=" + ada)
	got := w.form("/oauth/authorize", form, false)
	if at := got.header.Get("Location"); got.status != 302 || !strings.Contains(at, "error=access_denied") || strings.Contains(at, "code=") {
		t.Errorf("denied: %d %s", got.status, at)
	}
	for name, query := range map[string]string{
		"unknown app":      strings.Replace(authorizeQuery, "client_id=app", "client_id=other", 1),
		"redirect unknown": authorizeQuery + "/deeper",
		"no response type": strings.Replace(authorizeQuery, "response_type=code&", "", 1),
		"odd method":       authorizeQuery + "&code_challenge=x&code_challenge_method=S512",
	} {
		if got := w.do("GET", "/oauth/authorize?"+query, "", nil); got.status != 400 || got.body["errorCode"] == nil {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
	form.Set("decision", "allow")
	form.Set("account", "nobody@acme.test")
	if got := w.form("/oauth/authorize", form, false); got.status != 400 {
		t.Errorf("unknown account: %d", got.status)
	}
}

func TestCodeWorksOnceWithItsVerifier(t *testing.T) {
	w := newWorld(t)
	const verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"
	sum := sha256.Sum256([]byte(verifier))
	query := authorizeQuery + "&code_challenge_method=S256&code_challenge=" + base64.RawURLEncoding.EncodeToString(sum[:])
	exchange := func(code, verifier string) reply {
		return w.form("/oauth/token", url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifier}}, true)
	}
	code := func() string { return w.consent(ada, query).Query().Get("code") }

	used := code()
	exchange(used, verifier).tokens(t)
	late := code()
	w.wait(5 * time.Minute)
	for name, got := range map[string]reply{"used": exchange(used, verifier), "late": exchange(late, verifier), "wrong verifier": exchange(code(), "other")} {
		if got.status != 400 || got.body["error"] != "invalid_grant" || got.body["reason"] == "" || got.body["error_description"] != nil {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code()}, "redirect_uri": {redirect + "2"}, "code_verifier": {verifier}}
	if got := w.form("/oauth/token", form, true); got.status != 400 || got.body["error"] != "invalid_request" {
		t.Errorf("other redirect: %d %s", got.status, got.text)
	}
}

func TestClientsAreAuthenticated(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {w.tokens.Refresh}, "client_id": {"app"}, "client_secret": {"wrong"}}
	if got := w.form("/oauth/token", form, false); got.status != 401 || got.body["error"] != "invalid_client" {
		t.Errorf("wrong secret: %d %s", got.status, got.text)
	}
	if got := w.form("/oauth/token", url.Values{"grant_type": {"password"}}, true); got.status != 400 || got.body["error"] != "unsupported_grant_type" {
		t.Errorf("odd grant: %d %s", got.status, got.text)
	}
	form.Set("client_secret", "app-secret")
	w.form("/oauth/token", form, false).tokens(t) // credentials in the body work too
}

func TestRefreshTokenWorksOnce(t *testing.T) {
	w := newWorld(t)
	fresh := w.rotate(w.tokens.Refresh).tokens(t)
	if again := w.rotate(w.tokens.Refresh); again.status != 400 || again.body["error"] != "invalid_grant" || again.body["reason"] != "Invalid Token!" {
		t.Errorf("second use: %d %s", again.status, again.text)
	}
	w.refused("GET", "/v2/users/me", "", 401, 124) // the access token was rotated away as well
	w.tokens = fresh
	w.ok("GET", "/v2/users/me", "", 200) // the misuse did no harm to the living pair
	w.rotate(fresh.Refresh).tokens(t)
}

func TestOldAccessTokenMayLiveOn(t *testing.T) {
	w := newWorld(t, func(o *zoom.Options) { o.OldAccessLives = true })
	w.rotate(w.tokens.Refresh).tokens(t)
	w.ok("GET", "/v2/users/me", "", 200)
}

func TestRefreshTokensDieOfAge(t *testing.T) {
	w := newWorld(t)
	w.wait(90 * 24 * time.Hour)
	if got := w.rotate(w.tokens.Refresh); got.body["error"] != "invalid_grant" {
		t.Errorf("%d %s", got.status, got.text)
	}
}

func TestLostRefreshLosesTheConnection(t *testing.T) {
	w := newWorld(t)
	w.desk.Arm("zoom.token", "lost", 1)
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {w.tokens.Refresh}, "client_id": {"app"}, "client_secret": {"app-secret"}}
	if _, err := w.try("POST", "/oauth/token", form.Encode(), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}); err == nil {
		t.Fatal("the answer came")
	}
	if got := w.rotate(w.tokens.Refresh); got.body["error"] != "invalid_grant" {
		t.Errorf("%d %s", got.status, got.text)
	}
}

func TestNewAuthorisationEndsEarlierTokens(t *testing.T) {
	w := newWorld(t)
	w.s.AddAccount("bob@acme.test", "Bob")
	bob := w.connect("bob@acme.test")
	second := w.connect(ada)
	w.refused("GET", "/v2/users/me", "", 401, 124)
	if got := w.rotate(w.tokens.Refresh); got.body["error"] != "invalid_grant" {
		t.Errorf("the first refresh token: %s", got.text)
	}
	for _, alive := range []tokens{second, bob} {
		w.tokens = alive
		w.ok("GET", "/v2/users/me", "", 200)
	}
}

func TestRevoking(t *testing.T) {
	w := newWorld(t)
	got := w.form("/oauth/revoke", url.Values{"token": {w.tokens.Access}}, true)
	if got.status != 200 || got.body["status"] != "success" {
		t.Fatalf("%d %s", got.status, got.text)
	}
	w.refused("GET", "/v2/users/me", "", 401, 124)
	if got := w.rotate(w.tokens.Refresh); got.body["error"] != "invalid_grant" {
		t.Errorf("refresh after revoke: %s", got.text)
	}
	if got := w.form("/oauth/revoke", url.Values{"token": {w.tokens.Access}}, true); got.status != 400 {
		t.Errorf("second revoke: %d", got.status)
	}
	w.tokens = w.connect(ada)
	if err := w.s.RevokeApp(ada); err != nil {
		t.Fatal(err)
	}
	w.refused("GET", "/v2/users/me", "", 401, 124)
}

func TestTokenFaults(t *testing.T) {
	w := newWorld(t)
	for kind, want := range map[string]struct {
		status int
		error  any
	}{
		"401": {401, "invalid_client"}, "400": {400, "invalid_request"}, "invalid_grant": {400, "invalid_grant"},
		"429": {429, "rate_limit_exceeded"}, "503": {503, nil}, "xml": {400, nil},
	} {
		w.desk.Arm("zoom.token", kind, 1)
		if got := w.rotate(w.tokens.Refresh); got.status != want.status || got.body["error"] != want.error {
			t.Errorf("%s: %d %s", kind, got.status, got.text)
		}
	}
	w.rotate(w.tokens.Refresh).tokens(t) // none of them killed the token
}

func TestSecretsAreKnown(t *testing.T) {
	w := newWorld(t)
	made := w.ok("POST", "/v2/users/me/meetings", `{"type":2,"start_time":"2026-12-01T10:00:00Z"}`, 201)
	start, _ := url.Parse(made.body["start_url"].(string))
	known := w.s.Secrets()
	for _, secret := range []string{w.tokens.Access, w.tokens.Refresh, "app-secret", made.body["password"].(string), start.Query().Get("zak")} {
		if secret == "" || !slices.Contains(known, secret) {
			t.Errorf("%.20q… is not among the secrets", secret)
		}
	}
}
