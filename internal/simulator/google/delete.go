package google

import (
	"slices"
)

func (s *Server) deleteEvent(q *request) (answer, *apiError) {
	c := q.calendar
	r := c.find(q.PathValue("eventId"))
	if r == nil {
		return answer{}, notFound()
	}
	if r.cancelled() {
		return answer{}, deletedAlready()
	}
	if _, e := q.target(); e != nil {
		return answer{}, e
	}
	s.mail(q, r, "cancellation")
	s.remove(c, r)
	return answer{}, nil
}

// remove takes an event off calendar c. On the organiser's calendar it is
// cancelled for everybody; a guest declines by removing the own copy.
func (s *Server) remove(c *calendar, r *record) {
	next := r.clone()
	next.Status = "cancelled"
	if r.organizer() == c.id {
		s.commit(c, r, next)
		return
	}
	next.Attendees = withResponse(r.Attendees, c.id, "declined", r.organizer())
	s.put(c, next, true)
	s.shareResponse(c, next, "declined")
}

func (s *Server) moveEvent(q *request) (answer, *apiError) {
	r, e := q.target()
	if e != nil {
		return answer{}, e
	}
	destination := q.query.Get("destination")
	if destination == "" {
		return answer{}, required("Required parameter: destination")
	}
	if destination == "primary" {
		destination = q.account
	}
	to := s.calendars[destination]
	switch {
	case to == nil || to.roles[q.account] == none:
		return answer{}, notFound()
	case to.roles[q.account] < writerWithoutPrivateAccess:
		return answer{}, needsWriter()
	}
	if e := movable(q.calendar, to, r); e != nil {
		return answer{}, e
	}
	moved := s.relocate(q.calendar, to, r)
	s.mail(q, moved, "update")
	look := q.lens()
	look.calendar, look.role = to, to.roles[q.account]
	shown := look.show(moved)
	return answer{body: shown, etag: shown.ETag}, nil
}

func movable(from, to *calendar, r *record) *apiError {
	switch {
	case r.isInstance():
		return &apiError{code: 400, domain: "calendar", reason: "cannotChangeOrganizerOfInstance", message: "Cannot change the organizer of an instance."}
	case r.organizer() != from.id:
		return notOrganizer()
	case r.cancelled():
		return deletedAlready()
	case r.EventType != "default":
		return invalid("Only default events can be moved.")
	case to.events[r.ID] != nil && !to.events[r.ID].cancelled():
		return faultErrors["duplicate"]()
	}
	return nil
}

// relocate moves an event with its exceptions to another calendar, which
// becomes its organiser. A cancelled event of which only the id is left stays
// behind.
func (s *Server) relocate(from, to *calendar, r *record) *record {
	all := append([]*record{r}, from.exceptionsOf(r.ID)...)
	var moved *record
	for _, x := range all {
		y := x.clone()
		y.Organizer = &principal{Email: to.id, DisplayName: s.displayName(to)}
		y.Attendees = slices.Clone(x.Attendees)
		for i := range y.Attendees {
			y.Attendees[i].Organizer = y.Attendees[i].Email == to.id
		}
		s.put(to, y, true)
		if moved == nil {
			moved = y
		}
		left := x.clone()
		left.Status, left.bare = "cancelled", true
		s.put(from, left, true)
		s.share(to, y)
	}
	return moved
}
