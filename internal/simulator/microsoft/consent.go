package microsoft

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
	s.login.HandleFunc("GET /{tenant}/oauth2/v2.0/authorize", s.showConsent)
	s.login.HandleFunc("POST /{tenant}/oauth2/v2.0/authorize", s.takeConsent)
	s.login.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.serveToken)
	s.login.HandleFunc("GET /{tenant}/v2.0/adminconsent", s.showAdminConsent)
	s.login.HandleFunc("POST /{tenant}/v2.0/adminconsent", s.takeAdminConsent)
	s.login.HandleFunc("GET /{tenant}/adminconsent", s.showAdminConsent)
	s.login.HandleFunc("POST /{tenant}/adminconsent", s.takeAdminConsent)
	s.login.HandleFunc("GET /{tenant}/discovery/v2.0/keys", s.serveKeys)
	s.login.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.serveDiscovery)
}

// authorization is a checked request for consent.
type authorization struct {
	client    *client
	tenant    string // as the path has it
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
	used    bool
}

// signInError is shown to the user, or sent back to the app.
type signInError struct {
	name   string // of OAuth
	number string // AADSTS…
	detail string
}

func (e *signInError) description() string { return "AADSTS" + e.number + ": " + e.detail }

// readAuthorization checks the address that the user was sent to. The error is
// for the user: the redirect address is not to be trusted.
func (s *Server) readAuthorization(r *http.Request) (authorization, *signInError) {
	q := r.URL.Query()
	a := authorization{tenant: r.PathValue("tenant"), query: q, redirect: q.Get("redirect_uri"), scopes: parseScopes(q.Get("scope")), challenge: q.Get("code_challenge")}
	a.client = s.clients[q.Get("client_id")]
	switch {
	case q.Get("client_id") == "":
		return a, &signInError{"invalid_request", "900144", "The request body must contain the following parameter: 'client_id'."}
	case a.client == nil:
		return a, &signInError{"unauthorized_client", "700016", "Application with identifier '" + q.Get("client_id") + "' was not found in the directory."}
	case !slices.Contains(a.client.redirects, a.redirect):
		return a, &signInError{"invalid_request", "50011", "The redirect URI specified in the request does not match the redirect URIs configured for the application."}
	case q.Get("response_type") != "code":
		return a, &signInError{"unsupported_response_type", "70005", "The response_type is not supported."}
	case len(a.scopes) == 0:
		return a, &signInError{"invalid_request", "900144", "The request body must contain the following parameter: 'scope'."}
	}
	if a.challenge != "" {
		if a.method = q.Get("code_challenge_method"); a.method == "" {
			a.method = "plain"
		}
		if a.method != "plain" && a.method != "S256" {
			return a, &signInError{"invalid_request", "501491", "Invalid size or method of Code_Challenge parameter."}
		}
	}
	return a, s.tenantFits(a.client, a.tenant)
}

// tenantFits checks an app's audience against the endpoint that it uses.
func (s *Server) tenantFits(c *client, endpoint string) *signInError {
	switch {
	case c.audience == SingleTenant && slices.Contains([]string{"common", "organizations"}, endpoint):
		return &signInError{"invalid_request", "50194", "Application '" + c.id + "' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps."}
	case (c.audience == Organizations || c.audience == SingleTenant) && endpoint == "consumers":
		return &signInError{"invalid_request", "9002332", "Application '" + c.id + "' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request."}
	case c.audience == ConsumersOnly && endpoint != "consumers":
		return &signInError{"invalid_request", "9002331", "Application '" + c.id + "' is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request."}
	case slices.Contains([]string{"common", "organizations", "consumers"}, endpoint) || s.tenantKnown(endpoint):
		return nil
	}
	return &signInError{"invalid_tenant", "90002", "Tenant '" + endpoint + "' not found. Check to make sure you have the correct tenant ID."}
}

func (s *Server) tenantKnown(endpoint string) bool {
	for _, a := range s.accounts {
		if a.tid == endpoint || domainOf(a.email) == endpoint {
			return true
		}
	}
	return false
}

// mayEnter reports whether an account can sign in at an endpoint with an app.
func (a *account) mayEnter(c *client, endpoint string) bool {
	switch endpoint {
	case "organizations":
		return !a.personal
	case "consumers":
		return a.personal
	case "common":
		return !a.personal || c.audience == Everybody || c.audience == ConsumersOnly
	}
	return a.tid == endpoint || domainOf(a.email) == endpoint
}

