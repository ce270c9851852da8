package microsoft

import (
	"fmt"
	"slices"
	"time"
)

// Instance returns the id of the occurrence of a series that was to begin at
// original: a date in the series' zone ("2026-12-08"), a local time
// ("2026-12-08T10:00") or an RFC 3339 time.
func (s *Server) Instance(calendarID, series, original string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, r, err := s.instance(calendarID, series, original)
	if err != nil {
		return "", err
	}
	return s.called(r), nil
}

// Cancelled returns Graph's names for the cancelled occurrences of a series, each
// of which ends with the occurrence's date.
func (s *Server) Cancelled(calendarID, series string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, r, err := s.located(calendarID, series)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, at := range r.Dropped {
		out = append(out, r.cancelledName(s.called(r), at))
	}
	return out, nil
}

// MoveInstance, EditInstance and CancelInstance change one occurrence, named as
// in Instance.
func (s *Server) MoveInstance(calendarID, series, original string, start time.Time, minutes int) error {
	id, err := s.Instance(calendarID, series, original)
	if err != nil {
		return err
	}
	return s.Move(calendarID, id, start, minutes)
}

// EditInstance changes the texts or attendees of one occurrence.
func (s *Server) EditInstance(calendarID, series, original string, change Change) error {
	id, err := s.Instance(calendarID, series, original)
	if err != nil {
		return err
	}
	return s.Edit(calendarID, id, change)
}

// CancelInstance deletes one occurrence.
func (s *Server) CancelInstance(calendarID, series, original string) error {
	id, err := s.Instance(calendarID, series, original)
	if err != nil {
		return err
	}
	return s.Cancel(calendarID, id)
}

func (s *Server) instance(calendarID, series, original string) (*calendar, *record, error) {
	c, master, err := s.located(calendarID, series)
	if err != nil {
		return nil, nil, err
	}
	if master.Recurrence == nil {
		return nil, nil, unknown("series", series)
	}
	loc := master.Start.location(master.AllDay)
	from, err := time.ParseInLocation(dateOnly, original, loc)
	until := from.AddDate(0, 0, 1)
	if err != nil {
		if from, err = time.Parse(time.RFC3339, original); err != nil {
			if from, err = time.ParseInLocation("2006-01-02T15:04", original, loc); err != nil {
				return nil, nil, fmt.Errorf("%q is neither a date nor a time", original)
			}
		}
		until = from.Add(time.Second)
	}
	var found *record
	master.each(func(at time.Time) bool {
		if !at.Before(from) && at.Before(until) {
			found = c.occurrenceAt(master, at)
		}
		return at.Before(until)
	})
	if found == nil {
		return nil, nil, fmt.Errorf("%w occurrence of %q at %s", ErrUnknown, series, original)
	}
	return c, found, nil
}

// Split is "this and all following events": the series ends before the
// occurrence that was to begin at original (named as in Instance), and a new one
// begins at newStart with everything that was on the old one. minutes 0 keeps
// the length. Exceptions from there on are lost. It returns the id of the new
// series.
func (s *Server) Split(calendarID, series, original string, newStart time.Time, minutes int) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, at, err := s.instance(calendarID, series, original)
	if err != nil {
		return "", err
	}
	if home, there := s.organizersCopy(c, at); home != nil {
		c, at = home, there
	}
	master := c.events[at.master]
	if !at.original.After(master.Start.At) {
		return "", fmt.Errorf("%s is the first occurrence of %q", original, series)
	}
	loc := master.Start.location(master.AllDay)
	next, ended := master.clone(), master.clone()
	length := master.End.At.Sub(master.Start.At)
	if minutes > 0 {
		length = time.Duration(minutes) * time.Minute
	}
	next.Start.At = newStart.UTC().Truncate(time.Second)
	next.End.At = next.Start.At.Add(length)
	next.num, next.uid, next.created, next.id, next.immutable = s.newNumber(), s.newUID(), s.birth(), "", ""
	next.shape, next.Transaction = 0, ""
	next.Dropped = slices.DeleteFunc(slices.Clone(master.Dropped), func(t time.Time) bool { return t.Before(at.original) })
	p, span := *master.Recurrence.Pattern, *master.Recurrence.Range
	p.follow(at.original.In(loc), next.Start.At.In(loc))
	span.StartDate = next.Start.At.In(loc).Format(dateOnly)
	if span.Type == "numbered" {
		master.each(func(t time.Time) bool {
			if t.Before(at.original) {
				span.NumberOfOccurrences--
			}
			return t.Before(at.original)
		})
	}
	next.Recurrence = &recurrence{&p, &span}
	if s.behaviour.CopiesDropProperties {
		next.Properties = nil
	}
	ended.Recurrence = master.endedBefore(at.original)
	s.commit(c, master, ended)
	next.begin()
	s.put(c, next)
	next.shape = next.seq
	s.share(c, next)
	return s.called(next), nil
}

// EndBefore deletes an occurrence of a series, named as in Instance, and those
// that follow it. Before the first one, nothing is left of the series.
func (s *Server) EndBefore(calendarID, series, original string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, at, err := s.instance(calendarID, series, original)
	if err != nil {
		return err
	}
	if home, there := s.organizersCopy(c, at); home != nil {
		c, at = home, there
	}
	master := c.events[at.master]
	if !at.original.After(master.Start.At) {
		s.remove(c, master)
		return nil
	}
	ended := master.clone()
	ended.Recurrence = master.endedBefore(at.original)
	s.commit(c, master, ended)
	return nil
}

// endedBefore is a series' recurrence without what begins at original or later.
func (r *record) endedBefore(original time.Time) *recurrence {
	before := *r.Recurrence.Range
	before.Type, before.NumberOfOccurrences = "endDate", 0
	before.EndDate = original.In(r.Start.location(r.AllDay)).AddDate(0, 0, -1).Format(dateOnly)
	return &recurrence{r.Recurrence.Pattern, &before}
}
