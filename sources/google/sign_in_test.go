package google_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/simulator/browser"
	"slotward/sources"
	"slotward/sources/google"
)

// signIn signs in with an account and returns what Google answers.
func (s *sim) signIn(t *testing.T, account, nonce string, calendars bool) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	back, err := browser.SentBack(t.Context(), s.oauth.AuthorizeSignIn("state-1", verifier, nonce, home, calendars), browser.Choice{Account: account})
	must(t, err)
	tok, err := s.oauth.Exchange(t.Context(), back.Query().Get("code"), verifier, home)
	must(t, err)
	return tok
}

func TestAuthorizeSignIn(t *testing.T) {
	o := &google.OAuth{ClientID: client, ClientSecret: secret}
	for calendars, want := range map[bool]map[string]string{
		false: {"scope": "openid email profile", "prompt": "select_account", "access_type": ""},
		true: {"prompt": "select_account consent", "access_type": "offline",
			"scope": "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly openid email profile"},
	} {
		address, err := url.Parse(o.AuthorizeSignIn("state-1", "verifier", "nonce-1", home, calendars))
		must(t, err)
		want["nonce"], want["state"], want["redirect_uri"] = "nonce-1", "state-1", home
		want["code_challenge_method"], want["code_challenge"] = "S256", oauth2.S256ChallengeFromVerifier("verifier")
		for name, value := range want {
			if got := address.Query().Get(name); got != value {
				t.Errorf("calendars %v: %s is %q, want %q", calendars, name, got, value)
			}
		}
	}
	if address, _ := url.Parse(o.Authorize("s", "v", home)); strings.Contains(address.Query().Get("scope"), "profile") {
		t.Error("signing in changes what connecting asks for")
	}
}

func TestVerify(t *testing.T) {
	s := newSim(t)
	must(t, s.AddAccount("grace@gmail.com", "Grace"))
	for account, want := range map[string]sources.Profile{
		ada:               {Name: "Ada Lovelace", Email: ada, Domain: "acme.test"},
		"grace@gmail.com": {Name: "Grace", Email: "grace@gmail.com"},
	} {
		tok := s.signIn(t, account, "nonce-1", account == ada)
		var err error
		want.Account, err = s.Sub(account)
		must(t, err)
		if got, err := s.oauth.Verify(t.Context(), tok, "nonce-1"); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
		if connected, _, err := s.oauth.Identify(t.Context(), tok); err != nil || connected != want.Account {
			t.Errorf("a connection of the account is %q, %v", connected, err)
		}
	}
}

func TestTokensThatAreNotBelieved(t *testing.T) {
	s := newSim(t)
	tok := s.signIn(t, ada, "nonce-1", false)
	raw, _ := tok.Extra("id_token").(string)
	parts := strings.Split(raw, ".")
	other := s.signIn(t, "owner@acme.test", "nonce-1", false)
	otherRaw, _ := other.Extra("id_token").(string)
	with := func(idToken string) *oauth2.Token { return tok.WithExtra(map[string]any{"id_token": idToken}) }
	refused := func(name string, o *google.OAuth, tok *oauth2.Token, nonce string) {
		t.Helper()
		who, err := o.Verify(t.Context(), tok, nonce)
		if !errors.Is(err, sources.ErrIncomplete) || who != (sources.Profile{}) {
			t.Errorf("%s: %+v, %v", name, who, err)
		} else if strings.Contains(err.Error(), parts[1]) || strings.Contains(err.Error(), ada) {
			t.Errorf("%s says too much: %v", name, err)
		}
	}
	refused("another nonce", s.oauth, tok, "nonce-2")
	refused("no nonce", s.oauth, tok, "")
	refused("no token", s.oauth, with(""), "nonce-1")
	refused("the claims of another token", s.oauth, with(parts[0]+"."+strings.Split(otherRaw, ".")[1]+"."+parts[2]), "nonce-1")
	refused("no signature", s.oauth, with("eyJhbGciOiJub25lIn0."+parts[1]+"."), "nonce-1")
	refused("a signature by the client's secret", s.oauth, with("eyJhbGciOiJIUzI1NiJ9."+parts[1]+"."+parts[2]), "nonce-1")
	refused("another client", &google.OAuth{ClientID: "another", KeysURL: s.oauth.KeysURL, HTTP: s.oauth.HTTP, Now: s.oauth.Now}, tok, "nonce-1")
	nobody := httptest.NewServer(http.NotFoundHandler())
	defer nobody.Close()
	refused("no keys", &google.OAuth{ClientID: client, KeysURL: nobody.URL, HTTP: nobody.Client(), Now: s.oauth.Now}, tok, "nonce-1")
	if _, err := s.oauth.Verify(t.Context(), tok, "nonce-1"); err != nil {
		t.Error(err)
	}
	s.clock.Set(s.clock.Now().Add(time.Hour + time.Minute))
	refused("an hour later", s.oauth, tok, "nonce-1")
}
