package microsoft

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"sync"
)

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

// idToken says who the user is, signed with RS256. The object id comes only
// with the permission "profile".
func (s *Server) idToken(g *grant, scopes scopeSet, nonce string) string {
	a := s.accounts[g.account]
	now := s.now().Unix()
	claims := map[string]any{
		"ver": "2.0", "iss": s.url + "/" + a.tid + "/v2.0", "aud": g.client, "iat": now, "nbf": now, "exp": now + 3599,
		"sub": opaque("pairwise "+g.client+" "+a.oid, 43), "tid": a.tid,
	}
	if scopes.has("profile") {
		claims["oid"], claims["name"], claims["preferred_username"] = a.oid, a.name, a.email
	}
	if scopes.has("email") {
		claims["email"] = a.email
	}
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

// serveKeys publishes the key that ID tokens are signed with.
func (s *Server) serveKeys(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.signing()
	e := big.NewInt(int64(key.private.E)).Bytes()
	writeJSON(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "kid": key.id,
		"n": base64.RawURLEncoding.EncodeToString(key.private.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(e),
	}}})
}

// serveDiscovery describes an endpoint. For "common" the issuer has a place to
// put the tenant's id into.
func (s *Server) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := r.PathValue("tenant")
	issuer := endpoint
	switch endpoint {
	case "common", "organizations":
		issuer = "{tenantid}"
	case "consumers":
		issuer = consumerTenant
	}
	base := s.url + "/" + endpoint
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                s.url + "/" + issuer + "/v2.0",
		"authorization_endpoint":                base + "/oauth2/v2.0/authorize",
		"token_endpoint":                        base + "/oauth2/v2.0/token",
		"jwks_uri":                              base + "/discovery/v2.0/keys",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"scopes_supported":                      signIn,
	})
}
