package ics

import (
	"sort"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	week      = 7 * 24 * time.Hour
	fortnight = 2 * week
)

// WeeksToPresent is by how many whole weeks an old calendar has to move so that
// its busiest fortnight (the latest, when several are) begins within a week
// after now. It is zero when a single event still lies ahead; in a file of
// nothing but series, when one of them goes on.
func (c *Calendar) WeeksToPresent(now time.Time) int {
	var singles, series []time.Time
	over := true
	for i := range c.Events {
		e := &c.Events[i]
		switch {
		case e.Recurring():
			series = append(series, e.Start)
			over = over && !e.goesOn(now)
		case e.End.After(now):
			return 0
		default:
			singles = append(singles, e.Start)
		}
	}
	starts := singles
	if len(singles) == 0 && over {
		starts = series
	}
	if len(starts) == 0 {
		return 0
	}
	sort.Slice(starts, func(i, j int) bool { return starts[i].Before(starts[j]) })
	return int((now.Sub(busiest(starts)) + week - 1) / week)
}

// Shift moves everything by whole weeks, so that weekdays and wall clocks stay.
// Series keep their rule, from the new start to the new end.
func (c *Calendar) Shift(weeks int) {
	for i := range c.Events {
		e := &c.Events[i]
		e.Start, e.End = later(e.Start, weeks), later(e.End, weeks)
		if !e.Occurrence.IsZero() {
			e.Occurrence = later(e.Occurrence, weeks)
		}
		for j := range e.Extra {
			e.Extra[j] = later(e.Extra[j], weeks)
		}
		for j := range e.LeftOut {
			e.LeftOut[j] = later(e.LeftOut[j], weeks)
		}
		for j, rule := range e.Rules {
			e.Rules[j] = e.laterRule(rule, weeks)
		}
	}
}

// later moves an instant by its own wall clock.
func later(t time.Time, weeks int) time.Time { return t.AddDate(0, 0, 7*weeks) }

// laterRule moves the UNTIL of a rule.
func (e *Event) laterRule(rule string, weeks int) string {
	before, value, ok := strings.Cut(rule, "UNTIL=")
	if !ok {
		return rule
	}
	value, rest, more := strings.Cut(value, ";")
	form := clockForm + "Z"
	if e.AllDay {
		form = dateForm
	}
	until, err := time.Parse(form, value)
	if err != nil {
		return rule
	}
	moved := later(until.In(e.Start.Location()), weeks).UTC()
	if more {
		rest = ";" + rest
	}
	return before + "UNTIL=" + moved.Format(form) + rest
}

// busiest is the start of the latest of the fortnights with the most events.
func busiest(starts []time.Time) time.Time {
	best, most := 0, 0
	for from, to := 0, 0; from < len(starts); from++ {
		for to < len(starts) && starts[to].Sub(starts[from]) < fortnight {
			to++
		}
		if to-from >= most {
			best, most = from, to-from
		}
	}
	return starts[best]
}

// maxCount bounds how far a counted rule is followed.
const maxCount = 10_000

// goesOn reports whether a series has occurrences after now.
func (e *Event) goesOn(now time.Time) bool {
	for _, extra := range e.Extra {
		if extra.After(now) {
			return true
		}
	}
	for _, line := range e.Rules {
		text, ok := strings.CutPrefix(line, "RRULE:")
		if !ok {
			continue
		}
		option, err := rrule.StrToROption(text)
		if err != nil {
			continue
		}
		if e.ruleGoesOn(option, now) {
			return true
		}
	}
	return false
}

func (e *Event) ruleGoesOn(option *rrule.ROption, now time.Time) bool {
	if option.Count == 0 {
		return option.Until.IsZero() || option.Until.After(now)
	}
	option.Dtstart, option.Count = e.Start, min(option.Count, maxCount)
	rule, err := rrule.NewRRule(*option)
	return err == nil && !rule.After(now, true).IsZero()
}
