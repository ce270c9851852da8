package google

import (
	"slices"
)

// An event with guests stands on every guest's calendar as a copy with the same
// id and iCalUID. What the organiser's copy says of the shared fields holds on
// all of them; private fields stay each copy's own.

// share brings the other copies up to the organiser's copy r on c. What guests
// changed on their own copies is overwritten.
func (s *Server) share(c *calendar, r *record) {
	if r.PrivateCopy || r.EventType != "default" {
		return
	}
	targets := map[string]bool{}
	for id := range s.copies[r.ICalUID] {
		targets[id] = true
	}
	for _, a := range r.Attendees {
		if s.calendars[a.Email] != nil {
			targets[a.Email] = true
		}
	}
	delete(targets, c.id)
	for _, id := range slices.Sorted(setOf(targets)) {
		s.shareWith(s.calendars[id], r)
	}
}

func (s *Server) shareWith(c *calendar, r *record) {
	old := c.events[r.ID]
	if old != nil && old.ICalUID != r.ICalUID {
		if !old.cancelled() {
			return // another event that happens to have the id
		}
		old = nil // left over from before a split
	}
	invited := slices.ContainsFunc(r.Attendees, func(a attendee) bool { return a.Email == c.id })
	gone := r.cancelled() || r.bare || !invited
	switch {
	case gone && old == nil && r.isInstance() && c.events[r.RecurringEventID] != nil:
		// One occurrence of a series that the guest has was taken away.
	case gone && (old == nil || old.cancelled()):
		return
	}
	addTo(s.copies, r.ICalUID, c.id)
	var next *record
	if old == nil {
		next = r.clone()
		// What is private to a copy does not travel.
		next.Extended = onlyShared(r.Extended)
		next.Reminders, next.ColorID, next.Transparency, next.Source = nil, "", "", nil
		if master := c.events[r.RecurringEventID]; r.isInstance() && master != nil {
			next.Extended = mergeExtended(master.Extended, r.Extended)
		}
	} else {
		next = old.clone()
		next.bare = false
		copyShared(next, r)
	}
	if old != nil && old.cancelled() && responseOf(r, c.id) == "declined" {
		return // the guest took it off the calendar
	}
	if gone {
		next.Status, next.orphan = "cancelled", r.orphan
	}
	s.put(c, next, true)
	if old != nil && next.isSeries() {
		s.dropOrphans(c, next)
	}
}

// copyShared overwrites the shared fields of dst with those of src.
func copyShared(dst, src *record) {
	dst.Status, dst.Summary, dst.Description, dst.Location = src.Status, src.Summary, src.Description, src.Location
	dst.start, dst.end, dst.original = src.start, src.end, src.original
	dst.Recurrence, dst.RecurringEventID = src.Recurrence, src.RecurringEventID
	dst.Attendees, dst.Organizer, dst.Sequence = src.Attendees, src.Organizer, src.Sequence
	dst.Conference, dst.HangoutLink, dst.Attachments = src.Conference, src.HangoutLink, src.Attachments
	dst.AnyoneCanAddSelf, dst.GuestsCanModify = src.AnyoneCanAddSelf, src.GuestsCanModify
	dst.GuestsCanInviteOthers, dst.GuestsCanSeeOtherGuests = src.GuestsCanInviteOthers, src.GuestsCanSeeOtherGuests
	dst.Extended = mergeExtended(dst.Extended, src.Extended)
	dst.orphan = src.orphan
}

func onlyShared(e *extended) *extended { return mergeExtended(nil, e) }

// mergeExtended joins the private properties of one copy with the shared ones
// of another.
func mergeExtended(private, shared *extended) *extended {
	out := &extended{}
	if private != nil {
		out.Private = private.Private
	}
	if shared != nil {
		out.Shared = shared.Shared
	}
	if len(out.Private)+len(out.Shared) == 0 {
		return nil
	}
	return out
}

// organizersCopy finds the calendar with the organiser's copy of r: c itself,
// another calendar, or nil when the organiser is not on Google.
func (s *Server) organizersCopy(c *calendar, r *record) *calendar {
	home := s.calendars[r.organizer()]
	if home == nil || home == c {
		return home
	}
	if there := home.find(r.ID); there == nil || there.ICalUID != r.ICalUID {
		return nil
	}
	return home
}

// respond sets the answer of the guest who is c on r, here and everywhere.
func (s *Server) respond(c *calendar, r *record, status string) {
	next := r.clone()
	next.Attendees = withResponse(r.Attendees, c.id, status, r.organizer())
	s.put(c, next, true)
	s.shareResponse(c, next, status)
}

// shareResponse carries an answer that stands on c's copy to the other copies.
// It is the only thing that flows back from a guest to the organiser.
func (s *Server) shareResponse(c *calendar, r *record, status string) {
	home := s.organizersCopy(c, r)
	if home == c {
		s.share(c, r)
		return
	}
	if home == nil {
		return
	}
	there := home.find(r.ID).clone()
	there.Attendees = withResponse(there.Attendees, c.id, status, there.organizer())
	s.put(home, there, true)
	s.share(home, there)
}

// withResponse returns list with the answer of one guest, who is added if the
// list does not have them.
func withResponse(list []attendee, email, status, organizer string) []attendee {
	out := slices.Clone(list)
	for i := range out {
		if out[i].Email == email {
			out[i].ResponseStatus = status
			return out
		}
	}
	return append(out, attendee{Email: email, ResponseStatus: status, Organizer: email == organizer})
}
