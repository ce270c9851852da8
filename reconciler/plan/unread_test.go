package plan_test

import (
	"testing"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// unread makes calendar 2 one that is not read.
func unread(m *model) { m.calendar(2, func(c *plan.Calendar) { c.Usable = false }) }

// TestUnreadMeeting: what an event on a calendar that is not read claims stays
// where it is: it goes with nobody else, neither to another time nor to a series.
func TestUnreadMeeting(t *testing.T) {
	second := func(m *model) { m.calendar(2, nil) }
	tests := []turn{
		{"a series comes to its slot, and gets its own", func(m *model) {
			second(m)
			m.event("u", at(7, 11, 0), on(2))
		}, func(m *model) {
			unread(m)
			m.event("s", at(0, 11, 0), weekly("RRULE:FREQ=WEEKLY;COUNT=4"))
		}, []string{"create s", "write s"}},
		{"it came to a series' slot, which keeps its own", func(m *model) {
			second(m)
			m.event("s", at(0, 11, 0), weekly())
			m.event("u", at(7, 12, 0), on(2))
		}, func(m *model) {
			m.move("u", at(7, 11, 0))
			unread(m)
		}, nil},
		{"a copy of it is read, and goes with the series on which it falls", func(m *model) {
			second(m)
			m.event("a", at(7, 11, 0))
			m.event("u", at(7, 11, 0), on(2), func(e *plan.Event) { e.ICalUID = m.find("a").ICalUID })
		}, func(m *model) {
			unread(m)
			m.event("s", at(0, 11, 0), weekly())
		}, []string{"create a", "write s", "write a"}},
		{"it shares a series' meeting, whose title changes", func(m *model) {
			second(m)
			m.event("s", at(0, 11, 0), weekly("RRULE:FREQ=WEEKLY;COUNT=4"))
			m.event("u", at(7, 11, 0), on(2))
		}, func(m *model) {
			unread(m)
			m.edit("s", func(e *plan.Event) { e.Title = "t" })
		}, []string{"update t"}},
		{"it shares a series' meeting, which is cancelled for that day", func(m *model) {
			second(m)
			m.event("s", at(0, 11, 0), weekly("RRULE:FREQ=WEEKLY;COUNT=4"))
			m.event("u", at(7, 11, 0), on(2))
		}, func(m *model) {
			unread(m)
			m.event("s_7", at(7, 11, 0), occurrence("s", at(7, 11, 0)), func(e *plan.Event) { e.Gone = sources.Tombstone })
		}, nil},
		{"it shares a series' meeting, which is moved that day", func(m *model) {
			second(m)
			m.event("s", at(0, 11, 0), weekly("RRULE:FREQ=WEEKLY;COUNT=4"))
			m.event("u", at(7, 11, 0), on(2))
		}, func(m *model) {
			unread(m)
			m.event("s_7", at(7, 15, 0), occurrence("s", at(7, 11, 0)))
		}, []string{"write s_7"}},
		{"its changed occurrence has one of its own", func(m *model) {
			m.event("s", at(0, 11, 0), weekly(), func(e *plan.Event) { e.ReadOnly = true })
			m.event("s_7", at(7, 12, 0), occurrence("s", at(7, 11, 0)))
		}, func(m *model) {
			m.edit("s", func(e *plan.Event) { e.ReadOnly = false })
			m.edit("s_7", func(e *plan.Event) { e.Problem = "bad" })
		}, []string{"create s", "write s"}},
		{"some move on with another, known before: who stayed holds it", func(m *model) {
			second(m)
			m.event("a", at(0, 10, 0))
			m.event("u", at(0, 10, 0), on(2))
			m.event("v", at(0, 10, 0), on(2))
		}, func(m *model) {
			m.move("a", at(0, 14, 0))
			m.move("v", at(0, 14, 0))
			unread(m)
		}, []string{"create a", "write a"}},
		{"all move apart, known before: it stays for now", func(m *model) {
			second(m)
			m.event("a", at(0, 10, 0))
			m.event("u", at(0, 10, 0), on(2))
			m.event("v", at(0, 10, 0), on(2))
		}, func(m *model) {
			m.move("a", at(0, 14, 0))
			m.move("u", at(0, 15, 0))
			m.move("v", at(0, 14, 0))
			unread(m)
		}, []string{"create a", "write a"}},
		{"a series that it shares one with moves: it keeps that", func(m *model) {
			second(m)
			m.event("s", at(0, 11, 0), weekly())
			m.event("u", at(7, 11, 0), on(2))
		}, func(m *model) {
			unread(m)
			m.move("s", at(0, 15, 0))
		}, []string{"create s", "write s"}},
	}
	matching(t, tests)
	for _, test := range tests {
		t.Run(test.name+", and is read again", func(t *testing.T) {
			m := newModel(t)
			test.before(m)
			m.settle()
			test.change(m)
			m.settle()
			for i := range m.w.Calendars {
				m.w.Calendars[i].Usable = true
			}
			for i := range m.w.Events {
				m.edit(m.w.Events[i].ID, func(e *plan.Event) { e.Problem = "" })
			}
			m.settle()
			for i := range m.w.Events {
				if e := &m.w.Events[i]; !e.ReadOnly && e.Gone == sources.Present && m.host[m.link(e.ID)] == nil {
					t.Fatalf("%s shows no live link", e.ID)
				}
			}
		})
	}
}
