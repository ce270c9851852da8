package microsoft_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/microsoft"
)

func TestCopiesOfAttendees(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob, eve}})
	theirs, err := w.Events(bob)
	w.must(err)
	if len(theirs) != 1 || theirs[0].ICalUID != w.event(ada, id).ICalUID || theirs[0].ID == id || theirs[0].OrganizedHere || theirs[0].Response != "notResponded" {
		t.Fatal(theirs)
	}
	twin := theirs[0].ID

	// What an attendee changes stays on the copy until the organiser changes something.
	w.tok = w.signIn(bob).AccessToken
	w.ok("PATCH", "/me/events/"+twin, object{"subject": "mine", "categories": []string{"Red"}})
	if len(w.Mails()) != 0 || w.event(ada, id).Title != "one" {
		t.Fatal("an attendee's change went out")
	}
	w.must(w.Edit(ada, id, microsoft.Change{Title: ptr("two")}))
	if e := w.event(bob, twin); e.Title != "two" || len(e.Categories) != 1 {
		t.Fatal(e)
	}
	if r := w.ok("GET", "/me/events/"+twin, nil); r.at("isOrganizer") != false || r.str("organizer/emailAddress/address") != ada {
		t.Fatal(r.text)
	}

	w.ok("POST", "/me/events/"+twin+"/tentativelyAccept", object{"sendResponse": true})
	if e := w.event(ada, id); e.Guests[0].Status != "tentativelyAccepted" || w.event(bob, twin).ShowAs != "tentative" {
		t.Fatal(e.Guests)
	}
	w.must(w.RSVP(bob, twin, "declined"))
	if e := w.event(ada, id); e.Guests[0].Status != "declined" {
		t.Fatal(e.Guests)
	}
	w.refused(404, "ErrorItemNotFound", "GET", "/me/events/"+twin, nil)
	if err := w.RSVP(ada, id, "declined"); err == nil {
		t.Fatal("organisers cannot answer")
	}
	w.tok = w.signIn(ada).AccessToken
	w.refused(400, "ErrorInvalidRequest", "POST", "/me/events/"+id+"/accept", object{})
}

func TestCancelledCopiesStay(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob}})
	w.must(w.Cancel(ada, id))
	theirs, err := w.Events(bob)
	w.must(err)
	if len(theirs) != 1 || theirs[0].Status != "cancelled" || theirs[0].Title != "Canceled: one" || theirs[0].ShowAs != "free" {
		t.Fatal(theirs)
	}
	w.must(w.Delete(bob, theirs[0].ID))
	if theirs, _ = w.Events(bob); len(theirs) != 0 {
		t.Fatal(theirs)
	}
	if w.event(ada, id).Status != "cancelled" {
		t.Fatal("deleted, but", w.event(ada, id))
	}

	w.Configure(func(b *microsoft.Behaviour) { b.KeepDeclined = true })
	id = w.insert(microsoft.NewEvent{Title: "two", Start: at("2026-12-02T10:00:00Z"), Guests: []string{eve}})
	twin, err := w.Invite(ada, id, bob)
	w.must(err)
	w.must(w.RSVP(bob, twin, "declined"))
	if e := w.event(bob, twin); e.Response != "declined" || e.ShowAs != "free" {
		t.Fatal(e)
	}
	none := []string{}
	w.must(w.Edit(ada, id, microsoft.Change{Guests: &none}))
	if e := w.event(bob, twin); e.Status != "cancelled" {
		t.Fatal("no longer invited, but", e)
	}
}

func TestSeriesOfAttendees(t *testing.T) {
	w := newWorld(t)
	series := weekly(w, func(n *microsoft.NewEvent) { n.Guests = []string{bob} })
	theirs, _ := w.Events(bob)
	if len(theirs) != 1 || theirs[0].Kind != "seriesMaster" {
		t.Fatal(theirs)
	}
	w.must(w.MoveInstance(ada, series, "2026-12-08", at("2026-12-08T15:00:00Z"), 60))
	w.must(w.CancelInstance(ada, series, "2026-12-15"))
	theirs, _ = w.Events(bob)
	if len(theirs) != 3 || theirs[1].Start != at("2026-12-08T15:00:00Z") || theirs[2].Status != "cancelled" {
		t.Fatal(theirs)
	}
	w.must(w.Cancel(ada, series))
	if theirs, _ = w.Events(bob); theirs[0].Status != "cancelled" {
		t.Fatal(theirs)
	}
}

