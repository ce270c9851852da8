package plan

import "cmp"

// budget decides which creates and updates may be sent: soonest first, as many
// as the host has left today. What may not waits, and with a create the writes
// that depend on it. Deletes are not counted here: only Zoom refuses them.
func (p *planner) budget() {
	left := p.w.Budget.Left
	p.order = p.groupsInOrder(func(g *group) bool { return g.create || !g.change.Empty() })
	for _, gi := range p.order {
		g := &p.groups[gi]
		switch {
		case g.create && p.waits(g):
		case !p.w.Person.Zoom:
			g.hold = p.noZoom()
		case left <= 0:
			g.hold, g.until = DailyLimit, p.w.Budget.ResumeAt
		default:
			left--
		}
	}
}

// noZoom is why Zoom cannot be used.
func (p *planner) noZoom() Reason {
	return cmp.Or(Reason(p.w.Person.ZoomReason), NotLinked)
}

// waits holds the create of a group whose meeting may exist already: a create
// for it was never answered, or a mark on one of its events names a meeting that
// is still to be looked for. A second create could double it (I1).
func (p *planner) waits(g *group) bool {
	if in := p.unanswered(g); in != nil {
		g.hold = Unanswered
		if p.w.Listed {
			g.until = in.SentAt.Add(grace)
		}
		return true
	}
	for i := g.first; i >= 0; i = p.items[i].next {
		if p.items[i].lost {
			g.hold = Unanswered
			return true
		}
	}
	return false
}
