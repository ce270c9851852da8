package walk_test

import (
	"strings"
	"testing"
)

// TestAdmin is the way of whoever runs an installation: from the one-time link to
// everybody else's well-being.
func TestAdmin(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(bob)
	tb := w.newTab()
	tb.open(firstLink.FindString(w.log.String()))
	tb.see("Set up Slotward")
	tb.shoot("first-link")
	tb.press("Begin")
	tb.reads("/admin", "How this installation stands")
	tb.open("/sign-in")
	tb.see("becomes an admin of this installation")
	tb.shoot("sign-in-first")
	tb.press("Only sign in with Google")
	tb.consent("google", ada)
	tb.reads("/people/me/welcome")
	tb.open("/admin")
	tb.reads("/admin", "How this installation stands")
	tb.addPerson()
	tb.actFor()
	tb.shootAdmin()
	tb.tokens()
	tb.remove()
	tb.signOut()
}

// addPerson adds Bob and makes him a link, which he uses in his own browser.
func (tb *tab) addPerson() {
	tb.t.Helper()
	tb.press("People", "nav.tabs")
	tb.reads("/admin/people", "Add a person")
	tb.fill("Name", "Bob Noyce", "#add + form, section form[method=post]")
	tb.fill("E-mail address", bob, "#add + form, section form[method=post]")
	tb.press("Add")
	tb.see("Added. Send them a link", "Bob Noyce")
	tb.shoot("admin-person")
	for _, provider := range []string{"Zoom", "Google Calendar"} {
		tb.fill("Send them a link that connects", provider)
		tb.press("Make the link")
		tb.see("A link that connects "+provider, "It works until")
		var link string
		tb.must(tb.look(`() => document.getElementById("address").value`, &link))
		his := tb.newTab()
		his.open(link)
		his.consent(map[string]string{"Zoom": "zoom", "Google Calendar": "google"}[provider], bob)
		his.see("is connected")
	}
	tb.shoot("admin-invite")
	tb.pass()
}

// actFor looks at another person's pages.
func (tb *tab) actFor() {
	tb.t.Helper()
	tb.press("People", "nav.tabs")
	tb.press("Bob Noyce")
	tb.see("How they stand", "Zoom")
	tb.press("Act for them")
	tb.see("You are acting for Bob Noyce", "Meetings")
	tb.shoot("acting")
	tb.press("Conferencing", "nav")
	tb.see("You are acting for Bob Noyce", "Accounts")
	tb.shoot("acting-conferencing")
	tb.press("Back to my own pages")
	tb.reads("/people/me/meetings")
}

// shootAdmin looks at the pages that only tell, and changes a default.
func (tb *tab) shootAdmin() {
	tb.t.Helper()
	tb.press("Admin", "nav")
	tb.reads("/admin")
	for _, p := range []struct{ title, path, says string }{
		{"Overview", "", "Every connected account works."},
		{"People", "/people", "2 people"},
		{"Defaults", "/defaults", "Defaults for everybody"},
		{"Providers", "/providers", "Redirect address"},
		{"Activity", "/activity", "Activity of everybody"},
		{"API", "/api", "Idempotency-Key"},
	} {
		tb.press(p.title, "nav.tabs")
		tb.reads("/admin"+p.path, p.says)
		tb.shoot("admin" + map[bool]string{true: "-overview", false: ""}[p.path == ""] + strings.ReplaceAll(p.path, "/", "-"))
	}
	tb.press("Providers", "nav.tabs")
	tb.press("Test Zoom")
	tb.see("It works")
	tb.shoot("admin-provider-tested")
}

// tokens makes a token and deletes it.
func (tb *tab) tokens() {
	tb.t.Helper()
	tb.press("API tokens", "nav.tabs")
	tb.fill("What it is for", "reports")
	tb.press("Make a token")
	tb.see("The token “reports” is made")
	tb.shoot("admin-tokens")
	tb.press("Delete reports")
	tb.see("The token is deleted.")
}

// remove removes Bob.
func (tb *tab) remove() {
	tb.t.Helper()
	tb.press("People", "nav.tabs")
	tb.press("Bob Noyce")
	tb.press("Remove this person")
	tb.see("What goes", "What stays")
	tb.shoot("admin-remove")
	tb.press("Remove Bob Noyce")
	tb.see("The person is removed.")
}

// signOut signs out.
func (tb *tab) signOut() {
	tb.t.Helper()
	tb.press(ada, ".who")
	tb.press("Sign out", ".who")
	tb.reads("/sign-in", "You are signed out.")
}
