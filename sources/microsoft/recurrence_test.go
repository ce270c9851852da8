package microsoft

import (
	"strings"
	"testing"
	"time"

	"slotward/sources"
)

func TestRules(t *testing.T) {
	for name, test := range map[string]struct {
		rule   rule
		allDay bool
		want   string // what the line or the error holds
	}{
		"daily":               {rule: rule{pattern: "daily", interval: 1, ends: "noEnd"}, want: "RRULE:FREQ=DAILY"},
		"every third day":     {rule: rule{pattern: "daily", interval: 3, ends: "numbered", count: 5}, want: "RRULE:FREQ=DAILY;INTERVAL=3;COUNT=5"},
		"weekly":              {rule: rule{pattern: "weekly", interval: 1, days: []string{"monday", "friday"}, firstDay: "sunday", ends: "noEnd"}, want: "RRULE:FREQ=WEEKLY;BYDAY=MO,FR"},
		"every second week":   {rule: rule{pattern: "weekly", interval: 2, days: []string{"sunday"}, firstDay: "sunday", ends: "noEnd"}, want: "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU"},
		"until":               {rule: rule{pattern: "daily", interval: 1, ends: "endDate", endDate: "2026-12-31"}, want: "UNTIL=20261231T225959Z"},
		"until, all day":      {rule: rule{pattern: "daily", interval: 1, ends: "endDate", endDate: "2026-12-31"}, allDay: true, want: "UNTIL=20261231"},
		"the 15th":            {rule: rule{pattern: "absoluteMonthly", interval: 1, dayOfMonth: 15, ends: "noEnd"}, want: "RRULE:FREQ=MONTHLY;BYMONTHDAY=15"},
		"the 31st":            {rule: rule{pattern: "absoluteMonthly", interval: 1, dayOfMonth: 31, ends: "noEnd"}, want: "BYMONTHDAY=28,29,30,31;BYSETPOS=-1"},
		"second Tuesday":      {rule: rule{pattern: "relativeMonthly", interval: 1, days: []string{"tuesday"}, index: "second", ends: "noEnd"}, want: "RRULE:FREQ=MONTHLY;BYDAY=2TU"},
		"last working day":    {rule: rule{pattern: "relativeMonthly", interval: 1, days: []string{"monday", "tuesday"}, index: "last", ends: "noEnd"}, want: "BYDAY=MO,TU;BYSETPOS=-1"},
		"no index":            {rule: rule{pattern: "relativeMonthly", interval: 1, days: []string{"monday"}, ends: "noEnd"}, want: "BYDAY=1MO"},
		"yearly":              {rule: rule{pattern: "absoluteYearly", interval: 1, month: 2, dayOfMonth: 29, ends: "noEnd"}, want: "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"},
		"last Sunday of May":  {rule: rule{pattern: "relativeYearly", interval: 1, month: 5, days: []string{"sunday"}, index: "last", ends: "noEnd"}, want: "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1SU"},
		"week not told":       {rule: rule{pattern: "weekly", interval: 2, days: []string{"sunday"}, ends: "noEnd"}, want: "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU"},
		"no days":             {rule: rule{pattern: "weekly", interval: 1, ends: "noEnd"}, want: "no day of the week"},
		"no interval":         {rule: rule{pattern: "daily", ends: "noEnd"}, want: "interval 0"},
		"an unknown pattern":  {rule: rule{pattern: "hourly", interval: 1, ends: "noEnd"}, want: `"hourly"`},
		"an unknown range":    {rule: rule{pattern: "daily", interval: 1, ends: "never"}, want: `"never"`},
		"a range without end": {rule: rule{pattern: "daily", interval: 1, ends: "endDate", endDate: "0001-01-01"}, want: "0001-01-01"},
		"day 32":              {rule: rule{pattern: "absoluteMonthly", interval: 1, dayOfMonth: 32, ends: "noEnd"}, want: "day 32"},
		"month 13":            {rule: rule{pattern: "absoluteYearly", interval: 1, month: 13, dayOfMonth: 1, ends: "noEnd"}, want: "month 13"},
	} {
		line, err := test.rule.line("Europe/Berlin", test.allDay)
		if err != nil {
			line = err.Error()
		}
		if !strings.Contains(line, test.want) || strings.HasPrefix(test.want, "RRULE") && line != test.want {
			t.Errorf("%s: %s", name, line)
		}
	}
}

