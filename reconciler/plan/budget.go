package plan

import (
	"cmp"
	"time"
)

// soon is how far ahead a meeting may begin for the whole of the day's writes to
// be its. What begins later leaves the reserve, so that a first connection that
// is worked off for days never keeps a meeting made today for today waiting.
const soon = 14 * 24 * time.Hour

// budget decides which creates and updates may be sent: soonest first, as many
// as the host has left today. What may not waits, and with a create the writes
// that depend on it. Deletes are not counted here: only Zoom refuses them.
func (p *planner) budget() {
	left := p.w.Budget.Left - p.adoptedByHand()
	p.search()
	turns := newTurns(p.w.Budget)
	p.order = p.groupsInOrder(func(g *group) bool { return g.create || !g.change.Empty() })
	for _, gi := range p.order {
		g := &p.groups[gi]
		switch {
		case g.hold != "":
		case g.create && p.waits(g):
		case !p.w.Person.Zoom:
			g.hold = p.noZoom()
		case left <= turns.kept(g.slot.Start, p.now):
			g.hold, g.until = DailyLimit, turns.next(g.slot.Start)
		default:
			left--
		}
	}
	p.spare = max(left, 0)
}

// turns foretells when each of those that wait has its turn, if nothing comes
// between. They ask in the order in which they will be served.
type turns struct {
	Budget
	at    time.Time // the day that is being filled begins then
	spent int       // on it
}

func newTurns(b Budget) *turns {
	b.Reserve = min(b.Reserve, max(b.Daily-1, 0)) // a day that serves nothing would never end
	return &turns{Budget: b, at: b.ResumeAt}
}

// kept is how much of a day's writes a meeting has to leave.
func (t *turns) kept(start, now time.Time) int {
	if start.Before(now.Add(soon)) {
		return 0
	}
	return t.Reserve
}

// next takes the next place that a meeting can have.
func (t *turns) next(start time.Time) time.Time {
	if t.Daily <= 0 {
		return t.ResumeAt
	}
	for t.spent >= t.Daily-t.kept(start, t.at) {
		t.at, t.spent = t.at.Truncate(24*time.Hour).Add(24*time.Hour), 0
	}
	t.spent++
	return t.at
}

// noZoom is why Zoom cannot be used.
func (p *planner) noZoom() Reason {
	return cmp.Or(Reason(p.w.Person.ZoomReason), NotLinked)
}

// search holds every group one of whose events names, by its mark, a meeting
// that is still to be looked for: that may be the one to show, and another would
// be its double (I1).
func (p *planner) search() {
	hold := Unanswered
	if !p.w.Person.Zoom {
		hold = p.noZoom()
	}
	for i := range p.items {
		if it := &p.items[i]; it.lost && it.stance == live && it.group >= 0 {
			g := &p.groups[it.group]
			if g.hold, g.sought = hold, true; it.doubted && p.w.Person.Zoom {
				g.hold = ZoomError
			}
		}
	}
}

// waits holds the create of a group whose meeting may exist already, because a
// create for it was never answered. A second create could double it (I1).
func (p *planner) waits(g *group) bool {
	in := p.unanswered(g)
	if in == nil {
		return false
	}
	g.hold = Unanswered
	if p.w.Listed {
		g.until = in.SentAt.Add(grace)
	}
	return true
}
