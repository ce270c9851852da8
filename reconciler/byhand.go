package reconciler

import (
	"context"
	"errors"
	"slices"

	"slotward/reconciler/plan"
	"slotward/store"
	"slotward/zoom"
)

// proveHands asks Zoom whose meetings are behind links that people put on events.
// Each is asked for once: what is not the host's own is remembered, and what is
// becomes ours in this very pass. It reports whether anything was learnt.
func (p *pass) proveHands(ctx context.Context, ids []int64) (learnt bool, err error) {
	for _, id := range ids {
		if p.zoom == nil || p.isBlocked(zoomKey) {
			break
		}
		if p.isBlocked(meetingKey(plan.Adopt, id)) {
			continue
		}
		found, err := p.zoom.Get(ctx, id)
		switch {
		case saysNo(err):
			if err := p.estrange(ctx, id); err != nil {
				return learnt, err
			}
		case err != nil:
			p.zoomFailed(ctx, err)
			return learnt, nil
		case !p.ownMeeting(found):
			if err := p.estrange(ctx, id); err != nil {
				return learnt, err
			}
		case found.Started:
			p.remember(meetingKey(plan.Adopt, id), result{plan.ForeignLink, "the meeting is running", p.now.Add(runningFor)})
		default:
			p.host.proofs = append(p.host.proofs, found)
			learnt = true
		}
	}
	return learnt, nil
}

// saysNo reports whether Zoom's answer is about the very meeting that it was asked
// for. That an administrator has blocked the app says nothing of any meeting.
func saysNo(err error) bool {
	return errors.Is(err, zoom.ErrGone) || errors.Is(err, zoom.ErrRefused) && !errors.Is(err, zoom.ErrBlocked)
}

// ownMeeting reports whether a meeting is one that the host planned in this very
// account: not the personal room, not a webinar, not somebody else's.
func (p *pass) ownMeeting(m zoom.Meeting) bool {
	planned := m.Type == zoom.Scheduled || m.Type == zoom.OpenSeries || m.Type == zoom.FixSeries
	return planned && !m.Personal && m.HostID != "" && m.HostID == p.hostID() && !p.snap.Others[m.ID]
}

// estrange remembers that a meeting is not the host's to keep.
func (p *pass) estrange(ctx context.Context, id int64) error {
	if p.snap.Strangers == nil {
		p.snap.Strangers = map[int64]bool{}
	}
	p.snap.Strangers[id] = true
	p.host.proofs = slices.DeleteFunc(p.host.proofs, func(m zoom.Meeting) bool { return m.ID == id })
	if p.dry {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error { return tx.PutStranger(p.hostID(), id) })
}

// adoptByHand makes a meeting that people made ours: our reference at the start
// of its agenda, and whatever its event wants to be different, in one request.
// What Zoom refuses to have changed stays what people made.
func (p *pass) adoptByHand(ctx context.Context, a plan.Action) error {
	found := a.Found
	change := a.Change
	if a.Reference == "" {
		a.Reference = zoom.NewReference(p.r.Store.Installation())
		agenda := zoom.WithReference(a.Reference, found.Agenda)
		change.Agenda = &agenda
	}
	if !change.Empty() {
		if err := p.spend(ctx); err != nil {
			return err
		}
	}
	p.host.forget(found.ID)
	err := p.zoom.Update(ctx, found.ID, change)
	switch {
	case saysNo(err):
		p.replan = true
		return p.estrange(ctx, found.ID)
	case err != nil:
		return p.zoomRefused(ctx, a, err)
	}
	p.heard(zoomKey)
	if err := p.recordMeeting(ctx, a, zoom.Draft{}, found, "adopted"); err != nil {
		return err
	}
	p.replan = true
	p.tell(a, "done", "")
	return nil
}
