package plan_test

import (
	"slices"
	"strconv"
	"testing"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// choose puts a choice for an event in the place of the one before; "" takes it back.
func (m *model) choose(id, provider string) {
	ref := m.find(id).Ref()
	m.w.Choices = slices.DeleteFunc(m.w.Choices, func(c plan.Choice) bool { return c.Event == ref })
	if provider != "" {
		m.w.Choices = append(m.w.Choices, plan.Choice{Event: ref, Provider: provider, At: m.w.Now, By: "ada"})
	}
}

// renew asks for a new link in the place of the one that an event claims, if it
// claims one and no other is on its way.
func (m *model) renew(id string) {
	e := m.find(id)
	for _, c := range m.w.Claims {
		if c.Event != e.Ref() || e.Mark.Meeting != strconv.FormatInt(c.Meeting, 10) {
			continue
		}
		m.w.Renewals = slices.DeleteFunc(m.w.Renewals, func(r plan.Renewal) bool { return r.Event == c.Event })
		m.w.Renewals = append(m.w.Renewals, plan.Renewal{Event: c.Event, Meeting: c.Meeting})
	}
}

// fulfil ends the renewals of events that neither claim nor show the old meeting.
func (m *model) fulfil() {
	m.w.Renewals = slices.DeleteFunc(m.w.Renewals, func(r plan.Renewal) bool {
		claims := slices.ContainsFunc(m.w.Claims, func(c plan.Claim) bool { return c.Event == r.Event && c.Meeting == r.Meeting })
		return !claims && m.find(r.Event.Event).Mark.Meeting != strconv.FormatInt(r.Meeting, 10)
	})
}

func choice(provider string) func(m *model) { return func(m *model) { m.choose("a", provider) } }

const room = "https://acme.test/ada"

func withRoom(m *model) { m.set(func(s *plan.Settings) { s.Static = room }) }

func TestChoices(t *testing.T) {
	const told = "chosen on 2026-12-07 08:00 UTC by ada"
	ruling(t, []rule{
		{name: "zoom", world: choice("zoom"), wanted: "zoom", reason: plan.Chosen, detail: told},
		{name: "native", world: choice("native"), wanted: "native", reason: plan.Chosen, detail: told},
		{name: "none", world: choice("none"), wanted: "none", reason: plan.Chosen, detail: told},
		{name: "static", world: func(m *model) { withRoom(m); m.choose("a", "static") }, wanted: "static", reason: plan.Chosen, detail: told},
		{name: "static, and nothing is set", world: choice("static"), wanted: "leave", reason: plan.NoProvider, detail: told + ", and no fixed URL is set"},
		{name: "above the event's words", world: choice("native"), event: fields(titled("a #zoom")), wanted: "native", reason: plan.Chosen},
		{name: "above words for nothing", world: choice("zoom"), event: fields(titled("a #nolink")), wanted: "zoom", reason: plan.Chosen},
		{name: "above the preference", world: func(m *model) {
			m.set(func(s *plan.Settings) { s.Prefer = []string{"native"} })
			m.choose("a", "zoom")
		}, wanted: "zoom", reason: plan.Chosen},
		{name: "without guests", world: choice("zoom"), event: fields(func(e *plan.Event) { e.Guests = 0 }), wanted: "zoom", reason: plan.Chosen},
		{name: "beside somebody's link", world: choice("zoom"), event: fields(func(e *plan.Event) { e.Location = "https://acme.webex.com/meet/ada" }),
			wanted: "zoom", reason: plan.Chosen},
		{name: "from before its calendar was on", world: func(m *model) {
			m.calendar(1, func(c *plan.Calendar) { c.NewOnly, c.OnSince = true, at(0, 7, 0) })
			m.choose("a", "zoom")
		}, wanted: "zoom", reason: plan.Chosen},
		{name: "Zoom cannot be used", world: func(m *model) {
			m.w.Person.Zoom, m.w.Person.ZoomReason = false, "needs_reauth"
			m.choose("a", "zoom")
		}, wanted: "zoom", reason: plan.NeedsReauth, detail: told},
		{name: "somebody else's event", world: choice("zoom"), event: fields(func(e *plan.Event) { e.OrganizedHere = false }),
			wanted: "leave", reason: plan.NotOrganizer},
		{name: "locked", world: choice("zoom"), event: fields(func(e *plan.Event) { e.ReadOnly = true }), wanted: "leave", reason: plan.ReadOnly},
		{name: "all day", world: choice("zoom"), event: fields(func(e *plan.Event) { e.AllDay = true }), wanted: "leave", reason: plan.AllDay},
		{name: "declined", world: choice("zoom"), event: fields(func(e *plan.Event) { e.Declined = true }), wanted: "leave", reason: plan.Declined},
		{name: "over", world: func(m *model) { m.choose("a", "zoom"); m.w.Now = at(0, 11, 0) }, wanted: "leave", reason: plan.Past},
		{name: "calendar off", world: func(m *model) { m.w.Calendars[0].On = false; m.choose("a", "zoom") }, wanted: "leave", reason: plan.CalendarOff},
	})
}

// weeklies puts a series on the calendar with an occurrence that was changed.
func weeklies(m *model) {
	m.event("s", at(1, 10, 0), weekly(), titled("Weekly"))
	m.event("o", at(8, 15, 0), occurrence("s", at(8, 10, 0)), titled("Weekly"))
}

func TestChoicesOverTime(t *testing.T) {
	matching(t, []turn{
		{"another provider", one, choice("native"), []string{"restore a native", "delete a"}},
		{"no link", one, choice("none"), []string{"restore a", "delete a"}},
		{"the fixed link", func(m *model) { withRoom(m); one(m) }, choice("static"), []string{"write a static", "delete a"}},
		{"what it has already", one, choice("zoom"), nil},
		{"back again", func(m *model) { one(m); m.choose("a", "none") }, choice(""), []string{"create a", "write a"}},
		{"from the fixed link", func(m *model) { withRoom(m); one(m); m.choose("a", "static") }, choice("zoom"), []string{"create a", "write a"}},
		{"after a move", func(m *model) { one(m); m.choose("a", "none") }, func(m *model) { m.move("a", at(1, 12, 0)) }, nil},
		{"words that come later do not count", func(m *model) { one(m); m.choose("a", "none") },
			func(m *model) { m.edit("a", titled("a #zoom")) }, nil},
		{"one of two", two, choice("none"), []string{"update b", "restore a"}},
		{"the fixed link is not set any more", func(m *model) { withRoom(m); one(m); m.choose("a", "static") },
			func(m *model) { m.set(func(s *plan.Settings) { s.Static = "" }) }, []string{"restore a"}},
		{"a series and its occurrences", weeklies, func(m *model) { m.choose("s", "none") }, []string{"restore s", "restore o", "delete Weekly"}},
		{"an occurrence alone", weeklies, func(m *model) { m.choose("o", "none") }, []string{"restore o"}},
		{"an occurrence stands above its series", func(m *model) { weeklies(m); m.choose("s", "none") },
			func(m *model) { m.choose("o", "zoom") }, []string{"create Weekly", "write o"}},
		{"an occurrence's own words stand above its series' choice", func(m *model) { weeklies(m); m.choose("s", "none") },
			func(m *model) { m.edit("o", titled("Weekly #zoom")) }, []string{"create Weekly #zoom", "write o"}},
		{"the calendar's own link goes, whatever the setting", func(m *model) {
			m.set(func(s *plan.Settings) { s.ReplaceNative = false })
			m.event("a", at(0, 10, 0), func(e *plan.Event) {
				e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
			})
		}, choice("zoom"), []string{"create a", "write a"}},
	})
}

// Many choices are many people's own doing: the brake does not stop them.
func TestChoicesAreNoAccident(t *testing.T) {
	m := newModel(t)
	for i := range 9 {
		m.event("e"+strconv.Itoa(i), at(i, 10, 0))
	}
	m.settle()
	for i := range 9 {
		m.choose("e"+strconv.Itoa(i), "none")
	}
	if p := m.plan(); p.Brake != nil || len(p.Held) > 0 {
		t.Fatalf("held: %+v", p.Held)
	}
}

// What people took off twice comes back when somebody chooses it after that.
func TestChoiceBringsABlockBack(t *testing.T) {
	m := newModel(t)
	one(m)
	m.settle()
	strip := func(e *plan.Event) { e.Location, e.Description = "", "" }
	m.edit("a", strip)
	m.expect("write a")
	m.w.Now = m.w.Now.Add(1)
	m.edit("a", strip)
	m.expect("leave a")
	m.w.Now = m.w.Now.Add(1)
	m.choose("a", "zoom")
	m.expect("write a")
	m.w.Now = m.w.Now.Add(1)
	m.edit("a", strip)
	m.expect("leave a")
}

func TestRenewals(t *testing.T) {
	renews := func(ids ...string) func(m *model) {
		return func(m *model) {
			for _, id := range ids {
				m.renew(id)
			}
		}
	}
	never := func(m *model) { m.set(func(s *plan.Settings) { s.Share = "never" }) }
	matching(t, []turn{
		{"one event", one, renews("a"), []string{"create a", "write a", "delete a"}},
		{"asked for twice", one, renews("a", "a"), []string{"create a", "write a", "delete a"}},
		{"one of two: both move together", two, renews("b"), []string{"create a", "write a", "write b", "delete a"}},
		{"both of two", two, renews("a", "b"), []string{"create a", "write a", "write b", "delete a"}},
		{"never sharing: it alone", func(m *model) { never(m); two(m) }, renews("b"), []string{"create b", "write b", "delete b"}},
		{"a series with its occurrences", weeklies, renews("s"), []string{"create Weekly", "write s", "write o", "delete Weekly"}},
		{"running: it waits", one, func(m *model) { m.w.Meetings[0].Running = true; m.renew("a") }, nil},
		{"a running series waits", weeklies, func(m *model) { m.w.Meetings[0].Running = true; m.renew("s") }, nil},
		{"begun: it stays", one, func(m *model) { m.renew("a"); m.w.Now = at(0, 10, 5) }, nil},
		{"moved meanwhile", one, func(m *model) { m.renew("a"); m.move("a", at(0, 15, 0)) }, []string{"create a", "write a", "delete a"}},
		{"moved away from who stays: that one keeps it", two, func(m *model) { m.renew("b"); m.move("b", at(0, 15, 0)) },
			[]string{"create b", "write b"}},
		{"moved to a slot that has a meeting: that one", apart, func(m *model) { m.renew("b"); m.move("b", at(0, 10, 0)) },
			[]string{"write b", "delete b"}},
		{"cancelled meanwhile", one, func(m *model) { m.renew("a"); m.cancel("a") }, []string{"release a", "delete a"}},
		{"another provider meanwhile", one, func(m *model) { m.renew("a"); m.choose("a", "none") }, []string{"restore a", "delete a"}},
		{"gone in Zoom meanwhile", one, func(m *model) {
			m.renew("a")
			delete(m.host, m.w.Meetings[0].ID)
			m.w.Meetings[0].Missing = true
		}, []string{"create a", "write a", "delete a"}},
		{"beside one that may not be written: it waits", func(m *model) {
			two(m)
			m.settle()
			m.edit("b", func(e *plan.Event) { e.ReadOnly = true })
		}, renews("a"), nil},
	})
}

// A meeting that is to be replaced is no room for who comes next.
func TestRenewedMeetingIsNotUsedAgain(t *testing.T) {
	m := newModel(t)
	one(m)
	m.settle()
	old := m.link("a")
	m.renew("a")
	m.move("a", at(0, 15, 0))
	m.event("b", at(0, 10, 0))
	m.settle()
	if m.link("a") == old || m.link("b") == old || m.host[old] != nil {
		t.Fatalf("a shows %d, b %d, the old one was %d", m.link("a"), m.link("b"), old)
	}
}

// What waits for a new link keeps the one that it has.
func TestRenewalWaits(t *testing.T) {
	tests := []struct {
		name   string
		world  func(m *model)
		reason plan.Reason
		detail string
	}{
		{name: "for the day's budget", world: func(m *model) { m.w.Budget.Left = 0 }, reason: plan.DailyLimit},
		{name: "for Zoom", world: func(m *model) { m.w.Person.Zoom, m.w.Person.ZoomReason = false, "needs_reauth" }, reason: plan.NeedsReauth},
		{name: "for an answer", world: func(m *model) {
			ref := m.find("a").Ref()
			m.w.Intents = []plan.Intent{{Reference: installation + ":u", Slot: plan.Slot{Start: at(0, 10, 0), End: at(0, 10, 30)},
				Events: []sources.EventRef{ref}, SentAt: m.w.Now}}
		}, reason: plan.Unanswered},
		{name: "for the meeting to end", world: func(m *model) { m.w.Meetings[0].Running = true }, reason: plan.Default,
			detail: "a new link was asked for; it is made when the Zoom meeting is not running any more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newModel(t)
			one(m)
			m.settle()
			old := m.link("a")
			m.renew("a")
			test.world(m)
			p := m.plan()
			if len(p.Actions) > 0 {
				t.Fatalf("acts: %s", show(p))
			}
			if d := m.decision(p, "a"); d.Reason != test.reason || test.detail != "" && d.Detail != test.detail {
				t.Fatalf("decision %+v", d)
			}
			m.w.Person.Zoom, m.w.Budget.Left, m.w.Intents, m.w.Meetings[0].Running = true, 10, nil, false
			m.settle()
			if m.link("a") == old || m.host[old] != nil || m.host[m.link("a")] == nil {
				t.Fatalf("it shows %d, the old one was %d", m.link("a"), old)
			}
		})
	}
}

// An unanswered create of a renewal is found again: there are never two new ones.
func TestRenewalIsMadeOnce(t *testing.T) {
	m := newModel(t)
	one(m)
	m.settle()
	m.renew("a")
	for _, a := range m.plan().Actions {
		if a.Kind != plan.Create {
			continue
		}
		draft := a.Draft
		draft.Reference = installation + ":lost"
		m.make(draft)
		m.w.Intents = append(m.w.Intents, plan.Intent{Reference: draft.Reference, Slot: a.Slot, Events: a.Events, SentAt: m.w.Now})
	}
	m.settle()
	if len(m.host) != 1 || m.host[m.link("a")] == nil {
		t.Fatalf("%d meetings", len(m.host))
	}
}

// Why a meeting is replaced stands on each action.
func TestRenewalsTellWhy(t *testing.T) {
	m := newModel(t)
	one(m)
	m.settle()
	m.list()
	m.renew("a")
	p := m.plan()
	for _, a := range p.Actions {
		if a.Reason != plan.Renewed {
			t.Errorf("%s because of %s", describe(a), a.Reason)
		}
	}
	if d := m.decision(p, "a"); d.Reason != plan.Default {
		t.Errorf("decision %+v", d)
	}
}
