package dashboard

import (
	"fmt"
	"time"

	"slotward/internal/server"
)

// clock is the time zone that a page's times are in, and how that is said.
type clock struct {
	zone *time.Location
	now  time.Time
	// Told says which zone it is and why.
	Told string
}

// clock chooses the zone of a page: the browser's, else that of the person's
// first calendar, else UTC.
func (d *dashboard) clock(r *request, calendars []server.Calendar) clock {
	now := d.Now()
	if r.told {
		return clock{r.zone, now, "Times are in " + zoneName(r.zone, now) + ", as your browser is set."}
	}
	for _, primary := range []bool{true, false} {
		for _, c := range calendars {
			zone, err := time.LoadLocation(c.TimeZone)
			if c.TimeZone == "" || err != nil || c.Primary != primary {
				continue
			}
			return clock{zone, now, "Times are in " + zoneName(zone, now) + ", as the calendar " + c.Name + " is set."}
		}
	}
	return clock{time.UTC, now, "Times are in UTC."}
}

// zoneName names a zone with how far it is from UTC: "Europe/Berlin (UTC+1)".
func zoneName(zone *time.Location, now time.Time) string {
	_, offset := now.In(zone).Zone()
	hours, minutes := offset/3600, offset%3600/60
	switch {
	case zone == time.UTC || zone.String() == "UTC":
		return "UTC"
	case minutes != 0:
		return fmt.Sprintf("%s (UTC%+d:%02d)", zone, hours, max(minutes, -minutes))
	}
	return fmt.Sprintf("%s (UTC%+d)", zone, hours)
}
