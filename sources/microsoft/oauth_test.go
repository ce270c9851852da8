package microsoft_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	simulated "slotward/internal/simulator/microsoft"
	"slotward/sources"
	"slotward/sources/microsoft"
)

func TestConnecting(t *testing.T) {
	for _, account := range []string{ada, "grace@outlook.com"} {
		s := newSim(t)
		if account != ada {
			must(t, s.AddAccount(account, "Grace"))
		}
		tok := s.connect(t, account)
		granted, _ := tok.Extra("scope").(string)
		if missing := s.oauth.MissingScopes(strings.Fields(granted)); len(missing) != 0 {
			t.Errorf("granted %q, missing %v", granted, missing)
		}
		who, email, err := s.oauth.Identify(t.Context(), tok)
		must(t, err)
		tid, oid, err := s.IDs(account)
		must(t, err)
		if who != tid+"+"+oid || email != account {
			t.Errorf("%s is %q called %q", account, who, email)
		}
		next, err := s.oauth.Refresh(t.Context(), tok.RefreshToken)
		must(t, err)
		if next.RefreshToken == "" || next.RefreshToken == tok.RefreshToken || next.AccessToken == tok.AccessToken {
			t.Error("the tokens are not new")
		}
		if _, err := s.oauth.Refresh(t.Context(), tok.RefreshToken); err != nil {
			t.Errorf("the old one serves for a while: %v", err)
		}
		if who, _, err := s.oauth.Identify(t.Context(), next); err != nil || who != tid+"+"+oid {
			t.Errorf("after a refresh: %q, %v", who, err)
		}
		must(t, s.oauth.Revoke(t.Context(), next))
		list, err := s.source(t, next).Calendars(t.Context())
		if err != nil || len(list) == 0 {
			t.Errorf("%d calendars, %v", len(list), err)
		}
	}
}

func TestRefusedSignIn(t *testing.T) {
	s := newSim(t)
	tok := s.connect(t, ada)
	must(t, s.RevokeGrant(ada))
	_, err := s.oauth.Refresh(t.Context(), tok.RefreshToken)
	if !errors.Is(err, sources.ErrRevoked) || strings.Contains(err.Error(), tok.RefreshToken) {
		t.Errorf("revoked: %v", err)
	}
	if _, err := s.oauth.Refresh(t.Context(), ""); !errors.Is(err, sources.ErrRevoked) {
		t.Errorf("no token: %v", err)
	}
	verifier := oauth2.GenerateVerifier()
	code := s.consent(t, verifier, ada, "allow").Get("code")
	if _, err := s.oauth.Exchange(t.Context(), code, oauth2.GenerateVerifier(), home); !errors.Is(err, sources.ErrRevoked) {
		t.Errorf("another verifier: %v", err)
	}
	must(t, s.ExpireSecret(client))
	if _, err := s.oauth.Refresh(t.Context(), tok.RefreshToken); !errors.Is(err, sources.ErrRefused) || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "secret") {
		t.Errorf("expired secret: %v", err)
	}
	if back := s.consent(t, verifier, ada, "deny"); back.Get("error") == "" {
		t.Errorf("denied: %v", back)
	}
	if missing := s.oauth.MissingScopes([]string{"openid", "User.Read", "Calendars.Read"}); !slices.Equal(missing, []string{"Calendars.ReadWrite"}) {
		t.Errorf("missing %v", missing)
	}
	if missing := s.oauth.MissingScopes([]string{"https://graph.microsoft.us/calendars.readwrite"}); len(missing) != 0 {
		t.Errorf("missing %v", missing)
	}
}

func TestAdministratorsConsent(t *testing.T) {
	s := newSim(t)
	s.RequireAdminConsent("acme.test", true)
	back := s.consent(t, oauth2.GenerateVerifier(), ada, "deny")
	if !s.oauth.NeedsAdmin(back.Get("error"), back.Get("error_description")) {
		t.Errorf("%v", back)
	}
	if s.oauth.NeedsAdmin("access_denied", "AADSTS65004: User declined to consent to access the app.") {
		t.Error("a person who says no is no administrator's matter")
	}
	for tenant, want := range map[string]string{"": "/organizations/", "common": "/organizations/", "acme.test": "/acme.test/"} {
		o := *s.oauth
		o.Tenant = tenant
		u, err := url.Parse(o.AdminConsent("st", home))
		must(t, err)
		if !strings.HasPrefix(u.Path, want) || u.Query().Get("state") != "st" || u.Query().Get("redirect_uri") != home || u.Query().Get("client_id") != client {
			t.Errorf("%q: %s", tenant, u)
		}
	}
}

