package main

import (
	"fmt"
	"time"

	"slotward/internal/workday"
)

// The accounts whose calendars the fortnight fills.
const (
	adas        = "ada@acme.test"
	bobs        = "bob@acme.test"
	bobsOutlook = "bob@museum.test"
	mias        = "mia@globex.test"
)

// cast are the people of the fortnight.
var cast = []struct{ name, google, microsoft string }{
	{"Ada", adas, ""},
	{"Bob", bobs, bobsOutlook},
	{"Mia", "", mias},
}

// booking is one event of the demo's fortnight.
type booking struct {
	key     string // how the story calls it
	account string // whose calendar
	day     int    // working day from tomorrow
	at      string // time of day, UTC
	event   entry
	shows   string // what it must show in the end: zoom, meet, teams, webex, none
}

// fortnight is what people have before them. Titles say what each event is
// there to show.
var fortnight = []booking{
	{"kickoff", adas, 0, "10:00", entry{title: "Kickoff with Globex", minutes: 45, native: true, guests: []string{"eve@globex.test", bobs}}, "zoom"},
	{"standup", adas, 0, "09:00", entry{title: "Team standup (weekly)", minutes: 15, native: true, repeat: "FREQ=WEEKLY;COUNT=6", guests: []string{bobs, "kim@acme.test"}}, "zoom"},
	{"one-on-one", adas, 1, "11:00", entry{title: "1:1 Ada / Bob", minutes: 30, native: true, guests: []string{bobs}}, "zoom"},
	{"panel", adas, 1, "14:00", entry{title: "Interview, panel A", minutes: 60, native: true, guests: []string{"cleo@example.test"}}, "zoom"},
	{"panel-b", adas, 1, "14:00", entry{title: "Interview, panel B (same slot)", minutes: 60, guests: []string{"dan@example.test"}}, "zoom"},
	{"vendor", adas, 2, "13:00", entry{title: "Vendor demo (their Webex)", minutes: 60, location: "https://vendor.webex.com/meet/sam", guests: []string{"sam@vendor.test"}}, "webex"},
	{"holiday", adas, 3, "", entry{title: "Company holiday", allDay: true}, "none"},
	{"focus", adas, 2, "08:00", entry{title: "Focus time", minutes: 120, kind: "focusTime"}, "none"},
	{"report", adas, 4, "15:00", entry{title: "Write quarterly report (no guests)", minutes: 90}, "none"},
	{"lunch", adas, 4, "12:00", entry{title: "Lunch with Dana", minutes: 60, location: "Café Central, Herrengasse 14", guests: []string{"dana@partner.test"}, notes: "Table for two.\nBring the contract."}, "zoom"},
	{"review", adas, 5, "16:00", entry{title: "Design review on Google Meet", minutes: 45, native: true, guests: []string{"kim@acme.test"}}, "meet"},
	{"council", adas, 6, "10:00", entry{title: "Customer council (Pat invites)", minutes: 60, organizer: "pat@partner.test", location: "https://teams.microsoft.com/l/meetup-join/19%3ameeting_council%40thread.v2/0?context=%7b%7d"}, "teams"},
	{"budget", adas, 7, "09:30", entry{title: "Budget round", minutes: 30, native: true, guests: []string{"fin@acme.test"}}, "none"},
	{"retro", adas, 8, "15:00", entry{title: "Retrospective", minutes: 60, native: true, guests: []string{bobs, "kim@acme.test"}}, "none"},
	{"sales", bobs, 1, "14:00", entry{title: "Sales call Initech", minutes: 60, native: true, guests: []string{"lee@initech.test"}}, "zoom"},
	{"roadmap", bobs, 3, "10:00", entry{title: "Roadmap review (every other week)", minutes: 45, native: true, repeat: "FREQ=WEEKLY;INTERVAL=2;COUNT=4", guests: []string{"kim@acme.test"}}, "zoom"},
	{"hiring", bobs, 4, "11:30", entry{title: "Hiring sync", minutes: 30, guests: []string{"cleo@example.test"}}, "zoom"},
	{"followup", bobs, 5, "09:00", entry{title: "Follow-up Initech", minutes: 60, native: true, guests: []string{"lee@initech.test"}}, "zoom"},
	{"preparation", bobs, 2, "16:00", entry{title: "Board preparation (both calendars)", minutes: 30, native: true, guests: []string{bobsOutlook, "chair@museum.test"}}, "zoom"},
	{"board", bobsOutlook, 6, "17:00", entry{title: "Museum board", minutes: 90, native: true, guests: []string{"chair@museum.test"}}, "zoom"},
	{"product", mias, 0, "13:00", entry{title: "Product review (in room Alder)", minutes: 60, native: true, rooms: []string{"alder@globex.test"}, guests: []string{"eve@globex.test"}, notes: agenda}, "zoom"},
	{"planning", mias, 2, "10:00", entry{title: "Quartalsplanung (Teams in German)", minutes: 60, native: true, oldGermanBlock: true, guests: []string{"jan@lieferant.test"}}, "zoom"},
	{"handover", mias, 3, "15:00", entry{title: "Support hand-over", minutes: 60, native: true, guests: []string{"pam@globex.test"}}, "zoom"},
	{"supplier", mias, 1, "08:30", entry{title: "Supplier call (weekly)", minutes: 30, native: true, repeat: "FREQ=WEEKLY;COUNT=5", guests: []string{"ola@supplier.test"}}, "zoom"},
	{"partner", mias, 5, "11:00", entry{title: "Partner sync on Teams", minutes: 45, native: true, guests: []string{"pat@partner.test"}}, "teams"},
	{"away", mias, 7, "09:00", entry{title: "At the dentist", minutes: 120, kind: "outOfOffice"}, "none"},
}