var consentPage = website.Parse(`{{with .Content}}
{{- if .Error}}<h1>Sorry, but we’re having trouble signing you in.</h1>
<p>{{.Error}}</p>
{{else if .Admin}}<h1>Need admin approval</h1>
<p>{{.Client}} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<form method="post"><input type="hidden" name="account" value="{{.Account}}"><button name="decision" value="deny">Return to the application without granting consent</button></form>
{{else}}<h1>{{or .Heading "Permissions requested"}}</h1>
<p>{{.Client}}</p>
<form method="post">
<label>Pick an account <select name="account">{{range .Accounts}}<option value="{{.Email}}"{{if .Chosen}} selected{{end}}>{{.Name}} ({{.Email}})</option>{{end}}</select></label>
{{with .Scopes}}<fieldset><legend>This app would like to</legend>
{{range .}}<label class="inline"><input type="checkbox" name="scope" value="{{.}}" checked> {{.}}</label>
{{end}}</fieldset>
{{end}}<p class="row"><button class="main" name="decision" value="allow">Accept</button> <button name="decision" value="deny">Cancel</button></p>
</form>{{end}}{{end}}`)

// writeConsent writes a page of sign-in: consent, or what is wrong instead.
func writeConsent(w http.ResponseWriter, status int, title string, content map[string]any) {
	consentPage.Write(w, status, website.Page{Brand: signInBrand, Title: title, LeadsAway: true, Content: content})
}

type consentChoice struct {
	Email, Name string
	Chosen      bool
}

func showError(w http.ResponseWriter, e *signInError) {
	writeConsent(w, http.StatusBadRequest, "Sign-in error", map[string]any{"Error": e.description()})
}

// showConsent is the page on which a user picks an account and accepts. Unlike
// Microsoft's, it lets single permissions be left out, as a directory's policy
// may do; a form without any field "scope" accepts all.
func (s *Server) showConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, e := s.readAuthorization(r)
	if e != nil {
		showError(w, e)
		return
	}
	if a.query.Get("prompt") == "none" {
		redirectBack(w, r, a, url.Values{"error": {"interaction_required"}, "error_description": {"AADSTS50058: A silent sign-in request was sent but no user is signed in."}})
		return
	}
	var accounts []consentChoice
	for _, email := range slices.Sorted(maps.Keys(s.accounts)) {
		if s.accounts[email].mayEnter(a.client, a.tenant) {
			accounts = append(accounts, consentChoice{email, s.accounts[email].name, email == a.query.Get("login_hint")})
		}
	}
	var scopes []string
	for _, name := range a.scopes.names() {
		if !slices.Contains(signIn, strings.ToLower(name)) {
			scopes = append(scopes, name)
		}
	}
	writeConsent(w, http.StatusOK, "Sign in to your account", map[string]any{"Client": a.client.id, "Accounts": accounts, "Scopes": scopes})
}

// takeConsent is where the page's form goes.
func (s *Server) takeConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, e := s.readAuthorization(r)
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); e == nil && err != nil {
		e = &signInError{"invalid_request", "90015", "The form could not be read."}
	}
	who := s.accounts[strings.ToLower(r.PostForm.Get("account"))]
	allowed := r.PostForm.Get("decision") == "allow"
	switch {
	case e != nil:
	case allowed && who == nil:
		e = &signInError{"invalid_grant", "50034", "The user account does not exist in the directory."}
	case allowed && !who.mayEnter(a.client, a.tenant):
		e = &signInError{"invalid_grant", "50020", "User account '" + who.email + "' does not exist in the tenant and cannot access the application in that tenant."}
	}
	if e != nil {
		showError(w, e)
		return
	}
	if who != nil && s.waitsForAdmin(who, a.client) {
		s.needAdmin(w, r, a, who, allowed)
		return
	}
	if !allowed {
		redirectBack(w, r, a, url.Values{"error": {"access_denied"}, "error_subcode": {"cancel"},
			"error_description": {"AADSTS65004: User declined to consent to access the app."}})
		return
	}
	granted := maps.Clone(a.scopes)
	for key, name := range a.scopes {
		left := r.PostForm.Has("scope") && !slices.Contains(r.PostForm["scope"], name) && !slices.Contains(signIn, key)
		if left || slices.ContainsFunc(s.behaviour.Withheld, func(w string) bool { return strings.EqualFold(w, name) }) {
			delete(granted, key)
		}
	}
	value := s.secret("0.AXoA_1.")
	s.codes[value] = &code{authorization: a, account: who.email, granted: granted, expires: s.now().Add(codeLife)}
	redirectBack(w, r, a, url.Values{"code": {value}, "session_state": {guid("session " + value)}})
}

// redirectBack sends the browser to the app with an answer and its state.
func redirectBack(w http.ResponseWriter, r *http.Request, a authorization, v url.Values) {
	to, err := url.Parse(a.redirect)
	if err != nil {
		showError(w, &signInError{"invalid_request", "50011", "The redirect URI is not an address."})
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
