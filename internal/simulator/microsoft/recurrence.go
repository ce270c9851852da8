package microsoft

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	dateOnly    = "2006-01-02"
	noEndDate   = "0001-01-01"
	maxEver     = 5000 // occurrences looked at of one series
	lostHorizon = 3 * 365 * 24 * time.Hour
)

var (
	dayNames   = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	ruleDays   = []rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}
	indexNames = []string{"first", "second", "third", "fourth", "last"}
	indexSet   = []int{1, 2, 3, 4, -1}
)

// option translates a recurrence into a rule for a series that starts at start,
// which is in the zone that it is expanded in.
func (r *recurrence) option(start time.Time) (*rrule.ROption, error) {
	if r == nil || r.Pattern == nil || r.Range == nil {
		return nil, errors.New("recurrence has no pattern or no range")
	}
	o := &rrule.ROption{Dtstart: start, Interval: r.Pattern.Interval}
	if o.Interval < 1 {
		return nil, errors.New("interval is below 1")
	}
	if i := slices.Index(dayNames, r.Pattern.FirstDayOfWeek); i >= 0 {
		o.Wkst = ruleDays[i]
	} else {
		o.Wkst = rrule.SU
	}
	if err := r.Pattern.shape(o); err != nil {
		return nil, err
	}
	return o, r.Range.bound(o, start)
}

// shape writes the pattern into a rule.
func (p *pattern) shape(o *rrule.ROption) error {
	days, err := p.days()
	if err != nil {
		return err
	}
	switch p.Type {
	case "daily":
		o.Freq = rrule.DAILY
		return nil
	case "weekly":
		o.Freq, o.Byweekday = rrule.WEEKLY, days
	case "absoluteMonthly", "absoluteYearly":
		o.Freq = rrule.MONTHLY
		if p.DayOfMonth < 1 || p.DayOfMonth > 31 {
			return errors.New("dayOfMonth is not a day")
		}
		// In months that are too short, the last day is meant.
		for day := min(p.DayOfMonth, 28); day <= p.DayOfMonth; day++ {
			o.Bymonthday = append(o.Bymonthday, day)
		}
		if len(o.Bymonthday) > 1 {
			o.Bysetpos = []int{-1}
		}
	case "relativeMonthly", "relativeYearly":
		o.Freq, o.Byweekday = rrule.MONTHLY, days
		i := slices.Index(indexNames, p.Index)
		if i < 0 {
			i = 0
		}
		o.Bysetpos = []int{indexSet[i]}
	default:
		return fmt.Errorf("unknown pattern %q", p.Type)
	}
	if strings.HasSuffix(p.Type, "Yearly") {
		if p.Month < 1 || p.Month > 12 {
			return errors.New("month is not a month")
		}
		o.Freq, o.Bymonth = rrule.YEARLY, []int{p.Month}
	}
	if (p.Type == "weekly" || strings.HasPrefix(p.Type, "relative")) && len(days) == 0 {
		return errors.New("daysOfWeek is empty")
	}
	return nil
}

func (p *pattern) days() ([]rrule.Weekday, error) {
	var out []rrule.Weekday
	for _, name := range p.DaysOfWeek {
		i := slices.Index(dayNames, name)
		if i < 0 {
			return nil, fmt.Errorf("%q is not a day of the week", name)
		}
		out = append(out, ruleDays[i])
	}
	return out, nil
}

// bound writes the range into a rule.
func (r *span) bound(o *rrule.ROption, start time.Time) error {
	switch r.Type {
	case "noEnd":
	case "numbered":
		if r.NumberOfOccurrences < 1 {
			return errors.New("numberOfOccurrences is below 1")
		}
		o.Count = r.NumberOfOccurrences
	case "endDate":
		end, err := time.ParseInLocation(dateOnly, r.EndDate, start.Location())
		if err != nil {
			return err
		}
		o.Until = end.AddDate(0, 0, 1).Add(-time.Second)
	default:
		return fmt.Errorf("unknown range %q", r.Type)
	}
	return nil
}

// each calls f with the starts of a series' occurrences in order, cancelled and
// changed ones included, until f says stop.
func (r *record) each(f func(time.Time) bool) {
	option, err := r.Recurrence.option(r.Start.At.In(r.Start.location(r.AllDay)))
	if err != nil {
		return
	}
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return
	}
	next := rule.Iterator()
	for range maxEver {
		at, ok := next()
		if !ok || !f(at.UTC()) {
			return
		}
	}
}

// between returns the starts of the occurrences that touch a span of time.
func (r *record) between(from, until time.Time) []time.Time {
	length := r.End.At.Sub(r.Start.At)
	var out []time.Time
	r.each(func(at time.Time) bool {
		if touches(at, at.Add(length), from, until) {
			out = append(out, at)
		}
		return at.Before(until)
	})
	return out
}

// occurs reports whether the series has an occurrence that starts at at.
func (r *record) occurs(at time.Time) (found bool) {
	r.each(func(t time.Time) bool {
		found = t.Equal(at)
		return t.Before(at)
	})
	return found
}

// touches reports whether an event stands in a window: one without a length
// does where it begins.
func touches(start, end, from, until time.Time) bool {
	if !end.After(start) {
		return !start.Before(from) && start.Before(until)
	}
	return start.Before(until) && end.After(from)
}

// lines is a recurrence as a rule in words that everybody knows.
func (r *record) lines() []string {
	if r.Recurrence == nil {
		return nil
	}
	option, err := r.Recurrence.option(r.Start.At.In(r.Start.location(r.AllDay)))
	if err != nil {
		return nil
	}
	return []string{"RRULE:" + option.RRuleString()}
}
