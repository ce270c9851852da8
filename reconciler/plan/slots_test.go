package plan_test

import (
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// TestSharing tells which events share a meeting.
func TestSharing(t *testing.T) {
	length := func(d time.Duration) func(e *plan.Event) { return func(e *plan.Event) { e.End = e.Start.Add(d) } }
	uid := func(uid string) func(e *plan.Event) { return func(e *plan.Event) { e.ICalUID = uid } }
	never := func(m *model) { m.set(func(s *plan.Settings) { s.Share = "never" }) }
	second := func(m *model) { m.calendar(2, nil) }
	tests := []struct {
		name   string
		world  func(m *model)
		a, b   []func(e *plan.Event)
		at     time.Time // of b; a is at 10:00 on Monday the 14th
		shared bool
	}{
		{name: "one slot", at: at(7, 10, 0), shared: true},
		{name: "another start", at: at(7, 10, 15)},
		{name: "another length", at: at(7, 10, 0), b: []func(e *plan.Event){length(time.Hour)}},
		{name: "back to back", at: at(7, 10, 30)},
		{name: "one slot, never sharing", world: never, at: at(7, 10, 0)},
		{name: "one slot on two calendars", world: second, at: at(7, 10, 0), b: []func(e *plan.Event){on(2)}, shared: true},
		{name: "one slot on two calendars, one never sharing", world: func(m *model) { second(m); never(m) },
			at: at(7, 10, 0), b: []func(e *plan.Event){on(2)}},
		{name: "a copy on another calendar, though never sharing", world: func(m *model) { second(m); never(m) },
			at: at(7, 10, 0), a: []func(e *plan.Event){uid("x")}, b: []func(e *plan.Event){uid("x"), on(2)}, shared: true},
		{name: "a longer copy on another calendar", world: second, at: at(7, 10, 0),
			a: []func(e *plan.Event){uid("x")}, b: []func(e *plan.Event){uid("x"), on(2), length(time.Hour)}, shared: true},
		{name: "two series alike", at: at(7, 10, 0), a: []func(e *plan.Event){weekly()}, b: []func(e *plan.Event){weekly()}, shared: true},
		{name: "two series of other rules", at: at(7, 10, 0), a: []func(e *plan.Event){weekly()},
			b: []func(e *plan.Event){weekly("RRULE:FREQ=DAILY")}},
		{name: "two series of other zones", at: at(7, 10, 0), a: []func(e *plan.Event){weekly()},
			b: []func(e *plan.Event){weekly(), func(e *plan.Event) { e.TimeZone = "Africa/Lagos" }}},
		{name: "a series and its first occurrence's slot", at: at(7, 10, 0), a: []func(e *plan.Event){weekly()}, shared: true},
		{name: "a series and a later occurrence's slot", at: at(28, 10, 0), a: []func(e *plan.Event){weekly()}, shared: true},
		{name: "a series and an occurrence beyond daylight saving", at: at(112, 9, 0), a: []func(e *plan.Event){weekly()}, shared: true},
		{name: "a series and the same hour in UTC beyond it", at: at(112, 10, 0), a: []func(e *plan.Event){weekly()}},
		{name: "a series and a day on which it is not held", at: at(8, 10, 0), a: []func(e *plan.Event){weekly()}},
		{name: "a series and an excluded occurrence", at: at(14, 10, 0),
			a: []func(e *plan.Event){weekly("RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20261221T110000")}},
		{name: "a series and another length", at: at(14, 10, 0), a: []func(e *plan.Event){weekly()}, b: []func(e *plan.Event){length(time.Hour)}},
		{name: "a series and an occurrence, never sharing", world: never, at: at(14, 10, 0), a: []func(e *plan.Event){weekly()}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			if test.world != nil {
				test.world(m)
			}
			m.event("a", at(7, 10, 0), test.a...)
			m.event("b", test.at, test.b...)
			m.settle()
			if m.link("a") == 0 || m.link("b") == 0 {
				t.Fatal("not linked")
			}
			if shared := m.link("a") == m.link("b"); shared != test.shared {
				t.Fatalf("shared is %t, want %t", shared, test.shared)
			}
			if want := map[bool]int{true: 1, false: 2}[test.shared]; len(m.host) != want {
				t.Fatalf("%d meetings, want %d", len(m.host), want)
			}
		})
	}
}

