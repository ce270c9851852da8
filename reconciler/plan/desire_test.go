package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// TestRules tells for one fresh event at a time what is wanted for it and why.
// rule is an event in a world, and what is decided for it.
type rule struct {
	name   string
	world  func(m *model)
	event  []change
	wanted string
	reason plan.Reason
	detail string
}

type change = func(e *plan.Event)

func fields(set change) []change { return []change{set} }

// own is the mark of an event that shows a link of ours.
func own(e *plan.Event) sources.Mark {
	return sources.Mark{Installation: installation, EventHash: sources.HashEvent(e.ID), Meeting: "81000000001"}
}

func ruling(t *testing.T, tests []rule) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			m.event("a", at(0, 10, 0), test.event...)
			if test.world != nil {
				test.world(m)
			}
			p := m.plan()
			d := m.decision(p, "a")
			if d.Wanted != test.wanted || d.Reason != test.reason || test.detail != "" && d.Detail != test.detail {
				t.Fatalf("got %s, %s (%s), want %s, %s (%s)", d.Wanted, d.Reason, d.Detail, test.wanted, test.reason, test.detail)
			}
			writes := test.wanted == "static" || test.wanted == "zoom" && (d.Reason == plan.Default || d.Reason == plan.Fallback || d.Reason == plan.Override || d.Reason == plan.Chosen)
			asks := test.wanted == "native" && d.Reason != plan.Fallback && m.find("a").Native.Provider == ""
			if (len(p.Actions) > 0) != (writes || asks) {
				t.Fatalf("acts: %s", show(p))
			}
		})
	}
}

func TestRules(t *testing.T) {
	ruling(t, []rule{
		{name: "an ordinary meeting", wanted: "zoom", reason: plan.Default},
		{name: "calendar off", world: func(m *model) { m.w.Calendars[0].On = false }, wanted: "leave", reason: plan.CalendarOff},
		{name: "calendar unknown", world: func(m *model) { m.w.Calendars = nil }, wanted: "leave", reason: plan.CalendarOff},
		{name: "calendar off and unread", world: func(m *model) { m.w.Calendars[0].On, m.w.Calendars[0].Usable = false, false },
			wanted: "leave", reason: plan.CalendarOff},
		{name: "calendar unread", world: func(m *model) { m.w.Calendars[0].Usable = false }, wanted: "leave", reason: plan.Unread},
		{name: "paused", world: func(m *model) { m.w.Person.Paused = true }, wanted: "leave", reason: plan.Paused},
		{name: "paused and cancelled", world: func(m *model) { m.w.Person.Paused = true },
			event: fields(func(e *plan.Event) { e.Gone = sources.Tombstone }), wanted: "none", reason: plan.Cancelled},
		{name: "cancelled", event: fields(func(e *plan.Event) { e.Gone = sources.Tombstone }), wanted: "none", reason: plan.Cancelled, detail: "tombstone"},
		{name: "absent", event: fields(func(e *plan.Event) { e.Gone = sources.Absent }), wanted: "none", reason: plan.Cancelled, detail: "absent"},
		{name: "cancelled all-day event", event: fields(func(e *plan.Event) { e.Gone, e.AllDay = sources.Tombstone, true }),
			wanted: "none", reason: plan.Cancelled},
		{name: "another installation's", event: fields(func(e *plan.Event) { e.Mark = own(e); e.Mark.Installation = "there" }),
			wanted: "leave", reason: plan.OtherInstallation, detail: "there"},
		{name: "a copy of another installation's", event: fields(func(e *plan.Event) {
			e.Mark = own(e)
			e.Mark.Installation, e.Mark.EventHash = "there", sources.HashEvent("elsewhere")
		}), wanted: "zoom", reason: plan.Default},
		{name: "ended this minute", event: fields(func(e *plan.Event) { e.Start, e.End = at(0, 7, 30), at(0, 8, 0) }), wanted: "leave", reason: plan.Past},
		{name: "going on", event: fields(func(e *plan.Event) { e.Start, e.End = at(0, 7, 30), at(0, 8, 1) }), wanted: "zoom", reason: plan.Default},
		{name: "series that has ended", event: []change{weekly(), func(e *plan.Event) {
			e.Start, e.End, e.Last = at(-14, 10, 0), at(-14, 10, 30), at(-7, 10, 30)
		}}, wanted: "leave", reason: plan.Past},
		{name: "series that goes on", event: []change{weekly(), func(e *plan.Event) {
			e.Start, e.End = at(-700, 10, 0), at(-700, 10, 30)
		}}, wanted: "zoom", reason: plan.Default},
		{name: "faulty", event: fields(func(e *plan.Event) { e.Problem = "unknown time zone \"Mars\"" }),
			wanted: "leave", reason: plan.Invalid, detail: "unknown time zone \"Mars\""},
		{name: "beyond the horizon", event: fields(func(e *plan.Event) { e.Start, e.End = at(181, 9, 0), at(181, 10, 0) }),
			wanted: "leave", reason: plan.Later},
		{name: "at the horizon", event: fields(func(e *plan.Event) { e.Start, e.End = at(180, 8, 0), at(180, 9, 0) }),
			wanted: "zoom", reason: plan.Default},
		{name: "beyond a nearer horizon", world: func(m *model) { m.w.Horizon = time.Hour }, wanted: "leave", reason: plan.Later},
		{name: "organised elsewhere", event: fields(func(e *plan.Event) { e.OrganizedHere = false }), wanted: "leave", reason: plan.NotOrganizer},
		{name: "read-only", event: fields(func(e *plan.Event) { e.ReadOnly = true }), wanted: "leave", reason: plan.ReadOnly},
		{name: "all-day", event: fields(func(e *plan.Event) { e.AllDay = true }), wanted: "leave", reason: plan.AllDay},
		{name: "focus time", event: fields(func(e *plan.Event) { e.Type = "focusTime" }), wanted: "leave", reason: plan.WrongKind, detail: "focusTime"},
		{name: "ordinary by name", event: fields(func(e *plan.Event) { e.Type = "default" }), wanted: "zoom", reason: plan.Default},
		{name: "declined", event: fields(func(e *plan.Event) { e.Declined = true }), wanted: "leave", reason: plan.Declined},
	})
}

