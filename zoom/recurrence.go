package zoom

import (
	"iter"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Pattern is Zoom's own number for how often a series with fixed times repeats.
type Pattern int

// The patterns that Zoom knows. There is none for years.
const (
	Daily   Pattern = 1
	Weekly  Pattern = 2
	Monthly Pattern = 3
)

// MaxTimes is how many occurrences a series with fixed times can have.
const MaxTimes = 60

// MaxInterval is the largest repeat_interval of each pattern.
var MaxInterval = map[Pattern]int{Daily: 99, Weekly: 50, Monthly: 10}

// Recurrence is how a FixSeries repeats, in Zoom's own words. Two are equal when
// they are ==. The zero value is none. The JSON is what is sent.
type Recurrence struct {
	Type     Pattern `json:"type"`
	Interval int     `json:"repeat_interval"`
	// Weekdays are those of a Weekly series, "1" (Sunday) to "7", ascending, with
	// commas: see WeekdayList.
	Weekdays string `json:"weekly_days,omitempty"`
	// MonthDay is the day of a Monthly series, or MonthWeek (1 to 4, -1 the last)
	// and MonthWeekDay (1 is Sunday) are.
	MonthDay     int `json:"monthly_day,omitempty"`
	MonthWeek    int `json:"monthly_week,omitempty"`
	MonthWeekDay int `json:"monthly_week_day,omitempty"`
	// Times is how many occurrences there are. Zero: see Until.
	Times int `json:"end_times,omitempty"`
	// Until is the end of a series that somebody else made, as Zoom writes it. We
	// always count: whether an occurrence at that very instant is one is not told.
	Until string `json:"end_date_time,omitempty"`
}

// valid reports whether the recurrence is within Zoom's limits.
func (r Recurrence) valid() bool {
	return r.Interval >= 1 && r.Interval <= MaxInterval[r.Type] && r.Times >= 1 && r.Times <= MaxTimes && r.Until == ""
}

// WeekdayList writes a set of weekdays (bit per time.Weekday) as Zoom does.
func WeekdayList(days uint8) string {
	const all = "1,2,3,4,5,6,7"
	days &= 0x7f
	first, last := bits.TrailingZeros8(days), bits.Len8(days)-1
	if days == 0 {
		return ""
	}
	if bits.OnesCount8(days) == last-first+1 { // days in a row
		return all[2*first : 2*last+1]
	}
	list := make([]byte, 0, len(all))
	for d := first; d <= last; d++ {
		if days&(1<<d) != 0 {
			list = append(list, all[2*d], ',')
		}
	}
	return string(list[:len(list)-1])
}

// weekdays reads what WeekdayList writes, in any order. What is no day is left out.
func (r Recurrence) weekdays() (days uint8) {
	for text := range strings.SplitSeq(r.Weekdays, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && n >= 1 && n <= 7 {
			days |= 1 << (n - 1)
		}
	}
	return days
}

// longest bounds how far a series is followed, in days, weeks or months: where
// the wanted day is one that nearly all months lack, most of them have none.
const longest = 12 * MaxTimes

// Occurrences are the instants at which Zoom holds a series that begins at start,
// at the same time of the clock in zone, in order: those of the pattern from start
// on, at most MaxTimes. Weeks begin on Sunday; months without the day are skipped.
func (r Recurrence) Occurrences(start time.Time, zone *time.Location) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		start = start.In(zone)
		hour, minute, second := start.Clock()
		until, bounded := r.until()
		left := MaxTimes
		if r.Times > 0 {
			left = min(left, r.Times)
		}
		r.days(start, func(year int, month time.Month, day int) bool {
			at := time.Date(year, month, day, hour, minute, second, 0, zone).UTC()
			if bounded && at.After(until) || !yield(at) {
				return false
			}
			left--
			return left > 0
		})
	}
}

func (r Recurrence) until() (time.Time, bool) {
	if r.Until == "" {
		return time.Time{}, false
	}
	until, err := time.Parse(time.RFC3339, r.Until)
	return until, err == nil
}

