package figures

import (
	"io"
	"strings"
	"testing"

	"slotward/sources"
)

func TestRequestsPerChangeAreAsPromised(t *testing.T) {
	rows, err := requestsPerChange(t.Context(), t.TempDir(), Google)
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
	google, microsoft := traitsOf[sources.Google], traitsOf[sources.Microsoft]
	update := change{zoom: map[string]int{"zoom.update": 1}}
	link := change{zoom: map[string]int{"zoom.create": 1}, write: true}
	replace := change{zoom: map[string]int{"zoom.create": 1}, write: true, cuts: true}
	for _, c := range []struct {
		name   string
		change change
		on     traits
		got    seen
		want   verdict
	}{
		{"as promised", update, google, seen{calls: calls("google.list", "zoom.update")}, holds},
		{"one call too many", update, google, seen{calls: calls("google.list", "zoom.update", "zoom.update")}, broken},
		{"another call", change{}, google, seen{calls: calls("google.list", "google.token")}, broken},
		{"a call left out", update, google, seen{calls: calls("google.list")}, broken},
		{"a row written in silence", change{silent: true}, google, seen{calls: calls("google.list"), rows: 1}, broken},
		{"one mail for a link", link, microsoft, seen{calls: calls("microsoft.delta", "microsoft.patch", "zoom.create"), mails: 1}, holds},
		{"no mail for a link", link, microsoft, seen{calls: calls("microsoft.delta", "microsoft.patch", "zoom.create")}, holds},
		{"two mails for a link", link, microsoft, seen{calls: calls("microsoft.delta", "microsoft.patch", "zoom.create"), mails: 2}, broken},
		{"a mail for nothing", change{silent: true}, microsoft, seen{calls: calls("microsoft.delta"), mails: 1}, broken},
		{"read back after a cut", replace, microsoft, seen{calls: calls("microsoft.delta", "microsoft.get", "microsoft.patch", "zoom.create"), mails: 1}, holds},
		{"read back twice", replace, microsoft, seen{calls: calls("microsoft.delta", "microsoft.get", "microsoft.get", "microsoft.patch", "zoom.create")}, broken},
		{"read back without a cut", link, microsoft, seen{calls: calls("microsoft.delta", "microsoft.get", "microsoft.patch", "zoom.create")}, broken},
		{"asked for once when it is gone", change{goes: true}, microsoft, seen{calls: calls("microsoft.delta", "microsoft.get")}, holds},
		{"asked for though the reading tells", change{goes: true}, google, seen{calls: calls("google.list", "google.get")}, broken},
		{"read back needlessly", replace, google, seen{calls: calls("google.get", "google.list", "google.patch", "zoom.create")}, broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.change.judge(c.on, c.got); got.verdict != c.want {
				t.Errorf("%s: %+v", got.verdict, got)
			}
		})
	}
}

// calls counts operations.
func calls(operations ...string) map[string]int {
	out := map[string]int{}
	for _, o := range operations {
		out[o]++
	}
	return out
}

// What is merged again and again is all of the calendar, and nobody is asked for
// it a second time.
func TestReadingsAreTakenFromTheWire(t *testing.T) {
	w, err := newWorld(t.Context(), t.TempDir(), "readings", Google)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	r, err := w.readings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r.events != mergeEvents || r.first.bytes == 0 {
		t.Errorf("%d events in %d bytes", r.events, r.first.bytes)
	}
	if err := r.blanks(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	w.desk.Reset()
	for name, merge := range map[string]func() error{
		"first":   func() error { return r.mergeFirst(t.Context()) },
		"changes": func() error { return r.mergeChanges(t.Context()) },
		"back":    func() error { return r.mergeChanges(t.Context()) },
	} {
		if err := merge(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := w.desk.Counts()["all"]; n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

func TestSettledWorldPlansNothing(t *testing.T) {
	if _, err := planning(t.Context(), "", nil); err != nil {
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
	_, err := Run(t.Context(), io.Discard, io.Discard, []string{"speed"}, Google)
	if err == nil || !strings.Contains(err.Error(), "planning, merging, requests, first-pass, memory") {
		t.Errorf("got %v", err)
	}
}
