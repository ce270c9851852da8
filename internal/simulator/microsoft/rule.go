package microsoft

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// ErrInexpressible is wrapped when a rule has no counterpart in Outlook.
var ErrInexpressible = errors.New("Outlook has no such recurrence") //nolint:staticcheck // a name

// fromRule turns "FREQ=WEEKLY;COUNT=4" into Outlook's recurrence for a series
// that starts at start, which is in the zone that it is expanded in.
func fromRule(text string, start time.Time, zone string) (*recurrence, error) {
	o, err := rrule.StrToROptionInLocation(text, start.Location())
	if err != nil {
		return nil, err
	}
	p := &pattern{Interval: max(1, o.Interval), FirstDayOfWeek: "sunday", Index: "first"}
	if i := slices.Index(ruleDays, o.Wkst); i >= 0 {
		p.FirstDayOfWeek = dayNames[i]
	}
	if len(o.Byhour)+len(o.Byminute)+len(o.Bysecond)+len(o.Byyearday)+len(o.Byweekno)+len(o.Byeaster) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrInexpressible, text)
	}
	if !p.read(o, start) {
		return nil, fmt.Errorf("%w: %s", ErrInexpressible, text)
	}
	r := &span{Type: "noEnd", StartDate: start.Format(dateOnly), EndDate: noEndDate, RecurrenceTimeZone: zone}
	switch {
	case o.Count > 0:
		r.Type, r.NumberOfOccurrences = "numbered", o.Count
	case !o.Until.IsZero():
		r.Type, r.EndDate = "endDate", lastDay(o.Until.In(start.Location()), start).Format(dateOnly)
	}
	return &recurrence{p, r}, nil
}

// lastDay is the last day on which an occurrence can begin before until.
func lastDay(until, start time.Time) time.Time {
	y, m, d := until.Date()
	if time.Date(y, m, d, start.Hour(), start.Minute(), start.Second(), 0, until.Location()).After(until) {
		return until.AddDate(0, 0, -1)
	}
	return until
}

// read fills the pattern from a rule and reports whether it can say the same.
func (p *pattern) read(o *rrule.ROption, start time.Time) bool {
	var indexed []int
	for _, d := range o.Byweekday {
		p.DaysOfWeek = append(p.DaysOfWeek, dayNames[d.Day()])
		if d.N() != 0 {
			indexed = append(indexed, d.N())
		}
	}
	indexed = append(indexed, o.Bysetpos...)
	today := dayNames[(int(start.Weekday())+6)%7]
	switch o.Freq {
	case rrule.DAILY:
		p.Type = "daily"
		if len(p.DaysOfWeek) > 0 {
			p.Type = "weekly" // "every workday" is a weekly pattern in Outlook
		}
		return len(o.Bymonthday)+len(o.Bymonth)+len(indexed) == 0 && (p.Type == "daily" || p.Interval == 1)
	case rrule.WEEKLY:
		p.Type = "weekly"
		if len(p.DaysOfWeek) == 0 {
			p.DaysOfWeek = []string{today}
		}
		return len(o.Bymonthday)+len(o.Bymonth)+len(indexed) == 0
	case rrule.MONTHLY:
		return len(o.Bymonth) == 0 && p.readDay(o, indexed, start, "Monthly")
	case rrule.YEARLY:
		p.Month = int(start.Month())
		if len(o.Bymonth) == 1 {
			p.Month = o.Bymonth[0]
		}
		return len(o.Bymonth) <= 1 && p.readDay(o, indexed, start, "Yearly")
	}
	return false
}

// readDay reads which day of a month or year is meant.
func (p *pattern) readDay(o *rrule.ROption, indexed []int, start time.Time, ending string) bool {
	if len(p.DaysOfWeek) == 0 {
		p.Type, p.DayOfMonth = "absolute"+ending, start.Day()
		if len(o.Bymonthday) == 1 {
			p.DayOfMonth = o.Bymonthday[0]
		}
		if p.DayOfMonth == -1 {
			p.DayOfMonth = 31 // the last day of every month
		}
		return len(o.Bymonthday) <= 1 && len(indexed) == 0 && p.DayOfMonth > 0
	}
	p.Type = "relative" + ending
	if len(indexed) != 1 || len(o.Bymonthday) > 0 {
		return false
	}
	i := slices.Index(indexSet, indexed[0])
	if i < 0 || len(p.DaysOfWeek) > 1 && len(o.Bysetpos) == 0 {
		return false
	}
	p.Index = indexNames[i]
	return true
}
