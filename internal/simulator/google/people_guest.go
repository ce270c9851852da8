package google

import (
	"slices"
	"time"
)

// Copy duplicates an event at another time with everything that is on it,
// extended properties included; only Meet is made anew. A copy of an
// occurrence is a single event.
func (s *Server) Copy(calendarID, id string, newStart time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.standing(calendarID, id)
	if err != nil {
		return "", err
	}
	next := r.clone()
	next.ID = s.newID()
	next.ICalUID = next.ID + "@google.com"
	zero := int32(0)
	next.created, next.Sequence = s.birth(), &zero
	if next.cancelled() {
		next.Status = "confirmed"
	}
	next.RecurringEventID, next.original, next.orphan = "", moment{}, false
	next.start.At = newStart.UTC().Truncate(time.Second)
	next.end.At = next.start.At.Add(r.end.At.Sub(r.start.At))
	next.Recurrence = sameRule(r.Recurrence, r.start, next.start)
	next.Creator = s.blank(c, "", c.owner).Creator
	next.Organizer = &principal{Email: c.id, DisplayName: s.displayName(c)}
	next.Attendees = nil
	for _, a := range r.Attendees {
		a.Organizer = a.Email == c.id
		if !a.Resource && !a.Organizer {
			a.ResponseStatus = "needsAction"
		}
		next.Attendees = append(next.Attendees, a)
	}
	if r.HangoutLink != "" {
		next.Conference, next.HangoutLink = s.newMeet("copy-" + next.ID)
	}
	s.put(c, next, true)
	s.share(c, next)
	return next.ID, nil
}

// Invite adds a calendar to an event's guests and so puts a guest's copy with
// the same id and iCalUID on it. It returns that id.
func (s *Server) Invite(calendarID, id, guestCalendar string) (string, error) {
	s.mu.Lock()
	known := s.calendars[guestCalendar] != nil
	s.mu.Unlock()
	if !known {
		return "", unknown("calendar", guestCalendar)
	}
	return id, s.act(calendarID, id, func(c *calendar, next *record) {
		if len(next.Attendees) == 0 {
			next.Attendees = withResponse(nil, next.organizer(), "accepted", next.organizer())
		}
		if responseOf(next, guestCalendar) == "" {
			next.Attendees = withResponse(next.Attendees, guestCalendar, "needsAction", next.organizer())
		}
	})
}

// RSVP answers an invitation as the calendar's owner: needsAction, declined,
// tentative or accepted. The organiser and the other guests see it.
func (s *Server) RSVP(calendarID, id, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.known(calendarID)
	if err != nil {
		return err
	}
	r := c.find(id)
	if r == nil || r.cancelled() {
		return unknown("event", id)
	}
	if !slices.Contains(enums["response"], status) {
		return unknown("answer", status)
	}
	s.respond(c, r, status)
	return nil
}

// MoveEventToCalendar moves an event to another calendar, which becomes its
// organiser.
func (s *Server) MoveEventToCalendar(calendarID, id, destination string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to := s.calendars[calendarID], s.calendars[destination]
	switch {
	case from == nil:
		return unknown("calendar", calendarID)
	case to == nil:
		return unknown("calendar", destination)
	}
	r := from.find(id)
	if r == nil || r.bare {
		return unknown("event", id)
	}
	if e := movable(from, to, r); e != nil {
		return e
	}
	s.relocate(from, to, r)
	return nil
}
