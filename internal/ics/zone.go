package ics

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const zoneCure = "write the zone by its IANA name, such as Europe/Berlin, or define it in a VTIMEZONE"

// errZone is a zone name that leads nowhere; cure zoneCure.
var errZone = errors.New("unknown time zone")

// named loads a zone by its IANA name. Names that start with the registry that
// made them (/example.org/2005/Europe/Berlin) are read from their end.
func named(tzid string) (*time.Location, bool) {
	if tzid == "" || strings.EqualFold(tzid, "local") {
		return nil, false
	}
	parts := strings.Split(strings.Trim(tzid, "/"), "/")
	for from := range parts {
		if from > 0 && len(parts)-from < 2 {
			break // "Berlin" alone is no zone; "Central Europe" of "Western/Central Europe" must not become one
		}
		name := strings.Join(parts[from:], "/")
		if strings.EqualFold(name, "local") {
			continue
		}
		if loc, err := time.LoadLocation(name); err == nil && name != "" {
			return loc, true
		}
	}
	return nil, false
}

// inZone reads a wall clock in the zone that the file calls tzid: its IANA
// namesake, else the zone that the file defines under that name.
func (r *reader) inZone(wall time.Time, tzid string) (moment, error) {
	if loc, ok := named(tzid); ok {
		return moment{at: onClock(wall, loc), zone: loc.String()}, nil
	}
	d, ok := r.definitions[tzid]
	if !ok {
		return moment{}, fmt.Errorf("%w %q", errZone, tzid)
	}
	if d.fault != nil {
		return moment{}, fmt.Errorf("%w %q: its VTIMEZONE on line %d is faulty (%w)", errZone, tzid, d.number, d.fault)
	}
	if loc, ok := r.namesake(tzid, d, wall.Year()); ok {
		return moment{at: onClock(wall, loc), zone: loc.String()}, nil
	}
	return moment{at: d.instant(wall), zone: ""}, nil
}

// namesake remembers what a definition was found to be, and that it was not.
func (r *reader) namesake(tzid string, d definition, year int) (*time.Location, bool) {
	key := zoneYear{tzid, year}
	loc, known := r.resolved[key]
	if !known {
		loc, _ = d.namesake(year)
		r.resolved[key] = loc
	}
	return loc, loc != nil
}

// zoneYear is a zone of the file in one year: rules change over the years.
type zoneYear struct {
	tzid string
	year int
}

// candidates are the zones that a zone defined by rules is taken for, the
// first that shows the same clock all year. Cities that people name come
// first; the Etc zones (whose signs are inverted) take fixed offsets.
var candidates = []string{
	"UTC", "Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow", "Europe/Lisbon", "Europe/Chisinau",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix", "America/Anchorage",
	"America/Halifax", "America/St_Johns", "America/Mexico_City", "America/Bogota", "America/Caracas", "America/Santiago",
	"America/Asuncion", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Nuuk", "America/Noronha", "America/Havana",
	"Atlantic/Azores", "Africa/Casablanca", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi",
	"Asia/Jerusalem", "Asia/Beirut", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu",
	"Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Asia/Seoul",
	"Australia/Perth", "Australia/Eucla", "Australia/Darwin", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney", "Australia/Lord_Howe",
	"Pacific/Noumea", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Tongatapu", "Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Marquesas",
	"Etc/GMT-1", "Etc/GMT-2", "Etc/GMT-3", "Etc/GMT-4", "Etc/GMT-5", "Etc/GMT-6", "Etc/GMT-7", "Etc/GMT-8", "Etc/GMT-9", "Etc/GMT-10",
	"Etc/GMT-11", "Etc/GMT-12", "Etc/GMT-13", "Etc/GMT-14", "Etc/GMT+1", "Etc/GMT+2", "Etc/GMT+3", "Etc/GMT+4", "Etc/GMT+5", "Etc/GMT+6",
	"Etc/GMT+7", "Etc/GMT+8", "Etc/GMT+9", "Etc/GMT+10", "Etc/GMT+11", "Etc/GMT+12",
}
