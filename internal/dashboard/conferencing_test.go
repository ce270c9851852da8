package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/sources"
	"slotward/store"
)

// connectionAt is the id of somebody's account at a provider.
func (w *world) connectionAt(person int64, provider string) int64 {
	w.Helper()
	all, err := w.store.Connections(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	for _, c := range all {
		if c.Provider == provider {
			return c.ID
		}
	}
	w.Fatalf("no %s among %+v", provider, all)
	return 0
}

func TestEveryStateOfAnAccountHasWordsAndACure(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 0)
	w.pass()
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "Works", "ada@acme.test", "1 calendar is kept", "read events and write the links on them",
		"make meetings", "Last read", "just now", "0 of 100 changes are spent", "begins anew on Wednesday, 2 December, 01:00", "Zoom, then the calendar’s own, then no link")
	id := w.connectionAt(ada.Person, "google")
	for state, want := range map[store.ConnectionState]string{
		store.MissingScope: "leave every box ticked", store.NeedsReauth: "Connect it again", store.NotAllowed: "Ask an administrator",
		store.ConnPaused: "Connect it again to go on", store.Disconnecting: "Connect it again to stop that",
	} {
		if err := w.store.SetConnectionState(t.Context(), id, state, "because of <i>this</i>"); err != nil {
			t.Fatal(err)
		}
		p := w.get(ada, "/people/me/conferencing").says(http.StatusOK, want, "In detail: because of <i>this</i>")
		if form := p.form("/people/me/connections"); form.Get("provider") != "google" || form.Get("known") == "" {
			t.Errorf("%s: nothing to press: %v", state, form)
		}
		for _, connected := range []string{string(state), "urn:"} {
			if state != "paused" && strings.Contains(p.part("accounts"), connected) {
				t.Errorf("%s is shown as a code", state)
			}
		}
	}
	for state := range standings {
		if standings[state].label == "" || state != "connected" && (standings[state].cure == "" || standings[state].reconnect == "") {
			t.Errorf("%s says too little", state)
		}
	}
}

var possessive = regexp.MustCompile(`(?i)\b(your|my)\b`)

// Nothing on the pages of somebody else is said to be the viewer's.
func TestPagesOfSomebodyElseSayWhoseTheyAre(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 2)
	calendars, err := w.store.Calendars(t.Context(), ada.Person)
	if err != nil {
		t.Fatal(err)
	}
	admin := server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	for _, name := range []string{
		"meetings", "preview", "activity", "welcome", "conferencing", "conferencing/settings", "conferencing/calendars/" + digits(calendars[0].ID),
		"connections/" + digits(w.connectionAt(ada.Person, "zoom")) + "/disconnect", "data", "data/delete",
	} {
		p := w.get(admin, "/people/"+digits(ada.Person)+"/"+name).says(http.StatusOK, "You are acting for ada")
		text := strings.NewReplacer("as your browser is set", "", "Back to my own pages", "").Replace(p.part("main"))
		if found := possessive.FindStringIndex(text); found != nil {
			t.Errorf("%s: … %s …", name, text[max(0, found[0]-60):min(len(text), found[1]+60)])
		}
	}
}

