package dashboard

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/store"
)

func TestMembersSeeNoAdminPage(t *testing.T) {
	w := newDesk(t)
	w.person("Ada")
	for _, path := range []string{
		"/admin", "/admin/people", "/admin/people/1", "/admin/people/1/remove", "/admin/providers", "/admin/tokens", "/admin/activity", "/admin/api", "/admin/defaults",
	} {
		w.world.get(memberViewer, path).tells(http.StatusForbidden, "This is for admins", "Only an admin")
		w.get(path).tells(http.StatusOK, "Admin")
	}
	for _, path := range []string{
		"/admin/defaults", "/admin/people", "/admin/people/1/pause", "/admin/people/1/role", "/admin/people/1/invite", "/admin/people/1/remove", "/admin/providers/zoom/test", "/admin/tokens", "/admin/tokens/delete",
	} {
		w.world.post(memberViewer, path, url.Values{}).tells(http.StatusForbidden, "This is for admins")
	}
	if people, err := w.store.People(t.Context()); err != nil || len(people) != 1 || people[0].Paused {
		t.Errorf("%+v %v", people, err)
	}
}

func TestOverview(t *testing.T) {
	w := newDesk(t)
	w.get("/admin").tells(http.StatusOK, "Nobody has been added yet", "Add the first person", "Google Calendar is not set up here", "Outlook Calendar is not set up here")
	ada, bob, eve := w.person("Ada"), w.person("Bob"), w.person("Eve")
	w.connect(ada, "google", "")
	w.connect(ada, "zoom", "host-of-ada")
	broken := w.connect(bob, "microsoft", "")
	w.ok(w.store.SetConnectionState(t.Context(), broken.ID, store.NeedsReauth, "connect it again"))
	_, err := w.store.UpdatePerson(t.Context(), eve.ID, func(p *store.Person) error { p.Held = "f1:3 removals"; return nil })
	w.ok(err)
	lease, err := w.store.Claim(t.Context(), "test", time.Minute)
	w.ok(err)
	w.ok(w.store.Write(t.Context(), lease, func(x *store.Tx) error { return x.Spend("host-of-ada", "2026-12-01", 42) }))
	w.ok(w.store.Finish(t.Context(), lease, store.Outcome{Failures: 2, Error: "the calendar service does not answer", NextAt: w.now().Add(time.Hour)}))
	w.wait(90 * time.Second)
	w.get("/admin").tells(http.StatusOK,
		"Everybody 3", "Well 0", "Need attention 3", "1 Outlook Calendar: Has to be connected again", "1 Google Calendar: Works", "1 Zoom: Works",
		"Waiting for their turn 2, the longest for 90 seconds", "Version 1.2.3", "Held Eve", "Ada ada@acme.test : 42 of 100 spent",
		"Ada , 1 December 2026, 08:00 UTC, 2 times in a row", "the calendar service does not answer")
}

func TestPeopleAreFoundAndAdded(t *testing.T) {
	w := newDesk(t)
	w.get("/admin/people").tells(http.StatusOK, "0 people", "Nobody has been added yet", "Add a person")
	w.posted("/admin/people/1?done=person-added", "/admin/people", "name", "Ada Lovelace", "email", "Ada@acme.test").tells(http.StatusOK, "Added. Send them a link", "Ada Lovelace", "Nothing connected", "ada@acme.test")
	again := w.post("/admin/people", "name", "Ada again", "email", "ada@acme.test").tells(http.StatusConflict, "a person with the e-mail address ada@acme.test")
	if again.field("name") != "Ada again" || again.field("email") != "ada@acme.test" {
		t.Error("what was typed is lost")
	}
	w.post("/admin/people", "name", "Bob", "email", "bob").tells(http.StatusUnprocessableEntity, "this is not an e-mail address")
	for i := range 60 {
		w.person(fmt.Sprintf("P%02d", i))
	}
	first := w.get("/admin/people").tells(http.StatusOK, "61 people", "Ada Lovelace", "P00", "P48", "Next page")
	if strings.Contains(text(first.tree), "P49") || strings.Contains(text(first.tree), "First page") {
		t.Error("the first page has more than fifty, or leads to itself")
	}
	_, next, _ := strings.Cut(first.body, `href="/admin/people?cursor=`)
	next, _, _ = strings.Cut(next, `"`)
	second := w.get("/admin/people?cursor="+next).tells(http.StatusOK, "61 people", "P49", "P59", "First page")
	if strings.Contains(text(second.tree), "P48") || strings.Contains(text(second.tree), "Next page") {
		t.Error("the pages overlap, or do not end")
	}
	w.get("/admin/people?q=LOVE").tells(http.StatusOK, "1 person", "Ada Lovelace")
	w.get("/admin/people?state=attention").tells(http.StatusOK, "0 people", "Nobody fits")
	w.get("/admin/people?cursor=made-up").tells(http.StatusUnprocessableEntity, "this cursor is not one of ours")
}

