package microsoft

import (
	"slices"
	"strings"
	"time"
)

// zoneNamed finds a zone by Microsoft's or by its IANA name.
func zoneNamed(name string) (*time.Location, bool) {
	if iana, ok := windowsZones[name]; ok {
		name = iana
	}
	switch strings.ToLower(name) {
	case "tzone://microsoft/utc":
		return time.UTC, true
	case "", "local":
		return nil, false
	}
	loc, err := time.LoadLocation(name)
	return loc, err == nil
}

// ZoneName is IANA's name of a zone that is named as Microsoft does; a name that
// nobody knows stays as it is.
func ZoneName(zone string) string {
	if loc, ok := zoneNamed(zone); ok {
		return loc.String()
	}
	return zone
}

// zoneOr is zoneNamed with a way out for names that nobody knows.
func zoneOr(name string, otherwise *time.Location) *time.Location {
	if loc, ok := zoneNamed(name); ok {
		return loc
	}
	return otherwise
}

// windowsName is what Outlook writes for a zone: Microsoft's own name where it
// has one for exactly this zone, else the name as it is.
func windowsName(zone string) string {
	if zone == "UTC" {
		return zone
	}
	var found []string
	for name, iana := range windowsZones {
		if iana == zone {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return zone
	}
	return slices.Min(found)
}

// wireLayout has seven digits of a second and no offset.
const wireLayout = "2006-01-02T15:04:05.0000000"

// moment is a start or an end.
type moment struct {
	At   time.Time // instant in UTC; midnight UTC of the day for whole days
	Zone string    // as it was written, known or not
}

// location is the zone that a series starting at m is expanded in.
func (m moment) location(allDay bool) *time.Location {
	if allDay {
		return time.UTC
	}
	return zoneOr(m.Zone, time.UTC)
}

// wire renders m in the zone asked for. Whole days begin at midnight in any zone.
func (m moment) wire(allDay bool, zone string, loc *time.Location) *dateTime {
	at := m.At
	if !allDay {
		at = at.In(loc)
	}
	return &dateTime{DateTime: at.Format(wireLayout), TimeZone: zone}
}

// parseMoment reads a start or an end that a client sent.
func parseMoment(d *dateTime, allDay bool) (moment, *problem) {
	if d == nil || d.DateTime == "" || d.TimeZone == "" {
		return moment{}, invalidRequest("ErrorPropertyValidationFailure", "At least one property failed validation.")
	}
	loc, ok := zoneNamed(d.TimeZone)
	if !ok {
		return moment{}, invalidRequest("TimeZoneNotSupportedException",
			"A valid TimeZone value must be specified. The following TimeZone value is not supported: '"+d.TimeZone+"'.")
	}
	if allDay {
		loc = time.UTC
	}
	for _, layout := range []string{"2006-01-02T15:04:05.9999999", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, d.DateTime, loc); err == nil {
			return moment{At: at.UTC().Truncate(time.Second), Zone: d.TimeZone}, nil
		}
	}
	if at, err := time.Parse(time.RFC3339Nano, d.DateTime); err == nil { // an offset in the value counts
		return moment{At: at.UTC().Truncate(time.Second), Zone: d.TimeZone}, nil
	}
	return moment{}, invalidRequest("ErrorInvalidRequest", "The value '"+d.DateTime+"' of parameter 'DateTime' is invalid.")
}