func TestRulesOfWordsAndLinks(t *testing.T) {
	ruling(t, []rule{
		{name: "words for Meet", event: fields(func(e *plan.Event) { e.Title = "Sync #meet" }), wanted: "native", reason: plan.Override},
		{name: "words for Teams on Google", event: fields(func(e *plan.Event) { e.Title = "Sync #teams" }), wanted: "none", reason: plan.Override},
		{name: "words for Teams on Microsoft", world: func(m *model) { m.w.Calendars[0].Provider = sources.Microsoft },
			event: fields(func(e *plan.Event) { e.Title = "Sync #teams" }), wanted: "native", reason: plan.Override},
		{name: "words for no link", event: fields(func(e *plan.Event) { e.Title = "Sync #nolink" }), wanted: "none", reason: plan.Override},
		{name: "words for Zoom, though alone", event: fields(func(e *plan.Event) { e.Title, e.Guests = "Sync #zoom", 0 }),
			wanted: "zoom", reason: plan.Override},
		{name: "words for Zoom, with somebody's Zoom link", event: fields(func(e *plan.Event) {
			e.Title, e.Location = "Sync #zoom", "https://zoom.us/j/99999999999"
		}), wanted: "leave", reason: plan.ForeignLink, detail: "zoom"},
		{name: "words for Zoom without Zoom", world: func(m *model) { m.w.Person.Zoom, m.w.Person.ZoomReason = false, "needs_reauth" },
			event: fields(func(e *plan.Event) { e.Title = "Sync #zoom" }), wanted: "zoom", reason: plan.NeedsReauth},
		{name: "somebody's Webex link", event: fields(func(e *plan.Event) { e.Description = "https://acme.webex.com/meet/ada" }),
			wanted: "leave", reason: plan.ForeignLink, detail: "webex"},
		{name: "somebody's link, to be replaced", world: func(m *model) { m.set(func(s *plan.Settings) { s.Foreign = "replace" }) },
			event: fields(func(e *plan.Event) { e.Description = "https://acme.webex.com/meet/ada" }), wanted: "zoom", reason: plan.Default},
		{name: "the fixed URL is no stranger", world: func(m *model) { m.set(func(s *plan.Settings) { s.Static = "https://acme.webex.com/meet/ada" }) },
			event: fields(func(e *plan.Event) { e.Description = "https://acme.webex.com/meet/ada" }), wanted: "zoom", reason: plan.Default},
		{name: "a Meet link that the calendar made", event: fields(func(e *plan.Event) {
			e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
			e.Description = "https://meet.google.com/abc-defg-hij"
		}), wanted: "zoom", reason: plan.Default},
		{name: "a copied link of ours", event: fields(func(e *plan.Event) {
			e.Mark = sources.Mark{Installation: installation, EventHash: sources.HashEvent("other"), Meeting: "81234567890"}
			e.Location = "https://us02web.zoom.us/j/81234567890?pwd=x"
		}), wanted: "zoom", reason: plan.Default},
	})
}

