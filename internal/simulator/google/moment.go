package google

import (
	"time"
)

// moment is a start or an end: an instant, or a whole day.
type moment struct {
	At     time.Time // instant in UTC; midnight UTC of the day for AllDay
	AllDay bool
	Zone   string // IANA name it was written in; may be a name that nobody knows
}

const (
	dayLayout   = "2006-01-02"
	milliLayout = "2006-01-02T15:04:05.000Z"
)

// wire renders m with the offset of loc, as Google does for the zone asked for.
func (m moment) wire(loc *time.Location) *dateTime {
	if m.AllDay {
		return &dateTime{Date: m.At.Format(dayLayout)}
	}
	return &dateTime{DateTime: m.At.In(loc).Format(time.RFC3339), TimeZone: m.Zone}
}

// instant is when m is, a day beginning at midnight of loc.
func (m moment) instant(loc *time.Location) time.Time {
	if !m.AllDay {
		return m.At
	}
	y, mo, d := m.At.Date()
	return time.Date(y, mo, d, 0, 0, 0, 0, loc)
}

// add moves m by d; a day moves by whole days.
func (m moment) add(d time.Duration) moment {
	m.At = m.At.Add(d)
	return m
}

// location is the zone that a series starting at m is expanded in. Days and
// unknown zones are expanded in UTC.
func (m moment) location() *time.Location {
	if m.AllDay {
		return time.UTC
	}
	return zoneOr(m.Zone, time.UTC)
}

// stamp is m as it stands in ids of instances.
func (m moment) stamp() string {
	if m.AllDay {
		return m.At.Format("20060102")
	}
	return m.At.UTC().Format("20060102T150405Z")
}

// zoneOr loads a zone by its IANA name.
func zoneOr(name string, otherwise *time.Location) *time.Location {
	if name == "" || name == "Local" {
		return otherwise
	}
	if loc, err := time.LoadLocation(name); err == nil {
		return loc
	}
	return otherwise
}

// parseMoment reads a start or an end that an API client sent. which is
// "start" or "end", for the words of the error.
func parseMoment(d *dateTime, which string, calendarZone *time.Location) (moment, *apiError) {
	if d == nil || (d.Date == "" && d.DateTime == "") {
		return moment{}, required("Missing " + which + " time.")
	}
	if d.Date != "" && d.DateTime != "" {
		return moment{}, invalid("Invalid " + which + " time.")
	}
	loc := calendarZone
	if d.TimeZone != "" {
		var err error
		if loc, err = time.LoadLocation(d.TimeZone); err != nil || d.TimeZone == "Local" {
			return moment{}, invalid("Invalid time zone definition for " + which + " time.")
		}
	}
	if d.Date != "" {
		day, err := time.Parse(dayLayout, d.Date)
		if err != nil {
			return moment{}, invalid("Invalid value for: Invalid format: \"" + d.Date + "\"")
		}
		return moment{At: day, AllDay: true}, nil
	}
	zone := d.TimeZone
	if zone == "" {
		zone = calendarZone.String()
	}
	if at, err := time.Parse(time.RFC3339, d.DateTime); err == nil {
		return moment{At: at.UTC().Truncate(time.Second), Zone: zone}, nil
	}
	// Without an offset the time zone has to be said.
	at, err := time.ParseInLocation("2006-01-02T15:04:05", d.DateTime, loc)
	if err != nil {
		return moment{}, invalid("Invalid value for: Invalid format: \"" + d.DateTime + "\"")
	}
	if d.TimeZone == "" {
		return moment{}, required("Missing time zone definition for " + which + " time.")
	}
	return moment{At: at.UTC(), Zone: zone}, nil
}
