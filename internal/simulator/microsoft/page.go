package microsoft

import (
	"cmp"
	"strings"
	"time"

	"slotward/internal/simulator/website"
)

// What Microsoft's pages are called.
var (
	brand       = website.Brand{Name: "Outlook calendar", Class: "outlook", Real: "Microsoft"}
	signInBrand = website.Brand{Name: "Microsoft sign-in", Class: "outlook", Real: "Microsoft"}
)

// routePages serves what people see: accounts to choose from, and their weeks.
func (s *Server) routePages() { website.Serve(s.login, brand, people{s}, "a Teams meeting", s.now) }

// people is Outlook in the hands of people.
type people struct{ *Server }

func (p people) People() []website.Person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return website.Everybody(p.accounts, func(a *account) string { return a.name })
}

func (p people) Calendars(email string) []website.Calendar {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.accounts[email]
	if a == nil {
		return nil
	}
	var out website.List
	for _, id := range a.list {
		c := p.calendars[id]
		out.Put(website.Calendar{ID: c.id, Name: c.name, Zone: c.loc, Writable: c.roles[email] >= writer}, c == a.home)
	}
	return out
}

// opened is a calendar as an account looks at it.
func (p people) opened(email, calendarID string) (lens, error) {
	c := p.calendarNamed(calendarID)
	if c == nil || c.roles[email] == none {
		return lens{}, unknown("calendar", calendarID)
	}
	return p.lens(c, email, prefer{}), nil
}

func (p people) Between(email, calendarID string, from, until time.Time) ([]website.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	look, err := p.opened(email, calendarID)
	if err != nil {
		return nil, err
	}
	var out []website.Event
	for _, r := range look.calendar.inWindow(from, until) {
		out = append(out, p.drawn(look, r))
	}
	return out, nil
}

func (p people) Look(email, calendarID, id string) (website.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	look, err := p.opened(email, calendarID)
	if err != nil {
		return website.Event{}, err
	}
	r := look.calendar.find(id)
	if r == nil {
		return website.Event{}, unknown("event", id)
	}
	return p.drawn(look, r), nil
}

// drawn is an event as the page shows it.
func (p people) drawn(look lens, r *record) website.Event {
	v := p.viewOf(look.calendar, r)
	e := website.Event{
		ID: v.ID, Start: v.Start, End: v.End, AllDay: v.AllDay, Series: v.SeriesID, Original: v.OriginalStart,
		Repeats: strings.Join(v.Recurrence, " "), Organizer: v.Organizer, Cancelled: v.Status == "cancelled",
	}
	if look.hides(r) || look.calendar.roles[look.account] == freeBusyReader {
		e.Hide()
		return e
	}
	e.Title, e.Notes, e.Format, e.Organized = v.Title, v.Description, website.StrictHTML, v.OrganizedHere
	if v.Text {
		e.Format = website.Plain
	}
	if v.TeamsLink != "" {
		e.Link, e.LinkName = v.TeamsLink, map[bool]string{true: "Teams", false: "Skype"}[v.Provider == teams]
	}
	var places []string
	for _, l := range r.Locations {
		if l.EmailAddress == "" { // rooms are among the guests
			places = append(places, l.DisplayName)
		}
	}
	e.Location = strings.Join(places, "; ")
	if !v.OrganizedHere {
		e.Answer = cmp.Or(v.Response, "none")
	}
	for _, g := range v.Guests {
		e.Guests = append(e.Guests, website.Guest{Email: g.Email, Answer: g.Status, Room: g.Resource})
	}
	return e
}

func (p people) Add(calendarID string, d website.Draft) (string, error) {
	n := NewEvent{
		Title: d.Title, Notes: d.Notes, Location: d.Location, Start: d.Start, Minutes: d.Minutes, AllDay: d.AllDay, Guests: d.Guests, Teams: d.Online, Repeat: d.Repeat,
	}
	if strings.Contains(n.Notes, "<") { // it was typed as text, and is no HTML
		n.Notes = wrapHTML(website.StrictHTML.Quote(n.Notes))
	}
	return p.Insert(calendarID, n)
}

// Change hands over whole documents, which stay as they are.
func (p people) Change(calendarID, id string, c website.Change) error {
	v, err := p.Event(calendarID, id)
	if err != nil {
		return err
	}
	if c.Notes != nil && !v.Text {
		whole := wrapHTML(*c.Notes)
		c.Notes = &whole
	}
	return p.Edit(calendarID, id, Change{Title: c.Title, Notes: c.Notes, Location: c.Location, Guests: c.Guests})
}

func (p people) Relocate(calendarID, id, to string) (string, error) {
	return p.MoveEventToCalendar(calendarID, id, to)
}
