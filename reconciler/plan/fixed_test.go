package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

// seriesOf is a series that begins on a wall clock in a zone.
func seriesOf(start, zone string, lines ...string) *sources.Event {
	where, err := time.LoadLocation(zone)
	if err != nil {
		where = time.UTC
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", start, where)
	if err != nil {
		panic(err)
	}
	return &sources.Event{Kind: sources.Series, Start: at.UTC(), End: at.UTC().Add(30 * time.Minute), TimeZone: zone, Recurrence: lines}
}

func TestFixedTimes(t *testing.T) {
	const tuesday, sunday, thirtyFirst = "2026-12-01T09:00", "2026-12-06T09:00", "2026-12-31T09:00"
	daily := func(n, times int) zoom.Recurrence {
		return zoom.Recurrence{Type: zoom.Daily, Interval: n, Times: times}
	}
	weekly := func(n int, days string, times int) zoom.Recurrence {
		return zoom.Recurrence{Type: zoom.Weekly, Interval: n, Weekdays: days, Times: times}
	}
	monthly := func(n, day, times int) zoom.Recurrence {
		return zoom.Recurrence{Type: zoom.Monthly, Interval: n, MonthDay: day, Times: times}
	}
	place := func(n, week, day, times int) zoom.Recurrence {
		return zoom.Recurrence{Type: zoom.Monthly, Interval: n, MonthWeek: week, MonthWeekDay: day, Times: times}
	}
	for _, test := range []struct {
		start, rule string
		want        zoom.Recurrence
		why         string
	}{
		{tuesday, "FREQ=DAILY;COUNT=5", daily(1, 5), ""},
		{tuesday, "FREQ=DAILY;INTERVAL=99;COUNT=5", daily(99, 5), ""},
		{tuesday, "FREQ=DAILY;INTERVAL=100;COUNT=5", zoom.Recurrence{}, "seldom"},
		{tuesday, "FREQ=DAILY;COUNT=60", daily(1, 60), ""},
		{tuesday, "FREQ=DAILY;COUNT=61", zoom.Recurrence{}, "more than the 60"},
		{tuesday, "FREQ=DAILY;UNTIL=20270129T090000Z", daily(1, 60), ""},
		{tuesday, "FREQ=DAILY;UNTIL=20270130T090000Z", zoom.Recurrence{}, "more than the 60"},
		{tuesday, "FREQ=DAILY;UNTIL=20261203", daily(1, 3), ""},
		{tuesday, "FREQ=DAILY;UNTIL=20261203T085959Z", daily(1, 2), ""},
		{tuesday, "FREQ=DAILY;UNTIL=20261203T090000", daily(1, 3), ""},
		{tuesday, "FREQ=DAILY;UNTIL=20261103T090000Z", zoom.Recurrence{}, "first occurrence"},
		{tuesday, "FREQ=DAILY;UNTIL=soon", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=DAILY", zoom.Recurrence{}, "no end"},
		{tuesday, "FREQ=DAILY;COUNT=0", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=5", weekly(1, "2,3,4,5,6", 5), ""},
		{tuesday, "FREQ=DAILY;INTERVAL=2;BYDAY=TU;COUNT=5", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=WEEKLY;COUNT=4", weekly(1, "3", 4), ""},
		{tuesday, "FREQ=WEEKLY;BYDAY=TU;COUNT=4", weekly(1, "3", 4), ""},
		{tuesday, "FREQ=WEEKLY;WKST=SU;COUNT=4;BYDAY=TH,TU", weekly(1, "3,5", 4), ""},
		{tuesday, "FREQ=WEEKLY;BYDAY=WE;COUNT=4", zoom.Recurrence{}, "first occurrence"},
		{tuesday, "FREQ=WEEKLY;BYDAY=2TU;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=WEEKLY;INTERVAL=50;COUNT=4", weekly(50, "3", 4), ""},
		{tuesday, "FREQ=WEEKLY;INTERVAL=51;COUNT=4", zoom.Recurrence{}, "seldom"},
		{tuesday, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=4", weekly(2, "3,5", 4), ""},
		{sunday, "FREQ=WEEKLY;INTERVAL=2;COUNT=4", weekly(2, "1", 4), ""},
		{sunday, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;COUNT=4", zoom.Recurrence{}, "weeks"},
		{sunday, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU;COUNT=4", zoom.Recurrence{}, "weeks"},
		{sunday, "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU,TU;WKST=SU;COUNT=4", weekly(1, "1,3", 4), ""},
		{tuesday, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=WE;COUNT=4", zoom.Recurrence{}, "weeks"},
		{tuesday, "FREQ=MONTHLY;COUNT=4", monthly(1, 1, 4), ""},
		{tuesday, "FREQ=MONTHLY;BYMONTHDAY=1;INTERVAL=10;COUNT=4", monthly(10, 1, 4), ""},
		{tuesday, "FREQ=MONTHLY;BYMONTHDAY=1;INTERVAL=11;COUNT=4", zoom.Recurrence{}, "seldom"},
		{tuesday, "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=MONTHLY;BYMONTHDAY=2;COUNT=4", zoom.Recurrence{}, "first occurrence"},
		{thirtyFirst, "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{thirtyFirst, "FREQ=MONTHLY;COUNT=2", monthly(1, 31, 2), ""},
		{thirtyFirst, "FREQ=MONTHLY;COUNT=3", zoom.Recurrence{}, "not every month"},
		{thirtyFirst, "FREQ=MONTHLY;UNTIL=20270227", monthly(1, 31, 2), ""},
		{thirtyFirst, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=2", monthly(1, 31, 2), ""},
		{thirtyFirst, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3", zoom.Recurrence{}, "not every month"},
		{thirtyFirst, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;UNTIL=20270228", zoom.Recurrence{}, "not every month"},
		{thirtyFirst, "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;UNTIL=20270227", monthly(1, 31, 2), ""},
		{tuesday, "FREQ=MONTHLY;BYDAY=1TU;COUNT=4", place(1, 1, 3, 4), ""},
		{tuesday, "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1;COUNT=4", place(1, 1, 3, 4), ""},
		{"2026-12-29T09:00", "FREQ=MONTHLY;BYDAY=-1TU;COUNT=4", place(1, -1, 3, 4), ""},
		{"2026-12-29T09:00", "FREQ=MONTHLY;BYDAY=5TU;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=MONTHLY;BYDAY=TU;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=YEARLY;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=DAILY;BYHOUR=9;COUNT=4", zoom.Recurrence{}, "no such rule"},
		{tuesday, "FREQ=DAILY;COUNT=4\nRDATE:20261224T090000Z", zoom.Recurrence{}, "more than one rule"},
		{tuesday, "FREQ=DAILY;COUNT=4\nRRULE:FREQ=WEEKLY;COUNT=2", zoom.Recurrence{}, "more than one rule"},
		{tuesday, "FREQ=DAILY;COUNT=4\nEXDATE:20261202T090000Z", daily(1, 4), ""},
	} {
		got, why := plan.FixedTimes(seriesOf(test.start, "UTC", strings.Split("RRULE:"+test.rule, "\n")...))
		if got != test.want || !strings.Contains(why, test.why) || (why == "") != (test.why == "") {
			t.Errorf("%s from %s is %+v %q", test.rule, test.start, got, why)
		}
	}
}

func TestFixedTimesWhereClocksChange(t *testing.T) {
	for _, test := range []struct {
		start, zone string
		why         string
	}{
		{"2026-03-27T09:00", "Europe/Berlin", ""},
		{"2026-10-23T09:00", "Europe/Berlin", ""},
		{"2026-10-30T01:30", "America/New_York", "clocks"},
		{"2026-03-27T02:30", "Europe/Berlin", "clocks"},       // there is no such time on the 29th
		{"2026-10-23T02:30", "Europe/Berlin", "clocks"},       // there are two on the 25th
		{"2026-10-23T03:00", "Europe/Berlin", ""},             // after it
		{"2026-10-02T02:15", "Australia/Lord_Howe", "clocks"}, // half an hour is skipped
		{"2026-12-01T09:00", "Mars/Olympus", "time zone"},
	} {
		if _, why := plan.FixedTimes(seriesOf(test.start, test.zone, "RRULE:FREQ=DAILY;COUNT=5")); !strings.Contains(why, test.why) || (why == "") != (test.why == "") {
			t.Errorf("%s in %s: %q", test.start, test.zone, why)
		}
	}
}

// zooms expands a recurrence day by day, independently of package zoom. Weeks
// begin on head; a month without the day is skipped, or takes its last day.
func zooms(r zoom.Recurrence, start time.Time, head time.Weekday, lastDay bool) (out []time.Time) {
	y, m, d := start.Date()
	since := (int(start.Weekday()) - int(head) + 7) % 7
	for n := 0; len(out) < r.Times && n < 60*366; n++ {
		at := time.Date(y, m, d+n, start.Hour(), start.Minute(), 0, 0, start.Location())
		day := time.Date(y, m, d+n, 0, 0, 0, 0, time.UTC)
		length := day.AddDate(0, 1, 1-day.Day()).AddDate(0, 0, -1).Day()
		months := (day.Year()-y)*12 + int(day.Month()-m)
		falls := false
		switch {
		case r.Type == zoom.Daily:
			falls = n%r.Interval == 0
		case r.Type == zoom.Weekly:
			falls = (n+since)/7%r.Interval == 0 && strings.Contains(r.Weekdays, fmt.Sprint(int(day.Weekday())+1))
		case months%r.Interval != 0:
		case r.MonthWeek == 0:
			falls = day.Day() == r.MonthDay || lastDay && r.MonthDay > length && day.Day() == length
		case int(day.Weekday())+1 != r.MonthWeekDay:
		case r.MonthWeek < 0:
			falls = day.Day()+7 > length
		default:
			falls = (day.Day()-1)/7 == r.MonthWeek-1
		}
		if falls {
			out = append(out, at.UTC())
		}
	}
	return out
}

// theCalendars expands a rule as the calendar does.
func theCalendars(t *rapid.T, rule string, start time.Time) []time.Time {
	option, err := rrule.StrToROptionInLocation(rule, start.Location())
	if err != nil {
		t.Fatal(err)
	}
	option.Dtstart = start
	parsed, err := rrule.NewRRule(*option)
	if err != nil {
		t.Fatal(err)
	}
	var out []time.Time
	next := parsed.Iterator()
	for at, ok := next(); ok && len(out) < 100; at, ok = next() {
		out = append(out, at.UTC())
	}
	return out
}

func randomRule(t *rapid.T, start time.Time) string {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
	code := strings.ToUpper(start.Weekday().String()[:2])
	rule := "FREQ=" + pick("freq", "DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY")
	rule += pick("interval", "", "", ";INTERVAL=2", ";INTERVAL=3", ";INTERVAL=12")
	switch {
	case strings.Contains(rule, "WEEKLY"):
		rule += pick("byday", "", ";BYDAY="+code, ";BYDAY="+code+",SU", ";BYDAY=MO,"+code, ";BYDAY=MO,TU,WE,TH,FR", ";BYDAY=WE,FR,"+code)
	case strings.Contains(rule, "DAILY"):
		rule += pick("byday", "", "", ";BYDAY=MO,TU,WE,TH,FR")
	case strings.Contains(rule, "MONTHLY"):
		place := fmt.Sprint((start.Day()-1)/7 + 1)
		rule += pick("by", "", fmt.Sprintf(";BYMONTHDAY=%d", start.Day()), ";BYDAY="+place+code, ";BYDAY=-1"+code, ";BYDAY="+code+";BYSETPOS="+place,
			";BYMONTHDAY=28,29,30,31;BYSETPOS=-1", ";BYMONTHDAY=28,29,30;BYSETPOS=-1", ";BYMONTHDAY=-1")
	}
	rule += pick("wkst", "", "", ";WKST=SU", ";WKST=WE")
	switch pick("end", "count", "count", "until", "none") {
	case "count":
		rule += fmt.Sprintf(";COUNT=%d", rapid.IntRange(1, 65).Draw(t, "count"))
	case "until":
		days := rapid.IntRange(0, 400).Draw(t, "days")
		rule += ";UNTIL=" + start.AddDate(0, 0, days).UTC().Format("20060102T150405Z")
	}
	return rule
}

// Whenever a rule maps, Zoom holds exactly the calendar's occurrences, however it
// reads what its documents leave open.
func TestFixedTimesAreExact(t *testing.T) {
	exact := 0
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"}).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 31).Draw(t, "day"),
			rapid.SampledFrom([]int{0, 1, 2, 2, 3, 9, 23}).Draw(t, "hour"), rapid.SampledFrom([]int{0, 30}).Draw(t, "minute"), 0, 0, zone)
		rule := randomRule(t, start)
		r, why := plan.FixedTimes(&sources.Event{Kind: sources.Series, Start: start.UTC(), TimeZone: zone.String(), Recurrence: []string{"RRULE:" + rule}})
		if why != "" {
			return
		}
		exact++
		want := theCalendars(t, rule, start)
		for _, head := range []time.Weekday{time.Sunday, time.Monday} {
			for _, lastDay := range []bool{false, true} {
				if got := zooms(r, start, head, lastDay); !slices.Equal(got, want) {
					t.Fatalf("%s from %s is %+v (weeks from %s, last days %t):\n%v\n%v", rule, start, r, head, lastDay, got, want)
				}
			}
		}
		if got := slices.Collect(r.Occurrences(start, zone)); !slices.Equal(got, want) {
			t.Fatalf("%s from %s as %+v is expanded to\n%v\n%v", rule, start, r, got, want)
		}
		cut := want[rapid.IntRange(0, len(want)-1).Draw(t, "cut")]
		first, rest, ok := r.From(start, zone, cut.Add(-time.Second))
		if got := zooms(rest, first.In(zone), time.Sunday, false); !ok || !slices.Equal(got, want[slices.IndexFunc(want, cut.Equal):]) {
			t.Fatalf("%s from %s on is %+v: %v", rule, cut, rest, got)
		}
	})
	if exact == 0 {
		t.Error("no rule was exact")
	}
}
