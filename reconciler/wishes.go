package reconciler

import (
	"strconv"

	"slotward/sources"
	"slotward/store"
)

// fulfilled lists the events that were to get a new link and neither claim nor
// show the old one any more: they have the new one, or want none of ours.
func (p *pass) fulfilled() []sources.EventRef {
	var out []sources.EventRef
	for _, w := range p.snap.Wishes {
		if w.Kind == store.WishRenewal && p.claims[w.Event] != w.Meeting && !p.names(w.Event, w.Meeting) {
			out = append(out, w.Event)
		}
	}
	return out
}

// names reports whether an event's mark names a meeting: then the event shows it.
func (p *pass) names(ref sources.EventRef, meeting int64) bool {
	e := p.event(ref)
	return e != nil && e.Gone == sources.Present && e.Mark.Installation == p.r.Store.Installation() &&
		e.Mark.Meeting == strconv.FormatInt(meeting, 10)
}