// A copy whose organiser is elsewhere changes as that organiser wants.
func TestInvitationsFromElsewhere(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "theirs", ICalUID: "abc@google.com", Organizer: eve, Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob}})
	e := w.event(ada, id)
	if e.OrganizedHere || e.ICalUID != "abc@google.com" || e.Organizer != eve || len(e.Guests) != 2 || !e.Guests[0].Self {
		t.Fatal(e)
	}
	w.must(w.Move(ada, id, at("2026-12-02T11:00:00Z"), 0))
	if w.event(ada, id).Start != at("2026-12-02T11:00:00Z") {
		t.Fatal("not moved")
	}
	w.ok("PATCH", "/me/events/"+id, object{"subject": "mine"})
	if len(w.Mails()) != 0 {
		t.Fatal(w.Mails())
	}
	w.must(w.Cancel(ada, id))
	if e := w.event(ada, id); e.Status != "cancelled" || !strings.HasPrefix(e.Title, "Canceled: ") {
		t.Fatal(e)
	}
}

func TestSplitAndMove(t *testing.T) {
	w := newWorld(t)
	series := weekly(w, func(n *microsoft.NewEvent) { n.PrivateProps = map[string]string{mark: "1"} })
	next, err := w.Split(ada, series, "2026-12-15", at("2026-12-16T09:30:00Z"), 15)
	w.must(err)
	a, b := w.event(ada, series), w.event(ada, next)
	if a.ICalUID == b.ICalUID || b.Private[mark] != "1" || b.Start != at("2026-12-16T09:30:00Z") || b.End.Sub(b.Start) != 15*time.Minute {
		t.Fatal(a, b)
	}
	if _, err := w.Instance(ada, series, "2026-12-15"); !errors.Is(err, microsoft.ErrUnknown) {
		t.Fatal(err)
	}
	if _, err := w.Instance(ada, next, "2026-12-23"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Instance(ada, next, "2026-12-30"); err == nil {
		t.Fatal("two were left")
	}
	w.must(w.Move(ada, next, at("2026-12-17T09:30:00Z"), 0))
	if lines := w.event(ada, next).Recurrence; len(lines) != 1 || !strings.Contains(lines[0], "BYDAY=TH") {
		t.Fatal(lines)
	}
}

// An occurrence whose notes were changed has a body of its own, and with it the
// Teams meeting that is cut out of its series.
func TestAnExceptionKeepsItsMeeting(t *testing.T) {
	w := newWorld(t)
	series := w.insert(microsoft.NewEvent{Title: "s", Start: at("2026-12-01T09:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=6", Teams: true})
	before := w.event(ada, series)
	if before.TeamsBlock == "" || !strings.HasSuffix(before.Description, before.TeamsBlock+"</body></html>") {
		t.Fatal(before)
	}
	notes := "<html><head></head><body>Bring cake." + before.TeamsBlock + "</body></html>"
	w.must(w.EditInstance(ada, series, "2026-12-08", microsoft.Change{Notes: &notes}))
	w.must(w.MoveInstance(ada, series, "2026-12-15", at("2026-12-15T15:00:00Z"), 0))
	w.ok("PATCH", "/me/events/"+series, object{"body": object{"contentType": "html", "content": "<p>none</p>"}})
	link := func(date string) string {
		id, err := w.Instance(ada, series, date)
		w.must(err)
		return w.event(ada, id).TeamsLink
	}
	if e := w.event(ada, series); e.TeamsLink != "" || e.TeamsBlock != "" {
		t.Error("the series still has a meeting")
	}
	if got := link("2026-12-08"); got != before.TeamsLink {
		t.Errorf("with a body of its own it has %q", got)
	}
	if got := link("2026-12-15"); got != "" {
		t.Errorf("as its series it has %q", got)
	}
}

func TestCancelledOccurrencesAreNamed(t *testing.T) {
	w := newWorld(t)
	series := w.insert(microsoft.NewEvent{Title: "s", Start: at("2026-12-01T09:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=6"})
	w.must(w.CancelInstance(ada, series, "2026-12-15"))
	names, err := w.Cancelled(ada, series)
	w.must(err)
	if len(names) != 1 || names[0] != "OID."+series+".2026-12-15" {
		t.Error(names)
	}
}

// A mailbox holds a meeting once, whatever its calendars.
func TestOneCopyInAMailbox(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddCalendar(ada, "team", "team", "UTC", "owner"))
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob}})
	if _, err := w.Invite(ada, id, "team"); err == nil || !strings.Contains(err.Error(), "one copy") {
		t.Error(err)
	}
	if e := w.event(ada, id); len(e.Guests) != 1 {
		t.Error(e.Guests)
	}
}

