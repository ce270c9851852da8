package microsoft_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/simulator/microsoft"
)

// wantAADSTS fails unless err is a refusal of the token endpoint with this error
// and number.
func wantAADSTS(t *testing.T, err error, status int, name, number string) {
	t.Helper()
	var e *oauth2.RetrieveError
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want %s", err, name)
	}
	var body struct {
		Codes   []int  `json:"error_codes"`
		TraceID string `json:"trace_id"`
	}
	_ = json.Unmarshal(e.Body, &body)
	if e.Response.StatusCode != status || e.ErrorCode != name || !strings.HasPrefix(e.ErrorDescription, "AADSTS"+number+":") || len(body.Codes) != 1 || body.TraceID == "" {
		t.Fatalf("%d %s", e.Response.StatusCode, e.Body)
	}
}

func (w *world) refresh(token string) (*oauth2.Token, error) {
	return w.config("common").TokenSource(context.Background(), &oauth2.Token{RefreshToken: token}).Token()
}

func TestRefreshTokensRotateAndTheOldOnesLive(t *testing.T) {
	w := newWorld(t)
	first := w.signIn(ada)
	if scope, _ := first.Extra("scope").(string); scope != "Calendars.ReadWrite MailboxSettings.Read User.Read email openid profile" {
		t.Fatal(scope)
	}
	second, err := w.refresh(first.RefreshToken)
	w.must(err)
	third, err := w.refresh(first.RefreshToken)
	w.must(err)
	if second.RefreshToken == first.RefreshToken || second.RefreshToken == third.RefreshToken {
		t.Fatal("a new one every time")
	}
	w.tok = second.AccessToken
	w.ok("GET", "/me", nil)
	w.clock.Set(w.clock.Now().Add(91 * 24 * time.Hour))
	_, err = w.refresh(first.RefreshToken)
	wantAADSTS(t, err, 400, "invalid_grant", "700082")
	w.clock.Set(w.clock.Now().Add(-2 * 24 * time.Hour))
	fourth, err := w.refresh(first.RefreshToken)
	w.must(err)
	w.must(w.RevokeGrant(ada))
	_, err = w.refresh(fourth.RefreshToken)
	wantAADSTS(t, err, 400, "invalid_grant", "50173")
	_, err = w.refresh("nonsense")
	wantAADSTS(t, err, 400, "invalid_grant", "70000")
}

