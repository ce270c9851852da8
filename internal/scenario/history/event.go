package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

const clockFace = "2006-01-02T15:04"

// pick draws one of some.
func pick[T any](t *rapid.T, label string, some ...T) T {
	return rapid.SampledFrom(some).Draw(t, label)
}

// often draws true about once in n.
func seldom(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(1, n).Draw(t, label) == n
}

// when draws a time: often one at which something is already, because there
// things are shared, and sometimes one at night, over midnight, or long past.
func (b *book) when(t *rapid.T, starts []time.Time) time.Time {
	if len(starts) > 0 && rapid.IntRange(0, 9).Draw(t, "taken") > 3 {
		return pick(t, "start", starts...)
	}
	if seldom(t, 40, "far") {
		return b.now().Truncate(24 * time.Hour).Add(200*24*time.Hour + 10*time.Hour)
	}
	day := b.now().Truncate(24 * time.Hour).Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "day")) * 24 * time.Hour)
	return day.Add(pick(t, "hour", 10*time.Hour, 14*time.Hour, 14*time.Hour+30*time.Minute, 23*time.Hour+45*time.Minute, 8*time.Hour))
}

// draft draws a new event and the line that makes it.
func (b *book) draft(t *rapid.T, c *calendar, start time.Time) (*event, string) {
	e := &event{
		name: b.name("e"), calendar: c, created: b.now(), born: b.now(), changed: map[string]*occurrence{},
		title:  pick(t, "title", sorted(titles, "Plan", "Review", "Sync")...),
		guests: pick(t, "guests", "bob@client.test", "bob@client.test,eve@client.test", "eve@client.test", "", boardroom),
	}
	minutes := pick(t, "minutes", 30, 30, 30, 45)
	options := []string{}
	option := func(n int, label string, do func() string) {
		if seldom(t, n, label) {
			options = append(options, do())
		}
	}
	option(4, "native", c.native)
	option(5, "location", func() string {
		e.location = pick(t, "place", "Room 4", "https://acme.webex.com/meet/ada", "https://zoom.us/j/99911122233")
		return "location=" + quote(e.location)
	})
	option(3, "notes", func() string {
		e.notes = pick(t, "text", "Agenda: the numbers", "Agenda: the numbers", "See https://acme.webex.com/meet/ada first")
		return "notes=" + quote(e.notes)
	})
	option(5, "series", func() string {
		e.series = true
		return "repeat=" + pick(t, "repeat", "FREQ=DAILY;COUNT=4", "FREQ=WEEKLY;COUNT=3")
	})
	option(10, "private", func() string { e.private = true; return "private" })
	option(12, "free", func() string { return pick(t, "busy", "free", "tentative") })
	option(15, "elsewhere", func() string { e.elsewhere = true; return "organizer=carl@client.test" })
	option(8, "created", func() string {
		e.created = b.now().Add(-48 * time.Hour).Truncate(time.Minute)
		return "created=" + e.created.Format(time.RFC3339)
	})
	length := fmt.Sprintf("%dm", minutes)
	at := start.Format(clockFace)
	switch {
	case seldom(t, 25, "all day") && !e.series:
		e.allDay, at, length, options = true, start.Format(time.DateOnly), "24h", append(options, "allday")
	case c.provider == "google" && seldom(t, 25, "kind") && !e.series && !e.elsewhere:
		e.kind, options = true, append(options, "kind=focusTime")
	case c.provider == "google" && seldom(t, 25, "locked") && !e.elsewhere:
		e.locked, options = true, append(options, "locked")
	}
	e.roomed = e.guests == boardroom && c.provider == "microsoft"
	if e.guests != "" {
		options = append(options, "guests="+e.guests)
	}
	if e.title != "" {
		options = append(options, "title="+quote(e.title))
	} else {
		e.title = e.name // which is what the language gives it
	}
	return e, strings.Join(append([]string{"event", c.name, e.name, at, length}, options...), " ")
}

// sorted are the keys of a table in an order that is always the same, with some
// of them in front, so that they come most often and a history shrinks to them.
func sorted[T any](table map[string]T, front ...string) []string {
	return append(slices.Concat(front, front, front), slices.Sorted(maps.Keys(table))...)
}

func quote(s string) string {
	if strings.ContainsAny(s, " #") {
		return "'" + s + "'"
	}
	return s
}
