package plan

import (
	"time"

	"slotward/sources"
)

// repairedFor is how long after a repair our block counts as removed again on
// purpose when it is missing.
const repairedFor = 24 * time.Hour

// RepairState tells how far a repair of an event has come.
type RepairState string

// The states of a repair.
const (
	RepairSent RepairState = "sent" // about to be sent, or sent: whether the event took it is not known
	RepairDone RepairState = "done"
	RepairLeft RepairState = "left" // people took it off again: it stays off
)

// Repair remembers that what is ours on an event was put back after people had
// taken it off.
type Repair struct {
	Event sources.EventRef
	Block uint64 // Joining.Fingerprint of what was put there
	At    time.Time
	State RepairState
}

// joinRepairs gives each event the memory of its latest repair.
func (p *planner) joinRepairs() {
	for i := range p.w.Repairs {
		r := &p.w.Repairs[i]
		if at := p.find(r.Event.Calendar, r.Event.Event); at >= 0 {
			p.items[at].repaired = r
		}
	}
}

// settleWrong decides about an event that does not show what it should. What
// people take off is put back once; what they take off again within a day stays
// off: the event is not written, and its claim goes on, because guests may hold
// the link. It never comes back by time alone, which would nag every day, but
// with the block itself, with another link, or when the event's own words or a
// later choice ask.
func (p *planner) settleWrong(it *item, join *sources.Joining) {
	it.do = Write
	tampered := p.tampered(it, join)
	switch {
	case p.leaves(it, join, tampered):
	case tampered:
		it.repair = true
		return
	default:
		return
	}
	it.do = ""
	if it.repaired != nil && it.repaired.State != RepairLeft {
		it.do = Leave
	}
	it.decision.Wanted, it.decision.Reason, it.decision.Detail = wantLeave, Repeated, ""
}

// settleRight takes note that an event shows what it should: a repair has
// arrived, or people put back what they had taken off.
func (it *item) settleRight() bool {
	if it.repaired == nil || it.repaired.State == RepairDone {
		return false
	}
	it.do = Claimed
	return true
}

// tampered reports whether people changed what we wrote. Our mark goes with the
// block in one request and cannot be seen in a calendar's page, so a mark that
// names this very link says that the event has shown it. A fixed URL in a whole
// block may be one from before the setting was changed.
func (p *planner) tampered(it *item, join *sources.Joining) bool {
	e := it.event
	if e.Mark.Installation != p.w.Installation || e.Mark.Meeting != join.Meeting || !markNames(e) {
		return false
	}
	if join.Provider == wantStatic && e.Shown.Block == sources.BlockWhole {
		return false
	}
	return !sources.Shows(asOwn(&e.Event), join, p.w.Installation)
}

// leaves reports whether what people changed on an event stays as they left it.
// An occurrence that has all from its series is left like the series.
func (p *planner) leaves(it *item, join *sources.Joining, tampered bool) bool {
	e, r := it.event, it.repaired
	if e.Shown.Override == wantZoom || r != nil && p.choseSince(it, r.At) {
		return false
	}
	if r == nil && it.series >= 0 && !e.Mark.Names(e.ID) && e.Shown.Block == sources.BlockNone {
		series := &p.items[it.series]
		return p.leaves(series, join, p.tampered(series, join))
	}
	if !tampered || r == nil || r.State == RepairSent || r.Block != join.Fingerprint() {
		return false
	}
	return r.State == RepairLeft || p.changed(it.event, r.At).Sub(r.At) < repairedFor
}

// changed tells when people changed an event at the latest: when the provider
// says so, unless it is not sure to be after our own write, else now.
func (p *planner) changed(e *Event, since time.Time) time.Time {
	if e.Updated.After(since) && e.Updated.Before(p.now) {
		return e.Updated
	}
	return p.now
}
