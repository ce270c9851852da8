package reconciler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"slotward/sources"
	"slotward/store"
)

// An event that its owner puts on another calendar of the same account leaves this
// one as if it were deleted: Google leaves a cancelled event of which only the id
// is told, or the copy of a guest where the owner takes part, and Graph a removed
// one. Where the other calendar is read, the event is found there by its mark. One
// that is turned off is not read: it is asked for the event once, by the id, which
// both providers keep. What stands there still shows our link and is what any
// event on a calendar that is off is: it keeps its link and its meeting.

// followStrays moves the claims of such events to where they stand now, and back
// again once they are read anywhere.
func (p *pass) followStrays(ctx context.Context) error {
	moved, err := p.comeBack(ctx)
	if err != nil {
		return err
	}
	left := p.left()
	for i := range p.snap.Calendars {
		c := &p.snap.Calendars[i]
		if c.On || !c.Writable || ended(ctx) {
			continue
		}
		found, err := p.standing(ctx, c, left)
		if err != nil {
			return err
		}
		for from, e := range found {
			if err := p.stray(ctx, from, c.ID, e); err != nil {
				return err
			}
			moved = true
		}
	}
	for _, ref := range left {
		if _, claims := p.claims[ref]; claims && p.usable[ref.Calendar] && !p.dry {
			p.remember(strayKey(ref), result{until: p.now.Add(longestWait)})
		}
	}
	if !moved {
		return nil
	}
	return p.takeEvents(ctx)
}

func strayKey(ref sources.EventRef) string {
	return fmt.Sprintf("stray %d:%s", ref.Calendar, ref.Event)
}

// left lists the events still to come that are gone from a calendar that was read,
// hold on to a meeting, and were not looked for lately.
func (p *pass) left() (out []sources.EventRef) {
	for ref := range p.claims {
		e := p.event(ref)
		if e == nil || e.Gone == sources.Present || e.Kind == sources.Exception || !p.usable[ref.Calendar] || p.isBlocked(strayKey(ref)) {
			continue
		}
		if over := e.End; e.Kind == sources.Series || over.IsZero() || over.After(p.now) {
			out = append(out, ref)
		}
	}
	slices.SortFunc(out, func(a, b sources.EventRef) int {
		return cmp.Or(cmp.Compare(a.Calendar, b.Calendar), cmp.Compare(a.Event, b.Event))
	})
	return out
}

// standing finds out which of the events that left other calendars of its account
// stand on a calendar that is off: one by one, or, where there are many, by one
// listing. What cannot be found out now leaves the calendars that they left out of
// this pass.
func (p *pass) standing(ctx context.Context, c *store.Calendar, left []sources.EventRef) (map[sources.EventRef]sources.Event, error) {
	var wanted []sources.EventRef
	for _, ref := range left {
		if p.calendar[ref.Calendar].Connection == c.Connection && p.usable[ref.Calendar] {
			wanted = append(wanted, ref)
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	source, obstacle := p.reachable(c)
	if obstacle != nil {
		return nil, p.unsure(ctx, wanted, errWaiting)
	}
	found := map[sources.EventRef]sources.Event{}
	get := func(id string) (sources.Event, error) { return source.Get(ctx, c.ProviderID, id) }
	if len(wanted) > proofs {
		reading, err := source.Read(ctx, c.ProviderID, "")
		get = func(id string) (sources.Event, error) { return among(reading, id, err) }
	}
	for _, ref := range wanted {
		e, err := get(ref.Event)
		switch {
		case err == nil && e.Gone == sources.Present && e.OrganizedHere:
			found[ref] = e
		case err == nil, errors.Is(err, sources.ErrGone), p.judge(err).park:
		default:
			return found, p.unsure(ctx, wanted, err)
		}
	}
	return found, nil
}

// among finds an event in a full reading, which may have failed.
func among(r sources.Reading, id string, err error) (sources.Event, error) {
	if i := slices.IndexFunc(r.Events, func(e sources.Event) bool { return e.ID == id }); err == nil && i >= 0 {
		return r.Events[i], nil
	}
	return sources.Event{Gone: sources.Absent}, err
}

// unsure leaves the calendars that events have left out of this pass.
func (p *pass) unsure(ctx context.Context, left []sources.EventRef, cause error) error {
	for _, ref := range left {
		if c := p.calendar[ref.Calendar]; p.usable[c.ID] {
			p.usable[c.ID] = false
			if err := p.unread(ctx, c, cause); err != nil {
				return err
			}
		}
	}
	return nil
}

// stray moves the claim of an event to the calendar where it stands.
func (p *pass) stray(ctx context.Context, from sources.EventRef, calendar int64, e sources.Event) error {
	to := sources.EventRef{Calendar: calendar, Event: from.Event}
	if err := p.putEvent(ctx, calendar, e); err != nil {
		return err
	}
	return p.reclaim(ctx, from, to)
}

// comeBack ends what is remembered of events on calendars that are off and that
// are read on another of their account now.
func (p *pass) comeBack(ctx context.Context) (moved bool, err error) {
	for ref := range p.claims {
		there := p.calendar[ref.Calendar]
		if there == nil || there.On {
			continue
		}
		for i := range p.snap.Calendars {
			c := &p.snap.Calendars[i]
			here := sources.EventRef{Calendar: c.ID, Event: ref.Event}
			e := p.event(here)
			if c.Connection != there.Connection || !p.usable[c.ID] || e == nil || e.Gone != sources.Present || !e.OrganizedHere {
				continue
			}
			if err := p.reclaim(ctx, ref, here); err != nil {
				return moved, err
			}
			moved = true
			break
		}
	}
	return moved, nil
}

// reclaim moves a claim from one event to another, which is the same elsewhere. A
// calendar that is off forgets an event that has left it.
func (p *pass) reclaim(ctx context.Context, from, to sources.EventRef) error {
	claims := p.snap.Claims[:0:0]
	var moved store.Claim
	for _, c := range p.snap.Claims {
		switch c.Event {
		case from:
			moved = c
			moved.Event = to
		case to:
		default:
			claims = append(claims, c)
		}
	}
	p.snap.Claims = append(claims, moved)
	delete(p.claims, from)
	p.claims[to] = moved.Meeting
	if p.dry {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error {
		if err := tx.DropClaim(from); err != nil {
			return err
		}
		if c := p.calendar[from.Calendar]; c != nil && !c.On {
			if err := tx.DropEvent(from); err != nil {
				return err
			}
		}
		return tx.PutClaim(moved)
	})
}
