package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// zoomHost is what was seen of the person's Zoom account in this pass.
type zoomHost struct {
	listed   bool
	sought   bool                   // and asked for what marks name and the listing does not
	meetings []zoom.Meeting         // complete, when listed
	missing  map[int64]bool         // asked for one by one: gone
	seen     map[int64]zoom.Meeting // as Zoom has them now
	proofs   []zoom.Meeting         // behind links that people typed: the host's own
}

// apply overlays what was seen at Zoom on the rows of the store, so that the
// planner compares with what is, not with what we once wrote. It returns the
// meetings that somebody has edited in Zoom.
func (h *zoomHost) apply(snap *store.Snapshot) (edited []store.Meeting) {
	for i := range snap.Meetings {
		m := &snap.Meetings[i]
		if h.missing[m.ID] {
			m.Missing = true
		}
		now, ok := h.seen[m.ID]
		if !ok {
			continue
		}
		before := *m
		m.Topic, m.Type = now.Topic, now.Type
		switch {
		case now.Type == zoom.FixSeries && before.Type == zoom.FixSeries && (now.Start.IsZero() || showsAs(before, now.Start)):
			m.Minutes = now.Minutes // shown with its first start, or its next
		case !now.Start.IsZero():
			m.Start, m.Minutes = now.Start, now.Minutes
		}
		if m.Topic != before.Topic || m.Type != before.Type || !m.Start.Equal(before.Start) || m.Minutes != before.Minutes {
			edited = append(edited, *m)
		}
		m.Running = now.Started
	}
	return edited
}

// showsAs reports whether a series with fixed times may be listed with a start.
func showsAs(m store.Meeting, start time.Time) bool {
	zone, err := sources.LoadZone(m.TimeZone)
	return err == nil && m.Recurrence.ShownAt(m.Start, zone, start)
}

// forget drops what was seen of a meeting that was changed or deleted since.
func (h *zoomHost) forget(id int64) {
	delete(h.seen, id)
	h.meetings = slices.DeleteFunc(h.meetings, func(m zoom.Meeting) bool { return m.ID == id })
}

// connectZoom makes the Zoom client when the connection works.
func (p *pass) connectZoom() {
	p.zoom = nil
	if c, ok := p.zoomConnection(); ok && works(c) && !p.lame[c.ID] {
		p.zoom = p.r.zoom(c)
	}
}

// zoomConnection returns the person's Zoom connection, the working one if there are several.
func (p *pass) zoomConnection() (store.Connection, bool) {
	var found store.Connection
	for _, c := range p.snap.Connections {
		if c.Provider == "zoom" && (found.ID == 0 || works(c)) {
			found = c
		}
	}
	return found, found.ID != 0
}

// hostOf returns the Zoom user id that the person's account is bound to.
func hostOf(c store.Connection) string {
	if c.HostID != "" {
		return c.HostID
	}
	id, _, _ := strings.Cut(c.Account, "@")
	return id
}

// auditPatience is how long the daily look waits for calendars that cannot be
// read just now: while one is unread, what nothing seems to use is not cleared up,
// and the next look is a day away.
const auditPatience = time.Hour

// audit lists the host's meetings when the daily look is due, and once after each
// start: the store may have been put back from a backup meanwhile, and know as alive
// what was deleted since.
func (p *pass) audit(ctx context.Context) error {
	if len(p.snap.Meetings) == 0 && !p.dry {
		p.r.audited.Store(p.lease.Person, true) // what is made from here on is known
	}
	if p.r.Audit == nil || p.dry || p.host.listed || p.zoom == nil || len(p.snap.Meetings) == 0 {
		return nil
	}
	last := p.snap.Person.AuditedAt
	if last.IsZero() {
		last = p.snap.Meetings[0].CreatedAt
		for _, m := range p.snap.Meetings {
			last = earlier(last, m.CreatedAt)
		}
	}
	due := p.r.Audit.Next(last)
	if _, lately := p.r.audited.Load(p.lease.Person); !lately && p.allRead() {
		due = p.now
	}
	if due.After(p.now) || !p.allRead() && p.now.Sub(due) < auditPatience {
		return nil
	}
	if !p.list(ctx) {
		return nil
	}
	if complete, err := p.confirm(ctx); err != nil || !complete {
		return err
	}
	if err := p.takeEdits(ctx); err != nil {
		return err
	}
	p.r.audited.Store(p.lease.Person, true)
	p.snap.Person.AuditedAt = p.now
	return p.write(ctx, func(tx *store.Tx) error { return tx.SetAudited(p.now) })
}

