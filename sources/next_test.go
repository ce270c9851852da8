package sources_test

import (
	"testing"
	"time"

	"slotward/sources"
)

func TestNext(t *testing.T) {
	const never = ""
	single := &sources.Event{ID: "e", Kind: sources.Single, Start: at("2026-10-06T08:00:00Z"), End: at("2026-10-06T08:30:00Z")}
	ended := standup("UTC", "RRULE:FREQ=WEEKLY;COUNT=2")
	ended.Last = at("2026-10-13T08:30:00Z")
	for name, test := range map[string]struct {
		event    *sources.Event
		after    string
		replaced []time.Time
		want     string
	}{
		"single, to come":               {single, "2026-10-06T07:00:00Z", nil, "2026-10-06T08:00:00Z"},
		"single, going on":              {single, "2026-10-06T08:10:00Z", nil, "2026-10-06T08:00:00Z"},
		"single, over":                  {single, "2026-10-06T08:30:00Z", nil, never},
		"first of a series":             {standup("UTC", "RRULE:FREQ=WEEKLY"), "2026-01-01T00:00:00Z", nil, "2026-10-06T08:00:00Z"},
		"going on":                      {standup("UTC", "RRULE:FREQ=WEEKLY"), "2026-11-03T08:29:59Z", nil, "2026-11-03T08:00:00Z"},
		"just over: a week later":       {standup("UTC", "RRULE:FREQ=WEEKLY"), "2026-11-03T08:30:00Z", nil, "2026-11-10T08:00:00Z"},
		"years later":                   {standup("UTC", "RRULE:FREQ=WEEKLY"), "2036-11-01T00:00:00Z", nil, "2036-11-04T08:00:00Z"},
		"the hour on the wall stays":    {standup("Europe/Berlin", "RRULE:FREQ=WEEKLY"), "2026-10-27T00:00:00Z", nil, "2026-10-27T09:00:00Z"},
		"one was changed":               {standup("UTC", "RRULE:FREQ=WEEKLY"), "2026-11-02T00:00:00Z", []time.Time{at("2026-11-03T08:00:00Z")}, "2026-11-10T08:00:00Z"},
		"one is excluded":               {standup("UTC", "RRULE:FREQ=WEEKLY", "EXDATE:20261103T080000Z"), "2026-11-02T00:00:00Z", nil, "2026-11-10T08:00:00Z"},
		"some weekdays":                 {standup("UTC", "RRULE:FREQ=WEEKLY;BYDAY=TU,TH"), "2026-11-04T00:00:00Z", nil, "2026-11-05T08:00:00Z"},
		"every third month":             {standup("UTC", "RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU"), "2026-10-07T00:00:00Z", nil, "2027-01-05T08:00:00Z"},
		"farther than days are tried":   {standup("UTC", "RRULE:FREQ=WEEKLY;INTERVAL=26"), "2026-10-07T00:00:00Z", nil, "2027-04-06T08:00:00Z"},
		"the last one":                  {ended, "2026-10-07T00:00:00Z", nil, "2026-10-13T08:00:00Z"},
		"over":                          {ended, "2026-10-14T00:00:00Z", nil, never},
		"the rest was changed":          {ended, "2026-10-07T00:00:00Z", []time.Time{at("2026-10-13T08:00:00Z")}, never},
		"a rule that cannot be read":    {standup("UTC", "RRULE:FREQ=SOMETIMES"), "2026-10-07T00:00:00Z", nil, never},
		"a time zone that is not known": {standup("Mars/Olympus", "RRULE:FREQ=WEEKLY"), "2026-10-07T00:00:00Z", nil, never},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.event.Next(at(test.after), test.replaced)
			if want := test.want; want == never && !got.IsZero() || want != never && !got.Equal(at(want)) {
				t.Errorf("%s, want %q", got, want)
			}
		})
	}
}

// The quick way and the rules agree, wherever the quick way is sure.
func TestNextAgreesWithItself(t *testing.T) {
	for _, rule := range []string{"FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=SU,TU"} {
		quick, slow := standup("Europe/Berlin", "RRULE:"+rule), standup("Europe/Berlin", "RRULE:"+rule, "RDATE:20200101T000000Z")
		for day := range 100 {
			after := at("2026-10-05T21:30:00Z").AddDate(0, 0, day)
			if a, b := quick.Next(after, nil), slow.Next(after, nil); !a.Equal(b) {
				t.Fatalf("%s after %s: %s, by the rules %s", rule, after, a, b)
			}
		}
	}
}
