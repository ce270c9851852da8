package plan

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"slotward/sources"
)

// TestPatternAgreesWithTheRules compares counting days with expanding the rules.
func TestPatternAgreesWithTheRules(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rule := "RRULE:FREQ=" + rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY"}).Draw(r, "freq")
		if rapid.Bool().Draw(r, "interval") {
			rule += fmt.Sprintf(";INTERVAL=%d", rapid.IntRange(1, 3).Draw(r, "n"))
		}
		rule += rapid.SampledFrom([]string{"", ";BYDAY=MO", ";BYDAY=TU,TH", ";BYDAY=SU,SA"}).Draw(r, "days")
		rule += rapid.SampledFrom([]string{"", ";WKST=SU", ";WKST=MO"}).Draw(r, "wkst")
		rule += rapid.SampledFrom([]string{"", ";COUNT=5", ";UNTIL=20270105T120000Z"}).Draw(r, "end")
		zone := rapid.SampledFrom([]string{"", "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"}).Draw(r, "zone")
		start := time.Date(2026, rapid.SampledFrom([]time.Month{2, 9, 12}).Draw(r, "month"), rapid.IntRange(1, 28).Draw(r, "day"),
			rapid.IntRange(0, 23).Draw(r, "hour"), 30, 0, 0, time.UTC)
		e := &Event{Event: sources.Event{Kind: sources.Series, Start: start, End: start.Add(time.Hour), TimeZone: zone, Recurrence: []string{rule}}}
		last, err := sources.LastOccurrence(&e.Event)
		if err != nil {
			r.Skip(err)
		}
		e.Last = last
		span, pattern := newPattern(e, 0)
		var known zones
		for range 40 {
			at := start.AddDate(0, 0, rapid.IntRange(-3, 120).Draw(r, "later")).Add(time.Duration(rapid.IntRange(-1, 1).Draw(r, "shift")) * time.Hour)
			slot := spanOf(at, at.Add(time.Hour))
			got := span.mayHold(&slot) && pattern.occurs(at, at.Add(time.Hour), &known)
			if pattern.read {
				span.stride = pattern.stride()
			}
			if want := e.OccursAt(at, at.Add(time.Hour)); got != want {
				if at.Equal(start) {
					continue // a first occurrence that its own rule leaves out
				}
				r.Fatalf("%s from %v in %q: occurs at %v is %t, want %t", rule, start, zone, at, got, want)
			}
		}
	})
}

// TestPatternWhenClocksChange asks for every quarter of an hour of the days on
// which times are skipped or come twice.
func TestPatternWhenClocksChange(t *testing.T) {
	for zone, days := range map[string][]string{
		"Europe/Berlin":       {"2027-03-28", "2027-10-31"},
		"America/New_York":    {"2027-03-14", "2027-11-07"},
		"Australia/Lord_Howe": {"2027-04-04", "2027-10-03"},
	} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range days {
			changes, err := time.ParseInLocation(time.DateOnly, day, location)
			if err != nil {
				t.Fatal(err)
			}
			for quarter := range 16 {
				y, m, d := changes.AddDate(0, 0, -7).Date()
				start := time.Date(y, m, d, 0, 15*quarter, 0, 0, location).UTC()
				e := &Event{Event: sources.Event{Kind: sources.Series, Start: start, End: start.Add(time.Hour), TimeZone: zone, Recurrence: []string{"RRULE:FREQ=DAILY"}}}
				span, pattern := newPattern(e, 0)
				var known zones
				for step := range 4 * 48 {
					at := changes.Add(time.Duration(step-4*12) * 15 * time.Minute).UTC()
					slot := spanOf(at, at.Add(time.Hour))
					got := span.mayHold(&slot) && pattern.occurs(at, at.Add(time.Hour), &known)
					if want := e.OccursAt(at, at.Add(time.Hour)); got != want {
						t.Errorf("daily from %v in %s: occurs at %v is %t, want %t", start, zone, at, got, want)
					}
				}
			}
		}
	}
}

func TestPatternOfAnUnknownZone(t *testing.T) {
	start := time.Date(2026, 12, 7, 10, 0, 0, 0, time.UTC)
	for _, zone := range []string{"Mars/Olympus", "Local", "local"} {
		e := &Event{Event: sources.Event{Kind: sources.Series, Start: start, End: start.Add(time.Hour), TimeZone: zone, Recurrence: []string{"RRULE:FREQ=DAILY"}}}
		_, p := newPattern(e, 0)
		if p.occurs(start.AddDate(0, 0, 1), start.AddDate(0, 0, 1).Add(time.Hour), &zones{}) {
			t.Errorf("%s: occurs", zone)
		}
	}
}
