package microsoft_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/simulator/browser"
	"slotward/sources"
	"slotward/sources/microsoft"
)

func TestSigningIn(t *testing.T) {
	for _, account := range []string{ada, "grace@outlook.com"} {
		s := newSim(t)
		domain := "acme.test"
		if account != ada {
			must(t, s.AddAccount(account, "Grace"))
			domain = ""
		}
		for _, calendars := range []bool{false, true} {
			verifier := oauth2.GenerateVerifier()
			page := s.oauth.AuthorizeSignIn("state-1", verifier, "nonce-1", home, calendars)
			address, err := url.Parse(page)
			must(t, err)
			scope := address.Query().Get("scope")
			if address.Query().Get("nonce") != "nonce-1" || calendars != strings.Contains(scope, "Calendars.ReadWrite") || !strings.Contains(scope, "openid profile email") {
				t.Errorf("%s", page)
			}
			back, err := browser.SentBack(t.Context(), page, browser.Choice{Account: account})
			must(t, err)
			tok, err := s.oauth.Exchange(t.Context(), back.Query().Get("code"), verifier, home)
			must(t, err)
			who, err := s.oauth.Verify(t.Context(), tok, "nonce-1")
			must(t, err)
			connected, _, err := s.oauth.Identify(t.Context(), tok)
			must(t, err)
			if who.Account != connected || who.Email != account || who.Domain != domain || who.Name == "" {
				t.Errorf("%+v, connected as %q", who, connected)
			}
			for _, nonce := range []string{"", "nonce-2"} {
				if _, err := s.oauth.Verify(t.Context(), tok, nonce); !errors.Is(err, sources.ErrIncomplete) {
					t.Errorf("nonce %q: %v", nonce, err)
				}
			}
			s.clock.Set(s.clock.Now().Add(2 * time.Hour))
			if _, err := s.oauth.Verify(t.Context(), tok, "nonce-1"); !errors.Is(err, sources.ErrIncomplete) {
				t.Errorf("two hours later: %v", err)
			}
		}
	}
}

// signer signs ID tokens as Microsoft would, with whatever claims.
type signer struct {
	key *rsa.PrivateKey
	url string
}

func newSigner(t *testing.T) *signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	s := &signer{key: key}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "kid": "k",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())}}})
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *signer) token(t *testing.T, claims map[string]any) *oauth2.Token {
	t.Helper()
	part := func(v any) string {
		raw, err := json.Marshal(v)
		must(t, err)
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(map[string]any{"alg": "RS256", "kid": "k", "typ": "JWT"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	must(t, err)
	return (&oauth2.Token{}).WithExtra(map[string]any{"id_token": signed + "." + base64.RawURLEncoding.EncodeToString(signature)})
}

func TestWhichAddressAndTenantCount(t *testing.T) {
	const (
		acme     = "11111111-2222-3333-4444-555555555555"
		personal = "9188040d-6c67-4c5b-b112-36a304b66dad"
	)
	s := newSigner(t)
	for name, c := range map[string]struct {
		tenant string // configured
		claims map[string]any
		email  string // "-": refused
		domain string
	}{
		"the name on the tenant's own domain":          {"common", map[string]any{"preferred_username": "Ada@Acme.test"}, "ada@acme.test", "acme.test"},
		"an address that any tenant can write":         {"common", map[string]any{"preferred_username": "eve@evil.test", "email": "ada@acme.test"}, "eve@evil.test", "evil.test"},
		"that address alone":                           {"common", map[string]any{"email": "ada@acme.test"}, "", ""},
		"an address on a domain of the tenant":         {"common", map[string]any{"preferred_username": "x1@acme.test", "email": "ada@acme.test", "xms_edov": true}, "ada@acme.test", "acme.test"},
		"the same, as a number":                        {"common", map[string]any{"email": "ada@acme.test", "xms_edov": 1}, "ada@acme.test", "acme.test"},
		"the same, as text":                            {"organizations", map[string]any{"email": "ada@acme.test", "xms_edov": "true"}, "ada@acme.test", "acme.test"},
		"a domain that is not the tenant's":            {"common", map[string]any{"email": "ada@acme.test", "xms_edov": false}, "", ""},
		"a guest of a tenant":                          {"common", map[string]any{"preferred_username": "ada_acme.test#EXT#@evil.onmicrosoft.com"}, "", ""},
		"the operator's own tenant":                    {acme, map[string]any{"preferred_username": "x1@acme.test", "email": "ada@acme.test"}, "ada@acme.test", "acme.test"},
		"the same, by its domain":                      {"acme.test", map[string]any{"preferred_username": "x1@acme.test", "email": "ada@acme.test"}, "ada@acme.test", "acme.test"},
		"a personal account":                           {"common", map[string]any{"tid": personal, "email": "ada@acme.test"}, "ada@acme.test", ""},
		"a personal account where none may be":         {"organizations", map[string]any{"tid": personal, "email": "ada@acme.test"}, "-", ""},
		"a work account where none may be":             {"consumers", map[string]any{"preferred_username": "ada@acme.test"}, "-", ""},
		"another tenant than the operator's":           {"99999999-2222-3333-4444-555555555555", map[string]any{"preferred_username": "ada@acme.test"}, "-", ""},
		"another issuer":                               {"common", map[string]any{"preferred_username": "ada@acme.test", "iss": "https://evil.test/" + acme + "/v2.0"}, "-", ""},
		"the issuer of another tenant":                 {"common", map[string]any{"preferred_username": "ada@acme.test", "iss": s.url + "/" + personal + "/v2.0"}, "-", ""},
		"another audience":                             {"common", map[string]any{"preferred_username": "ada@acme.test", "aud": "another"}, "-", ""},
		"no object id":                                 {"common", map[string]any{"preferred_username": "ada@acme.test", "oid": ""}, "-", ""},
		"no tenant":                                    {"common", map[string]any{"preferred_username": "ada@acme.test", "tid": ""}, "-", ""},
		"not valid yet":                                {"common", map[string]any{"preferred_username": "ada@acme.test", "nbf": morning.Add(time.Hour).Unix()}, "-", ""},
		"the nonce of another question":                {"common", map[string]any{"preferred_username": "ada@acme.test", "nonce": "other"}, "-", ""},
		"what is called an address and is none at all": {"common", map[string]any{"preferred_username": "+49 170 1234567"}, "", ""},
		"what is called an address and is half of one": {"common", map[string]any{"preferred_username": "ada@"}, "", ""},
	} {
		claims := map[string]any{"aud": client, "tid": acme, "oid": "o", "sub": "s", "nonce": "n", "iat": morning.Unix(), "exp": morning.Add(time.Hour).Unix()}
		for k, v := range c.claims {
			claims[k] = v
		}
		if claims["iss"] == nil {
			claims["iss"] = fmt.Sprintf("%s/%s/v2.0", s.url, claims["tid"])
		}
		o := &microsoft.OAuth{ClientID: client, Tenant: c.tenant, LoginURL: s.url, Now: func() time.Time { return morning }}
		who, err := o.Verify(t.Context(), s.token(t, claims), "n")
		if c.email == "-" {
			if !errors.Is(err, sources.ErrIncomplete) {
				t.Errorf("%s: %+v, %v", name, who, err)
			}
			continue
		}
		if err != nil || who.Email != c.email || who.Domain != c.domain || who.Account != fmt.Sprintf("%s+o", claims["tid"]) {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
}
