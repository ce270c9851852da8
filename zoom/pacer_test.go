package zoom

import (
	"context"
	"errors"
	"testing"
	"time"

	simulated "slotward/internal/simulator/zoom"
)

func TestAPacerPaces(t *testing.T) {
	p := NewPacer(Free)
	sent := 0
	for at := noon; at.Before(noon.Add(time.Second)); at = at.Add(10 * time.Millisecond) {
		if p.limiters[Light].AllowN(at, 1) {
			sent++
		}
	}
	if sent != 4 {
		t.Errorf("%d light requests go through in a second, want 4", sent)
	}
	if !p.limiters[Medium].AllowN(noon, 1) || !p.limiters[Heavy].AllowN(noon, 1) {
		t.Error("labels are not apart")
	}
	if p.limiters[Medium].AllowN(noon.Add(time.Millisecond), 1) {
		t.Error("a burst goes through")
	}
	for range 1000 {
		if NewPacer(Unpaced).wait(t.Context(), Heavy) != nil {
			t.Fatal("an unpaced request waits")
		}
	}
}

// onClock lets a pacer go by a clock that its own waiting moves on.
func (p *Pacer) onClock(w *world) *Pacer {
	p.now = w.clock.Now
	p.sleep = func(_ context.Context, d time.Duration) error {
		w.clock.Set(w.clock.Now().Add(d))
		return nil
	}
	return p
}

// TestOurPaceIsTaken: at the pace of what an account is known to be, Zoom never
// says that it was asked too often, and no more time goes by than that takes.
func TestOurPaceIsTaken(t *testing.T) {
	tests := []struct {
		name    string
		plan    simulated.Plan
		told    int    // the user's type
		fixed   *Rates // configured
		longest time.Duration
		refused bool
	}{
		{"type not known", simulated.Free, 0, nil, 90 * time.Second, false},
		{"basic", simulated.Free, 1, nil, 90 * time.Second, false},
		{"licensed", simulated.Pro, 2, nil, 10 * time.Second, false},
		{"a type of tomorrow", simulated.Free, 77, nil, 90 * time.Second, false},
		{"business, as configured", simulated.Business, 2, &Business, 4 * time.Second, false},
		{"free, as configured", simulated.Free, 2, &Free, 90 * time.Second, false},
		{"configured too fast", simulated.Free, 1, &Pro, 90 * time.Second, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.zoom.Switch(func(s *simulated.Switches) { s.QPS = simulated.PaceOn })
			if err := w.zoom.EditAccount(ada, simulated.OnPlan(test.plan)); err != nil {
				t.Fatal(err)
			}
			pacers := &Pacers{Fixed: test.fixed}
			pacers.Of("acme", test.told).onClock(w)
			refused := false
			begin := w.clock.Now()
			for range 100 { // each time with the account's pacer, as by another of its users
				w.pacer = pacers.Of("acme", test.told)
				_, err := w.Me(t.Context())
				if err == nil {
					_, err = w.List(t.Context())
				}
				var limit *LimitedError
				refused = refused || errors.As(err, &limit)
			}
			if took := w.clock.Now().Sub(begin); took > test.longest || refused != test.refused {
				t.Errorf("took %v, refused: %v", took, refused)
			}
		})
	}
}

// TestAnAccountHasOnePace: it is that of the best of its users, and other accounts
// have theirs.
func TestAnAccountHasOnePace(t *testing.T) {
	pacers := &Pacers{}
	basic := pacers.Of("acme", 1)
	if pacers.Of("acme", 0) != basic || pacers.Of("other", 0) == basic {
		t.Fatal("an account's users share one pacer, and other accounts have another")
	}
	for _, told := range []int{2, 1} {
		if pacers.Of("acme", told) != basic || basic.limiters[Light].Limit() != limit(Pro[Light]) {
			t.Fatalf("after a user of type %d the account is paced at %v", told, basic.limiters[Light].Limit())
		}
	}
}
