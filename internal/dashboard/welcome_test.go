package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/internal/server"
	"slotward/store"
)

func TestTheWayFromNothingToTheFirstLinks(t *testing.T) {
	w := newWorld(t)
	ada := w.newcomer("ada", 3)
	w.get(ada, "/").leads("/people/me/welcome")
	p := w.get(ada, "/people/me/welcome").says(http.StatusOK, "Welcome, ada", "0 of 5 steps", "Connect Google Calendar", "Connect Zoom")
	if next := p.part("step-calendar"); !strings.Contains(next, "Next") || strings.Contains(p.body, "Outlook") {
		t.Errorf("%s", next)
	}

	w.consent(ada, "google", ada.Name)
	p = w.get(ada, "/people/me/welcome").says(http.StatusOK, "1 of 5 steps", "Works Google Calendar, ada@acme.test")
	choice := p.form("/people/me/welcome")
	if len(choice["calendar"]) != 1 || choice.Get("step") != "choose" {
		t.Fatalf("the main calendar is not ticked: %v", choice)
	}
	w.post(ada, "/people/me/welcome", choice).leads("/people/me/welcome?done=kept")
	w.get(ada, "/people/me/welcome?done=kept").says(http.StatusOK, "Those calendars are kept from now on", "1 calendar is kept", "2 of 5 steps", "when a calendar and Zoom are connected")
	w.get(ada, "/").leads("/people/me/welcome")

	w.consent(ada, "zoom", ada.Name)
	w.pass()
	if n := len(w.zoom.Meetings(ada.Name)); n != 0 {
		t.Fatalf("%d meetings were made before anybody was asked", n)
	}
	w.get(ada, "/").leads("/people/me/meetings")
	p = w.get(ada, "/people/me/welcome").says(http.StatusOK, "3 of 5 steps")
	if asked := p.part("step-existing"); !strings.Contains(asked, "3 of the events already there would get a link") ||
		!strings.Contains(asked, "3 requests to Zoom, which allows 100 a day") || !strings.Contains(asked, "so one day is enough") {
		t.Error(asked)
	}
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}}).leads("/people/me/welcome?done=all-events")
	if links := w.get(ada, "/people/me/welcome").part("links"); strings.Contains(links, "Has its link") {
		t.Error(links)
	}
	w.pass()
	p = w.get(ada, "/people/me/welcome").says(http.StatusOK, "5 of 5 steps")
	if links := p.part("links"); strings.Count(links, "Has its link") != 3 || !strings.Contains(links, "Kickoff Wednesday, 2 December, 09:00") {
		t.Error(links)
	}
	if n := len(w.zoom.Meetings(ada.Name)); n != 3 {
		t.Errorf("%d meetings", n)
	}
}

func TestOnlyNewEventsWhenSomebodySaysSo(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 2)
	w.pass()
	answered := w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"new"}})
	answered.leads("/people/me/welcome?done=only-new&existing=new")
	w.get(ada, answered.to).says(http.StatusOK, "no, only new ones", "4 of 5 steps")
	w.wait(time.Minute)
	w.book(ada.Name, "Later", 14*time.Hour, 0)
	if err := w.store.Request(t.Context(), ada.Person); err != nil {
		t.Fatal(err)
	}
	w.pass()
	links := w.get(ada, "/people/me/welcome").part("links")
	if len(w.zoom.Meetings(ada.Name)) != 1 || strings.Count(links, "Left as it is") != 2 || strings.Count(links, "Has its link") != 1 {
		t.Error(links)
	}
}

func TestAChoiceOfCalendarsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.newcomer("ada", 0), w.newcomer("bob", 0)
	for _, who := range []string{ada.Name, bob.Name} {
		if err := w.google.AddCalendar(who, "team@acme.test", "<b>Team</b>", "UTC", "owner"); err != nil {
			t.Fatal(err)
		}
	}
	w.consent(ada, "google", ada.Name)
	w.consent(bob, "google", bob.Name)
	mine := func(who server.Identity) url.Values {
		form := url.Values{"step": {"choose"}}
		calendars, err := w.store.Calendars(t.Context(), who.Person)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calendars {
			form.Add("calendar", digits(c.ID))
		}
		return form
	}
	w.post(ada, "/people/me/welcome", url.Values{"step": {"choose"}}).says(http.StatusUnprocessableEntity, "Tick at least one calendar")
	w.post(ada, "/people/me/welcome", mine(ada)).leads("/people/me/welcome?done=kept")
	p := w.post(bob, "/people/me/welcome", mine(bob)).says(http.StatusUnprocessableEntity, "another person of this installation: ask your administrator", "<b>Team</b>")
	if kept := p.form("/people/me/welcome"); len(kept["calendar"]) != 2 {
		t.Errorf("what was ticked is lost: %v", kept)
	}
}

// A calendar that was turned on after the form was loaded is not on it, and is
// not turned off by it; one that is on it and not ticked is.
func TestAFormTurnsOffOnlyWhatItLists(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 0)
	form := w.get(ada, "/people/me/welcome").form("/people/me/welcome")
	w.ok(w.google.AddCalendar(ada.Name, "team@acme.test", "A team", "UTC", "owner"))
	w.post(ada, "/people/me/conferencing/find", nil).leads("/people/me/conferencing?done=found")
	calendars, err := w.store.Calendars(t.Context(), ada.Person)
	w.ok(err)
	on := func() (out []bool) {
		for _, c := range calendars {
			now, err := w.store.Calendar(t.Context(), c.ID)
			w.ok(err)
			out = append(out, now.On)
		}
		return out
	}
	_, err = w.store.UpdateCalendar(t.Context(), calendars[1].ID, func(c *store.Calendar) error { c.On = true; return nil })
	w.ok(err)
	w.post(ada, "/people/me/welcome", form).leads("/people/me/welcome?done=kept")
	if got := on(); !got[0] || !got[1] {
		t.Errorf("kept: %v", got)
	}
	form = w.get(ada, "/people/me/welcome").form("/people/me/welcome")
	form["calendar"] = []string{digits(calendars[1].ID)}
	w.post(ada, "/people/me/welcome", form).leads("/people/me/welcome?done=kept")
	if got := on(); got[0] || !got[1] {
		t.Errorf("kept: %v", got)
	}
}

func TestWhoActsForSomebodyGetsALinkToSend(t *testing.T) {
	w := newWorld(t)
	ada := w.newcomer("ada", 0)
	admin := server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	where := "/people/" + digits(ada.Person)
	w.get(admin, where+"/welcome").says(http.StatusOK, "You are acting for ada", "A link to connect Zoom", "The way for ada", "their own Zoom account")
	p := w.post(admin, where+"/connections", url.Values{"provider": {"zoom"}, "from": {"welcome"}}).
		says(http.StatusOK, "A link for ada", "shown only here", "until Tuesday, 1 December, 10:00")
	link := p.part("link")
	if !strings.HasPrefix(link, w.http.URL+"/oauth/zoom/start?ticket=") || !strings.Contains(p.body, `data-copy="`) {
		t.Errorf("%q", link)
	}
	if again := w.get(admin, where+"/conferencing"); strings.Contains(again.body, "ticket=") {
		t.Error("the link is shown again")
	}
	w.get(admin, "/people/99/welcome").says(http.StatusNotFound, "There is nothing here")
}

// A series that began long ago stands at its next date, and not before what is to come.
func TestFirstLinksAreThoseToCome(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	p := w.get(as(ada, server.Member), "/people/me/welcome")
	p.says(http.StatusOK, "Kickoff Tuesday, 1 December, 10:00", "Stand-up Tuesday, 1 December, 11:00")
	p.silent("17 November")
}
