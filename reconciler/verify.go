package reconciler

import (
	"context"
	"errors"
	"fmt"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// proved makes sure that what a brake counts as absent is so: first by looking
// again, unless this very set was looked for lately. It reports whether the
// plan has to be made anew.
func (p *pass) proved(ctx context.Context, brake *plan.Brake) (again bool, err error) {
	if brake == nil || !brake.NeedsProof || p.verified {
		return false, nil
	}
	if _, lately := p.blockedBy(brakeKey(brake.Fingerprint)); lately {
		return false, nil
	}
	p.verified = true
	healed, err := p.verify(ctx, brake.Absent)
	if err == nil && !healed {
		p.remember(brakeKey(brake.Fingerprint), result{reason: plan.BrakeHeld, until: p.now.Add(provedFor)})
	}
	return true, err
}

// verify looks again at what seems to be absent: a fresh full listing of each
// calendar concerned, and what is still missing then one by one, at most proofs
// of them (I4). It reports whether any of it came back.
func (p *pass) verify(ctx context.Context, absent []sources.EventRef) (healed bool, err error) {
	seen := map[int64]bool{}
	for _, ref := range absent {
		c := p.calendar[ref.Calendar]
		if c == nil || seen[c.ID] || !p.usable[c.ID] {
			continue
		}
		seen[c.ID] = true
		if err := p.take(ctx, c, ""); err != nil {
			return false, err
		}
	}
	if err := p.takeEvents(ctx); err != nil {
		return false, err
	}
	left := proofs
	for _, ref := range absent {
		e := p.event(ref)
		if e != nil && e.Gone == sources.Present {
			healed = true
			continue
		}
		if left--; left < 0 {
			continue
		}
		stands, err := p.prove(ctx, ref)
		if err != nil {
			return healed, err
		}
		healed = healed || stands
	}
	return healed, p.takeEvents(ctx)
}

// prove reads one event that seems to be absent and takes it back if it stands.
// Then the listing was wrong, and nothing else that it left out is believed to
// be absent in this pass.
func (p *pass) prove(ctx context.Context, ref sources.EventRef) (stands bool, err error) {
	c := p.calendar[ref.Calendar]
	if c == nil {
		return false, nil
	}
	source, obstacle := p.reachable(c)
	if obstacle != nil {
		return false, nil // the calendar is left out of this pass
	}
	event, err := source.Get(ctx, c.ProviderID, ref.Event)
	switch {
	case errors.Is(err, sources.ErrGone):
		return false, nil
	case err != nil:
		p.usable[c.ID] = false
		return false, p.unread(ctx, c, err)
	}
	if event.Gone == sources.Present && p.usable[c.ID] {
		p.usable[c.ID] = false
		p.fail(fmt.Errorf("%w: the listing of a calendar leaves out events that stand on it", sources.ErrIncomplete))
	}
	return event.Gone == sources.Present, p.putEvent(ctx, c.ID, event)
}