// A calendar that is named by its account's address is not followed by it.
func TestAnAddressIsToldOnce(t *testing.T) {
	w := newWorld(t)
	ada := w.newcomer("ada", 0)
	if err := w.google.AddCalendar(ada.Name, "team@acme.test", "Team", "UTC", "owner"); err != nil {
		t.Fatal(err)
	}
	w.consent(ada, "google", ada.Name)
	calendars, err := w.store.Calendars(t.Context(), ada.Person)
	if err != nil {
		t.Fatal(err)
	}
	for i := range calendars { // as Google names main calendars
		if calendars[i].Primary {
			_, err = w.store.SaveCalendars(t.Context(), calendars[i].Connection, []sources.Calendar{{ID: calendars[i].ProviderID, Name: ada.Name, Primary: true, Writable: true}})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	text := w.get(ada, "/people/me/conferencing").part("calendars")
	if !strings.Contains(text, "Team ada@acme.test") || strings.Contains(text, "ada@acme.test ada@acme.test") {
		t.Error(text)
	}
	if text := w.get(ada, "/people/me/welcome").part("step-choose"); !strings.Contains(text, "Team ada@acme.test") || strings.Contains(text, "ada@acme.test ada@acme.test") {
		t.Error(text)
	}
}

func TestPauseAndResume(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 1)
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "Events get their links by themselves", "A pause is for all accounts and calendars together")
	w.post(ada, "/people/me/pause", url.Values{"paused": {"true"}}).leads("/people/me/conferencing?done=paused")
	w.get(ada, "/people/me/conferencing?done=paused").says(http.StatusOK, "No event gets a new link", "No event on any calendar gets a new link", "Resume everything")
	w.post(ada, "/people/me/pause", url.Values{"paused": {"false"}}).leads("/people/me/conferencing?done=resumed")
	if p, err := w.store.Person(t.Context(), ada.Person); err != nil || p.Paused {
		t.Errorf("%+v %v", p, err)
	}
}

func TestDisconnectSaysFirstWhatStaysAndWhatGoes(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 2)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	where := "/people/me/connections/" + digits(w.connectionAt(ada.Person, "zoom")) + "/disconnect"
	p := w.get(ada, where).says(http.StatusOK, "Disconnect Zoom", "2 upcoming meetings stay in Zoom", "2 events keep their links",
		"2 events lose their link", "2 meetings are deleted in Zoom", "the permission, taken back at Zoom")
	form := p.form(where)
	if form.Get("links") != "keep" {
		t.Errorf("%v", form)
	}
	form.Set("links", "revert")
	w.post(ada, where, form).leads("/people/me/conferencing?done=reverting")
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "Is being disconnected", "Keep it connected")
	w.pass()
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "Disconnected accounts (1)", "Connect again")
	if n := len(w.zoom.Meetings(ada.Name)); n != 0 {
		t.Errorf("%d meetings are left", n)
	}
}

func TestOneOfTwoAccountsIsDisconnected(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 0)
	if err := w.google.AddAccount("ada@home.test", "Ada at home"); err != nil {
		t.Fatal(err)
	}
	w.consent(ada, "google", "ada@home.test")
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "ada@home.test", "no calendar is kept yet")
	where := "/people/me/connections/" + digits(w.connectionAt(ada.Person, "google")) + "/disconnect"
	w.post(ada, where, url.Values{"links": {"keep"}}).leads("/people/me/conferencing?done=disconnected")
	p := w.get(ada, "/people/me/conferencing").says(http.StatusOK, "Disconnected accounts (1)")
	if cards := p.part("accounts"); !strings.Contains(cards, "ada@home.test") || strings.Contains(cards, "ada@acme.test 1 calendar") {
		t.Error(cards)
	}
}

func TestOthersAccountsAndCalendarsAreNotThere(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.connected("ada", 0), w.connected("bob", 0)
	calendars, err := w.store.Calendars(t.Context(), bob.Person)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/people/me/connections/" + digits(w.connectionAt(bob.Person, "zoom")) + "/disconnect", "/people/me/conferencing/calendars/" + digits(calendars[0].ID),
		"/people/me/connections/x/disconnect", "/people/me/conferencing/calendars/99",
	} {
		w.get(ada, path).says(http.StatusNotFound, "There is nothing here")
		w.post(ada, path, url.Values{"links": {"keep"}, "keep": {"off"}, "do": {"save"}}).says(http.StatusNotFound, "There is nothing here")
	}
	if c, err := w.store.Connection(t.Context(), w.connectionAt(bob.Person, "zoom")); err != nil || c.State != store.Connected {
		t.Errorf("%+v %v", c, err)
	}
}

func TestTheBudgetIsTold(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 3)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	p := w.get(ada, "/people/me/conferencing").says(http.StatusOK, "3 of 100 changes are spent", "97 are left, 20 of them kept for meetings of the next two weeks")
	if !strings.Contains(p.body, `<rect class="spent" width="3%"`) || !strings.Contains(p.body, `<rect class="reserve" x="80%" width="20%"`) {
		t.Error("the bar does not show it")
	}
}
