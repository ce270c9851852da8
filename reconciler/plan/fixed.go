package plan

import (
	"strconv"
	"strings"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// Why a series' meeting has no fixed times, for people.
const (
	severalRules = "it repeats by more than one rule, or on single dates"
	noSuchRule   = "Zoom knows no such rule"
	endless      = "it has no end, and Zoom holds 60 occurrences at most"
	tooMany      = "it has more than the 60 occurrences that Zoom holds"
	tooSeldom    = "Zoom does not repeat that seldom"
	weekHeads    = "in Zoom its weeks may begin on another day"
	shortMonths  = "not every month has that day"
	clockChange  = "an occurrence falls where the clocks are changed"
	firstApart   = "its first occurrence is not one of its rule"
	zoneUnknown  = "its time zone is not known"
	notTaken     = "Zoom did not take its rule or its time zone"
	madeOpen     = "its meeting is from before there were any, or was found without; it gets them when the title of the series changes"
)

// FixedTimes says in Zoom's words when a series takes place, all of it from its
// first occurrence on: e.Start, e.TimeZone and e.Recurrence are needed. It is
// exact or not at all; then why tells what stands against it. Dates that EXDATE
// takes out are still in it: see sources.Event.Excluded.
//
//	rule                                     in Zoom
//	──────────────────────────────────────   ────────────────────────────────────────────
//	DAILY                                    daily, every 99 days at most
//	DAILY;BYDAY=MO,TU                        weekly on these days, if it is every day
//	WEEKLY[;BYDAY=MO,WE]                     weekly, every 50 weeks at most; every second
//	                                         week and so on only where it is the same
//	                                         whether weeks begin on Sunday or on Monday
//	MONTHLY[;BYMONTHDAY=15]                  monthly, every 10 months at most; on the 29th
//	                                         to 31st while every month in turn has that day
//	MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1  likewise: "the 30th, or the last day"
//	MONTHLY;BYDAY=2TU, BYDAY=TU;BYSETPOS=2   monthly, the first to fourth or the last
//	YEARLY, anything else                    –
//	COUNT, UNTIL                             counted, 60 at most; without an end –
func FixedTimes(e *sources.Event) (r zoom.Recurrence, why string) {
	zone, err := sources.LoadZone(e.TimeZone)
	if err != nil {
		return zoom.Recurrence{}, zoneUnknown
	}
	start := e.Start.In(zone)
	parts, r, why := readRules(e.Recurrence, start)
	if why == "" {
		r, why = parts.bounded(r, start)
	}
	if why == "" {
		why = inexact(r, start)
	}
	if why != "" {
		return zoom.Recurrence{}, why
	}
	return r, ""
}

// rulePart is what one RRULE says.
type rulePart struct {
	freq      string
	interval  int
	count     int
	until     string
	days      uint8 // BYDAY: bit per time.Weekday
	position  int   // BYDAY with one number, or BYSETPOS
	monthDays []int
	head      time.Weekday // WKST
}

// heldAs reports whether a series is just what a meeting was made as: then it is
// exact, because it was then.
func (m *Meeting) heldAs(e *sources.Event, zone *time.Location) bool {
	if m.Type != zoom.FixSeries || !m.Start.Equal(e.Start) || m.TimeZone != zone.String() {
		return false
	}
	parts, r, why := readRules(e.Recurrence, e.Start.In(zone))
	r.Times = parts.count
	return why == "" && parts.count > 0 && parts.until == "" && r == m.Recurrence
}

// readRules reads the one rule that a series may have, without its end.
func readRules(lines []string, start time.Time) (p rulePart, r zoom.Recurrence, why string) {
	rule := ""
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "EXDATE"):
		case rule == "" && strings.HasPrefix(line, "RRULE:"):
			rule = line[len("RRULE:"):]
		default:
			return p, r, severalRules
		}
	}
	p = rulePart{interval: 1, head: time.Monday}
	for rule != "" {
		var part string
		part, rule, _ = strings.Cut(rule, ";")
		key, value, _ := strings.Cut(part, "=")
		if !p.read(key, value) {
			return p, r, noSuchRule
		}
	}
	r, why = p.pattern(start)
	return p, r, why
}

