package walk_test

import (
	"net/http"
	"regexp"
	"testing"
)

// invite is a link by which somebody connects an account.
func (w *world) invite(person, provider string) string {
	w.t.Helper()
	var link struct {
		URL string `json:"url"`
	}
	w.must(w.ask(http.MethodPost, "/api/v1/people/"+person+"/connections", map[string]string{"provider": provider}, &link))
	return link.URL
}

// add adds somebody by the API.
func (w *world) add(email, name string) {
	w.t.Helper()
	w.must(w.ask(http.MethodPost, "/api/v1/people", map[string]string{"name": name, "email": email}, nil))
}

// TestRefusals meets every way in which connecting an account can fail, and the
// page that says what cures it.
func TestRefusals(t *testing.T) {
	w := newWorld(t)
	w.add(ada, "Ada Lovelace")
	w.add(bob, "Bob Noyce")
	for _, c := range []struct {
		name, provider string
		meet           func(tb *tab)
		says           []string
	}{
		{"denied", "google", func(tb *tab) { tb.chooseAccount("google", ada); tb.deny("google") },
			[]string{"Google Calendar was not connected", "Try again"}},
		{"scope-unticked", "zoom", func(tb *tab) {
			tb.chooseAccount("zoom", ada)
			tb.untick("meeting:delete:meeting")
			tb.press("Allow")
		}, []string{"A permission is missing", "leave every box ticked"}},
		{"admin-approval", "microsoft", func(tb *tab) {
			tb.microsoft.RequireAdminConsent("acme.test", true)
			defer tb.microsoft.RequireAdminConsent("acme.test", false)
			tb.chooseAccount("microsoft", ada)
			tb.press("Accept")
			tb.press("Return to the application")
			tb.see("Your organisation has to allow this first")
		}, []string{"Your organisation has to allow this first", "Send this address to an administrator"}},
		{"apps-blocked", "google", func(tb *tab) {
			tb.desks["google"].Arm("google.token", "blocked", 1)
			tb.consent("google", ada)
		}, []string{"Your organisation has to allow this first"}},
		{"provider-down", "google", func(tb *tab) {
			tb.desks["google"].Arm("google.token", "503", 5)
			tb.consent("google", ada)
			tb.see("did not answer as it should")
			tb.desks["google"].Disarm()
		}, []string{"did not answer as it should", "Try again in a few minutes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tb := w.of(t).newTab()
			tb.open(w.invite(ada, c.provider))
			c.meet(tb)
			tb.see(c.says...)
			tb.shoot("refused-" + c.name)
		})
	}
}

// TestAccountsOfOthers meets accounts that are not the right ones.
func TestAccountsOfOthers(t *testing.T) {
	w := newWorld(t)
	w.add(ada, "Ada Lovelace")
	w.add(bob, "Bob Noyce")
	tb := w.newTab()
	tb.open(w.invite(ada, "zoom"))
	tb.consent("zoom", ada)
	tb.see("Zoom is connected")
	tb.shoot("connected")
	tb.open(w.invite(bob, "zoom"))
	tb.consent("zoom", ada)
	tb.see("This account is connected already", "another person of this installation", "ask your administrator")
	tb.shoot("refused-zoom-in-use")
	tb.open(w.invite(ada, "zoom"))
	tb.consent("zoom", bob)
	tb.see("Another account is connected already")
	tb.shoot("refused-wrong-account")
	tb.open("/oauth/google/start?ticket=nothing-of-the-kind")
	tb.see("This link no longer works")
	tb.shoot("refused-link")
}

// TestRedirectMismatch meets a provider that does not know our address: its own
// page says so, and the admin's page shows the address to enter there.
func TestRedirectMismatch(t *testing.T) {
	w := newWorld(t, allowed)
	w.google.AddClient(clientID, clientSecret, "https://another.example/oauth/google/callback")
	tb := w.newTab()
	tb.open("/")
	tb.press("Only sign in with Google")
	tb.see("redirect_uri_mismatch")
	tb.setUp()
	tb.open("/admin/providers")
	tb.see("Redirect address")
	tb.press("Test Google Calendar")
	tb.see("Refused")
	tb.shoot("provider-tested")
}

// TestStrangers meets who may not sign in, and who tries too often.
func TestStrangers(t *testing.T) {
	w := newWorld(t, allowed)
	tb := w.newTab()
	tb.open("/")
	tb.press("Only sign in with Google")
	tb.consent("google", eve)
	tb.see("You may not sign in here yet", eve)
	tb.shoot("refused-stranger")
	tb.open("/")
	tb.press("Only sign in with Google")
	tb.deny("google")
	tb.see("You are not signed in")
	tb.shoot("refused-sign-in")
	tb.open("/no/such/page")
	tb.reads("/sign-in")
	for range 70 { // more than an address may in a while
		tb.must(tb.look(`async () => (await fetch("/first?ticket=x")).status`, new(int)))
	}
	tb.open("/first?ticket=x")
	tb.see("That was too often", "Wait a minute")
	tb.shoot("refused-too-often")
}

// TestExpired meets a connection whose permission has run out, and mends it.
func TestExpired(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(ada)
	tb := w.newTab()
	tb.ready(ada)
	w.must(w.google.RevokeGrant(ada))
	w.pass()
	tb.open("/people/me/conferencing")
	tb.see("Has to be connected again")
	tb.shoot("expired")
	tb.open("/people/me/help")
	tb.see("Now")
	tb.shoot("expired-help")
	tb.open("/people/me/conferencing")
	tb.press("Reconnect")
	tb.consent("google", ada)
	tb.reads("/people/me/conferencing", "The account is connected.", "Works")
	tb.open("/people/me/nothing")
	tb.see("There is nothing here")
	tb.shoot("nothing-here")
	tb.open("/admin")
	tb.see("Only an admin")
	tb.shoot("members-not-admins")
}

// zoomScopes are what the app at Zoom is registered with.
var zoomScopes = []string{
	"meeting:write:meeting", "meeting:read:meeting", "meeting:update:meeting", "meeting:delete:meeting", "meeting:read:list_meetings", "user:read:user",
}

// firstLink is the one-time link that the daemon prints.
var firstLink = regexp.MustCompile(`http://\S+/first\?ticket=\S+`)

// setUp opens the one-time link and uses it.
func (tb *tab) setUp() {
	tb.t.Helper()
	tb.open(firstLink.FindString(tb.log.String()))
	tb.see("Set up Slotward")
	tb.press("Begin")
	tb.reads("/admin")
}
