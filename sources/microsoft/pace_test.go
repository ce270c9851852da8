package microsoft

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"slotward/sources"
)

func TestPace(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	p := newPace(func() time.Time { return now })
	for range paceLimit {
		done, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done()
	}
	var limited *sources.LimitedError
	if _, err := p.take(t.Context()); !errors.As(err, &limited) || !limited.Until.Equal(now.Add(paceWindow)) {
		t.Fatalf("%v", err)
	}
	now = now.Add(paceWindow)
	for range atOnce {
		if _, err := p.take(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.take(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a fifth at once: %v", err)
	}
}

func TestInParallel(t *testing.T) {
	var running, most, did atomic.Int32
	err := inParallel(t.Context(), 50, func(context.Context, int) error {
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
		}
		did.Add(1)
		running.Add(-1)
		return nil
	})
	if err != nil || did.Load() != 50 || most.Load() > atOnce {
		t.Errorf("%d done, %d at once, %v", did.Load(), most.Load(), err)
	}
	broken := errors.New("broken")
	err = inParallel(t.Context(), 50, func(ctx context.Context, i int) error {
		if i == 3 {
			return broken
		}
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := inParallel(ctx, 3, func(context.Context, int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := inParallel(ctx, 0, nil); err != nil {
		t.Errorf("%v", err)
	}
}
