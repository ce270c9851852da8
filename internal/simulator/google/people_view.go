package google

import (
	"maps"
	"slices"
	"time"
)

// EventView is an event as it stands on one calendar, for those who look on.
type EventView struct {
	Calendar, ID, ICalUID, ETag  string
	Status                       string // "confirmed", "tentative", "cancelled"
	Title, Description, Location string
	Start, End                   time.Time // UTC; midnight UTC of the dates for AllDay
	AllDay                       bool
	Zone                         string
	Recurrence                   []string
	SeriesID                     string    // occurrences and exceptions
	OriginalStart                time.Time // occurrences and exceptions
	HangoutLink                  string    // Google Meet
	Conference                   string    // where a card that is not Meet's is joined
	ConferencePending            bool
	Private, Shared              map[string]string // extended properties
	Organizer                    string
	OrganizedHere                bool
	Guests                       []GuestView
	EventType, Visibility        string
	Free, Locked                 bool
	Created, Updated             time.Time
}

// GuestView is one line of a guest list.
type GuestView struct {
	Email, Status             string
	Self, Organizer, Resource bool
}

// Event returns an event as it stands, also one that is cancelled, and also an
// occurrence by its id.
func (s *Server) Event(calendarID, id string) (EventView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.known(calendarID)
	if err != nil {
		return EventView{}, err
	}
	r := c.find(id)
	if r == nil {
		return EventView{}, unknown("event", id)
	}
	return viewOf(c, r), nil
}

// Events returns every event of a calendar that is not cancelled: single
// events, series and exceptions, in the order of their last change.
func (s *Server) Events(calendarID string) ([]EventView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.known(calendarID)
	if err != nil {
		return nil, err
	}
	var out []EventView
	for _, r := range c.since(0) {
		if !r.cancelled() && (listQuery{}).admits(c, r) {
			out = append(out, viewOf(c, r))
		}
	}
	return out, nil
}

func viewOf(c *calendar, r *record) EventView {
	v := EventView{
		Calendar: c.id, ID: r.ID, ICalUID: r.ICalUID, ETag: r.etag(), Status: r.Status,
		Title: r.Summary, Description: r.Description, Location: r.Location,
		Start: r.start.At, End: r.end.At, AllDay: r.start.AllDay, Zone: r.start.Zone,
		Recurrence: slices.Clone(r.Recurrence), SeriesID: r.RecurringEventID, OriginalStart: r.original.At,
		HangoutLink: r.HangoutLink, ConferencePending: r.Conference.pending(),
		Organizer: r.organizer(), OrganizedHere: r.organizer() == c.id,
		EventType: r.EventType, Visibility: r.Visibility, Free: r.Transparency == "transparent", Locked: r.Locked,
		Created: r.created, Updated: r.updated,
	}
	if r.Conference.solution() != "hangoutsMeet" {
		v.Conference = r.Conference.video()
	}
	if r.Extended != nil {
		v.Private, v.Shared = maps.Clone(r.Extended.Private), maps.Clone(r.Extended.Shared)
	}
	for _, a := range r.Attendees {
		v.Guests = append(v.Guests, GuestView{a.Email, a.ResponseStatus, a.Email == c.id, a.Organizer, a.Resource})
	}
	return v
}