func TestRulesBySettings(t *testing.T) {
	ruling(t, []rule{
		{name: "no guests", event: fields(func(e *plan.Event) { e.Guests = 0 }), wanted: "leave", reason: plan.NoGuests},
		{name: "no guests, all eligible", world: func(m *model) { m.set(func(s *plan.Settings) { s.Eligible = "all" }) },
			event: fields(func(e *plan.Event) { e.Guests = 0 }), wanted: "zoom", reason: plan.Default},
		{name: "a place", event: fields(func(e *plan.Event) { e.Location = "Room 4" }), wanted: "zoom", reason: plan.Default},
		{name: "a place, to be skipped", world: func(m *model) { m.set(func(s *plan.Settings) { s.InPerson = "skip" }) },
			event: fields(func(e *plan.Event) { e.Location = "Room 4" }), wanted: "leave", reason: plan.InPerson},
		{name: "made before", world: func(m *model) { m.calendar(1, func(c *plan.Calendar) { c.NewOnly, c.OnSince = true, at(0, 0, 0) }) },
			wanted: "leave", reason: plan.BeforeStart},
		{name: "made before, all wanted", world: func(m *model) { m.calendar(1, func(c *plan.Calendar) { c.OnSince = at(0, 0, 0) }) },
			wanted: "zoom", reason: plan.Default},
		{name: "Zoom not connected", world: func(m *model) { m.w.Person.Zoom, m.w.Person.ZoomReason = false, "not_connected" },
			wanted: "native", reason: plan.Fallback, detail: "not_connected"},
		{name: "Zoom not connected, fixed URL next", world: func(m *model) {
			m.w.Person.Zoom = false
			m.set(func(s *plan.Settings) { s.Prefer, s.Static = []string{"zoom", "static"}, "https://acme.test/ada" })
		}, wanted: "static", reason: plan.Fallback},
		{name: "fixed URL not set", world: func(m *model) { m.set(func(s *plan.Settings) { s.Prefer = []string{"static", "zoom"} }) },
			wanted: "zoom", reason: plan.Fallback},
		{name: "nothing usable", world: func(m *model) {
			m.w.Person.Zoom = false
			m.set(func(s *plan.Settings) { s.Prefer = []string{"zoom"} })
		}, wanted: "leave", reason: plan.NoProvider},
		{name: "none preferred", world: func(m *model) { m.set(func(s *plan.Settings) { s.Prefer = []string{"none"} }) },
			wanted: "none", reason: plan.Default},
		{name: "Meet kept", world: func(m *model) { m.set(func(s *plan.Settings) { s.ReplaceNative = false }) },
			event: fields(func(e *plan.Event) {
				e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
			}),
			wanted: "native", reason: plan.Default},
		{name: "Meet kept where there is none", world: func(m *model) { m.set(func(s *plan.Settings) { s.ReplaceNative = false }) },
			wanted: "zoom", reason: plan.Default},
	})
}

