package sources

import (
	"errors"
	"fmt"
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
	if s.endless {
		return time.Time{}, nil
	}
	limit := e.Start.AddDate(maxYears, 0, 0)
	last := e.Start
	next := s.set.Iterator()
	for start, ok := next(); ok; start, ok = next() {
		if start.After(limit) {
			return time.Time{}, nil
		}
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
	if e.Kind != Series || start.Equal(e.Start) && !hasPrefix(e.Recurrence, "EXDATE") {
		return start.Equal(e.Start)
	}
	if start.Before(e.Start) || !e.Last.IsZero() && end.After(e.Last) || !e.sameTimeOfDay(start) {
		return false
	}
	s, err := parseSeries(e)
	if err != nil || s.partial {
		return false
	}
	return s.set.After(start.Add(-time.Second), true).Equal(start)
}

// sameTimeOfDay is a cheap look before the rules are read: most events begin at
// another hour. It only judges rules that keep to the first occurrence's time.
func (e *Event) sameTimeOfDay(start time.Time) bool {
	for _, line := range e.Recurrence {
		if !strings.HasPrefix(line, "EXDATE") && (!strings.HasPrefix(line, "RRULE") || strings.Contains(line, "BYHOUR") ||
			strings.Contains(line, "BYMINUTE") || strings.Contains(line, "BYSECOND")) {
			return true
		}
	}
	zone, err := loadZone(e.TimeZone)
	if err != nil {
		return false
	}
	first, there := e.Start.In(zone), start.In(zone)
	// A time that daylight saving skips is moved the same way here and there.
	return time.Date(there.Year(), there.Month(), there.Day(), first.Hour(), first.Minute(), first.Second(), 0, zone).Equal(start)
}

// series is a recurrence that was read.
type series struct {
	set     *rrule.Set
	endless bool
	partial bool // a line is understood only in part (EXRULE): what it excludes is unknown
}

// parseSeries reads an event's recurrence in the event's own zone.
func parseSeries(e *Event) (series, error) {
	zone, err := loadZone(e.TimeZone)
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
			if d.dayOnly {
				d.time = time.Date(d.time.Year(), d.time.Month(), d.time.Day(), start.Hour(), start.Minute(), start.Second(), 0, zone)
			}
			if property == "RDATE" {
				s.set.RDate(d.time)
			} else {
				s.set.ExDate(d.time)
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
	if option.Freq > rrule.DAILY {
		return errors.New("repeats more often than daily")
	}
	if strings.Contains(value, "UNTIL=") && option.Until.Hour()+option.Until.Minute() == 0 && !strings.Contains(value, "T") {
		// A date alone means that day's occurrence too.
		option.Until = option.Until.AddDate(0, 0, 1).Add(-time.Second)
	}
	s.endless = option.Count == 0 && option.Until.IsZero()
	if horizon := start.AddDate(maxYears, 0, 1); option.Until.IsZero() || option.Until.After(horizon) {
		// Rules that never come true would be looked for until the year 9999.
		s.endless = s.endless || option.Count == 0
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

// date is one value of an RDATE or EXDATE line.
type date struct {
	time    time.Time
	dayOnly bool
}

// parseDates reads the comma-separated values of an RDATE or EXDATE line.
func parseDates(name, value string, zone *time.Location) ([]date, error) {
	for _, parameter := range strings.Split(name, ";")[1:] {
		key, text, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(key, "TZID") {
			var err error
			if zone, err = loadZone(strings.Trim(text, "\"")); err != nil {
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

// loadZone finds an IANA zone; "" is UTC. The error names the field and its value.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "UTC" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("time zone %q: not known", clip(name, 80))
	}
	return zone, nil
}

func hasPrefix(lines []string, prefix string) bool {
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}
