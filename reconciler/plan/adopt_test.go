package plan_test

import (
	"slices"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

// unanswered leaves event a with a create that was sent and never answered, and
// the meeting that it made, or not.
func unanswered(t *testing.T, made bool) *model {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	p := m.plan()
	create := p.Actions[0]
	m.w.Intents = []plan.Intent{{Reference: installation + ":lost", Slot: create.Slot, Events: create.Events, SentAt: m.w.Now}}
	if made {
		d := create.Draft
		d.Reference = installation + ":lost"
		m.make(d)
	}
	return m
}

func TestUnansweredCreateWaitsForTheListing(t *testing.T) {
	m := unanswered(t, true)
	p := m.plan()
	if len(p.Actions) != 0 || !p.NeedsListing || m.decision(p, "a").Reason != plan.Unanswered || len(p.Held) != 2 {
		t.Fatalf("actions %s, listing %t, %+v", show(p), p.NeedsListing, p.Held)
	}
}

func TestUnansweredCreateIsAdopted(t *testing.T) {
	m := unanswered(t, true)
	m.list()
	p := m.plan()
	if got := list(p.Actions); !slices.Equal(got, []string{"adopt"}) || len(p.Actions[0].Events) != 1 {
		t.Fatalf("plan %v", got)
	}
	m.settle()
	if len(m.host) != 1 || m.host[m.link("a")] == nil || len(m.w.Intents) != 0 {
		t.Fatalf("%d meetings, a shows %d, %d intents", len(m.host), m.link("a"), len(m.w.Intents))
	}
}

func TestUnansweredCreateIsAbandonedOnlyAfterTheGrace(t *testing.T) {
	m := unanswered(t, false)
	m.list()
	m.w.Now = m.w.Now.Add(5*time.Minute - time.Second)
	p := m.plan()
	if len(p.Actions) != 0 || p.NeedsListing || !p.Held[0].Until.Equal(monday.Add(5*time.Minute)) {
		t.Fatalf("plan %s, held %+v", show(p), p.Held)
	}
	m.w.Now = m.w.Now.Add(time.Second)
	p = m.plan()
	if got := list(p.Actions); !slices.Equal(got, []string{"abandon"}) {
		t.Fatalf("plan %v", got)
	}
	m.apply(p, -1)
	m.expect("create a", "write a")
}

func TestUnansweredCreateWithoutZoomIsNotListed(t *testing.T) {
	m := unanswered(t, true)
	m.w.Person.Zoom = false
	if p := m.plan(); p.NeedsListing || len(p.Actions) > 0 {
		t.Fatalf("listing %t, %s", p.NeedsListing, show(p))
	}
}

// The event may have moved, joined others or gone while nobody knew.
func TestUnansweredCreateOfAnEventThatChanged(t *testing.T) {
	t.Run("moved", func(t *testing.T) {
		m := unanswered(t, true)
		m.move("a", at(0, 15, 0))
		m.settle()
		if h := m.host[m.link("a")]; len(m.host) != 1 || !h.Start.Equal(at(0, 15, 0)) {
			t.Fatalf("%d meetings", len(m.host))
		}
	})
	t.Run("its slot is wanted by another", func(t *testing.T) {
		m := unanswered(t, true)
		m.move("a", at(0, 15, 0))
		m.event("b", at(0, 10, 0))
		if p := m.plan(); len(p.Actions) != 0 {
			t.Fatalf("creates beside an open one: %s", show(p))
		}
		m.settle()
		if m.link("a") == m.link("b") || len(m.host) != 2 {
			t.Fatalf("%d meetings", len(m.host))
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		m := unanswered(t, true)
		m.cancel("a")
		m.settle()
		if len(m.host) != 0 || len(m.w.Intents) != 0 {
			t.Fatalf("%d meetings, %d intents", len(m.host), len(m.w.Intents))
		}
	})
	t.Run("made for a new time, while the old one stands", func(t *testing.T) {
		m := newModel(t)
		m.set(func(s *plan.Settings) { s.Reschedule = "renew" })
		m.event("a", at(0, 10, 0))
		m.settle()
		old := m.link("a")
		m.move("a", at(0, 15, 0))
		create := m.plan().Actions[0]
		m.w.Intents = []plan.Intent{{Reference: installation + ":lost", Slot: create.Slot, Events: create.Events, SentAt: m.w.Now}}
		d := create.Draft
		d.Reference = installation + ":lost"
		made := m.make(d)
		m.settle()
		if m.link("a") != made.ID || m.host[old] != nil || len(m.host) != 1 {
			t.Fatalf("a shows %d, %d meetings", m.link("a"), len(m.host))
		}
	})
	t.Run("its events went apart", func(t *testing.T) {
		m := newModel(t)
		m.event("a", at(0, 10, 0))
		m.event("b", at(0, 10, 0))
		create := m.plan().Actions[0]
		m.w.Intents = []plan.Intent{{Reference: installation + ":lost", Slot: create.Slot, Events: create.Events, SentAt: m.w.Now}}
		d := create.Draft
		d.Reference = installation + ":lost"
		m.make(d)
		m.move("b", at(0, 15, 0))
		m.list()
		if p := m.plan(); show(p) != "adopt" {
			t.Fatalf("plan %s", show(p))
		}
		m.settle()
		if m.link("a") == m.link("b") || len(m.host) != 2 {
			t.Fatalf("%d meetings", len(m.host))
		}
	})
	t.Run("recorded already", func(t *testing.T) {
		m := unanswered(t, true)
		for _, h := range m.host {
			m.row(h, installation+":lost")
			m.claim(m.find("a").Ref(), h.ID)
		}
		m.settle()
		if len(m.host) != 1 || len(m.w.Intents) != 0 {
			t.Fatalf("%d meetings, %d intents", len(m.host), len(m.w.Intents))
		}
	})
}

// lost forgets everything that the store knew of Zoom.
func (m *model) lose() {
	m.w.Meetings, m.w.Claims, m.w.Intents = nil, nil, nil
}

func TestLostStoreIsRebuiltFromMarks(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.event("b", at(0, 10, 0))
	m.event("c", at(0, 12, 0))
	m.event("s", at(1, 12, 0), weekly())
	m.settle()
	before := []int64{m.link("a"), m.link("b"), m.link("c"), m.link("s")}
	m.lose()
	p := m.plan()
	if !p.NeedsListing || len(p.Actions) != 0 {
		t.Fatalf("acts before it has looked: %s", show(p))
	}
	m.list()
	m.expect("adopt", "adopt", "adopt")
	if after := []int64{m.link("a"), m.link("b"), m.link("c"), m.link("s")}; !slices.Equal(before, after) || len(m.w.Claims) != 4 {
		t.Fatalf("links %v became %v, %d claims", before, after, len(m.w.Claims))
	}
}

// A backup was put back that is older than what the events show: nothing is done
// for a slot until the meeting that its events name was looked for.
func TestMarkNewerThanTheStore(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	meetings, claims := slices.Clone(m.w.Meetings), slices.Clone(m.w.Claims)
	m.event("b", at(0, 12, 0))
	m.settle()
	newer := m.link("b")
	m.edit("a", func(e *plan.Event) { e.Start, e.End = at(0, 12, 0), at(0, 12, 30) })
	m.settle()
	if m.link("a") != newer || len(m.host) != 1 {
		t.Fatalf("a shows %d, b %d, %d meetings", m.link("a"), newer, len(m.host))
	}
	m.w.Meetings, m.w.Claims = meetings, claims
	p := m.plan()
	if !p.NeedsListing || len(p.Actions) != 0 {
		t.Fatalf("acts before it has looked: %s", show(p))
	}
	m.settle()
	if m.link("a") != newer || m.link("b") != newer || len(m.host) != 1 {
		t.Fatalf("a shows %d, b %d, %d meetings", m.link("a"), m.link("b"), len(m.host))
	}
}

func TestMarkWithoutAMeeting(t *testing.T) {
	t.Run("the meeting is gone", func(t *testing.T) {
		m := newModel(t)
		m.event("a", at(0, 10, 0))
		m.settle()
		dead := m.link("a")
		m.lose()
		delete(m.host, dead)
		m.settle()
		if m.link("a") == dead || m.host[m.link("a")] == nil {
			t.Fatal("shows a dead link")
		}
	})
	t.Run("the meeting carries no reference of ours", func(t *testing.T) {
		for _, agenda := range []string{"", "[slotward:there:x] z", "[slotward:hereafter:x] z", "see [slotward:here:x]", "[slotward:here:x"} {
			m := newModel(t)
			m.event("a", at(0, 10, 0))
			m.settle()
			theirs := m.link("a")
			m.lose()
			m.host[theirs].Agenda = agenda
			m.settle()
			if m.link("a") == theirs || m.host[theirs] == nil {
				t.Fatalf("%q: adopted or deleted what is not ours", agenda)
			}
		}
	})
	t.Run("a copied mark is no proof", func(t *testing.T) {
		m := newModel(t)
		m.event("a", at(0, 10, 0))
		m.settle()
		m.edit("a", func(e *plan.Event) { e.ID = "copy" })
		m.lose()
		if p := m.plan(); p.NeedsListing {
			t.Fatal("lists for a copy")
		}
	})
	t.Run("of an event that wants no Zoom", func(t *testing.T) {
		m := newModel(t)
		m.event("a", at(0, 10, 0))
		m.settle()
		m.lose()
		m.edit("a", func(e *plan.Event) { e.Title = "#nolink" })
		m.expect("restore a")
	})
}

func TestOrphans(t *testing.T) {
	orphan := func(m *model) *zoom.Meeting {
		h := m.make(zoom.Draft{Topic: "orphan", Type: zoom.Scheduled, Start: at(3, 10, 0), Minutes: 30, Reference: installation + ":orphan"})
		m.list()
		return h
	}
	tests := []struct {
		name   string
		change func(m *model, h *zoom.Meeting)
		goes   bool
	}{
		{"nothing names it", func(*model, *zoom.Meeting) {}, true},
		{"of another installation", func(m *model, h *zoom.Meeting) { h.Agenda = "[slotward:there:x]" }, false},
		{"made by hand", func(m *model, h *zoom.Meeting) { h.Agenda = "" }, false},
		{"an intent names it", func(m *model, h *zoom.Meeting) {
			m.w.Intents = []plan.Intent{{Reference: installation + ":orphan", SentAt: m.w.Now}}
		}, true},
		{"an event shows it", func(m *model, h *zoom.Meeting) {
			m.event("x", at(5, 10, 0), func(e *plan.Event) { e.Location, e.Guests = h.JoinURL, 0 })
		}, false},
		{"a calendar is unread", func(m *model, h *zoom.Meeting) { m.calendar(2, func(c *plan.Calendar) { c.Usable = false }) }, false},
		{"from before the calendars were watched", func(m *model, h *zoom.Meeting) { h.CreatedAt = at(-20, 0, 0) }, false},
		{"over", func(m *model, h *zoom.Meeting) { h.Start = at(-1, 0, 0) }, false},
		{"the store was lost", func(m *model, h *zoom.Meeting) { m.lose() }, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			m.event("a", at(0, 10, 0))
			m.settle()
			h := orphan(m)
			test.change(m, h)
			m.list()
			p := m.plan()
			for _, a := range p.Actions {
				if a.Kind == plan.Delete {
					t.Fatal("deleted without having been a row")
				}
			}
			if test.name == "the store was lost" {
				m.apply(p, -1)
				return
			}
			m.settle()
			if goes := m.host[h.ID] == nil; goes != test.goes {
				t.Fatalf("gone is %t, want %t", goes, test.goes)
			}
			if m.host[m.link("a")] == nil {
				t.Fatal("a lost its meeting")
			}
		})
	}
}

// What a person edits in Zoom is put right when it is seen.
func TestEditedInZoom(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	h := m.host[m.link("a")]
	h.Topic, h.Start, h.Minutes = "hacked", at(4, 0, 0), 600
	m.expect()
	m.list()
	p := m.plan()
	if got := list(p.Actions); !slices.Equal(got, []string{"update a"}) {
		t.Fatalf("plan %v", got)
	}
	m.settle()
	if h.Topic != "a" || !h.Start.Equal(at(0, 10, 0)) || h.Minutes != 30 {
		t.Fatalf("meeting %+v", h)
	}
	h.Topic, h.Started = "hacked", true
	m.list()
	m.expect()
}

// Nothing is done without Zoom that needs it, and no link that was given out is
// touched.
func TestZoomNotUsable(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.event("b", at(0, 11, 0))
	m.event("c", at(0, 12, 0))
	m.settle()
	a, b := m.link("a"), m.link("b")
	m.w.Person.Zoom, m.w.Person.ZoomReason = false, "needs_reauth"
	m.event("new", at(0, 13, 0))
	m.move("b", at(0, 10, 0))
	m.cancel("c")
	p := m.expect("release c")
	if m.decision(p, "new").Wanted != "native" || m.decision(p, "a").Wanted != "zoom" || m.link("b") != b {
		t.Fatal("touched")
	}
	p = m.plan()
	if len(p.Held) != 2 || p.Held[0].Reason != plan.NeedsReauth || m.decision(p, "b").Reason != plan.NeedsReauth {
		t.Fatalf("held %+v", p.Held)
	}
	m.w.Person.Zoom, m.w.Person.ZoomReason = true, ""
	m.settle()
	if m.link("b") != a || m.link("a") != a || m.link("new") == 0 || len(m.host) != 2 {
		t.Fatal("not made good afterwards")
	}
}

func TestMoveWithoutZoomIsHeld(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	m.w.Person.Zoom = false
	m.move("a", at(0, 15, 0))
	p := m.expect()
	if len(p.Held) != 1 || p.Held[0].Action.Kind != plan.Update || p.Held[0].Reason != plan.NotLinked {
		t.Fatalf("held %+v", p.Held)
	}
}

func TestJoiningUnknownIsNotWritten(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	m.w.Meetings[0].Joining = sources.Joining{}
	m.expect()
}
