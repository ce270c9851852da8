package microsoft_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"slotward/internal/simulator/browser"
	"slotward/internal/simulator/microsoft"
)

// visit is somebody with a browser before Outlook.
type visit struct {
	*world
	*browser.Browser
}

func newVisit(t *testing.T) visit { return visit{newWorld(t), browser.New()} }

func (v visit) open(path string) browser.Page {
	v.t.Helper()
	return v.good(v.Open(v.t.Context(), v.url+path))
}

func (v visit) good(p browser.Page, err error) browser.Page {
	v.t.Helper()
	if err != nil || p.StatusCode != http.StatusOK {
		v.t.Fatalf("%v %v: %s", p.Response, err, p.Text)
	}
	return p
}

// send sends a form, which must work.
func (v visit) send(p browser.Page, form string, values url.Values) browser.Page {
	v.t.Helper()
	return v.good(v.Submit(v.t.Context(), p, form, values))
}

// show opens the page of an event on an account's first calendar.
func (v visit) show(account, id string) browser.Page {
	v.t.Helper()
	calendar, err := v.CalendarID(account)
	v.must(err)
	return v.open("/calendar/u/" + account + "/event?" + url.Values{"calendar": {calendar}, "id": {id}}.Encode())
}

// listed is what Graph shows of December on Ada's first calendar.
func (v visit) listed() []object {
	v.t.Helper()
	return v.ok("GET", "/me/calendarView?startDateTime=2026-12-01&endDateTime=2027-01-01&$orderby=start/dateTime&$top=50", nil).list("value")
}

func (v visit) starts() string {
	v.t.Helper()
	var out []string
	for _, e := range v.listed() {
		out = append(out, e.str("start/dateTime")[8:16])
	}
	return strings.Join(out, " ")
}

// copies are what stands on bob's calendar, with how it stands there.
func (v visit) copies() []string {
	v.t.Helper()
	events, err := v.Events(bob)
	v.must(err)
	out := []string{}
	for _, e := range events {
		out = append(out, e.Title+" "+e.Status)
	}
	return out
}

func wantWords(t *testing.T, p browser.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Words(), w) {
			t.Errorf("the page does not say %q: %s", w, p.Words())
		}
	}
}

func TestPageAddsAnEvent(t *testing.T) {
	v := newVisit(t)
	p := v.good(v.Follow(t.Context(), v.open("/"), "Ada "+ada))
	wantWords(t, p, "Ada’s calendar, 30 November – 6 December 2026", "Nothing here reaches Microsoft")
	p = v.good(v.Follow(t.Context(), p, "Add an event"))
	p = v.send(p, "new", url.Values{
		"title": {"<script>alert(1)</script>"}, "date": {"2026-12-02"}, "time": {"10:15"}, "minutes": {"45"}, "guests": {bob},
		"notes": {"a <b>\nhttps://wiki.test/a?b=1"}, "location": {"Room 1"},
	})
	wantWords(t, p, "The event is on the calendar.", "<script>alert(1)</script>", "Wednesday 2 December 2026, 10:15–11:00 (UTC)", "https://teams.microsoft.com/meet/", "a <b>", "Room 1", bob+": no answer yet")
	if strings.Contains(p.Text, "<script") || !strings.Contains(p.Text, `<a href="https://wiki.test/a?b=1" rel="noreferrer">`) {
		t.Errorf("%s", p.Text)
	}
	events := v.listed()
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	e := events[0]
	if e.str("subject") != "<script>alert(1)</script>" || e.str("start/dateTime") != "2026-12-02T10:15:00.0000000" || e.str("end/dateTime") != "2026-12-02T11:00:00.0000000" ||
		!strings.Contains(e.str("body/content"), "a &lt;b&gt;<br>\r\nhttps://wiki.test/a?b=1") || e.at("isOnlineMeeting") != true {
		t.Errorf("%+v", e)
	}
	if got := v.copies(); !slices.Equal(got, []string{"<script>alert(1)</script> confirmed"}) {
		t.Errorf("%q", got)
	}
	wantWords(t, v.good(v.Follow(t.Context(), p, "Back to the week")), "<script>alert(1)</script> 10:15–11:00 Teams Room 1; Microsoft Teams Meeting")
}

