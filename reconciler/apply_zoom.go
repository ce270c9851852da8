package reconciler

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// create makes a meeting exactly once: the intent is committed before the
// request is sent, and a request whose outcome is unknown is never sent again.
func (p *pass) create(ctx context.Context, a plan.Action) error {
	if !p.zoomReady(a) {
		return nil
	}
	slot, err := json.Marshal(a.Slot)
	if err != nil {
		return err
	}
	draft := a.Draft
	draft.Reference = zoom.NewReference(p.r.Store.Installation())
	a.Reference = draft.Reference
	err = p.write(ctx, func(tx *store.Tx) error {
		if err := tx.Spend(p.hostID(), p.today(), 1); err != nil {
			return err
		}
		return tx.InsertIntent(store.Intent{
			Reference: draft.Reference, Person: p.lease.Person, Slot: string(slot), Events: a.Events, SentAt: p.now})
	})
	if err != nil {
		return err
	}
	made, err := p.zoom.Create(ctx, draft)
	if err != nil {
		return p.createFailed(ctx, a, err)
	}
	p.heard(zoomKey)
	a.Meeting = made.ID
	p.made[a.Slot] = made.ID
	if err := p.recordMeeting(ctx, a, draft, made, "created"); err != nil {
		return err
	}
	p.tell(a, "done", "")
	return nil
}

// createFailed closes the intent when it is certain that nothing was made, and
// leaves it open when nobody can tell.
func (p *pass) createFailed(ctx context.Context, a plan.Action, cause error) error {
	var auth *authError
	unsent := errors.As(cause, &auth)
	v := p.zoomFailed(ctx, cause)
	if errors.Is(cause, zoom.ErrUnknown) && !unsent {
		v.reason, v.detail = plan.Unanswered, "Zoom's answer to the create is unknown; its meetings are being looked through"
		p.soonest(p.now.Add(createGrace))
		return p.refuse(ctx, a, v, cause)
	}
	retaken := p.noteUntaken(&a.Draft.Recurrence, &a.Draft.TimeZone, cause)
	err := p.write(ctx, func(tx *store.Tx) error {
		if v.reason == plan.DailyLimit {
			if err := tx.Exhaust(p.hostID(), p.today(), v.until); err != nil {
				return err
			}
		}
		return tx.CloseIntent(a.Reference, "refused")
	})
	if err != nil || retaken {
		return err
	}
	return p.refuse(ctx, a, v, cause)
}

// recordMeeting stores a meeting that exists now, with the claims of those it
// is for, and closes the intent that led to it.
func (p *pass) recordMeeting(ctx context.Context, a plan.Action, draft zoom.Draft, made zoom.Meeting, outcome string) error {
	m := store.Meeting{
		ID: made.ID, Person: p.lease.Person, HostID: p.hostID(), Reference: a.Reference,
		Topic: made.Topic, Type: made.Type, Start: made.Start, Minutes: made.Minutes, TimeZone: made.TimeZone,
		CreatedAt: p.now, Joining: joining(made), Recurrence: made.Recurrence,
		Found: made.Type == zoom.OpenSeries && a.Reason != plan.Unanswered, // what a lost answer was to tell, a plan chose
	}
	if !made.CreatedAt.IsZero() && made.CreatedAt.Before(p.now) {
		m.CreatedAt = made.CreatedAt // adopted
	}
	change(&m, a.Change) // adopted with it
	if draft.Type != 0 { // what we asked for stands, even where the answer leaves it out
		m.Topic, m.Type, m.Start, m.Minutes, m.TimeZone = draft.Topic, draft.Type, draft.Start, draft.Minutes, draft.TimeZone
		m.Recurrence, m.Found = draft.Recurrence, false
	}
	for _, ref := range a.Events {
		p.claims[ref] = made.ID
	}
	p.snap.Meetings = append(p.snap.Meetings, m)
	return p.write(ctx, func(tx *store.Tx) error {
		if err := tx.PutMeeting(m); err != nil {
			return err
		}
		if err := tx.CloseIntent(a.Reference, outcome); err != nil {
			return err
		}
		for _, ref := range a.Events {
			if err := tx.PutClaim(store.Claim{Event: ref, Person: p.lease.Person, Meeting: made.ID, Since: p.now}); err != nil {
				return err
			}
		}
		return tx.Journal(p.entry(a, "done", ""))
	})
}

