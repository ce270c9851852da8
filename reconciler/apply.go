package reconciler

import (
	"context"
	"log/slog"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// apply does the plan's actions one after the other. One refused action never
// stops the others; a lost lease or a store that cannot be written stops all.
func (p *pass) apply(ctx context.Context, todo plan.Plan) error {
	p.results = map[sources.EventRef]result{}
	p.noteHeld(todo.Held)
	for _, a := range todo.Actions {
		if err := ctx.Err(); err != nil {
			return err
		}
		if res, ok := p.parked(a); ok {
			p.held(a, res)
			continue
		}
		if err := p.act(ctx, a); err != nil {
			return err
		}
		if a.Kind == plan.Abandon || a.Kind == plan.Adopt {
			p.replan = true
			continue
		}
		if p.replan && settles(a.Kind) {
			return nil // the rest of this plan rests on what is no more
		}
	}
	return nil
}

// settles tells the kinds after which a world that moved is planned anew at
// once: anything but the adoptions, which all come first and are done together.
func settles(k plan.Kind) bool { return k != plan.Adopt && k != plan.Abandon }

// act does one action.
func (p *pass) act(ctx context.Context, a plan.Action) error {
	switch a.Kind {
	case plan.Adopt:
		return p.adopt(ctx, a)
	case plan.Abandon:
		return p.abandon(ctx, a)
	case plan.Create:
		return p.create(ctx, a)
	case plan.Update:
		return p.update(ctx, a)
	case plan.Write:
		return p.writeLink(ctx, a)
	case plan.Restore:
		return p.restore(ctx, a)
	case plan.Claimed:
		return p.claim(ctx, a)
	case plan.Release:
		return p.release(ctx, a)
	case plan.Delete:
		return p.delete(ctx, a)
	}
	p.log.Error("unknown action", slog.String("kind", string(a.Kind)))
	return nil
}

// parked reports whether everything that the action is for was refused lately
// and has not changed since. Such things are not tried at every pass.
func (p *pass) parked(a plan.Action) (result, bool) {
	refs := a.Events
	if a.Event.Event != "" {
		refs = []sources.EventRef{a.Event}
	}
	if a.Kind != plan.Create && a.Kind != plan.Write && a.Kind != plan.Restore {
		return result{}, false
	}
	var res result
	for _, ref := range refs {
		d, ok := p.decision(ref)
		if !ok || !refused(plan.Reason(d.Reason)) || !d.Until.After(p.now) || p.changedSince(ref, d) {
			return result{}, false
		}
		res = result{plan.Reason(d.Reason), d.Detail, d.Until}
	}
	return res, len(refs) > 0
}

// refused tells the reasons that stand for a refusal for good.
func refused(r plan.Reason) bool {
	return r == plan.ZoomError || r == plan.CalError || r == plan.ReadOnly || r == plan.NotAllowed
}

// changedSince reports whether the event was changed after the decision fell.
func (p *pass) changedSince(ref sources.EventRef, d store.Decision) bool {
	e := p.event(ref)
	return e == nil || e.Updated.After(d.Since)
}

func (p *pass) decision(ref sources.EventRef) (store.Decision, bool) {
	for _, d := range p.snap.Decisions {
		if d.Event == ref {
			return d, true
		}
	}
	return store.Decision{}, false
}

func (p *pass) event(ref sources.EventRef) *plan.Event {
	for i := range p.events {
		if p.events[i].Calendar == ref.Calendar && p.events[i].ID == ref.Event {
			return &p.events[i]
		}
	}
	return nil
}

// held tells that an action waits.
func (p *pass) held(a plan.Action, res result) {
	p.soonest(res.until)
	for _, ref := range a.Events {
		p.note(ref, res)
	}
	p.note(a.Event, res)
	p.tell(a, "held", res.detail)
}

// refuse tells that an action failed, and for whom.
func (p *pass) refuse(ctx context.Context, a plan.Action, v verdict, cause error) error {
	for _, ref := range a.Events {
		p.note(ref, v.result)
	}
	p.note(a.Event, v.result)
	p.tell(a, "failed", v.detail)
	p.log.Warn("action failed", slog.String("kind", string(a.Kind)), slog.Any("error", cause))
	if p.journalled(a, v) {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error { return tx.Journal(p.entry(a, "failed", v.detail)) })
}

// journalled reports whether the journal tells this very failure already, so
// that something that fails at every pass fills one line, not thousands.
func (p *pass) journalled(a plan.Action, v verdict) bool {
	ref := a.Event
	if ref.Event == "" && len(a.Events) > 0 {
		ref = a.Events[0]
	}
	d, ok := p.decision(ref)
	return ok && d.Reason == string(v.reason) && d.Detail == v.detail
}

// entry is the journal's line about an action.
func (p *pass) entry(a plan.Action, outcome, detail string) store.Entry {
	event := a.Event
	if event.Event == "" && len(a.Events) > 0 {
		event = a.Events[0]
	}
	return store.Entry{
		Person: p.lease.Person, Pass: p.id, At: p.now, Action: string(a.Kind), Event: event, Meeting: a.Meeting,
		Title: a.Title, Reason: string(a.Reason), Outcome: outcome, Detail: detail,
	}
}

// tell reports an action to whoever watches.
func (p *pass) tell(a plan.Action, outcome, detail string) {
	p.counts[outcome]++
	p.r.metrics.actions.WithLabelValues(string(a.Kind), outcome).Inc()
	p.log.Info("action", slog.String("kind", string(a.Kind)), slog.String("outcome", outcome),
		slog.String("reason", string(a.Reason)), slog.Int64("meeting", a.Meeting), slog.String("event", a.Event.Event))
	if p.r.Observe != nil {
		p.r.Observe(Progress{At: p.now, Person: p.lease.Person, Pass: p.id, Action: a, Outcome: outcome, Detail: detail})
	}
}

// write is one transaction of the pass; it fails with ErrLeaseLost when
// somebody else works on the person now (I10).
func (p *pass) write(ctx context.Context, fn func(*store.Tx) error) error {
	// What a provider has done is recorded even when the process is told to stop.
	return p.r.Store.Write(context.WithoutCancel(ctx), p.lease, fn)
}
