package plan_test

import (
	"testing"

	"slotward/reconciler/plan"
)

// TestDoubted: of a meeting that Zoom does not tell of nothing is decided, though
// the listing leaves it out, and the host is not listed again for it.
func TestDoubted(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.event("b", at(0, 12, 0))
	m.settle()
	id := m.link("a")
	m.lose()
	delete(m.host, id)
	m.w.Doubted = map[int64]bool{id: true}
	m.list()
	m.expect("adopt")
	p := m.plan()
	if d := m.decision(p, "a"); len(p.Actions) != 0 || p.NeedsListing || d.Reason != plan.ZoomError || d.Detail == "" {
		t.Fatalf("plan %s, a: %+v", show(p), d)
	}
	m.w.Doubted = nil
	m.list()
	if p := m.plan(); show(p) != "create a · write a" {
		t.Fatalf("once Zoom has said that it is gone: %s", show(p))
	}
}

// TestElsewhere: a mark that names another person's meeting is a link that people
// put there, on the series and its exceptions alike.
func TestElsewhere(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.event("s", at(1, 12, 0), weekly())
	m.settle()
	m.w.Elsewhere = map[int64]bool{m.link("a"): true, m.link("s"): true}
	m.lose()
	m.event("n", at(0, 10, 0))
	p := m.plan()
	if show(p) != "create n · write n" || p.NeedsListing {
		t.Fatalf("plan %s, wants a listing: %v", show(p), p.NeedsListing)
	}
	for _, id := range []string{"a", "s"} {
		if d := m.decision(p, id); d.Reason != plan.ForeignLink || d.Wanted != "leave" {
			t.Fatalf("%s: %+v", id, d)
		}
	}
	m.set(func(s *plan.Settings) { s.Foreign = "replace" })
	if got := show(m.plan()); got != "create a · create s · write a · write n · write s" {
		t.Fatalf("plan %s, %+v", got, m.plan().Decisions)
	}
}
