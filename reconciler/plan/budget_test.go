package plan_test

import (
	"slices"
	"strconv"
	"testing"

	"slotward/reconciler/plan"
	"slotward/sources"
)

func TestBudgetGoesToTheSoonest(t *testing.T) {
	m := newModel(t)
	m.event("moved", at(3, 10, 0))
	m.settle()
	m.w.Budget.Left = 2
	m.event("late", at(2, 10, 0))
	m.event("soon", at(0, 10, 0))
	m.event("soon2", at(0, 10, 0))
	m.move("moved", at(1, 10, 0))
	p := m.expect("create soon", "update moved", "write soon", "write soon2")
	if len(p.Held) != 2 || p.Held[0].Reason != plan.DailyLimit || !p.Held[0].Until.Equal(m.w.Budget.ResumeAt) {
		t.Fatalf("held %+v", p.Held)
	}
	if d := m.decision(p, "late"); d.Wanted != "zoom" || d.Reason != plan.DailyLimit || !d.Until.Equal(m.w.Budget.ResumeAt) {
		t.Fatalf("decision %+v", d)
	}
	m.w.Budget.Left = 1
	m.expect("create late", "write late")
}

// An event whose new meeting has to wait keeps the old one.
func TestHeldCreateKeepsTheOldMeeting(t *testing.T) {
	m := newModel(t)
	m.set(func(s *plan.Settings) { s.Reschedule = "renew" })
	m.event("a", at(0, 10, 0))
	m.settle()
	m.w.Budget.Left = 0
	m.move("a", at(0, 15, 0))
	m.expect()
	if m.host[m.link("a")] == nil {
		t.Fatal("dead link")
	}
	m.w.Budget.Left = 1
	m.expect("create a", "write a", "delete a")
}

func TestDeletesAreNeverHeldByTheBudget(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	m.w.Budget.Left = -3
	m.cancel("a")
	m.expect("release a", "delete a")
}

// crowd puts n events into slots of their own and links them.
func crowd(t *testing.T, n int) *model {
	m := newModel(t)
	for i := range n {
		m.event("e"+strconv.Itoa(100+i), at(1+i/8, 9+i%8, 0))
	}
	m.settle()
	return m
}

func TestBrake(t *testing.T) {
	absent := func(n int) func(m *model) {
		return func(m *model) {
			for i := range n {
				m.edit("e"+strconv.Itoa(100+i), func(e *plan.Event) { e.Gone = sources.Absent })
			}
		}
	}
	gone := func(n int) func(m *model) {
		return func(m *model) {
			for i := range n {
				m.cancel("e" + strconv.Itoa(100+i))
			}
		}
	}
	tests := []struct {
		name     string
		events   int
		change   func(m *model)
		removals int // 0: it does not brake
		proof    bool
	}{
		{"five absent of eight", 8, absent(5), 0, false},
		{"six absent of eight", 8, absent(6), 6, true},
		{"ten absent of forty", 40, absent(10), 0, false},
		{"eleven absent of forty", 40, absent(11), 11, true},
		{"all cancelled, one by one", 25, gone(25), 0, false},
		{"a few more", 30, gone(30), 0, false},
		{"many more than twenty-five", 40, gone(40), 15, false},
		{"Zoom not preferred any more", 8, func(m *model) { m.set(func(s *plan.Settings) { s.Prefer = []string{"native"} }) }, 8, false},
		{"a fixed URL for all", 8, func(m *model) {
			m.set(func(s *plan.Settings) { s.Prefer, s.Static = []string{"static"}, "https://acme.test/ada" })
		}, 8, false},
		{"eight ask for no link", 8, func(m *model) {
			for i := range 8 {
				m.edit("e"+strconv.Itoa(100+i), func(e *plan.Event) { e.Title = "#nolink" })
			}
		}, 0, false},
		{"absent, but ended", 8, func(m *model) { absent(8)(m); m.w.Now = at(30, 0, 0) }, 0, false},
		{"all moved into one slot", 8, func(m *model) {
			for i := range 8 {
				m.move("e"+strconv.Itoa(100+i), at(20, 9, 0))
			}
		}, 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := crowd(t, test.events)
			test.change(m)
			p := m.plan()
			if (p.Brake != nil) != (test.removals > 0) {
				t.Fatalf("brake %+v on %s", p.Brake, show(p))
			}
			if p.Brake == nil {
				m.settle()
				return
			}
			if p.Brake.Removals != test.removals || p.Brake.NeedsProof != test.proof || test.proof && len(p.Brake.Absent) != test.removals {
				t.Fatalf("brake %+v", p.Brake)
			}
			m.checkHeld(p, test.events)
		})
	}
}

