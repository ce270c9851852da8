package microsoft

import (
	"slices"
	"time"
)

// Mail is what one write through Graph made Exchange send. What people do in
// Outlook sends mail too, but is not recorded.
type Mail struct {
	At         time.Time
	Calendar   string
	Event      string // id of the event, or of the occurrence
	Series     string // for occurrences and exceptions: id of the series
	Kind       string // "invitation", "update", "cancellation"
	Recipients []string
}

// silent members are each mailbox's own affair: writing them mails nobody.
var silent = []string{
	"categories", "isReminderOn", "reminderMinutesBeforeStart", "showAs", "transactionId",
	"singleValueExtendedProperties",
}

// mail records who is mailed about a PATCH. There is no way to suppress it, and
// a PATCH that changes nothing is mailed like any other.
func (s *Server) mail(c *calendar, old, next *record, ch changes) {
	if !next.Organized {
		return
	}
	loud := 0
	for name := range ch {
		if slices.Contains(readOnly, name) || slices.Contains(silent, name) && !s.loud(name) {
			continue
		}
		loud++
	}
	switch {
	case loud == 0:
	case loud == 1 && ch.has("attendees"):
		s.mailChanged(c, old, next)
	default:
		to := everybody(next, c.owner)
		for _, gone := range everybody(old, c.owner) {
			if !slices.Contains(to, gone) {
				s.record(c, next, "cancellation", []string{gone})
			}
		}
		s.record(c, next, "update", to)
		if old.Recurrence != nil {
			for _, x := range c.exceptionsOf(old.num) { // one for each that was changed on its own, too
				s.record(c, x, "update", everybody(x, c.owner))
			}
		}
	}
}

// loud reports whether a member is mailed about that is believed to be silent.
func (s *Server) loud(name string) bool {
	return s.behaviour.NothingSilent || s.behaviour.PropertyMails && name == "singleValueExtendedProperties"
}

// mailChanged tells those who came and those who went, and nobody else.
func (s *Server) mailChanged(c *calendar, old, next *record) {
	before, after := everybody(old, c.owner), everybody(next, c.owner)
	came := slices.DeleteFunc(slices.Clone(after), func(a string) bool { return slices.Contains(before, a) })
	went := slices.DeleteFunc(slices.Clone(before), func(a string) bool { return slices.Contains(after, a) })
	s.record(c, next, "invitation", came)
	s.record(c, next, "cancellation", went)
}

// record notes one mail, unless nobody gets it.
func (s *Server) record(c *calendar, r *record, kind string, to []string) {
	if len(to) == 0 {
		return
	}
	m := Mail{At: s.now(), Calendar: c.id, Event: s.called(r), Kind: kind, Recipients: to}
	if r.master != 0 {
		m.Series = s.called(c.events[r.master])
	}
	s.mails = append(s.mails, m)
}

// everybody are the attendees who read mail: rooms and the organiser do not.
func everybody(r *record, organizer string) []string {
	var to []string
	for _, a := range r.Attendees {
		if a.Kind != "resource" && a.EmailAddress.Address != organizer {
			to = append(to, a.EmailAddress.Address)
		}
	}
	slices.Sort(to)
	return to
}

// called is the id by which people's methods know a record.
func (s *Server) called(r *record) string {
	if s.behaviour.ImmutableNames {
		return r.immutable
	}
	return r.id
}
