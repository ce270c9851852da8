package reconciler

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"slotward/store"
)

// Run claims people who are due and runs their passes, Passes at a time, until
// ctx ends. It then lets the actions in flight finish and gives the people back.
func (r *Reconciler) Run(ctx context.Context) error {
	if err := r.Store.Reclaim(ctx, r.Owner); err != nil {
		return err
	}
	var running sync.WaitGroup
	defer running.Wait()
	places := make(chan struct{}, r.Passes)
	var memory spare
	last := r.Now()
	for {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		last = r.mindClock(ctx, last)
		lease, err := r.Store.Claim(ctx, r.Owner, r.Lease)
		if err == nil {
			memory.used = true
			running.Go(func() {
				defer func() { <-places }()
				r.work(ctx, lease)
			})
			continue
		}
		<-places
		if len(places) == 0 {
			memory.giveBack(r.Now())
		}
		if !errors.Is(err, store.ErrNoneDue) && !ended(ctx) {
			r.Log.Error("queue", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.wake:
		case <-time.After(r.Poll):
		}
	}
}

// mindClock makes everybody due when the clock was set back: what was due soon
// would otherwise be due an hour late. It returns the time that it saw.
func (r *Reconciler) mindClock(ctx context.Context, last time.Time) time.Time {
	now := r.Now().Round(0) // the reading of the wall clock, which is what can jump
	if now.Before(last.Round(0).Add(-mostDrift)) {
		r.Log.Warn("the clock was set back; everybody is looked at now", slog.Duration("by", last.Round(0).Sub(now)))
		if err := r.Store.Request(ctx); err != nil {
			r.Log.Error("queue", slog.Any("error", err))
			return last // tried again
		}
	}
	return now
}

// spare gives memory back to the system between passes: a pass holds a whole
// mirror for a moment, and nothing of it is needed until the next.
type spare struct {
	used bool
	last time.Time // when it was given back
}

// spareEvery bounds how often memory is given back, which costs a collection.
const spareEvery = 10 * time.Second

func (s *spare) giveBack(now time.Time) {
	if s.used && now.Sub(s.last) > spareEvery {
		debug.FreeOSMemory()
		s.used, s.last = false, now
	}
}

// work runs one pass under its lease, which is extended while the pass runs.
func (r *Reconciler) work(ctx context.Context, lease store.Lease) {
	ctx, cancel := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() { r.keep(ctx, lease, cancel) })
	outcome := r.Pass(ctx, lease)
	cancel()
	keeper.Wait()
	err := r.Store.Finish(context.WithoutCancel(ctx), lease, outcome)
	if err != nil && !errors.Is(err, store.ErrLeaseLost) {
		r.Log.Error("queue", slog.Int64("person", lease.Person), slog.Any("error", err))
	}
	r.Wake() // somebody may have asked for this person meanwhile
}

// keep extends the lease until the pass ends. A lease that was lost ends the
// pass: the person belongs to somebody else now (I10).
func (r *Reconciler) keep(ctx context.Context, lease store.Lease, lost context.CancelFunc) {
	tick := time.NewTicker(r.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_, err := r.Store.Extend(ctx, lease, r.Lease)
			if errors.Is(err, store.ErrLeaseLost) {
				lost()
				return
			}
		}
	}
}