// weekly makes a series of four on Wednesdays at 10:00, and returns the id of
// its second occurrence.
func (v visit) weekly() (series, second string) {
	v.t.Helper()
	series = v.insert(microsoft.NewEvent{Title: "Weekly", Start: at("2026-12-02T10:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=4", Guests: []string{bob}})
	second, err := v.Instance(ada, series, "2026-12-09")
	v.must(err)
	return series, second
}

func TestPageMoves(t *testing.T) {
	for scope, want := range map[string]string{
		"one":       "02T10:00 10T11:30 16T10:00 23T10:00",
		"following": "02T10:00 10T11:30 17T11:30 24T11:30",
		"all":       "03T11:30 10T11:30 17T11:30 24T11:30",
	} {
		t.Run(scope, func(t *testing.T) {
			v := newVisit(t)
			_, second := v.weekly()
			p := v.send(v.show(ada, second), "move", url.Values{"date": {"2026-12-10"}, "time": {"11:30"}, "minutes": {"60"}, "scope": {scope}})
			wantWords(t, p, "The event was moved.")
			if got := v.starts(); got != want {
				t.Errorf("%s; want %s", got, want)
			}
		})
	}
}

func TestPageCancels(t *testing.T) {
	for scope, want := range map[string]string{"one": "02T10:00 16T10:00 23T10:00", "following": "02T10:00", "all": ""} {
		t.Run(scope, func(t *testing.T) {
			v := newVisit(t)
			_, second := v.weekly()
			wantWords(t, v.send(v.show(ada, second), "cancel", url.Values{"scope": {scope}}), "The event was cancelled for everybody.")
			if got := v.starts(); got != want {
				t.Errorf("%q; want %q", got, want)
			}
		})
	}
	t.Run("from the first on", func(t *testing.T) {
		v := newVisit(t)
		series, _ := v.weekly()
		first, err := v.Instance(ada, series, "2026-12-02")
		v.must(err)
		v.send(v.show(ada, first), "cancel", url.Values{"scope": {"following"}})
		if got := v.starts(); got != "" || !slices.Equal(v.copies(), []string{"Canceled: Weekly cancelled"}) {
			t.Errorf("%q, %q", got, v.copies())
		}
	})
}

// Notes are edited as text; what else is in the body stays as it is, the block
// that makes the Teams meeting foremost.
func TestPageEdits(t *testing.T) {
	v := newVisit(t)
	id := v.insert(microsoft.NewEvent{Title: "Plan", Notes: "Bring <b>tea</b>.", Start: at("2026-12-02T10:00:00Z"), Teams: true})
	before := v.event(ada, id)
	p := v.show(ada, id)
	wantWords(t, p, "Bring tea.", "Microsoft Teams")
	p = v.good(v.edit(p, "tea", "coffee <now>"))
	wantWords(t, p, "The event was changed.", "Bring coffee <now>.")
	after := v.event(ada, id)
	if after.Description != strings.Replace(before.Description, "<b>tea</b>", "<b>coffee &lt;now&gt;</b>", 1) || after.TeamsLink != before.TeamsLink || after.Location != before.Location {
		t.Errorf("%s\n%+v", after.Description, after)
	}
}

// edit replaces a word of the notes as the page shows them.
func (v visit) edit(p browser.Page, word, by string) (browser.Page, error) {
	_, rest, _ := strings.Cut(p.Text, `<textarea name="notes" rows="8">`)
	text, _, _ := strings.Cut(rest, "</textarea>")
	notes := strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&#43;", "+").Replace(strings.TrimPrefix(text, "\n"))
	return v.Submit(v.t.Context(), p, "edit", url.Values{"notes": {strings.Replace(notes, word, by, 1)}})
}

func TestPageEditsASeries(t *testing.T) {
	for scope, want := range map[string]string{"one": "Weekly New Weekly Weekly", "following": "Weekly New New New", "all": "New New New New"} {
		t.Run(scope, func(t *testing.T) {
			v := newVisit(t)
			_, second := v.weekly()
			v.send(v.show(ada, second), "edit", url.Values{"title": {"New"}, "location": {"Room 2"}, "scope": {scope}})
			var got []string
			for _, e := range v.listed() {
				got = append(got, e.str("subject"))
				if (e.str("subject") == "New") != (e.str("location/displayName") == "Room 2") {
					t.Errorf("%+v", e)
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestPageInvitesAndAnswers(t *testing.T) {
	v := newVisit(t)
	id := v.insert(microsoft.NewEvent{Title: "Plan", Start: at("2026-12-02T10:00:00Z")})
	p := v.send(v.show(ada, id), "invite", url.Values{"invite": {bob + " eve@client.test"}})
	wantWords(t, p, "The guest was invited.", bob+": no answer yet", "eve@client.test: no answer yet")
	if strings.Contains(p.Text, `id="answer"`) {
		t.Error("Outlook lets organisers answer no invitation of their own")
	}
	copies, err := v.Events(bob)
	v.must(err)
	guest := v.show(bob, copies[0].ID)
	for _, form := range []string{"move", "edit", "invite", "cancel"} {
		if strings.Contains(guest.Text, `id="`+form+`"`) {
			t.Errorf("a guest is offered to %s", form)
		}
	}
	wantWords(t, v.send(guest, "answer", url.Values{"answer": {"tentative"}}), "The organiser knows your answer.", "Your answer maybe")
	if e := v.ok("GET", "/me/events/"+id, nil); e.list("attendees")[0].str("status/response") != "tentativelyAccepted" {
		t.Errorf("%+v", e)
	}
	wantWords(t, v.send(v.show(ada, id), "uninvite", url.Values{"uninvite": {bob}}), "The guest was taken off the list.")
	if got := v.copies(); !slices.Equal(got, []string{"Canceled: Plan cancelled"}) {
		t.Errorf("%q", got)
	}
	// What its organiser has cancelled stays until its guest takes it off.
	wantWords(t, v.open("/calendar/u/"+bob), "Canceled: Plan 10:00–10:30 · cancelled")
	wantWords(t, v.send(v.show(bob, copies[0].ID), "remove", nil), "The event is off this calendar.")
	if got := v.copies(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestPageDeclines(t *testing.T) {
	v := newVisit(t)
	id := v.insert(microsoft.NewEvent{Title: "Plan", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob}})
	copies, err := v.Events(bob)
	v.must(err)
	wantWords(t, v.send(v.show(bob, copies[0].ID), "answer", url.Values{"answer": {"declined"}}), "The organiser knows your answer.", "Bob’s calendar")
	if e := v.ok("GET", "/me/events/"+id, nil); e.list("attendees")[0].str("status/response") != "declined" || len(v.copies()) != 0 {
		t.Errorf("%+v, %q", e, v.copies())
	}
}

func TestPageMovesToAnotherCalendar(t *testing.T) {
	v := newVisit(t)
	v.must(v.AddCalendar(ada, "AQMkTeam=", "Team", "UTC", "owner"))
	id := v.insert(microsoft.NewEvent{Title: "Plan", Start: at("2026-12-02T10:00:00Z")})
	wantWords(t, v.send(v.show(ada, id), "relocate", nil), "The event is on this calendar now.", "Team, of Ada")
	if got := v.ok("GET", "/me/calendars/AQMkTeam=/events", nil).list("value"); len(got) != 1 || got[0].str("subject") != "Plan" || v.starts() != "" {
		t.Errorf("%+v", got)
	}
}

// Opening pages changes nothing, and pages stand beside sign-in.
func TestPagesOnlyShow(t *testing.T) {
	v := newVisit(t)
	series, second := v.weekly()
	before := v.event(ada, series).ETag
	for _, path := range []string{"/", "/calendar/u/" + ada, "/calendar/u/" + ada + "/new", "/simulator/style.css"} {
		v.open(path)
	}
	v.show(ada, second)
	if v.event(ada, series).ETag != before || len(v.copies()) != 1 {
		t.Error("looking changed something")
	}
	for path, want := range map[string]int{"/calendar/u/eve@x.test": 404, "/calendar/oauth2/v2.0/authorize": 400, "/calendar": 404} {
		if p, err := v.Open(t.Context(), v.url+path); err != nil || p.StatusCode != want {
			t.Errorf("%s: %v, %v", path, p.Response, err)
		}
	}
}
