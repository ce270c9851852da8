package main

import (
	"context"
	"strings"
	"testing"
)

func TestRequestsPerChangeAreAsPromised(t *testing.T) {
	rows, err := requestsPerChange(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(changes) {
		t.Fatalf("%d rows for %d changes", len(rows), len(changes))
	}
	for _, r := range rows {
		if r.verdict != holds {
			t.Errorf("%s: %s, promised %s", r.name, r.measured, r.promised)
		}
	}
}

func TestJudgeSeesWhatIsTooMuch(t *testing.T) {
	update := map[string]int{"zoom.update": 1}
	for _, c := range []struct {
		name   string
		change change
		got    seen
		want   verdict
	}{
		{"as promised", change{calls: update}, seen{calls: map[string]int{list: 1, "zoom.update": 1}}, holds},
		{"one call too many", change{calls: update}, seen{calls: map[string]int{list: 1, "zoom.update": 2}}, broken},
		{"another call", change{}, seen{calls: map[string]int{list: 1, "google.token": 1}}, broken},
		{"a call left out", change{calls: update}, seen{calls: map[string]int{list: 1}}, broken},
		{"a row written in silence", change{silent: true}, seen{calls: map[string]int{list: 1}, rows: 1}, broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.change.judge(c.got); got.verdict != c.want {
				t.Errorf("%s: %+v", got.verdict, got)
			}
		})
	}
}

func TestSettledWorldPlansNothing(t *testing.T) {
	if _, err := planning(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
}

func TestTableCountsOnlyBrokenRows(t *testing.T) {
	var out strings.Builder
	failures := printTable(&out, []row{
		{"one", "a", "1", "1", holds}, {"one", "b", "2", "1", broken}, {"two", "c", "9 s", "1 s", slow}, {"two", "d", "9", "", untested},
	})
	if failures != 1 {
		t.Errorf("%d failures", failures)
	}
	if strings.Count(out.String(), "one") != 1 || !strings.Contains(out.String(), "FAIL") {
		t.Error(out.String())
	}
}

func TestUnknownFigureIsRefused(t *testing.T) {
	if _, err := run(context.Background(), []string{"speed"}); err == nil || !strings.Contains(err.Error(), "planning, merging, requests, first-pass, memory") {
		t.Errorf("got %v", err)
	}
}
