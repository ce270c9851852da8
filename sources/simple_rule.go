package sources

import (
	"strconv"
	"strings"
	"time"
)

// verdict is what a quick look at a series says about one instant.
type verdict int

const (
	unsure verdict = iota // the rules have to be followed
	occurs
	occursNot
)

// quickly judges one instant without following the rules from their first day:
// nearly all series are every n days, or every n weeks on some weekdays, and most
// events begin at another hour.
func (e *Event) quickly(start time.Time) verdict {
	var rule simpleRule
	rules, except := 0, false
	for _, line := range e.Recurrence {
		switch {
		case strings.HasPrefix(line, "RRULE:"):
			rules++
			if !rule.read(line[len("RRULE:"):]) {
				return unsure
			}
		case strings.HasPrefix(line, "EXDATE"):
			except = true
		default:
			return unsure
		}
	}
	if rules != 1 || rule.bounded && e.Last.IsZero() {
		return unsure
	}
	zone, err := LoadZone(e.TimeZone)
	if err != nil {
		return occursNot
	}
	first, there := e.Start.In(zone), start.In(zone)
	// A time that daylight saving skips is moved the same way here and there.
	sameTime := time.Date(there.Year(), there.Month(), there.Day(), first.Hour(), first.Minute(), first.Second(), 0, zone).Equal(start)
	switch {
	case !sameTime:
		return occursNot
	case start.Equal(e.Start):
		return unsure
	case !rule.other && !rule.on(first, there):
		return occursNot
	case rule.other || except:
		return unsure
	}
	return occurs
}

// simpleRule is a rule that keeps to the first occurrence's time of day.
type simpleRule struct {
	weekly   bool
	interval int
	days     [7]bool // weekly: the weekdays; none: that of the first occurrence
	someDays bool
	sunday   bool // weeks begin on Sunday
	bounded  bool // it has COUNT or UNTIL
	other    bool // the day cannot be judged here: monthly, yearly, or further filters
}

// read takes in one RRULE value and reports whether it keeps to one time of day.
func (r *simpleRule) read(value string) bool {
	r.interval = 1
	for value != "" {
		var part string
		part, value, _ = strings.Cut(value, ";")
		key, text, _ := strings.Cut(part, "=")
		switch key {
		case "FREQ":
			r.weekly = text == "WEEKLY"
			r.other = r.other || text != "WEEKLY" && text != "DAILY"
		case "INTERVAL":
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return false
			}
			r.interval = n
		case "COUNT", "UNTIL":
			r.bounded = true
		case "WKST":
			r.sunday = text == "SU"
			r.other = r.other || text != "SU" && text != "MO"
		case "BYDAY":
			r.readDays(text)
		case "BYHOUR", "BYMINUTE", "BYSECOND":
			return false
		default:
			r.other = true
		}
	}
	return true
}

func (r *simpleRule) readDays(text string) {
	for text != "" {
		var day string
		day, text, _ = strings.Cut(text, ",")
		i := strings.Index("SUMOTUWETHFRSA", day)
		if len(day) != 2 || i < 0 || i%2 != 0 {
			r.other = true
			return
		}
		r.days[i/2], r.someDays = true, true
	}
}

// on reports whether the rule that began on first takes place on that day.
func (r *simpleRule) on(first, day time.Time) bool {
	from, to := dayNumber(first), dayNumber(day)
	if !r.weekly {
		return (to-from)%r.interval == 0 && (!r.someDays || r.days[day.Weekday()])
	}
	if r.someDays && !r.days[day.Weekday()] || !r.someDays && day.Weekday() != first.Weekday() {
		return false
	}
	return (r.week(to)-r.week(from))%r.interval == 0
}

// week numbers the weeks; day 0, the first of January 1970, was a Thursday.
func (r *simpleRule) week(day int) int {
	if r.sunday {
		return (day + 4) / 7
	}
	return (day + 3) / 7
}

// dayNumber counts days since 1970, by the date on the wall.
func dayNumber(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