func TestOccurrenceThatMovedAway(t *testing.T) {
	m := newModel(t)
	m.event("s", at(0, 10, 0), weekly())
	m.event("s_1", at(7, 15, 0), occurrence("s", at(7, 10, 0)))
	m.event("there", at(7, 15, 0))
	m.event("left", at(7, 10, 0))
	m.settle()
	if m.link("there") != m.link("s") {
		t.Error("an event in the slot of a moved occurrence has a meeting of its own")
	}
	if m.link("left") == m.link("s") {
		t.Error("an event shares the meeting of an occurrence that moved away")
	}
}

// A copied event shows the link and carries the mark of the one it was copied
// from: it is new, and its link is ours to replace.
func TestCopies(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	a := *m.find("a")
	copied := func(e *plan.Event) { e.Location, e.Description, e.Mark = a.Location, a.Description, a.Mark }
	m.event("b", at(1, 10, 0), copied)
	m.expect("create b", "write b")
	if m.link("a") == m.link("b") || m.find("b").Location == a.Location {
		t.Fatal("the copy shows the first one's link")
	}
	m.event("c", at(0, 10, 0), copied)
	m.expect("write c")
	if m.link("a") != m.link("c") {
		t.Fatal("a copy in the same slot does not share")
	}
}

// "This and following" copies everything to a second series.
func TestSplitSeries(t *testing.T) {
	m := newModel(t)
	m.event("s", at(0, 10, 0), weekly())
	m.settle()
	s := *m.find("s")
	m.edit("s", func(e *plan.Event) {
		e.Recurrence, e.Last = []string{"RRULE:FREQ=WEEKLY;UNTIL=20261220T235959Z"}, at(7, 10, 30)
	})
	m.event("s_R", at(14, 10, 30), weekly(), func(e *plan.Event) { e.Location, e.Description, e.Mark = s.Location, s.Description, s.Mark })
	m.expect("create s_R", "update s", "write s_R") // the first one has an end now, and so fixed times
	if m.link("s") == 0 || m.link("s_R") == m.link("s") {
		t.Fatal("wrong links")
	}
}

// turn is a change of a world at rest, and what is done about it.
type turn struct {
	name   string
	before func(m *model)
	change func(m *model)
	want   []string
}

func matching(t *testing.T, turns []turn) {
	t.Helper()
	for _, test := range turns {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			test.before(m)
			m.settle()
			test.change(m)
			m.expect(test.want...)
		})
	}
}

func one(m *model)   { m.event("a", at(0, 10, 0)) }
func two(m *model)   { one(m); m.event("b", at(0, 10, 0)) }
func apart(m *model) { one(m); m.event("b", at(0, 11, 0)) }
func renew(m *model) { m.set(func(s *plan.Settings) { s.Reschedule = "renew" }) }

// TestMatching and its kin are the matrix of who keeps, moves, shares and leaves.
func TestMatching(t *testing.T) {
	matching(t, []turn{
		{"one of two moves: who stays keeps the meeting", two, func(m *model) { m.move("b", at(0, 14, 0)) }, []string{"create b", "write b"}},
		{"one of two moves, the first: the other gives the title now", two, func(m *model) { m.move("a", at(0, 14, 0)) },
			[]string{"create a", "update b", "write a"}},
		{"both move together", two, func(m *model) { m.move("a", at(0, 14, 0)); m.move("b", at(0, 14, 0)) }, []string{"update a"}},
		{"both move apart", two, func(m *model) { m.move("a", at(0, 14, 0)); m.move("b", at(0, 15, 0)) },
			[]string{"create b", "update a", "write b"}},
		{"into a slot that has a meeting", apart, func(m *model) { m.move("b", at(0, 10, 0)) }, []string{"write b", "delete b"}},
		{"two change places: the meetings follow", apart, func(m *model) { m.move("a", at(0, 11, 0)); m.move("b", at(0, 10, 0)) },
			[]string{"update b", "update a"}},
		{"longer", apart, func(m *model) { m.edit("a", func(e *plan.Event) { e.End = at(0, 11, 30) }) }, []string{"update a"}},
		{"one of two cancelled: nothing to do, though it gave the title", two, func(m *model) { m.cancel("a") }, nil},
		{"one of two cancelled, the other", two, func(m *model) { m.cancel("b") }, []string{"release b"}},
		{"both cancelled", two, func(m *model) { m.cancel("a"); m.cancel("b") }, []string{"release a", "release b", "delete a"}},
		{"one cancelled, the other moves: the title is put right with it", two,
			func(m *model) { m.cancel("a"); m.move("b", at(0, 14, 0)) }, []string{"update b", "release a"}},
		{"one leaves by words", two, func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "a #meet" }) },
			[]string{"update b", "restore a native"}},
		{"one cancelled, another made in its slot: the room stays", one,
			func(m *model) { m.cancel("a"); m.event("b", at(0, 10, 0)) }, []string{"update b", "write b", "release a"}},
		{"the same, never sharing", func(m *model) {
			m.set(func(s *plan.Settings) { s.Share = "never" })
			m.event("a", at(0, 10, 0))
		}, func(m *model) { m.cancel("a"); m.event("b", at(0, 10, 0)) }, []string{"create b", "write b", "release a", "delete a"}},
		{"a third joins", two, func(m *model) { m.event("c", at(0, 10, 0)) }, []string{"write c"}},
		{"sharing ends by setting", two, func(m *model) { m.set(func(s *plan.Settings) { s.Share = "never" }) }, []string{"create b", "write b"}},
		{"sharing begins by setting", func(m *model) { m.set(func(s *plan.Settings) { s.Share = "never" }); two(m) },
			func(m *model) { m.set(func(s *plan.Settings) { s.Share = "slot" }) }, []string{"write b", "delete b"}},
	})
}

