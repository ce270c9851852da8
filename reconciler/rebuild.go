package reconciler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"slotward/reconciler/plan"
	"slotward/store"
	"slotward/zoom"
)

// arm takes up again what was made before, when somebody asked for it (`slotward
// adopt`) or the store was lost: meetings and claims are rebuilt from the marks on
// events and the host's listing. It reports whether the pass may go on: until all
// is taken up nothing is made or deleted, and what somebody asked for ends here,
// so that it can be looked at before anything else happens.
func (p *pass) arm(ctx context.Context) (armed bool, err error) {
	asked := p.snap.Person.Adopting
	lost, err := p.storeLost(ctx)
	if err != nil || !asked && !lost || p.zoom == nil {
		return true, err // without Zoom nothing can be made or deleted; asked again when it is there
	}
	p.snap.Person.Adopting = true
	if !asked {
		if err := p.write(ctx, func(tx *store.Tx) error { return tx.SetAdopting(true) }); err != nil {
			return false, err
		}
	}
	todo, complete, err := p.rebuild(ctx)
	if err != nil {
		return false, err
	}
	if !complete {
		return false, p.record(ctx, todo)
	}
	if err := p.armed(ctx, todo); err != nil {
		return false, err
	}
	if !asked {
		return true, nil
	}
	p.soonest(p.now)
	return false, p.record(ctx, todo)
}

// storeLost reports whether events carry marks of this installation though the
// store knows of no meeting at all; those of other people do not count.
func (p *pass) storeLost(ctx context.Context) (bool, error) {
	if len(p.snap.Meetings) > 0 || len(p.snap.Intents) > 0 || p.dry {
		return false, nil
	}
	others, err := p.elsewhere(ctx)
	return slices.ContainsFunc(p.marked(), func(id int64) bool { return !others[id] }), err
}

// rebuild adopts what the marks name, and reports whether that is all of it.
func (p *pass) rebuild(ctx context.Context) (todo plan.Plan, complete bool, err error) {
	found := (p.host.listed || p.list(ctx)) && p.host.sought
	for range replans {
		w, err := p.world(ctx)
		if err != nil {
			return todo, false, err
		}
		todo = plan.Make(w)
		p.replan = false
		if p.dry || !found {
			return todo, false, nil
		}
		if err := p.apply(ctx, todo); err != nil {
			return todo, false, err
		}
		if !p.replan {
			return todo, p.failed == nil && p.counts["failed"]+p.counts["held"] == 0, nil
		}
		if err := p.reload(ctx); err != nil {
			return todo, false, err
		}
		p.snap.Person.Adopting = true
	}
	return todo, false, nil
}

// armed records that all was taken up, and tells what was left over.
func (p *pass) armed(ctx context.Context, todo plan.Plan) error {
	p.snap.Person.Adopting = false
	lines := p.leftovers(todo)
	err := p.write(ctx, func(tx *store.Tx) error {
		for _, line := range lines {
			if err := tx.Journal(line); err != nil {
				return err
			}
		}
		return tx.SetAdopting(false)
	})
	if err != nil {
		return err
	}
	for _, line := range lines {
		p.log.Info("adoption", "outcome", line.Outcome, "what", line.Action, "meeting", line.Meeting)
	}
	return nil
}

// leftovers are the journal's lines about what could not be taken up.
func (p *pass) leftovers(todo plan.Plan) []store.Entry {
	var out []store.Entry
	for _, ref := range todo.Gone {
		e := p.event(ref)
		if e == nil {
			continue
		}
		line := p.entry(plan.Action{Kind: "missing", Event: ref, Title: e.Title}, "held",
			"its mark names the Zoom meeting "+e.Mark.Meeting+", which is gone: it gets another link")
		line.Meeting, _ = strconv.ParseInt(e.Mark.Meeting, 10, 64)
		out = append(out, line)
	}
	for _, m := range todo.Orphans {
		out = append(out, p.entry(plan.Action{Kind: "orphan", Meeting: m.ID, Title: m.Topic}, "held",
			"made by this installation for "+m.Start.UTC().Format("2006-01-02 15:04 UTC")+", and no event names it; it is left as it is"))
	}
	others := map[string]int{}
	for _, d := range todo.Decisions {
		if d.Reason == plan.OtherInstallation {
			others[d.Detail]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		out = append(out, p.entry(plan.Action{Kind: "adopt"}, "held", fmt.Sprintf(
			"%d events carry marks of the installation %q, and this one is %q: if it was this one before store and key were lost, set `installation: %s` in the configuration, start again, and adopt again",
			others[name], name, p.r.Store.Installation(), name)))
	}
	return out
}

// Rebuild is a dry run of an adoption: what would be taken up, and what is left
// over. Nothing is written anywhere.
func (r *Reconciler) Rebuild(ctx context.Context, person int64) (plan.Plan, error) {
	p, err := r.newPass(ctx, store.Lease{Person: person})
	if err != nil {
		return plan.Plan{}, err
	}
	p.dry, p.snap.Person.Adopting = true, true
	if err := p.observe(ctx); err != nil {
		return plan.Plan{}, err
	}
	if p.zoom == nil {
		return plan.Plan{}, errNoZoom
	}
	todo, _, err := p.rebuild(ctx)
	if err == nil && !p.host.listed {
		err = fmt.Errorf("%w: its meetings could not be listed", zoom.ErrUnavailable)
	}
	return todo, err
}

var errNoZoom = fmt.Errorf("%w: Zoom is not connected, so its meetings cannot be listed", zoom.ErrRevoked)
