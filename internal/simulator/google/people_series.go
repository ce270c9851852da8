package google

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Instance returns the id of the occurrence of a series that was to begin at
// original: a date in the series' zone ("2026-12-08"), a local time
// ("2026-12-08T10:00") or an RFC 3339 time.
func (s *Server) Instance(calendarID, series, original string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.instance(calendarID, series, original)
	if err != nil {
		return "", err
	}
	return r.ID, nil
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

// EditInstance changes the texts or guests of one occurrence.
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

func (s *Server) instance(calendarID, series, original string) (*record, error) {
	c, err := s.known(calendarID)
	if err != nil {
		return nil, err
	}
	master := c.events[series]
	if master == nil || !master.isSeries() {
		return nil, unknown("series", series)
	}
	loc := master.start.location()
	from, err := time.ParseInLocation(dayLayout, original, loc)
	until := from.Add(25 * time.Hour)
	if err != nil {
		if from, err = time.Parse(time.RFC3339, original); err != nil {
			if from, err = time.ParseInLocation("2006-01-02T15:04", original, loc); err != nil {
				return nil, fmt.Errorf("%q is neither a date nor a time", original)
			}
		}
		until = from
	}
	for _, at := range occurrences(master, from, until, 2) {
		if until.Equal(from) || at.In(loc).Format(dayLayout) == original {
			return c.find(baseID(master.ID) + "_" + moment{At: at, AllDay: master.start.AllDay}.stamp()), nil
		}
	}
	return nil, fmt.Errorf("%w occurrence of %q at %s", ErrUnknown, series, original)
}

// sameRule keeps a weekly rule going when a series moves to another weekday.
func sameRule(lines []string, old, now moment) []string {
	loc := now.location()
	was, is := old.At.In(loc).Weekday(), now.At.In(loc).Weekday()
	if was == is {
		return lines
	}
	out := slices.Clone(lines)
	for i, line := range out {
		if strings.HasPrefix(line, "RRULE:") {
			parts := strings.Split(line[len("RRULE:"):], ";")
			for j, p := range parts {
				if p == "BYDAY="+strings.ToUpper(was.String()[:2]) {
					parts[j] = "BYDAY=" + strings.ToUpper(is.String()[:2])
				}
			}
			out[i] = "RRULE:" + strings.Join(parts, ";")
		}
	}
	return out
}

// Split is "this and following events" as Google's own page does it: the series
// ends before the occurrence that was to begin at original (named as in
// Instance), and a new one begins at newStart with everything that was on the
// old one. minutes 0 keeps the length. It returns the id of the new series,
// "<base>_R<start>".
func (s *Server) Split(calendarID, series, original string, newStart time.Time, minutes int) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, err := s.instance(calendarID, series, original)
	if err != nil {
		return "", err
	}
	c := s.calendars[calendarID]
	if home := s.organizersCopy(c, at); home != nil {
		c = home
	}
	master := c.events[series]
	if master == nil || !at.original.At.After(master.start.At) {
		return "", fmt.Errorf("%s is the first occurrence of %q", original, series)
	}
	next := master.clone()
	next.start = moment{At: newStart.UTC().Truncate(time.Second), AllDay: master.start.AllDay, Zone: master.start.Zone}
	length := master.end.At.Sub(master.start.At)
	if minutes > 0 {
		length = time.Duration(minutes) * time.Minute
	}
	next.end = moment{At: next.start.At.Add(length), AllDay: next.start.AllDay, Zone: master.end.Zone}
	next.ID = baseID(series) + "_R" + strings.TrimSuffix(next.start.stamp(), "Z")
	next.ICalUID = next.ID + "@google.com"
	if c.events[next.ID] != nil {
		return "", fmt.Errorf("series %q was split there before", series)
	}
	zero := int32(0)
	next.created, next.Sequence = s.birth(), &zero
	trimmed := master.clone()
	var rest []string
	if trimmed.Recurrence, rest, err = cut(master, at.original); err != nil {
		return "", err
	}
	next.Recurrence = sameRule(rest, at.original, next.start)
	s.put(c, next, true)
	moved := s.handOver(c, master, next, at.original)
	s.commit(c, master, trimmed)
	for _, r := range append([]*record{next}, moved...) {
		s.share(c, r)
	}
	return next.ID, nil
}

// EndBefore deletes an occurrence of a series, named as in Instance, and those
// that follow it. Before the first one, nothing is left of the series.
func (s *Server) EndBefore(calendarID, series, original string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, err := s.instance(calendarID, series, original)
	if err != nil {
		return err
	}
	c := s.calendars[calendarID]
	if home := s.organizersCopy(c, at); home != nil {
		c = home
	}
	master := c.events[series]
	if master == nil {
		return unknown("series", series)
	}
	ended := master.clone()
	if !at.original.At.After(master.start.At) {
		ended.Status = "cancelled"
	} else if ended.Recurrence, _, err = cut(master, at.original); err != nil {
		return err
	}
	s.commit(c, master, ended)
	return nil
}

// cut divides a recurrence before an occurrence.
func cut(master *record, at moment) (before, after []string, err error) {
	last := at.add(-time.Second)
	if at.AllDay {
		last = at.add(-24 * time.Hour)
	}
	for _, line := range master.Recurrence {
		rule, ok := strings.CutPrefix(line, "RRULE:")
		if !ok {
			before, after = append(before, line), append(after, line)
			continue
		}
		option, err := rrule.StrToROptionInLocation(rule, master.start.location())
		if err != nil {
			return nil, nil, err
		}
		var kept []string
		for _, p := range strings.Split(rule, ";") {
			if !strings.HasPrefix(p, "UNTIL=") && !strings.HasPrefix(p, "COUNT=") {
				kept = append(kept, p)
			}
		}
		before = append(before, "RRULE:"+strings.Join(append(slices.Clone(kept), "UNTIL="+last.stamp()), ";"))
		if option.Count == 0 {
			after = append(after, line)
			continue
		}
		gone := len(occurrences(&record{event: event{Recurrence: []string{line}}, start: master.start}, master.start.At, last.At, option.Count))
		after = append(after, "RRULE:"+strings.Join(append(kept, fmt.Sprintf("COUNT=%d", max(1, option.Count-gone))), ";"))
	}
	return before, after, nil
}

// handOver gives the exceptions from an occurrence on to the new series, where
// it still has their occurrences. They keep their ids.
func (s *Server) handOver(c *calendar, master, next *record, from moment) (moved []*record) {
	for _, x := range c.exceptionsOf(master.ID) {
		if x.original.At.Before(from.At) || !isOccurrence(next, x.original.At) {
			continue
		}
		y := x.clone()
		y.RecurringEventID, y.ICalUID = next.ID, next.ICalUID
		s.put(c, y, true)
		moved = append(moved, y)
	}
	return moved
}
