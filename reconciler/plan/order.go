package plan

import (
	"cmp"
	"slices"
	"strings"
)

// Actions are put down kind by kind, in the order of the kinds in actions.go:
// what is known to exist first, then what is made, then links, and last what
// goes, so that no event ever shows a dead link. Within a kind the soonest goes
// first. What is sorted here are indices: actions are large.

// groupsInOrder lists the groups for which something holds, sorted by time. Their
// index breaks ties: it follows from the order of the events' names, so that it
// does not depend on how they came in.
func (p *planner) groupsInOrder(holds func(g *group) bool) []int32 {
	var out []int32
	for i := range p.groups {
		if holds(&p.groups[i]) {
			if out == nil {
				out = make([]int32, 0, len(p.groups)-i)
			}
			out = append(out, int32(i))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(p.groups[a].slot.Start.Compare(p.groups[b].slot.Start), cmp.Compare(a, b))
	})
	return out
}

// soonestFirst lists the events with which something of a kind is done.
func (p *planner) soonestFirst(kind Kind) []int32 {
	var out []int32
	for i := range p.items {
		if p.items[i].do == kind {
			if out == nil {
				out = make([]int32, 0, len(p.items)-i)
			}
			out = append(out, int32(i))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(p.items[a].event.Start.Compare(p.items[b].event.Start), cmp.Compare(a, b))
	})
	return out
}

// unused lists the meetings that go.
func (p *planner) unused() []int32 {
	var out []int32
	for i := range p.meetings[:len(p.known)] {
		if !p.meetings[i].used {
			out = append(out, int32(i))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(p.meetings[a].Start.Compare(p.meetings[b].Start), cmp.Compare(a, b))
	})
	return out
}

// sortAdoptions puts adoptions first, then what is abandoned.
func (p *planner) sortAdoptions() {
	slices.SortFunc(p.adoptions, func(a, b Action) int {
		if a.Kind != b.Kind {
			return first(a.Kind == Adopt)
		}
		return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Reference, b.Reference))
	})
}