func TestRulesThatOutlookKnows(t *testing.T) {
	w := newWorld(t)
	for _, tc := range []struct{ rule, pattern, ranges, last string }{
		{"FREQ=DAILY;COUNT=3", "daily", "numbered", "2026-12-03"},
		{"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261208T100000Z", "weekly", "endDate", "2026-12-08"},
		{"FREQ=DAILY;UNTIL=20261203T095959Z", "daily", "endDate", "2026-12-02"},
		{"FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=3", "weekly", "numbered", "2026-12-29"},
		{"FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4", "absoluteMonthly", "numbered", "2027-03-31"},
		{"FREQ=MONTHLY;BYDAY=2TU;COUNT=2", "relativeMonthly", "numbered", "2027-01-12"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", "relativeMonthly", "numbered", "2027-01-29"},
		{"FREQ=YEARLY;COUNT=2", "absoluteYearly", "numbered", "2027-12-01"},
		{"FREQ=YEARLY;BYMONTH=2;BYDAY=-1FR;COUNT=1", "relativeYearly", "numbered", "2027-02-26"},
		{"FREQ=YEARLY", "absoluteYearly", "noEnd", "2030-12-01"},
	} {
		id := w.insert(microsoft.NewEvent{Title: tc.rule, Start: at("2026-12-01T10:00:00Z"), Repeat: tc.rule})
		r := w.ok("GET", "/me/events/"+id, nil)
		if r.str("recurrence/pattern/type") != tc.pattern || r.str("recurrence/range/type") != tc.ranges {
			t.Error(tc.rule, r.at("recurrence"))
		}
		if _, err := w.Instance(ada, id, tc.last); err != nil {
			t.Error(tc.rule, err, w.event(ada, id).Recurrence)
		}
		if got := r.str("recurrence/range/startDate") + "T10:00:00.0000000"; got != r.str("start/dateTime") {
			t.Error(tc.rule, "begins", r.str("start/dateTime"), "but its range", got)
		}
	}
	for _, rule := range []string{"FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=HOURLY", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=WEEKLY;BYMONTH=3", "FREQ=MONTHLY;BYMONTHDAY=-2"} {
		if _, err := w.Insert(ada, microsoft.NewEvent{Start: at("2026-12-01T10:00:00Z"), Repeat: rule}); !errors.Is(err, microsoft.ErrInexpressible) {
			t.Error(rule, err)
		}
	}
	// In short months the 31st is the last day.
	id := w.insert(microsoft.NewEvent{Start: at("2026-12-31T10:00:00Z"), Repeat: "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4"})
	if _, err := w.Instance(ada, id, "2027-02-28"); err != nil {
		t.Error(err)
	}
}

func TestASeriesKeepsItsWallClock(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Start: at("2026-10-20T08:00:00Z"), Zone: "Europe/Berlin", Repeat: "FREQ=WEEKLY;COUNT=3"})
	r := w.ok("GET", "/me/events/"+id+"/instances?startDateTime=2026-10-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z", nil)
	var got []string
	for _, one := range r.list("value") {
		got = append(got, one.str("start/dateTime")[:16])
	}
	if fmt.Sprint(got) != "[2026-10-20T08:00 2026-10-27T09:00 2026-11-03T09:00]" {
		t.Fatal(got)
	}
	if r := w.ok("GET", "/me/events/"+id, nil); r.str("recurrence/range/recurrenceTimeZone") != "W. Europe Standard Time" {
		t.Fatal(r.text)
	}
}

func TestNamesThatNobodyHas(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Start: at("2026-12-01T10:00:00Z")})
	for what, err := range map[string]error{
		"calendar": w.Cancel("nobody@acme.test", id), "event": w.Cancel(ada, "x"), "type": func() error {
			_, err := w.Insert(ada, microsoft.NewEvent{EventType: "party"})
			return err
		}(), "role": w.SetRole(ada, ada, "king"), "zone": w.SetZone(ada, "Mars"), "answer": w.RSVP(ada, id, "perhaps"),
		"series": func() error { _, err := w.Instance(ada, id, "2026-12-01"); return err }(), "client": w.ExpireSecret("x"),
	} {
		if !errors.Is(err, microsoft.ErrUnknown) {
			t.Error(what, err)
		}
	}
}

// TestTenThousandEvents reads a big calendar whole.
func TestTenThousandEvents(t *testing.T) {
	w := newWorld(t)
	began := time.Now()
	all := make([]microsoft.NewEvent, 10000)
	for i := range all {
		all[i] = microsoft.NewEvent{Title: fmt.Sprint("event ", i), Start: at("2026-12-02T10:00:00Z").Add(time.Duration(i) * time.Minute), Guests: []string{eve}}
	}
	_, err := w.SeedMany(ada, all)
	w.must(err)
	t.Log("seeded after", time.Since(began))
	w.check.Suspend("checking ten thousand events takes long and shows nothing new")
	items, next := w.follow("/me/calendarView/delta?"+span, "Prefer: odata.maxpagesize=1000")
	t.Log("read after", time.Since(began))
	if len(items) != 10000 {
		t.Fatal(len(items))
	}
	if items, _ := w.follow(next); len(items) != 0 {
		t.Fatal(len(items))
	}
	t.Log("unchanged after", time.Since(began))
}
