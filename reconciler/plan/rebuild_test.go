package plan_test

import (
	"testing"

	"slotward/reconciler/plan"
)

// TestRebuild: a lost store is taken up from the marks, and nothing else is done.
func TestRebuild(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.event("gone", at(0, 11, 0))
	m.settle()
	delete(m.host, m.link("gone"))
	orphan := m.byHand(91000000001, at(2, 10, 0), "own", at(2, 10, 0))
	orphan.Agenda = "[slotward:" + installation + ":orphan]"
	m.edit("own", func(e *plan.Event) { e.Location = "" })
	m.event("new", at(0, 12, 0))
	m.lose()
	m.list()
	m.w.Adopting = true
	p := m.plan()
	if show(p) != "adopt" || len(p.Gone) != 1 || p.Gone[0].Event != "gone" || len(p.Orphans) != 1 || p.Orphans[0].ID != orphan.ID {
		t.Fatalf("plan %s, gone %v, orphans %v", show(p), p.Gone, p.Orphans)
	}
	for _, id := range []string{"gone", "new"} {
		if d := m.decision(p, id); d.Reason != plan.Adopting {
			t.Errorf("%s: %s", id, d.Reason)
		}
	}
	m.apply(p, -1)
	if p = m.plan(); len(p.Actions) != 0 {
		t.Fatalf("then %s", show(p))
	}
	m.w.Claims = nil
	if p = m.plan(); show(p) != "claim a" {
		t.Fatalf("without claims %s", show(p))
	}
}

// TestOlderStore: a mark that names a meeting which the store does not know comes
// before the claim, if the meeting is there.
func TestOlderStore(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	old := m.w
	old.Meetings, old.Claims = append([]plan.Meeting(nil), m.w.Meetings...), append([]plan.Claim(nil), m.w.Claims...)
	m.set(func(s *plan.Settings) { s.Reschedule = "renew" })
	m.move("a", at(0, 15, 0))
	m.settle()
	link := m.link("a")
	m.w.Meetings, m.w.Claims = old.Meetings, old.Claims
	m.settle()
	if m.link("a") != link || len(m.host) != 1 {
		t.Fatalf("shows %d instead of %d; %d meetings", m.link("a"), link, len(m.host))
	}
	m.w.Meetings, m.w.Claims = old.Meetings, old.Claims
	m.host[old.Meetings[0].ID] = m.host[link]
	delete(m.host, link)
	if p := m.plan(); !p.NeedsListing {
		t.Fatal("does not look for what the mark names")
	}
}
