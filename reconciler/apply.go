package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// apply does the plan's actions one after the other. One refused action never
// stops the others; a lost lease or a store that cannot be written stops all.
//
// When the world moved under an action, the others are done all the same, and
// the pass plans again afterwards: one event that somebody keeps changing must
// not hold up the rest (I14).
func (p *pass) apply(ctx context.Context, todo plan.Plan) error {
	p.results = map[sources.EventRef]result{}
	p.noteHeld(todo.Held)
	p.await(todo)
	for _, a := range p.concerning(todo.Actions) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if p.missing[a.Meeting] && (a.Kind == plan.Update || a.Kind == plan.Write || a.Kind == plan.Claimed) {
			continue // planned anew, with another meeting
		}
		if res, ok := p.waiting(a); ok {
			p.held(a, res)
			continue
		}
		if err := p.act(ctx, a); err != nil {
			return err
		}
		p.lift(a)
	}
	return nil
}

// foreseen shows what a pass would not try for what it is: held.
func (p *pass) foreseen(todo plan.Plan) plan.Plan {
	actions := todo.Actions
	todo.Actions = nil
	concerning := p.concerning(actions)
	for i, a := range actions {
		if res, ok := p.waiting(concerning[i]); ok {
			todo.Held = append(todo.Held, plan.Held{Action: a, Reason: res.reason, Until: res.until})
			continue
		}
		todo.Actions = append(todo.Actions, a)
	}
	return todo
}

// await notes which events are still to be written: until they are, they show
// what they have shown before.
func (p *pass) await(todo plan.Plan) {
	p.pending = map[sources.EventRef]bool{}
	note := func(a plan.Action) {
		if a.Kind == plan.Write || a.Kind == plan.Restore {
			p.pending[a.Event] = true
		}
	}
	for _, a := range todo.Actions {
		note(a)
	}
	for _, h := range todo.Held {
		note(h.Action)
	}
}

// concerning returns the actions with the events that an update is for, which the
// plan does not name.
func (p *pass) concerning(actions []plan.Action) []plan.Action {
	unnamed := func(a plan.Action) bool { return a.Kind == plan.Update && len(a.Events) == 0 }
	if !slices.ContainsFunc(actions, unnamed) {
		return actions
	}
	claiming := map[int64][]sources.EventRef{}
	for _, c := range p.snap.Claims {
		claiming[c.Meeting] = append(claiming[c.Meeting], c.Event)
	}
	out := slices.Clone(actions)
	for i := range out {
		if unnamed(out[i]) {
			out[i].Events = claiming[out[i].Meeting]
		}
	}
	return out
}

// act does one action, to its end also when the process is told to stop.
func (p *pass) act(ctx context.Context, a plan.Action) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), actionTime)
	defer cancel()
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
	case plan.Leave:
		return p.leaveOff(ctx, a)
	case plan.Restore:
		return p.restore(ctx, a)
	case plan.Claimed:
		return p.done(ctx, a, true)
	case plan.Release:
		return p.done(ctx, a, false)
	case plan.Delete:
		return p.delete(ctx, a)
	case plan.Drop:
		return p.drop(ctx, a)
	}
	p.log.Error("unknown action", slog.String("kind", string(a.Kind)))
	return nil
}

// deed names what an action does, also in the next plan of the same pass.
type deed struct {
	kind      plan.Kind
	event     sources.EventRef
	slot      plan.Slot
	meeting   int64
	start     time.Time // drop
	reference string
}

func deedOf(a plan.Action) deed {
	switch a.Kind {
	case plan.Create:
		return deed{kind: a.Kind, slot: a.Slot}
	case plan.Update, plan.Delete:
		return deed{kind: a.Kind, meeting: a.Meeting}
	case plan.Drop:
		return deed{kind: a.Kind, meeting: a.Meeting, slot: a.Slot, start: a.Start}
	case plan.Adopt, plan.Abandon:
		return deed{kind: a.Kind, meeting: a.Meeting, reference: a.Reference}
	}
	return deed{kind: a.Kind, event: a.Event}
}

// waiting reports whether an action need not be tried: it failed in this pass,
// or was refused lately and nothing has changed since.
func (p *pass) waiting(a plan.Action) (result, bool) {
	if res, ok := p.refused[deedOf(a)]; ok {
		return res, true
	}
	if res, ok := p.blockedBy(meetingKey(a.Kind, a.Meeting)); ok {
		return res, true
	}
	return p.parked(a)
}

func (p *pass) decision(ref sources.EventRef) (store.Decision, bool) {
	d, ok := p.decided[ref]
	return d, ok
}

func (p *pass) event(ref sources.EventRef) *plan.Event {
	if i, ok := p.at[ref]; ok {
		return &p.events[i]
	}
	return nil
}

// held tells that an action waits.
func (p *pass) held(a plan.Action, res result) {
	p.soonest(res.until)
	p.noteAll(a, res)
	p.tell(a, "held", res.detail)
}

// noteAll remembers for everybody whom an action is for why it was not done.
// Those who have left a meeting do not wait for it to be deleted.
func (p *pass) noteAll(a plan.Action, res result) {
	if a.Kind != plan.Delete {
		for _, ref := range a.Events {
			p.note(ref, res)
		}
	}
	p.note(a.Event, res)
}

// refuse tells that an action failed, and for whom. Where its account was
// disconnected meanwhile nothing has failed: there is nothing to do it with.
func (p *pass) refuse(ctx context.Context, a plan.Action, v verdict, cause error) error {
	if v.state == store.Disconnected {
		p.refused[deedOf(a)] = v.result
		p.held(a, v.result)
		return nil
	}
	v = p.park(a, v)
	p.noteAll(a, v.result)
	p.refused[deedOf(a)] = v.result
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
