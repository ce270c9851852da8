package reconciler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// exceptionsReread is how many exceptions of one series are read again at once.
const exceptionsReread = 20

// writeLink makes an event show its meeting: link and mark in one conditional
// request.
func (p *pass) writeLink(ctx context.Context, a plan.Action) error {
	event := p.event(a.Event)
	join, ok := p.joining(a)
	if event == nil || !ok {
		res, failed := p.results[a.Event]
		if !failed {
			res = result{reason: plan.ZoomError, detail: "its Zoom meeting could not be made"}
		}
		p.held(a, res)
		return nil
	}
	if id, err := strconv.ParseInt(join.Meeting, 10, 64); err == nil {
		a.Meeting = id
	}
	settings := p.chosen[a.Event.Calendar]
	edit := sources.LinkEdit(&event.Event, &join, p.r.Store.Installation(), p.yields(event, settings), a.Replace)
	if edit.Empty() {
		return p.done(ctx, a, true)
	}
	edit.Notify = settings.Notify
	if edit.Unseen() || event.Mark.Names(event.ID) && event.Mark.Meeting == join.Meeting || shownByHand(event, join) {
		edit.Notify = sources.NotifyNone // the link that guests have stays the same (I6)
	}
	if a.Repair {
		if gone, err := p.isGone(ctx, a.Meeting); gone || err != nil {
			return err
		}
		if err := p.announceRepair(ctx, a, join); err != nil {
			return err
		}
	}
	if err := p.edit(ctx, a, event, edit, true); err != nil || event.Kind != sources.Series || p.pending[a.Event] {
		return err
	}
	return p.rereadExceptions(ctx, a.Event, func(e *plan.Event) bool { return !p.pending[e.Ref()] && e.End.After(p.now) })
}

// shownByHand reports whether people have put the very link on the event that it
// is to show: it was adopted.
func shownByHand(event *plan.Event, join sources.Joining) bool {
	return slices.ContainsFunc(event.Shown.Links, func(l sources.Link) bool {
		return l.Provider == join.Provider && l.Meeting != "" && l.Meeting == join.Meeting
	})
}

// restore takes our link off an event and asks for the native one if that is wanted.
func (p *pass) restore(ctx context.Context, a plan.Action) error {
	event := p.event(a.Event)
	if event == nil {
		return p.done(ctx, a, false)
	}
	edit := sources.UnlinkEdit(&event.Event, a.Native)
	if edit.Empty() {
		return p.done(ctx, a, false)
	}
	edit.Notify = p.chosen[a.Event.Calendar].Notify
	if edit.Unseen() {
		edit.Notify = sources.NotifyNone // people took the link off themselves: there is nothing to tell (I6)
	}
	if err := p.edit(ctx, a, event, edit, false); err != nil {
		return err
	}
	if a.Native && event.Kind == sources.Series && (event.Native.Provider != "" || event.Native.Pending) {
		return p.rereadExceptions(ctx, a.Event, func(*plan.Event) bool { return true })
	}
	return nil
}

