package zoom

import (
	"net/http"
	"net/url"
	"slices"

	"slotward/internal/simulator/website"
)

// consent is the page on which a person lets an app in. There is no sign-in: the
// person says which account they are. Parameters of the request travel along.
var consent = website.Parse(`{{with .Content}}<h1>Allow access to your Zoom account?</h1>
<p>The app <strong>{{.App}}</strong> would like to use your Zoom account.</p>
<form method="post" action="/oauth/authorize">
{{range $name, $value := .Hidden}}<input type="hidden" name="{{$name}}" value="{{$value}}">
{{end}}<fieldset><legend>Your account</legend>
{{range $i, $a := .Accounts}}<label class="inline"><input type="radio" name="account" value="{{$a.Email}}"{{if eq $i 0}} checked{{end}}> {{$a.Name}} ({{$a.Email}})</label>
{{end}}</fieldset>
<fieldset><legend>It may</legend>
{{range .Scopes}}<label class="inline"><input type="checkbox" name="scope" value="{{.}}" checked> {{.}}</label>
{{end}}</fieldset>
<p class="row"><button class="main" name="decision" value="allow">Allow</button> <button name="decision" value="deny">Decline</button></p>
</form>{{end}}`)

// carried are the parameters of an authorize request that its form sends back.
var carried = []string{"response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"}

// authorize shows the consent page (GET) and takes the decision (POST).
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.refuseAuthorize(w, 4706, "Missing or unreadable parameters.")
		return
	}
	s.mu.Lock()
	app := s.clients[r.Form.Get("client_id")]
	accounts := make([]Account, len(s.accounts))
	for i, a := range s.accounts {
		accounts[i] = a.view()
	}
	s.mu.Unlock()
	method := r.Form.Get("code_challenge_method")
	switch {
	case app == nil:
		s.refuseAuthorize(w, 4702, "Invalid client_id: "+r.Form.Get("client_id"))
	case !app.allows(r.Form.Get("redirect_uri")):
		s.refuseAuthorize(w, 4700, "Invalid redirect: "+r.Form.Get("redirect_uri"))
	case r.Form.Get("response_type") != "code":
		s.refuseAuthorize(w, 4706, "Invalid response_type: "+r.Form.Get("response_type"))
	case method != "" && method != "S256" && method != "plain":
		s.refuseAuthorize(w, 4706, "Invalid code_challenge_method: "+method)
	case r.Method == http.MethodGet:
		showConsent(w, r, app, accounts)
	default:
		s.decide(w, r, app)
	}
}

func showConsent(w http.ResponseWriter, r *http.Request, app *client, accounts []Account) {
	page := struct {
		App      string
		Hidden   map[string]string
		Accounts []Account
		Scopes   []string
	}{App: app.id, Hidden: map[string]string{}, Accounts: accounts, Scopes: app.scopes}
	for _, name := range carried {
		if r.Form.Has(name) {
			page.Hidden[name] = r.Form.Get(name)
		}
	}
	consent.Write(w, http.StatusOK, website.Page{Brand: brand, Title: "Allow access", LeadsAway: true, Content: page})
}

// decide sends the browser back to the app with a code, or with a refusal.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, app *client) {
	back, err := url.Parse(r.PostForm.Get("redirect_uri"))
	if err != nil {
		s.refuseAuthorize(w, 4700, "Invalid redirect: "+r.PostForm.Get("redirect_uri"))
		return
	}
	query := back.Query()
	if state := r.PostForm.Get("state"); state != "" {
		query.Set("state", state)
	}
	if r.PostForm.Get("decision") == "allow" {
		text := s.newCode(app, r.PostForm)
		if text == "" {
			s.refuseAuthorize(w, 4735, "The account does not exist: "+r.PostForm.Get("account"))
			return
		}
		query.Set("code", text)
	} else {
		query.Set("error", "access_denied")
	}
	back.RawQuery = query.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// newCode makes the code of a consent; empty if the account does not exist.
func (s *Server) newCode(app *client, form url.Values) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(form.Get("account"))
	if a == nil {
		return ""
	}
	var scopes []string
	for _, scope := range app.scopes {
		if slices.Contains(form["scope"], scope) {
			scopes = append(scopes, scope)
		}
	}
	text := s.keep(s.letters(32))
	s.codes[text] = &code{
		client: app, account: a, scopes: scopes, redirect: form.Get("redirect_uri"),
		challenge: form.Get("code_challenge"), method: form.Get("code_challenge_method"),
		until: s.clock.Now().Add(s.life.code),
	}
	return text
}

// refuseAuthorize is Zoom's page for a request that it cannot send back anywhere.
func (s *Server) refuseAuthorize(w http.ResponseWriter, number int, message string) {
	s.say(w, answer{http.StatusBadRequest, struct {
		Status  bool   `json:"status"`
		Code    int    `json:"errorCode"`
		Message string `json:"errorMessage"`
		Result  any    `json:"result"`
	}{Code: number, Message: message}})
}
