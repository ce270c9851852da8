package zoom

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// spell writes instants as days and hours.
func spell(r Recurrence, start time.Time, zone *time.Location) string {
	var out []string
	for at := range r.Occurrences(start, zone) {
		out = append(out, at.Format("0102T15"))
	}
	return strings.Join(out, " ")
}

func TestOccurrences(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	tuesday := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		start time.Time
		r     Recurrence
		want  string
	}{
		{"days", tuesday, Recurrence{Type: Daily, Interval: 10, Times: 3}, "1201T09 1211T09 1221T09"},
		{"weekdays", tuesday, Recurrence{Type: Weekly, Interval: 1, Weekdays: "3,5", Times: 4}, "1201T09 1203T09 1208T09 1210T09"},
		{"every other week", tuesday, Recurrence{Type: Weekly, Interval: 2, Weekdays: "1,3", Times: 4}, "1201T09 1213T09 1215T09 1227T09"},
		{"a day of the month", tuesday, Recurrence{Type: Monthly, Interval: 2, MonthDay: 1, Times: 3}, "1201T09 0201T09 0401T08"},
		{"a day that months lack", tuesday, Recurrence{Type: Monthly, Interval: 1, MonthDay: 31, Times: 3}, "1231T09 0131T09 0331T08"},
		{"a weekday of the month", tuesday, Recurrence{Type: Monthly, Interval: 1, MonthWeek: 2, MonthWeekDay: 3, Times: 2}, "1208T09 0112T09"},
		{"the last one", tuesday, Recurrence{Type: Monthly, Interval: 1, MonthWeek: -1, MonthWeekDay: 6, Times: 2}, "1225T09 0129T09"},
		{"until", tuesday, Recurrence{Type: Daily, Interval: 1, Until: "2026-12-02T09:00:00Z"}, "1201T09 1202T09"},
		{"into winter", time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC), Recurrence{Type: Weekly, Interval: 1, Weekdays: "3", Times: 2}, "1020T08 1027T09"},
		{"nothing known", tuesday, Recurrence{Type: 4, Interval: 1, Times: 2}, ""},
		{"no weekday", tuesday, Recurrence{Type: Weekly, Interval: 50, Times: 2}, ""},
	} {
		if got := spell(test.r, test.start, berlin); got != test.want {
			t.Errorf("%s: %s, not %s", test.name, got, test.want)
		}
	}
	if n := len(slices.Collect((Recurrence{Type: Daily}).Occurrences(tuesday, berlin))); n != MaxTimes {
		t.Errorf("a series without an end has %d", n)
	}
}

// What is left of a series is the same series, wherever it is cut.
func TestFrom(t *testing.T) {
	start := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, r := range []Recurrence{
		{Type: Daily, Interval: 3, Times: 20},
		{Type: Weekly, Interval: 3, Weekdays: "3,4,6", Times: 20},
		{Type: Monthly, Interval: 2, MonthDay: 1, Times: 20},
		{Type: Monthly, Interval: 5, MonthWeek: 1, MonthWeekDay: 3, Times: 20},
	} {
		all := slices.Collect(r.Occurrences(start, time.UTC))
		for i, cut := range all {
			first, rest, ok := r.From(start, time.UTC, cut.Add(-time.Second))
			if got := slices.Collect(rest.Occurrences(first, time.UTC)); !ok || !slices.Equal(got, all[i:]) {
				t.Fatalf("%+v from the occurrence %d on: %v, not %v", r, i, got, all[i:])
			}
		}
		if _, _, ok := r.From(start, time.UTC, all[19]); ok {
			t.Errorf("%+v goes on after its end", r)
		}
		if last := r.Last(start, time.UTC); !last.Equal(all[19]) {
			t.Errorf("%+v ends on %v", r, last)
		}
		if !r.Holds(start, time.UTC, all[7]) || r.Holds(start, time.UTC, all[7].Add(time.Hour)) {
			t.Errorf("%+v does not know its occurrences", r)
		}
	}
	if last := (Recurrence{Type: Daily, Interval: 1}).Last(start, time.UTC); !last.IsZero() {
		t.Errorf("a series without an end ends on %v", last)
	}
}

func TestShownAt(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 10, 20, 8, 0, 0, 0, time.UTC)
	r := Recurrence{Type: Weekly, Interval: 1, Weekdays: "3", Times: 3}
	for at, want := range map[time.Time]bool{
		start:                                 true,
		start.Add(7*24*time.Hour + time.Hour): true,  // in winter an hour later
		start.Add(7 * 24 * time.Hour):         true,  // unless Zoom forgets
		start.Add(time.Hour):                  false, // no clock was changed before
		start.Add(21 * 24 * time.Hour):        false,
	} {
		if r.ShownAt(start, berlin, at) != want {
			t.Errorf("%v: %t", at, !want)
		}
	}
}

func TestWeekdayLists(t *testing.T) {
	for days := range uint8(128) {
		list := WeekdayList(days)
		if got := (Recurrence{Weekdays: list}).weekdays(); got != days {
			t.Fatalf("%07b is written %q and read %07b", days, list, got)
		}
	}
}

// Zoom may write a recurrence otherwise than we do.
func TestReadingRecurrences(t *testing.T) {
	for text, want := range map[string]Recurrence{
		`{"type":2,"repeat_interval":1,"weekly_days":"4, 2","end_times":5}`:           {Type: Weekly, Interval: 1, Weekdays: "2,4", Times: 5},
		`{"type":"1","repeat_interval":"2","end_times":"5","weekly_days":"1"}`:        {Type: Daily, Interval: 2, Times: 5},
		`{"type":3,"monthly_week":-1,"monthly_week_day":6,"monthly_day":1}`:           {Type: Monthly, Interval: 1, MonthWeek: -1, MonthWeekDay: 6},
		`{"type":3,"repeat_interval":1,"end_date_time":"2027-01-01T00:00:00Z"}`:       {Type: Monthly, Interval: 1, MonthDay: 1, Until: "2027-01-01T00:00:00Z"},
		`{"type":3,"monthly_day":7,"monthly_week_day":2,"end_times":3,"odd":{"a":1}}`: {Type: Monthly, Interval: 1, MonthDay: 7, Times: 3},
		`{}`: {}, `null`: {}, `"x"`: {},
	} {
		if got := readRecurrence([]byte(text)); got != want {
			t.Errorf("%s is %+v", text, got)
		}
	}
}
