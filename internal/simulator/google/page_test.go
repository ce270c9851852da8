package google_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/api/calendar/v3"

	"slotward/internal/simulator/browser"
	"slotward/internal/simulator/google"
)

// visit is somebody with a browser before Google's own page.
type visit struct {
	*world
	*browser.Browser
}

func newVisit(t *testing.T) visit { return visit{newWorld(t), browser.New()} }

// open opens one of the pages.
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

// page is the page of an event on ada's calendar.
func (v visit) page(account, id string) browser.Page {
	v.t.Helper()
	return v.open("/calendar/u/" + account + "/event?" + url.Values{"calendar": {account}, "id": {id}}.Encode())
}

// listed are an account's events as the API lists them, occurrences one by one.
func (v visit) listed(account string) []*calendar.Event {
	v.t.Helper()
	list, err := v.api(account).Events.List("primary").SingleEvents(true).OrderBy("startTime").Do()
	v.must(err)
	return list.Items
}

func (v visit) starts(account string) string {
	v.t.Helper()
	var out []string
	for _, e := range v.listed(account) {
		start, err := time.Parse(time.RFC3339, e.Start.DateTime)
		v.must(err)
		out = append(out, start.Format("02T15:04"))
	}
	return strings.Join(out, " ")
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
	wantWords(t, p, "Ada’s calendar, 30 November – 6 December 2026", "zone UTC", "clock says Tue 1 Dec 2026, 08:00", "This page is simulated", "Nothing here reaches Google")
	p = v.good(v.Follow(t.Context(), p, "Add an event"))
	p = v.send(p, "new", url.Values{
		"title": {"<script>alert(1)</script> Kickoff"}, "date": {"2026-12-02"}, "time": {"10:15"}, "minutes": {"45"}, "guests": {"Bob@acme.test, " + eve},
		"notes": {"One <b>\nhttps://wiki.test/a?b=1."}, "location": {"Room 1"},
	})
	wantWords(t, p, "The event is on the calendar.", "<script>alert(1)</script> Kickoff", "Wednesday 2 December 2026, 10:15–11:00 (UTC)", "Google Meet", "One <b>", "Room 1", eve+": no answer yet")
	if strings.Contains(p.Text, "<script") || !strings.Contains(p.Text, `<a href="https://wiki.test/a?b=1" rel="noreferrer">`) {
		t.Errorf("%s", p.Text)
	}
	for _, account := range []string{ada, bob} {
		events := v.listed(account)
		if len(events) != 1 {
			t.Fatalf("%s has %d events", account, len(events))
		}
		e := events[0]
		if e.Summary != "<script>alert(1)</script> Kickoff" || e.Start.DateTime != "2026-12-02T10:15:00Z" || e.End.DateTime != "2026-12-02T11:00:00Z" ||
			e.Location != "Room 1" || e.HangoutLink == "" || len(e.Attendees) != 3 || e.Description != "One &lt;b&gt;\nhttps://wiki.test/a?b=1." {
			t.Errorf("%s has %+v", account, e)
		}
	}
	week := v.good(v.Follow(t.Context(), p, "Back to the week"))
	wantWords(t, week, "Wed 2 Dec", "<script>alert(1)</script> Kickoff 10:15–11:00 Google Meet Room 1")
	if strings.Contains(week.Text, "<script") {
		t.Error("the title is not escaped")
	}
	next := v.good(v.Follow(t.Context(), week, "Next week"))
	if strings.Contains(next.Text, "Kickoff") {
		t.Error("the event is not in the next week")
	}
	wantWords(t, v.good(v.Follow(t.Context(), next, "Previous week")), "Kickoff")
}