func TestMatchingWhenRenewed(t *testing.T) {
	matching(t, []turn{
		{"renewed", func(m *model) { renew(m); apart(m) }, func(m *model) { m.move("a", at(0, 15, 0)) },
			[]string{"create a", "write a", "delete a"}},
		{"renewed: a title alone is patched", func(m *model) { renew(m); apart(m) },
			func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "z" }) }, []string{"update z"}},
		{"renewed, into a slot that has a meeting", func(m *model) { renew(m); apart(m) }, func(m *model) { m.move("b", at(0, 10, 0)) },
			[]string{"write b", "delete b"}},
		{"renewed, but running", func(m *model) { renew(m); m.event("a", at(0, 10, 0)) },
			func(m *model) { m.w.Meetings[0].Running = true; m.move("a", at(0, 12, 0)) }, nil},
		{"renewed, but it has begun", func(m *model) { renew(m); m.event("a", at(0, 10, 0)) },
			func(m *model) {
				m.w.Now = at(0, 10, 10)
				m.edit("a", func(e *plan.Event) { e.End = at(0, 11, 0) })
			}, []string{"update a"}},
		{"renewed series keeps its open meeting", func(m *model) { renew(m); m.event("a", at(0, 10, 0), weekly()) },
			func(m *model) { m.move("a", at(0, 15, 0)) }, nil},
	})
}

func TestMatchingOfEdits(t *testing.T) {
	matching(t, []turn{
		{"a series moves: an open meeting has no time", func(m *model) { m.event("a", at(0, 10, 0), weekly()) },
			func(m *model) { m.move("a", at(0, 15, 0)) }, nil},
		{"a series is renamed", func(m *model) { m.event("a", at(0, 10, 0), weekly()) },
			func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "z" }) }, []string{"update z"}},
		{"single becomes series", one, func(m *model) { m.edit("a", weekly()) }, []string{"update a"}},
		{"series becomes single", func(m *model) { m.event("a", at(0, 10, 0), weekly()) },
			func(m *model) { m.edit("a", func(e *plan.Event) { e.Kind, e.Recurrence = sources.Single, nil }) }, []string{"update a"}},
		{"running: edits wait", one,
			func(m *model) { m.w.Meetings[0].Running = true; m.edit("a", func(e *plan.Event) { e.Title = "z" }) }, nil},
		{"begun: its start is not sent", one,
			func(m *model) { m.w.Now = at(0, 10, 10); m.move("a", at(0, 10, 5)) }, nil},
	})
}

