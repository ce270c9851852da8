package microsoft

import (
	"slices"
	"strings"
)

// An event with attendees stands in every attendee's mailbox as a copy with the
// same iCalUId and an id of its own. What the organiser's copy says of the
// shared content holds on all of them, and overwrites what attendees changed.

// copyOf finds c's copy of an event that is on another calendar; nil when it has
// none. It may be an occurrence without a record of its own.
func (c *calendar) copyOf(r *record) *record {
	whole := c.events[c.uids[r.uid]]
	if r.master == 0 {
		return present(whole)
	}
	if whole = present(whole); whole != nil && whole.Recurrence != nil {
		return c.occurrenceAt(whole, r.original)
	}
	return present(c.events[c.uids[r.uidOf()]])
}

func present(r *record) *record {
	if r == nil || r.gone {
		return nil
	}
	return r
}

// share brings the attendees' copies up to the organiser's copy r on c.
func (s *Server) share(c *calendar, r *record) {
	for _, a := range s.others(c, r) {
		invited := slices.ContainsFunc(r.Attendees, func(one attendee) bool { return strings.EqualFold(one.EmailAddress.Address, a.email) })
		if invited {
			s.deliver(a.home, r)
		} else {
			s.callOff(a.home, r)
		}
	}
}

// shareEnd tells the attendees that an event is cancelled.
func (s *Server) shareEnd(c *calendar, r *record) {
	for _, a := range s.others(c, r) {
		s.callOff(a.home, r)
	}
}

// others are the accounts that are invited to r or have a copy of it.
func (s *Server) others(c *calendar, r *record) []*account {
	var out []*account
	for email, a := range s.accounts {
		if email == c.owner {
			continue
		}
		invited := slices.ContainsFunc(r.Attendees, func(one attendee) bool { return strings.EqualFold(one.EmailAddress.Address, email) })
		if invited || a.home.copyOf(r) != nil {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b *account) int { return strings.Compare(a.email, b.email) })
	return out
}

// deliver writes the organiser's content over a copy, or makes one.
func (s *Server) deliver(c *calendar, r *record) {
	old := c.copyOf(r)
	if old == nil {
		s.deliverNew(c, r)
		return
	}
	next := old.clone()
	next.content = r.content
	if old.virtual {
		next = s.split(c, old, next)
	}
	if next.Recurrence != nil || old.Recurrence != nil {
		s.reshape(c, old, next)
		return
	}
	s.put(c, next)
}

func (s *Server) deliverNew(c *calendar, r *record) {
	next := &record{num: s.newNumber(), uid: r.uid, created: s.birth(), content: r.content, mine: mine{
		ShowAs: "tentative", Reminder: true, ReminderFirst: 15, Response: response{answerOf(r, c.owner), zeroTime()},
	}}
	if next.Response.Response == "none" {
		next.Response.Response = "notResponded"
	}
	if r.master != 0 {
		if master := present(c.events[c.uids[r.uid]]); master != nil && master.Recurrence != nil {
			return // the occurrence is not in the attendee's series: it was taken out
		}
		next.uid = r.uidOf() // invited to this one occurrence
	}
	s.put(c, next)
}

// callOff marks a copy as cancelled: it stays until its owner takes it off.
func (s *Server) callOff(c *calendar, r *record) {
	old := c.copyOf(r)
	if old == nil || old.Cancelled {
		return
	}
	next := old.clone()
	next.Cancelled, next.ShowAs = true, "free"
	next.Subject = "Canceled: " + next.Subject
	if old.virtual {
		next = s.split(c, old, next)
	}
	s.put(c, next)
	if next.Recurrence != nil {
		next.shape = next.seq
	}
}

// organizersCopy finds the organiser's copy of r: on c itself, on another
// calendar, or nowhere when the organiser has no mailbox here.
func (s *Server) organizersCopy(c *calendar, r *record) (*calendar, *record) {
	if r.Organized {
		return c, r
	}
	a := s.accounts[strings.ToLower(r.Organizer.Address)]
	if a == nil {
		return nil, nil
	}
	for _, home := range s.calendarsOf(a.email) {
		if there := home.copyOf(r); there != nil && there.Organized {
			return home, there
		}
	}
	return nil, nil
}

// respond sets the answer of the attendee who owns c, here and at the organiser.
func (s *Server) respond(c *calendar, r *record, status string) {
	now := s.now().Format("2006-01-02T15:04:05Z")
	if home, there := s.organizersCopy(c, r); home != nil {
		next := there.clone()
		next.Attendees = withAnswer(there.Attendees, c.owner, response{status, now})
		if there.virtual {
			next = s.split(home, there, next)
		}
		s.put(home, next)
	}
	next := r.clone()
	next.Response = response{status, now}
	next.Attendees = withAnswer(r.Attendees, c.owner, next.Response)
	next.ShowAs = map[string]string{"accepted": "busy", "tentativelyAccepted": "tentative", "declined": "free"}[status]
	if next.ShowAs == "" {
		next.ShowAs = r.ShowAs
	}
	if status == "declined" && !s.behaviour.KeepDeclined {
		s.remove(c, r)
		return
	}
	if r.virtual {
		next = s.split(c, r, next)
	}
	s.put(c, next)
	if next.Recurrence != nil {
		next.shape = next.seq
	}
}

// withAnswer returns list with the answer of one attendee.
func withAnswer(list []attendee, email string, answer response) []attendee {
	out := slices.Clone(list)
	for i := range out {
		if strings.EqualFold(out[i].EmailAddress.Address, email) {
			out[i].Status = &answer
		}
	}
	return out
}

func answerOf(r *record, email string) string {
	for _, a := range r.Attendees {
		if strings.EqualFold(a.EmailAddress.Address, email) && a.Status != nil {
			return a.Status.Response
		}
	}
	return "none"
}