func TestPageAddsWholeDaysAndSeries(t *testing.T) {
	v := newVisit(t)
	v.must(v.SetZone(ada, "Europe/Vienna"))
	form := v.open("/calendar/u/" + ada + "/new?date=2026-12-03")
	wantWords(t, v.send(form, "new", url.Values{"title": {"Fair"}, "all_day": {"yes"}, "days": {"2"}, "online": {}}), "Thursday 3 December 2026 to Friday 4 December 2026")
	v.send(form, "new", url.Values{"title": {"Standup"}, "time": {"09:00"}, "minutes": {"15"}, "repeat": {"weekly"}, "times": {"3"}})
	var got []string
	for _, e := range v.listed(ada) {
		got = append(got, e.Summary+" "+e.Start.Date+e.Start.DateTime)
	}
	want := []string{"Fair 2026-12-03", "Standup 2026-12-03T09:00:00+01:00", "Standup 2026-12-10T09:00:00+01:00", "Standup 2026-12-17T09:00:00+01:00"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	week := v.open("/calendar/u/" + ada + "?week=2026-12-03")
	if n := strings.Count(week.Text, ">Fair</a>"); n != 2 {
		t.Errorf("the fair stands on %d days", n)
	}
	wantWords(t, week, "zone Europe/Vienna", "clock says Tue 1 Dec 2026, 09:00", "Standup 09:00–09:15")
}

// weekly makes a series of four on Wednesdays at 10:00, and returns the id of
// its second occurrence.
func (v visit) weekly() (series, second string) {
	v.t.Helper()
	series = v.insert(ada, google.NewEvent{Title: "Weekly", Start: at("2026-12-02T10:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=4", Guests: []string{bob}})
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
			p := v.send(v.page(ada, second), "move", url.Values{"date": {"2026-12-10"}, "time": {"11:30"}, "minutes": {"60"}, "scope": {scope}})
			wantWords(t, p, "The event was moved.")
			for _, account := range []string{ada, bob} {
				if got := v.starts(account); got != want {
					t.Errorf("%s has %s; want %s", account, got, want)
				}
			}
		})
	}
	t.Run("one that does not repeat", func(t *testing.T) {
		v := newVisit(t)
		id := v.insert(ada, google.NewEvent{Title: "Once", Start: at("2026-12-02T10:00:00Z")})
		wantWords(t, v.send(v.page(ada, id), "move", url.Values{"date": {"2026-12-04"}, "time": {"08:00"}}), "Friday 4 December 2026, 08:00–08:30")
		if got := v.starts(ada); got != "04T08:00" {
			t.Error(got)
		}
	})
	t.Run("from the first on", func(t *testing.T) {
		v := newVisit(t)
		series, _ := v.weekly()
		first, err := v.Instance(ada, series, "2026-12-02")
		v.must(err)
		v.send(v.page(ada, first), "move", url.Values{"time": {"12:00"}, "scope": {"following"}})
		if got := v.starts(ada); got != "02T12:00 09T12:00 16T12:00 23T12:00" || len(v.event(ada, series).Recurrence) != 1 {
			t.Error(got)
		}
	})
}

func TestPageEdits(t *testing.T) {
	v := newVisit(t)
	id := v.insert(ada, google.NewEvent{Title: "Plan", Notes: "Bring <b>tea</b>.<br>And &amp; cake.", Start: at("2026-12-02T10:00:00Z")})
	p := v.page(ada, id)
	// Somebody else writes on it while the page is open.
	_, err := v.api(ada).Events.Patch("primary", id, &calendar.Event{Location: "https://us02web.zoom.us/j/1", Description: "Bring <b>tea</b>.<br>And &amp; cake.<br>--<br>Zoom"}).Do()
	v.must(err)
	p = v.send(p, "edit", url.Values{"title": {"Plan B"}, "notes": {"Bring coffee.\nAnd & cake."}})
	wantWords(t, p, "The event was changed.", "Plan B", "Bring coffee.")
	e := v.event(ada, id)
	if e.Title != "Plan B" || e.Location != "https://us02web.zoom.us/j/1" || e.Description != "Bring <b>coffee</b>.<br>And &amp; cake.<br>--<br>Zoom" {
		t.Errorf("%+v", e)
	}
	before := v.event(ada, id).ETag
	wantWords(t, v.send(v.page(ada, id), "edit", nil), "nothing was changed")
	if v.event(ada, id).ETag != before {
		t.Error("nothing was different, and yet it was written")
	}
}

