package plan_test

import (
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

const sixWeeks = "RRULE:FREQ=WEEKLY;COUNT=6"

// sixWeekly is a world with one series of six weeks that has its link.
func sixWeekly(t *testing.T, rules ...string) *model {
	t.Helper()
	m := newModel(t)
	if len(rules) == 0 {
		rules = []string{sixWeeks}
	}
	m.event("s", at(1, 10, 0), weekly(rules...), func(e *plan.Event) { e.Last = at(36, 10, 30) })
	m.settle()
	return m
}

func (m *model) cancelOccurrence(id string, start time.Time) {
	m.event(id, start, occurrence("s", start), func(e *plan.Event) { e.Gone = sources.Tombstone })
}

func TestSeriesMeetings(t *testing.T) {
	matching(t, []turn{
		{"another rule", repeats, ruled("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=6"), []string{"update s"}},
		{"shortened", repeats, ruled("RRULE:FREQ=WEEKLY;COUNT=3"), []string{"update s"}},
		{"written otherwise", repeats, ruled("RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TU;UNTIL=" + at(36, 10, 0).UTC().Format("20060102T150405Z")), nil},
		{"no longer exact", repeats, ruled("RRULE:FREQ=WEEKLY"), []string{"update s"}},
		{"a single event", repeats, func(m *model) {
			m.edit("s", func(e *plan.Event) { e.Kind, e.Recurrence = sources.Single, nil })
		}, []string{"update s"}},
		{"open by setting", repeats, func(m *model) { m.set(func(s *plan.Settings) { s.Series = "open" }) }, []string{"update s"}},
		{"begun", repeats, func(m *model) { m.w.Now = at(9, 12, 0) }, nil},
		{"ended", repeats, func(m *model) { m.w.Now = at(36, 10, 15) }, nil},
		{"begun and longer", repeats, func(m *model) {
			m.w.Now = at(9, 12, 0)
			m.edit("s", func(e *plan.Event) { e.End = e.End.Add(time.Hour) })
		}, []string{"update s"}},
		{"open from before", func(m *model) {
			repeats(m)
			m.settle()
			row := m.meeting(m.link("s"))
			row.Type, row.Start, row.Recurrence, row.Found = zoom.OpenSeries, time.Time{}, zoom.Recurrence{}, true
		}, func(*model) {}, nil},
	})
}

func repeats(m *model) {
	m.event("s", at(1, 10, 0), weekly(sixWeeks), func(e *plan.Event) { e.Last = at(36, 10, 30) })
}

func ruled(line string) func(m *model) {
	return func(m *model) { m.edit("s", func(e *plan.Event) { e.Recurrence = []string{line} }) }
}

// A series that was open before there was anything else is not changed for that
// alone, and then with all of it.
func TestSeriesFromBefore(t *testing.T) {
	m := sixWeekly(t)
	row := m.meeting(m.link("s"))
	row.Type, row.Start, row.Recurrence, row.Found = zoom.OpenSeries, time.Time{}, zoom.Recurrence{}, true
	if d := m.decision(m.plan(), "s"); !strings.Contains(d.Detail, "before") {
		t.Errorf("the detail is %q", d.Detail)
	}
	m.edit("s", func(e *plan.Event) { e.Title = "other" })
	p := m.expect("update other")
	if c := p.Actions[0].Change; c.Type == nil || *c.Type != zoom.FixSeries || c.Recurrence == nil || c.Recurrence.Times != 6 {
		t.Errorf("changed by %+v", c)
	}
}

func TestRecurrenceThatZoomRefused(t *testing.T) {
	m := newModel(t)
	repeats(m)
	r, _ := plan.FixedTimes(&m.find("s").Event)
	m.w.Untaken = []plan.Untaken{plan.UntakenOf(r, "UTC"), plan.UntakenOf(r, m.find("s").TimeZone)}
	p := m.plan()
	if p.Actions[0].Draft.Type != zoom.OpenSeries || !strings.Contains(m.decision(p, "s").Detail, "did not take") {
		t.Errorf("drafted as %+v", p.Actions[0].Draft)
	}
	m.settle()
}

func TestCancelledOccurrences(t *testing.T) {
	m := sixWeekly(t)
	m.cancelOccurrence("s_2", at(15, 10, 0))
	m.cancelOccurrence("s_1", at(8, 10, 0))
	m.cancelOccurrence("s_x", at(8, 16, 0)) // nothing was there
	m.w.Budget.Left = 21
	m.expect("drop")
	m.w.Budget.Left = 100
	m.expect("drop")
	m.expect()
	m.event("other", at(22, 10, 0))
	m.settle()
	m.cancelOccurrence("s_3", at(22, 10, 0))
	for _, a := range m.plan().Actions {
		if a.Kind == plan.Drop && a.Start.Equal(at(22, 10, 0)) {
			t.Error("an occurrence is deleted, while another event takes place then")
		}
	}
}

func TestExcludedDates(t *testing.T) {
	m := sixWeekly(t, sixWeeks, "EXDATE:"+at(8, 10, 0).UTC().Format("20060102T150405Z"))
	row := m.meeting(m.link("s"))
	if len(row.Dropped) != 1 || !row.Dropped[0].Equal(at(8, 10, 0)) {
		t.Errorf("deleted are %v", row.Dropped)
	}
	m.edit("s", func(e *plan.Event) { e.Title = "other" }) // scheduled anew: it is there again
	m.settle()
	if row := m.meeting(m.link("s")); len(row.Dropped) != 1 {
		t.Errorf("deleted again are %v", row.Dropped)
	}
}
