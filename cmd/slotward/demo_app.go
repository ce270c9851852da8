package main

import (
	"time"

	"slotward/internal/simulator/google"
	"slotward/internal/simulator/microsoft"
	"slotward/sources"
)

// calendarApp is a simulated calendar, as the person uses it who has it.
type calendarApp interface {
	insert(start time.Time, e entry) (id string, err error)
	event(id string) (shown, error) // also one that is cancelled
	events() ([]shown, error)       // those that are not
	move(id string, start time.Time, minutes int) error
	rename(id, title string) error
	cancel(id string) error
	providerID() (string, error) // the calendar's, by which the daemon knows it
}

// entry is an event as a person types it into a calendar.
type entry struct {
	title    string
	minutes  int
	native   bool // with the link that the app adds: Google Meet or Teams
	guests   []string
	rooms    []string
	notes    string
	location string
	repeat   string // a rule, "FREQ=WEEKLY;COUNT=6"
	allDay   bool
	kind     string // focusTime, outOfOffice; "" is a meeting
	// organizer is somebody elsewhere, who invites; uid is what that event is
	// known by everywhere, "" for a new one.
	organizer, uid string
	oldGermanBlock bool // Teams as it was before 2023, in German
}

// shown is an event as it stands on a calendar.
type shown struct {
	id, uid, title string
	text, location string
	start, end     time.Time
	allDay, single bool
	organizedHere  bool
	guests         []string // without the calendar's owner and rooms
	cancelled      bool
	native         string // the calendar's own link: meet, teams or ""
	link           link   // what a guest finds, also on a cancelled event
	marked         bool   // with our mark
}

// shows is what the event shows now.
func (s shown) shows() link {
	if s.cancelled {
		return link{provider: "none"}
	}
	return s.link
}

func (s shown) minutes() int { return int(s.end.Sub(s.start).Minutes()) }

// linkIn is the link that a guest finds: typed ones first, then the calendar's own.
func linkIn(text, native string) link {
	if found := sources.FindLinks(text); len(found) > 0 {
		return link{found[0].Provider, found[0].Meeting}
	}
	if native != "" {
		return link{provider: native}
	}
	return link{provider: "none"}
}

// googleCalendar is somebody's first calendar at Google.
type googleCalendar struct {
	server *google.Server
	email  string
}

func (c googleCalendar) providerID() (string, error) { return c.email, nil }

func (c googleCalendar) insert(start time.Time, e entry) (string, error) {
	return c.server.Insert(c.email, google.NewEvent{
		Title: e.title, Start: start, Minutes: e.minutes, Meet: e.native, Guests: e.guests, Rooms: e.rooms, Notes: e.notes, Location: e.location,
		Repeat: e.repeat, AllDay: e.allDay, EventType: e.kind, Organizer: e.organizer, ICalUID: e.uid,
	})
}

func (c googleCalendar) event(id string) (shown, error) {
	view, err := c.server.Event(c.email, id)
	return c.shown(view), err
}

func (c googleCalendar) events() ([]shown, error) {
	views, err := c.server.Events(c.email)
	out := make([]shown, len(views))
	for i, view := range views {
		out[i] = c.shown(view)
	}
	return out, err
}

func (c googleCalendar) shown(v google.EventView) shown {
	s := shown{
		id: v.ID, uid: v.ICalUID, title: v.Title, text: v.Description, location: v.Location, start: v.Start, end: v.End, allDay: v.AllDay,
		single: len(v.Recurrence) == 0 && v.SeriesID == "", organizedHere: v.OrganizedHere, cancelled: v.Status == "cancelled", marked: len(v.Private) > 0,
	}
	for _, g := range v.Guests {
		if !g.Self && !g.Resource {
			s.guests = append(s.guests, g.Email)
		}
	}
	if v.HangoutLink != "" {
		s.native = "meet"
	}
	s.link = linkIn(v.Location+"\n"+v.Description+"\n"+v.Conference, s.native)
	return s
}

func (c googleCalendar) move(id string, start time.Time, minutes int) error {
	return c.server.Move(c.email, id, start, minutes)
}

func (c googleCalendar) rename(id, title string) error {
	return c.server.Edit(c.email, id, google.Change{Title: &title})
}

func (c googleCalendar) cancel(id string) error { return c.server.Cancel(c.email, id) }

// outlookCalendar is somebody's first calendar at Microsoft.
type outlookCalendar struct {
	server *microsoft.Server
	email  string
}

func (c outlookCalendar) providerID() (string, error) { return c.server.CalendarID(c.email) }

func (c outlookCalendar) insert(start time.Time, e entry) (string, error) {
	n := microsoft.NewEvent{
		Title: e.title, Start: start, Minutes: e.minutes, Teams: e.native, Guests: e.guests, Rooms: e.rooms, Notes: e.notes, Location: e.location,
		Repeat: e.repeat, AllDay: e.allDay, EventType: e.kind, Organizer: e.organizer, ICalUID: e.uid,
	}
	if e.oldGermanBlock {
		n.Language, n.OldTemplate = "de", true
	}
	return c.server.Insert(c.email, n)
}

func (c outlookCalendar) event(id string) (shown, error) {
	view, err := c.server.Event(c.email, id)
	return c.shown(view), err
}

func (c outlookCalendar) events() ([]shown, error) {
	views, err := c.server.Events(c.email)
	out := make([]shown, len(views))
	for i, view := range views {
		out[i] = c.shown(view)
	}
	return out, err
}

func (c outlookCalendar) shown(v microsoft.EventView) shown {
	s := shown{
		id: v.ID, uid: v.ICalUID, title: v.Title, text: v.Description, location: v.Location, start: v.Start, end: v.End, allDay: v.AllDay,
		single: v.Kind == "singleInstance", organizedHere: v.OrganizedHere, cancelled: v.Status == "cancelled", marked: len(v.Private) > 0,
	}
	for _, g := range v.Guests {
		if !g.Self && !g.Resource {
			s.guests = append(s.guests, g.Email)
		}
	}
	if v.OnlineMeeting {
		s.native = "teams"
	}
	s.link = linkIn(v.Location+"\n"+v.Description, s.native)
	return s
}

func (c outlookCalendar) move(id string, start time.Time, minutes int) error {
	return c.server.Move(c.email, id, start, minutes)
}

func (c outlookCalendar) rename(id, title string) error {
	return c.server.Edit(c.email, id, microsoft.Change{Title: &title})
}

func (c outlookCalendar) cancel(id string) error { return c.server.Cancel(c.email, id) }