func (p *rulePart) read(key, value string) (ok bool) {
	number := func(into *int) bool {
		n, err := strconv.Atoi(value)
		*into = n
		return err == nil
	}
	switch key {
	case "FREQ":
		p.freq, ok = value, true
	case "INTERVAL":
		ok = number(&p.interval) && p.interval > 0
	case "COUNT":
		ok = number(&p.count) && p.count > 0
	case "UNTIL":
		p.until, ok = value, true
	case "WKST":
		p.head, ok = weekday(value)
	case "BYDAY":
		ok = p.readDays(value)
	case "BYSETPOS":
		ok = p.position == 0 && number(&p.position)
	case "BYMONTHDAY":
		ok = true
		for text := range strings.SplitSeq(value, ",") {
			n, err := strconv.Atoi(text)
			p.monthDays, ok = append(p.monthDays, n), ok && err == nil
		}
	}
	return ok
}

// readDays reads weekdays, or one weekday with its place in the month.
func (p *rulePart) readDays(value string) bool {
	if cut := len(value) - 2; cut > 0 && !strings.Contains(value, ",") {
		n, err := strconv.Atoi(value[:cut])
		if err != nil || n == 0 || p.position != 0 {
			return false
		}
		p.position, value = n, value[cut:]
	}
	for name := range strings.SplitSeq(value, ",") {
		day, ok := weekday(name)
		if !ok {
			return false
		}
		p.days |= 1 << day
	}
	return true
}

// pattern is the rule without its end.
func (p *rulePart) pattern(start time.Time) (r zoom.Recurrence, why string) {
	r = zoom.Recurrence{Interval: p.interval}
	switch {
	case p.freq == "MONTHLY":
		r.Type = zoom.Monthly
		if !p.month(&r, start.Day()) {
			return r, noSuchRule
		}
	case p.position != 0 || p.monthDays != nil:
		return r, noSuchRule
	case p.freq == "WEEKLY", p.freq == "DAILY" && p.days != 0 && p.interval == 1:
		r.Type = zoom.Weekly
		if p.days == 0 {
			p.days = 1 << start.Weekday()
		}
		if p.interval > 1 && !p.sameWeeks(time.Sunday, time.Monday) {
			return r, weekHeads
		}
		r.Weekdays = zoom.WeekdayList(p.days)
	case p.freq == "DAILY" && p.days == 0:
		r.Type = zoom.Daily
	default:
		return r, noSuchRule
	}
	if r.Interval > zoom.MaxInterval[r.Type] {
		return r, tooSeldom
	}
	return r, ""
}

// month fills in the day of a monthly rule; day is that of the first occurrence.
func (p *rulePart) month(r *zoom.Recurrence, day int) bool {
	switch n := len(p.monthDays); {
	case p.days != 0:
		r.MonthWeek, r.MonthWeekDay = p.position, oneDay(p.days)
		return n == 0 && r.MonthWeekDay != 0 && (r.MonthWeek == -1 || r.MonthWeek >= 1 && r.MonthWeek <= 4)
	case p.orLast():
		r.MonthDay = p.monthDays[n-1]
	case p.position != 0 || n > 1:
		return false
	case n == 1:
		r.MonthDay = p.monthDays[0]
	default:
		r.MonthDay = day
	}
	return r.MonthDay >= 1 && r.MonthDay <= 31
}

// orLast reports whether the rule is "the 30th, or the last day of a month that
// has none": the last of some days from the 28th on.
func (p *rulePart) orLast() bool {
	for i, day := range p.monthDays {
		if day != 28+i {
			return false
		}
	}
	return p.position == -1 && p.days == 0 && len(p.monthDays) > 1
}

// oneDay is Zoom's number of the only day of a set; zero if there are several.
func oneDay(days uint8) int {
	for d := range 7 {
		if days == 1<<d {
			return d + 1
		}
	}
	return 0
}

