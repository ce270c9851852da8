package microsoft

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// waitsForAdmin reports whether the account's organisation lets its people use
// an app only after an administrator has consented to it.
func (s *Server) waitsForAdmin(a *account, c *client) bool {
	t := s.tenants[a.tid]
	return t != nil && t.needsAdmin && !t.consented[c.id]
}

// needAdmin shows the page that says so; from there the user can only go back
// to the app.
func (s *Server) needAdmin(w http.ResponseWriter, r *http.Request, a authorization, who *account, asked bool) {
	if asked {
		writeConsent(w, http.StatusOK, "Need admin approval", map[string]any{"Admin": true, "Client": a.client.id, "Account": who.email})
		return
	}
	redirectBack(w, r, a, url.Values{"error": {"consent_required"}, "error_subcode": {"cancel"},
		"error_description": {"AADSTS90094: The grant requires administrator permission. An admin of " + domainOf(who.email) + " must grant permission to this app before you can use it."}})
}

// readAdminConsent checks the address of the page for administrators. Both
// forms of it are known: with scopes, and the older one without.
func (s *Server) readAdminConsent(r *http.Request) (authorization, *signInError) {
	q := r.URL.Query()
	a := authorization{tenant: r.PathValue("tenant"), query: q, redirect: q.Get("redirect_uri"), client: s.clients[q.Get("client_id")]}
	switch {
	case a.client == nil:
		return a, &signInError{"unauthorized_client", "700016", "Application with identifier '" + q.Get("client_id") + "' was not found in the directory."}
	case !slices.Contains(a.client.redirects, a.redirect):
		return a, &signInError{"invalid_request", "50011", "The redirect URI specified in the request does not match the redirect URIs configured for the application."}
	case strings.Contains(r.URL.Path, "/v2.0/") && q.Get("scope") == "":
		return a, &signInError{"invalid_request", "900144", "The request body must contain the following parameter: 'scope'."}
	case a.tenant == "consumers":
		return a, &signInError{"invalid_request", "9002332", "The /consumers endpoint does not serve this request."}
	}
	return a, s.tenantFits(a.client, a.tenant)
}

func (s *Server) showAdminConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, e := s.readAdminConsent(r)
	if e != nil {
		showError(w, e)
		return
	}
	var accounts []consentChoice
	for _, email := range slices.Sorted(maps.Keys(s.accounts)) {
		who := s.accounts[email]
		if !who.personal && (slices.Contains([]string{"common", "organizations"}, a.tenant) || who.mayEnter(a.client, a.tenant)) {
			accounts = append(accounts, consentChoice{Email: email, Name: who.name})
		}
	}
	writeConsent(w, http.StatusOK, "Permissions requested",
		map[string]any{"Heading": "Permissions requested: review for your organization", "Client": a.client.id, "Accounts": accounts})
}

func (s *Server) takeAdminConsent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, e := s.readAdminConsent(r)
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); e == nil && err != nil {
		e = &signInError{"invalid_request", "90015", "The form could not be read."}
	}
	who := s.accounts[strings.ToLower(r.PostForm.Get("account"))]
	if e == nil && (who == nil || who.personal) {
		e = &signInError{"invalid_grant", "50034", "The user account does not exist in the directory."}
	}
	if e != nil {
		showError(w, e)
		return
	}
	if r.PostForm.Get("decision") != "allow" {
		redirectBack(w, r, a, url.Values{"error": {"access_denied"}, "admin_consent": {"True"},
			"error_description": {"AADSTS65004: The resource owner or authorization server denied the request."}})
		return
	}
	t := s.tenantNamed(who.tid)
	t.consented[a.client.id] = true
	answer := url.Values{"admin_consent": {"True"}, "tenant": {who.tid}}
	if scope := a.query.Get("scope"); scope != "" {
		answer.Set("scope", scope)
	}
	redirectBack(w, r, a, answer)
}

func (s *Server) tenantNamed(tid string) *tenant {
	if s.tenants[tid] == nil {
		s.tenants[tid] = &tenant{consented: map[string]bool{}}
	}
	return s.tenants[tid]
}