// TestRulesWithALink tells what becomes of a link that was given out.
func TestRulesWithALink(t *testing.T) {
	tests := []struct {
		name   string
		change func(m *model)
		want   []string
		reason plan.Reason
	}{
		{"calendar off: stays, and is not followed", func(m *model) { m.w.Calendars[0].On = false; m.move("a", at(0, 15, 0)) }, nil, plan.CalendarOff},
		{"calendar off: not even a cancellation", func(m *model) { m.w.Calendars[0].On = false; m.cancel("a") }, nil, plan.CalendarOff},
		{"unread: stays", func(m *model) { m.w.Calendars[0].Usable = false; m.cancel("a") }, nil, plan.Unread},
		{"paused: stays", func(m *model) { m.w.Person.Paused = true }, nil, plan.Default},
		{"paused: a move is followed", func(m *model) { m.w.Person.Paused = true; m.move("a", at(0, 15, 0)) }, []string{"update a"}, plan.Default},
		{"paused: a cancellation is followed", func(m *model) { m.w.Person.Paused = true; m.cancel("a") },
			[]string{"release a", "delete a"}, plan.Cancelled},
		{"ended: stays", func(m *model) { m.w.Now = at(0, 11, 0) }, nil, plan.Past},
		{"cancelled after it ended", func(m *model) { m.w.Now = at(0, 11, 0); m.cancel("a") }, []string{"release a"}, plan.Cancelled},
		{"absent", func(m *model) { m.edit("a", func(e *plan.Event) { e.Gone = sources.Absent }) }, []string{"release a", "delete a"}, plan.Cancelled},
		{"moved beyond the horizon", func(m *model) { m.move("a", at(300, 10, 0)) }, []string{"update a"}, plan.Default},
		{"organised elsewhere now", func(m *model) {
			m.edit("a", func(e *plan.Event) { e.OrganizedHere = false })
			m.move("a", at(0, 15, 0))
		}, []string{"update a"}, plan.NotOrganizer},
		{"locked now", func(m *model) { m.edit("a", func(e *plan.Event) { e.ReadOnly, e.Title = true, "b" }) }, []string{"update b"}, plan.ReadOnly},
		{"faulty now", func(m *model) { m.edit("a", func(e *plan.Event) { e.Problem, e.Title = "bad", "b" }) }, nil, plan.Invalid},
		{"all-day now", func(m *model) { m.edit("a", func(e *plan.Event) { e.AllDay = true }) }, []string{"restore a", "delete a"}, plan.AllDay},
		{"declined now", func(m *model) { m.edit("a", func(e *plan.Event) { e.Declined = true }) }, []string{"restore a", "delete a"}, plan.Declined},
		{"asks for Meet now", func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "a #meet" }) },
			[]string{"restore a native", "delete a"}, plan.Override},
		{"asks for Teams now", func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "a #teams" }) }, []string{"restore a", "delete a"}, plan.Override},
		{"asks for no link now", func(m *model) { m.edit("a", func(e *plan.Event) { e.Title = "a #nolink" }) }, []string{"restore a", "delete a"}, plan.Override},
		{"somebody's link now", func(m *model) {
			m.edit("a", func(e *plan.Event) { e.Description += "\nhttps://acme.webex.com/meet/ada" })
		}, []string{"restore a", "delete a"}, plan.ForeignLink},
		{"last guest gone", func(m *model) { m.edit("a", func(e *plan.Event) { e.Guests = 0 }) }, []string{"restore a", "delete a"}, plan.NoGuests},
		{"only new events now: keeps it", func(m *model) {
			m.calendar(1, func(c *plan.Calendar) { c.NewOnly, c.OnSince = true, at(0, 7, 0) })
		}, nil, plan.Default},
		{"native preferred now", func(m *model) { m.set(func(s *plan.Settings) { s.Prefer = []string{"native"} }) },
			[]string{"restore a native", "delete a"}, plan.Default},
		{"nothing preferred now", func(m *model) { m.set(func(s *plan.Settings) { s.Prefer = []string{"none"} }) },
			[]string{"restore a", "delete a"}, plan.Default},
		{"fixed URL preferred now", func(m *model) {
			m.set(func(s *plan.Settings) { s.Prefer, s.Static = []string{"static"}, "https://acme.test/ada" })
		}, []string{"write a static", "delete a"}, plan.Default},
		{"another installation's mark", func(m *model) { m.edit("a", func(e *plan.Event) { e.Mark.Installation = "there" }) },
			[]string{"release a", "delete a"}, plan.OtherInstallation},
		{"Zoom gone: stays", func(m *model) { m.w.Person.Zoom, m.w.Person.ZoomReason = false, "needs_reauth" }, nil, plan.Default},
		{"block stripped: repaired", func(m *model) {
			m.edit("a", func(e *plan.Event) { e.Description, e.Location = "", "" })
		}, []string{"write a"}, plan.Default},
		{"location emptied: repaired", func(m *model) { m.edit("a", func(e *plan.Event) { e.Location = "" }) }, []string{"write a"}, plan.Default},
		{"place typed: stays", func(m *model) { m.edit("a", func(e *plan.Event) { e.Location = "Room 4" }) }, nil, plan.Default},
		{"Meet added: replaced", func(m *model) {
			m.edit("a", func(e *plan.Event) {
				e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
			})
		}, []string{"write a"}, plan.Default},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			m.event("a", at(0, 10, 0))
			m.settle()
			test.change(m)
			p := m.expect(test.want...)
			if d := m.decision(p, "a"); d.Reason != test.reason {
				t.Fatalf("reason is %s, want %s", d.Reason, test.reason)
			}
		})
	}
}

