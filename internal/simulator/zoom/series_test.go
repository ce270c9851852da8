package zoom_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/zoom"
)

const weeklySeries = `{"type":8,"topic":"s","start_time":"2026-12-01T10:00:00Z","timezone":"Europe/Berlin","duration":30,"recurrence":{"type":2,"weekly_days":"3","repeat_interval":1,"end_times":6}}`

func TestLimitsOfRecurrences(t *testing.T) {
	w := newWorld(t)
	w.contract.Suspend("these are not requests that Zoom's document allows")
	for _, rule := range []string{
		`{"type":1,"repeat_interval":100,"end_times":2}`,
		`{"type":2,"weekly_days":"3","repeat_interval":51,"end_times":2}`,
		`{"type":2,"end_times":2}`,
		`{"type":3,"monthly_day":1,"repeat_interval":11,"end_times":2}`,
		`{"type":3,"monthly_day":32,"end_times":2}`,
		`{"type":3,"monthly_week":5,"monthly_week_day":2,"end_times":2}`,
		`{"type":3,"monthly_week":1,"end_times":2}`,
		`{"type":1,"end_times":61}`,
		`{"type":1,"end_times":2,"end_date_time":"2026-12-04T10:00:00Z"}`,
	} {
		w.refused("POST", "/v2/users/me/meetings", `{"type":8,"start_time":"2026-12-01T10:00:00Z","recurrence":`+rule+`}`, 400, 300)
	}
	old := `{"type":8,"start_time":"2026-12-01T10:00:00Z","recurrence":{"type":3,"monthly_day":1,"repeat_interval":4,"end_times":2}}`
	w.create(old)
	w.s.Switch(func(s *zoom.Switches) { s.OldLimits = true })
	w.refused("POST", "/v2/users/me/meetings", old, 400, 300)
}

func TestAPatchedSeries(t *testing.T) {
	w := newWorld(t)
	n := w.create(weeklySeries)
	all := func() string {
		m, _ := w.s.Meeting(n)
		var out []string
		for _, o := range m.Occurrences {
			text := o.Start.Format("02T15")
			if o.Deleted {
				text = "-" + text
			}
			out = append(out, text)
		}
		return strings.Join(out, " ")
	}
	first, _ := w.s.Meeting(n)
	w.ok("DELETE", path(n)+"?occurrence_id="+first.Occurrences[1].ID, "", 204)
	for _, step := range []struct{ name, body, want string }{
		{"the topic alone changes nothing else", `{"topic":"t"}`, "01T10 -08T10 15T10 22T10 29T10 05T10"},
		{"a recurrence without a start is ignored", `{"recurrence":{"type":2,"weekly_days":"3","end_times":2}}`, "01T10 -08T10 15T10 22T10 29T10 05T10"},
		{"a start that has passed is ignored", `{"start_time":"2026-11-03T10:00:00Z","recurrence":{"type":2,"weekly_days":"3","end_times":2}}`, "01T10 -08T10 15T10 22T10 29T10 05T10"},
		{"the whole of it is scheduled anew", `{"start_time":"2026-12-01T11:00:00Z","recurrence":{"type":2,"weekly_days":"3","end_times":3}}`, "01T11 08T11 15T11"},
		{"an open series has no occurrences", `{"type":3,"recurrence":{"type":2,"weekly_days":"3","end_times":3}}`, ""},
	} {
		w.ok("PATCH", path(n), step.body, 204)
		if got := all(); got != step.want {
			t.Errorf("%s: %s", step.name, got)
		}
	}
	w.refused("PATCH", path(n), `{"type":8,"start_time":"2026-12-01T11:00:00Z"}`, 400, 300)
	w.ok("PATCH", path(n), `{"type":8,"start_time":"2026-12-01T11:00:00Z","recurrence":{"type":3,"monthly_day":1,"end_times":0}}`, 204)
	if got := len(strings.Fields(all())); got != 50 {
		t.Errorf("a series without an end that was patched shows %d", got)
	}
	w.s.Switch(func(s *zoom.Switches) { s.WholeSeriesPatch = true })
	w.refused("PATCH", path(n), `{"topic":"t"}`, 400, 300)
}

func TestHowZoomMayReadARecurrence(t *testing.T) {
	for _, test := range []struct {
		name, body, usual, other string
		alter                    func(s *zoom.Switches)
	}{
		{"weeks", `"start_time":"2026-12-06T10:00:00Z","timezone":"UTC","recurrence":{"type":2,"weekly_days":"1,3","repeat_interval":2,"end_times":3}`,
			"06T10 08T10 20T10", "06T10 15T10 20T10", func(s *zoom.Switches) { s.WeeksFromMonday = true }},
		{"months", `"start_time":"2026-12-31T10:00:00Z","timezone":"UTC","recurrence":{"type":3,"monthly_day":31,"end_times":3}`,
			"31T10 31T10 31T10", "31T10 31T10 28T10", func(s *zoom.Switches) { s.LastOfShortMonths = true }},
		{"clocks", `"start_time":"2027-03-27T23:30:00Z","timezone":"Europe/Berlin","recurrence":{"type":1,"end_times":2}`,
			"27T23 28T22", "27T23 28T23", func(s *zoom.Switches) { s.ClockBug = true }},
	} {
		w := newWorld(t)
		for _, want := range []string{test.usual, test.other} {
			m, _ := w.s.Meeting(w.create(`{"type":8,` + test.body + `}`))
			var got []string
			for _, o := range m.Occurrences {
				got = append(got, o.Start.Format("02T15"))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, not %s", test.name, got, want)
			}
			w.s.Switch(test.alter)
		}
	}
}

func TestTheStartOfASeries(t *testing.T) {
	w := newWorld(t)
	n := w.create(weeklySeries)
	w.wait(10 * 24 * time.Hour)
	w.tokens = w.connect(ada)
	for _, want := range []string{"2026-12-01T10:00:00Z", "2026-12-15T10:00:00Z"} {
		listed := w.ok("GET", "/v2/users/me/meetings", "", 200).body["meetings"].([]any)[0].(map[string]any)
		if listed["start_time"] != want || listed["recurrence"] != nil || listed["occurrences"] != nil {
			t.Errorf("listed as %v", listed)
		}
		if got := w.ok("GET", "/v2/meetings/"+strconv.FormatInt(n, 10), "", 200).body["start_time"]; got != want {
			t.Errorf("read as %v", got)
		}
		w.s.Switch(func(s *zoom.Switches) { s.NextInList = true })
	}
}
