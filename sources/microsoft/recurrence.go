package microsoft

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

// rule is a recurrence as Graph describes it, free of the SDK's types.
type rule struct {
	pattern    string // daily, weekly, absoluteMonthly, relativeMonthly, absoluteYearly, relativeYearly
	interval   int
	month      int
	dayOfMonth int
	days       []string // sunday … saturday
	firstDay   string
	index      string // first … fourth, last

	ends    string // endDate, noEnd, numbered
	endDate string // 2026-12-31
	count   int
}

// ruleOf takes a recurrence out of the SDK's types.
func ruleOf(in models.PatternedRecurrenceable) (rule, error) {
	if in == nil || in.GetPattern() == nil || in.GetRangeEscaped() == nil {
		return rule{}, errors.New("recurrence has no pattern or no range")
	}
	p, g := in.GetPattern(), in.GetRangeEscaped()
	r := rule{interval: number(p.GetInterval()), month: number(p.GetMonth()), dayOfMonth: number(p.GetDayOfMonth()), count: number(g.GetNumberOfOccurrences())}
	// Values that the SDK does not know come as nil and stay "".
	if v := p.GetTypeEscaped(); v != nil {
		r.pattern = v.String()
	}
	if v := p.GetFirstDayOfWeek(); v != nil {
		r.firstDay = v.String()
	}
	if v := p.GetIndex(); v != nil {
		r.index = v.String()
	}
	if v := g.GetTypeEscaped(); v != nil {
		r.ends = v.String()
	}
	for _, d := range p.GetDaysOfWeek() {
		r.days = append(r.days, d.String())
	}
	if v := g.GetEndDate(); v != nil {
		r.endDate = v.String()
	}
	return r, nil
}

func number(p *int32) int {
	if p == nil {
		return 0
	}
	return int(*p)
}

// weekdayCodes are RFC 5545's letters for Graph's days.
var weekdayCodes = map[string]string{
	"sunday": "SU", "monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA",
}

// positions are the places in a month that Graph knows.
var positions = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

// line writes the recurrence as an RRULE line. zone is the IANA name of the zone
// in which its last day ends; allDay series end on a date.
func (r rule) line(zone string, allDay bool) (string, error) {
	parts, err := r.repeats()
	if err != nil {
		return "", err
	}
	end, err := r.end(zone, allDay)
	if err != nil {
		return "", err
	}
	return "RRULE:" + strings.Join(append(parts, end...), ";"), nil
}

// repeats writes the pattern.
func (r rule) repeats() ([]string, error) {
	if r.interval < 1 || r.interval > 9999 {
		return nil, fmt.Errorf("recurrence interval %d is not understood", r.interval)
	}
	var out []string
	freq := func(name string) {
		out = append(out, "FREQ="+name)
		if r.interval > 1 {
			out = append(out, "INTERVAL="+strconv.Itoa(r.interval))
		}
	}
	var err error
	switch r.pattern {
	case "daily":
		freq("DAILY")
	case "weekly":
		freq("WEEKLY")
		if out, err = r.byDay(out, ""); err == nil && r.interval > 1 {
			// Graph's weeks begin on Sunday unless told; RFC 5545's on Monday.
			out = append(out, "WKST="+cmp.Or(weekdayCodes[r.firstDay], "SU"))
		}
	case "absoluteMonthly":
		freq("MONTHLY")
		out, err = r.byMonthDay(out)
	case "relativeMonthly":
		freq("MONTHLY")
		out, err = r.byPosition(out)
	case "absoluteYearly":
		freq("YEARLY")
		if out, err = r.byMonth(out); err == nil {
			out, err = r.byMonthDay(out)
		}
	case "relativeYearly":
		freq("YEARLY")
		if out, err = r.byMonth(out); err == nil {
			out, err = r.byPosition(out)
		}
	default:
		return nil, fmt.Errorf("recurrence pattern %.40q is not understood", r.pattern)
	}
	return out, err
}