func TestNativeComesBackWhereItWas(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0), func(e *plan.Event) {
		e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
	})
	m.settle()
	m.edit("a", func(e *plan.Event) { e.Guests = 0 })
	m.expect("restore a native", "delete a")
	if m.find("a").Native.Provider != "meet" {
		t.Fatal("no native link")
	}
}

// Who asks for the calendar's own link gets one where there is none; who merely
// falls back to it is left.
func TestNativeIsAskedFor(t *testing.T) {
	native := func(m *model) { m.set(func(s *plan.Settings) { s.Prefer = []string{"native", "zoom"} }) }
	for name, test := range map[string]struct {
		world  func(m *model)
		change func(e *plan.Event)
		want   []string
	}{
		"preferred":           {world: native, want: []string{"restore a native"}},
		"asked for in words":  {change: func(e *plan.Event) { e.Title = "Plans #meet" }, want: []string{"restore a native"}},
		"fallback":            {world: func(m *model) { m.w.Person.Zoom = false }},
		"there is one":        {world: native, change: func(e *plan.Event) { e.Native = sources.Native{Provider: "meet", Pending: true} }},
		"it could not be had": {world: native, change: func(e *plan.Event) { e.Native.Failed = true }},
		"an add-on's card":    {world: native, change: func(e *plan.Event) { e.Conference = "https://card.test/1" }},
		"nobody is invited":   {world: native, change: func(e *plan.Event) { e.Guests = 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			m := newModel(t)
			m.event("a", at(0, 10, 0))
			if test.change != nil {
				m.edit("a", test.change)
			}
			if test.world != nil {
				test.world(m)
			}
			m.expect(test.want...)
		})
	}
}

// The words of an event win over the setting that keeps Meet where it stands.
func TestWordsForZoomReplaceMeet(t *testing.T) {
	m := newModel(t)
	m.set(func(s *plan.Settings) { s.ReplaceNative = false })
	m.event("a", at(0, 10, 0), func(e *plan.Event) {
		e.Title, e.Native = "Plans #zoom", sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
	})
	m.expect("create Plans #zoom", "write a")
	if m.find("a").Native.Provider != "" {
		t.Fatal("Meet stands beside our link")
	}
	m.expect()
}

// Asking for a link takes nothing away, so no number of them is too many.
func TestNativeAskedForIsNoRemoval(t *testing.T) {
	m := newModel(t)
	m.set(func(s *plan.Settings) { s.Prefer = []string{"native"} })
	for i := range 40 {
		m.event(fmt.Sprintf("e%02d", i), at(i, 10, 0))
	}
	if p := m.plan(); p.Brake != nil || len(p.Actions) != 40 {
		t.Fatalf("brake %v, %d actions", p.Brake, len(p.Actions))
	}
}

// With foreign=replace a link that makes up the whole location makes way for ours.
func TestForeignLocationIsReplaced(t *testing.T) {
	m := newModel(t)
	m.set(func(s *plan.Settings) { s.Foreign = "replace" })
	m.event("a", at(0, 10, 0))
	m.edit("a", func(e *plan.Event) { e.Location = "https://us02web.zoom.us/j/89123456789?pwd=x" })
	m.event("b", at(0, 11, 0))
	m.edit("b", func(e *plan.Event) { e.Location = "Room 4, https://acme.webex.com/meet/ada" })
	m.expect("create a", "create b", "write a", "write b")
	m.expect()
	if got := m.find("a").Location; strings.Contains(got, "89123456789") {
		t.Errorf("location %q", got)
	}
	if got := m.find("b").Location; got != "Room 4, https://acme.webex.com/meet/ada" {
		t.Errorf("location %q", got)
	}
}

func TestLaterTellsWhenItIsLookedAtAgain(t *testing.T) {
	m := newModel(t)
	m.event("a", at(200, 10, 0))
	if d := m.decision(m.expect(), "a"); !d.Until.Equal(at(20, 10, 0)) {
		t.Fatalf("until %v", d.Until)
	}
	m.w.Now = at(20, 10, 0)
	m.expect("create a", "write a")
}

