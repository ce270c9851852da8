package plan

import "slotward/sources"

// Renewal is somebody's wish that a meeting which an event shows be replaced by a
// new one, once. It is fulfilled when the event neither claims nor shows it.
type Renewal struct {
	Event   sources.EventRef
	Meeting int64
}

// Why a meeting that is to be replaced stays for now.
const (
	waitsRunning = "a new link was asked for; it is made when the Zoom meeting is not running any more"
	waitsBegun   = "a new link was asked for; a meeting that has begun keeps its own"
	waitsBound   = "a new link was asked for; it is made when every event that shows this one can be written"
)

// joinRenewals notes which meetings are to be replaced, and for which events.
func (p *planner) joinRenewals() {
	for i := range p.w.Renewals {
		r := &p.w.Renewals[i]
		at, m := p.find(r.Event.Calendar, r.Event.Event), p.meetingIndex(r.Meeting)
		if at >= 0 && m >= 0 {
			p.items[at].outdated, p.meetings[m].outdated = m, true
		}
	}
}

// outlived reports whether a meeting is to serve a group no more because somebody
// asked for a new link. All events of the group move to the new one together:
// they share a slot, and a host holds one meeting at a time. A meeting that is
// running or has begun is never swapped under its guests; nor is one that an event
// shows which may not be written now, for that would be left behind.
func (p *planner) outlived(c choice, g *group) bool {
	if !g.asked || !p.asksAnew(g, c.meeting) {
		return false
	}
	switch {
	case p.meetings[c.meeting].Running:
		g.waits = waitsRunning
		return false
	case g.slot.Rule == "" && !g.slot.Start.After(p.now):
		g.waits = waitsBegun
		return false
	case c.bound > 0 || c.followed:
		g.waits = waitsBound
		return false
	}
	g.anew = true
	return true
}

// asksAnew reports whether an event of the group is to show another meeting than
// this one.
func (p *planner) asksAnew(g *group, meeting int32) bool {
	for i := g.first; i >= 0; i = p.items[i].next {
		if it := &p.items[i]; it.stance == live && it.outdated == meeting {
			return true
		}
	}
	return false
}

// tellWaiting says of an event whose new link waits why it does.
func (p *planner) tellWaiting(it *item, g *group, d *Decision) {
	if g.waits != "" && it.outdated >= 0 && it.stance == live {
		d.Detail = g.waits
	}
}

// reasonFor is why a group's events get another meeting: mostly what is decided
// for the one that asks.
func (g *group) reasonFor(it *item) Reason {
	if g.anew {
		return Renewed
	}
	return it.decision.Reason
}

// reasonToGo is why a meeting that nobody uses is deleted.
func (m *meeting) reasonToGo() Reason {
	switch {
	case m.reason != "":
		return m.reason
	case m.outdated:
		return Renewed
	}
	return Cancelled
}