func (r rule) byMonth(out []string) ([]string, error) {
	if r.month < 1 || r.month > 12 {
		return nil, fmt.Errorf("recurrence month %d is not understood", r.month)
	}
	return append(out, "BYMONTH="+strconv.Itoa(r.month)), nil
}

// byMonthDay writes a day of the month. Outlook takes the last day of a month
// that is shorter, where RFC 5545 takes none.
func (r rule) byMonthDay(out []string) ([]string, error) {
	switch {
	case r.dayOfMonth < 1 || r.dayOfMonth > 31:
		return nil, fmt.Errorf("recurrence day %d is not understood", r.dayOfMonth)
	case r.dayOfMonth <= 28:
		return append(out, "BYMONTHDAY="+strconv.Itoa(r.dayOfMonth)), nil
	}
	days := "28"
	for d := 29; d <= r.dayOfMonth; d++ {
		days += "," + strconv.Itoa(d)
	}
	return append(out, "BYMONTHDAY="+days, "BYSETPOS=-1"), nil
}

// byPosition writes days such as the second Tuesday or the last working day.
func (r rule) byPosition(out []string) ([]string, error) {
	at := positions[r.index]
	if r.index == "" {
		at = 1 // Graph's default
	}
	if at == 0 {
		return nil, fmt.Errorf("recurrence index %.40q is not understood", r.index)
	}
	if len(r.days) == 1 {
		return r.byDay(out, strconv.Itoa(at))
	}
	out, err := r.byDay(out, "")
	return append(out, "BYSETPOS="+strconv.Itoa(at)), err
}

func (r rule) byDay(out []string, position string) ([]string, error) {
	codes := make([]string, 0, len(r.days))
	for _, d := range r.days {
		code := weekdayCodes[d]
		if code == "" {
			return nil, fmt.Errorf("recurrence day %.40q is not understood", d)
		}
		codes = append(codes, position+code)
	}
	if len(codes) == 0 {
		return nil, errors.New("recurrence names no day of the week")
	}
	return append(out, "BYDAY="+strings.Join(codes, ",")), nil
}

// end writes where the series ends: nothing, a number, or the end of its last day.
func (r rule) end(zone string, allDay bool) ([]string, error) {
	switch r.ends {
	case "noEnd":
		return nil, nil
	case "numbered":
		if r.count < 1 {
			return nil, fmt.Errorf("recurrence has %d occurrences", r.count)
		}
		return []string{"COUNT=" + strconv.Itoa(r.count)}, nil
	case "endDate":
	default:
		return nil, fmt.Errorf("recurrence range %.40q is not understood", r.ends)
	}
	last, err := time.Parse(time.DateOnly, r.endDate)
	if err != nil || last.Year() < 1900 {
		return nil, fmt.Errorf("recurrence end %.40q is no date", r.endDate)
	}
	if allDay {
		return []string{"UNTIL=" + last.Format("20060102")}, nil
	}
	location, err := sources.LoadZone(zone)
	if err != nil {
		return nil, err
	}
	midnight := time.Date(last.Year(), last.Month(), last.Day(), 23, 59, 59, 0, location)
	return []string{"UNTIL=" + midnight.UTC().Format("20060102T150405Z")}, nil
}

// cancelledOn reads one of a master's cancelledOccurrences, which Graph writes
// as "OID.<id of the master>.<date>".
func cancelledOn(occurrence string) (time.Time, bool) {
	at := strings.LastIndexByte(occurrence, '.')
	if at < 0 {
		return time.Time{}, false
	}
	date, err := time.Parse(time.DateOnly, occurrence[at+1:])
	return date, err == nil
}

// onDay is the start of a series' occurrence on a day of its own calendar.
func onDay(series *sources.Event, date time.Time) (time.Time, bool) {
	y, m, d := date.Date()
	if series.AllDay {
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), true
	}
	zone, err := sources.LoadZone(series.TimeZone)
	if err != nil {
		return time.Time{}, false
	}
	first := series.Start.In(zone)
	return time.Date(y, m, d, first.Hour(), first.Minute(), first.Second(), 0, zone).UTC(), true
}
