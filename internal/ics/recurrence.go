package ics

import (
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"slotward/sources"
)

// rule normalises an RRULE or EXRULE: no white space (Exchange writes
// "BYDAY=MO, TU"), capitals, and an UNTIL of the same kind as the start, as
// Google demands.
func (e *Event) rule(p property) (string, error) {
	text := strings.ToUpper(strings.Join(strings.Fields(p.Value), ""))
	var parts []string
	for _, part := range strings.Split(strings.Trim(text, ";"), ";") {
		key, value, _ := strings.Cut(part, "=")
		if key == "UNTIL" {
			until, err := e.until(value)
			if err != nil {
				return "", err
			}
			part = key + "=" + until
		}
		parts = append(parts, part)
	}
	text = strings.Join(parts, ";")
	option, err := rrule.StrToROption(text)
	if err == nil {
		err = sources.CheckRule(option)
	}
	if err == nil {
		option.Dtstart = e.Start
		_, err = rrule.NewRRule(*option)
	}
	if err != nil {
		return "", fmt.Errorf("%s cannot be understood (%q: %w)", p.IANAToken, p.Value, err)
	}
	return strings.ToUpper(p.IANAToken) + ":" + text, nil
}

// until renders the end of a rule: a date for all-day events, else UTC.
func (e *Event) until(value string) (string, error) {
	if day, err := time.Parse(dateForm, value); err == nil {
		if e.AllDay {
			return value, nil
		}
		end := onClock(day, e.Start.Location()).AddDate(0, 0, 1).Add(-time.Second)
		return end.UTC().Format(clockForm + "Z"), nil
	}
	text, utc := strings.CutSuffix(value, "Z")
	wall, err := time.Parse(clockForm, text)
	if err != nil {
		return "", fmt.Errorf("UNTIL of RRULE is not a date or time (%q)", value)
	}
	switch {
	case e.AllDay:
		return wall.Format(dateForm), nil
	case utc:
		return value, nil
	}
	return onClock(wall, e.Start.Location()).UTC().Format(clockForm + "Z"), nil
}

// starts turns the dates of an RDATE or EXDATE into starts of occurrences. A
// date on a timed series means the occurrence of that day (Google and Outlook
// both write it).
func (e *Event) starts(moments []moment) []time.Time {
	out := make([]time.Time, 0, len(moments))
	for _, m := range moments {
		switch {
		case e.AllDay:
			y, mo, d := m.at.Date()
			out = append(out, time.Date(y, mo, d, 0, 0, 0, 0, time.UTC))
		case m.isDate:
			h, mi, s := e.Start.Clock()
			out = append(out, time.Date(m.at.Year(), m.at.Month(), m.at.Day(), h, mi, s, 0, e.Start.Location()))
		default:
			out = append(out, m.at)
		}
	}
	return out
}
