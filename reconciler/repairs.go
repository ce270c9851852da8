package reconciler

import (
	"context"
	"errors"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// repairOf returns what is remembered of an event's latest repair.
func (p *pass) repairOf(ref sources.EventRef) (store.Repair, bool) {
	for _, r := range p.snap.Repairs {
		if r.Event == ref {
			return r, true
		}
	}
	return store.Repair{}, false
}

// announceRepair writes down that an event is about to be repaired, so that a
// repair whose answer is lost is not taken for one that never was.
func (p *pass) announceRepair(ctx context.Context, a plan.Action, join sources.Joining) error {
	r := store.Repair{Event: a.Event, Block: join.Fingerprint(), At: p.now, State: store.RepairSent}
	if old, ok := p.repairOf(a.Event); ok && old.State == r.State && old.Block == r.Block {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error { return tx.PutRepair(r) })
}

// isGone asks Zoom for the meeting whose link is about to be put back: whoever took
// the link off may have deleted the meeting as well. Only Zoom's own word counts, and
// where it has none the link is put back all the same.
func (p *pass) isGone(ctx context.Context, id int64) (bool, error) {
	m, known := p.meeting(id)
	if _, seen := p.host.seen[id]; seen || !known || p.zoom == nil || p.isBlocked(zoomKey) {
		return false, nil
	}
	_, err := p.zoom.Get(ctx, id)
	switch {
	case errors.Is(err, zoom.ErrGone):
		p.replan, p.missing[id] = true, true
		return true, p.markMissing(ctx, m)
	case err != nil && !tellsNothing(err):
		p.zoomFailed(ctx, err)
	}
	return false, nil
}

// settleRepair brings the memory of an event's repair up to what was done with
// the event: a repair has arrived, or something else stands there now.
func (p *pass) settleRepair(tx *store.Tx, a plan.Action, join sources.Joining) error {
	old, known := p.repairOf(a.Event)
	switch {
	case a.Kind == plan.Write && a.Repair:
		return tx.PutRepair(store.Repair{Event: a.Event, Block: join.Fingerprint(), At: p.now, State: store.RepairDone})
	case !known:
		return nil
	case a.Kind == plan.Claimed && old.State != store.RepairLeft:
		old.State = store.RepairDone
		return tx.PutRepair(old)
	}
	return tx.DropRepair(a.Event)
}

// leaveOff records that people took our block off again, and that it stays off.
func (p *pass) leaveOff(ctx context.Context, a plan.Action) error {
	r, known := p.repairOf(a.Event)
	if !known {
		return nil
	}
	r.State = store.RepairLeft
	err := p.write(ctx, func(tx *store.Tx) error {
		if err := tx.PutRepair(r); err != nil {
			return err
		}
		return tx.Journal(p.entry(a, "done", ""))
	})
	if err != nil {
		return err
	}
	p.tell(a, "done", "")
	return nil
}

// forgotten lists the repairs of events that the plan knows nothing of any more.
func (p *pass) forgotten(todo plan.Plan) []sources.EventRef {
	if len(p.snap.Repairs) == 0 {
		return nil
	}
	there := make(map[sources.EventRef]bool, len(todo.Decisions))
	for _, d := range todo.Decisions {
		there[d.Event] = true
	}
	var out []sources.EventRef
	for _, r := range p.snap.Repairs {
		if !there[r.Event] {
			out = append(out, r.Event)
		}
	}
	return out
}