// rereadExceptions reads exceptions of a series that was written to: a calendar may
// have handed it on to those that nothing was to be written to, or not. What cannot be
// read now is told by the next reading, which comes soon then.
func (p *pass) rereadExceptions(ctx context.Context, series sources.EventRef, concerned func(*plan.Event) bool) error {
	calendar := p.calendar[series.Calendar]
	source, obstacle := p.reachable(calendar)
	if obstacle != nil {
		return nil
	}
	read := 0
	for i := range p.events {
		e := &p.events[i]
		if e.Calendar != series.Calendar || e.SeriesID != series.Event || e.Kind != sources.Exception || e.Gone != sources.Present || !concerned(e) {
			continue
		}
		if read++; read > exceptionsReread {
			return nil
		}
		now, err := source.Get(ctx, calendar.ProviderID, e.ID)
		switch {
		case errors.Is(err, sources.ErrGone):
			continue // as the next reading tells
		case err != nil:
			p.calendarFailed(calendar, p.judge(err), err)
			return nil
		}
		p.replan = true
		if err := p.putEvent(ctx, calendar.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// edit writes to an event on condition that it is still as it was planned
// from, and takes the answer into the mirror, so that the echo changes nothing.
func (p *pass) edit(ctx context.Context, a plan.Action, event *plan.Event, edit sources.Edit, claims bool) error {
	calendar := p.calendar[a.Event.Calendar]
	if calendar == nil {
		return nil
	}
	source, obstacle := p.reachable(calendar)
	if obstacle != nil {
		p.held(a, *obstacle)
		return nil
	}
	// Prolonging the lease shows that it is still ours, and that the store can
	// be written: nothing is changed at a provider that could not be recorded.
	if _, err := p.r.Store.Extend(ctx, p.lease, p.r.Lease); err != nil {
		return err
	}
	after, err := source.Write(ctx, calendar.ProviderID, event.Event, edit)
	switch {
	case errors.Is(err, sources.ErrChanged), errors.Is(err, sources.ErrGone):
		return p.reread(ctx, source, calendar, a)
	case err != nil:
		return p.calendarRefused(ctx, a, calendar, err)
	}
	p.heard(connectionKey(calendar.Connection))
	p.r.denials.forget(calendar.Connection)
	event.Event = after
	if claims && a.Replace && sources.NativeStays(&after) {
		p.note(a.Event, result{reason: plan.NativeKept})
	}
	return p.done(ctx, a, claims, func(tx *store.Tx) error { return tx.PutEvent(calendar.ID, after) })
}

// reachable returns the calendar's client, or what keeps it from being used now.
func (p *pass) reachable(c *store.Calendar) (sources.Source, *result) {
	if res, blocked := p.blockedBy(connectionKey(c.Connection)); blocked {
		return nil, &res
	}
	source, err := p.source(c)
	if err != nil {
		return nil, &result{reason: plan.NeedsReauth, detail: err.Error()}
	}
	return source, nil
}

// done records that an event is as it was to be, whether it claims its meeting
// now, and also what else is given, all in one transaction.
func (p *pass) done(ctx context.Context, a plan.Action, claims bool, also ...func(*store.Tx) error) error {
	err := p.write(ctx, func(tx *store.Tx) error {
		for _, record := range also {
			if err := record(tx); err != nil {
				return err
			}
		}
		if err := p.settle(tx, a, claims); err != nil {
			return err
		}
		return tx.Journal(p.entry(a, "done", ""))
	})
	if err != nil {
		return err
	}
	delete(p.pending, a.Event)
	p.tell(a, "done", "")
	return nil
}

// settle records or ends the event's claim.
func (p *pass) settle(tx *store.Tx, a plan.Action, claims bool) error {
	join, _ := p.joining(a)
	if err := p.settleRepair(tx, a, join); err != nil {
		return err
	}
	if claims && a.Meeting != 0 {
		p.claims[a.Event] = a.Meeting
		return tx.PutClaim(store.Claim{Event: a.Event, Person: p.lease.Person, Meeting: a.Meeting, Since: p.claimedSince(a)})
	}
	delete(p.claims, a.Event)
	return tx.DropClaim(a.Event)
}

// claimedSince keeps how long an event has claimed its meeting when it goes on
// claiming the same. Who joins comes after those who were there, also when the
// clock has not moved since: a meeting keeps the title of its first event.
func (p *pass) claimedSince(a plan.Action) time.Time {
	since := p.now
	for _, c := range p.snap.Claims {
		if c.Meeting != a.Meeting {
			continue
		}
		if c.Event == a.Event {
			return c.Since
		}
		since = later(since, c.Since.Add(time.Microsecond))
	}
	return since
}

// reread takes an event into the mirror as somebody else has just left it. Not
// to find it proves nothing: its calendar may be out of reach. When it was
// deleted, the calendar's next reading says so (I4).
func (p *pass) reread(ctx context.Context, source sources.Source, calendar *store.Calendar, a plan.Action) error {
	event, err := source.Get(ctx, calendar.ProviderID, a.Event.Event)
	switch {
	case errors.Is(err, sources.ErrGone):
		return p.calendarRefused(ctx, a, calendar, errNotFound)
	case err != nil:
		return p.calendarRefused(ctx, a, calendar, err)
	}
	p.replan = true
	return p.putEvent(ctx, calendar.ID, event)
}

var errNotFound = fmt.Errorf("%w: the event was not found, and nothing says that it was deleted", sources.ErrRefused)

// calendarRefused takes a failed write to a calendar.
func (p *pass) calendarRefused(ctx context.Context, a plan.Action, calendar *store.Calendar, cause error) error {
	v := p.judge(cause)
	if errors.Is(cause, sources.ErrPerhapsScope) && p.singled(calendar, a.Event) {
		v = verdict{result: result{plan.ReadOnly, "its provider lets other events be changed, but not this one, and does not say why", time.Time{}}, park: true}
	}
	if v.state != "" {
		if err := p.setConnection(ctx, calendar.Connection, v.state, v.detail); err != nil {
			return err
		}
	}
	p.calendarFailed(calendar, v, cause)
	return p.refuse(ctx, a, v, cause)
}

// calendarFailed takes what a failed request to a calendar means for the
// requests to come.
func (p *pass) calendarFailed(calendar *store.Calendar, v verdict, cause error) {
	key := connectionKey(calendar.Connection)
	p.block(key, v)
	if v.passing() {
		p.unheard(key, v.result)
		p.fail(cause)
	}
	p.soonest(v.until)
}

// joining is what the event of a write must show.
func (p *pass) joining(a plan.Action) (sources.Joining, bool) {
	if a.Static != "" {
		return sources.Joining{Provider: "static", Meeting: "static", URL: a.Static}, true
	}
	id := a.Meeting
	if id == 0 {
		id = p.made[a.Slot]
	}
	m, ok := p.meeting(id)
	return m.Joining, ok && m.Joining.URL != ""
}

// yields tells which links in an event's location make way for ours, just as
// the plan does: ours, and any where foreign links are to be replaced.
func (p *pass) yields(event *plan.Event, settings plan.Settings) func(sources.Link) bool {
	ours := p.ours(event)
	return func(l sources.Link) bool { return settings.Foreign == "replace" || ours(l) }
}

// ours tells which links on an event lead to meetings that we manage: known
// ones, and what a mark of this installation names (a copied event carries the
// link of the event it was copied from).
func (p *pass) ours(event *plan.Event) func(sources.Link) bool {
	return func(l sources.Link) bool {
		if l.Meeting == "" || l.Provider != "zoom" {
			return false
		}
		if event.Mark.Installation == p.r.Store.Installation() && event.Mark.Meeting == l.Meeting {
			return true
		}
		id, err := strconv.ParseInt(l.Meeting, 10, 64)
		if err != nil {
			return false
		}
		_, known := p.meeting(id)
		return known
	}
}
