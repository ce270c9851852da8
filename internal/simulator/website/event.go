package website

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// described is what the page of an event shows.
type described struct {
	Event
	Desk     desk
	Calendar Calendar
	Week     string // address of its week
	When     string
	Zone     string
	Place    []Segment
	Said     []Segment // the notes, with their links
	Text     string    // the notes, to be edited
	Date     string    // as forms say it
	Time     string
	Minutes  int
	Days     int
	Others   []Calendar // to which it can be moved
	Mine     bool       // the account may change it for everybody
	Invited  []Guest    // those who can be taken off
}

// Scoped reports whether it is to be asked which occurrences are meant.
func (e described) Scoped() bool { return e.Series != "" }

// describe is what the page of an event on a calendar shows.
func (d desk) describe(on Calendar, e Event) described {
	zone := on.Zone
	out := described{
		Event: e, Desk: d, Calendar: on, Zone: zone.String(), Mine: e.Organized && on.Writable && !e.Cancelled && !e.Hidden,
		Place: linked(e.Location), Said: e.Format.Segments(e.Notes), Text: strings.TrimRight(e.Format.Text(e.Notes), " \n"),
	}
	if e.AllDay {
		zone = time.UTC
	}
	start, end := e.Start.In(zone), e.End.In(zone)
	out.Week = d.weekOf(time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, d.zone))
	out.Date, out.Time, out.Minutes = start.Format(time.DateOnly), start.Format("15:04"), int(end.Sub(start).Minutes())
	out.Days = max(1, out.Minutes/(24*60))
	out.When = when(start, end, e.AllDay)
	out.Others = slices.DeleteFunc(d.writable(), func(c Calendar) bool { return c.ID == on.ID })
	for _, g := range e.Guests {
		if !g.Room {
			out.Invited = append(out.Invited, g)
		}
	}
	return out
}

// when is an event's time in words.
func when(start, end time.Time, allDay bool) string {
	const date = "Monday 2 January 2006"
	switch last := end.AddDate(0, 0, -1); {
	case allDay && last.After(start):
		return start.Format(date) + " to " + last.Format(date)
	case allDay:
		return start.Format(date) + ", all day"
	case start.Format(date) == end.Format(date):
		return start.Format(date+", 15:04") + "–" + end.Format("15:04")
	}
	return start.Format(date+", 15:04") + " to " + end.Format(date+", 15:04")
}

// answers are what a guest can say, in the providers' words and in ours.
var answers = []struct{ Value, Words string }{{"accepted", "Accept"}, {"tentative", "Maybe"}, {"declined", "Decline"}}

// Answers are the buttons for an invitation.
func (e described) Answers() any { return answers }

// said is how answers read.
var said = map[string]string{
	"accepted": "accepted", "declined": "declined", "tentative": "maybe", "tentativelyAccepted": "maybe", "organizer": "organiser",
}

// Says is an answer in words.
func (described) Says(answer string) string {
	if words := said[answer]; words != "" {
		return words
	}
	return "no answer yet"
}

// blank is the form for a new event.
type blank struct {
	Desk      desk
	Calendars []Calendar
	Zone      string
	Week      string
	Form
}

// Value is what stands in a field.
func (b blank) Value(name string) string { return b.text(name) }

// Ticked reports whether a box is ticked, or an option chosen.
func (b blank) Ticked(name, value string) bool { return b.Has(name) && b.Get(name) == value }

func (c *calendar) newEvent(w http.ResponseWriter, r *http.Request, d desk) {
	next := c.now().In(d.zone).Truncate(time.Hour).Add(time.Hour) // tomorrow, from eleven at night
	date := next.Format(time.DateOnly)
	if day, err := time.Parse(time.DateOnly, r.URL.Query().Get("date")); err == nil {
		date = day.Format(time.DateOnly)
	}
	c.showNew(w, http.StatusOK, d, url.Values{
		"date": {date}, "time": {next.Format("15:04")}, "minutes": {"30"}, "days": {"1"}, "online": {"yes"},
	}, "")
}

func (c *calendar) showNew(w http.ResponseWriter, status int, d desk, values url.Values, problem string) {
	at := c.now().In(d.zone)
	if day, err := time.ParseInLocation(time.DateOnly, values.Get("date"), d.zone); err == nil {
		at = day
	}
	newPage.Write(w, status, Page{Brand: c.brand, Title: "New event", Problem: problem, Content: blank{
		Desk: d, Calendars: d.writable(), Zone: d.zone.String(), Week: d.weekOf(at), Form: Form{values, d.zone},
	}})
}

// add makes a new event, and shows it.
func (c *calendar) add(w http.ResponseWriter, r *http.Request, d desk) {
	form, err := ReadForm(w, r, d.zone)
	if err != nil {
		c.showNew(w, http.StatusBadRequest, d, form.Values, err.Error())
		return
	}
	on, known := d.named(form.Get("calendar"))
	if !known || !on.Writable {
		c.nothing(w, "This account can write on no such calendar.")
		return
	}
	draft, err := form.draft()
	id := ""
	if err == nil {
		id, err = c.app.Add(on.ID, draft)
	}
	if err != nil {
		c.showNew(w, Status(err), d, form.Values, err.Error())
		return
	}
	http.Redirect(w, r, d.eventPage(on.ID, id, "added"), http.StatusSeeOther)
}
