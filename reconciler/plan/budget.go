package plan

import "cmp"

// budget decides which creates and updates may be sent: soonest first, as many
// as the host has left today. What may not waits, and with a create the writes
// that depend on it. Deletes are not counted here: only Zoom refuses them.
func (p *planner) budget() {
	left := p.w.Budget.Left
	p.search()
	p.order = p.groupsInOrder(func(g *group) bool { return g.create || !g.change.Empty() })
	for _, gi := range p.order {
		g := &p.groups[gi]
		switch {
		case g.hold != "":
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
			g.hold, g.sought = hold, true
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