func TestSingleTenantsAndNationalClouds(t *testing.T) {
	s := newSim(t)
	must(t, s.SetAudience(client, simulated.SingleTenant, "acme.test"))
	s.oauth.Tenant = "acme.test"
	s.connect(t, ada)
	o := microsoft.OAuth{ClientID: client, LoginURL: "https://login.microsoftonline.us/", GraphURL: "https://graph.microsoft.us"}
	u, err := url.Parse(o.Authorize("st", "v", home))
	must(t, err)
	if u.Host != "login.microsoftonline.us" || !strings.Contains(u.Query().Get("scope"), "https://graph.microsoft.us/Calendars.ReadWrite") {
		t.Errorf("%s", u)
	}
	if q := u.Query(); q.Get("code_challenge_method") != "S256" || q.Get("prompt") != "select_account" || u.Path != "/common/oauth2/v2.0/authorize" {
		t.Errorf("%s", u)
	}
	world := microsoft.OAuth{ClientID: client}
	if page := world.Authorize("st", "v", home); !strings.HasPrefix(page, "https://login.microsoftonline.com/common/") || strings.Contains(page, "graph.microsoft.com") {
		t.Errorf("%s", page)
	}
}

func TestOddTokenAnswers(t *testing.T) {
	for answer, want := range map[string]error{
		`200 {"access_token":""}`: sources.ErrIncomplete,
		`200 <html>`:              sources.ErrIncomplete,
		`400 {"error":"invalid_grant","error_codes":[700082]}`:          sources.ErrRevoked,
		`400 {"error":"interaction_required","error_codes":[50076]}`:    sources.ErrRevoked,
		`400 {"error":"unauthorized_client","error_codes":[700016]}`:    sources.ErrRefused,
		`400 {"error":"temporarily_unavailable","error_codes":[90033]}`: sources.ErrUnavailable,
		`503 <html>busy</html>`: sources.ErrUnavailable,
		`302 `:                  sources.ErrIncomplete,
	} {
		status, body, _ := strings.Cut(answer, " ")
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(map[string]int{"200": 200, "302": 302, "400": 400, "503": 503}[status])
			_, _ = w.Write([]byte(body))
		}))
		o := microsoft.OAuth{ClientID: client, ClientSecret: secret, LoginURL: server.URL, HTTP: server.Client()}
		_, err := o.Refresh(t.Context(), "0.AX-old-token")
		if !errors.Is(err, want) || strings.Contains(err.Error(), "old-token") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", answer, err)
		}
		server.Close()
	}
	o := microsoft.OAuth{ClientID: client}
	for _, raw := range []string{"", "a.b.c", "x.e30.y", "x.eyJ0aWQiOiJ0Iiwib2lkIjoibyIsImF1ZCI6InNvbWVib2R5IGVsc2UifQ.y"} {
		tok := (&oauth2.Token{AccessToken: "x"}).WithExtra(map[string]any{"id_token": raw})
		if _, _, err := o.Identify(t.Context(), tok); !errors.Is(err, sources.ErrIncomplete) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestCheckingTheClient(t *testing.T) {
	s := newSim(t)
	must(t, s.oauth.Check(t.Context(), home))
	for name, alter := range map[string]func(*microsoft.OAuth){
		"wrong secret":     func(o *microsoft.OAuth) { o.ClientSecret = "s3cr3t-of-another" },
		"unknown client":   func(o *microsoft.OAuth) { o.ClientID = "nobody" },
		"unknown tenant":   func(o *microsoft.OAuth) { o.Tenant = "nowhere.test" },
		"unknown redirect": nil,
	} {
		o, redirect := *s.oauth, home
		if alter == nil {
			redirect = "https://elsewhere.test/callback"
		} else {
			alter(&o)
		}
		if err := o.Check(t.Context(), redirect); !errors.Is(err, sources.ErrRefused) || strings.Contains(err.Error(), o.ClientSecret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := *s.oauth
	o.LoginURL = "http://127.0.0.1:1"
	if err := o.Check(t.Context(), home); !errors.Is(err, sources.ErrUnavailable) {
		t.Errorf("nobody there: %v", err)
	}
}
