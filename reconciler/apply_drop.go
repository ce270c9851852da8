package reconciler

import (
	"context"
	"errors"
	"slices"

	"slotward/reconciler/plan"
	"slotward/zoom"
)

// drop deletes one occurrence of a meeting that was cancelled, and remembers it.
func (p *pass) drop(ctx context.Context, a plan.Action) error {
	if !p.zoomReady(a) {
		return nil
	}
	if a.Meeting == 0 {
		a.Meeting = p.made[a.Slot]
	}
	m, known := p.meeting(a.Meeting)
	_, unsure := p.refused[deed{kind: plan.Update, meeting: a.Meeting}]
	if !known || unsure || p.replan {
		return nil // not made, not changed, or planned anew
	}
	if err := p.spend(ctx); err != nil {
		return err
	}
	err := p.zoom.DeleteOccurrence(ctx, m.ID, a.Start)
	if errors.Is(err, zoom.ErrGone) {
		p.replan, p.missing[m.ID] = true, true
		return p.markMissing(ctx, m)
	}
	if err != nil {
		return p.zoomRefused(ctx, a, err)
	}
	p.heard(zoomKey)
	m.Dropped = append(slices.Clone(m.Dropped), a.Start)
	return p.changed(ctx, a, m, "the occurrence of "+a.Start.UTC().Format("2006-01-02 15:04 MST"))
}
