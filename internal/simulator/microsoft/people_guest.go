package microsoft

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Copy duplicates an event at another time with everything that is on it, its
// body as it stands. A copy of an occurrence is a single event. Teams makes no
// new meeting: the copy shows the link of the first.
func (s *Server) Copy(calendarID, id string, newStart time.Time) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.located(calendarID, id)
	if err != nil {
		return "", err
	}
	next := r.clone()
	next.num, next.uid, next.created = s.newNumber(), s.newUID(), s.birth()
	next.id, next.immutable, next.virtual, next.ownID = "", "", false, false
	next.master, next.original, next.shape, next.Dropped = 0, time.Time{}, 0, nil
	next.Organized, next.Organizer, next.Cancelled = true, emailAddress{s.nameOf(c.owner), c.owner}, false
	next.Response, next.Transaction = response{"organizer", zeroTime()}, ""
	next.Start.At = newStart.UTC().Truncate(time.Second)
	next.End.At = next.Start.At.Add(r.End.At.Sub(r.Start.At))
	if next.Recurrence != nil {
		if p := next.align(r); p != nil {
			return "", p
		}
		next.begin()
	}
	next.Attendees = nil
	for _, a := range r.Attendees {
		if a.EmailAddress.Address == c.owner {
			continue
		}
		a.Status = &response{"none", zeroTime()}
		next.Attendees = append(next.Attendees, a)
	}
	if s.behaviour.CopiesDropProperties {
		next.Properties = nil
	}
	s.put(c, next)
	s.share(c, next)
	return s.called(next), nil
}

// Invite adds the owner of a calendar to an event's attendees and returns the id
// of the copy that is then in that mailbox.
func (s *Server) Invite(calendarID, id, guestCalendar string) (string, error) {
	s.mu.Lock()
	guest, host := s.calendarNamed(guestCalendar), s.calendarNamed(calendarID)
	s.mu.Unlock()
	switch {
	case guest == nil:
		return "", unknown("calendar", guestCalendar)
	case host != nil && host.owner == guest.owner:
		return "", fmt.Errorf("a mailbox holds one copy of a meeting, whatever its calendars: %s has %q already", guest.owner, id)
	}
	err := s.act(calendarID, id, func(_ *calendar, next *record) error {
		if !slices.ContainsFunc(next.Attendees, func(a attendee) bool { return strings.EqualFold(a.EmailAddress.Address, guest.owner) }) {
			next.Attendees = append(slices.Clone(next.Attendees), attendee{
				Kind: "required", Status: &response{"none", zeroTime()}, EmailAddress: emailAddress{s.nameOf(guest.owner), guest.owner}})
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, r, err := s.located(calendarID, id)
	if err != nil {
		return "", err
	}
	twin := s.accounts[guest.owner].home.copyOf(r)
	if twin == nil {
		return "", fmt.Errorf("%s has no copy of %q", guest.owner, id)
	}
	return s.called(twin), nil
}

// RSVP answers an invitation as the calendar's owner: needsAction, accepted,
// declined or tentative. The organiser sees it. Declining takes the event off
// the calendar unless KeepDeclined is set. Organisers cannot answer.
func (s *Server) RSVP(calendarID, id, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.located(calendarID, id)
	if err != nil {
		return err
	}
	answer := graphAnswer(status)
	if !slices.Contains([]string{"notResponded", "accepted", "declined", "tentativelyAccepted"}, answer) {
		return unknown("answer", status)
	}
	if r.Organized {
		return fmt.Errorf("event %q: Outlook lets organisers not answer their own invitations", id)
	}
	s.respond(c, r, answer)
	return nil
}

// MoveEventToCalendar moves an event to another calendar of the same mailbox.
// Its regular id changes, its immutable one does not. It returns the id.
func (s *Server) MoveEventToCalendar(calendarID, id, destination string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, r, err := s.located(calendarID, id)
	if err != nil {
		return "", err
	}
	to := s.calendarNamed(destination)
	switch {
	case to == nil:
		return "", unknown("calendar", destination)
	case to.owner != from.owner:
		return "", fmt.Errorf("%s is in another mailbox", destination)
	case r.master != 0:
		return "", fmt.Errorf("an occurrence stays with its series")
	}
	exceptions := from.exceptionsOf(r.num)
	for _, one := range append(exceptions, r) {
		gone := one.clone()
		gone.gone = true
		s.put(from, gone)
	}
	for _, one := range append([]*record{r}, exceptions...) {
		there := one.clone()
		there.id, there.immutable, there.shape = "", "", 0
		s.put(to, there)
		there.shape = there.seq
	}
	return s.called(to.events[r.num]), nil
}