// adopt records a meeting that the host's listing proves to be ours.
func (p *pass) adopt(ctx context.Context, a plan.Action) error {
	if !p.zoomReady(a) {
		return nil
	}
	if a.ByHand {
		return p.adoptByHand(ctx, a)
	}
	found, err := p.zoom.Get(ctx, a.Found.ID) // the listing tells neither passcode nor dial-in
	if err != nil {
		return p.refuse(ctx, a, p.zoomFailed(ctx, err), err)
	}
	a.Meeting = found.ID
	p.replan = true
	if err := p.recordMeeting(ctx, a, zoom.Draft{}, found, "adopted"); err != nil {
		return err
	}
	p.tell(a, "done", "")
	return nil
}

// abandon closes an intent whose meeting never came to be.
func (p *pass) abandon(ctx context.Context, a plan.Action) error {
	err := p.write(ctx, func(tx *store.Tx) error {
		if err := tx.CloseIntent(a.Reference, "abandoned"); err != nil {
			return err
		}
		return tx.Journal(p.entry(a, "done", "Zoom never made this meeting"))
	})
	if err != nil {
		return err
	}
	p.replan = true
	p.tell(a, "done", "")
	return nil
}

// update patches a meeting. A patch is idempotent: after an unknown outcome it
// is patched again, with what is wanted then.
func (p *pass) update(ctx context.Context, a plan.Action) error {
	if !p.zoomReady(a) {
		return nil
	}
	m, known := p.meeting(a.Meeting)
	if !known {
		return nil // gone since it was planned
	}
	err := p.write(ctx, func(tx *store.Tx) error {
		if err := tx.Spend(p.hostID(), p.today(), 1); err != nil {
			return err
		}
		return tx.PutMeeting(unsure(m, a.Change))
	})
	if err != nil {
		return err
	}
	p.host.forget(m.ID)
	err = p.zoom.Update(ctx, a.Meeting, a.Change)
	if errors.Is(err, zoom.ErrGone) {
		p.replan, p.missing[m.ID] = true, true
		return p.markMissing(ctx, m)
	}
	if err != nil {
		if !unanswered(err) {
			if err := p.write(ctx, func(tx *store.Tx) error { return tx.PutMeeting(m) }); err != nil {
				return err
			}
		}
		if p.noteUntaken(a.Change.Recurrence, a.Change.TimeZone, err) {
			return nil
		}
		return p.zoomRefused(ctx, a, err)
	}
	p.heard(zoomKey)
	change(&m, a.Change)
	return p.changed(ctx, a, m, "")
}

// changed records a meeting as it is now.
func (p *pass) changed(ctx context.Context, a plan.Action, m store.Meeting, detail string) error {
	if err := p.write(ctx, func(tx *store.Tx) error {
		if err := tx.PutMeeting(m); err != nil {
			return err
		}
		return tx.Journal(p.entry(a, "done", detail))
	}); err != nil {
		return err
	}
	if i := slices.IndexFunc(p.snap.Meetings, func(old store.Meeting) bool { return old.ID == m.ID }); i >= 0 {
		p.snap.Meetings[i] = m
	}
	p.tell(a, "done", detail)
	return nil
}

// unsure is a meeting's row while a change of it is on its way: what changes is
// not known. Without an answer it stays like this, and whatever is wanted then is
// patched, also if it is what the meeting was before.
func unsure(m store.Meeting, c zoom.Change) store.Meeting {
	if c.Topic != nil {
		m.Topic = ""
	}
	if c.Start != nil {
		m.Start = time.Time{}
	}
	if c.Minutes != nil {
		m.Minutes = 0
	}
	if c.Type != nil {
		m.Type = 0
	}
	if c.Recurrence != nil {
		m.Recurrence, m.Dropped = zoom.Recurrence{}, nil
	}
	return m
}

// unanswered reports whether a request that failed may have taken effect.
func unanswered(err error) bool {
	var auth *authError
	return !errors.As(err, &auth) && (errors.Is(err, zoom.ErrUnavailable) || errors.Is(err, zoom.ErrIncomplete))
}

// delete takes a meeting away that nothing uses any more. When an event that
// was to leave it could not be written, it still shows the link: the meeting stays.
func (p *pass) delete(ctx context.Context, a plan.Action) error {
	for _, ref := range a.Past {
		delete(p.claims, ref) // it goes with the meeting
	}
	if p.shown(a.Meeting) {
		p.tell(a, "held", "an event still shows it")
		return nil
	}
	if a.Reason != plan.ZoomGone { // otherwise only its row is left
		if !p.zoomReady(a) {
			return nil
		}
		if err := p.spend(ctx); err != nil {
			return err
		}
		if err := p.zoom.Delete(ctx, a.Meeting); err != nil && !errors.Is(err, zoom.ErrGone) {
			return p.zoomRefused(ctx, a, err)
		}
		p.heard(zoomKey)
	}
	p.host.forget(a.Meeting)
	if err := p.write(ctx, func(tx *store.Tx) error {
		if err := tx.DropMeeting(a.Meeting); err != nil {
			return err
		}
		return tx.Journal(p.entry(a, "done", ""))
	}); err != nil {
		return err
	}
	p.tell(a, "done", "")
	return nil
}

