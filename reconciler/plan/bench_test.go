package plan_test

import (
	"strconv"
	"testing"
	"time"

	"slotward/reconciler/plan"
)

// calendarOf makes a world of n events in n/2 slots; every tenth slot is a series'.
func calendarOf(b *testing.B, n int) *model {
	m := newModel(b)
	for i := range n {
		slot := i / 2
		start := at(slot/16, 8+slot%16/2, 30*(slot%2))
		var changes []func(e *plan.Event)
		if slot%10 == 0 && i%2 == 0 {
			changes = append(changes, weekly("RRULE:FREQ=WEEKLY;COUNT=20"), func(e *plan.Event) { e.Last = start.AddDate(0, 0, 19*7).Add(30 * time.Minute) })
		}
		m.event("event"+strconv.Itoa(100000+i), start, changes...)
	}
	m.w.Budget.Left = n
	return m
}

// BenchmarkUnchanged plans 1,000 events that show what they should.
func BenchmarkUnchanged(b *testing.B) {
	m := calendarOf(b, 1000)
	m.settle()
	b.Logf("%d events, %d meetings", len(m.w.Events), len(m.w.Meetings))
	b.ReportAllocs()
	for b.Loop() {
		if p := plan.Make(m.w); len(p.Actions) > 0 {
			b.Fatal("acts")
		}
	}
}

// BenchmarkAllMoved plans 1,000 events of which every one was moved by a quarter
// of an hour.
func BenchmarkAllMoved(b *testing.B) {
	m := calendarOf(b, 1000)
	m.settle()
	for i := range m.w.Events {
		e := &m.w.Events[i]
		e.Start, e.End = e.Start.Add(15*time.Minute), e.End.Add(15*time.Minute)
	}
	b.ReportAllocs()
	for b.Loop() {
		plan.Make(m.w)
	}
}

// BenchmarkAllNew plans 1,000 events of which none has a link yet.
func BenchmarkAllNew(b *testing.B) {
	m := calendarOf(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		plan.Make(m.w)
	}
}
