package reconciler

import (
	"context"
	"errors"
	"maps"
	"slices"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// Preview plans for one person as if a change had been made, and tells what
// would come of it beyond what is to be done anyway. change alters what the
// store knows of the person; nothing of it is saved. Calendars that have never
// been read, or were off, are read, in full or from where reading ended; the
// others are taken as they were read last. Nothing is written anywhere, but for
// refreshed tokens.
func (r *Reconciler) Preview(ctx context.Context, person int64, change func(*store.Snapshot)) (Preview, error) {
	p, err := r.newPass(ctx, store.Lease{Person: person})
	if err != nil {
		return Preview{}, err
	}
	p.dry = true
	before := p.snap
	after := imagined(before)
	change(after)
	p.suppose(before)
	if err := p.readFor(ctx, after); err != nil {
		return Preview{}, err
	}
	if err := p.dryEvents(ctx); err != nil {
		return Preview{}, err
	}
	anyway, err := p.foresee(ctx)
	if err != nil {
		return Preview{}, err
	}
	p.suppose(after)
	then, err := p.foresee(ctx)
	if err != nil {
		return Preview{}, err
	}
	out := p.compare(anyway, then)
	out.Limit = r.DailyLimit
	if c, ok := p.zoomConnection(); ok {
		b, err := p.spent(ctx, hostOf(c))
		out.Spent = b.Used
		return out, err
	}
	return out, nil
}

// imagined is a snapshot that can be changed without changing the one it was
// made from.
func imagined(snap *store.Snapshot) *store.Snapshot {
	out := *snap
	out.Person.Settings = maps.Clone(snap.Person.Settings)
	out.Settings = maps.Clone(snap.Settings)
	out.Connections = slices.Clone(snap.Connections)
	out.Wishes = slices.Clone(snap.Wishes)
	out.Calendars = slices.Clone(snap.Calendars)
	for i := range out.Calendars {
		out.Calendars[i].Settings = maps.Clone(out.Calendars[i].Settings)
	}
	return &out
}

// suppose makes snap what the pass goes by. A calendar counts as read that was
// read before, on a connection that works.
func (p *pass) suppose(snap *store.Snapshot) {
	p.snap = snap
	p.chosen, p.sources = map[int64]plan.Settings{}, map[int64]sources.Source{}
	p.calendar = map[int64]*store.Calendar{}
	read := map[int64]bool{}
	for _, r := range p.readings {
		read[r.calendar] = true
	}
	for i := range snap.Calendars {
		c := &snap.Calendars[i]
		p.calendar[c.ID] = c
		connection, ok := p.connection(c.Connection)
		p.usable[c.ID] = c.On && ok && works(connection) && (read[c.ID] || c.SyncToken != "" && c.Error == "")
	}
	p.connectZoom()
}

// readFor reads the calendars that are on after a change, and of which it is not
// known how they stand. One that cannot be read is an error: half an answer
// would be taken for the whole.
func (p *pass) readFor(ctx context.Context, after *store.Snapshot) error {
	for i := range after.Calendars {
		is, was := &after.Calendars[i], p.calendar[after.Calendars[i].ID]
		if !is.On || was.On && was.SyncToken != "" {
			continue
		}
		reading, err := p.read(ctx, is, is.SyncToken)
		switch {
		case errors.Is(err, errNotConnected), errors.Is(err, errWaiting):
			continue // a pass would leave it out as well
		case err != nil:
			return errors.Unwrap(err)
		}
		if err := p.save(ctx, is, reading); err != nil {
			return err
		}
	}
	return nil
}

// foresee plans without asking anybody anything.
func (p *pass) foresee(ctx context.Context) (plan.Plan, error) {
	w, err := p.world(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	return p.foreseen(plan.Make(w)), nil
}
