package sources

import (
	"slices"
	"time"
)

// quickDays is how far ahead a series' next occurrence is looked for day by day
// before its rules are followed from their first day.
const quickDays = 70

// Next is the start of the first occurrence that ends after an instant, without
// those that begin at one of replaced: occurrences that were changed or
// cancelled one by one are events of their own, which the caller knows. It is
// zero when there is none, or when the series cannot be read. Occurrences that
// an EXRULE would take out are not known to be out.
func (e *Event) Next(after time.Time, replaced []time.Time) time.Time {
	from := after.Add(e.Start.Sub(e.End)) // what begins later ends after it
	if e.Kind != Series {
		if e.Start.After(from) {
			return e.Start
		}
		return time.Time{}
	}
	stands := func(start time.Time) bool {
		return start.After(from) && !slices.ContainsFunc(replaced, start.Equal)
	}
	if next, sure := e.nextQuickly(from, stands); sure {
		return next
	}
	return e.nextByRules(stands)
}

// nextQuickly looks at the coming days one by one; sure is false when that does
// not tell.
func (e *Event) nextQuickly(from time.Time, stands func(time.Time) bool) (next time.Time, sure bool) {
	zone, err := LoadZone(e.TimeZone)
	if err != nil {
		return time.Time{}, true
	}
	first, day := e.Start.In(zone), from.In(zone)
	if day.Before(first) {
		day = first
	}
	length := e.End.Sub(e.Start)
	for i := range quickDays {
		start := time.Date(day.Year(), day.Month(), day.Day()+i, first.Hour(), first.Minute(), first.Second(), 0, zone)
		if !e.Last.IsZero() && start.Add(length).After(e.Last) {
			return time.Time{}, true
		}
		if start.Before(e.Start) {
			continue
		}
		switch e.quickly(start) {
		case unsure:
			return time.Time{}, false
		case occurs:
			if stands(start) {
				return start.UTC(), true
			}
		}
	}
	return time.Time{}, false
}

// nextByRules follows the rules from their first day.
func (e *Event) nextByRules(stands func(time.Time) bool) time.Time {
	s, err := parseSeries(e)
	if err != nil {
		return time.Time{}
	}
	// The first occurrence counts even where the rule would not make it.
	if stands(e.Start) && !slices.ContainsFunc(s.set.GetExDate(), e.Start.Equal) {
		return e.Start.UTC()
	}
	next := s.set.Iterator()
	for start, ok := next(); ok; start, ok = next() {
		if stands(start) {
			return start.UTC()
		}
	}
	return time.Time{}
}
