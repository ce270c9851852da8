package plan_test

import (
	"fmt"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

// byHand is a meeting that people made, and the event on which they typed its link.
func (m *model) byHand(id int64, start time.Time, event string, at time.Time, changes ...change) *zoom.Meeting {
	h := &zoom.Meeting{ID: id, HostID: "u1", Topic: "by hand", Type: zoom.Scheduled, Start: start, Minutes: 30,
		CreatedAt: m.w.Now.Add(-time.Hour), Agenda: "Bring the figures.", JoinURL: fmt.Sprintf("https://us02web.zoom.us/j/%d?pwd=abc", id)}
	m.host[id] = h
	m.event(event, at, append(changes, func(e *plan.Event) { e.Location = h.JoinURL; sources.Inspect(&e.Event) })...)
	return h
}

func adopting(t *testing.T) *model {
	m := newModel(t)
	m.set(func(s *plan.Settings) { s.Foreign = "adopt" })
	return m
}

func TestByHand(t *testing.T) {
	const id = 91000000001
	tests := []struct {
		name  string
		world func(m *model, h *zoom.Meeting)
		plan  string
	}{
		{"a meeting of the host's own", func(*model, *zoom.Meeting) {}, "adopt"},
		{"respected", func(m *model, _ *zoom.Meeting) { m.set(func(s *plan.Settings) { s.Foreign = "respect" }) }, ""},
		{"nobody is invited", func(m *model, _ *zoom.Meeting) { m.edit("a", func(e *plan.Event) { e.Guests = 0 }) }, ""},
		{"running", func(_ *model, h *zoom.Meeting) { h.Started = true }, ""},
		{"recurring, on a single event", func(_ *model, h *zoom.Meeting) { h.Type = zoom.OpenSeries }, ""},
		{"another installation's", func(_ *model, h *zoom.Meeting) { h.Agenda = "[slotward:other:abc]" }, ""},
		{"adopted before, and not recorded", func(_ *model, h *zoom.Meeting) { h.Agenda = "[slotward:" + installation + ":abc]" }, "adopt"},
		{"another link beside it", func(m *model, _ *zoom.Meeting) {
			m.edit("a", func(e *plan.Event) { e.Description = "https://acme.webex.com/meet/ada" })
		}, ""},
		{"on events of two slots", func(m *model, h *zoom.Meeting) {
			m.event("b", at(0, 15, 0), func(e *plan.Event) { e.Location = h.JoinURL })
		}, ""},
		{"somebody else's", func(m *model, _ *zoom.Meeting) { m.w.Strangers = map[int64]bool{id: true} }, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := adopting(t)
			h := m.byHand(id, at(0, 10, 0), "a", at(0, 10, 0))
			test.world(m, h)
			m.w.Proofs = []zoom.Meeting{*h}
			if got := show(m.plan()); got != test.plan {
				t.Fatalf("plan %q, want %q", got, test.plan)
			}
		})
	}
}

// TestByHandOneRequest: what the event wants to be different goes with the adoption.
func TestByHandOneRequest(t *testing.T) {
	m := adopting(t)
	h := m.byHand(91000000001, at(0, 10, 0), "a", at(0, 15, 0), titled("Kickoff"))
	m.w.Proofs = []zoom.Meeting{*h}
	p := m.plan()
	if len(p.Actions) != 1 || !p.Actions[0].ByHand || p.Actions[0].Change.Topic == nil || p.Actions[0].Change.Start == nil {
		t.Fatalf("plan %s: %+v", show(p), p.Actions)
	}
}

// TestByHandMerge: a slot that has a meeting keeps it.
func TestByHandMerge(t *testing.T) {
	m := adopting(t)
	m.event("b", at(0, 10, 0))
	m.settle()
	h := m.byHand(91000000001, at(0, 10, 0), "a", at(0, 10, 0))
	m.w.Proofs = []zoom.Meeting{*h}
	if p := m.plan(); len(p.Actions) != 0 || m.decision(p, "a").Reason != plan.ForeignLink {
		t.Fatalf("plan %s", show(p))
	}
}

// TestByHandAsked: Zoom is asked about links that could be adopted, the soonest
// first, as many as the day has requests for.
func TestByHandAsked(t *testing.T) {
	m := adopting(t)
	m.byHand(91000000002, at(1, 10, 0), "b", at(1, 10, 0))
	m.byHand(91000000001, at(0, 10, 0), "a", at(0, 10, 0))
	m.byHand(91000000003, at(2, 10, 0), "c", at(2, 10, 0))
	m.event("d", at(3, 10, 0))
	m.w.Budget.Left = 3
	if p := m.plan(); fmt.Sprint(p.NeedsProof) != "[91000000001 91000000002]" {
		t.Fatalf("asks about %v", p.NeedsProof)
	}
	m.w.Person.Zoom = false
	if p := m.plan(); len(p.NeedsProof) != 0 {
		t.Fatalf("asks without Zoom: %v", p.NeedsProof)
	}
}
