package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// grace is how long a create that Zoom never answered is looked for in complete
// listings before it counts as never made.
const grace = 5 * time.Minute

// look compares what should be somewhere with the host's listing: meetings of
// unanswered creates, and meetings that marks name and the store does not know
// (it was lost, or restored from an old backup). Both are ours by the reference
// in their agenda, and are adopted rather than made a second time (I1).
func (p *planner) look() {
	p.lookForByHand()
	p.lookForCreates()
	p.lookForMarked()
	p.lookForOrphans()
}

// lookForCreates decides about every open intent. Whatever it decides, nothing is
// created in this plan for what the intent was for: only when it is known to be
// closed can that not double a meeting.
func (p *planner) lookForCreates() {
	p.waiting = pointers(p.w.Intents, func(a, b *Intent) int { return strings.Compare(a.Reference, b.Reference) })
	for _, in := range p.waiting {
		found := p.referenced(in.Reference)
		switch {
		case found != nil && p.meetingIndex(found.ID) >= 0:
			p.abandon(in) // recorded already
		case found != nil:
			p.forget(in.Events)
			p.adopt(found, in.Reference, Unanswered, in.Slot, in.Events)
		case p.w.Listed && !p.now.Before(in.SentAt.Add(grace)):
			p.abandon(in)
		default:
			p.wantListing()
		}
	}
}

// forget drops the claims of events for which another meeting was made since.
func (p *planner) forget(events []sources.EventRef) {
	for _, ref := range events {
		if i := p.find(ref.Calendar, ref.Event); i >= 0 && p.items[i].stance == live {
			p.items[i].claim, p.items[i].meeting, p.items[i].lost = nil, -1, false
		}
	}
}

// abandon closes an intent: its meeting is made anew in a later plan.
func (p *planner) abandon(in *Intent) {
	p.adoptions = append(p.adoptions, Action{
		Kind: Abandon, Slot: in.Slot, Events: in.Events, Reference: in.Reference, Start: in.Slot.Start, Reason: Unanswered})
}

// wantListing asks for the host's meetings, if that can help.
func (p *planner) wantListing() {
	if !p.w.Listed && p.w.Person.Zoom {
		p.plan.NeedsListing = true
	}
}

// referenced finds the listed meeting whose agenda begins with a reference.
func (p *planner) referenced(reference string) *zoom.Meeting {
	for _, m := range p.host {
		if r := referenceOf(m.Agenda); r != "" && r == reference {
			return m
		}
	}
	return nil
}

// referenceOf reads "<installation>:<random>" off the start of an agenda; "" if
// it does not begin with one.
func referenceOf(agenda string) string {
	rest, ok := strings.CutPrefix(agenda, "[slotward:")
	if !ok {
		return ""
	}
	reference, _, ok := strings.Cut(rest, "]")
	if !ok {
		return ""
	}
	return reference
}

// isOurs reports whether the reference is of this installation.
func (p *planner) isOurs(reference string) bool {
	rest, ok := strings.CutPrefix(reference, p.w.Installation)
	return ok && strings.HasPrefix(rest, ":")
}

// notTold is what is said of an event whose meeting is doubted.
const notTold = "Zoom does not tell whether the meeting that its mark names is still there; it is asked again later"

func (p *planner) lookForMarked() {
	for i := range p.items {
		it := &p.items[i]
		if !it.lost || it.stance != live {
			continue
		}
		id, _ := strconv.ParseInt(it.event.Mark.Meeting, 10, 64)
		if it.doubted = p.w.Doubted[id]; it.doubted {
			it.decision.Detail = notTold
			continue
		}
		if !p.w.Listed {
			p.wantListing()
			continue
		}
		it.lost = false // looked for: from here on it is adopted, or dead
		found := p.listed(id)
		if found == nil || !p.isOurs(referenceOf(found.Agenda)) {
			if p.w.Adopting {
				p.plan.Gone = append(p.plan.Gone, it.event.Ref())
			}
			continue
		}
		it.claim, it.meeting = nil, -1 // of a store that is older than the event
		p.adopt(found, referenceOf(found.Agenda), it.decision.Reason, slotOf(it), []sources.EventRef{it.event.Ref()})
	}
}

