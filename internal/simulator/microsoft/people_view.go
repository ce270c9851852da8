package microsoft

import (
	"slices"
	"strings"
	"time"
)

// EventView is an event as it stands on one calendar, for those who look on.
type EventView struct {
	Calendar, ID, ICalUID, ETag  string
	Regular, Immutable           string // both forms of ID
	Status                       string // "confirmed", "cancelled"
	Title, Description, Location string // Description is the body as it is stored; Location the joined names
	Text                         bool   // the body is plain text
	Locations                    []string
	Start, End                   time.Time // UTC; midnight UTC of the dates for AllDay
	AllDay                       bool
	Zone                         string    // as it was written
	Recurrence                   []string  // as an RRULE line
	SeriesID                     string    // occurrences and exceptions
	OriginalStart                time.Time // occurrences and exceptions
	Kind                         string    // singleInstance, occurrence, exception, seriesMaster
	OnlineMeeting                bool
	TeamsLink                    string            // where the online meeting is joined
	Provider                     string            // of the online meeting
	TeamsBlock                   string            // what stands in the body for the Teams meeting; "" when nothing does, or people wrote into it
	Private                      map[string]string // extended properties
	Organizer                    string
	OrganizedHere                bool
	Response                     string // of the calendar's owner
	Guests                       []GuestView
	ShowAs, Sensitivity          string
	Categories                   []string
	Created, Updated             time.Time
}

// GuestView is one attendee.
type GuestView struct {
	Email, Status  string
	Self, Resource bool
}

// Event returns an event as it stands, also an occurrence by its id, and also
// one that was deleted or cancelled.
func (s *Server) Event(calendarID, id string) (EventView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calendarNamed(calendarID)
	if c == nil {
		return EventView{}, unknown("calendar", calendarID)
	}
	r := c.find(id)
	if r == nil {
		r = c.events[c.ids[id]] // deleted
	}
	if r == nil {
		return EventView{}, unknown("event", id)
	}
	return s.viewOf(c, r), nil
}

// Events returns every event of a calendar that is not deleted: single events,
// series and exceptions, in the order in which they were made.
func (s *Server) Events(calendarID string) ([]EventView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calendarNamed(calendarID)
	if c == nil {
		return nil, unknown("calendar", calendarID)
	}
	var out []EventView
	for _, r := range c.standing() {
		out = append(out, s.viewOf(c, r))
	}
	return out, nil
}

func (s *Server) viewOf(c *calendar, r *record) EventView {
	v := EventView{
		Calendar: c.id, ID: s.called(r), ICalUID: r.uidOf(), ETag: r.etag(), Regular: r.id, Immutable: r.immutable, Status: "confirmed",
		Title: r.Subject, Description: r.Body.Content, Text: r.Body.ContentType == "text",
		Location: s.lens(c, c.owner, prefer{}).joined(r.Locations).DisplayName,
		Start:    r.Start.At, End: r.End.At, AllDay: r.AllDay, Zone: r.Start.Zone, Recurrence: r.lines(), Kind: r.kind(),
		OnlineMeeting: r.Online != nil, Provider: r.Provider, Private: map[string]string{},
		Organizer: r.Organizer.Address, OrganizedHere: r.Organized, Response: r.Response.Response,
		ShowAs: r.ShowAs, Sensitivity: r.Sensitivity, Categories: slices.Clone(r.Categories), Created: r.created, Updated: r.updated,
	}
	if r.gone || r.Cancelled {
		v.Status = "cancelled"
	}
	if r.Online != nil {
		v.TeamsLink = r.Online.JoinURL
	}
	if r.master != 0 {
		v.SeriesID, v.OriginalStart = s.called(c.events[r.master]), r.original
	}
	if r.Block != "" && strings.Contains(r.Body.Content, r.Block) {
		v.TeamsBlock = r.Block
	}
	for _, l := range r.Locations {
		v.Locations = append(v.Locations, l.DisplayName)
	}
	for _, p := range r.Properties {
		v.Private[p.ID] = p.Value
	}
	for _, a := range r.Attendees {
		v.Guests = append(v.Guests, GuestView{a.EmailAddress.Address, a.Status.Response, a.EmailAddress.Address == c.owner, a.Kind == "resource"})
	}
	return v
}
