package plan_test

import (
	"testing"

	"slotward/reconciler/plan"
	"slotward/sources"
)

const teamsLink = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0"

// Where the calendar does not let go of its own link, ours stands beside it, is
// told why, and is not written again: each write would mail everybody.
func TestTeamsThatStays(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0), func(e *plan.Event) { e.Native = sources.Native{Provider: "teams", URL: teamsLink} })
	m.settle()
	m.edit("a", func(e *plan.Event) { e.Native = sources.Native{Provider: "teams", URL: teamsLink} })
	p := m.expect()
	if d := m.decision(p, "a"); d.Wanted != "zoom" || d.Reason != plan.NativeKept {
		t.Fatalf("%s, %s", d.Wanted, d.Reason)
	}
	// Another meeting is one that somebody added: it goes.
	m.edit("a", func(e *plan.Event) {
		e.Native.URL = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_def%40thread.v2/0"
	})
	if d := m.decision(m.expect("write a"), "a"); d.Reason != plan.Default {
		t.Fatalf("%s", d.Reason)
	}
	m.expect()
}

// Meet always goes: one that is there again was put there.
func TestMeetThatIsBackGoesAgain(t *testing.T) {
	m := newModel(t)
	meet := func(e *plan.Event) {
		e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
	}
	m.event("a", at(0, 10, 0), meet)
	m.settle()
	m.edit("a", meet)
	m.expect("write a")
}

// A copy carries the mark of the event that it was copied from, which says
// nothing about its own Teams link.
func TestTeamsOnACopyGoes(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0), func(e *plan.Event) { e.Native = sources.Native{Provider: "teams", URL: teamsLink} })
	m.settle()
	m.event("b", at(0, 10, 0), func(e *plan.Event) {
		mark := m.find("a").Mark
		e.Mark, e.Native = mark, sources.Native{Provider: "teams", URL: teamsLink}
	})
	m.expect("write b")
	if m.find("b").Native.Provider != "" {
		t.Fatal("Teams stands on the copy")
	}
}
