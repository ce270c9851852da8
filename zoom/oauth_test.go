package zoom

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const appSecret = "app/secret+1"

// tokenServer answers every call of the token endpoint alike, and counts.
func tokenServer(t *testing.T, answer http.HandlerFunc) (*OAuth, *atomic.Int32) {
	t.Helper()
	calls := &atomic.Int32{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if id, secret, ok := r.BasicAuth(); !ok || id != "app" || secret != url.QueryEscape(appSecret) {
			t.Errorf("credentials %q, %q", id, secret)
		}
		if err := r.ParseForm(); err != nil || r.PostForm.Get("client_secret") != "" || r.URL.RawQuery != "" {
			t.Errorf("form %v, query %q", r.PostForm, r.URL.RawQuery)
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return &OAuth{
		ClientID: "app", ClientSecret: appSecret, HTTP: server.Client(), Now: func() time.Time { return noon },
		AuthURL: server.URL + "/authorize", TokenURL: server.URL + "/token", RevokeURL: server.URL + "/revoke", APIURL: server.URL + "/v2",
	}, calls
}

func sayJSON(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json;charset=UTF-8")
		say(status, body)(w, r)
	}
}

func TestTheConsentPagesAddress(t *testing.T) {
	o := &OAuth{ClientID: "app", ClientSecret: appSecret}
	u, err := url.Parse(o.Authorize("state", "verifier-verifier-verifier-verifier-verifier", "http://127.0.0.1/callback?a=b"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	want := map[string]string{
		"response_type": "code", "client_id": "app", "state": "state", "redirect_uri": "http://127.0.0.1/callback?a=b",
		"code_challenge_method": "S256", "code_challenge": oauth2.S256ChallengeFromVerifier("verifier-verifier-verifier-verifier-verifier"),
	}
	for k, v := range want {
		if q.Get(k) != v {
			t.Errorf("%s is %q", k, q.Get(k))
		}
	}
	if len(q) != len(want) || !strings.HasPrefix(u.String(), AuthURL+"?") || strings.Contains(u.String(), "secret") {
		t.Errorf("address %s", u)
	}
}

func TestARefreshIsSpentOnce(t *testing.T) {
	o, calls := tokenServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PostForm.Get("grant_type") != "refresh_token" || r.PostForm.Get("refresh_token") != "old" {
			t.Errorf("form %v", r.PostForm)
		}
		sayJSON(200, `{"access_token":"a2","token_type":"bearer","refresh_token":"r2","expires_in":3599,"scope":"meeting:read:meeting user:read:user","api_url":"https://api-eu.zoom.us"}`)(w, r)
	})
	tok, err := o.Refresh(t.Context(), "old")
	if err != nil || tok.AccessToken != "a2" || tok.RefreshToken != "r2" || !tok.Expiry.Equal(noon.Add(3599*time.Second)) || calls.Load() != 1 {
		t.Errorf("%v, expires %v after %d calls", err, tok.Expiry, calls.Load())
	}
	if scope := tok.Extra("scope"); scope != "meeting:read:meeting user:read:user" {
		t.Errorf("scope %v", scope)
	}
}

func TestRefreshesThatFail(t *testing.T) {
	var limit *LimitedError
	for _, tc := range []struct {
		name   string
		answer http.HandlerFunc
		want   error
	}{
		{"dead", sayJSON(400, `{"reason":"Invalid Token!","error":"invalid_grant"}`), ErrRevoked},
		{"other words", sayJSON(400, `{"reason":"Invalid Token!","error":"invalid_request"}`), ErrRefused},
		{"wrong app", sayJSON(401, `{"reason":"Invalid client_id or client_secret","error":"invalid_client"}`), ErrRefused},
		{"invalid_grant in words only", sayJSON(400, `{"reason":"invalid_grant","error":"server_busy"}`), ErrRefused},
		{"unavailable", sayJSON(503, `{"reason":"Invalid Token!","error":"invalid_grant"}`), ErrUnavailable},
		{"page", say(502, "<html>"), ErrUnavailable},
		{"page with 400", say(400, "<html>"), ErrIncomplete},
		{"page with 200", say(200, "<html>"), ErrIncomplete},
		{"garbled", sayJSON(200, `{"access_token":"LEAKED","refr`), ErrIncomplete},
		{"no token", sayJSON(200, `{"token_type":"bearer"}`), ErrIncomplete},
		{"redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
		}, ErrIncomplete},
		{"lost", hangUp(0, ""), ErrUnavailable},
		{"cut off", hangUp(200, `{"access_token":"LEAKED"`), ErrIncomplete},
		{"secret quoted", sayJSON(400, `{"reason":"bad `+appSecret+`","error":"invalid_request"}`), ErrRefused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o, calls := tokenServer(t, tc.answer)
			_, err := o.Refresh(t.Context(), "REFRESH")
			if !errors.Is(err, tc.want) || calls.Load() != 1 {
				t.Errorf("%v after %d calls", err, calls.Load())
			}
			if !errors.Is(tc.want, ErrRevoked) && errors.Is(err, ErrRevoked) {
				t.Errorf("%v gives the token up", err)
			}
			for _, secret := range []string{"REFRESH", "LEAKED", appSecret} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q shows %q", err, secret)
				}
			}
		})
	}
	o, _ := tokenServer(t, sayJSON(429, `{"reason":"Too many requests"}`))
	if _, err := o.Refresh(t.Context(), "r"); !errors.As(err, &limit) {
		t.Errorf("429: %v", err)
	}
}

func TestARefreshIsNotInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o, calls := tokenServer(t, func(w http.ResponseWriter, r *http.Request) {
		cancel() // the pass is stopped while Zoom has rotated the token already
		sayJSON(200, `{"access_token":"a2","refresh_token":"r2","expires_in":3599}`)(w, r)
	})
	if tok, err := o.Refresh(ctx, "old"); err != nil || tok.RefreshToken != "r2" {
		t.Errorf("the new token is lost: %v", err)
	}
	if _, err := o.Refresh(ctx, "r2"); !errors.Is(err, context.Canceled) || calls.Load() != 1 {
		t.Errorf("a refresh was begun after the end: %v", err)
	}
	if _, err := o.Refresh(t.Context(), ""); !errors.Is(err, ErrRevoked) || calls.Load() != 1 {
		t.Errorf("nothing to refresh with: %v", err)
	}
}

func TestRevoking(t *testing.T) {
	for _, tc := range []struct {
		answer http.HandlerFunc
		want   error
	}{
		{sayJSON(200, `{"status":"success"}`), nil},
		{say(204, ""), nil},
		{sayJSON(400, `{"reason":"Invalid Token!","error":"invalid_grant"}`), nil},
		{sayJSON(400, `{"reason":"Invalid Token!","error":"invalid_token"}`), nil},
		{sayJSON(401, `{"reason":"Invalid client_id or client_secret","error":"invalid_client"}`), ErrRefused},
		{say(503, ""), ErrUnavailable},
		{hangUp(0, ""), ErrUnavailable},
	} {
		o, _ := tokenServer(t, func(w http.ResponseWriter, r *http.Request) {
			if r.PostForm.Get("token") != "access" {
				t.Errorf("form %v", r.PostForm)
			}
			tc.answer(w, r)
		})
		err := o.Revoke(t.Context(), &oauth2.Token{AccessToken: "access", RefreshToken: "refresh"})
		if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%v, want %v", err, tc.want)
		}
	}
}

func TestMissingScopes(t *testing.T) {
	var o OAuth
	all := []string{"meeting:write:meeting", "meeting:read:meeting", "meeting:update:meeting", "meeting:delete:meeting", "meeting:read:list_meetings", "user:read:user"}
	for _, tc := range []struct {
		granted string
		missing string
	}{
		{strings.Join(all, " "), ""},
		{"meeting:write meeting:read user:read", ""},
		{"meeting:write:admin meeting:read:admin user:read:admin", ""},
		{strings.Join(all, ":admin ") + ":admin", ""},
		{strings.Join(all[:3], " ") + " user:read:user", "meeting:delete:meeting meeting:read:list_meetings"},
		{"meeting:read user:read", "meeting:write:meeting meeting:update:meeting meeting:delete:meeting"},
		{"", strings.Join(all, " ")},
	} {
		if got := strings.Join(o.MissingScopes(strings.Fields(tc.granted)), " "); got != tc.missing {
			t.Errorf("%q lacks %q, want %q", tc.granted, got, tc.missing)
		}
	}
}
