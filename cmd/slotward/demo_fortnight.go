package main

import (
	"fmt"
	"time"

	"slotward/internal/simulator/google"
)

// booking is one event of the demo's fortnight.
type booking struct {
	key   string // how the story calls it
	owner int    // whose calendar: 0 ada, 1 bob
	day   int    // working day from tomorrow
	at    string // time of day, UTC
	event google.NewEvent
	shows string // what it must show in the end: zoom, meet, webex, none
}

// fortnight is what the two people have before them. Titles say what each
// event is there to show.
var fortnight = []booking{
	{"kickoff", 0, 0, "10:00", google.NewEvent{Title: "Kickoff with Globex", Minutes: 45, Meet: true, Guests: []string{"eve@globex.test", "bob@acme.test"}}, "zoom"},
	{"standup", 0, 0, "09:00", google.NewEvent{Title: "Team standup (weekly)", Minutes: 15, Meet: true, Repeat: "FREQ=WEEKLY;COUNT=6", Guests: []string{"bob@acme.test", "kim@acme.test"}}, "zoom"},
	{"one-on-one", 0, 1, "11:00", google.NewEvent{Title: "1:1 Ada / Bob", Minutes: 30, Meet: true, Guests: []string{"bob@acme.test"}}, "zoom"},
	{"panel", 0, 1, "14:00", google.NewEvent{Title: "Interview, panel A", Minutes: 60, Meet: true, Guests: []string{"cleo@example.test"}}, "zoom"},
	{"panel-b", 0, 1, "14:00", google.NewEvent{Title: "Interview, panel B (same slot)", Minutes: 60, Guests: []string{"dan@example.test"}}, "zoom"},
	{"vendor", 0, 2, "13:00", google.NewEvent{Title: "Vendor demo (their Webex)", Minutes: 60, Location: "https://vendor.webex.com/meet/sam", Guests: []string{"sam@vendor.test"}}, "webex"},
	{"holiday", 0, 3, "", google.NewEvent{Title: "Company holiday", AllDay: true}, "none"},
	{"focus", 0, 2, "08:00", google.NewEvent{Title: "Focus time", Minutes: 120, EventType: "focusTime"}, "none"},
	{"report", 0, 4, "15:00", google.NewEvent{Title: "Write quarterly report (no guests)", Minutes: 90}, "none"},
	{"lunch", 0, 4, "12:00", google.NewEvent{Title: "Lunch with Dana", Minutes: 60, Location: "Café Central, Herrengasse 14", Guests: []string{"dana@partner.test"}, Notes: "Table for two.\nBring the contract."}, "zoom"},
	{"review", 0, 5, "16:00", google.NewEvent{Title: "Design review on Google Meet", Minutes: 45, Meet: true, Guests: []string{"kim@acme.test"}}, "meet"},
	{"council", 0, 6, "10:00", google.NewEvent{Title: "Customer council (Pat invites)", Minutes: 60, Organizer: "pat@partner.test", Location: "https://teams.microsoft.com/l/meetup-join/19%3ameeting_council%40thread.v2/0?context=%7b%7d"}, "teams"},
	{"budget", 0, 7, "09:30", google.NewEvent{Title: "Budget round", Minutes: 30, Meet: true, Guests: []string{"fin@acme.test"}}, "none"},
	{"retro", 0, 8, "15:00", google.NewEvent{Title: "Retrospective", Minutes: 60, Meet: true, Guests: []string{"bob@acme.test", "kim@acme.test"}}, "none"},
	{"sales", 1, 1, "14:00", google.NewEvent{Title: "Sales call Initech", Minutes: 60, Meet: true, Guests: []string{"lee@initech.test"}}, "zoom"},
	{"roadmap", 1, 3, "10:00", google.NewEvent{Title: "Roadmap review (every other week)", Minutes: 45, Meet: true, Repeat: "FREQ=WEEKLY;INTERVAL=2;COUNT=4", Guests: []string{"kim@acme.test"}}, "zoom"},
	{"hiring", 1, 4, "11:30", google.NewEvent{Title: "Hiring sync", Minutes: 30, Guests: []string{"cleo@example.test"}}, "zoom"},
	{"followup", 1, 5, "09:00", google.NewEvent{Title: "Follow-up Initech", Minutes: 60, Meet: true, Guests: []string{"lee@initech.test"}}, "zoom"},
}

// fillFortnight makes the two people and their events.
func (d *demo) fillFortnight() error {
	d.people = []*demoPerson{{name: "Ada", email: "ada@acme.test"}, {name: "Bob", email: "bob@acme.test"}}
	for _, p := range d.people {
		if err := d.world.enter(p.email, p.name); err != nil {
			return err
		}
	}
	now := time.Now()
	d.tell.chapter("Ada and Bob have a fortnight before them")
	for _, b := range fortnight {
		if err := d.book(b, now); err != nil {
			return fmt.Errorf("%s: %w", b.event.Title, err)
		}
	}
	if err := d.unusual(); err != nil {
		return err
	}
	return d.look()
}

// book makes one event. Its key is its id at Google, so that the story finds it.
func (d *demo) book(b booking, now time.Time) error {
	start := workday(now, b.day)
	if b.at != "" {
		at, err := time.Parse("15:04", b.at)
		if err != nil {
			return err
		}
		start = start.Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
	}
	b.event.Start, b.event.ID = start, googleID(b.key)
	_, err := d.world.google.Insert(d.people[b.owner].email, b.event)
	return err
}

// googleID makes an id that Google would take: a to v and digits, five at least.
func googleID(key string) string {
	id := []byte("demo0")
	for _, letter := range []byte(key) {
		switch {
		case letter >= 'a' && letter <= 'v' || letter >= '0' && letter <= '9':
			id = append(id, letter)
		default:
			id = append(id, '0'+letter%10)
		}
	}
	return string(id)
}

// unusual makes an exception in a series, and cancels an event.
func (d *demo) unusual() error {
	ada := d.people[0].email
	series, err := d.world.google.Event(ada, googleID("standup"))
	if err != nil {
		return err
	}
	second := series.Start.AddDate(0, 0, 7)
	if err := d.world.google.MoveInstance(ada, series.ID, second.Format(time.RFC3339), second.Add(2*time.Hour), 0); err != nil {
		return err
	}
	return d.world.google.Cancel(ada, googleID("budget"))
}
