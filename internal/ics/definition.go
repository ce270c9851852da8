package ics

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"slotward/sources"
)

// definition is a zone that the file defines itself (VTIMEZONE).
type definition struct {
	number     int    // line of its BEGIN
	place      string // X-LIC-LOCATION: the IANA name, when the writer gave it
	observance []observance
	fault      error
}

// observance is one rule of a zone: from each onset on, clocks are offset by to.
type observance struct {
	start    time.Time // first onset, by the clock that held before it
	from, to time.Duration
	rule     *rrule.RRule // further onsets; nil: none
	dates    []time.Time  // further onsets
}

// define reads a VTIMEZONE. A zone of which any rule is faulty is faulty as a
// whole: half a zone would put events at wrong times.
func define(b block) (tzid string, d definition) {
	d.number = b.number
	own, _ := parse(b.lines)
	tzid, d.place = own.text("TZID"), own.text("X-LIC-LOCATION")
	for _, part := range b.parts {
		if part.name != "STANDARD" && part.name != "DAYLIGHT" {
			continue
		}
		o, err := observe(part)
		if err != nil {
			d.fault = err
			return tzid, d
		}
		d.observance = append(d.observance, o)
	}
	if len(d.observance) == 0 {
		d.fault = errors.New("it defines no offset")
	}
	return tzid, d
}

func observe(b block) (observance, error) {
	var o observance
	ps, _ := parse(b.lines)
	start, ok := ps.first("DTSTART")
	if !ok {
		return o, fmt.Errorf("its %s on line %d has no DTSTART", b.name, b.number)
	}
	wall, err := time.Parse(clockForm, strings.TrimSuffix(start.Value, "Z"))
	if err != nil {
		return o, fmt.Errorf("its DTSTART on line %d is not a date with a time (%q)", start.number, start.Value)
	}
	o.start = wall
	if o.from, err = offset(ps.text("TZOFFSETFROM")); err != nil {
		return o, err
	}
	if o.to, err = offset(ps.text("TZOFFSETTO")); err != nil {
		return o, err
	}
	for _, p := range ps.all("RDATE") {
		for _, value := range strings.Split(p.Value, ",") {
			if at, err := time.Parse(clockForm, value); err == nil {
				o.dates = append(o.dates, at)
			}
		}
	}
	rule := ps.text("RRULE")
	if rule == "" {
		return o, nil
	}
	option, err := rrule.StrToROption(strings.ReplaceAll(rule, " ", ""))
	if err != nil || option.Freq > rrule.MONTHLY || sources.CheckRule(option) != nil {
		return o, fmt.Errorf("its RRULE is faulty (%q)", rule)
	}
	// Outlook counts from the year 1601; only the years around an event matter,
	// and yearly rules give the same days from any year of the same interval.
	option.Dtstart = wall
	if wall.Year() < 1970 && option.Freq == rrule.YEARLY && option.Interval <= 1 && option.Count == 0 {
		option.Dtstart = wall.AddDate(1970-wall.Year(), 0, 0)
	}
	if o.rule, err = rrule.NewRRule(*option); err != nil {
		return o, fmt.Errorf("its RRULE is faulty (%q)", rule)
	}
	return o, nil
}

// change is a moment from which on an offset holds.
type change struct {
	at time.Time // UTC
	to time.Duration
}

// changes lists the changes of offset in [from, to), after the offset that
// holds at from.
func (d *definition) changes(from, to time.Time) []change {
	var out []change
	for _, o := range d.observance {
		onsets := append([]time.Time{o.start}, o.dates...)
		if o.rule != nil {
			if last := o.rule.Before(from, true); !last.IsZero() {
				onsets = append(onsets, last)
			}
			onsets = append(onsets, o.rule.Between(from, to, true)...)
		}
		for _, wall := range onsets {
			if wall.Before(to) {
				out = append(out, change{wall.Add(-o.from), o.to})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].at.Before(out[j].at) })
	return out
}

// at is the offset at an instant. Before the first onset it is the one that
// the first onset changed from.
func (d *definition) at(instant time.Time, changes []change) time.Duration {
	i := sort.Search(len(changes), func(i int) bool { return changes[i].at.After(instant) })
	if i > 0 {
		return changes[i-1].to
	}
	first := d.observance[0]
	for _, o := range d.observance {
		if o.start.Before(first.start) {
			first = o
		}
	}
	return first.from
}

// instant is when clocks in the zone show what wall says, in UTC.
func (d *definition) instant(wall time.Time) time.Time {
	changes := d.changes(wall.AddDate(-1, 0, 0), wall.AddDate(0, 0, 2))
	guess := wall.Add(-d.at(wall, changes))
	return wall.Add(-d.at(guess, changes))
}

// namesake finds the IANA zone whose clocks show the same all through a year.
func (d *definition) namesake(year int) (*time.Location, bool) {
	if loc, ok := named(d.place); ok {
		return loc, true
	}
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(1, 0, 0)
	changes := d.changes(from.AddDate(-1, 0, 0), to)
	for _, name := range candidates {
		loc, err := time.LoadLocation(name)
		if err == nil && d.agrees(loc, from, to, changes) {
			return loc, true
		}
	}
	return nil, false
}

// agrees compares clocks every three hours, so that a change on another day
// of the same month, or at an hour well off, tells zones apart.
func (d *definition) agrees(loc *time.Location, from, to time.Time, changes []change) bool {
	for t := from; t.Before(to); t = t.Add(3 * time.Hour) {
		if _, seconds := t.In(loc).Zone(); time.Duration(seconds)*time.Second != d.at(t, changes) {
			return false
		}
	}
	return true
}
