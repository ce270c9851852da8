package plan

import (
	"cmp"
	"slices"
	"time"

	"slotward/zoom"
)

// choice is a meeting that some of a group's events claim.
type choice struct {
	group, meeting int32
	claims         int32
	since          int64 // earliest of the claims, Unix nanoseconds
	bound          int32 // of the claims, those of events for whose sake nothing is changed
	followed       bool  // claimed by an event that is never written
	there          bool  // the meeting stands in the group's slot already
}

// match gives each group the meeting that most of its events claim, and each
// meeting to one group. A reschedule is no special case: who stays in the slot
// keeps the meeting, and a meeting whose events all left goes with them.
func (p *planner) match() {
	choices := p.choices()
	contested := choices[:0]
	for _, c := range choices {
		if p.groups[c.group].choices == 1 && p.meetings[c.meeting].slots == 1 {
			p.serve(c.group, c.meeting)
		} else {
			contested = append(contested, c)
		}
	}
	slices.SortFunc(contested, p.better)
	for _, c := range contested {
		if p.groups[c.group].meeting < 0 && p.meetings[c.meeting].group < 0 && p.mayServe(c) {
			p.serve(c.group, c.meeting)
		}
	}
	p.reuse()
}

// mayServe reports whether a meeting may go to a group's slot: not where an event for
// whose sake nothing is changed claims it in another, unless it stands here already.
func (p *planner) mayServe(c choice) bool {
	return c.there || c.bound == p.meetings[c.meeting].bound
}

func (p *planner) serve(group, meeting int32) {
	p.groups[group].meeting, p.meetings[meeting].group = meeting, group
}

// choices lists which groups claim which meetings. One that is gone in Zoom
// serves nobody.
func (p *planner) choices() []choice {
	out := make([]choice, 0, len(p.meetings))
	for gi := range p.groups {
		g := &p.groups[gi]
		own := len(out)
		for i := g.first; i >= 0; i = p.items[i].next {
			it := &p.items[i]
			if it.meeting >= 0 && !p.meetings[it.meeting].gone {
				out = p.count(out, own, int32(gi), it)
			}
		}
		out = p.withoutRenewed(out, own, g)
		g.choices = int32(len(out) - own)
		for _, c := range out[own:] {
			p.meetings[c.meeting].slots++
		}
	}
	return out
}

// count adds one event's claim to the choices of its group, which begin at own.
func (p *planner) count(out []choice, own int, group int32, it *item) []choice {
	since, bound := p.sinceOf(it), int32(0)
	if it.stance == frozen {
		bound = 1
	}
	p.meetings[it.meeting].bound += bound
	for i := own; i < len(out); i++ {
		if c := &out[i]; c.meeting == it.meeting {
			c.claims++
			c.since = min(c.since, since)
			c.bound += bound
			c.followed = c.followed || it.stance == silent
			return out
		}
	}
	return append(out, choice{group: group, meeting: it.meeting, claims: 1, since: since, bound: bound,
		followed: it.stance == silent, there: p.meetings[it.meeting].stands(p.groups[group].slot)})
}

// sinceOf tells since when an event claims its meeting; a mark without a row
// counts from now.
func (p *planner) sinceOf(it *item) int64 {
	if it.claim != nil {
		return it.claim.Since.UnixNano()
	}
	return p.now.UnixNano()
}

// withoutRenewed takes out meetings in whose place somebody asked for a new one,
// and those that would have to move, where the settings want a new link for every
// new time (reschedule=renew). A meeting that is running, or whose start has
// passed, is never swapped under its guests.
func (p *planner) withoutRenewed(out []choice, own int, g *group) []choice {
	renews := g.renew && g.slot.Rule == "" && g.slot.Start.After(p.now)
	if !renews && !g.asked {
		return out
	}
	kept := out[:own]
	for _, c := range out[own:] {
		m := &p.meetings[c.meeting]
		stays := !renews || c.there || c.bound > 0 || m.Running || m.Type != zoom.Scheduled
		if stays && !p.outlived(c, g) {
			kept = append(kept, c)
		}
	}
	return kept
}

// better orders contested choices, the one to be granted first in front.
func (p *planner) better(a, b choice) int {
	if (a.bound > 0) != (b.bound > 0) {
		return first(a.bound > 0)
	}
	if a.bound > 0 && a.there != b.there {
		return first(a.there)
	}
	if a.claims != b.claims {
		return cmp.Compare(b.claims, a.claims)
	}
	if a.there != b.there {
		return first(a.there)
	}
	ma, mb := &p.meetings[a.meeting], &p.meetings[b.meeting]
	return cmp.Or(ma.CreatedAt.Compare(mb.CreatedAt), cmp.Compare(ma.ID, mb.ID),
		cmp.Compare(a.since, b.since), cmp.Compare(a.group, b.group))
}

// first puts the one in front for which yes holds.
func first(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

// stands reports whether a meeting has a slot's time. A meeting without a fixed
// time stands in every series' slot.
func (m *meeting) stands(s Slot) bool {
	if s.Rule != "" {
		return m.Type != zoom.Scheduled
	}
	return m.Type == zoom.Scheduled && m.Start.Equal(s.Start) && m.Minutes == minutes(s.End.Sub(s.Start))
}

// minutes is how long a meeting is scheduled for: whole minutes, rounded up, at
// least one and at most a day.
func minutes(d time.Duration) int {
	return min(max(int((d+time.Minute-1)/time.Minute), 1), 24*60)
}

// booking is when a meeting is scheduled, as a map key.
type booking struct {
	start   int64 // Unix nanoseconds
	minutes int
}

func bookingOf(start time.Time, minutes int) booking { return booking{start.UnixNano(), minutes} }

// reuse gives a group that has no meeting one that stands in its very slot and
// serves nobody: there is room already where a cancelled event left.
func (p *planner) reuse() {
	var free map[booking]int32
	lacking := func(g *group) bool {
		return g.meeting < 0 && g.live > 0 && !g.anew && g.slot.Alone == "" && g.slot.Rule == ""
	}
	for _, gi := range p.groupsInOrder(lacking) {
		g := &p.groups[gi]
		if free == nil {
			free = p.free()
		}
		key := bookingOf(g.slot.Start, minutes(g.slot.End.Sub(g.slot.Start)))
		if m, ok := free[key]; ok {
			p.serve(gi, m)
			delete(free, key)
		}
	}
}

// free lists the meetings that serve nobody, by start and minutes: the oldest of
// each time. One whose event was not to share is left alone.
func (p *planner) free() map[booking]int32 {
	bound := make([]bool, len(p.meetings))
	for i := range p.items {
		it := &p.items[i]
		if it.meeting >= 0 && (it.stance != leaving && it.stance != live || it.calendar == nil || it.calendar.Settings.Share == "never") {
			bound[it.meeting] = true
		}
	}
	free := map[booking]int32{}
	for i := range p.meetings {
		m := &p.meetings[i]
		if bound[i] || m.group >= 0 || m.gone || m.pinned || m.adopted || m.outdated || m.Type != zoom.Scheduled || m.Joining.URL == "" {
			continue
		}
		key := bookingOf(m.Start, m.Minutes)
		if old, ok := free[key]; !ok || m.CreatedAt.Before(p.meetings[old].CreatedAt) {
			free[key] = int32(i)
		}
	}
	return free
}
