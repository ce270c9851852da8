package ics

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slotward/internal/contract"
)

// berlin is a zone by rules, as Exchange writes it.
const berlin = `BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
`

func fixed(tzid, offset string) string {
	return "BEGIN:VTIMEZONE\nTZID:" + tzid + "\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:" + offset + "\nTZOFFSETTO:" + offset + "\nEND:STANDARD\nEND:VTIMEZONE\n"
}

// file wraps components into a calendar.
func file(parts ...string) string {
	return "BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-TIMEZONE:America/New_York\n" + strings.Join(parts, "") + "END:VCALENDAR\n"
}

// event wraps lines into an event with a UID and a title.
func event(lines ...string) string {
	return "BEGIN:VEVENT\nUID:u\nSUMMARY:t\n" + strings.Join(lines, "\n") + "\nEND:VEVENT\n"
}

func read(t *testing.T, text string) Calendar {
	t.Helper()
	c, err := Read(strings.NewReader(text), "f.ics")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// show renders an event in one line, for comparing.
func show(e Event) string {
	form := time.RFC3339
	if e.AllDay {
		form = time.DateOnly
	}
	text := fmt.Sprintf("%s..%s %s", e.Start.Format(form), e.End.Format(form), e.Zone)
	if lines := e.Recurrence(); lines != nil {
		text += " " + strings.Join(lines, " ")
	}
	if !e.Occurrence.IsZero() {
		text += " occurrence " + e.Occurrence.Format(form)
	}
	return text
}

func TestWhen(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"utc", event("DTSTART:20261201T100000Z", "DTEND:20261201T103000Z"), "2026-12-01T10:00:00Z..2026-12-01T10:30:00Z UTC"},
		{"named zone", event("DTSTART;TZID=Europe/Berlin:20261201T100000", "DTEND;TZID=Europe/Berlin:20261201T110000"), "2026-12-01T10:00:00+01:00..2026-12-01T11:00:00+01:00 Europe/Berlin"},
		{"quoted zone", event(`DTSTART;TZID="Europe/Berlin":20261201T100000`, "DURATION:PT1H30M"), "2026-12-01T10:00:00+01:00..2026-12-01T11:30:00+01:00 Europe/Berlin"},
		{"lower-case parameter", event("DTSTART;tzid=Europe/Berlin:20261201T100000"), "2026-12-01T10:00:00+01:00..2026-12-01T10:00:00+01:00 Europe/Berlin"},
		{"registry in front", event("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20261201T100000"), "2026-12-01T10:00:00+01:00..2026-12-01T10:00:00+01:00 Europe/Berlin"},
		{"said to be a date-time", event("DTSTART;VALUE=DATE-TIME;TZID=Europe/Berlin:20261201T100000"), "2026-12-01T10:00:00+01:00..2026-12-01T10:00:00+01:00 Europe/Berlin"},
		{"ends in another zone", event("DTSTART;TZID=America/New_York:20140829T080000", "DTEND;TZID=America/Los_Angeles:20140829T080000"), "2014-08-29T08:00:00-04:00..2014-08-29T11:00:00-04:00 America/New_York"},
		{"floating", event("DTSTART:20261201T100000"), "2026-12-01T10:00:00-05:00..2026-12-01T10:00:00-05:00 America/New_York"},
		{"without seconds", event("DTSTART:20261201T1000Z"), "2026-12-01T10:00:00Z..2026-12-01T10:00:00Z UTC"},
		{"all day", event("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203"), "2026-12-01..2026-12-03 UTC"},
		{"all day, not said", event("DTSTART:20261201"), "2026-12-01..2026-12-02 UTC"},
		{"all day, end equal", event("DTSTART:20261201", "DTEND:20261201"), "2026-12-01..2026-12-02 UTC"},
		{"days keep the wall clock", event("DTSTART;TZID=Europe/Berlin:20261024T100000", "DURATION:P1D"), "2026-10-24T10:00:00+02:00..2026-10-25T10:00:00+01:00 Europe/Berlin"},
		{"zone by rules", berlin + event("DTSTART;TZID=Office:20260701T100000", "DTEND;TZID=Office:20260701T110000"), "2026-07-01T10:00:00+02:00..2026-07-01T11:00:00+02:00 Europe/Berlin"},
		{"zone defined after use", event("DTSTART;TZID=Office:20261201T100000") + berlin, "2026-12-01T10:00:00+01:00..2026-12-01T10:00:00+01:00 Europe/Berlin"},
		{"fixed offset", fixed("UTC+11", "+1100") + event("DTSTART;TZID=UTC+11:20261201T100000"), "2026-12-01T10:00:00+11:00..2026-12-01T10:00:00+11:00 Pacific/Noumea"},
		{"odd fixed offset", fixed("India", "+0530") + event("DTSTART;TZID=India:20261201T100000"), "2026-12-01T10:00:00+05:30..2026-12-01T10:00:00+05:30 Asia/Kolkata"},
		{"like no zone: an instant", fixed("Ship", "+0137") + event("DTSTART;TZID=Ship:20261201T100000"), "2026-12-01T08:23:00Z..2026-12-01T08:23:00Z UTC"},
		{"folded", event("DTSTART;TZID=Europe/\n Berlin:2026\n\t1201T100000"), "2026-12-01T10:00:00+01:00..2026-12-01T10:00:00+01:00 Europe/Berlin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, file(c.text))
			if len(got.Events) != 1 {
				t.Fatalf("events %d, faults %v", len(got.Events), got.Faults)
			}
			if diff := cmp.Diff(c.want, show(got.Events[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecurrence(t *testing.T) {
	const start = "DTSTART;TZID=Europe/Berlin:20261201T100000"
	for _, c := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"weekly", []string{start, "RRULE:FREQ=WEEKLY;COUNT=4"}, []string{"RRULE:FREQ=WEEKLY;COUNT=4"}},
		{"spaces and small letters", []string{start, "RRULE:freq=WEEKLY;BYDAY=MO, TU, WE"}, []string{"RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE"}},
		{"until utc", []string{start, "RRULE:FREQ=DAILY;UNTIL=20261210T090000Z"}, []string{"RRULE:FREQ=DAILY;UNTIL=20261210T090000Z"}},
		{"until floating", []string{start, "RRULE:FREQ=DAILY;UNTIL=20261210T100000;INTERVAL=2"}, []string{"RRULE:FREQ=DAILY;UNTIL=20261210T090000Z;INTERVAL=2"}},
		{"until a date", []string{start, "RRULE:FREQ=DAILY;UNTIL=20261210"}, []string{"RRULE:FREQ=DAILY;UNTIL=20261210T225959Z"}},
		{"all day, until a time", []string{"DTSTART:20261201", "RRULE:FREQ=DAILY;UNTIL=20261210T225959Z"}, []string{"RRULE:FREQ=DAILY;UNTIL=20261210"}},
		{"left out", []string{start, "RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20261202T100000,20261203T100000", "EXDATE:20261204T090000Z"}, []string{"RRULE:FREQ=DAILY", "EXDATE:20261202T090000Z,20261203T090000Z,20261204T090000Z"}},
		{"left out by date", []string{start, "RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261202"}, []string{"RRULE:FREQ=DAILY", "EXDATE:20261202T090000Z"}},
		{"all day, left out", []string{"DTSTART:20261201", "RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261202"}, []string{"RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20261202"}},
		{"extra dates", []string{start, "RDATE:20261215T090000Z"}, []string{"RDATE:20261215T090000Z"}},
		{"extra periods", []string{start, "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20261215T120000/PT2H,20261216T120000/20261216T130000"}, []string{"RDATE:20261215T110000Z,20261216T110000Z"}},
		{"time of day is no date", []string{start, "RDATE;VALUE=TIME:083000"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, file(event(c.lines...)))
			if len(got.Events) != 1 {
				t.Fatalf("events %d, faults %v", len(got.Events), got.Faults)
			}
			if diff := cmp.Diff(c.want, got.Events[0].Recurrence()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A faulty event is named with file, line and cure, and left out; the good
// event after it is always read.
func TestFaultyEventsAreNamedAndLeftOut(t *testing.T) {
	const good = "BEGIN:VEVENT\nUID:good\nDTSTART:20261201T100000Z\nEND:VEVENT\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "BEGIN:VEVENT\nEND:VEVENT\n", "f.ics:4: event without a title: the event is empty; left out"},
		{"no start", event("DTEND:20261201T100000Z"), `f.ics:4: event "t": it has no DTSTART`},
		{"bad start", event("LOCATION:x", "DTSTART:INVALID-DATE"), `f.ics:8: event "t": DTSTART is not a date or time ("INVALID-DATE"); left out (write it like 20261201T100000Z)`},
		{"bad end", event("DTSTART:20261201T100000Z", "DTEND:soon"), `f.ics:8: event "t": DTEND is not a date or time`},
		{"unknown zone", event(`DTSTART;TZID="Western/Central Europe":20261201T100000`), `unknown time zone "Western/Central Europe"; left out (write the zone by its IANA name, such as Europe/Berlin`},
		{"the machine's zone", event(`DTSTART;TZID=Local:20261201T100000`), `unknown time zone "Local"`},
		{"faulty zone", strings.ReplaceAll(berlin, "DTSTART:16010101T030000", "DTSTART;VALUE=DATE:20170101") + event("DTSTART;TZID=Office:20261201T100000"), `its VTIMEZONE on line 4 is faulty (its DTSTART on line 7 is not a date with a time ("20170101"))`},
		{"zone without an offset", strings.ReplaceAll(fixed("X", "+0100"), "TZOFFSETTO:+0100", "TZOFFSETTO:east") + event("DTSTART;TZID=X:20261201T100000"), `"east" is not an offset`},
		{"empty zone", "BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE\n" + event("DTSTART;TZID=X:20261201T100000"), "it defines no offset"},
		{"series in a zone like none", fixed("Ship", "+0137") + event("DTSTART;TZID=Ship:20261201T100000", "RRULE:FREQ=DAILY"), "a series cannot be carried on in it"},
		{"backwards", event("DTSTART:20261201T100000Z", "DTEND:20261201T090000Z"), "before it begins"},
		{"date and time", event("DTSTART:20261201T100000Z", "DTEND:20261202"), "not both dates or both times"},
		{"bad duration", event("DTSTART:20261201T100000Z", "DURATION:1h"), `DURATION is not a length of time ("1h")`},
		{"bad rule", event("DTSTART:20261201T100000Z", "RRULE:FREQ=SOMETIMES"), "RRULE cannot be understood"},
		{"every second", event("DTSTART:20261201T100000Z", "RRULE:FREQ=SECONDLY"), "no calendar repeats more often than daily"},
		{"the 20th Saturday of a month", event("DTSTART:20261201T100000Z", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=20SA"), "there is no 20. weekday"},
		{"counted weekday in a week", event("DTSTART:20261201T100000Z", "RRULE:FREQ=WEEKLY;BYDAY=2MO"), "there is no 2. weekday"},
		{"bad until", event("DTSTART:20261201T100000Z", "RRULE:FREQ=DAILY;UNTIL=never"), "UNTIL of RRULE is not a date"},
		{"bad exdate", event("DTSTART:20261201T100000Z", "RRULE:FREQ=DAILY", "EXDATE:x"), "EXDATE is not a date"},
		{"bad recurrence id", event("DTSTART:20261201T100000Z", "RECURRENCE-ID:x"), "RECURRENCE-ID is not a date"},
		{"rule that cannot be parsed", event("DTSTART:20261201T100000Z", "RRULE;FREQ=DAILY"), `the line "RRULE;FREQ=DAILY" cannot be parsed; left out`},
		{"never closed", "BEGIN:VEVENT\nUID:x\nSUMMARY:t\nDTSTART:20261201T100000Z\n", "no END:VEVENT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, file(c.text, good))
			if len(got.Events) != 1 || got.Events[0].UID != "good" {
				t.Errorf("events: %+v", got.Events)
			}
			if len(got.Faults) != 1 || !got.Faults[0].Skipped || !strings.Contains(got.Faults[0].Error(), c.want) {
				t.Errorf("faults %v, want %s", got.Faults, c.want)
			}
			if len(got.Faults) == 1 && got.Faults[0].Cure == "" {
				t.Error("no cure")
			}
		})
	}
}

func TestOddEventsAreTakenAndNamed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no uid", "BEGIN:VEVENT\nSUMMARY:t\nDTSTART:20261201T100000Z\nEND:VEVENT\n", "it has no UID; one was made up"},
		{"line that cannot be parsed", event("DTSTART:20261201T100000Z", "garbage"), `the line "garbage" cannot be parsed; ignored`},
		{"this and future", event("DTSTART:20261201T100000Z", "RRULE:FREQ=DAILY") + event("DTSTART:20261202T110000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261202T100000Z"), "only this one is changed"},
		{"exception without its series", event("DTSTART:20261202T110000Z", "RECURRENCE-ID:20261202T100000Z"), "not in the file; taken as a single event"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := read(t, file(c.text))
			if len(got.Events) == 0 || len(got.Faults) != 1 || got.Faults[0].Skipped || !strings.Contains(got.Faults[0].Error(), c.want) {
				t.Errorf("events %+v faults %v, want %s", got.Events, got.Faults, c.want)
			}
		})
	}
}

func TestDetails(t *testing.T) {
	got := read(t, file(event("DTSTART:20261201T100000Z", "STATUS:Confirmed", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "CREATED:20261101T000000Z",
		`LOCATION:Room 4\, first floor`, `DESCRIPTION:one\ntwo`, "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij",
		"ORGANIZER;CN=Ada:mailto:Ada@Acme.test",
		"ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:bob@client.test",
		"ATTENDEE;CUTYPE=RESOURCE;CN=Court:mailto:court@acme.test",
		"ATTENDEE:mailto:room@resource.calendar.google.com",
		"ATTENDEE;EMAIL=eve@client.test;PARTSTAT=DECLINED:urn:uuid:1",
		"BEGIN:VALARM", "DESCRIPTION:an alarm's", "TRIGGER:-PT5M", "END:VALARM",
	)))
	if len(got.Events) != 1 || len(got.Faults) != 0 {
		t.Fatalf("%+v", got)
	}
	e := got.Events[0]
	if e.Location != "Room 4, first floor" || e.Description != "one\ntwo" || !e.Free || !e.Private || e.Cancelled || e.Meet != "https://meet.google.com/abc-defg-hij" || e.Created.IsZero() {
		t.Errorf("%+v", e)
	}
	want := []Attendee{
		{Email: "bob@client.test", Name: "Bob", Response: "accepted", Optional: true},
		{Email: "court@acme.test", Name: "Court", Response: "needsAction", Resource: true},
		{Email: "room@resource.calendar.google.com", Response: "needsAction", Resource: true},
		{Email: "eve@client.test", Response: "declined"},
	}
	if diff := cmp.Diff(want, e.Attendees); diff != "" {
		t.Error(diff)
	}
	if e.Organizer.Email != "ada@acme.test" {
		t.Errorf("organizer %+v", e.Organizer)
	}
}

func TestExceptionsAndDoubles(t *testing.T) {
	got := read(t, file(
		event("DTSTART;TZID=Europe/Berlin:20261201T100000", "RRULE:FREQ=DAILY", "SEQUENCE:1"),
		event("DTSTART;TZID=Europe/Berlin:20261202T140000", "RECURRENCE-ID;TZID=Europe/Berlin:20261202T100000", "STATUS:CANCELLED"),
		event("DTSTART;TZID=Europe/Berlin:20261201T090000", "RRULE:FREQ=DAILY", "SEQUENCE:0"),
	))
	if len(got.Events) != 2 || len(got.Faults) != 1 {
		t.Fatalf("events %v faults %v", got.Events, got.Faults)
	}
	if want := "stands again on line 4"; !strings.Contains(got.Faults[0].Error(), want) {
		t.Errorf("%v, want %s", got.Faults[0], want)
	}
	if want := "2026-12-02T14:00:00+01:00..2026-12-02T14:00:00+01:00 Europe/Berlin occurrence 2026-12-02T10:00:00+01:00"; show(got.Events[1]) != want || !got.Events[1].Cancelled {
		t.Errorf("%s cancelled=%v", show(got.Events[1]), got.Events[1].Cancelled)
	}
}

func TestFilesThatAreNoCalendars(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "html": "<!doctype html><title>Sign in</title>", "event only": event("DTSTART:20261201T100000Z")} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(strings.NewReader(text), "f.ics"); !errors.Is(err, ErrNotCalendar) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestLineEndsAndByteOrderMark(t *testing.T) {
	for name, text := range map[string]string{
		"crlf": strings.ReplaceAll(file(event("DTSTART:20261201T100000Z")), "\n", "\r\n"),
		"cr":   strings.ReplaceAll(file(event("DTSTART:20261201T100000Z")), "\n", "\r"),
		"bom":  "\ufeff" + file(event("DTSTART:20261201T100000Z")),
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, text); len(got.Events) != 1 || got.Events[0].Line != 4 {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Every calendar that other programs made imports, with the events and faults
// that a person would count in it.
func TestCalendarsOfOtherPrograms(t *testing.T) {
	folder := os.Getenv("SLOTWARD_CALENDARS")
	if contracts, err := contract.Find(); folder == "" && err == nil {
		folder = filepath.Join(filepath.Dir(contracts), "calendars") // they are kept together
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no folder of calendars to try: set SLOTWARD_CALENDARS")
	}
	for name, want := range map[string][3]int{ // events, left out, noted
		"alarm_google_future.ics":                      {1, 0, 0},
		"big_bad_calendar.ics":                         {0, 20, 0},
		"broken_dtstart.ics":                           {0, 1, 0},
		"example.ics":                                  {3, 0, 0},
		"golang-ical-google.ics":                       {1, 0, 0},
		"issue_165_missing_event.ics":                  {1, 0, 1},
		"issue_218_bad_tzid.ics":                       {0, 1, 0},
		"issue_348_exception_parsing_value.ics":        {1, 0, 0},
		"issue_526_calendar_with_different_events.ics": {0, 2, 0},
		"issue_722_missing_timezones.ics":              {1, 2, 1},
		"multiple_timezones.ics":                       {3, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := ReadFile(filepath.Join(folder, name))
			if errors.Is(err, os.ErrNotExist) {
				t.Skip("absent")
			}
			if err != nil {
				t.Fatal(err)
			}
			got := [3]int{len(c.Events)}
			for _, f := range c.Faults {
				if f.Skipped {
					got[1]++
				} else {
					got[2]++
				}
			}
			if got != want {
				t.Errorf("events, left out, noted: %v, want %v; %v", got, want, c.Faults)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(berlin, event("DTSTART;TZID=Office:20261201T100000", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261208T090000Z")))
	f.Add(file("BEGIN:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\n"))
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		defer func() {
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		}()
		c, err := Read(strings.NewReader(text), "f.ics")
		if err != nil {
			return
		}
		c.Shift(c.WeeksToPresent(now))
		for i := range c.Events {
			if e := &c.Events[i]; e.UID == "" || e.Start.IsZero() || e.End.Before(e.Start) {
				t.Errorf("%+v", e)
			}
			c.Events[i].Recurrence()
		}
	})
}
