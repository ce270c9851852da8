package reconciler

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// watch asks Zoom whether meetings that are to be replaced are running, which its
// listings do not tell. One of which that is not known is taken to be, for now.
func (p *pass) watch(ctx context.Context) error {
	failed := false
	for i := range p.snap.Meetings {
		m := &p.snap.Meetings[i]
		if !p.outdated(m.ID) || m.Missing || p.zoom == nil || p.isBlocked(zoomKey) {
			continue
		}
		if failed {
			m.Running = true
			continue
		}
		found, err := p.zoom.Get(ctx, m.ID)
		switch {
		case errors.Is(err, zoom.ErrGone):
			if err := p.markMissing(ctx, *m); err != nil {
				return err
			}
			m.Missing = true
		case err != nil:
			p.zoomFailed(ctx, err)
			m.Running, failed = true, true
		default:
			m.Running = found.Started
		}
	}
	return nil
}

// outdated reports whether an event that claims a meeting is to get another.
func (p *pass) outdated(meeting int64) bool {
	return slices.ContainsFunc(p.snap.Wishes, func(w store.Wish) bool {
		return w.Kind == store.WishRenewal && w.Meeting == meeting && p.claims[w.Event] == meeting
	})
}

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