func TestCodesAreGoodOnce(t *testing.T) {
	w := newWorld(t)
	conf, verifier := w.config("common"), oauth2.GenerateVerifier()
	allow := url.Values{"account": {ada}, "decision": {"allow"}}
	address := conf.AuthCodeURL("st", oauth2.S256ChallengeOption(verifier))
	code := w.consent(address, allow).Get("code")
	_, err := conf.Exchange(context.Background(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantAADSTS(t, err, 400, "invalid_grant", "501481")
	_, err = conf.Exchange(context.Background(), code, oauth2.VerifierOption(verifier))
	wantAADSTS(t, err, 400, "invalid_grant", "54005")

	code = w.consent(address, allow).Get("code")
	w.clock.Set(w.clock.Now().Add(11 * time.Minute))
	_, err = conf.Exchange(context.Background(), code, oauth2.VerifierOption(verifier))
	wantAADSTS(t, err, 400, "invalid_grant", "70008")

	back := w.consent(address, url.Values{"account": {ada}, "decision": {"deny"}})
	if back.Get("error") != "access_denied" || !strings.HasPrefix(back.Get("error_description"), "AADSTS65004") || back.Get("state") != "st" {
		t.Fatal(back)
	}
	conf.ClientSecret = "wrong"
	_, err = conf.Exchange(context.Background(), w.consent(address, allow).Get("code"), oauth2.VerifierOption(verifier))
	wantAADSTS(t, err, 401, "invalid_client", "7000215")
	conf.ClientSecret = "hush"
	w.must(w.ExpireSecret(clientID))
	_, err = conf.Exchange(context.Background(), "x")
	wantAADSTS(t, err, 401, "invalid_client", "7000222")
}

func TestEndpointsOfTenants(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddAccount("ida@outlook.com", "Ida"))
	tid, _, err := w.IDs(ada)
	w.must(err)
	shown := func(endpoint string) string {
		resp, err := http.Get(w.config(endpoint).AuthCodeURL("st"))
		w.must(err)
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		w.must(err)
		return string(text)
	}
	for endpoint, want := range map[string][2]bool{
		"common": {true, true}, "organizations": {true, false}, "consumers": {false, true}, tid: {true, false}, "acme.test": {true, false},
	} {
		text := shown(endpoint)
		if strings.Contains(text, ada) != want[0] || strings.Contains(text, "ida@outlook.com") != want[1] {
			t.Error(endpoint, text)
		}
	}
	for _, tc := range []struct {
		audience microsoft.Audience
		endpoint string
		number   string
	}{
		{microsoft.SingleTenant, "common", "50194"}, {microsoft.SingleTenant, "organizations", "50194"}, {microsoft.Organizations, "consumers", "9002332"},
		{microsoft.ConsumersOnly, "common", "9002331"}, {microsoft.Everybody, "nowhere.test", "90002"},
	} {
		w.must(w.SetAudience(clientID, tc.audience, "acme.test"))
		if text := shown(tc.endpoint); !strings.Contains(text, "AADSTS"+tc.number) {
			t.Error(tc, text)
		}
		_, err := w.config(tc.endpoint).Exchange(context.Background(), "x")
		var e *oauth2.RetrieveError
		if !errors.As(err, &e) || !strings.Contains(e.ErrorDescription, "AADSTS"+tc.number) {
			t.Error(tc, err)
		}
	}
	w.must(w.SetAudience(clientID, microsoft.SingleTenant, "acme.test"))
	resp, text := w.page(w.config("acme.test").AuthCodeURL("st"), url.Values{"account": {"ida@outlook.com"}, "decision": {"allow"}})
	if resp.StatusCode != 400 || !strings.Contains(text, "AADSTS50020") {
		t.Error(text)
	}
	conf := w.config("common")
	conf.RedirectURL = "http://127.0.0.1:9/other"
	if resp, text := w.page(conf.AuthCodeURL("st"), nil); resp.StatusCode != 400 || !strings.Contains(text, "AADSTS50011") {
		t.Error(text)
	}
}

func TestAdminConsent(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddAccount(eve, "Eve"))
	w.RequireAdminConsent("acme.test", true)
	address := w.config("common").AuthCodeURL("st")
	allow := url.Values{"account": {ada}, "decision": {"allow"}}
	resp, text := w.page(address, allow)
	if resp.StatusCode != 200 || !strings.Contains(text, "Need admin approval") {
		t.Fatal(text)
	}
	back := w.consent(address, url.Values{"account": {ada}, "decision": {"deny"}})
	if back.Get("error") != "consent_required" || !strings.HasPrefix(back.Get("error_description"), "AADSTS90094") {
		t.Fatal(back)
	}
	w.signIn(eve) // another organisation
	tid, _, err := w.IDs(ada)
	w.must(err)
	for _, path := range []string{"/organizations/v2.0/adminconsent?scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&", "/" + tid + "/adminconsent?"} {
		admin := w.url + path + "client_id=" + clientID + "&state=xyz&redirect_uri=" + url.QueryEscape(redirect)
		back = w.consent(admin, url.Values{"account": {bob}, "decision": {"deny"}})
		if back.Get("error") != "access_denied" || back.Get("admin_consent") != "True" || !strings.HasPrefix(back.Get("error_description"), "AADSTS65004") {
			t.Fatal(back)
		}
		back = w.consent(admin, url.Values{"account": {bob}, "decision": {"allow"}})
		if back.Get("tenant") != tid || back.Get("admin_consent") != "True" || back.Get("state") != "xyz" {
			t.Fatal(back)
		}
	}
	w.signIn(ada)
}

