package microsoft

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"slotward/internal/simulator"
)

// tokenError is a refusal of the token endpoint.
type tokenError struct {
	status     int
	name       string
	number     int
	detail     string
	suberror   string
	claims     string
	retryAfter string
}

func (s *Server) writeTokenError(w http.ResponseWriter, e *tokenError) {
	if e.retryAfter != "" {
		w.Header().Set("Retry-After", e.retryAfter)
	}
	now := s.now().Format("2006-01-02 15:04:05Z")
	trace, correlation := guid(rand.Text()), guid(rand.Text())
	body := map[string]any{
		"error":             e.name,
		"error_description": fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", e.number, e.detail, trace, correlation, now),
		"error_codes":       []int{e.number}, "timestamp": now, "trace_id": trace, "correlation_id": correlation,
		"error_uri": "https://login.microsoftonline.com/error?code=" + strconv.Itoa(e.number),
	}
	if e.suberror != "" {
		body["suberror"] = e.suberror
	}
	if e.claims != "" {
		body["claims"] = e.claims
	}
	writeToken(w, e.status, body)
}

func writeToken(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Cache-Control", "no-store, no-cache")
	w.Header().Set("Pragma", "no-cache")
	writeJSON(w, status, body)
}

// tokenFaults are the refusals that can be armed on microsoft.token by name;
// "invalid_grant:NUMBER" picks another number of the same error.
var tokenFaults = map[string]tokenError{
	"invalid_grant":           {status: 400, name: "invalid_grant", number: 50173, detail: "The provided grant has expired due to it being revoked, a fresh auth token is needed."},
	"blocked":                 {status: 400, name: "invalid_grant", number: 53003, detail: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.", suberror: "message_only"},
	"400":                     {status: 400, name: "invalid_grant", number: 70000, detail: "The provided value for the input parameter 'refresh_token' is not valid."},
	"interaction_required":    {status: 400, name: "interaction_required", number: 50076, detail: "Due to a configuration change made by your administrator, you must use multi-factor authentication.", suberror: "basic_action", claims: `{"access_token":{"capolids":{"essential":true,"values":["3c1b7a2e"]}}}`},
	"consent_required":        {status: 400, name: "consent_required", number: 65001, detail: "The user or administrator has not consented to use the application."},
	"401":                     {status: 401, name: "invalid_client", number: 7000215, detail: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value."},
	"invalid_client":          {status: 401, name: "invalid_client", number: 7000222, detail: "The provided client secret keys are expired."},
	"unauthorized_client":     {status: 400, name: "unauthorized_client", number: 700016, detail: "Application was not found in the directory."},
	"temporarily_unavailable": {status: 503, name: "temporarily_unavailable", number: 90033, detail: "A transient error has occurred. Please try again."},
	"server_error":            {status: 500, name: "server_error", number: 90024, detail: "RequestBudgetExceededError - A transient error has occurred. Please try again."},
	"429":                     {status: 429, name: "temporarily_unavailable", number: 90055, detail: "There are too many requests.", retryAfter: "4"},
	"loop":                    {status: 400, name: "invalid_grant", number: 50196, detail: "The server terminated an operation because it encountered a client request loop."},
}

func tokenFault(kind string) (tokenError, bool) {
	kind, value, _ := strings.Cut(kind, ":")
	e, ok := tokenFaults[kind]
	if status, err := strconv.Atoi(kind); !ok && err == nil && status >= 400 && status < 600 {
		e, ok = tokenError{status: status, name: "server_error", number: 90033, detail: "A transient error has occurred. Please try again."}, true
	}
	if number, err := strconv.Atoi(value); err == nil && kind == "invalid_grant" {
		e.number = number
	} else if value != "" {
		e.retryAfter = value
	}
	return e, ok
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request) {
	refuse := func(w http.ResponseWriter, kind string) bool {
		e, ok := tokenFault(kind)
		if ok {
			s.writeTokenError(w, &e)
		}
		return ok
	}
	s.desk.Serve(w, r, simulator.Call{Operation: "microsoft.token", Write: true, OAuth: true}, refuse, func(w http.ResponseWriter, _ string) {
		if p := s.buffer(r); p != nil {
			s.refuse(w, r, p)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		body, e := s.token(r)
		if e != nil {
			s.writeTokenError(w, e)
			return
		}
		writeToken(w, http.StatusOK, body)
	})
}

func (s *Server) token(r *http.Request) (map[string]any, *tokenError) {
	if err := r.ParseForm(); err != nil {
		return nil, &tokenError{status: 400, name: "invalid_request", number: 900144, detail: "The request could not be read."}
	}
	c, e := s.authenticate(r)
	if e != nil {
		return nil, e
	}
	if refused := s.tenantFits(c, r.PathValue("tenant")); refused != nil {
		number, _ := strconv.Atoi(refused.number)
		return nil, &tokenError{status: 400, name: refused.name, number: number, detail: refused.detail}
	}
	switch grant := r.PostForm.Get("grant_type"); grant {
	case "authorization_code":
		return s.exchange(c, r.PostForm)
	case "refresh_token":
		return s.refreshGrant(c, r.PostForm)
	case "client_credentials":
		return nil, &tokenError{status: 400, name: "unauthorized_client", number: 700016, detail: "The application has no permissions of its own."}
	default:
		return nil, &tokenError{status: 400, name: "unsupported_grant_type", number: 70003, detail: "The app requested an unsupported grant type '" + grant + "'."}
	}
}

// authenticate finds the client by its parameters or by basic authentication.
func (s *Server) authenticate(r *http.Request) (*client, *tokenError) {
	id, secret := r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, _ = url.QueryUnescape(user)
		secret, _ = url.QueryUnescape(password)
	}
	wrong := func(kind string) (*client, *tokenError) { e := tokenFaults[kind]; return nil, &e }
	switch c := s.clients[id]; {
	case id == "":
		return nil, &tokenError{status: 400, name: "invalid_request", number: 900144, detail: "The request body must contain the following parameter: 'client_id'."}
	case c == nil:
		return wrong("unauthorized_client")
	case subtle.ConstantTimeCompare([]byte(secret), []byte(c.secret)) == 0:
		return wrong("401")
	case c.expired:
		return wrong("invalid_client")
	default:
		return c, nil
	}
}

func invalidGrant(number int, detail string) *tokenError {
	return &tokenError{status: 400, name: "invalid_grant", number: number, detail: detail}
}

// exchange trades a code for tokens. A code is good once, even if it fails.
func (s *Server) exchange(c *client, form url.Values) (map[string]any, *tokenError) {
	given := s.codes[form.Get("code")]
	switch {
	case given == nil || given.client != c:
		return nil, invalidGrant(70000, "The provided value for the 'code' parameter is not valid.")
	case given.used:
		return nil, invalidGrant(54005, "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.")
	}
	given.used = true
	switch {
	case !s.now().Before(given.expires):
		return nil, invalidGrant(70008, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.")
	case given.redirect != form.Get("redirect_uri"):
		return nil, invalidGrant(50011, "The redirect URI specified in the request does not match.")
	case given.challenge != "" && !given.verifies(form.Get("code_verifier")):
		return nil, invalidGrant(501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.")
	case s.accounts[given.account] == nil:
		return nil, invalidGrant(50034, "The user account does not exist in the directory.")
	}
	key := grantKey{c.id, given.account}
	g := s.grants[key]
	if g == nil {
		g = &grant{client: c.id, account: given.account, scopes: scopeSet{}, refresh: map[string]*refreshToken{}}
		s.grants[key] = g
	}
	maps.Copy(g.scopes, given.granted)
	return s.tokenBody(g, given.granted, given.query.Get("nonce")), nil
}

func (c *code) verifies(verifier string) bool {
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return verifier == c.challenge
}

// refreshGrant answers with a new refresh token every time; the old one stays
// good until its own end.
func (s *Server) refreshGrant(c *client, form url.Values) (map[string]any, *tokenError) {
	value := form.Get("refresh_token")
	g, t := s.findRefresh(value)
	switch {
	case value == "":
		return nil, &tokenError{status: 400, name: "invalid_request", number: 900144, detail: "The request body must contain the following parameter: 'refresh_token'."}
	case g == nil && slices.Contains(s.secrets, value):
		return nil, invalidGrant(50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed.")
	case g == nil || g.client != c.id:
		return nil, invalidGrant(70000, "The provided value for the input parameter 'refresh_token' is not valid.")
	case s.now().Sub(t.issued) >= refreshLife:
		return nil, invalidGrant(700082, "The refresh token has expired due to inactivity. The token was issued on "+t.issued.Format("2006-01-02T15:04:05.0000000Z")+" and was inactive for 90.00:00:00.")
	case s.waitsForAdmin(s.accounts[g.account], c):
		return nil, invalidGrant(65001, "The user or administrator has not consented to use the application.")
	}
	scopes := t.scopes
	if asked := parseScopes(form.Get("scope")); len(asked) > 0 {
		for key := range asked {
			if _, ok := g.scopes[key]; !ok && !slices.Contains(signIn, key) {
				return nil, invalidGrant(65001, "The user or administrator has not consented to use the application with ID '"+c.id+"'.")
			}
		}
		scopes = asked
	}
	return s.tokenBody(g, scopes, ""), nil
}

func (s *Server) tokenBody(g *grant, scopes scopeSet, nonce string) map[string]any {
	body := map[string]any{
		"token_type": "Bearer", "scope": scopes.answer(s.behaviour.LongScopes), "expires_in": int(accessLife.Seconds()),
		"ext_expires_in": int(accessLife.Seconds()), "access_token": s.newAccessToken(g, scopes).value,
	}
	if scopes.has("offline_access") {
		body["refresh_token"] = s.newRefreshToken(g, scopes)
	}
	if scopes.has("openid") {
		body["id_token"] = s.idToken(g, scopes, nonce)
	}
	return body
}
