package plan

import (
	"cmp"
	"slices"
	"strconv"

	"slotward/sources"
	"slotward/zoom"
)

// mostProofs bounds the meetings that one plan asks about.
const mostProofs = 20

// takesUp reports whether the link that people put on an event is one to adopt
// (foreign=adopt): of a meeting that they made by hand in this host's own Zoom
// account. Until Zoom has told whose meeting it is, it is left, and asked about.
func (p *planner) takesUp(it *item, link *sources.Link) bool {
	id, ok := p.madeByHand(it, link)
	if !ok || p.w.Adopting || p.w.Strangers[id] || p.refused[it.event.Ref()] || !p.wantsZoom(it) {
		return false
	}
	found := p.proof(id)
	if found == nil {
		p.unproved = append(p.unproved, it)
		return false
	}
	reference := referenceOf(found.Agenda)
	// A meeting that recurs is no single event's: it may be held at other times too.
	fits := found.Type == zoom.Scheduled || it.event.Kind == sources.Series
	if found.Started || !fits || reference != "" && !p.isOurs(reference) {
		return false
	}
	it.hand = found
	return true
}

// madeByHand reads the meeting's id off the only link that people put on an event.
func (p *planner) madeByHand(it *item, link *sources.Link) (int64, bool) {
	if link.Provider != wantZoom || it.event.Kind == sources.Exception {
		return 0, false
	}
	for _, other := range it.event.Shown.Links {
		own := it.event.Native.URL != "" && other.Provider == it.event.Native.Provider
		if !own && !p.managed(other) && (other.Provider != link.Provider || other.Meeting != link.Meeting) {
			return 0, false
		}
	}
	id, err := strconv.ParseInt(link.Meeting, 10, 64)
	return id, err == nil
}

// wantsZoom reports whether the event would get Zoom if the link were not there.
func (p *planner) wantsZoom(it *item) bool {
	var d Decision
	if !p.w.Person.Zoom || hasNoGuests(p, it, &d) || isInPerson(p, it, &d) || isFromBefore(p, it, &d) {
		return false
	}
	wanted, _, _ := p.prefer(it)
	return wanted == wantZoom
}

// proof returns a meeting that Zoom has shown to be this host's own; nil: none.
func (p *planner) proof(id int64) *zoom.Meeting {
	for i := range p.w.Proofs {
		if p.w.Proofs[i].ID == id {
			return &p.w.Proofs[i]
		}
	}
	return nil
}

// lookForByHand adopts meetings that people made by hand and put on events.
func (p *planner) lookForByHand() {
	for i := range p.items {
		it := &p.items[i]
		if it.hand == nil || it.stance != live {
			continue
		}
		ref := []sources.EventRef{it.event.Ref()}
		p.forget(ref)
		p.adopt(it.hand, referenceOf(it.hand.Agenda), it.decision.Reason, slotOf(it), ref)
		p.meetings[it.meeting].byHand = true
	}
}

// contested lists the events whose link cannot be adopted after all: its slot has
// a meeting already, or the link stands on events of different slots, whatever else
// is true of them. Such links stay what they are, so that no meeting that people
// made goes with a merge.
func (p *planner) contested() map[sources.EventRef]bool {
	var out map[sources.EventRef]bool
	groupOf := map[int64]int32{}
	elsewhere := p.shownElsewhere()
	for i := range p.items {
		it := &p.items[i]
		if it.hand == nil || it.stance != live {
			continue
		}
		first, seen := groupOf[it.hand.ID]
		if !seen {
			groupOf[it.hand.ID] = it.group
		}
		if seen && first != it.group || elsewhere[it.hand.ID] || p.disputed(it) {
			if out == nil {
				out = map[sources.EventRef]bool{}
			}
			for j := range p.items {
				if other := &p.items[j]; other.hand != nil && other.hand.ID == it.hand.ID {
					out[other.event.Ref()] = true
				}
			}
		}
	}
	return out
}

// shownElsewhere lists the meetings to be adopted whose link people also put on an
// event at another time which is left as it is: its person is paused, say, or it
// has no guests. Such an event follows no move.
func (p *planner) shownElsewhere() map[int64]bool {
	slots := map[string]Slot{}
	for i := range p.items {
		if it := &p.items[i]; it.hand != nil && it.stance == live {
			slots[strconv.FormatInt(it.hand.ID, 10)] = slotOf(it)
		}
	}
	if len(slots) == 0 {
		return nil
	}
	out := map[int64]bool{}
	for i := range p.items {
		it := &p.items[i]
		e := it.event
		if it.hand != nil || it.calendar == nil || e.Gone != sources.Present || e.Kind == sources.Exception || it.decision.Reason == Past {
			continue
		}
		for _, l := range e.Shown.Links {
			slot, hand := slots[l.Meeting]
			here := slotOf(it)
			if hand && l.Provider == wantZoom && (slot.Start != here.Start || slot.End != here.End || slot.Rule != here.Rule) {
				id, _ := strconv.ParseInt(l.Meeting, 10, 64)
				out[id] = true
			}
		}
	}
	return out
}

// disputed reports whether others in the event's group have another meeting.
func (p *planner) disputed(it *item) bool {
	for i := p.groups[it.group].first; i >= 0; i = p.items[i].next {
		if m := p.items[i].meeting; m >= 0 && m != it.meeting && !p.meetings[m].gone {
			return true
		}
	}
	return p.groups[it.group].meeting != it.meeting
}

// takeOver puts what is to be changed on meetings that are adopted into the
// adoption itself, so that it is one request.
func (p *planner) takeOver() {
	for i := range p.adoptions {
		a := &p.adoptions[i]
		index := p.meetingIndex(a.Meeting)
		if a.Kind != Adopt || index < 0 || !p.meetings[index].byHand {
			continue
		}
		a.ByHand = true
		if gi := p.meetings[index].group; gi >= 0 {
			a.Change, p.groups[gi].change = p.groups[gi].change, zoom.Change{}
		}
	}
}

// adoptedByHand counts the requests that adoptions cost.
func (p *planner) adoptedByHand() (n int) {
	for i := range p.adoptions {
		if p.adoptions[i].ByHand {
			n++
		}
	}
	return n
}

// askFor lists the meetings to ask Zoom about, those of the soonest events first:
// as many as could be adopted today with what creates and updates leave.
func (p *planner) askFor() {
	slices.SortStableFunc(p.unproved, func(a, b *item) int { return cmp.Compare(a.event.Start.Unix(), b.event.Start.Unix()) })
	for _, it := range p.unproved {
		id, _ := strconv.ParseInt(p.foreignOf(it).Meeting, 10, 64)
		if len(p.plan.NeedsProof) < min(p.spare, mostProofs) && !slices.Contains(p.plan.NeedsProof, id) {
			p.plan.NeedsProof = append(p.plan.NeedsProof, id)
		}
	}
}

// foreignOf is foreign for an event that is not the current one.
func (p *planner) foreignOf(it *item) *sources.Link {
	p.current = it
	return p.foreign(it)
}
