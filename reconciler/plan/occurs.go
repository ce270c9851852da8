package plan

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// pattern answers whether a series takes place in a slot, many times over. The
// common rules (every n days or weeks, on given weekdays) are worked out here by
// counting days; anything else is asked of the event itself, which expands its
// rules, once the hour of the day agrees.
type pattern struct {
	event *Event
	last  int64 // Unix seconds; zero without an end

	read     bool // the fields below are filled
	zone     *zone
	first    moment // when the first occurrence begins
	plain    bool   // counting days is enough
	weekly   bool
	interval int64
	weekdays uint8 // bit per time.Weekday; zero: any
	weekHead time.Weekday
}

// span is what can be told of a series at a glance: most slots are not its.
type span struct {
	first, last int64 // Unix seconds: first start, last end
	ofDay       int64 // seconds from the start of a UTC day to the first start
	ofWeek      int64 // the same from the start of a week
	length      int64 // nanoseconds
	group       int32
	stride      int64 // days from one occurrence to the next, where that is always the same; else zero
}

// drift bounds how far daylight saving moves an occurrence's time of day in UTC.
const drift = 3 * 3600

const (
	secondsPerDay  = 24 * 3600
	secondsPerWeek = 7 * secondsPerDay
)

func spanOf(start, end time.Time) span {
	s := span{first: start.Unix(), last: math.MaxInt64, length: int64(end.Sub(start))}
	s.ofWeek = (s.first%secondsPerWeek + secondsPerWeek) % secondsPerWeek
	s.ofDay = s.ofWeek % secondsPerDay
	return s
}

// newPattern describes a series, whose group is given.
func newPattern(e *Event, group int32) (span, pattern) {
	s := spanOf(e.Start, e.End)
	s.group = group
	if e.Last.IsZero() {
		return s, pattern{event: e}
	}
	s.last = e.Last.Unix()
	return s, pattern{event: e, last: s.last}
}

// mayHold reports whether an occurrence can have the given slot.
func (s *span) mayHold(slot *span) bool {
	if slot.length != s.length || slot.first < s.first || slot.first >= s.last {
		return false
	}
	switch s.stride {
	case 0, 1:
		return near(slot.ofDay-s.ofDay, secondsPerDay)
	case 7:
		return near(slot.ofWeek-s.ofWeek, secondsPerWeek)
	}
	return near(slot.ofDay-s.ofDay, secondsPerDay) && (slot.first-s.first+secondsPerDay/2)/secondsPerDay%s.stride == 0
}

// near reports whether two times of a day or week are no further apart than
// daylight saving can bring them.
func near(off, period int64) bool {
	if off < 0 {
		off = -off
	}
	return off <= drift || off >= period-drift
}

// occurs reports whether an occurrence has the slot, which has to be one that it
// may have.
func (p *pattern) occurs(start, end time.Time, known *zones) bool {
	if !p.read {
		p.prepare(known)
	}
	if p.zone == nil {
		return false
	}
	there := p.zone.show(start)
	switch {
	case there.steady && there.clock != p.first.clock:
		return false
	case !there.steady && !p.zone.at(there.day, p.first.clock).Equal(start):
		return false
	case p.plain:
		return p.counts(there)
	}
	return p.event.OccursAt(start, end)
}

// counts applies a plain rule to a day on which the hour agrees.
func (p *pattern) counts(there moment) bool {
	if p.weekdays != 0 && p.weekdays&(1<<there.weekday()) == 0 {
		return false
	}
	if !p.weekly {
		return (there.day-p.first.day)%p.interval == 0
	}
	return (there.week(p.weekHead)-p.first.week(p.weekHead))/7%p.interval == 0
}

// prepare reads the zone and the rule. A zone that is not known occurs nowhere.
func (p *pattern) prepare(known *zones) {
	p.read = true
	if p.zone = known.find(p.event.TimeZone); p.zone == nil {
		return
	}
	p.first, p.interval, p.weekHead = momentOf(p.event.Start, p.zone.location), 1, time.Monday
	p.plain = len(p.event.Recurrence) == 1 && p.readRule(p.event.Recurrence[0])
	if p.weekly && p.weekdays == 0 {
		p.weekdays = 1 << p.first.weekday()
	}
}

// stride is how many days lie between any two occurrences next to each other; zero
// if that varies, or is not known.
func (p *pattern) stride() int64 {
	switch {
	case !p.plain:
		return 0
	case p.weekly && p.weekdays == 1<<p.first.weekday():
		return 7 * p.interval
	case !p.weekly && p.weekdays == 0:
		return p.interval
	}
	return 0
}

// readRule reports whether a line is a rule that counting days can answer.
func (p *pattern) readRule(line string) bool {
	rest, ok := strings.CutPrefix(line, "RRULE:")
	for ok && rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, ";")
		key, value, _ := strings.Cut(part, "=")
		ok = p.readPart(key, value)
	}
	return ok
}

// readPart takes one part of a rule. Where the rule ends is told by the event's
// Last, which has to be known then.
func (p *pattern) readPart(key, value string) bool {
	switch key {
	case "FREQ":
		p.weekly = value == "WEEKLY"
		return p.weekly || value == "DAILY"
	case "INTERVAL":
		n, err := strconv.ParseInt(value, 10, 32)
		p.interval = n
		return err == nil && n > 0
	case "UNTIL", "COUNT":
		return p.last != 0
	case "WKST":
		day, ok := weekday(value)
		p.weekHead = day
		return ok
	case "BYDAY":
		for _, name := range strings.Split(value, ",") {
			day, ok := weekday(name)
			if !ok {
				return false
			}
			p.weekdays |= 1 << day
		}
		return true
	}
	return false
}

// weekday reads RFC 5545's two letters.
func weekday(name string) (time.Weekday, bool) {
	const names = "SUMOTUWETHFRSA"
	i := strings.Index(names, name)
	return time.Weekday(i / 2), len(name) == 2 && i >= 0 && i%2 == 0
}
