package plan_test

import (
	"slices"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// repaired is what is remembered of an event's repair; nil: nothing.
func (m *model) repaired(ref sources.EventRef) *plan.Repair {
	for i := range m.w.Repairs {
		if m.w.Repairs[i].Event == ref {
			return &m.w.Repairs[i]
		}
	}
	return nil
}

// confirm notes that an event shows what it should: its repair has arrived, or
// people put back what they had taken off.
func (m *model) confirm(ref sources.EventRef) {
	switch r := m.repaired(ref); {
	case r == nil:
	case r.State == plan.RepairLeft:
		m.unrepaired(ref)
	default:
		r.State = plan.RepairDone
	}
}

func (m *model) unrepaired(ref sources.EventRef) {
	m.w.Repairs = slices.DeleteFunc(m.w.Repairs, func(r plan.Repair) bool { return r.Event == ref })
}

// strip takes our block and location off by hand.
func (m *model) strip(id string) {
	m.edit(id, func(e *plan.Event) { e.Description, e.Location = "", "" })
}

// halve leaves the first half of our block.
func (m *model) halve(id string) {
	m.edit(id, func(e *plan.Event) { e.Description = e.Description[:len(e.Description)/2] })
}

// stripped is an event whose block was taken off, put back, and taken off again.
func stripped(t *testing.T, changes ...change) *model {
	m := newModel(t)
	m.event("a", at(0, 10, 0), changes...)
	m.settle()
	for range 2 {
		m.strip("a")
		m.settle()
	}
	return m
}

func TestRemovedBlock(t *testing.T) {
	tests := []struct {
		name  string
		then  func(m *model)
		plan  string // what is done next
		shows bool   // and whether the event shows its link in the end
	}{
		{"it is left", func(*model) {}, "", false},
		{"a day passes", func(m *model) { m.w.Now = m.w.Now.Add(48 * time.Hour); m.move("a", at(5, 10, 0)) }, "update a", false},
		{"it moves", func(m *model) { m.move("a", at(0, 15, 0)) }, "update a", false},
		{"its words ask", func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "Kickoff #zoom" }) }, "update Kickoff #zoom · write a", true},
		{"its meeting is gone", func(m *model) { m.w.Meetings[0].Missing = true; delete(m.host, m.w.Meetings[0].ID) }, "create a · write a · delete a", true},
		{"it is cancelled", func(m *model) { m.cancel("a") }, "release a · delete a", false},
		{"only half of it is taken off the next time", func(m *model) {
			m.edit("a", func(e *plan.Event) { e.Title = "Kickoff #zoom" })
			m.settle()
			m.edit("a", func(e *plan.Event) { e.Title = "a" })
			m.settle()
			m.halve("a")
		}, "leave a", false},
		{"another joins its slot", func(m *model) { m.event("b", at(0, 10, 0)) }, "write b", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := stripped(t)
			if d := m.decision(m.plan(), "a"); d.Reason != plan.Repeated || d.Wanted != "leave" || d.Meeting != m.w.Meetings[0].ID {
				t.Fatalf("decided %+v", d)
			}
			test.then(m)
			if got := show(m.plan()); got != test.plan {
				t.Fatalf("plan %q, want %q", got, test.plan)
			}
			m.settle()
			if m.link("a") != 0 != test.shows {
				t.Fatalf("shows %d", m.link("a"))
			}
		})
	}
}

// TestNoRemoval tells what looks like a removal and is none.
func TestNoRemoval(t *testing.T) {
	tests := []struct {
		name string
		then func(m *model)
	}{
		{"more than a day after the repair", func(m *model) { m.w.Now = m.w.Now.Add(25 * time.Hour) }},
		{"a repair that nobody knows the end of", func(m *model) { m.w.Repairs[0].State = plan.RepairSent }},
		{"a repair of another link", func(m *model) { m.w.Repairs[0].Block++ }},
		{"a store from before the repair", func(m *model) { m.w.Repairs = nil }},
		{"the mark is gone as well", func(m *model) { m.edit("a", func(e *plan.Event) { e.Mark = sources.Mark{} }) }},
		{"the mark is of another event", func(m *model) { m.edit("a", func(e *plan.Event) { e.Mark.EventHash = "0123456789abcdef" }) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			m.event("a", at(3, 10, 0))
			m.settle()
			m.strip("a")
			m.settle()
			test.then(m)
			m.strip("a")
			if got := show(m.plan()); got != "write a" {
				t.Fatalf("plan %q", got)
			}
		})
	}
}

// TestRemovedLate: a removal that is seen late counts from when it was made.
func TestRemovedLate(t *testing.T) {
	m := newModel(t)
	m.event("a", at(5, 10, 0))
	m.settle()
	m.strip("a")
	m.settle()
	removed := m.w.Now.Add(time.Hour)
	m.w.Now = m.w.Now.Add(50 * time.Hour)
	m.strip("a")
	m.edit("a", func(e *plan.Event) { e.Updated = removed })
	if got := show(m.plan()); got != "leave a" {
		t.Fatalf("plan %q", got)
	}
}

// TestPutBack: who puts the block back gets one more repair.
func TestPutBack(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	text := m.find("a").Description
	for range 2 {
		m.strip("a")
		m.settle()
	}
	m.edit("a", func(e *plan.Event) { e.Description, e.Location = text, m.w.Meetings[0].Joining.URL })
	if got := show(m.plan()); got != "claim a" {
		t.Fatalf("plan %q", got)
	}
	m.settle()
	m.strip("a")
	if got := show(m.plan()); got != "write a" {
		t.Fatalf("plan %q", got)
	}
}

// TestSeriesLeft: an occurrence that has nothing of its own is left like its series.
func TestSeriesLeft(t *testing.T) {
	m := stripped(t, weekly())
	m.event("a_1", at(8, 10, 0), occurrence("a", at(7, 10, 0)))
	m.settle()
	if d := m.decision(m.plan(), "a_1"); d.Reason != plan.Repeated || m.link("a_1") != 0 {
		t.Fatalf("decided %+v, shows %d", d, m.link("a_1"))
	}
}

// TestLeftAmongOthers: that a block stays off is recorded after what is given to
// events, and before what is taken off them.
func TestLeftAmongOthers(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.event("b", at(0, 12, 0))
	m.event("c", at(0, 9, 0))
	m.settle()
	m.strip("a")
	m.settle()
	m.strip("a")
	m.w.Claims = slices.DeleteFunc(m.w.Claims, func(c plan.Claim) bool { return c.Event.Event == "b" })
	m.edit("c", func(e *plan.Event) { e.Title = "c #nolink" })
	m.event("d", at(0, 15, 0))
	m.expect("create d", "write d", "claim b", "leave a", "restore c", "delete c")
}
