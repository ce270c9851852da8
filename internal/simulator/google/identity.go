package google

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
	"sync"
)

const issuer = "https://accounts.google.com"

// signingKey signs ID tokens; it is made when the first one is asked for.
type signingKey struct {
	private *rsa.PrivateKey
	id      string
}

// newSigningKey makes a key: once in a process, because all of its servers may
// sign with the same one, and making it takes longer than a whole sign-in.
var newSigningKey = sync.OnceValue(func() *signingKey {
	// Short: it has to be made fast, and protects nothing.
	private, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		panic("no randomness: " + err.Error()) // crypto/rand does not fail
	}
	sum := sha256.Sum256(private.N.Bytes())
	return &signingKey{private, base64.RawURLEncoding.EncodeToString(sum[:12])}
})

func (s *Server) signing() *signingKey {
	if s.key == nil {
		s.key = newSigningKey()
	}
	return s.key
}

// idToken says who the user is, signed with RS256.
func (s *Server) idToken(t *accessToken, nonce string) string {
	now := s.now().Unix()
	claims := s.claims(t)
	claims["iss"], claims["aud"], claims["azp"] = issuer, t.grant.client, t.grant.client
	claims["iat"], claims["exp"] = now, now+3600
	if nonce != "" {
		claims["nonce"] = nonce
	}
	key := s.signing()
	signed := part(map[string]any{"alg": "RS256", "kid": key.id, "typ": "JWT"}) + "." + part(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key.private, crypto.SHA256, sum[:])
	if err != nil {
		panic("cannot sign: " + err.Error()) // the key is ours and large enough
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func part(v any) string {
	raw, _ := json.Marshal(v) // strings and numbers only
	return base64.RawURLEncoding.EncodeToString(raw)
}

// claims are what a token's scopes let a client know of the user.
func (s *Server) claims(t *accessToken) map[string]any {
	a := s.accounts[t.grant.account]
	out := map[string]any{"sub": a.sub}
	if t.scopes[scopePrefix+"userinfo.email"] {
		out["email"], out["email_verified"] = a.email, true
		if domain := domainOf(a.email); domain != "gmail.com" {
			out["hd"] = domain
		}
	}
	if t.scopes[scopePrefix+"userinfo.profile"] {
		out["name"] = a.name
	}
	return out
}

func (s *Server) serveUserinfo(w http.ResponseWriter, r *http.Request) {
	s.serveOAuth("google.userinfo", w, r, func(w http.ResponseWriter) {
		bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		t := s.access[bearer]
		if t == nil || !t.live(s.now()) || !t.scopes["openid"] {
			(&oauthError{401, "invalid_request", "Invalid Credentials", ""}).write(w)
			return
		}
		writeJSON(w, http.StatusOK, s.claims(t))
	})
}

// serveKeys publishes the key that ID tokens are signed with.
func (s *Server) serveKeys(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.signing()
	e := big.NewInt(int64(key.private.E)).Bytes()
	writeJSON(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": key.id,
		"n": base64.RawURLEncoding.EncodeToString(key.private.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(e),
	}}})
}

func (s *Server) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                issuer,
		"authorization_endpoint":                s.url + "/o/oauth2/v2/auth",
		"token_endpoint":                        s.url + "/token",
		"revocation_endpoint":                   s.url + "/revoke",
		"userinfo_endpoint":                     s.url + "/v1/userinfo",
		"jwks_uri":                              s.url + "/oauth2/v3/certs",
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"code_challenge_methods_supported":      []string{"plain", "S256"},
	})
}