// adopt takes a listed meeting over, for those of the events that want Zoom and
// have no other meeting.
func (p *planner) adopt(found *zoom.Meeting, reference string, why Reason, slot Slot, events []sources.EventRef) {
	index := p.meetingIndex(found.ID)
	if index < 0 {
		index = int32(len(p.meetings))
		p.meetings = append(p.meetings, meeting{
			Meeting: &Meeting{ID: found.ID, Reference: reference, Topic: found.Topic, Type: found.Type, Start: found.Start,
				Minutes: found.Minutes, TimeZone: found.TimeZone, CreatedAt: found.CreatedAt, Running: found.Started},
			group: -1, ghost: -1, adopted: true})
		p.adoptions = append(p.adoptions, Action{
			Kind: Adopt, Slot: slot, Meeting: found.ID, Title: found.Topic, Start: slot.Start,
			Reason: why, Reference: reference, Found: *found})
	}
	for _, ref := range events {
		i := p.find(ref.Calendar, ref.Event)
		if i < 0 || p.items[i].stance != live || p.items[i].meeting >= 0 {
			continue
		}
		it := &p.items[i]
		it.meeting, it.ours = index, true
		p.addClaimant(found.ID, ref)
	}
}

func (p *planner) addClaimant(id int64, ref sources.EventRef) {
	for i := range p.adoptions {
		a := &p.adoptions[i]
		if a.Kind == Adopt && a.Meeting == id && !slices.Contains(a.Events, ref) {
			a.Events = append(a.Events, ref)
		}
	}
}

// lookForOrphans adopts meetings of ours that nothing names: no row, no intent,
// no mark. They are deleted once they are rows that no event claims. It is not
// done while any calendar is unread, when events may show what the store does
// not know, nor for meetings from before the first calendar was turned on: those
// belong to an earlier life of the store, whose calendars need not all be here.
func (p *planner) lookForOrphans() {
	first, ok := p.watchedSince()
	if p.w.Adopting || !p.w.Listed || !ok || len(p.adoptions) > 0 || len(p.known) == 0 && p.marked() {
		return
	}
	for _, m := range p.host {
		reference := referenceOf(m.Agenda)
		if !p.isOurs(reference) || p.meetingIndex(m.ID) >= 0 || !m.CreatedAt.After(first) || p.shown(m.ID) {
			continue
		}
		if p.listedOver(m) {
			continue
		}
		p.adopt(m, reference, Unanswered, Slot{Start: m.Start.UTC(), End: m.Start.Add(time.Duration(m.Minutes) * time.Minute).UTC()}, nil)
	}
}

// marked reports whether any event carries a mark of this installation: without
// a single row, the store was lost.
func (p *planner) marked() bool {
	return slices.ContainsFunc(p.items, func(it item) bool { return it.event.Mark.Installation == p.w.Installation })
}

// watchedSince tells since when the calendars are watched; false if one of them
// cannot be read.
func (p *planner) watchedSince() (first time.Time, ok bool) {
	for i := range p.calendars {
		c := &p.calendars[i]
		if !c.On {
			continue
		}
		if !c.Usable {
			return first, false
		}
		if !ok || c.OnSince.Before(first) {
			first = c.OnSince
		}
		ok = true
	}
	return first, ok
}

// shown reports whether any event names the meeting, by a mark or a link.
func (p *planner) shown(id int64) bool {
	text := strconv.FormatInt(id, 10)
	for i := range p.items {
		e := p.items[i].event
		if e.Mark.Meeting == text && e.Mark.Installation == p.w.Installation {
			return true
		}
		for _, l := range e.Shown.Links {
			if l.Meeting == text && l.Provider == wantZoom {
				return true
			}
		}
	}
	return false
}

// listedOver reports whether a listed meeting has ended. How long a series with
// fixed times goes on is not told by a listing.
func (p *planner) listedOver(m *zoom.Meeting) bool {
	return m.Type != zoom.FixSeries && (&Meeting{Type: m.Type, Start: m.Start, Minutes: m.Minutes}).over(p.now)
}

// unanswered returns the open create that a group has to wait for; nil: none.
func (p *planner) unanswered(g *group) *Intent {
	for _, in := range p.waiting {
		if in.Slot.Start.Equal(g.slot.Start) && in.Slot.End.Equal(g.slot.End) && in.Slot.Rule == g.slot.Rule && in.Slot.Alone == g.slot.Alone {
			return in
		}
		for _, ref := range in.Events {
			if i := p.find(ref.Calendar, ref.Event); i >= 0 && p.items[i].group >= 0 && &p.groups[p.items[i].group] == g {
				return in
			}
		}
	}
	return nil
}
