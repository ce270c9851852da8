package google

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"slotward/internal/simulator"
)

// oauthError is a refusal of the token endpoint.
type oauthError struct {
	status       int
	name, detail string
	retryAfter   string
}

func (e *oauthError) write(w http.ResponseWriter) {
	if e.retryAfter != "" {
		w.Header().Set("Retry-After", e.retryAfter)
	}
	body := map[string]any{"error": e.name}
	if e.detail != "" {
		body["error_description"] = e.detail
	}
	writeJSON(w, e.status, body)
}

func invalidGrant(detail string) *oauthError { return &oauthError{400, "invalid_grant", detail, ""} }

// oauthFaults are the refusals that can be armed on OAuth operations.
var oauthFaults = map[string]*oauthError{
	"invalid_grant":         invalidGrant("Token has been expired or revoked."),
	"400":                   invalidGrant("Bad Request"),
	"invalid_rapt":          {400, "invalid_grant", "reauth related error (invalid_rapt)", ""},
	"invalid_client":        {401, "invalid_client", "The OAuth client was not found.", ""},
	"401":                   {401, "invalid_client", "Unauthorized", ""},
	"unauthorized_client":   {400, "unauthorized_client", "Unauthorized", ""},
	"admin_policy_enforced": {400, "admin_policy_enforced", "", ""},
	"blocked":               {400, "admin_policy_enforced", "", ""},
	"429":                   {429, "rate_limit_exceeded", "", ""},
}

// serveOAuth lets an OAuth operation go through the desk.
func (s *Server) serveOAuth(operation string, w http.ResponseWriter, r *http.Request, do func(w http.ResponseWriter)) {
	refuse := func(w http.ResponseWriter, kind string) bool {
		kind, after, _ := strings.Cut(kind, ":")
		e := oauthFaults[kind]
		if status, err := strconv.Atoi(kind); e == nil && err == nil && status >= 400 && status < 600 {
			e = &oauthError{status: status, name: "internal_failure"}
		}
		if e == nil {
			return false
		}
		refusal := *e
		refusal.retryAfter = after
		refusal.write(w)
		return true
	}
	s.desk.Serve(w, r, simulator.Call{Operation: operation, Write: true, OAuth: true}, refuse, func(w http.ResponseWriter, _ string) {
		buffer(r)
		s.mu.Lock()
		defer s.mu.Unlock()
		do(w)
	})
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	s.serveOAuth("google.token", w, r, func(w http.ResponseWriter) {
		if err := r.ParseForm(); err != nil {
			(&oauthError{400, "invalid_request", "The request could not be read.", ""}).write(w)
			return
		}
		c, e := s.authenticate(r)
		if e != nil {
			e.write(w)
			return
		}
		var body map[string]any
		switch grant := r.PostForm.Get("grant_type"); grant {
		case "authorization_code":
			body, e = s.exchange(c, r.PostForm)
		case "refresh_token":
			body, e = s.refreshGrant(c, r.PostForm)
		default:
			e = &oauthError{400, "unsupported_grant_type", "Invalid grant_type: " + grant, ""}
		}
		if e != nil {
			e.write(w)
			return
		}
		writeJSON(w, http.StatusOK, body)
	})
}

// authenticate finds the client by its parameters or by basic authentication.
func (s *Server) authenticate(r *http.Request) (*client, *oauthError) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(password)
	}
	switch c := s.clients[id]; {
	case id == "":
		return nil, &oauthError{400, "invalid_request", "Could not determine client ID from request.", ""}
	case c == nil:
		return nil, oauthFaults["invalid_client"]
	case subtle.ConstantTimeCompare([]byte(secret), []byte(c.secret)) == 0:
		return nil, oauthFaults["401"]
	default:
		return c, nil
	}
}

// exchange trades a code for tokens. A code is good once, even if it fails.
func (s *Server) exchange(c *client, form url.Values) (map[string]any, *oauthError) {
	given := s.codes[form.Get("code")]
	delete(s.codes, form.Get("code"))
	switch {
	case given == nil || given.client != c || !s.now().Before(given.expires):
		return nil, invalidGrant("Malformed auth code.")
	case given.redirect != form.Get("redirect_uri"):
		return nil, &oauthError{400, "redirect_uri_mismatch", "Bad Request", ""}
	case given.challenge != "" && form.Get("code_verifier") == "":
		return nil, invalidGrant("Missing code verifier.")
	case given.challenge != "" && !given.verifies(form.Get("code_verifier")):
		return nil, invalidGrant("Invalid code verifier.")
	case s.accounts[given.account] == nil:
		return nil, invalidGrant("Account has been deleted")
	}
	key := grantKey{c.id, given.account}
	g := s.grants[key]
	first := g == nil
	if first {
		g = &grant{client: c.id, account: given.account, scopes: scopeSet{}}
		s.grants[key] = g
	}
	scopes := given.granted
	if given.query.Get("include_granted_scopes") == "true" {
		scopes = maps.Clone(scopes)
		maps.Copy(scopes, g.scopes)
	}
	maps.Copy(g.scopes, scopes)
	var refresh *refreshToken
	// Only the first consent, or one that was asked for, brings a refresh token.
	prompted := slices.Contains(strings.Fields(given.query.Get("prompt")), "consent")
	if given.query.Get("access_type") == "offline" && (first || prompted) {
		refresh = s.newRefreshToken(g, scopes)
	}
	body := s.tokenBody(s.newAccessToken(g, refresh, scopes), given.query.Get("nonce"))
	if refresh != nil {
		body["refresh_token"] = refresh.value
	}
	return body, nil
}

func (c *code) verifies(verifier string) bool {
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return verifier == c.challenge
}

// refreshGrant makes a new access token. The refresh token stays the same and
// is not answered again.
func (s *Server) refreshGrant(c *client, form url.Values) (map[string]any, *oauthError) {
	g, t := s.findRefresh(form.Get("refresh_token"))
	switch {
	case form.Get("refresh_token") == "":
		return nil, &oauthError{400, "invalid_request", "Missing required parameter: refresh_token", ""}
	case g == nil || s.accounts[g.account] == nil:
		return nil, oauthFaults["invalid_grant"]
	case g.client != c.id:
		return nil, oauthFaults["unauthorized_client"]
	}
	t.used = s.now()
	return s.tokenBody(s.newAccessToken(g, t, t.scopes), ""), nil
}

func (s *Server) tokenBody(t *accessToken, nonce string) map[string]any {
	body := map[string]any{
		"access_token": t.value, "expires_in": int(accessLife.Seconds()), "scope": t.scopes.String(), "token_type": "Bearer",
	}
	if t.scopes["openid"] {
		body["id_token"] = s.idToken(t, nonce)
	}
	return body
}

// serveRevoke takes an access or a refresh token; either ends everything that
// the account allowed to the client's whole project.
func (s *Server) serveRevoke(w http.ResponseWriter, r *http.Request) {
	s.serveOAuth("google.revoke", w, r, func(w http.ResponseWriter) {
		value := r.FormValue("token")
		g, _ := s.findRefresh(value)
		if t := s.access[value]; t != nil && t.live(s.now()) {
			g = t.grant
		}
		if g == nil {
			(&oauthError{400, "invalid_token", "Token expired or revoked", ""}).write(w)
			return
		}
		s.revokeProject(g.account, projectOf(g.client))
		writeJSON(w, http.StatusOK, map[string]any{})
	})
}
