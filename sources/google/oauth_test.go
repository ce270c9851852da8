package google_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/sources"
	"slotward/sources/google"
)

func TestAuthorize(t *testing.T) {
	o := &google.OAuth{ClientID: client, ClientSecret: secret}
	verifier := oauth2.GenerateVerifier()
	address, err := url.Parse(o.Authorize("state-1", verifier, home))
	must(t, err)
	query := address.Query()
	if !strings.HasPrefix(address.String(), "https://accounts.google.com/o/oauth2/v2/auth?") {
		t.Errorf("%s", address)
	}
	for name, want := range map[string]string{
		"response_type": "code", "client_id": client, "redirect_uri": home, "state": "state-1", "access_type": "offline", "prompt": "consent",
		"code_challenge_method": "S256", "code_challenge": oauth2.S256ChallengeFromVerifier(verifier),
		"scope": "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly openid email",
	} {
		if query.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, query.Get(name), want)
		}
	}
	if strings.Contains(address.String(), verifier) || strings.Contains(address.String(), secret) || query.Has("include_granted_scopes") {
		t.Errorf("says too much: %s", address)
	}
}

func TestConnectRefreshRevoke(t *testing.T) {
	s := newSim(t)
	tok := s.connect(t)
	granted, _ := tok.Extra("scope").(string)
	if missing := s.oauth.MissingScopes(strings.Fields(granted)); len(missing) != 0 {
		t.Errorf("granted %q, missing %v", granted, missing)
	}
	if tok.RefreshToken == "" || tok.AccessToken == "" || tok.Expiry.IsZero() {
		t.Fatalf("%+v", tok.Expiry)
	}
	sub, err := s.Sub(ada)
	must(t, err)
	account, email, err := s.oauth.Identify(t.Context(), tok)
	if err != nil || account != sub || email != ada {
		t.Errorf("%q, %q, %v", account, email, err)
	}
	before := s.desk.Counts()["google.token"]
	next, err := s.oauth.Refresh(t.Context(), tok.RefreshToken)
	must(t, err)
	if next.AccessToken == tok.AccessToken || next.RefreshToken != tok.RefreshToken {
		t.Error("the refreshed token does not keep the refresh token")
	}
	if n := s.desk.Counts()["google.token"] - before; n != 1 {
		t.Errorf("a refresh makes %d requests", n)
	}
	must(t, s.oauth.Revoke(t.Context(), next))
	must(t, s.oauth.Revoke(t.Context(), next)) // already gone is fine
	if _, err := s.oauth.Refresh(t.Context(), tok.RefreshToken); !errors.Is(err, sources.ErrRevoked) {
		t.Errorf("after revoking: %v", err)
	}
	if _, _, err := s.oauth.Identify(t.Context(), next); !errors.Is(err, sources.ErrRevoked) {
		t.Errorf("after revoking: %v", err)
	}
}

func TestConsentDenied(t *testing.T) {
	s := newSim(t)
	tok := s.connect(t, "calendar.events")
	granted, _ := tok.Extra("scope").(string)
	want := []string{"https://www.googleapis.com/auth/calendar.events"}
	if missing := s.oauth.MissingScopes(strings.Fields(granted)); !slices.Equal(missing, want) {
		t.Errorf("granted %q, missing %v", granted, missing)
	}
	if _, err := s.source(t, tok).Read(t.Context(), ada, ""); !errors.Is(err, sources.ErrMissingScope) {
		t.Errorf("%v", err)
	}
}

func TestCodeIsGoodOnceAndNeedsItsVerifier(t *testing.T) {
	s := newSim(t)
	verifier := oauth2.GenerateVerifier()
	code, _ := s.consent(t, verifier)
	if _, err := s.oauth.Exchange(t.Context(), code, oauth2.GenerateVerifier(), home); !errors.Is(err, sources.ErrRevoked) {
		t.Errorf("another verifier: %v", err)
	}
	code, _ = s.consent(t, verifier)
	_, err := s.oauth.Exchange(t.Context(), code, verifier, home)
	must(t, err)
	_, err = s.oauth.Exchange(t.Context(), code, verifier, home)
	if !errors.Is(err, sources.ErrRevoked) || strings.Contains(err.Error(), code) {
		t.Errorf("a second time: %v", err)
	}
}

func TestMissingScopes(t *testing.T) {
	const prefix = "https://www.googleapis.com/auth/"
	o := &google.OAuth{}
	for name, test := range map[string]struct {
		granted string
		missing int
	}{
		"all, in Google's spelling": {prefix + "calendar.events " + prefix + "calendar.calendarlist.readonly openid " + prefix + "userinfo.email", 0},
		"all, as asked":             {prefix + "calendar.events " + prefix + "calendar.calendarlist.readonly openid email", 0},
		"the widest":                {prefix + "calendar openid email", 0},
		"only reading":              {prefix + "calendar.readonly openid email", 1},
		"none but sign-in":          {"openid email", 2},
		"nothing":                   {"", 4},
		"a look-alike":              {prefix + "calendar.events.readonly " + prefix + "calendar.calendarlist.readonly openid email", 1},
	} {
		if got := o.MissingScopes(strings.Fields(test.granted)); len(got) != test.missing {
			t.Errorf("%s: missing %v", name, got)
		}
	}
}