// days tells the days of the pattern, from that of start on, until it is told to
// stop. A day may be beyond the end of its month, as time.Date takes it.
func (r Recurrence) days(start time.Time, tell func(year int, month time.Month, day int) bool) {
	year, month, day := start.Date()
	interval, weekdays, sunday := max(r.Interval, 1), r.weekdays(), day-int(start.Weekday())
	for n := 0; n < longest*interval; n += interval {
		more := true
		switch r.Type {
		case Daily:
			more = tell(year, month, day+n)
		case Weekly:
			for d := 0; d < 7 && more; d++ {
				if weekdays&(1<<d) != 0 && sunday+7*n+d >= day {
					more = tell(year, month, sunday+7*n+d)
				}
			}
		case Monthly:
			y, m, _ := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, time.UTC).Date()
			if d := r.dayOf(y, m); d > 0 && (n > 0 || d >= day) {
				more = tell(y, m, d)
			}
		default:
			return
		}
		if !more {
			return
		}
	}
}

// dayOf is the day of a month on which a monthly series falls; zero if there is none.
func (r Recurrence) dayOf(year int, month time.Month) int {
	length := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if r.MonthWeek == 0 {
		if day := max(r.MonthDay, 1); day <= length {
			return day
		}
		return 0
	}
	first := int(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Weekday())
	day := 1 + (r.MonthWeekDay-1-first+7)%7 // the first such weekday
	if r.MonthWeek > 0 {
		return day + 7*(r.MonthWeek-1)
	}
	return day + (length-day)/7*7
}

// From is the part of a series that is after an instant, as a series of its own:
// its first occurrence, and how it goes on. ok is false if nothing is left.
//
// It is the same series: an interval counts from its first occurrence on, which
// is one in either.
func (r Recurrence) From(start time.Time, zone *time.Location, after time.Time) (first time.Time, rest Recurrence, ok bool) {
	rest = r
	for at := range r.Occurrences(start, zone) {
		if at.After(after) {
			return at, rest, true
		}
		if rest.Times > 0 {
			rest.Times--
		}
	}
	return time.Time{}, Recurrence{}, false
}

// Last is when the last occurrence begins; zero if there is none, or if the
// series goes on beyond what is followed.
func (r Recurrence) Last(start time.Time, zone *time.Location) time.Time {
	var last time.Time
	n := 0
	for at := range r.Occurrences(start, zone) {
		last = at
		n++
	}
	if n == MaxTimes && r.Times != n {
		return time.Time{}
	}
	return last
}

// Holds reports whether one of the series' occurrences begins at an instant.
func (r Recurrence) Holds(start time.Time, zone *time.Location, at time.Time) bool {
	for o := range r.Occurrences(start, zone) {
		if !o.Before(at) {
			return o.Equal(at)
		}
	}
	return false
}

// ShownAt reports whether Zoom may show the series as beginning at an instant: that
// of any occurrence. After a change of the clocks Zoom is known to be off by it.
func (r Recurrence) ShownAt(start time.Time, zone *time.Location, at time.Time) bool {
	_, first := start.In(zone).Zone()
	for o := range r.Occurrences(start, zone) {
		_, offset := o.In(zone).Zone()
		if o.Equal(at) || o.Add(time.Duration(offset-first)*time.Second).Equal(at) {
			return true
		}
	}
	return false
}

// tidy writes the same recurrence the way we do: no weekdays but those of a weekly
// one, in order, and no interval that is not said.
func (r Recurrence) tidy() Recurrence {
	r.Interval = max(r.Interval, 1)
	if r.Type != Weekly {
		r.Weekdays = ""
	} else if days := r.weekdays(); bits.OnesCount8(days) > 0 {
		r.Weekdays = WeekdayList(days)
	}
	if r.Type != Monthly {
		r.MonthDay, r.MonthWeek, r.MonthWeekDay = 0, 0, 0
	} else if r.MonthWeek != 0 {
		r.MonthDay = 0
	} else {
		r.MonthDay, r.MonthWeekDay = max(r.MonthDay, 1), 0
	}
	return r
}
