package plan

import (
	"slices"
	"time"

	"slotward/sources"
)

// emit writes the plan down: actions in the order of their kinds, what is held,
// and a decision for every event.
func (p *planner) emit() Plan {
	p.sortAdoptions()
	deletes := p.deletable()
	p.plan.Actions = make([]Action, 0, p.size()+deletes+len(p.adoptions))
	p.plan.Actions = append(p.plan.Actions, p.adoptions...)
	p.emitMeetings()
	for _, kind := range [...]Kind{Write, Claimed, Leave, Restore, Release} {
		p.emitEvents(kind)
	}
	p.emitDeletes()
	p.emitDrops()
	slices.SortStableFunc(p.plan.Held, func(a, b Held) int { return a.Action.Start.Compare(b.Action.Start) })
	p.decide()
	p.askFor()
	return p.plan
}

// size counts what will be emitted, so that it is allocated once.
func (p *planner) size() int {
	n := 0
	for _, gi := range p.order {
		if p.groups[gi].hold == "" {
			n++
		}
	}
	for i := range p.items {
		if p.items[i].do != "" {
			n++
		}
	}
	return n
}

// put emits an action, or holds it.
func (p *planner) put(a Action, hold Reason, until time.Time) {
	if hold != "" {
		p.plan.Held = append(p.plan.Held, Held{Action: a, Reason: hold, Until: until})
		return
	}
	p.plan.Actions = append(p.plan.Actions, a)
}

// emitMeetings emits the creates, then the updates.
func (p *planner) emitMeetings() {
	for _, gi := range p.order {
		if g := &p.groups[gi]; g.create {
			d := p.draft(g)
			lead := &p.items[g.lead]
			p.put(Action{Kind: Create, Slot: g.slot, Title: d.Topic, Start: g.slot.Start, Reason: g.reasonFor(lead),
				Draft: d, Events: p.liveOf(g)}, g.hold, g.until)
		}
	}
	for _, gi := range p.order {
		if g := &p.groups[gi]; !g.change.Empty() {
			m := &p.meetings[g.meeting]
			p.put(Action{Kind: Update, Slot: g.slot, Meeting: m.ID, Title: topicOf(p.items[g.lead].event), Start: g.slot.Start,
				Reason: p.items[g.lead].decision.Reason, Change: g.change}, g.hold, g.until)
		}
	}
}

// liveOf lists who will claim a group's meeting.
func (p *planner) liveOf(g *group) []sources.EventRef {
	out := make([]sources.EventRef, 0, g.live)
	for i := g.first; i >= 0; i = p.items[i].next {
		if p.items[i].stance == live {
			out = append(out, p.items[i].event.Ref())
		}
	}
	return out
}

// emitEvents emits what is done to events, one kind of it.
func (p *planner) emitEvents(kind Kind) {
	for _, i := range p.soonestFirst(kind) {
		it := &p.items[i]
		a := Action{Kind: kind, Event: it.event.Ref(), Title: it.event.Title, Start: it.event.Start, Reason: it.decision.Reason}
		hold, until := it.hold, time.Time{}
		switch {
		case it.stance == live:
			g := &p.groups[it.group]
			a.Slot, a.Reason = g.slot, g.reasonFor(it)
			if g.meeting >= 0 {
				a.Meeting = p.meetings[g.meeting].ID
			} else if hold == "" {
				hold, until = g.hold, g.until
			}
		case kind == Write:
			a.Static = it.calendar.Settings.Static
		case it.meeting >= 0:
			a.Meeting = p.meetings[it.meeting].ID
		}
		a.Repair, a.Replace = it.repair, kind == Write && p.replacesNative(it)
		a.Native = kind == Restore && p.wantsNative(it)
		p.put(a, hold, until)
	}
}

// wantsNative reports whether the calendar is asked for a link of its own in
// place of ours: where that is wanted, and where an event that nobody is invited
// to any more had one before.
func (p *planner) wantsNative(it *item) bool {
	e := it.event
	return e.Native.Provider == "" && (it.decision.Wanted == wantNative || it.decision.Reason == NoGuests && e.Mark.Native != "")
}

func (p *planner) emitDeletes() {
	for _, i := range p.unused() {
		m := &p.meetings[i]
		hold := m.hold
		if hold == "" && !p.w.Person.Zoom && !p.w.Person.Leaving && !m.gone {
			hold = p.noZoom()
		}
		a := Action{Kind: Delete, Meeting: m.ID, Title: m.Topic, Start: m.Start}
		a.Reason = m.reasonToGo()
		if hold == "" {
			a.Events, a.Past = m.movers, m.past
		}
		p.put(a, hold, time.Time{})
	}
}

// decide adds to what is wanted for every event which meeting it shows, and
// what that waits for.
func (p *planner) decide() {
	for i := range p.items {
		it := &p.items[i]
		d := it.decision
		if it.group >= 0 {
			g := &p.groups[it.group]
			if g.meeting >= 0 {
				d.Meeting = p.meetings[g.meeting].ID
			}
			p.tellOpen(it, g, d)
			p.tellWaiting(it, g, d)
			if g.hold != "" && it.stance != frozen {
				d.Reason, d.Until = g.hold, g.until
			}
		} else if it.meeting >= 0 && p.meetings[it.meeting].used && p.stays(it) {
			d.Meeting = p.meetings[it.meeting].ID
		}
		if it.hold != "" {
			d.Reason, d.Until = it.hold, time.Time{}
		}
		if it.bare != "" && (it.do == Restore || it.do == Release) && it.hold == "" {
			p.bare(it, d)
		}
	}
}

// bare decides about an event what the next plan will: nothing of ours is on it then.
func (p *planner) bare(it *item, d *Decision) {
	d.Wanted, d.Reason, d.Detail, d.Until = wantLeave, it.bare, "", time.Time{}
	if it.bare == Later {
		d.Until = p.comesNear(it)
	}
}