// agenda is what Mia wrote on the product review.
const agenda = "1. What shipped<br>2. What is next"

// placed is where an event stands.
type placed struct {
	calendar *demoCalendar
	id       string
}

func (p placed) look() (shown, error) { return p.calendar.app.event(p.id) }

// fillFortnight makes the people and their events.
func (d *demo) fillFortnight() error {
	for _, c := range cast {
		if _, err := d.enter(c.name, c.google, c.microsoft); err != nil {
			return err
		}
	}
	now := time.Now()
	d.tell.chapter("Ada, Bob and Mia have a fortnight before them: Ada on Google, Mia on Outlook, Bob on both")
	for _, b := range fortnight {
		if err := d.book(b, now); err != nil {
			return fmt.Errorf("%s: %w", b.event.title, err)
		}
	}
	if err := d.unusual(); err != nil {
		return err
	}
	return d.look()
}

// book makes one event, and notes where, so that the story finds it.
func (d *demo) book(b booking, now time.Time) error {
	start := workday.After(now, b.day)
	if b.at != "" {
		at, err := time.Parse("15:04", b.at)
		if err != nil {
			return err
		}
		start = start.Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	}
	c, err := d.calendarOf(b.account)
	if err != nil {
		return err
	}
	id, err := c.app.insert(start, b.event)
	d.booked[b.key] = placed{c, id}
	return err
}

// unusual makes an exception in a series, cancels an event, and sends an
// invitation from Bob's one calendar to his other.
func (d *demo) unusual() error {
	series, err := d.booked["standup"].look()
	if err != nil {
		return err
	}
	second := series.start.AddDate(0, 0, 7)
	if err := d.world.google.MoveInstance(adas, series.id, second.Format(time.RFC3339), second.Add(2*time.Hour), 0); err != nil {
		return err
	}
	if err := d.world.google.Cancel(adas, d.booked["budget"].id); err != nil {
		return err
	}
	return d.invite("preparation", bobsOutlook)
}
