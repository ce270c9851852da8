package ics

import (
	"strings"
	"testing"
	"time"
)

func TestOldCalendarsMoveByWholeWeeks(t *testing.T) {
	now := time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC) // a Wednesday
	for _, c := range []struct {
		name  string
		text  string
		weeks int
		first string // the first event afterwards
	}{
		{"a single event ahead", event("DTSTART:20261203T100000Z"), 0, "2026-12-03T10:00:00Z"},
		{"one ahead, one behind", event("DTSTART:20201203T100000Z") + strings.Replace(event("DTSTART:20261203T100000Z"), "UID:u", "UID:v", 1), 0, "2020-12-03T10:00:00Z"},
		{"yesterday", event("DTSTART:20261201T100000Z"), 1, "2026-12-08T10:00:00Z"},
		{"years ago, over summer time", event("DTSTART;TZID=Europe/Berlin:20240703T100000"), 127, "2026-12-09T10:00:00+01:00"},
		{"a series that goes on, alone", event("DTSTART:20201203T100000Z", "RRULE:FREQ=WEEKLY"), 0, "2020-12-03T10:00:00Z"},
		{"a counted series that is over", event("DTSTART:20261102T100000Z", "RRULE:FREQ=DAILY;COUNT=3"), 5, "2026-12-07T10:00:00Z"},
		{"extra dates ahead", event("DTSTART:20201203T100000Z", "RDATE:20261203T100000Z"), 0, "2020-12-03T10:00:00Z"},
		{"empty", "", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			calendar := read(t, file(c.text))
			weeks := calendar.WeeksToPresent(now)
			if weeks != c.weeks {
				t.Errorf("weeks %d, want %d", weeks, c.weeks)
			}
			calendar.Shift(weeks)
			if c.first == "" {
				return
			}
			e := calendar.Events[0]
			if got := e.Start.Format(time.RFC3339); got != c.first {
				t.Errorf("first %s, want %s", got, c.first)
			}
			if again := calendar.WeeksToPresent(now); weeks > 0 && again != 0 {
				t.Errorf("moved, but %d more weeks wanted", again)
			}
		})
	}
}

func TestTheBusiestFortnightIsTheOneThatComes(t *testing.T) {
	now := time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC)
	var parts []string
	for i, day := range []string{"20200101", "20210104", "20210105", "20210112", "20220801"} {
		parts = append(parts, strings.Replace(event("DTSTART:"+day+"T100000Z"), "UID:u", "UID:"+string(rune('a'+i)), 1))
	}
	calendar := read(t, file(parts...))
	calendar.Shift(calendar.WeeksToPresent(now))
	if got := calendar.Events[1].Start; got.Before(now) || got.Sub(now) > week {
		t.Errorf("the busiest fortnight begins at %s", got)
	}
}

func TestSeriesMoveWithTheirEndAndDates(t *testing.T) {
	calendar := read(t, file(
		event("DTSTART;TZID=Europe/Berlin:20260701T100000", "RRULE:FREQ=WEEKLY;UNTIL=20260715T080000Z;BYDAY=WE", "EXDATE;TZID=Europe/Berlin:20260708T100000"),
		event("DTSTART;TZID=Europe/Berlin:20260715T120000", "RECURRENCE-ID;TZID=Europe/Berlin:20260715T100000"),
	))
	calendar.Shift(22)
	if got, want := show(calendar.Events[0]), "2026-12-02T10:00:00+01:00..2026-12-02T10:00:00+01:00 Europe/Berlin RRULE:FREQ=WEEKLY;UNTIL=20261216T090000Z;BYDAY=WE EXDATE:20261209T090000Z"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := show(calendar.Events[1]), "2026-12-16T12:00:00+01:00..2026-12-16T12:00:00+01:00 Europe/Berlin occurrence 2026-12-16T10:00:00+01:00"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
