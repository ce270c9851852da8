package slotward_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	"slotward/internal/simulator/microsoft"
)

const (
	appID     = "slotward-app"
	appSecret = "app-secret-93ac"
	ada       = "ada@acme.test"
	admin     = "root@acme.test"
)

// organisation is a daemon beside a Microsoft where acme.test lets its people
// use only what an administrator has allowed.
type organisation struct {
	t         *testing.T
	microsoft *microsoft.Server
	daemon    *running
	clients   []string
	base      string // of the daemon
	link      string // with which ada connects
}

func newOrganisation(t *testing.T) *organisation {
	t.Helper()
	o := &organisation{t: t, microsoft: microsoft.New(microsoft.Options{Clock: simulator.RealClock(), Desk: simulator.NewDesk()})}
	s := httptest.NewServer(o.microsoft)
	t.Cleanup(s.Close)
	o.microsoft.SetURL(s.URL)
	for _, email := range []string{ada, admin} {
		if err := o.microsoft.AddAccount(email, email); err != nil {
			t.Fatal(err)
		}
	}
	o.microsoft.RequireAdminConsent("acme.test", true)
	o.clients, o.daemon = serving(t, append(data(t), "SLOTWARD_MICROSOFT_CLIENT_ID="+appID, "SLOTWARD_MICROSOFT_CLIENT_SECRET="+appSecret,
		"SLOTWARD_MICROSOFT_LOGIN_URL="+s.URL, "SLOTWARD_MICROSOFT_GRAPH_URL="+s.URL))
	o.base = strings.TrimPrefix(o.clients[0], "SLOTWARD_URL=")
	o.microsoft.AddClient(appID, appSecret, o.base+"/oauth/microsoft/callback")
	ask(t, o.clients, http.MethodPost, "/api/v1/people", map[string]string{"name": "Ada", "email": ada}, nil)
	var invitation server.Invitation
	ask(t, o.clients, http.MethodPost, "/api/v1/people/"+ada+"/connections", map[string]string{"provider": "microsoft"}, &invitation)
	o.link = invitation.URL
	return o
}