// The lines mean what Outlook means: the rest of the program expands them.
func TestRulesAreExpanded(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 9, 0, 0, 0, berlin).UTC() }
	for name, test := range map[string]struct {
		rule      rule
		first     time.Time
		yes, no   []time.Time
		lastStart time.Time
	}{
		"the last day of the month": {
			rule{pattern: "absoluteMonthly", interval: 1, dayOfMonth: 31, ends: "numbered", count: 4}, at(2027, 1, 31),
			[]time.Time{at(2027, 2, 28), at(2027, 3, 31), at(2027, 4, 30)}, []time.Time{at(2027, 2, 27), at(2027, 4, 29), at(2027, 5, 31)}, at(2027, 4, 30),
		},
		"over the change of hour": {
			rule{pattern: "weekly", interval: 2, days: []string{"tuesday"}, firstDay: "sunday", ends: "endDate", endDate: "2027-04-13"}, at(2027, 3, 2),
			[]time.Time{at(2027, 3, 30), at(2027, 4, 13)}, []time.Time{at(2027, 3, 9), at(2027, 4, 27)}, at(2027, 4, 13),
		},
		"last weekday": {
			rule{pattern: "relativeMonthly", interval: 1, days: []string{"monday", "tuesday", "wednesday", "thursday", "friday"}, index: "last", ends: "noEnd"}, at(2027, 1, 29),
			[]time.Time{at(2027, 2, 26), at(2027, 4, 30), at(2027, 5, 31)}, []time.Time{at(2027, 2, 25)}, time.Time{},
		},
	} {
		e := sources.Event{ID: "s", Kind: sources.Series, Start: test.first, End: test.first.Add(time.Hour), TimeZone: "Europe/Berlin"}
		line, err := test.rule.line(e.TimeZone, false)
		if err != nil {
			t.Fatal(err)
		}
		e.Recurrence = []string{line}
		if e.Last, err = sources.LastOccurrence(&e); err != nil || !test.lastStart.IsZero() && !e.Last.Equal(test.lastStart.Add(time.Hour)) || test.lastStart.IsZero() != e.Last.IsZero() {
			t.Errorf("%s: ends %v, %v", name, e.Last, err)
		}
		for _, start := range test.yes {
			if !e.OccursAt(start, start.Add(time.Hour)) {
				t.Errorf("%s: not on %v", name, start)
			}
		}
		for _, start := range test.no {
			if e.OccursAt(start, start.Add(time.Hour)) {
				t.Errorf("%s: on %v", name, start)
			}
		}
	}
}

func TestCancelledOccurrences(t *testing.T) {
	e := sources.Event{ID: "AAMk-x_=", Kind: sources.Series, TimeZone: "America/New_York", Start: time.Date(2027, 3, 1, 14, 30, 0, 0, time.UTC)}
	date, ok := cancelledOn("OID.AAMk-x_=.2027-03-15")
	if !ok {
		t.Fatal("not read")
	}
	start, ok := onDay(&e, date)
	if want := time.Date(2027, 3, 15, 13, 30, 0, 0, time.UTC); !ok || !start.Equal(want) {
		t.Errorf("%v, want %v", start, want) // the clocks changed on the 14th
	}
	master, again, ok := occurrenceID(cancelledEvent(&e, date, start).ID)
	if !ok || master != e.ID || !again.Equal(date) {
		t.Errorf("%q, %v, %v", master, again, ok)
	}
	for _, bad := range []string{"", "OID", "OID.", "OID.x", "OID.x.2027-13-01", "x.y.z"} {
		if _, ok := cancelledOn(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
