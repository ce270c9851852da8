package plan

import "slotward/sources"

// rebuild is the plan while a person is not armed: the meetings that marks name
// are taken up, with the claims that the marks prove, and nothing is made,
// changed or deleted. It tells what is left over on either side.
func (p *planner) rebuild() Plan {
	p.sortAdoptions()
	for _, a := range p.adoptions {
		if a.Kind == Adopt { // what is given up is made anew once armed
			p.plan.Actions = append(p.plan.Actions, a)
		}
	}
	for i := range p.items {
		it := &p.items[i]
		if p.unrecorded(it) {
			it.do = Claimed
			p.plan.Actions = append(p.plan.Actions, Action{
				Kind: Claimed, Event: it.event.Ref(), Title: it.event.Title, Start: it.event.Start,
				Meeting: p.meetings[it.shown].ID, Reason: it.decision.Reason})
		}
		p.tellAdopting(it)
	}
	p.orphans()
	return p.plan
}

// unrecorded reports whether the event shows a meeting that the store knows, and
// the store does not know of that.
func (p *planner) unrecorded(it *item) bool {
	e := it.event
	recorded := it.claim != nil || it.shown < 0 || p.meetings[it.shown].adopted
	return it.stance == live && !recorded && e.Shown.Block != sources.BlockNone && e.Mark.Names(e.ID)
}

// tellAdopting says what the event shows, or why it gets nothing yet.
func (p *planner) tellAdopting(it *item) {
	switch {
	case it.meeting >= 0:
		it.decision.Meeting = p.meetings[it.meeting].ID
	case it.stance == live:
		it.decision.Reason, it.decision.Detail = Adopting, ""
	}
}

// orphans lists meetings of ours that nothing names. While a calendar is unread
// nobody can know that.
func (p *planner) orphans() {
	if _, ok := p.watchedSince(); !ok {
		return
	}
	for _, m := range p.host {
		if p.isOurs(referenceOf(m.Agenda)) && p.meetingIndex(m.ID) < 0 && !p.shown(m.ID) && !p.listedOver(m) {
			p.plan.Orphans = append(p.plan.Orphans, *m)
		}
	}
}