// decide chooses on the page at address, in a browser of its own.
func (o *organisation) decide(address string, choice browser.Choice) browser.Page {
	o.t.Helper()
	p, err := browser.Connect(o.t.Context(), address, choice)
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// turnedAway is the page on which ada ends, because her organisation has not
// allowed it yet.
func (o *organisation) turnedAway() browser.Page {
	o.t.Helper()
	b := browser.New()
	p, err := b.Open(o.t.Context(), o.link)
	for _, choice := range []browser.Choice{{Account: ada}, {Account: ada, Deny: true}} { // the second goes back to the app
		if err == nil {
			p, err = b.Decide(o.t.Context(), p, choice)
		}
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// says checks what a page of the daemon tells.
func (o *organisation) says(p browser.Page, status int, parts ...string) {
	o.t.Helper()
	if p.StatusCode != status || !strings.HasPrefix(p.Request.URL.String(), o.base) {
		o.t.Errorf("%s at %s", p.Status, p.Request.URL.Redacted())
	}
	contains(o.t, p.Words(), parts...)
}

// toSend is the address that a page names to send on.
func (o *organisation) toSend(p browser.Page) string {
	o.t.Helper()
	found := regexp.MustCompile(`<p class="copy link"><code>([^<]+)</code></p>\s*<p class="row"><button type="button" class="copies" data-copy="([^"]+)">`).FindStringSubmatch(p.Text)
	if found == nil || html.UnescapeString(found[1]) != html.UnescapeString(found[2]) {
		o.t.Fatalf("no address to copy in %s", p.Text)
	}
	return html.UnescapeString(found[1])
}

// connections are ada's, with their states.
func (o *organisation) connections() string {
	o.t.Helper()
	var list struct{ Connections []server.Connection }
	ask(o.t, o.clients, http.MethodGet, "/api/v1/people/"+ada+"/connections", nil, &list)
	var out []string
	for _, c := range list.Connections {
		out = append(out, c.Provider+" "+c.Email+" "+c.State)
	}
	return strings.Join(out, ", ")
}

// untouched checks that neither side has stored anything for ada.
func (o *organisation) untouched(when string) {
	o.t.Helper()
	if got := o.connections(); got != "" {
		o.t.Errorf("%s: stored %s", when, got)
	}
	if got := o.microsoft.Granted(ada, appID); len(got) != 0 {
		o.t.Errorf("%s: granted %v", when, got)
	}
}

func TestAnAdministratorAllowsTheOrganisation(t *testing.T) {
	o := newOrganisation(t)
	away := o.turnedAway()
	o.says(away, http.StatusForbidden, "Your organisation has to allow this first", "Send this address to an administrator", "Try again")
	o.untouched("before the administrator")
	o.says(o.decide(o.toSend(away), browser.Choice{Account: admin}), http.StatusOK, "Your organisation has allowed it", "each with the link that they were given")
	o.untouched("after the administrator")
	o.says(o.decide(o.link, browser.Choice{Account: ada}), http.StatusOK, "Outlook Calendar is connected", ada)
	if got := o.connections(); got != "microsoft "+ada+" connected" {
		t.Errorf("stored %q", got)
	}
	log := o.daemon.errs.String()
	for _, secret := range append(o.microsoft.Secrets(), appSecret, "code=", "ticket=") {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestAnAdministratorSaysNo(t *testing.T) {
	o := newOrganisation(t)
	address := o.toSend(o.turnedAway())
	refused := o.decide(address, browser.Choice{Account: admin, Deny: true})
	o.says(refused, http.StatusForbidden, "Outlook Calendar was not connected", "The organisation has not allowed it", "Try again")
	if !strings.Contains(html.UnescapeString(refused.Text), address) {
		t.Error("the page does not lead back to the administrators' page")
	}
	o.untouched("after a no")
	o.says(o.turnedAway(), http.StatusForbidden, "Your organisation has to allow this first")
}

// What comes back is told apart by its state.
func TestAnswersOfTheAdministratorsPage(t *testing.T) {
	o := newOrganisation(t)
	callback := o.base + "/oauth/microsoft/callback?"
	for query, want := range map[string]string{
		"admin_consent=True&tenant=x&state=admin":                                          "Your organisation has allowed it",
		"error=access_denied&error_description=AADSTS65004%3A+denied&state=admin":          "The organisation has not allowed it",
		"error=access_denied&error_description=AADSTS65004%3A+d&admin_consent=True":        "The organisation has not allowed it",
		"admin_consent=True&state=" + strings.Repeat("A", 43):                              "This sign-in has run out",
		"admin_consent=True&error=%3Cscript%3E&error_description=%3Cscript%3E&state=admin": "The organisation has not allowed it",
		"state=admin": "The organisation has not allowed it",
	} {
		p := o.decide(callback+query, browser.Choice{})
		contains(t, p.Words(), want)
		if strings.Contains(p.Text, "<script>") {
			t.Error("the page repeats what it was sent")
		}
	}
	o.untouched("after answers that nobody asked for")
}

// The provider may note on somebody's own sign-in that an administrator agreed.
func TestOwnSignInThatMentionsAnAdministrator(t *testing.T) {
	o := newOrganisation(t)
	o.microsoft.RequireAdminConsent("acme.test", false)
	b := browser.New()
	p, err := b.Open(t.Context(), o.link)
	if err != nil {
		t.Fatal(err)
	}
	back, err := b.SentBack(t.Context(), p, browser.Choice{Account: ada})
	if err != nil {
		t.Fatal(err)
	}
	query := back.Query()
	query.Set("admin_consent", "True")
	connected, err := b.Open(t.Context(), (&url.URL{Scheme: back.Scheme, Host: back.Host, Path: back.Path, RawQuery: query.Encode()}).String())
	if err != nil {
		t.Fatal(err)
	}
	o.says(connected, http.StatusOK, "Outlook Calendar is connected")
	if got := o.connections(); got != "microsoft "+ada+" connected" {
		t.Errorf("stored %q", got)
	}
}