func TestTokenEndpointRefusals(t *testing.T) {
	const leak = "1//0-refresh-token-that-must-not-leak"
	for name, test := range map[string]struct {
		status int
		body   string
		class  error // nil: limited
	}{
		"invalid_grant":        {400, `{"error":"invalid_grant","error_description":"Token ` + leak + ` has been expired or revoked."}`, sources.ErrRevoked},
		"invalid_rapt":         {400, `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`, sources.ErrRevoked},
		"invalid_client":       {401, `{"error":"invalid_client","error_description":"` + secret + `"}`, sources.ErrRefused},
		"unauthorized_client":  {400, `{"error":"unauthorized_client"}`, sources.ErrRefused},
		"policy":               {400, `{"error":"admin_policy_enforced"}`, sources.ErrRefused},
		"something new":        {400, `{"error":"something_new"}`, sources.ErrRefused},
		"unavailable":          {503, leak, sources.ErrUnavailable},
		"internal":             {500, `{"error":"internal_failure"}`, sources.ErrUnavailable},
		"limited":              {429, ``, nil},
		"a page of HTML":       {200, "<html>" + leak, sources.ErrIncomplete},
		"garbled":              {200, `{"access_token":"` + leak, sources.ErrIncomplete},
		"without access token": {200, `{"expires_in":3600}`, sources.ErrIncomplete},
		"a redirect":           {302, ``, sources.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				if r.Header.Get("Authorization") != "" {
					t.Error("the client is named in a header: the parameters are the way that Google takes")
				}
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Location", "https://attacker.test/")
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			}))
			defer server.Close()
			o := &google.OAuth{ClientID: client, ClientSecret: secret, TokenURL: server.URL, HTTP: server.Client(), Now: func() time.Time { return morning }}
			_, err := o.Refresh(t.Context(), leak)
			var limited *sources.LimitedError
			switch {
			case err == nil:
				t.Fatal("accepted")
			case test.class == nil && (!errors.As(err, &limited) || !limited.Until.Equal(morning.Add(time.Minute))):
				t.Errorf("%v", err)
			case test.class != nil && !errors.Is(err, test.class):
				t.Errorf("%v", err)
			}
			if errors.Is(err, sources.ErrRevoked) != strings.Contains(test.body, "invalid_grant") {
				t.Errorf("only invalid_grant means that the person has to connect again: %v", err)
			}
			if strings.Contains(err.Error(), leak) || strings.Contains(err.Error(), secret) {
				t.Errorf("a secret is in the text: %v", err)
			}
			if requests != 1 {
				t.Errorf("%d requests", requests)
			}
		})
	}
	o := &google.OAuth{TokenURL: "http://127.0.0.1:1/"}
	if _, err := o.Refresh(t.Context(), leak); !errors.Is(err, sources.ErrUnavailable) || strings.Contains(err.Error(), leak) {
		t.Errorf("nobody there: %v", err)
	}
	if _, err := o.Refresh(t.Context(), ""); !errors.Is(err, sources.ErrRevoked) {
		t.Errorf("no refresh token: %v", err)
	}
}

func TestIdentifyOddAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		class  error
	}{
		"nobody":   {200, `{"email":"ada@acme.test"}`, sources.ErrIncomplete},
		"HTML":     {200, `<html>`, sources.ErrIncomplete},
		"revoked":  {401, `{}`, sources.ErrRevoked},
		"down":     {503, ``, sources.ErrUnavailable},
		"redirect": {302, ``, sources.ErrIncomplete},
		"refused":  {403, ``, sources.ErrRefused},
	} {
		server := httptest.NewServer(body(test.status, test.body))
		o := &google.OAuth{UserInfoURL: server.URL, HTTP: server.Client()}
		if _, _, err := o.Identify(t.Context(), &oauth2.Token{AccessToken: "ya29.leak"}); !errors.Is(err, test.class) || strings.Contains(err.Error(), "leak") {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
}

func TestCalendarsOddAnswers(t *testing.T) {
	source, a := odd(t,
		body(200, `{"kind":"calendar#calendarList","nextPageToken":"p","items":[{"id":"a","summary":"A","summaryOverride":"Mine","primary":true,"accessRole":"owner","timeZone":"UTC"},null,{"id":"gone","deleted":true}]}`),
		body(200, `{"kind":"calendar#calendarList","items":[{"id":"b","accessRole":"freeBusyReader"},{"id":"c","accessRole":"writerWithoutPrivateAccess"}]}`))
	list, err := source.Calendars(t.Context())
	must(t, err)
	want := []sources.Calendar{{ID: "a", Name: "Mine", TimeZone: "UTC", Primary: true, Writable: true}, {ID: "b"}, {ID: "c", Writable: true}}
	if !slices.Equal(list, want) || a.requests[1].URL.Query().Get("pageToken") != "p" {
		t.Errorf("%+v", list)
	}
	for name, answer := range map[string]http.HandlerFunc{"nothing": body(200, `{}`), "null": body(200, `null`), "HTML": body(200, `<html>`)} {
		source, _ := odd(t, answer)
		if list, err := source.Calendars(t.Context()); !errors.Is(err, sources.ErrIncomplete) || list != nil {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
	source, _ = odd(t, body(200, `{"kind":"calendar#calendarList","items":[]}`))
	if list, err := source.Calendars(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("no calendars: %v, %v", list, err)
	}
}

func TestBaseURL(t *testing.T) {
	if _, err := google.New(http.DefaultClient, "", time.Now); err == nil {
		t.Error("an empty base URL is accepted")
	}
}
