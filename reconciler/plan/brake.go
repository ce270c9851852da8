package plan

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"slotward/sources"
)

// What the brake lets pass in one plan.
const (
	alwaysAllowed  = 5  // removals, however few meetings there are
	allowedPercent = 25 // of the person's meetings
	tombstones     = 25 // removals that the provider or nobody disputes, before they count at all
)

// removals are what a plan takes away, told apart by how good the evidence is.
type removals struct {
	weak, strong []int32 // items whose link ends: on absence or a changed setting; on a tombstone
	merged       []int32 // meetings that a changed setting makes superfluous
	unclaimed    []int32 // meetings that no event claimed to begin with
}

// brake stops a plan that would take away too much on weak evidence: known
// events that a listing no longer names, or a changed setting. Tombstones count
// only in masses. What is stopped keeps its claim and its meeting; everything
// else goes on.
func (p *planner) brake() {
	p.deletable()
	r := p.removals()
	counted := len(r.weak) + len(r.merged)
	firm := len(r.strong) + len(r.unclaimed)
	if firm <= tombstones {
		r.strong, r.unclaimed = nil, nil
	}
	counted += max(0, firm-tombstones)
	limit := max(alwaysAllowed, len(p.known)*allowedPercent/100)
	if counted <= limit {
		return
	}
	name := p.fingerprint(r)
	if within(name, p.w.Release) {
		return
	}
	b := &Brake{Fingerprint: name, Removals: counted, Limit: limit}
	for _, list := range [][]int32{r.weak, r.strong} {
		for _, i := range list {
			it := &p.items[i]
			it.hold = BrakeHeld
			if it.event.Gone == sources.Absent {
				b.Absent = append(b.Absent, it.event.Ref())
			}
		}
	}
	b.NeedsProof = len(b.Absent) > 0 && !p.w.Verified
	p.plan.Brake = b
	for _, list := range [][]int32{r.merged, r.unclaimed} {
		for _, i := range list {
			p.meetings[i].hold = BrakeHeld
		}
	}
}

// removals lists what the plan takes away. What has ended is not missed, and
// what an event's own words ask for, or somebody for that very event, is no
// accident.
func (p *planner) removals() removals {
	var r removals
	claimed := make([]bool, len(p.meetings))
	for i := range p.items {
		it := &p.items[i]
		if it.meeting >= 0 {
			claimed[it.meeting] = true
		}
		switch {
		case !p.removes(it) || p.ended(it) || it.decision.Reason == Override || it.decision.Reason == Chosen || p.reverts(it):
		case it.event.Gone == sources.Tombstone:
			r.strong = append(r.strong, int32(i))
		default:
			r.weak = append(r.weak, int32(i))
		}
	}
	for i := range p.meetings {
		switch m := &p.meetings[i]; {
		case m.used || m.gone || m.outdated:
		case !claimed[i] && !p.reverting():
			r.unclaimed = append(r.unclaimed, int32(i))
		case m.weak:
			r.merged = append(r.merged, int32(i))
		}
	}
	return r
}

// reverts reports whether an event's link ends because its owner has asked for
// just that: to take the links off and disconnect.
func (p *planner) reverts(it *item) bool {
	return it.calendar != nil && it.calendar.Reverting && it.event.Gone == sources.Present
}

// reverting reports whether that is asked for anywhere: then a meeting that no
// event claims is what was left of it when the pass before ended.
func (p *planner) reverting() bool {
	return slices.ContainsFunc(p.calendars, func(c Calendar) bool { return c.Reverting })
}

// removes reports whether the event's link ends. Where the event claims nothing
// that is known, a release only clears a row.
func (p *planner) removes(it *item) bool {
	if it.hold != "" {
		return false
	}
	switch it.do {
	case Restore:
		return p.stands(it)
	case Release:
		return it.meeting >= 0 && !p.meetings[it.meeting].gone
	case Write:
		return it.decision.Wanted == wantStatic && it.meeting >= 0
	}
	return false
}

// fingerprint names this very set of removals, so that a release is for what
// somebody has seen and nothing else: the set as a whole, and after a colon each
// removal in eight digits. Items and meetings are in a fixed order.
func (p *planner) fingerprint(r removals) string {
	all, each := fnv.New64a(), strings.Builder{}
	add := func(kind string, id int64, event string) {
		name := []byte(kind + strconv.FormatInt(id, 10) + ":" + strconv.Quote(event))
		_, _ = all.Write(name)
		one := fnv.New32a()
		_, _ = one.Write(name)
		_, _ = fmt.Fprintf(&each, "%08x", one.Sum32())
	}
	for _, list := range [][]int32{r.weak, r.strong} {
		for _, i := range list {
			add("e", p.items[i].event.Calendar, p.items[i].event.ID)
			if m := p.items[i].meeting; m >= 0 {
				add("m", p.meetings[m].ID, "") // goes when its last event has left it
			}
		}
	}
	for _, list := range [][]int32{r.merged, r.unclaimed} {
		for _, i := range list {
			add("m", p.meetings[i].ID, "")
		}
	}
	return strconv.FormatUint(all.Sum64(), 16) + ":" + each.String()
}

const digits = 8 // of one removal in a fingerprint

// within reports whether a released plan covers every removal of this one. What
// was cut short, by a crash or a provider, is what is left of the released one.
func within(fingerprint, released string) bool {
	if fingerprint == released {
		return true
	}
	_, wanted, _ := strings.Cut(fingerprint, ":")
	_, allowed, _ := strings.Cut(released, ":")
	seen := make(map[string]bool, len(allowed)/digits)
	for ; len(allowed) >= digits; allowed = allowed[digits:] {
		seen[allowed[:digits]] = true
	}
	for ; len(wanted) >= digits; wanted = wanted[digits:] {
		if !seen[wanted[:digits]] {
			return false
		}
	}
	return true
}
