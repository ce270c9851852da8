package google

import (
	"strings"
	"time"

	"slotward/internal/simulator/website"
)

// What Google's pages are called.
var (
	brand    = website.Brand{Name: "Google Calendar", Class: "google", Real: "Google"}
	accounts = website.Brand{Name: "Google Accounts", Class: "google", Real: "Google"}
)

// routePages serves what people see: accounts to choose from, and their weeks.
func (s *Server) routePages() { website.Serve(s.mux, brand, people{s}, "Google Meet", s.now) }

// people is Google Calendar's page in the hands of people.
type people struct{ *Server }

func (p people) People() []website.Person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return website.Everybody(p.accounts, func(a *account) string { return a.name })
}

func (p people) Calendars(account string) []website.Calendar {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.accounts[account]
	if a == nil {
		return nil
	}
	var out website.List
	for _, entry := range a.list {
		if entry.deleted {
			continue
		}
		c := p.calendars[entry.calendar]
		one := website.Calendar{ID: c.id, Name: c.name, Zone: c.loc, Writable: c.roles[account] >= writerWithoutPrivateAccess}
		out.Put(one, c.primary && c.owner == account)
	}
	return out
}

// opened is a calendar as an account looks at it.
func (p people) opened(account, calendarID string) (lens, error) {
	c, err := p.known(calendarID)
	if err != nil {
		return lens{}, err
	}
	if c.roles[account] == none {
		return lens{}, unknown("calendar", calendarID)
	}
	return lens{calendar: c, role: c.roles[account], account: account, zone: c.loc}, nil
}

func (p people) Between(account, calendarID string, from, until time.Time) ([]website.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	look, err := p.opened(account, calendarID)
	if err != nil {
		return nil, err
	}
	var out []website.Event
	for _, r := range p.matching(look.calendar, listQuery{single: true, timeMin: from, timeMax: until}, &request{}) {
		out = append(out, look.drawn(r))
	}
	return out, nil
}

func (p people) Look(account, calendarID, id string) (website.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	look, err := p.opened(account, calendarID)
	if err != nil {
		return website.Event{}, err
	}
	r := look.calendar.find(id)
	if r == nil || r.cancelled() {
		return website.Event{}, unknown("event", id)
	}
	return look.drawn(r), nil
}

// drawn is an event as the page shows it.
func (l lens) drawn(r *record) website.Event {
	v := viewOf(l.calendar, r)
	e := website.Event{
		ID: v.ID, Start: v.Start, End: v.End, AllDay: v.AllDay, Series: v.SeriesID, Original: v.OriginalStart,
		Repeats: strings.Join(v.Recurrence, " "), Organizer: v.Organizer, Format: website.LooseHTML,
	}
	if l.hides(r) {
		e.Hide()
		return e
	}
	e.Title, e.Location, e.Notes, e.Organized = v.Title, v.Location, v.Description, v.OrganizedHere
	switch {
	case v.HangoutLink != "":
		e.Link, e.LinkName = v.HangoutLink, "Google Meet"
	case v.Conference != "":
		e.Link, e.LinkName = v.Conference, "Conference"
	}
	for _, g := range v.Guests {
		if g.Self {
			e.Answer = g.Status
		}
		if !g.Organizer {
			e.Guests = append(e.Guests, website.Guest{Email: g.Email, Answer: g.Status, Room: g.Resource})
		}
	}
	return e
}

func (p people) Add(calendarID string, d website.Draft) (string, error) {
	return p.Insert(calendarID, NewEvent{
		Title: d.Title, Notes: website.LooseHTML.Quote(d.Notes), Location: d.Location, Start: d.Start, Minutes: d.Minutes, AllDay: d.AllDay,
		Guests: d.Guests, Meet: d.Online, Repeat: d.Repeat,
	})
}

func (p people) Change(calendarID, id string, c website.Change) error {
	return p.Edit(calendarID, id, Change{Title: c.Title, Notes: c.Notes, Location: c.Location, Guests: c.Guests})
}

func (p people) Relocate(calendarID, id, to string) (string, error) {
	return id, p.MoveEventToCalendar(calendarID, id, to)
}

var _ website.App = people{}
