package reconciler

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// proveHands asks Zoom whose meetings are behind links that people put on events.
// What is not the host's own is remembered, and what is becomes ours in this very
// pass. What Zoom does not know, or does not tell, is asked for again a day later:
// a meeting may come back from the trash. It reports whether anything was learnt.
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
		case errors.Is(err, zoom.ErrGone), tellsNothing(err):
			if err := p.estrange(ctx, id, err); err != nil {
				return learnt, err
			}
		case err != nil:
			p.zoomFailed(ctx, err)
			return learnt, nil
		case !p.ownMeeting(found):
			if err := p.estrange(ctx, id, nil); err != nil {
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

// ownMeeting reports whether a meeting is one that the host planned in this very
// account: not the personal room, not a webinar, not somebody else's.
func (p *pass) ownMeeting(m zoom.Meeting) bool {
	planned := m.Type == zoom.Scheduled || m.Type == zoom.OpenSeries || m.Type == zoom.FixSeries
	return planned && !m.Personal && m.HostID != "" && m.HostID == p.hostID() && !p.snap.Others[m.ID]
}

// estrange remembers that a meeting is not the host's to keep: for good where Zoom
// said so (cause is nil), else until it is asked again.
func (p *pass) estrange(ctx context.Context, id int64, cause error) error {
	if p.snap.Strangers == nil {
		p.snap.Strangers = map[int64]bool{}
	}
	p.snap.Strangers[id] = true
	p.host.proofs = slices.DeleteFunc(p.host.proofs, func(m zoom.Meeting) bool { return m.ID == id })
	if p.dry {
		return nil
	}
	again := time.Time{}
	if cause != nil {
		again = p.now.Add(askAgain)
	}
	return p.write(ctx, func(tx *store.Tx) error {
		if err := tx.PutStranger(p.hostID(), id, again); err != nil || cause == nil || errors.Is(cause, zoom.ErrGone) {
			return err
		}
		return tx.Journal(p.entry(plan.Action{Kind: plan.Adopt, Event: p.showing(id), Meeting: id}, "held", cause.Error()))
	})
}

// showing names an event on which people put the link of a meeting.
func (p *pass) showing(id int64) sources.EventRef {
	text := strconv.FormatInt(id, 10)
	for i := range p.events {
		for _, l := range p.events[i].Shown.Links {
			if l.Provider == "zoom" && l.Meeting == text {
				return p.events[i].Ref()
			}
		}
	}
	return sources.EventRef{}
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
	case errors.Is(err, zoom.ErrGone), tellsNothing(err):
		p.replan = true
		return p.estrange(ctx, found.ID, err)
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
