package microsoft

import (
	"fmt"
	"slices"
	"time"
)

// Change is what a person edits on an event; nil leaves a field as it is.
type Change struct {
	Title, Notes, Location *string   // Notes as in NewEvent, but whole documents stay as they are; Location leaves rooms
	Guests                 *[]string // replaces the attendees; rooms stay
	Private, Free          *bool
	Repeat                 *string // makes the event a series, as in NewEvent; "" makes it a single one
}

// Move reschedules an event; minutes 0 keeps its length. Like Edit and Cancel
// it is done by the organiser, whosever copy is named, and reaches every copy;
// an id of an occurrence makes an exception. The whole of a series moves with
// its first occurrence.
func (s *Server) Move(calendarID, id string, start time.Time, minutes int) error {
	return s.act(calendarID, id, func(c *calendar, next *record) error {
		length := next.End.At.Sub(next.Start.At)
		if minutes > 0 {
			length = time.Duration(minutes) * time.Minute
		}
		old := next.clone()
		next.Start.At = start.UTC().Truncate(time.Second)
		if next.AllDay {
			y, m, d := start.Date()
			next.Start.At = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		}
		next.End.At = next.Start.At.Add(length)
		if next.Recurrence == nil {
			return nil
		}
		if p := next.align(old); p != nil {
			return p
		}
		if !next.begin() {
			return fmt.Errorf("series %q has no occurrence", id)
		}
		return nil
	})
}

// Edit changes an event's texts or attendees. See Move for whose event it is.
func (s *Server) Edit(calendarID, id string, change Change) error {
	return s.act(calendarID, id, func(c *calendar, next *record) error {
		s.edit(c, next, change)
		return next.repeat(change.Repeat)
	})
}

// repeat makes an event a series, or a single event; nil leaves it as it is.
func (r *record) repeat(rule *string) (err error) {
	switch {
	case rule == nil:
	case *rule == "":
		r.Recurrence = nil
	default:
		r.Recurrence, err = fromRule(*rule, r.Start.At.In(r.Start.location(r.AllDay)), r.Start.Zone)
	}
	return err
}

// AddTeams turns an event into a Teams meeting with a link of its own, as its
// organiser does with the switch in Outlook. language and old are as in NewEvent.
func (s *Server) AddTeams(calendarID, id, language string, old bool) error {
	return s.act(calendarID, id, func(c *calendar, next *record) error {
		if joinLink(next.Body) != "" {
			return fmt.Errorf("event %q has a Teams link already", id)
		}
		s.addTeams(c, next, language, old)
		next.Locations = withTeamsPlace(next.Locations)
		return nil
	})
}

// Cancel deletes an event; attendees keep it as cancelled. See Move for whose
// event it is.
func (s *Server) Cancel(calendarID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.located(calendarID, id)
	if err != nil {
		return err
	}
	if home, there := s.organizersCopy(c, r); home != nil {
		s.remove(home, there)
		return nil
	}
	s.callOff(c, r)
	return nil
}

// Delete takes an event off one calendar only, as an attendee does.
func (s *Server) Delete(calendarID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.located(calendarID, id)
	if err != nil {
		return err
	}
	s.remove(c, r)
	return nil
}

// located finds an event on a calendar.
func (s *Server) located(calendarID, id string) (*calendar, *record, error) {
	c := s.calendarNamed(calendarID)
	if c == nil {
		return nil, nil, unknown("calendar", calendarID)
	}
	r := c.find(id)
	if r == nil {
		return nil, nil, unknown("event", id)
	}
	return c, r, nil
}

// act changes an event as its organiser does, on the organiser's copy if it is
// here, and carries it to every other copy.
func (s *Server) act(calendarID, id string, change func(*calendar, *record) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.located(calendarID, id)
	if err != nil {
		return err
	}
	if r.Cancelled {
		return fmt.Errorf("event %q is cancelled", id)
	}
	if home, there := s.organizersCopy(c, r); home != nil {
		c, r = home, there
	}
	next := r.clone()
	if err := change(c, next); err != nil {
		return err
	}
	s.commit(c, r, next)
	return nil
}

func (s *Server) edit(c *calendar, next *record, ch Change) {
	old := next.clone()
	if ch.Title != nil {
		next.Subject = *ch.Title
	}
	if ch.Notes != nil {
		next.Body = typed(*ch.Notes, next.Body.ContentType == "text")
		s.settle(c, old, next, true, false)
	}
	if ch.Location != nil {
		next.Locations = slices.DeleteFunc(slices.Clone(next.Locations), func(l location) bool { return l.EmailAddress == "" })
		if *ch.Location != "" {
			next.Locations = append(next.Locations, place(location{DisplayName: *ch.Location}, nil))
		}
	}
	if ch.Private != nil {
		next.Sensitivity = map[bool]string{true: "private", false: "normal"}[*ch.Private]
	}
	if ch.Free != nil {
		next.ShowAs = map[bool]string{true: "free", false: "busy"}[*ch.Free]
	}
	if ch.Guests == nil {
		return
	}
	n := NewEvent{Guests: *ch.Guests, Statuses: map[string]string{}}
	places := next.Locations
	next.Attendees = nil
	for _, a := range old.Attendees {
		if a.Kind == "resource" {
			n.Rooms = append(n.Rooms, a.EmailAddress.Address)
		} else if slices.Contains(n.Guests, a.EmailAddress.Address) {
			n.Statuses[a.EmailAddress.Address] = a.Status.Response
		}
	}
	s.invite(c, next, n)
	next.Locations = places
}