// shown reports whether an event still shows a meeting: it claims it, or it is
// to be written in this pass and was not yet, for whatever reason.
func (p *pass) shown(meeting int64) bool {
	for _, claimed := range p.claims {
		if claimed == meeting {
			return true
		}
	}
	for ref := range p.pending {
		if e := p.event(ref); e != nil && e.Gone == sources.Present && e.Mark.Meeting == strconv.FormatInt(meeting, 10) {
			return true
		}
	}
	return false
}

// zoomRefused takes a failed update or delete.
func (p *pass) zoomRefused(ctx context.Context, a plan.Action, cause error) error {
	v := p.zoomFailed(ctx, cause)
	p.keepOff(a, v, cause)
	if v.reason == plan.DailyLimit {
		err := p.write(ctx, func(tx *store.Tx) error { return tx.Exhaust(p.hostID(), p.today(), v.until) })
		if err != nil {
			return err
		}
	}
	return p.refuse(ctx, a, v, cause)
}

// keepOff remembers what no event that is changed meanwhile ends: the limit of
// deletes, which Zoom counts apart, and that the meeting is running.
func (p *pass) keepOff(a plan.Action, v verdict, cause error) {
	switch {
	case errors.Is(cause, zoom.ErrBusy):
		p.remember(meetingKey(a.Kind, a.Meeting), v.result)
	case a.Kind == plan.Delete && v.reason == plan.DailyLimit:
		p.remember(deletesKey, v.result)
	}
}

// spend counts one Zoom write, in the transaction that checks the lease.
func (p *pass) spend(ctx context.Context) error {
	return p.write(ctx, func(tx *store.Tx) error { return tx.Spend(p.hostID(), p.today(), 1) })
}

// today is the UTC day on which a request that is sent now counts: a long pass
// may go on past midnight.
func (p *pass) today() string { return day(p.r.Now()) }

// zoomReady reports whether Zoom may be asked; otherwise the action waits.
func (p *pass) zoomReady(a plan.Action) bool {
	res, blocked := p.blockedBy(zoomKey)
	if blocked && a.Kind == plan.Delete && res.reason == plan.DailyLimit {
		// Deletes count in another of Zoom's limits: only Zoom itself refuses them.
		res, blocked = p.blockedBy(deletesKey)
	}
	if blocked {
		p.held(a, res)
		return false
	}
	if p.zoom == nil {
		p.held(a, result{reason: plan.NeedsReauth, detail: "Zoom is not connected"})
		return false
	}
	return true
}

func (p *pass) meeting(id int64) (store.Meeting, bool) {
	for _, m := range p.snap.Meetings {
		if m.ID == id {
			return m, true
		}
	}
	return store.Meeting{}, false
}

func (p *pass) hostID() string {
	c, _ := p.zoomConnection()
	return hostOf(c)
}

// change applies to the row what was applied at Zoom.
func change(m *store.Meeting, c zoom.Change) {
	if c.Topic != nil {
		m.Topic = *c.Topic
	}
	if c.Start != nil {
		m.Start = *c.Start
	}
	if c.Minutes != nil {
		m.Minutes = *c.Minutes
	}
	if c.TimeZone != nil {
		m.TimeZone = *c.TimeZone
	}
	if c.Type != nil {
		m.Type = *c.Type
		if m.Type == zoom.OpenSeries {
			m.Start = time.Time{}
		}
		m.Recurrence, m.Dropped, m.Found = zoom.Recurrence{}, nil, false
	}
	if c.Recurrence != nil { // scheduled anew: what was deleted of it may be there again
		m.Recurrence, m.Dropped = *c.Recurrence, nil
	}
}

// joining is how to get into a Zoom meeting.
func joining(m zoom.Meeting) sources.Joining {
	return sources.Joining{Provider: "zoom", Meeting: strconv.FormatInt(m.ID, 10), URL: m.JoinURL, Passcode: m.Passcode, DialIn: m.DialIn}
}
