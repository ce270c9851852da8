package sources

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// maxYears bounds how far a series is followed. One that ends later is taken for
// one without an end.
const maxYears = 30

// LastOccurrence works out when the last occurrence of a series ends: e.Start,
// e.End, e.TimeZone and e.Recurrence are needed. It is zero for a series without
// an end. The error names the field and its value.
func LastOccurrence(e *Event) (time.Time, error) {
	s, err := parseSeries(e)
	if err != nil {
		return time.Time{}, err
	}
	if s.endless || s.cutShort() {
		return time.Time{}, nil
	}
	last := e.Start
	next := s.set.Iterator()
	for start, ok := next(); ok; start, ok = next() {
		if start.After(last) {
			last = start
		}
	}
	return last.Add(e.End.Sub(e.Start)).UTC(), nil
}

// OccursAt reports whether the event takes place from start to end exactly. For
// a series it takes its rules and excluded dates into account; occurrences that
// were changed or cancelled one by one are events of their own, which the caller
// knows. A series that cannot be read, or whose rules are not fully understood,
// occurs nowhere.
func (e *Event) OccursAt(start, end time.Time) bool {
	if e.Gone != Present || end.Sub(start) != e.End.Sub(e.Start) {
		return false
	}
	if e.Kind != Series {
		return start.Equal(e.Start)
	}
	if start.Before(e.Start) || !e.Last.IsZero() && end.After(e.Last) {
		return false
	}
	if verdict := e.quickly(start); verdict != unsure {
		return verdict == occurs
	}
	s, err := parseSeries(e)
	if err != nil || s.partial {
		return false
	}
	if start.Equal(e.Start) {
		// The first occurrence counts even where the rule would not make it.
		return !slices.ContainsFunc(s.set.GetExDate(), start.Equal)
	}
	return s.set.After(start.Add(-time.Second), true).Equal(start)
}

// Excluded are the starts that the EXDATE lines of a series take out. A line that
// cannot be read takes out none.
func (e *Event) Excluded() (out []time.Time) {
	for _, line := range e.Recurrence {
		if !strings.HasPrefix(line, "EXDATE") {
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		zone, err := LoadZone(e.TimeZone)
		if err != nil {
			return nil
		}
		dates, _ := parseDates(name, value, zone)
		for _, d := range dates {
			out = append(out, d.at(e.Start.In(zone)))
		}
	}
	return out
}

// series is a recurrence that was read.
type series struct {
	set     *rrule.Set
	endless bool
	count   int  // occurrences that the rule must have, when it was bounded by us; else zero
	partial bool // a line is understood only in part (EXRULE): what it excludes is unknown
}

// parseSeries reads an event's recurrence in the event's own zone.
func parseSeries(e *Event) (series, error) {
	zone, err := LoadZone(e.TimeZone)
	if err != nil {
		return series{}, err
	}
	s := series{set: &rrule.Set{}}
	s.set.DTStart(e.Start.In(zone))
	for _, line := range e.Recurrence {
		if err := s.add(line, e.Start.In(zone), zone); err != nil {
			return series{}, fmt.Errorf("recurrence %q: %w", clip(line, 120), err)
		}
	}
	if s.set.GetRRule() == nil && len(s.set.GetRDate()) == 0 {
		return series{}, errors.New("recurrence has no RRULE and no RDATE")
	}
	return s, nil
}

// add reads one line.
func (s *series) add(line string, start time.Time, zone *time.Location) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		return errors.New("no value")
	}
	property, _, _ := strings.Cut(name, ";")
	switch strings.ToUpper(property) {
	case "RRULE":
		return s.addRule(value, start, zone)
	case "EXRULE":
		s.partial = true
		return nil
	case "RDATE", "EXDATE":
		dates, err := parseDates(name, value, zone)
		if err != nil {
			return err
		}
		for _, d := range dates {
			if property == "RDATE" {
				s.set.RDate(d.at(start))
			} else {
				s.set.ExDate(d.at(start))
			}
		}
		return nil
	}
	return errors.New("unknown property")
}

func (s *series) addRule(value string, start time.Time, zone *time.Location) error {
	if s.set.GetRRule() != nil {
		s.partial = true
		return nil
	}
	option, err := rrule.StrToROptionInLocation(value, zone)
	if err != nil {
		return err
	}
	if err := CheckRule(option); err != nil {
		return err
	}
	if untilIsDate(value) {
		// A date alone means that day's occurrence too.
		option.Until = option.Until.AddDate(0, 0, 1).Add(-time.Second)
	}
	s.endless = option.Count == 0 && option.Until.IsZero()
	if horizon := start.AddDate(maxYears, 0, 0); option.Until.IsZero() || option.Until.After(horizon) {
		// A rule that never comes true would be followed to the year 9999.
		s.endless = s.endless || option.Count == 0
		s.count = option.Count
		option.Until = horizon
	}
	option.Dtstart = start
	parsed, err := rrule.NewRRule(*option)
	if err != nil {
		return err
	}
	s.set.RRule(parsed)
	return nil
}

// cutShort reports whether a counted rule goes on beyond what is followed.
func (s *series) cutShort() bool {
	if s.count == 0 {
		return false
	}
	found := 0
	next := s.set.GetRRule().Iterator()
	for _, ok := next(); ok; _, ok = next() {
		found++
	}
	return found < s.count
}

// untilIsDate reports whether a rule ends on a date rather than at an instant.
func untilIsDate(value string) bool {
	for part := range strings.SplitSeq(strings.ToUpper(value), ";") {
		if until, ok := strings.CutPrefix(part, "UNTIL="); ok {
			return len(until) == len("20060102")
		}
	}
	return false
}

// date is one value of an RDATE or EXDATE line.
type date struct {
	time    time.Time
	dayOnly bool
}

// at is the instant meant: of a day alone, the time at which the series begins.
func (d date) at(start time.Time) time.Time {
	if !d.dayOnly {
		return d.time
	}
	return time.Date(d.time.Year(), d.time.Month(), d.time.Day(), start.Hour(), start.Minute(), start.Second(), 0, start.Location())
}

// parseDates reads the comma-separated values of an RDATE or EXDATE line.
func parseDates(name, value string, zone *time.Location) ([]date, error) {
	for _, parameter := range strings.Split(name, ";")[1:] {
		key, text, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(key, "TZID") {
			var err error
			if zone, err = LoadZone(strings.Trim(text, "\"")); err != nil {
				return nil, err
			}
		}
	}
	var out []date
	for _, text := range strings.Split(value, ",") {
		text, _, _ = strings.Cut(strings.TrimSpace(text), "/") // of a period, its start
		switch len(text) {
		case len("20060102"):
			t, err := time.ParseInLocation("20060102", text, zone)
			if err != nil {
				return nil, err
			}
			out = append(out, date{t, true})
		case len("20060102T150405"):
			t, err := time.ParseInLocation("20060102T150405", text, zone)
			if err != nil {
				return nil, err
			}
			out = append(out, date{t, false})
		default:
			t, err := time.ParseInLocation("20060102T150405Z", text, time.UTC)
			if err != nil {
				return nil, err
			}
			out = append(out, date{t, false})
		}
	}
	return out, nil
}
