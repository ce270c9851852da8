package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

// About a meeting that is asked for by its number Zoom has three answers: here it
// is, it is gone (zoom.ErrGone), and anything else, which says nothing of it (I4).
// A webinar that was a meeting is refused so, and whatever Zoom's gateway stumbles
// over. Nothing is decided then; it is told, and asked for again later.

// tellsNothing reports whether Zoom refused to speak of the one meeting that was
// asked for. What stands against the account as a whole is no such answer.
func tellsNothing(err error) bool {
	return errors.Is(err, zoom.ErrRefused) && !errors.Is(err, zoom.ErrBlocked)
}

// What a question by number counts as among the things that wait: asked when Zoom
// did not tell, sought when it did not say that the meeting is this host's.
const (
	asked  plan.Kind = "asked"
	sought plan.Kind = "sought"
)

// doubt notes that Zoom refused to speak of a meeting: it is not asked again for
// some hours.
func (p *pass) doubt(id int64, err error) {
	p.log.Warn("Zoom does not tell of a meeting", slog.Int64("meeting", id), slog.Any("error", err))
	p.remember(meetingKey(asked, id), result{plan.ZoomError, err.Error(), p.now.Add(parkedFor)})
}

// seek asks for each meeting that a mark names and neither the store nor the
// listing does: only Zoom's word on that very meeting counts as gone. It reports
// whether Zoom could be asked for all of them; what it did not tell of is doubted.
func (p *pass) seek(ctx context.Context) (complete bool) {
	complete = true
	for _, id := range p.unknown() {
		key := meetingKey(asked, id)
		if _, listed := p.host.seen[id]; listed || p.isBlocked(key) {
			continue
		}
		if p.isBlocked(zoomKey) {
			p.blocked[key], complete = result{}, false
			continue
		}
		found, err := p.zoom.Get(ctx, id)
		if errors.Is(err, zoom.ErrGone) || tellsNothing(err) {
			p.remember(meetingKey(sought, id), result{until: p.now.Add(longestWait)})
		}
		switch {
		case errors.Is(err, zoom.ErrGone):
		case tellsNothing(err):
			p.doubt(id, err)
		case err != nil:
			p.zoomFailed(ctx, err)
			p.blocked[key], complete = result{}, false
			if p.zoom == nil {
				return false
			}
		case found.HostID == p.hostID():
			p.host.meetings = append(p.host.meetings, found)
			p.host.seen[id] = found
		}
	}
	return complete
}

// doubted are the meetings that marks name and of which Zoom does not tell at present.
func (p *pass) doubted() map[int64]bool {
	var out map[int64]bool
	for _, id := range p.unknown() {
		if !p.isBlocked(meetingKey(asked, id)) {
			continue
		}
		if out == nil {
			out = map[int64]bool{}
		}
		out[id] = true
	}
	return out
}

// elsewhere are the meetings that marks name and that are another person's: theirs
// now, or those of somebody who was removed and that this host does not have. The
// same account may have come back, so of the latter Zoom is asked once a day.
func (p *pass) elsewhere(ctx context.Context) (map[int64]bool, error) {
	ids := p.unknown()
	if len(ids) == 0 {
		return map[int64]bool{}, nil
	}
	others, released, err := p.askElsewhere(ctx, ids)
	if err != nil {
		return nil, err
	}
	for id := range released {
		if p.zoom == nil || p.isBlocked(meetingKey(sought, id)) {
			others[id] = true
		}
	}
	return others, nil
}

// askElsewhere asks the store whose some meetings are. The caller may change others.
func (p *pass) askElsewhere(ctx context.Context, ids []int64) (others, released map[int64]bool, err error) {
	if p.known.ids == nil || !slices.Equal(p.known.ids, ids) {
		if others, released, err = p.r.Store.Elsewhere(ctx, p.lease.Person, ids); err != nil || !p.dry {
			return others, released, err
		}
		p.known.ids, p.known.others, p.known.released = ids, others, released
	}
	return maps.Clone(p.known.others), p.known.released, nil
}

// unknown lists the meetings that marks name and the store does not know.
func (p *pass) unknown() []int64 {
	known := make(map[int64]bool, len(p.snap.Meetings))
	for i := range p.snap.Meetings {
		known[p.snap.Meetings[i].ID] = true
	}
	return slices.DeleteFunc(p.marked(), func(id int64) bool { return known[id] || p.snap.Others[id] })
}

// marked lists the meetings that events still to come name in marks of ours.
func (p *pass) marked() []int64 {
	seen := map[int64]bool{}
	for i := range p.events {
		e := &p.events[i]
		end := e.End
		if e.Kind == sources.Series {
			end = e.Last
		}
		ours := e.Mark.Installation == p.r.Store.Installation() && e.Mark.Names(e.ID)
		if !ours || e.Gone != sources.Present || !end.IsZero() && !end.After(p.now) {
			continue
		}
		if id, err := strconv.ParseInt(e.Mark.Meeting, 10, 64); err == nil {
			seen[id] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