// sameWeeks reports whether it makes no difference on which of the given days, or
// on the rule's own, weeks begin: the days of the rule are in the same order.
func (p *rulePart) sameWeeks(heads ...time.Weekday) bool {
	for _, head := range heads {
		shift, known := 0, false
		for d := range time.Weekday(7) {
			if p.days&(1<<d) == 0 {
				continue
			}
			s := int((d-head+7)%7) - int((d-p.head+7)%7)
			if known && s != shift {
				return false
			}
			shift, known = s, true
		}
	}
	return true
}

// bounded counts the occurrences of a rule.
func (p *rulePart) bounded(r zoom.Recurrence, start time.Time) (zoom.Recurrence, string) {
	switch {
	case p.count > 0 && p.until == "":
		r.Times = p.count
	case p.until == "" || p.count > 0:
		return r, endless
	default:
		until, ok := readUntil(p.until, start.Location())
		if !ok {
			return r, noSuchRule
		}
		if r.Times, ok = p.countTo(r, start, until); !ok {
			return r, shortMonths
		}
	}
	switch {
	case r.Times > zoom.MaxTimes:
		return r, tooMany
	case r.Times == 0:
		return r, firstApart
	}
	return r, ""
}

// countTo counts the occurrences up to an instant: MaxTimes+1 if there are more
// than Zoom takes. ok is false if months without the day would count too.
func (p *rulePart) countTo(r zoom.Recurrence, start, until time.Time) (n int, ok bool) {
	r.Times = zoom.MaxTimes
	last := start
	for at := range r.Occurrences(start, start.Location()) {
		if at.After(until) {
			break
		}
		n, last = n+1, at
	}
	if n == zoom.MaxTimes {
		r.Times = 2
		for at := range r.Occurrences(last, start.Location()) {
			if at.After(last) && !at.After(until) {
				n++
			}
		}
	}
	if !p.orLast() {
		return n, true
	}
	next := time.Date(start.Year(), start.Month()+time.Month(n*r.Interval+1), 0, start.Hour(), start.Minute(), start.Second(), 0, start.Location())
	return n, next.Day() >= r.MonthDay || next.After(until)
}

// readUntil reads where a rule ends. A date alone means that day's occurrence too.
func readUntil(text string, zone *time.Location) (time.Time, bool) {
	for _, layout := range [...]string{"20060102T150405Z", "20060102T150405"} {
		in := zone
		if layout[len(layout)-1] == 'Z' {
			in = time.UTC
		}
		if until, err := time.ParseInLocation(layout, text, in); err == nil {
			return until, true
		}
	}
	day, err := time.ParseInLocation("20060102", text, zone)
	return day.AddDate(0, 0, 1).Add(-time.Second), err == nil
}

// inexact finds out whether Zoom might hold a series otherwise than it is written:
// what it does on a day that a month lacks, and at a time that the clocks show
// twice or not at all, nobody tells.
func inexact(r zoom.Recurrence, start time.Time) string {
	hour, minute, second := start.Clock()
	n := 0
	for at := range r.Occurrences(start, start.Location()) {
		there := at.In(start.Location())
		if n == 0 && !at.Equal(start) {
			return firstApart
		}
		months := (there.Year()-start.Year())*12 + int(there.Month()-start.Month())
		if r.Type == zoom.Monthly && months != n*r.Interval {
			return shortMonths
		}
		if h, m, s := there.Clock(); h != hour || m != minute || s != second || showsTwice(there) {
			return clockChange
		}
		n++
	}
	switch {
	case n == 0:
		return firstApart
	case n < r.Times:
		return shortMonths
	}
	return ""
}

// showsTwice reports whether the clocks show a time on that day at another
// instant too.
func showsTwice(t time.Time) bool {
	_, offset := t.Zone()
	for _, near := range [...]time.Duration{-drift * time.Second, drift * time.Second} {
		_, other := t.Add(near).Zone()
		twin := t.Add(time.Duration(offset-other) * time.Second)
		if _, there := twin.Zone(); other != offset && there == other {
			return true
		}
	}
	return false
}
