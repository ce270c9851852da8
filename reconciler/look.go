package reconciler

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// Look decides about an event that the store does not hold: one that lies
// outside of what is read of its calendar, or was made since. It is asked for by
// itself, once, and judged beside the events as they were read last; nothing is
// saved. store.ErrNotFound: there is no such event, or it cannot be asked for
// now. Other errors are the classes of package sources.
func (r *Reconciler) Look(ctx context.Context, person int64, ref sources.EventRef) (store.EventView, error) {
	p, err := r.newPass(ctx, store.Lease{Person: person})
	if err != nil {
		return store.EventView{}, err
	}
	p.dry = true
	p.suppose(p.snap)
	event, err := p.lookAt(ctx, ref)
	if err != nil {
		return store.EventView{}, err
	}
	if err := p.loadEvents(ctx); err != nil {
		return store.EventView{}, err
	}
	p.events = append(p.events, plan.Event{Calendar: ref.Calendar, Event: event})
	p.usable[ref.Calendar] = true // it answers, also where nothing was read of it so far
	todo, err := p.foresee(ctx)
	if err != nil {
		return store.EventView{}, err
	}
	i := slices.IndexFunc(todo.Decisions, func(d plan.Decision) bool { return d.Event == ref })
	if i < 0 {
		return store.EventView{}, fmt.Errorf("nothing was decided about an event that was looked at: %w", store.ErrNotFound)
	}
	return store.EventView{Event: store.Event{Calendar: ref.Calendar, Event: event}, Decision: p.rowOf(todo.Decisions[i])}, nil
}

// lookAt asks a calendar for one event.
func (p *pass) lookAt(ctx context.Context, ref sources.EventRef) (sources.Event, error) {
	c := p.calendar[ref.Calendar]
	if c == nil || !c.On {
		return sources.Event{}, store.ErrNotFound
	}
	source, obstacle := p.reachable(c)
	if obstacle != nil {
		return sources.Event{}, store.ErrNotFound
	}
	event, err := source.Get(ctx, c.ProviderID, ref.Event)
	switch {
	case errors.Is(err, sources.ErrGone), errors.Is(err, sources.ErrRefused), err == nil && event.Gone != sources.Present:
		return sources.Event{}, store.ErrNotFound
	case err != nil:
		return sources.Event{}, fmt.Errorf("looking at one event of %s: %w", c.Name, err)
	}
	return event, nil
}