// list lists the host's meetings, whole or not at all, and reports whether it could.
// Those that marks name and it leaves out are asked for one by one.
func (p *pass) list(ctx context.Context) bool {
	if p.zoom == nil || p.isBlocked(zoomKey) {
		return false
	}
	meetings, err := p.zoom.List(ctx)
	if err != nil {
		p.log.Warn("Zoom meetings not listed", slog.Any("error", err))
		p.zoomFailed(ctx, err)
		return false
	}
	p.heard(zoomKey)
	p.host.listed, p.host.meetings = true, meetings[:0]
	p.host.seen = make(map[int64]zoom.Meeting, len(meetings))
	for _, m := range meetings {
		if p.snap.Others[m.ID] {
			continue // of somebody who had this Zoom account before (I13)
		}
		p.host.meetings = append(p.host.meetings, m)
		p.host.seen[m.ID] = m
	}
	if err := p.takeEdits(ctx); err != nil {
		p.fail(err)
	}
	p.host.sought = p.seek(ctx)
	return true
}

// takeEdits takes over what was seen at Zoom. What somebody edited there is
// stored, so that it is put right also when this pass does not get to it.
func (p *pass) takeEdits(ctx context.Context) error {
	edited := p.host.apply(p.snap)
	if len(edited) == 0 || p.dry {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error {
		for _, m := range edited {
			if err := tx.PutMeeting(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// confirm asks for each known meeting that the listing does not name. Only
// Zoom's own word on that very meeting counts as gone (I4); listings leave out
// what has expired. Of an account that the person has since exchanged for
// another nothing can be learnt. It reports whether Zoom answered for all of them,
// whatever it said.
func (p *pass) confirm(ctx context.Context) (complete bool, err error) {
	p.host.missing = map[int64]bool{}
	for _, m := range p.snap.Meetings {
		if _, listed := p.host.seen[m.ID]; listed || m.Missing || p.over(m) || m.HostID != p.hostID() {
			continue
		}
		found, err := p.zoom.Get(ctx, m.ID)
		switch {
		case errors.Is(err, zoom.ErrGone):
			p.host.missing[m.ID] = true
			if err := p.markMissing(ctx, m); err != nil {
				return false, err
			}
		case tellsNothing(err):
			p.doubt(m.ID, err)
		case err != nil:
			p.zoomFailed(ctx, err)
			return false, nil
		default:
			p.host.seen[m.ID] = found
		}
	}
	return true, nil
}

// refill asks Zoom again how to get into meetings whose details were sealed
// under a key that is lost.
func (p *pass) refill(ctx context.Context) error {
	for i := range p.snap.Meetings {
		m := &p.snap.Meetings[i]
		if m.Joining.URL != "" || m.Missing || p.zoom == nil || p.isBlocked(zoomKey) || p.isBlocked(meetingKey(asked, m.ID)) || p.over(*m) {
			continue
		}
		found, err := p.zoom.Get(ctx, m.ID)
		switch {
		case errors.Is(err, zoom.ErrGone):
			if err := p.markMissing(ctx, *m); err != nil {
				return err
			}
			m.Missing = true
			continue
		case tellsNothing(err):
			p.doubt(m.ID, err)
			continue
		case err != nil:
			p.zoomFailed(ctx, err)
			return nil
		}
		m.Topic, m.Joining = found.Topic, joining(found)
		if p.dry {
			continue
		}
		if err := p.write(ctx, func(tx *store.Tx) error { return tx.PutMeeting(*m) }); err != nil {
			return err
		}
	}
	return nil
}

// over reports whether a one-off meeting has ended, so that its expiry means nothing.
func (p *pass) over(m store.Meeting) bool {
	return m.Type == zoom.Scheduled && !m.Start.IsZero() && m.Start.Add(time.Duration(m.Minutes)*time.Minute).Before(p.now)
}

// markMissing records that Zoom no longer knows a meeting of ours.
func (p *pass) markMissing(ctx context.Context, m store.Meeting) error {
	if p.dry {
		return nil
	}
	m.Missing = true
	return p.write(ctx, func(tx *store.Tx) error {
		if err := tx.PutMeeting(m); err != nil {
			return err
		}
		return tx.Journal(p.entry(plan.Action{Kind: "missing", Meeting: m.ID, Title: m.Topic}, "done", "the meeting was deleted in Zoom"))
	})
}

func (p *pass) isBlocked(key string) bool {
	_, blocked := p.blockedBy(key)
	return blocked
}

// zoomFailed takes an error from Zoom: a dead connection is recorded, a limit
// ends Zoom's requests for this pass, anything else is tried again soon.
func (p *pass) zoomFailed(ctx context.Context, err error) verdict {
	v := p.judge(err)
	switch v.reason {
	case plan.CalError:
		v.reason = plan.ZoomError
	case plan.Unread:
		v.reason = plan.NotLinked
	}
	if v.state != "" {
		p.lostZoom = true
		if c, ok := p.zoomConnection(); ok {
			if err := p.setConnection(ctx, c.ID, v.state, v.detail); err != nil {
				p.fail(err)
			}
		}
	}
	p.block(zoomKey, v)
	if v.passing() {
		p.unheard(zoomKey, v.result)
		p.fail(err)
	}
	p.soonest(v.until)
	return v
}
