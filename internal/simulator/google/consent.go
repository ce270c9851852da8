package google

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"slotward/internal/simulator/website"
)

func (s *Server) routeOAuth() {
	for _, path := range []string{"/o/oauth2/v2/auth", "/o/oauth2/auth"} {
		s.mux.HandleFunc("GET "+path, s.showConsent)
		s.mux.HandleFunc("POST "+path, s.takeConsent)
	}
	s.mux.HandleFunc("POST /token", s.serveToken)
	s.mux.HandleFunc("POST /revoke", s.serveRevoke)
	s.mux.HandleFunc("GET /v1/userinfo", s.serveUserinfo)
	s.mux.HandleFunc("GET /oauth2/v3/certs", s.serveKeys)
	s.mux.HandleFunc("GET /.well-known/openid-configuration", s.serveDiscovery)
}

// authorization is a checked request for consent.
type authorization struct {
	client    *client
	redirect  string
	scopes    scopeSet
	query     url.Values
	challenge string
	method    string // "S256", "plain", or "" without PKCE
}

// code is an authorization code: good once, for ten minutes.
type code struct {
	authorization
	account string
	granted scopeSet
	expires time.Time
}

// consentError is shown to the user: the redirect address is not to be trusted.
type consentError struct {
	status       int
	name, detail string
}

// readAuthorization checks the address that the user was sent to.
func (s *Server) readAuthorization(q url.Values) (authorization, *consentError) {
	a := authorization{query: q, redirect: q.Get("redirect_uri"), scopes: parseScopes(q.Get("scope")), challenge: q.Get("code_challenge")}
	a.client = s.clients[q.Get("client_id")]
	switch {
	case q.Get("client_id") == "":
		return a, &consentError{400, "invalid_request", "Required parameter is missing: client_id"}
	case a.client == nil:
		return a, &consentError{401, "invalid_client", "The OAuth client was not found."}
	case !slices.Contains(a.client.redirects, a.redirect):
		return a, &consentError{400, "redirect_uri_mismatch", "The redirect URI in the request does not match the ones authorized for the OAuth client."}
	case q.Get("response_type") != "code":
		return a, &consentError{400, "unsupported_response_type", "Required parameter is missing or invalid: response_type"}
	case len(a.scopes) == 0:
		return a, &consentError{400, "invalid_request", "Missing required parameter: scope"}
	}
	for scope := range a.scopes {
		if !signIn(scope) && !strings.HasPrefix(scope, scopePrefix) {
			return a, &consentError{400, "invalid_scope", "Some requested scopes were invalid: " + scope}
		}
	}
	if a.challenge != "" {
		if a.method = q.Get("code_challenge_method"); a.method == "" {
			a.method = "plain"
		}
		if a.method != "plain" && a.method != "S256" {
			return a, &consentError{400, "invalid_request", "Invalid code_challenge_method"}
		}
	}
	return a, nil
}

// tickable are the scopes that the user may untick: with more than one of them,
// each.
func (a authorization) tickable() []string {
	var out []string
	for _, scope := range slices.Sorted(maps.Keys(a.scopes)) {
		if !signIn(scope) {
			out = append(out, scope)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

var consentPage = website.Parse(`{{with .Content}}
{{- if .Error}}<h1>Access blocked: Authorization Error</h1>
<p>Error {{.Status}}: {{.Error}}</p>
<p>{{.Detail}}</p>
{{else}}<h1>{{.Client}} wants access to your Google Account</h1>
<form method="post">
<label>Your account <select name="account">{{range .Accounts}}<option value="{{.Email}}"{{if .Chosen}} selected{{end}}>{{.Name}} ({{.Email}})</option>{{end}}</select></label>
{{with .Scopes}}<fieldset><legend>It may</legend>
{{range .}}<label class="inline"><input type="checkbox" name="scope" value="{{.}}" checked> {{.}}</label>
{{end}}</fieldset>
{{end}}<p class="row"><button class="main" name="decision" value="allow">Continue</button> <button name="decision" value="deny">Cancel</button></p>
</form>{{end}}{{end}}`)

// writeConsent writes the consent page, or what is wrong instead.
func writeConsent(w http.ResponseWriter, status int, title string, content map[string]any) {
	consentPage.Write(w, status, website.Page{Brand: accounts, Title: title, LeadsAway: true, Content: content})
}

type consentChoice struct {
	Email, Name string
	Chosen      bool
}

func writeConsentError(w http.ResponseWriter, e *consentError) {
	writeConsent(w, e.status, "Access blocked", map[string]any{"Error": e.name, "Detail": e.detail, "Status": e.status})
}

// showConsent is the page on which a user chooses an account and scopes.
func (s *Server) showConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	a, e := s.readAuthorization(q)
	if e != nil {
		writeConsentError(w, e)
		return
	}
	if q.Get("prompt") == "none" {
		redirectBack(w, r, a, url.Values{"error": {"interaction_required"}})
		return
	}
	var choices []consentChoice
	for _, email := range slices.Sorted(maps.Keys(s.accounts)) {
		choices = append(choices, consentChoice{email, s.accounts[email].name, email == q.Get("login_hint")})
	}
	writeConsent(w, http.StatusOK, "Sign in", map[string]any{"Client": a.client.id, "Accounts": choices, "Scopes": a.tickable()})
}

// takeConsent is where the page's form goes.
func (s *Server) takeConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, e := s.readAuthorization(r.URL.Query())
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); e == nil && err != nil {
		e = &consentError{400, "invalid_request", "The form could not be read."}
	}
	account := r.PostForm.Get("account")
	if e == nil && r.PostForm.Get("decision") == "allow" && s.accounts[account] == nil {
		e = &consentError{400, "invalid_request", "Couldn't find your Google Account."}
	}
	if e != nil {
		writeConsentError(w, e)
		return
	}
	ticked := a.scopes
	if choices := a.tickable(); choices != nil {
		ticked = maps.Clone(a.scopes)
		for _, scope := range choices {
			if !slices.Contains(r.PostForm["scope"], scope) {
				delete(ticked, scope)
			}
		}
	}
	if r.PostForm.Get("decision") != "allow" || len(ticked) == 0 {
		redirectBack(w, r, a, url.Values{"error": {"access_denied"}})
		return
	}
	c := &code{authorization: a, account: account, granted: ticked, expires: s.now().Add(codeLife)}
	value := s.secret("4/0A")
	s.codes[value] = c
	redirectBack(w, r, a, url.Values{"code": {value}, "scope": {ticked.String()}, "authuser": {"0"}, "prompt": {"consent"}})
}

// redirectBack sends the browser to the client with an answer and its state.
func redirectBack(w http.ResponseWriter, r *http.Request, a authorization, v url.Values) {
	to, err := url.Parse(a.redirect)
	if err != nil {
		writeConsentError(w, &consentError{400, "redirect_uri_mismatch", "The redirect URI is not an address."})
		return
	}
	q := to.Query()
	if state := a.query.Get("state"); state != "" {
		q.Set("state", state)
	}
	for k := range v {
		q.Set(k, v.Get(k))
	}
	to.RawQuery = q.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}