func TestMatchingOfWhatIsGone(t *testing.T) {
	matching(t, []turn{
		{"gone in Zoom", one,
			func(m *model) { delete(m.host, m.w.Meetings[0].ID); m.w.Meetings[0].Missing = true },
			[]string{"create a", "write a", "delete a"}},
		{"gone in Zoom after it ended", one,
			func(m *model) {
				m.w.Now = at(40, 0, 0)
				delete(m.host, m.w.Meetings[0].ID)
				m.w.Meetings[0].Missing = true
			}, []string{"release a", "delete a"}},
		{"said to be gone, but listed", one,
			func(m *model) { m.w.Meetings[0].Missing = true; m.list() }, nil},
		{"not listed, and nobody has asked for it", one,
			func(m *model) { m.w.Listed = true }, nil},
		{"claim row lost", one, func(m *model) { m.w.Claims = nil }, []string{"claim a"}},
		{"ended long ago, claim row lost", one,
			func(m *model) { m.w.Claims, m.w.Now = nil, at(1, 0, 0) }, nil},
		{"an ended one does not hold the other back", two,
			func(m *model) { m.w.Now = at(0, 11, 0); m.move("b", at(0, 14, 0)) }, []string{"update b"}},
		{"kept when cancelled", func(m *model) {
			m.set(func(s *plan.Settings) { s.OnCancel = "keep" })
			m.event("a", at(0, 10, 0))
		}, func(m *model) { m.cancel("a") }, nil},
		{"kept when cancelled, and its title with it", func(m *model) {
			m.set(func(s *plan.Settings) { s.OnCancel = "keep" })
			m.event("a", at(0, 10, 0))
			m.event("b", at(0, 10, 0))
		}, func(m *model) { m.cancel("a") }, nil},
		{"kept when cancelled, until it is over", func(m *model) {
			m.set(func(s *plan.Settings) { s.OnCancel = "keep" })
			m.event("a", at(0, 10, 0))
		}, func(m *model) { m.cancel("a"); m.w.Now = at(0, 11, 0) }, []string{"release a"}},
		{"who stays unread keeps the meeting", func(m *model) {
			m.calendar(2, nil)
			m.event("a", at(0, 10, 0), on(2))
			m.event("b", at(0, 10, 0))
			m.event("c", at(0, 10, 0))
		}, func(m *model) {
			m.calendar(2, func(c *plan.Calendar) { c.Usable = false })
			m.move("b", at(0, 14, 0))
			m.move("c", at(0, 14, 0))
		}, []string{"create b", "write b", "write c"}},
		{"a claim of an event that is not known any more keeps the meeting", one,
			func(m *model) { m.w.Events = nil }, nil},
	})
}

// A moved event keeps its link, and the link is not written again.
func TestMoveKeepsTheLink(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	m.settle()
	link := m.link("a")
	m.move("a", at(2, 17, 15))
	m.settle()
	if h := m.host[m.link("a")]; m.link("a") != link || !h.Start.Equal(at(2, 17, 15)) || h.Minutes != 30 {
		t.Fatalf("meeting %+v", h)
	}
}

func TestTopics(t *testing.T) {
	long := ""
	for range 300 {
		long += "ü"
	}
	tests := []struct{ name, title, want string }{
		{"as it is", "Kickoff", "Kickoff"},
		{"empty", "", "Meeting"},
		{"blank", " \t\n", "Meeting"},
		{"several lines", "one\n  two\x00three", "one two three"},
		{"too long", long, long[:2*200]},
		{"umlauts", "Übergabe – Teil 2", "Übergabe – Teil 2"},
		{"broken text", "a\xffb", "ab"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			m.event("a", at(0, 10, 0), titled(test.title))
			m.settle()
			if got := m.host[m.link("a")].Topic; got != test.want {
				t.Fatalf("topic %q, want %q", got, test.want)
			}
		})
	}
	t.Run("private", func(t *testing.T) {
		m := newModel(t)
		m.event("a", at(0, 10, 0), titled("secret"), func(e *plan.Event) { e.Private = true })
		p := m.expect("create Meeting", "write a")
		if p.Actions[0].Draft.Topic != "Meeting" {
			t.Fatal(p.Actions[0].Draft.Topic)
		}
	})
}

func TestMinutes(t *testing.T) {
	for length, want := range map[time.Duration]int{0: 1, time.Second: 1, time.Minute: 1, 61 * time.Second: 2, 45 * time.Minute: 45,
		24 * time.Hour: 1440, 72 * time.Hour: 1440} {
		m := newModel(t)
		m.event("a", at(0, 10, 0), func(e *plan.Event) { e.End = e.Start.Add(length) })
		m.settle()
		if got := m.host[m.link("a")].Minutes; got != want {
			t.Errorf("%v: %d minutes, want %d", length, got, want)
		}
	}
}
