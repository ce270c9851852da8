package google_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func wantOAuth(t *testing.T, err error, code string) {
	t.Helper()
	var e *oauth2.RetrieveError
	if !errors.As(err, &e) || e.ErrorCode != code {
		t.Fatalf("error %v, want %s", err, code)
	}
}

func (w *world) refresh(tok *oauth2.Token) (*oauth2.Token, error) {
	return w.config().TokenSource(w.ctx, &oauth2.Token{RefreshToken: tok.RefreshToken}).Token()
}

func claims(t *testing.T, tok *oauth2.Token) map[string]any {
	t.Helper()
	id, _ := tok.Extra("id_token").(string)
	parts := strings.Split(id, ".")
	if len(parts) != 3 {
		t.Fatalf("id_token %q", id)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	tok := w.signIn(ada, allScopes, allScopes)
	sub, err := w.Sub(ada)
	w.must(err)
	got := claims(t, tok)
	if got["sub"] != sub || got["iss"] != "https://accounts.google.com" || got["aud"] != clientID || got["email"] != ada || got["hd"] != "acme.test" || len(sub) != 21 {
		t.Fatal(got)
	}
	scope, _ := tok.Extra("scope").(string)
	if !strings.Contains(scope, prefix+"userinfo.email") || tok.RefreshToken == "" {
		t.Fatal(scope)
	}
	next, err := w.refresh(tok)
	w.must(err)
	if next.RefreshToken != tok.RefreshToken || next.AccessToken == tok.AccessToken {
		t.Fatal("a refresh keeps the refresh token")
	}
	w.clock.Set(w.clock.Now().Add(time.Hour))
	_, err = w.apiWith(tok).Events.List(ada).Do()
	wantReason(t, err, 401, "authError")
	again := w.signIn(ada, allScopes, allScopes)
	if again.RefreshToken != "" {
		t.Fatal("only the first consent brings a refresh token")
	}
	if w.signIn(ada, allScopes, allScopes, oauth2.SetAuthURLParam("prompt", "consent")).RefreshToken == "" {
		t.Fatal("prompt=consent brings one")
	}
	if n := w.desk.Counts(); n["google.token"] != 4 || n["write"] != 0 || n["all"] != 1 {
		t.Fatal(n)
	}
}

func TestGranularConsent(t *testing.T) {
	w := newWorld(t)
	tok := w.signIn(ada, allScopes, []string{prefix + "calendar.calendarlist.readonly"})
	if got := w.Granted(ada, clientID); !slices.Equal(got, []string{prefix + "calendar.calendarlist.readonly", prefix + "userinfo.email", "openid"}) {
		t.Fatal(got)
	}
	svc := w.apiWith(tok)
	_, err := svc.CalendarList.List().Do()
	w.must(err)
	_, err = svc.Events.List(ada).Do()
	wantReason(t, err, 403, "insufficientPermissions")
	// A single scope cannot be unticked.
	one := w.signIn(bob, []string{"openid", prefix + "calendar.events.owned"}, nil)
	_, err = w.apiWith(one).Events.List(bob).Do()
	w.must(err)
	w.must(w.SetRole(ada, bob, "writer"))
	_, err = w.apiWith(one).Events.List(ada).Do()
	wantReason(t, err, 403, "insufficientPermissions")

	back := w.consent(w.config(allScopes...).AuthCodeURL("st"), url.Values{"account": {ada}, "decision": {"deny"}})
	if back.Get("error") != "access_denied" || back.Get("state") != "st" || back.Has("code") {
		t.Fatal(back)
	}
}

func TestConsentPage(t *testing.T) {
	w := newWorld(t)
	good := w.config(allScopes...).AuthCodeURL("st", oauth2.SetAuthURLParam("login_hint", bob))
	resp, err := http.Get(good)
	w.must(err)
	page := readAll(t, resp)
	for _, want := range []string{`value="bob@acme.test" selected`, `name="scope" value="` + prefix + `calendar.events" checked`, `name="decision" value="deny"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	if strings.Contains(page, `value="openid"`) {
		t.Error("signing in can be unticked")
	}
	for name, c := range map[string]struct {
		param, value string
		status       int
	}{
		"client":   {"client_id", "nobody", 401},
		"redirect": {"redirect_uri", redirect + "/", 400},
		"scope":    {"scope", "https://example.com/all", 400},
		"type":     {"response_type", "token", 400},
	} {
		u, _ := url.Parse(good)
		q := u.Query()
		q.Set(c.param, c.value)
		u.RawQuery = q.Encode()
		resp, err := http.Get(u.String())
		w.must(err)
		if readAll(t, resp); resp.StatusCode != c.status {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
}

func TestCodesAndClientsAreChecked(t *testing.T) {
	w := newWorld(t)
	conf, verifier := w.config(allScopes...), oauth2.GenerateVerifier()
	code := func() string {
		return w.consent(conf.AuthCodeURL("st", oauth2.S256ChallengeOption(verifier)), url.Values{"account": {ada}, "scope": allScopes, "decision": {"allow"}}).Get("code")
	}
	_, err := conf.Exchange(w.ctx, code(), oauth2.VerifierOption("wrong"))
	wantOAuth(t, err, "invalid_grant")
	_, err = conf.Exchange(w.ctx, code())
	wantOAuth(t, err, "invalid_grant")
	once := code()
	_, err = conf.Exchange(w.ctx, once, oauth2.VerifierOption(verifier))
	w.must(err)
	_, err = conf.Exchange(w.ctx, once, oauth2.VerifierOption(verifier))
	wantOAuth(t, err, "invalid_grant")
	late := code()
	w.clock.Set(w.clock.Now().Add(10 * time.Minute))
	_, err = conf.Exchange(w.ctx, late, oauth2.VerifierOption(verifier))
	wantOAuth(t, err, "invalid_grant")
	conf.ClientSecret = "wrong"
	_, err = conf.Exchange(w.ctx, code(), oauth2.VerifierOption(verifier))
	wantOAuth(t, err, "invalid_client")
	w.desk.Arm("google.token", "admin_policy_enforced", 1)
	_, err = conf.Exchange(w.ctx, code(), oauth2.VerifierOption(verifier))
	wantOAuth(t, err, "admin_policy_enforced")
}

func TestRefreshTokensDie(t *testing.T) {
	w := newWorld(t)
	prompt := oauth2.SetAuthURLParam("prompt", "consent")
	first := w.signIn(ada, allScopes, allScopes)
	for range 100 {
		w.signIn(ada, allScopes, allScopes, prompt)
	}
	_, err := w.refresh(first)
	wantOAuth(t, err, "invalid_grant")

	idle := w.signIn(bob, allScopes, allScopes)
	w.clock.Set(w.clock.Now().AddDate(0, 5, 0))
	_, err = w.refresh(idle)
	w.must(err)
	w.clock.Set(w.clock.Now().AddDate(0, 7, 0))
	_, err = w.refresh(idle)
	wantOAuth(t, err, "invalid_grant")
}

func TestRevoke(t *testing.T) {
	w := newWorld(t)
	w.AddClient("1234-other", "hush", redirect)
	w.AddClient("5678-stranger", "hush", redirect)
	tok := w.signIn(ada, allScopes, allScopes)
	revoke := func(token string) int {
		resp, err := http.PostForm(w.url+"/revoke", url.Values{"token": {token}})
		w.must(err)
		readAll(t, resp)
		return resp.StatusCode
	}
	if got := revoke(tok.AccessToken); got != 200 {
		t.Fatal(got)
	}
	_, err := w.refresh(tok)
	wantOAuth(t, err, "invalid_grant")
	_, err = w.apiWith(tok).Events.List(ada).Do()
	wantReason(t, err, 401, "authError")
	if got := revoke(tok.RefreshToken); got != 400 {
		t.Fatal(got)
	}
	tok = w.signIn(ada, allScopes, allScopes)
	w.must(w.RevokeGrant(ada))
	_, err = w.refresh(tok)
	wantOAuth(t, err, "invalid_grant")
	tok = w.signIn(ada, allScopes, allScopes)
	w.must(w.ExpireAccess(ada))
	_, err = w.apiWith(tok).Events.List(ada).Do()
	wantReason(t, err, 401, "authError")
	_, err = w.refresh(tok)
	w.must(err)
}
