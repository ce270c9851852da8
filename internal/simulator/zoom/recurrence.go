package zoom

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// recurrence is how a series with fixed times repeats.
type recurrence struct {
	Type           int    `json:"type"` // 1 daily, 2 weekly, 3 monthly
	RepeatInterval int    `json:"repeat_interval,omitempty"`
	WeeklyDays     string `json:"weekly_days,omitempty"` // "1" to "7" with commas; 1 is Sunday
	MonthlyDay     int    `json:"monthly_day,omitempty"`
	MonthlyWeek    int    `json:"monthly_week,omitempty"` // -1 is the last
	MonthlyWeekDay int    `json:"monthly_week_day,omitempty"`
	EndTimes       *int   `json:"end_times,omitempty"` // default 1; 0: no end
	EndDateTime    string `json:"end_date_time,omitempty"`
}

// occurrence is one instance of a series with fixed times.
type occurrence struct {
	id      string // milliseconds since 1970
	start   time.Time
	minutes int
	deleted bool
}

// What Zoom lists of a series, and keeps of one without an end.
const (
	shownOccurrences = 50
	mostOccurrences  = 60
)

// widest is the largest repeat_interval of each type, as it is and as it was.
var (
	widest    = map[int]int{1: 99, 2: 50, 3: 10}
	widestOld = map[int]int{1: 90, 2: 12, 3: 3}
)

// bounded is how many occurrences a series "without an end" has that is patched,
// counted from then on.
var bounded = map[int]int{1: 110, 2: 110, 3: 60}

// calendar is how Zoom reads recurrences.
type calendar struct {
	mondays, lastDays, bug bool // see Switches
}

func (s *Server) calendar() calendar {
	return calendar{s.switches.WeeksFromMonday, s.switches.LastOfShortMonths, s.switches.ClockBug}
}

// valid reports whether Zoom takes the recurrence.
func (r *recurrence) valid(widest map[int]int) bool {
	limit, known := widest[r.Type]
	count := r.count()
	if !known || r.RepeatInterval < 0 || r.RepeatInterval > limit || count < 0 || count > 60 {
		return false
	}
	if r.EndTimes != nil && r.EndDateTime != "" || r.MonthlyDay < 0 || r.MonthlyDay > 31 {
		return false
	}
	if r.EndDateTime != "" {
		if _, err := time.Parse(time.RFC3339, r.EndDateTime); err != nil {
			return false
		}
	}
	if r.MonthlyWeek < -1 || r.MonthlyWeek > 4 || r.MonthlyWeekDay < 0 || r.MonthlyWeekDay > 7 {
		return false
	}
	if (r.MonthlyWeek == 0) != (r.MonthlyWeekDay == 0) || r.Type == 2 && r.WeeklyDays == "" {
		return false
	}
	return r.weekdays() != nil
}

func (r *recurrence) count() int {
	if r.EndTimes == nil {
		return 1
	}
	return *r.EndTimes
}

// weekdays are those of weekly_days; nil if they are none.
func (r *recurrence) weekdays() map[time.Weekday]bool {
	days := map[time.Weekday]bool{}
	for _, text := range strings.Split(first(r.WeeklyDays, "1"), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 || n > 7 {
			return nil
		}
		days[time.Weekday(n-1)] = true
	}
	return days
}

// first is the text, or the fallback if there is none.
func first(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// occurrences are the instances of a series that begins at start, at the same
// wall clock time in zone: all of them, or the first of one without an end.
func (r *recurrence) occurrences(c calendar, start time.Time, zone *time.Location, minutes int) []occurrence {
	limit, until := r.count(), time.Time{}
	if end, err := time.Parse(time.RFC3339, r.EndDateTime); err == nil {
		limit, until = 0, end
	}
	if limit == 0 {
		limit = mostOccurrences
	}
	if c.bug {
		zone = fixedZone(start, zone)
	}
	var out []occurrence
	local := start.In(zone)
	for days := 0; len(out) < limit && days < 51*366; days++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+days, local.Hour(), local.Minute(), local.Second(), 0, zone)
		if !until.IsZero() && day.After(until) {
			break
		}
		if r.falls(c, local, day, days) {
			out = append(out, occurrence{strconv.FormatInt(day.UnixMilli(), 10), day.UTC(), minutes, false})
		}
	}
	return out
}

// fixedZone keeps to the offset that a zone has at an instant.
func fixedZone(at time.Time, zone *time.Location) *time.Location {
	name, offset := at.In(zone).Zone()
	return time.FixedZone(name, offset)
}

// falls reports whether an instance stands on day, which is days after the start.
func (r *recurrence) falls(c calendar, start, day time.Time, days int) bool {
	interval := max(r.RepeatInterval, 1)
	switch r.Type {
	case 1:
		return days%interval == 0
	case 2:
		since := int(start.Weekday())
		if c.mondays {
			since = (since + 6) % 7
		}
		weeks := (days + since) / 7
		return weeks%interval == 0 && r.weekdays()[day.Weekday()]
	}
	months := (day.Year()-start.Year())*12 + int(day.Month()) - int(start.Month())
	if months%interval != 0 {
		return false
	}
	if r.MonthlyWeek == 0 {
		wanted := max(r.MonthlyDay, 1)
		last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if c.lastDays {
			wanted = min(wanted, last)
		}
		return day.Day() == wanted
	}
	if int(day.Weekday())+1 != max(r.MonthlyWeekDay, 1) {
		return false
	}
	if r.MonthlyWeek == -1 {
		return day.AddDate(0, 0, 7).Month() != day.Month()
	}
	return (day.Day()-1)/7+1 == r.MonthlyWeek
}

// schedule works out the series' occurrences anew. Nothing else has a recurrence.
func (s *Server) schedule(m *meeting) {
	before := m.occurrences
	m.occurrences = nil
	if m.kind != fixSeries {
		m.recurrence = nil
	}
	if m.recurrence == nil {
		return
	}
	m.occurrences = m.recurrence.occurrences(s.calendar(), m.start, location(m.zone), m.minutes)
	for i := range m.occurrences {
		o := &m.occurrences[i]
		o.deleted = s.switches.KeepDropped && slices.ContainsFunc(before, func(b occurrence) bool { return b.deleted && b.start.Equal(o.start) })
	}
}

// starts is what Zoom shows as a meeting's start.
func (s *Server) starts(m *meeting) time.Time {
	if !s.switches.NextInList {
		return m.start
	}
	for _, o := range m.occurrences {
		if !o.deleted && o.start.After(s.clock.Now()) {
			return o.start
		}
	}
	return m.start
}

// occurrence finds one that is not deleted.
func (m *meeting) occurrence(id string) *occurrence {
	for i := range m.occurrences {
		if m.occurrences[i].id == id && !m.occurrences[i].deleted {
			return &m.occurrences[i]
		}
	}
	return nil
}

// location is the zone of that name; UTC if there is none.
func location(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}