func TestPermissionsThatAreWithheld(t *testing.T) {
	w := newWorld(t)
	conf, verifier := w.config("common"), oauth2.GenerateVerifier()
	address := conf.AuthCodeURL("st", oauth2.S256ChallengeOption(verifier))
	back := w.consent(address, url.Values{"account": {ada}, "decision": {"allow"}, "scope": {"User.Read"}})
	tok, err := conf.Exchange(context.Background(), back.Get("code"), oauth2.VerifierOption(verifier))
	w.must(err)
	if scope := tok.Extra("scope"); scope != "User.Read email openid profile" {
		t.Fatal(scope)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.Withheld, b.LongScopes = []string{"offline_access"}, true })
	tok = w.signIn(ada)
	if scope, _ := tok.Extra("scope").(string); tok.RefreshToken != "" || !strings.Contains(scope, "https://graph.microsoft.com/User.Read") {
		t.Fatal(scope, tok.RefreshToken)
	}
	if got := w.Granted(ada, clientID); !slices.Contains(got, "Calendars.ReadWrite") {
		t.Fatal(got)
	}
	if len(w.Secrets()) == 0 {
		t.Fatal("no secrets")
	}
}

func TestIDTokens(t *testing.T) {
	w := newWorld(t)
	tid, oid, err := w.IDs(ada)
	w.must(err)
	raw, _ := w.signIn(ada, oauth2.SetAuthURLParam("nonce", "n1")).Extra("id_token").(string)
	parts := strings.Split(raw, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	w.must(err)
	var claims object
	w.must(json.Unmarshal(payload, &claims))
	for name, want := range map[string]string{"tid": tid, "oid": oid, "preferred_username": ada, "aud": clientID, "nonce": "n1", "iss": w.url + "/" + tid + "/v2.0"} {
		if claims.str(name) != want {
			t.Error(name, claims)
		}
	}
	var keys struct {
		Keys []struct{ N, E string }
	}
	resp, err := http.Get(w.url + "/common/discovery/v2.0/keys")
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	w.must(json.NewDecoder(resp.Body).Decode(&keys))
	n, err := base64.RawURLEncoding.DecodeString(keys.Keys[0].N)
	w.must(err)
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	w.must(err)
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	w.must(rsa.VerifyPKCS1v15(&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}, crypto.SHA256, sum[:], signature))

	var config object
	resp, err = http.Get(w.url + "/common/v2.0/.well-known/openid-configuration")
	w.must(err)
	defer func() { _ = resp.Body.Close() }()
	w.must(json.NewDecoder(resp.Body).Decode(&config))
	if config.str("issuer") != w.url+"/{tenantid}/v2.0" || config.str("token_endpoint") != w.url+"/common/oauth2/v2.0/token" {
		t.Error(config)
	}
	w.must(w.AddAccount("ida@outlook.com", "Ida"))
	if tid, _, _ := w.IDs("ida@outlook.com"); tid != "9188040d-6c67-4c5b-b112-36a304b66dad" {
		t.Error(tid)
	}
}

func TestFaultsOfTheTokenEndpoint(t *testing.T) {
	w := newWorld(t)
	tok := w.signIn(ada)
	for _, tc := range []struct {
		kind   string
		status int
		name   string
		number string
	}{
		{"invalid_grant", 400, "invalid_grant", "50173"}, {"invalid_grant:53003", 400, "invalid_grant", "53003"},
		{"interaction_required", 400, "interaction_required", "50076"}, {"401", 401, "invalid_client", "7000215"},
		{"temporarily_unavailable", 503, "temporarily_unavailable", "90033"}, {"503", 503, "server_error", "90033"}, {"429", 429, "temporarily_unavailable", "90055"},
		{"loop", 400, "invalid_grant", "50196"},
	} {
		w.desk.Arm("microsoft.token", tc.kind, 1)
		_, err := w.refresh(tok.RefreshToken)
		wantAADSTS(t, err, tc.status, tc.name, tc.number)
	}
	if counts := w.desk.Counts(); counts["all"] != 0 || counts["microsoft.token"] == 0 {
		t.Error(counts)
	}
	_, err := w.refresh(tok.RefreshToken)
	w.must(err)
}