func TestOnePerson(t *testing.T) {
	w := newDesk(t)
	ada := w.person("Ada")
	c := w.connect(ada, "google", "")
	w.ok(w.store.SetConnectionState(t.Context(), c.ID, store.NeedsReauth, "connect it again"))
	page := w.get("/admin/people/1").tells(http.StatusOK, "Ada", "Needs attention", "Google Calendar (ada@acme.test): connect it again",
		"Act for them", "Has to be connected again", "Send them a link", "Zoom", "Pause", "Remove this person")
	if body := page.body; !strings.Contains(body, `href="/people/1/meetings"`) || strings.Contains(body, `<option value="google"`) {
		t.Error("a link is wrong, or an account can be connected at a provider that is not set up")
	}
	seen := page.field("etag")
	w.posted("/admin/people/1?done=person-paused", "/admin/people/1/pause", "paused", "true", "etag", seen).tells(http.StatusOK, "Paused. Nothing new", "Resume")
	w.post("/admin/people/1/pause", "paused", "false", "etag", seen).tells(http.StatusPreconditionFailed, "somebody else changed this", "Resume")
	w.posted("/admin/people/1?done=person-resumed", "/admin/people/1/pause", "paused", "false", "etag", w.get("/admin/people/1").field("etag"))

	role := func(want string) {
		t.Helper()
		if p, err := w.store.Person(t.Context(), ada.ID); err != nil || string(p.Role) != want {
			t.Errorf("%s is %s, not %s: %v", p.Email, p.Role, want, err)
		}
	}
	w.posted("/admin/people/1?done=person-role", "/admin/people/1/role", "role", "admin", "etag", w.get("/admin/people/1").field("etag"))
	role("admin")
	w.post("/admin/people/1/role", "role", "member").tells(http.StatusConflict, "the only admin")
	role("admin")
	w.post("/admin/people/1/role", "role", "emperor").tells(http.StatusUnprocessableEntity)

	invited := w.post("/admin/people/1/invite", "provider", "zoom").tells(http.StatusOK, "A link that connects Zoom", "Send this to Ada", "1 December 2026, 09:00 UTC")
	if !strings.Contains(invited.body, `value="https://slotward.test/oauth/zoom/start?ticket=`) {
		t.Error("no link is shown")
	}
	w.post("/admin/people/1/invite", "provider", "google").tells(http.StatusConflict, "Google Calendar is not configured here")

	w.get("/admin/people/1/remove").tells(http.StatusOK, "Remove Ada?", "What goes", "the permissions of every account", "What stays", "Keep them")
	w.posted("/admin/people?done=person-removed", "/admin/people/1/remove").tells(http.StatusOK, "The person is removed", "0 people")
	w.get("/admin/people/1").tells(http.StatusNotFound, "There is nothing here", "there is no person")
	w.get("/admin/activity").tells(http.StatusOK, "Activity of everybody", "Today, Tuesday 1 December", "You removed ada@acme.test.")
}

func TestActivityOfEverybodyIsPaged(t *testing.T) {
	w := newDesk(t)
	ada := w.person("Ada")
	for i := range 150 {
		w.ok(w.store.Journal(t.Context(), store.Entry{Person: ada.ID, Pass: "p", Action: "create", Title: fmt.Sprintf("Number %d.", i), Outcome: "done"}))
	}
	w.ok(w.store.Journal(t.Context(), store.Entry{Action: "token", Title: "ci", Detail: "deleted, by root@acme.test", Outcome: "done"}))
	turn := func(page *page, rel string) string {
		_, address, _ := strings.Cut(page.body, `rel="`+rel+`" href="`)
		address, _, _ = strings.Cut(address, `"`)
		return html.UnescapeString(address)
	}
	first := w.get("/admin/activity").tells(http.StatusOK, "You deleted the API token “ci”.", "“Number 149.”", "For Ada", "“Number 51.”", "Older →")
	if strings.Contains(text(first.tree), "Number 50.") || turn(first, "prev") != "" || !strings.Contains(first.body, `href="/people/1/activity"`) {
		t.Errorf("%s", text(first.tree))
	}
	second := w.get(turn(first, "next")).tells(http.StatusOK, "“Number 50.”", "“Number 0.”", "← Newest")
	if turn(second, "next") != "" || turn(second, "prev") != "/admin/activity" {
		t.Errorf("%q %q", turn(second, "next"), turn(second, "prev"))
	}
	people := w.get("/admin/activity?kind=people").tells(http.StatusOK, "You deleted the API token “ci”.")
	if strings.Contains(text(people.tree), "Number") {
		t.Error(text(people.tree))
	}
	w.get("/admin/activity?q=number+77").tells(http.StatusOK, "“Number 77.”")
	w.get("/admin/activity?q=nowhere").tells(http.StatusOK, "Show all", "Nothing that was done fits.")
}

