package ics

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moment is a date or time as a property gives it.
type moment struct {
	at     time.Time // in zone; midnight UTC for a date
	isDate bool
	zone   string // IANA name, "UTC", or "" when only the instant is known
}

const (
	dateForm  = "20060102"
	clockForm = "20060102T150405"
)

// moment reads one date or time of a property. Zone names are resolved; a time
// without a zone is read in the calendar's own.
func (r *reader) moment(value string, p property) (moment, error) {
	value = strings.ToUpper(strings.TrimSpace(value))
	kind := strings.ToUpper(p.parameter("VALUE"))
	if kind == "TIME" {
		return moment{}, fmt.Errorf("%s is a time of day without a date (%q)", p.IANAToken, value)
	}
	// Some programs leave VALUE=DATE out; eight digits can be nothing else.
	if day, err := time.Parse(dateForm, value); err == nil {
		return moment{at: day, isDate: true, zone: "UTC"}, nil
	}
	text, utc := strings.CutSuffix(value, "Z")
	if len(text) == len("20060102T1504") {
		text += "00"
	}
	wall, err := time.Parse(clockForm, text)
	if err != nil {
		return moment{}, fmt.Errorf("%s is not a date or time (%q)", p.IANAToken, value)
	}
	if utc {
		return moment{at: wall, zone: "UTC"}, nil
	}
	tzid := p.parameter("TZID")
	if tzid == "" {
		return moment{at: onClock(wall, r.floating), zone: r.calendar.Zone}, nil
	}
	return r.inZone(wall, tzid)
}

// onClock is the instant at which clocks in loc show what wall says.
func onClock(wall time.Time, loc *time.Location) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
}

// moments reads a list of dates or times, or the starts of a list of periods.
func (r *reader) moments(p property) ([]moment, error) {
	var out []moment
	for _, part := range strings.Split(p.Value, ",") {
		start, _, _ := strings.Cut(part, "/") // a period is START/END or START/DURATION
		m, err := r.moment(start, p)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

var durationForm = regexp.MustCompile(`^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)

// duration reads a span such as PT1H30M or P1D as whole days and the rest, so
// that days keep their wall clock over a change to summer time.
func duration(text string) (days int, rest time.Duration, err error) {
	m := durationForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(text)))
	if m == nil || m[1] == "-" {
		return 0, 0, fmt.Errorf("DURATION is not a length of time (%q)", text)
	}
	number := func(s string) int {
		n, _ := strconv.Atoi(s) // digits only, or empty: zero
		return n
	}
	days = number(m[2])*7 + number(m[3])
	rest = time.Duration(number(m[4]))*time.Hour + time.Duration(number(m[5]))*time.Minute + time.Duration(number(m[6]))*time.Second
	if days > 366*10 || rest > 366*24*time.Hour {
		return 0, 0, fmt.Errorf("DURATION is absurdly long (%q)", text)
	}
	return days, rest, nil
}

// offset reads a UTC offset such as +0100 or -033000.
func offset(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if len(text) != 5 && len(text) != 7 || text[0] != '+' && text[0] != '-' {
		return 0, fmt.Errorf("%q is not an offset from UTC", text)
	}
	digits, err := strconv.Atoi(text[1:] + strings.Repeat("0", 7-len(text)))
	if err != nil || digits < 0 || digits/10000 > 23 {
		return 0, fmt.Errorf("%q is not an offset from UTC", text)
	}
	d := time.Duration(digits/10000)*time.Hour + time.Duration(digits/100%100)*time.Minute + time.Duration(digits%100)*time.Second
	if text[0] == '-' {
		d = -d
	}
	return d, nil
}