// checkHeld checks that what is held changes nothing, that everything else goes
// on, and that a release lets it through.
func (m *model) checkHeld(p plan.Plan, events int) {
	m.t.Helper()
	m.event("new", at(40, 9, 0), titled("new #zoom"))
	m.expect("create new #zoom", "write new")
	if len(m.host) != events+1 {
		m.t.Fatalf("%d meetings of %d", len(m.host), events+1)
	}
	held := m.plan()
	if held.Brake == nil || held.Brake.Fingerprint != p.Brake.Fingerprint {
		m.t.Fatalf("not the same set: %+v and %+v", p.Brake, held.Brake)
	}
	for _, h := range held.Held {
		if h.Reason != plan.BrakeHeld {
			m.t.Fatalf("held for %s", h.Reason)
		}
	}
	if d := m.decision(held, "e100"); d.Reason != plan.BrakeHeld {
		m.t.Fatalf("decision %+v", d)
	}
	m.w.Verified = true
	if b := m.plan().Brake; b == nil || b.NeedsProof {
		m.t.Fatalf("verified, and brake is %+v", b)
	}
	m.w.Release = "something else"
	if m.plan().Brake == nil {
		m.t.Fatalf("released by another plan's name")
	}
	m.w.Release = held.Brake.Fingerprint
	if released := m.plan(); released.Brake != nil || len(released.Actions) == 0 {
		m.t.Fatalf("not released: %s", show(released))
	}
	m.settle()
}

// Sharing that begins by a setting takes many meetings away at once.
func TestBrakeOnMerging(t *testing.T) {
	m := newModel(t)
	m.set(func(s *plan.Settings) { s.Share = "never" })
	for i := range 8 {
		m.event("e"+strconv.Itoa(i), at(1, 9, 0))
	}
	m.settle()
	m.set(func(s *plan.Settings) { s.Share = "slot" })
	p := m.plan()
	if p.Brake == nil || p.Brake.Removals != 7 {
		t.Fatalf("brake %+v", p.Brake)
	}
	m.apply(p, -1)
	if len(m.host) != 8 {
		t.Fatalf("%d meetings left", len(m.host))
	}
}

// What a crash left of a released plan goes on; anything more is held again.
func TestAReleaseCoversWhatIsLeft(t *testing.T) {
	m := crowd(t, 40)
	m.set(func(s *plan.Settings) { s.Prefer = []string{"none"} })
	p := m.plan()
	if p.Brake == nil {
		t.Fatal("no brake")
	}
	m.w.Release = p.Brake.Fingerprint
	p = m.plan()
	p.Actions = p.Actions[:10]
	m.apply(p, -1)
	if left := m.plan(); left.Brake != nil {
		t.Fatalf("what is left is held again: %+v", left.Brake)
	}
	m.set(func(s *plan.Settings) { s.Prefer = []string{"zoom"} })
	m.event("new", at(40, 9, 0), titled("new #zoom"))
	m.settle()
	m.edit("new", func(e *plan.Event) { e.Title = "new" })
	m.set(func(s *plan.Settings) { s.Prefer = []string{"none"} })
	if more := m.plan(); more.Brake == nil {
		t.Fatal("a release let through what it did not name")
	}
}

func TestBrakeNamesTheVerySet(t *testing.T) {
	m := crowd(t, 10)
	for i := range 6 {
		m.edit("e"+strconv.Itoa(100+i), func(e *plan.Event) { e.Gone = sources.Absent })
	}
	first := m.plan().Brake.Fingerprint
	slices.Reverse(m.w.Events)
	if again := m.plan().Brake.Fingerprint; again != first {
		t.Fatal("depends on the order")
	}
	m.edit("e109", func(e *plan.Event) { e.Gone = sources.Absent })
	if more := m.plan().Brake.Fingerprint; more == first {
		t.Fatal("does not depend on the set")
	}
}
