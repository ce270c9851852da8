package plan

import (
	"cmp"
	"slices"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// dropReserve is how many of a day's writes are never spent on cancelled
// occurrences: a link that is needed today goes before tidiness in Zoom.
const dropReserve = 20

// drop is an occurrence in Zoom that no longer takes place.
type drop struct {
	group int32
	at    time.Time
}

// emitDrops deletes cancelled occurrences in Zoom, as far as the day's writes go
// round: the link works without that, so it comes last, is never held, and what is
// left over waits for another day. One that is remembered as deleted is not deleted
// again, nor one that the meeting does not have.
func (p *planner) emitDrops() {
	drops := p.cancelled()
	slices.SortFunc(drops, func(a, b drop) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.group, b.group)) })
	drops = slices.Compact(drops)
	for _, d := range drops[:min(len(drops), max(p.spare-dropReserve, 0))] {
		g := &p.groups[d.group]
		a := Action{Kind: Drop, Slot: g.slot, Title: topicOf(p.items[g.lead].event), Start: d.at, Reason: Cancelled}
		if g.meeting >= 0 {
			a.Meeting = p.meetings[g.meeting].ID
		}
		p.put(a, "", time.Time{})
	}
}

// cancelled lists the occurrences to come that were cancelled one by one, and that
// nothing else takes the place of.
func (p *planner) cancelled() (out []drop) {
	for i := range p.items {
		it := &p.items[i]
		e := it.event
		switch {
		case e.Kind == sources.Exception && e.Gone == sources.Tombstone && it.series >= 0:
			out = p.note(out, it.series, e.OriginalStart)
		case e.Kind == sources.Series && it.stance == live:
			for _, at := range e.Excluded() {
				out = p.note(out, int32(i), at)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	taken := make(map[int64]bool)
	for i := range p.items {
		if it := &p.items[i]; (it.stance == live || it.stance == frozen) && it.event.Kind != sources.Series {
			taken[it.event.Start.Unix()] = true
		}
	}
	return slices.DeleteFunc(out, func(d drop) bool { return taken[d.at.Unix()] })
}

// note adds an occurrence of a series, if Zoom has it, or will have it once the plan
// is applied, and may be asked to delete it.
func (p *planner) note(out []drop, series int32, at time.Time) []drop {
	if !at.After(p.now) || p.items[series].group < 0 || !p.w.Person.Zoom {
		return out
	}
	gi := p.items[series].group
	g := &p.groups[gi]
	if g.live == 0 || g.hold != "" || g.schedule < 0 || g.series != series || !p.willHold(g, at) || p.several(g) {
		return out
	}
	return append(out, drop{gi, at.UTC()})
}

// willHold reports whether a group's meeting has an occurrence at an instant that
// is not known to be deleted. One that is scheduled anew has all of them again.
func (p *planner) willHold(g *group, at time.Time) bool {
	if g.create || g.change.Recurrence != nil {
		s := &p.schedules[g.schedule]
		return s.recurrence.Type != 0 && s.recurrence.Holds(g.slot.Start, s.zone, at)
	}
	if g.meeting < 0 || !g.change.Empty() {
		return false
	}
	m := &p.meetings[g.meeting]
	return m.Type == zoom.FixSeries && !m.adopted && !m.Running && !m.gone && m.Holds(at) && !slices.ContainsFunc(m.Dropped, at.Equal)
}

// several reports whether more than one series shares a group's meeting: what one
// of them cancels may still take place in another.
func (p *planner) several(g *group) bool {
	for i := g.first; i >= 0; i = p.items[i].next {
		if i != g.series && p.items[i].event.Kind == sources.Series {
			return true
		}
	}
	return false
}
