package sources_test

import (
	"testing"

	"slotward/sources"
)

func TestFullReadingCoversWhatHasNotEnded(t *testing.T) {
	since := at("2026-12-01T08:00:00Z")
	full := sources.Reading{Full: true, Since: since}
	single := func(end string) *sources.Event { return &sources.Event{Kind: sources.Single, End: at(end)} }
	for name, test := range map[string]struct {
		reading sources.Reading
		event   *sources.Event
		want    bool
	}{
		"ends later":             {full, single("2026-12-01T08:00:01Z"), true},
		"ended before":           {full, single("2026-12-01T08:00:00Z"), false},
		"series without end":     {full, &sources.Event{Kind: sources.Series, End: at("2020-01-01T00:00:00Z")}, true},
		"series that goes on":    {full, &sources.Event{Kind: sources.Series, End: at("2020-01-01T00:00:00Z"), Last: at("2027-01-01T00:00:00Z")}, true},
		"series that ended":      {full, &sources.Event{Kind: sources.Series, End: at("2020-01-01T00:00:00Z"), Last: at("2021-01-01T00:00:00Z")}, false},
		"everything asked for":   {sources.Reading{Full: true}, single("2020-01-01T00:00:00Z"), true},
		"an incremental reading": {sources.Reading{}, single("2027-01-01T00:00:00Z"), false},
	} {
		if got := test.reading.Covers(test.event); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