func TestPageEditsASeries(t *testing.T) {
	for scope, want := range map[string]string{"one": "Weekly New Weekly Weekly", "following": "Weekly New New New", "all": "New New New New"} {
		t.Run(scope, func(t *testing.T) {
			v := newVisit(t)
			_, second := v.weekly()
			v.send(v.page(ada, second), "edit", url.Values{"title": {"New"}, "scope": {scope}})
			var got []string
			for _, e := range v.listed(bob) {
				got = append(got, e.Summary)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestPageInvites(t *testing.T) {
	v := newVisit(t)
	id := v.insert(ada, google.NewEvent{Title: "Plan", Start: at("2026-12-02T10:00:00Z")})
	p := v.send(v.page(ada, id), "invite", url.Values{"invite": {bob + "; " + eve}})
	wantWords(t, p, "The guest was invited.", bob+": no answer yet", eve+": no answer yet")
	if len(v.listed(bob)) != 1 {
		t.Error("bob has no copy")
	}
	p = v.send(v.page(bob, id), "answer", url.Values{"answer": {"accepted"}})
	wantWords(t, p, "The organiser knows your answer.", "Your answer accepted")
	p = v.send(v.page(ada, id), "uninvite", url.Values{"uninvite": {eve}})
	wantWords(t, p, "The guest was taken off the list.", bob+": accepted")
	v.send(p, "uninvite", url.Values{"uninvite": {bob}})
	if e := v.listed(ada)[0]; len(e.Attendees) != 0 || len(v.listed(bob)) != 0 {
		t.Errorf("%+v", e.Attendees)
	}
}

func TestPageCancels(t *testing.T) {
	for scope, want := range map[string]string{"one": "02T10:00 16T10:00 23T10:00", "following": "02T10:00", "all": ""} {
		t.Run(scope, func(t *testing.T) {
			v := newVisit(t)
			_, second := v.weekly()
			p := v.send(v.page(ada, second), "cancel", url.Values{"scope": {scope}})
			wantWords(t, p, "The event was cancelled for everybody.", "7–13 December 2026")
			for _, account := range []string{ada, bob} {
				if got := v.starts(account); got != want {
					t.Errorf("%s has %q; want %q", account, got, want)
				}
			}
		})
	}
}

func TestPageOfAGuest(t *testing.T) {
	v := newVisit(t)
	id := v.insert(ada, google.NewEvent{Title: "Plan", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob}})
	p := v.page(bob, id)
	for _, form := range []string{"move", "edit", "invite", "cancel"} {
		if strings.Contains(p.Text, `id="`+form+`"`) {
			t.Errorf("a guest is offered to %s", form)
		}
	}
	for _, deed := range []string{"move", "edit", "guests", "relocate", "cancel"} {
		resp, err := http.PostForm(v.url+"/calendar/u/"+bob+"/"+deed, url.Values{"calendar": {bob}, "id": {id}, "date": {"2026-12-04"}, "time": {"08:00"}, "minutes": {"1"}})
		v.must(err)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusConflict {
			t.Errorf("%s: %s", deed, resp.Status)
		}
	}
	wantWords(t, v.send(p, "remove", nil), "The event is off this calendar.")
	if e := v.event(ada, id); e.Status != "confirmed" || e.Guests[1].Status != "declined" || len(v.listed(bob)) != 0 {
		t.Errorf("%+v", e)
	}
}

func TestPageMovesToAnotherCalendar(t *testing.T) {
	v := newVisit(t)
	v.must(v.AddCalendar(ada, "c_team@group.calendar.google.com", "Team", "UTC", "owner"))
	v.must(v.AddCalendar(ada, "c_read@group.calendar.google.com", "Read only", "UTC", "reader"))
	id := v.insert(ada, google.NewEvent{Title: "Plan", Start: at("2026-12-02T10:00:00Z")})
	p := v.page(ada, id)
	if strings.Contains(p.Text, "Read only") {
		t.Error("a calendar is offered that the account may not write on")
	}
	wantWords(t, v.send(p, "relocate", nil), "The event is on this calendar now.", "Team, of Ada")
	e, err := v.api(ada).Events.Get("c_team@group.calendar.google.com", id).Do()
	if err != nil || e.Organizer.Email != "c_team@group.calendar.google.com" {
		t.Errorf("%+v, %v", e, err)
	}
	wantWords(t, v.open("/calendar/u/"+ada), "Plan 10:00–10:30 · Team")
}

func TestPageShowsOthersCalendarsAsTheyMayBeSeen(t *testing.T) {
	v := newVisit(t)
	v.must(v.AddCalendar(ada, bob, "", "", "freeBusyReader"))
	v.insert(bob, google.NewEvent{Title: "Salary talk", Notes: "secret", Start: at("2026-12-02T10:00:00Z")})
	p := v.open("/calendar/u/" + ada)
	wantWords(t, p, "Busy 10:00–10:30")
	if strings.Contains(p.Text, "Salary") {
		t.Error("a title is shown to somebody who may see only that the time is taken")
	}
}

func TestPageRefusesWhatCannotBe(t *testing.T) {
	v := newVisit(t)
	_, second := v.weekly()
	for name, c := range map[string]struct {
		form   string
		values url.Values
		status int
		says   string
	}{
		"no date":           {"move", url.Values{"date": {"tomorrow"}}, 400, "“tomorrow” is no date"},
		"no time":           {"move", url.Values{"time": {"noon"}}, 400, "“noon” is no time of day"},
		"too long":          {"move", url.Values{"minutes": {"1000000"}}, 400, "the length in minutes has to be a number from 1 to 86400"},
		"no address":        {"invite", url.Values{"invite": {"bob"}}, 400, "“bob” is no e-mail address"},
		"nobody to invite":  {"invite", nil, 400, "write an e-mail address"},
		"calendar it is on": {"edit", url.Values{"was_notes": {"x"}, "notes": {"y"}}, 0, "does not offer"},
	} {
		t.Run(name, func(t *testing.T) {
			before := v.starts(ada)
			p, err := v.Submit(t.Context(), v.page(ada, second), c.form, c.values)
			if c.status == 0 {
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || p.StatusCode != c.status || !strings.Contains(p.Words(), c.says) {
				t.Errorf("%v, %v: %s", p.Response, err, p.Words())
			}
			if v.starts(ada) != before {
				t.Error("something was changed")
			}
		})
	}
	p, err := v.Submit(t.Context(), v.open("/calendar/u/"+ada+"/new"), "new", url.Values{"title": {"Kept"}, "date": {"soon"}})
	if err != nil || p.StatusCode != http.StatusBadRequest || !strings.Contains(p.Text, `value="Kept"`) {
		t.Errorf("%v, %v", p.Response, err)
	}
}

// Late in the evening, a new event begins tomorrow.
func TestPageProposesWhatIsToCome(t *testing.T) {
	v := newVisit(t)
	v.must(v.SetZone(ada, "Europe/Vienna"))
	v.clock.Set(time.Date(2026, 12, 3, 22, 20, 0, 0, time.UTC))
	v.send(v.open("/calendar/u/"+ada+"/new"), "new", url.Values{"title": {"Sudden"}})
	if got := v.starts(ada); !strings.Contains(got, "04T00:00") {
		t.Errorf("it begins at %s", got)
	}
}

// Opening pages changes nothing, and pages ask nobody else for anything.
func TestPagesOnlyShow(t *testing.T) {
	v := newVisit(t)
	_, second := v.weekly()
	before := v.event(ada, second).ETag
	for _, path := range []string{"/", "/calendar/u/" + ada, "/calendar/u/" + ada + "/new", "/simulator/style.css"} {
		p := v.open(path)
		if path != "/simulator/style.css" {
			policy := p.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'; style-src 'self';") || !strings.Contains(policy, "form-action 'self'") || strings.Contains(p.Text, "style=") {
				t.Errorf("%s: %s", path, policy)
			}
		}
	}
	v.page(ada, second)
	for _, deed := range []string{"move", "edit", "guests", "cancel", "answer", "remove", "relocate"} {
		p, err := v.Open(t.Context(), v.url+"/calendar/u/"+ada+"/"+deed+"?"+url.Values{"calendar": {ada}, "id": {second}, "scope": {"all"}}.Encode())
		if err != nil || p.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %v, %v", deed, p.Response, err)
		}
	}
	if v.event(ada, second).ETag != before || len(v.listed(ada)) != 4 {
		t.Error("looking changed something")
	}
	if counts := v.desk.Counts(); counts["write"] != 0 {
		t.Errorf("%v", counts)
	}
	for _, path := range []string{"/calendar/u/eve@x.test", "/calendar/u/" + ada + "/event?calendar=" + bob + "&id=" + second, "/calendar/u/" + ada + "/event?calendar=" + ada + "&id=none"} {
		if p, err := v.Open(t.Context(), v.url+path); err != nil || p.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v, %v", path, p.Response, err)
		}
	}
}

// The consent page looks like the others; its form leads to the app, and from
// there to wherever the app likes.
func TestConsentPageLooksLikeTheOthers(t *testing.T) {
	v := newVisit(t)
	p := v.good(v.Open(t.Context(), v.config(allScopes...).AuthCodeURL("state")))
	wantWords(t, p, "This page is simulated", clientID+" wants access to your Google Account", "Your account Ada ("+ada+")", prefix+"calendar.events")
	policy := p.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'; style-src 'self'") || strings.Contains(policy, "form-action") || !strings.Contains(p.Text, `href="/simulator/style.css"`) {
		t.Errorf("%s", policy)
	}
}
