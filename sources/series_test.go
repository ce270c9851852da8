package sources_test

import (
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"

	"slotward/sources"
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func standup(zone string, lines ...string) *sources.Event {
	return &sources.Event{
		ID: "s", Kind: sources.Series, TimeZone: zone, Recurrence: lines,
		Start: at("2026-10-06T08:00:00Z"), End: at("2026-10-06T08:30:00Z"), // Tuesday, 10:00 in Berlin
	}
}

func TestLastOccurrence(t *testing.T) {
	for name, test := range map[string]struct {
		event *sources.Event
		want  string // "" for no end
	}{
		"count":                    {standup("UTC", "RRULE:FREQ=WEEKLY;COUNT=4"), "2026-10-27T08:30:00Z"},
		"count over winter time":   {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;COUNT=4"), "2026-10-27T09:30:00Z"},
		"until, an instant":        {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;UNTIL=20261103T090000Z"), "2026-11-03T09:30:00Z"},
		"until, a second short":    {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;UNTIL=20261103T085959Z"), "2026-10-27T09:30:00Z"},
		"until, a date":            {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;UNTIL=20261103"), "2026-11-03T09:30:00Z"},
		"until before the start":   {standup("UTC", "RRULE:FREQ=WEEKLY;UNTIL=20200101T000000Z"), "2026-10-06T08:30:00Z"},
		"no end":                   {standup("UTC", "RRULE:FREQ=WEEKLY"), ""},
		"no end, several days":     {standup("UTC", "RRULE:FREQ=MONTHLY;BYDAY=1TU,-1FR"), ""},
		"end beyond a career":      {standup("UTC", "RRULE:FREQ=YEARLY;COUNT=100"), ""},
		"end beyond, every 4th":    {standup("UTC", "RRULE:FREQ=YEARLY;INTERVAL=4;COUNT=9"), ""},
		"until beyond":             {standup("UTC", "RRULE:FREQ=DAILY;UNTIL=20990101T000000Z"), ""},
		"last one left out":        {standup("UTC", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20261027T080000Z"), "2026-10-20T08:30:00Z"},
		"left out in local time":   {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20261027T100000"), "2026-10-20T08:30:00Z"},
		"left out by date":         {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;VALUE=DATE:20261027"), "2026-10-20T08:30:00Z"},
		"one more date":            {standup("UTC", "RRULE:FREQ=WEEKLY;COUNT=2", "RDATE:20261224T180000Z"), "2026-12-24T18:30:00Z"},
		"only dates":               {standup("UTC", "RDATE:20261008T080000Z,20261009T080000Z"), "2026-10-09T08:30:00Z"},
		"dates as periods":         {standup("UTC", "RDATE;VALUE=PERIOD:20261008T080000Z/PT1H"), "2026-10-08T08:30:00Z"},
		"never comes true":         {standup("UTC", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), ""},
		"never comes true, daily":  {standup("UTC", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"), ""},
		"rule with EXRULE besides": {standup("UTC", "RRULE:FREQ=WEEKLY;COUNT=4", "EXRULE:FREQ=MONTHLY"), "2026-10-27T08:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			last, err := sources.LastOccurrence(test.event)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if !last.IsZero() {
				got = last.Format(time.RFC3339)
			}
			if got != test.want {
				t.Errorf("ends %q, want %q", got, test.want)
			}
			// Followed to the year 9999, a rule that never comes true takes minutes.
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestFaultySeriesNameFieldAndValue(t *testing.T) {
	for name, test := range map[string]struct {
		event *sources.Event
		want  []string
	}{
		"unknown zone":      {standup("Mars/Olympus", "RRULE:FREQ=WEEKLY"), []string{"time zone", "Mars/Olympus"}},
		"machine's zone":    {standup("Local", "RRULE:FREQ=WEEKLY"), []string{"time zone", "Local"}},
		"path as zone":      {standup("../etc/passwd", "RRULE:FREQ=WEEKLY"), []string{"time zone", "../etc/passwd"}},
		"unknown frequency": {standup("UTC", "RRULE:FREQ=SOMETIMES"), []string{"recurrence", "FREQ=SOMETIMES"}},
		"every second":      {standup("UTC", "RRULE:FREQ=SECONDLY;COUNT=100000000"), []string{"more often than daily"}},
		"no value":          {standup("UTC", "RRULE"), []string{"recurrence", "RRULE"}},
		"garbage":           {standup("UTC", "RRULE:\x00;;=;"), []string{"recurrence"}},
		"faulty date":       {standup("UTC", "RRULE:FREQ=DAILY", "EXDATE:yesterday"), []string{"recurrence", "yesterday"}},
		"faulty date zone":  {standup("UTC", "RRULE:FREQ=DAILY", "EXDATE;TZID=Moon:20261010T100000"), []string{"Moon"}},
		"only left out":     {standup("UTC", "EXDATE:20261010T100000Z"), []string{"no RRULE"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sources.LastOccurrence(test.event)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not name %q", err, want)
				}
			}
			if test.event.OccursAt(at("2026-10-13T08:00:00Z"), at("2026-10-13T08:30:00Z")) {
				t.Error("occurs all the same")
			}
		})
	}
}

func TestOccursAt(t *testing.T) {
	weekly := standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE;TZID=Europe/Berlin:20261020T100000")
	weekly.Last, _ = sources.LastOccurrence(weekly)
	night := &sources.Event{
		ID: "n", Kind: sources.Series, TimeZone: "Europe/Berlin", Recurrence: []string{"RRULE:FREQ=DAILY"},
		Start: at("2027-03-20T01:30:00Z"), End: at("2027-03-20T02:00:00Z"), // 02:30 in Berlin
	}
	single := &sources.Event{ID: "1", Kind: sources.Single, Start: at("2026-10-06T08:00:00Z"), End: at("2026-10-06T08:30:00Z")}
	gone := *single
	gone.Gone = sources.Tombstone
	firstOut := standup("UTC", "RRULE:FREQ=WEEKLY", "EXDATE:20261006T080000Z")
	extra := standup("UTC", "RRULE:FREQ=WEEKLY", "RDATE:20261007T150000Z")
	for name, test := range map[string]struct {
		event      *sources.Event
		start, end string
		want       bool
	}{
		"first":                     {weekly, "2026-10-06T08:00:00Z", "2026-10-06T08:30:00Z", true},
		"second":                    {weekly, "2026-10-13T08:00:00Z", "2026-10-13T08:30:00Z", true},
		"after the change of hour":  {weekly, "2026-10-27T09:00:00Z", "2026-10-27T09:30:00Z", true},
		"old hour after the change": {weekly, "2026-10-27T08:00:00Z", "2026-10-27T08:30:00Z", false},
		"left out":                  {weekly, "2026-10-20T08:00:00Z", "2026-10-20T08:30:00Z", false},
		"other day":                 {weekly, "2026-10-14T08:00:00Z", "2026-10-14T08:30:00Z", false},
		"other length":              {weekly, "2026-10-13T08:00:00Z", "2026-10-13T09:00:00Z", false},
		"before it begins":          {weekly, "2026-09-29T08:00:00Z", "2026-09-29T08:30:00Z", false},
		"last":                      {weekly, "2026-11-10T09:00:00Z", "2026-11-10T09:30:00Z", true},
		"after its end":             {weekly, "2026-11-17T09:00:00Z", "2026-11-17T09:30:00Z", false},
		"in the hour that is lost":  {night, "2027-03-28T01:30:00Z", "2027-03-28T02:00:00Z", true},
		"after the lost hour":       {night, "2027-03-29T00:30:00Z", "2027-03-29T01:00:00Z", true},
		"single":                    {single, "2026-10-06T08:00:00Z", "2026-10-06T08:30:00Z", true},
		"single, other time":        {single, "2026-10-07T08:00:00Z", "2026-10-07T08:30:00Z", false},
		"gone":                      {&gone, "2026-10-06T08:00:00Z", "2026-10-06T08:30:00Z", false},
		"first one left out":        {firstOut, "2026-10-06T08:00:00Z", "2026-10-06T08:30:00Z", false},
		"extra date":                {extra, "2026-10-07T15:00:00Z", "2026-10-07T15:30:00Z", true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.event.OccursAt(at(test.start), at(test.end)); got != test.want {
				t.Errorf("OccursAt is %v", got)
			}
		})
	}
}

func FuzzLastOccurrence(f *testing.F) {
	f.Add("Europe/Berlin", "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261027T100000")
	f.Add("UTC", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1\nRDATE:20261027")
	f.Add("UTC", "RRULE:FREQ=DAILY;INTERVAL=0")
	f.Fuzz(func(t *testing.T, zone, lines string) {
		e := standup(zone, strings.Split(lines, "\n")...)
		var err error
		if e.Last, err = sources.LastOccurrence(e); err == nil {
			e.OccursAt(at("2026-10-13T08:00:00Z"), at("2026-10-13T08:30:00Z"))
		}
	})
}

func BenchmarkOccursAt(b *testing.B) {
	e := standup("Europe/Berlin", "RRULE:FREQ=WEEKLY")
	for name, start := range map[string]time.Time{"other hour": at("2026-12-01T15:00:00Z"), "right": at("2026-12-01T09:00:00Z"), "other day": at("2026-12-02T09:00:00Z")} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.OccursAt(start, start.Add(30*time.Minute))
			}
		})
	}
}

func BenchmarkLastOccurrence(b *testing.B) {
	e := standup("Europe/Berlin", "RRULE:FREQ=WEEKLY;COUNT=30")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = sources.LastOccurrence(e)
	}
}

func TestOccursAtAgreesWithTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"}).Draw(t, "zone")
		rule := rapid.SampledFrom([]string{
			"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU", "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=MO,SU",
			"FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYDAY=1TU", "FREQ=WEEKLY;COUNT=9;BYDAY=TU,FR", "FREQ=YEARLY", "FREQ=DAILY;BYHOUR=8,10",
		}).Draw(t, "rule")
		e := standup(zone, "RRULE:"+rule)
		if rapid.Bool().Draw(t, "left out") {
			e.Recurrence = append(e.Recurrence, "EXDATE:20261013T080000Z,20261027T090000Z")
		}
		loc, _ := time.LoadLocation(zone)
		local := e.Start.In(loc)
		day := rapid.IntRange(0, 400).Draw(t, "day")
		probe := time.Date(local.Year(), local.Month(), local.Day()+day, local.Hour(), local.Minute()+30*rapid.IntRange(0, 1).Draw(t, "later"), 0, 0, loc)
		option, err := rrule.StrToROptionInLocation(rule, loc)
		if err != nil {
			t.Fatal(err)
		}
		option.Dtstart = local
		set := &rrule.Set{}
		r, _ := rrule.NewRRule(*option)
		set.RRule(r)
		for _, line := range e.Recurrence[1:] {
			for _, text := range strings.Split(strings.TrimPrefix(line, "EXDATE:"), ",") {
				out, _ := time.Parse("20060102T150405Z", text)
				set.ExDate(out)
			}
		}
		want := set.After(probe.Add(-time.Second), true).Equal(probe)
		if probe.Equal(e.Start) {
			want = true // the first occurrence counts whatever the rule says
		}
		e.Last, _ = sources.LastOccurrence(e)
		if got := e.OccursAt(probe, probe.Add(30*time.Minute)); got != want {
			t.Fatalf("%v at %v is %v, want %v", e.Recurrence, probe, got, want)
		}
	})
}