func TestProviderPages(t *testing.T) {
	w := newDesk(t)
	w.get("/admin/providers").tells(http.StatusOK, "Google Calendar Not configured", "Missing google.client_id : make an OAuth client at Google",
		"Zoom Configured", "Zoom App Marketplace", "meeting:write:meeting", "Set zoom.client_id")
	if body := w.get("/admin/providers").body; !strings.Contains(body, `value="https://slotward.test/oauth/zoom/callback"`) || strings.Contains(body, clientSecret) {
		t.Error("the redirect address is missing, or the secret is not")
	}
	w.post("/admin/providers/zoom/test").tells(http.StatusOK, "It works", "Zoom knows the client id and secret")
	w.post("/admin/providers/google/test").tells(http.StatusOK, "Not configured", "google.client_id and google.client_secret")
	w.zoomApp.ClientSecret = "wrong"
	w.post("/admin/providers/zoom/test").tells(http.StatusOK, "Refused", "check the client id and the client secret", "letter by letter")
	w.zoomApp.TokenURL = "http://127.0.0.1:1/token"
	w.post("/admin/providers/zoom/test").tells(http.StatusOK, "Not reached", "firewall")
}

func TestTokenPages(t *testing.T) {
	w := newDesk(t)
	w.get("/admin/tokens").tells(http.StatusOK, "There are no tokens yet")
	made := w.post("/admin/tokens", "name", "ci").tells(http.StatusOK, "The token “ci” is made", "the one time that it can be seen")
	_, secret, _ := strings.Cut(made.body, `autocomplete="off" value="`)
	secret, _, _ = strings.Cut(secret, `"`)
	if name, err := w.store.CheckAPIToken(t.Context(), secret); err != nil || name != "ci" {
		t.Errorf("the token shown is of %q: %v", name, err)
	}
	page := w.get("/admin/tokens").tells(http.StatusOK, "ci 1 December 2026, 08:00 UTC")
	if strings.Contains(page.body, secret) {
		t.Error("the secret is shown again")
	}
	w.post("/admin/tokens", "name", "ci").tells(http.StatusConflict, "an API token named ci")
	w.posted("/admin/tokens?done=token-deleted", "/admin/tokens/delete", "name", "ci").tells(http.StatusOK, "does not work any more", "There are no tokens yet")
}

func TestDefaultsAreForeseenAndSaved(t *testing.T) {
	w := newDesk(t)
	w.person("Ada")
	page := w.get("/admin/defaults").tells(http.StatusOK, "Defaults for everybody", "Which link an event gets", "Two events at the same time",
		"Now: They share a meeting (as it is built in)", "Each has its own", "Who gets a mail")
	seen := page.field("etag")
	w.post("/admin/defaults", "etag", seen, "set.share", "never", "do", "preview").
		tells(http.StatusOK, "What this would change, for everybody together", "Nothing changes for the events that there are now", "Nothing of it is saved yet")
	if saved, err := w.store.Settings(t.Context()); err != nil || len(saved) != 0 {
		t.Errorf("looking has saved %v, %v", saved, err)
	}
	w.posted("/admin/defaults?done=saved", "/admin/defaults", "etag", seen, "set.share", "never", "do", "save").
		tells(http.StatusOK, "Saved", "Now: Each has its own (chosen for this whole installation)")
	w.post("/admin/defaults", "etag", seen, "set.share", "slot", "do", "save").
		tells(http.StatusPreconditionFailed, "Somebody else has changed the defaults meanwhile", "Now: Each has its own")
	tag := w.get("/admin/defaults").field("etag")
	w.post("/admin/defaults", "etag", tag, "set.static", "http://plain.test", "do", "save").tells(http.StatusUnprocessableEntity, "Nothing was saved yet", "https://")
	w.posted("/admin/defaults?done=saved", "/admin/defaults", "etag", tag, "set.share", "", "do", "save").tells(http.StatusOK, "Now: They share a meeting (as it is built in)")
}

func TestTheAPIsPage(t *testing.T) {
	w := newDesk(t)
	page := w.get("/admin/api").tells(http.StatusOK, "version 1.2.3", "people", "GET /api/v1/people List people", "Only those with this in their name",
		"POST /api/v1/people Add a person", "Idempotency-Key", "ada@acme.test", "Errors", "409", "Types", "Overview")
	if size := len(page.body); size > 200<<10 {
		t.Errorf("%d bytes", size)
	}
	if strings.Contains(page.body, "<script>") {
		t.Error("a script stands in the page")
	}
}

// A form is sent back with the field that shows where it came from.
func TestAdminFormsCarryTheirToken(t *testing.T) {
	w := newDesk(t)
	w.person("Ada")
	w.post("/admin/tokens", "name", "ci")
	for _, path := range []string{"/admin/people", "/admin/people/1", "/admin/people/1/remove", "/admin/providers", "/admin/tokens", "/admin/defaults"} {
		body := w.get(path).body
		forms := strings.Count(body, `method="post"`)
		if tokens := strings.Count(body, `name="csrf" value="csrf-of-root"`); tokens != forms || forms < 3 {
			t.Errorf("%s: %d tokens in %d forms", path, tokens, forms)
		}
	}
}
