package plan

import (
	"strings"
	"time"
)

// moment is an instant as clocks and calendars show it in a time zone.
type moment struct {
	day    int64         // counted from 1 January 1970
	clock  time.Duration // since midnight, as the clock shows it
	steady bool          // no clock is changed close by: the clock names one instant of the day
}

func momentOf(t time.Time, location *time.Location) moment {
	_, offset := t.In(location).Zone()
	_, before := t.Add(-drift * time.Second).In(location).Zone()
	_, after := t.Add(drift * time.Second).In(location).Zone()
	seconds := t.Unix() + int64(offset)
	ofDay := (seconds%secondsPerDay + secondsPerDay) % secondsPerDay
	return moment{
		day:    (seconds - ofDay) / secondsPerDay,
		clock:  time.Duration(ofDay)*time.Second + time.Duration(t.Nanosecond()),
		steady: before == offset && after == offset,
	}
}

// weekday is that of the day. The first of January 1970 was a Thursday.
func (m moment) weekday() time.Weekday {
	return time.Weekday(((m.day+int64(time.Thursday))%7 + 7) % 7)
}

// week is the day on which the week begins, if weeks begin on head.
func (m moment) week(head time.Weekday) int64 {
	return m.day - int64((m.weekday()-head+7)%7)
}

// zone is a time zone, and what it showed last: many series are asked about one
// slot after the other, and nearly all are in the same zone.
type zone struct {
	location *time.Location
	asked    time.Time // zero: nothing yet
	shown    moment
}

// show tells what an instant is in the zone.
func (z *zone) show(t time.Time) moment {
	if z.asked.IsZero() || !z.asked.Equal(t) {
		z.asked, z.shown = t, momentOf(t, z.location)
	}
	return z.shown
}

// at is the instant at which clocks show a time on a day. One that daylight
// saving skips is moved, one that comes twice is either.
func (z *zone) at(day int64, clock time.Duration) time.Time {
	y, m, d := time.Unix(day*secondsPerDay, 0).UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, int(clock), z.location)
}

// zones remembers the time zones that were read for one plan: they are few, and
// reading one costs more than planning for an event.
type zones struct {
	names []string
	zones []*zone
}

// find returns a zone by its IANA name; nil if there is none of that name.
func (z *zones) find(name string) *zone {
	for i := range z.names {
		if z.names[i] == name {
			return z.zones[i]
		}
	}
	var found *zone
	if location, err := time.LoadLocation(name); err == nil && !strings.EqualFold(name, "local") {
		found = &zone{location: location}
	}
	z.names, z.zones = append(z.names, name), append(z.zones, found)
	return found
}