// series is a world at rest with a weekly event s.
func series(t *testing.T, more ...change) *model {
	t.Helper()
	m := newModel(t)
	m.event("s", at(0, 10, 0), append([]change{weekly()}, more...)...)
	m.settle()
	return m
}

// inherit makes an exception with what its series carries, as calendars do.
func inherit(m *model, id string, original, start time.Time, changes ...change) {
	s := *m.find("s")
	m.event(id, start, append([]change{occurrence("s", original), func(e *plan.Event) {
		e.Location, e.Description, e.Mark, e.Title = s.Location, s.Description, s.Mark, s.Title
	}}, changes...)...)
}

// Words on one occurrence are about that occurrence.
func TestExceptions(t *testing.T) {
	t.Run("moved, with all that the series carries", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 15, 0))
		m.expect("claim s_1")
	})
	t.Run("moved, without the link", func(t *testing.T) {
		m := series(t)
		m.event("s_1", at(7, 15, 0), occurrence("s", at(7, 10, 0)))
		m.expect("write s_1")
		if m.link("s_1") != m.link("s") || len(m.host) != 1 {
			t.Fatal("not the series' link")
		}
	})
	t.Run("renamed", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 10, 0), titled("special"), func(e *plan.Event) { e.Created = at(-9, 0, 0) })
		m.expect("claim s_1")
	})
	t.Run("beyond the horizon", func(t *testing.T) {
		m := series(t)
		m.event("s_1", at(301, 15, 0), occurrence("s", at(301, 10, 0)))
		m.expect("write s_1")
	})
	t.Run("ended", func(t *testing.T) {
		m := series(t)
		m.event("s_1", at(-7, 15, 0), occurrence("s", at(-7, 10, 0)))
		m.expect()
	})
	t.Run("cancelled", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 10, 0), func(e *plan.Event) { e.Gone = sources.Tombstone })
		m.expect()
	})
	t.Run("cancelled after it claimed", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 15, 0))
		m.settle()
		m.cancel("s_1")
		m.expect("release s_1")
	})
	t.Run("in person this once", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 10, 0), titled("s in person"))
		m.expect("restore s_1")
		if m.link("s") == 0 || m.link("s_1") != 0 {
			t.Fatal("wrong links")
		}
	})
	t.Run("somebody's link this once", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 10, 0))
		m.settle()
		m.edit("s_1", func(e *plan.Event) { e.Description += "\nhttps://acme.webex.com/meet/ada" })
		m.expect("restore s_1")
	})
}

func TestExceptionsAndTheirSeries(t *testing.T) {
	t.Run("series unknown", func(t *testing.T) {
		m := newModel(t)
		m.event("x_1", at(7, 15, 0), occurrence("x", at(7, 10, 0)))
		m.expect("create x_1", "write x_1")
		if m.host[m.link("x_1")].Type != 2 {
			t.Fatal("not a meeting of its own")
		}
	})
	t.Run("series not eligible, exception is", func(t *testing.T) {
		m := newModel(t)
		m.event("s", at(0, 10, 0), weekly(), func(e *plan.Event) { e.Guests = 0 })
		m.event("s_1", at(7, 10, 0), occurrence("s", at(7, 10, 0)))
		m.expect("create s_1", "write s_1")
	})
	t.Run("moved beyond the end of its series", func(t *testing.T) {
		m := series(t, func(e *plan.Event) { e.Recurrence, e.Last = []string{"RRULE:FREQ=WEEKLY;COUNT=2"}, at(7, 10, 30) })
		inherit(m, "s_1", at(7, 10, 0), at(9, 10, 0))
		m.settle()
		m.w.Now = at(8, 12, 0)
		p := m.expect()
		if d := m.decision(p, "s"); d.Reason != plan.Default {
			t.Fatalf("series is %s while an occurrence is to come", d.Reason)
		}
		m.w.Now = at(10, 0, 0)
		if d := m.decision(m.expect(), "s"); d.Reason != plan.Past {
			t.Fatalf("series is %s", d.Reason)
		}
	})
	t.Run("series cancelled with its exceptions", func(t *testing.T) {
		m := series(t)
		inherit(m, "s_1", at(7, 10, 0), at(7, 15, 0))
		m.settle()
		m.cancel("s")
		m.cancel("s_1")
		m.expect("release s", "release s_1", "delete s")
	})
}
