package google

import (
	"fmt"
	"slices"
	"time"
)

// Change is what a person edits on an event; nil leaves a field as it is.
type Change struct {
	Title, Notes, Location *string
	Guests                 *[]string // replaces the guests; the organiser and rooms stay
	Private, Free          *bool
	Repeat                 *string // makes the event a series, as in NewEvent; "" makes it a single one
}

// Move reschedules an event; minutes 0 keeps its length. Like Edit and Cancel
// it is done by the organiser, whosever copy is named, and reaches every copy;
// an id of an occurrence makes an exception. Everything else on the event stays
// as it is, byte for byte. The whole of a series moves with its first
// occurrence.
func (s *Server) Move(calendarID, id string, start time.Time, minutes int) error {
	return s.act(calendarID, id, func(c *calendar, next *record) {
		length := next.end.At.Sub(next.start.At)
		if minutes > 0 {
			length = time.Duration(minutes) * time.Minute
		}
		old := next.start
		if next.start.AllDay {
			y, m, d := start.Date()
			next.start.At = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		} else {
			next.start.At = start.UTC().Truncate(time.Second)
		}
		next.end = moment{At: next.start.At.Add(length), AllDay: next.start.AllDay, Zone: next.end.Zone}
		next.Recurrence = sameRule(next.Recurrence, old, next.start)
	})
}

// Edit changes an event's texts or guests. See Move for whose event it is.
func (s *Server) Edit(calendarID, id string, change Change) error {
	return s.act(calendarID, id, func(c *calendar, next *record) { change.apply(c, next) })
}

// Cancel deletes an event for everybody. See Move for whose event it is.
func (s *Server) Cancel(calendarID, id string) error {
	return s.act(calendarID, id, func(_ *calendar, next *record) { next.Status = "cancelled" })
}

// Delete takes an event off one calendar: a guest's copy alone, which declines.
func (s *Server) Delete(calendarID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.standing(calendarID, id)
	if err != nil {
		return err
	}
	if r.cancelled() {
		return fmt.Errorf("event %q is cancelled", id)
	}
	s.remove(c, r)
	return nil
}

// known is the calendar of this id.
func (s *Server) known(calendarID string) (*calendar, error) {
	if c := s.calendars[calendarID]; c != nil {
		return c, nil
	}
	return nil, unknown("calendar", calendarID)
}

// standing is an event that a person can see, with the calendar it is on.
func (s *Server) standing(calendarID, id string) (*calendar, *record, error) {
	c, err := s.known(calendarID)
	if err != nil {
		return nil, nil, err
	}
	r := c.find(id)
	if r == nil || r.bare {
		return nil, nil, unknown("event", id)
	}
	return c, r, nil
}

// act changes an event as its organiser does, on the organiser's copy if it is
// here, and carries it to every other copy.
func (s *Server) act(calendarID, id string, change func(*calendar, *record)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.standing(calendarID, id)
	if err != nil {
		return err
	}
	if r.cancelled() {
		return fmt.Errorf("event %q is cancelled", id)
	}
	if home := s.organizersCopy(c, r); home != nil && home != c {
		c, r = home, home.find(id)
	}
	next := r.clone()
	change(c, next)
	if len(next.Recurrence) > 0 {
		if _, err := parseRecurrence(next.Recurrence, next.start); err != nil {
			return fmt.Errorf("recurrence of %q: %w", id, err)
		}
	}
	if !differs(r, next) {
		return nil
	}
	s.commit(c, r, next)
	if next.organizer() != c.id {
		s.share(c, next) // the organiser is elsewhere: every copy here hears of it
	}
	return nil
}

func (ch Change) apply(c *calendar, next *record) {
	for _, f := range []struct{ to, from *string }{{&next.Summary, ch.Title}, {&next.Description, ch.Notes}, {&next.Location, ch.Location}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if ch.Private != nil {
		next.Visibility = map[bool]string{true: "private", false: ""}[*ch.Private]
	}
	if ch.Free != nil {
		next.Transparency = map[bool]string{true: "transparent", false: ""}[*ch.Free]
	}
	if ch.Repeat != nil {
		next.Recurrence = NewEvent{Repeat: *ch.Repeat}.recurrence(next.start)
	}
	if ch.Guests == nil {
		return
	}
	old := next.Attendees
	n := NewEvent{Guests: *ch.Guests, Statuses: map[string]string{}}
	for _, a := range old {
		if a.Resource {
			n.Rooms = append(n.Rooms, a.Email)
		} else if a.Email == next.organizer() || slices.Contains(n.Guests, a.Email) {
			n.Statuses[a.Email] = a.ResponseStatus
		}
	}
	if len(n.Guests)+len(n.Rooms) == 0 {
		next.Attendees = nil
		return
	}
	next.Attendees = n.attendees(c, next.organizer())
}
