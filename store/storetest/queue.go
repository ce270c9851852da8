package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"slotward/store"
)

// idle lets nobody be due for an hour.
func (w *world) idle() {
	w.Helper()
	for {
		l, err := w.store.Claim(w.ctx, "tester", time.Minute)
		if errors.Is(err, store.ErrNoneDue) {
			return
		}
		w.ok(err)
		w.ok(w.store.Finish(w.ctx, l, store.Outcome{NextAt: w.clock.Now().Add(time.Hour)}))
	}
}

func queueOrder(w *world) {
	bob, eve := w.person("bob"), w.person("eve")
	w.idle()
	w.clock.Move(30 * time.Minute)
	if _, err := w.store.Claim(w.ctx, "a", time.Minute); !errors.Is(err, store.ErrNoneDue) {
		w.Fatalf("somebody is due: %v", err)
	}
	w.clock.Move(31 * time.Minute) // all three are due by schedule
	w.ok(w.store.Request(w.ctx, eve.ID))
	for i, want := range []int64{eve.ID, w.ada.ID, bob.ID} {
		l, err := w.store.Claim(w.ctx, "a", time.Minute)
		w.ok(err)
		equal(w, "person", l.Person, want)
		equal(w, "asked", l.Asked, i == 0)
	}
	notFound(w, w.store.Request(w.ctx, w.ada.ID, 99))
	queue, err := w.store.Queue(w.ctx)
	w.ok(err)
	equal(w, "requests of ada after one that failed", queue[0].Requested, 0)
	w.ok(w.store.Request(w.ctx))
}

func queueRequest(w *world) {
	w.idle()
	l := w.claim()
	w.ok(w.store.Request(w.ctx, w.ada.ID))
	if _, err := w.store.Claim(w.ctx, "b", time.Minute); !errors.Is(err, store.ErrNoneDue) {
		w.Fatalf("claimed while a pass runs: %v", err)
	}
	w.ok(w.store.Finish(w.ctx, l, store.Outcome{NextAt: w.clock.Now().Add(time.Hour), Failures: 2, Error: "503"}))
	l, err := w.store.Claim(w.ctx, "b", time.Minute)
	w.ok(err)
	if !l.Asked || l.Failures != 2 {
		w.Fatalf("lease %+v", l)
	}
	w.ok(w.store.Finish(w.ctx, l, store.Outcome{NextAt: w.clock.Now().Add(time.Hour)}))
	if _, err := w.store.Claim(w.ctx, "b", time.Minute); !errors.Is(err, store.ErrNoneDue) {
		w.Fatalf("a request was served twice: %v", err)
	}
	p, err := w.store.Person(w.ctx, w.ada.ID)
	w.ok(err)
	if p.LastError != "" || p.Failures != 0 || !p.LastPass.Equal(w.clock.Now()) {
		w.Fatalf("person %+v", p)
	}
}

func queueRace(w *world) {
	w.idle()
	other := w.open(store.Options{})
	var won atomic.Int64
	var wait sync.WaitGroup
	w.ok(w.store.Request(w.ctx, w.ada.ID))
	for i := range 16 {
		handle := []*store.Store{w.store, other}[i%2]
		wait.Go(func() {
			if _, err := handle.Claim(w.ctx, "racer", time.Minute); err == nil {
				won.Add(1)
			} else if !errors.Is(err, store.ErrNoneDue) {
				w.Errorf("claim: %v", err)
			}
		})
	}
	wait.Wait()
	equal(w, "claims of one person", won.Load(), 1)
}

// queueClockMoves claims while the clock is moved to when ada is due: the lease
// begins where she was found due, so that nobody else takes her over at once.
func queueClockMoves(w *world) {
	w.idle()
	due := w.clock.Now().Add(time.Hour)
	looks := 0
	moving := w.open(store.Options{Now: func() time.Time {
		if looks++; looks > 1 {
			return due
		}
		return due.Add(-time.Minute)
	}})
	for looks = 0; ; {
		l, err := moving.Claim(w.ctx, "a", 30*time.Second)
		if errors.Is(err, store.ErrNoneDue) {
			continue
		}
		w.ok(err)
		if !l.Until.After(due) {
			w.Fatalf("claimed at %s, until %s", due, l.Until)
		}
		return
	}
}

func queueTakeover(w *world) {
	w.idle()
	first := w.claim()
	w.clock.Move(59 * time.Second)
	first, err := w.store.Extend(w.ctx, first, time.Minute)
	w.ok(err)
	w.clock.Move(59 * time.Second)
	if _, err := w.store.Claim(w.ctx, "b", time.Minute); !errors.Is(err, store.ErrNoneDue) {
		w.Fatalf("taken over though it was extended: %v", err)
	}
	w.clock.Move(time.Second)
	second, err := w.store.Claim(w.ctx, "b", time.Minute)
	w.ok(err)
	equal(w, "epoch", second.Epoch, first.Epoch+1)
	_, err = w.store.Extend(w.ctx, first, time.Minute)
	lost(w, err)
	lost(w, w.store.Finish(w.ctx, first, store.Outcome{}))
	lost(w, w.store.CheckLease(w.ctx, first))
	w.ok(w.store.CheckLease(w.ctx, second))
	w.ok(w.store.Finish(w.ctx, second, store.Outcome{NextAt: w.clock.Now().Add(time.Hour)}))
	lost(w, w.store.CheckLease(w.ctx, second))
}

func queueInterrupt(w *world) {
	w.idle()
	l := w.claim()
	w.ok(w.store.Interrupt(w.ctx, w.ada.ID))
	lost(w, w.store.Write(w.ctx, l, func(x *store.Tx) error { return x.SetHeld("held") }))
	equal(w, "held", w.load().Person.Held, "")
	next, err := w.store.Claim(w.ctx, "tester", time.Minute)
	w.ok(err)
	if !next.Asked || next.Epoch <= l.Epoch {
		w.Fatalf("lease %+v after %+v", next, l)
	}
	notFound(w, w.store.Interrupt(w.ctx, 99))
}

func leaseLost(w *world) {
	w.idle()
	l := w.claim()
	w.ok(w.store.Write(w.ctx, l, func(x *store.Tx) error { return x.PutMeeting(store.Meeting{ID: 1}) }))
	w.clock.Move(2 * time.Minute) // it sleeps past its lease, and nobody took it: still its own
	w.ok(w.store.Write(w.ctx, l, func(x *store.Tx) error { return x.PutMeeting(store.Meeting{ID: 2}) }))
	_, err := w.store.Claim(w.ctx, "b", time.Minute)
	w.ok(err)
	lost(w, w.store.Write(w.ctx, l, func(x *store.Tx) error { return x.PutMeeting(store.Meeting{ID: 3}) }))
	equal(w, "meetings", len(w.load().Meetings), 2)
}

func queueRows(w *world) {
	w.idle()
	rows := w.rows(func() {
		l := w.claim()
		l, err := w.store.Extend(w.ctx, l, time.Hour)
		w.ok(err)
		w.ok(w.store.Write(w.ctx, l, func(*store.Tx) error { return nil }))
		w.ok(w.store.Finish(w.ctx, l, store.Outcome{NextAt: w.clock.Now().Add(time.Hour), Error: "503", Failures: 1}))
		w.ok(w.store.Interrupt(w.ctx, w.ada.ID))
	})
	equal(w, "rows of state", rows, 0)
}

func queueReclaim(w *world) {
	w.idle()
	w.ok(w.store.Reclaim(w.ctx, "tester"))
	l := w.claim()
	provider := &rotator{current: "refresh-1"}
	_, err := w.store.RefreshToken(w.ctx, w.google.ID, "access-1", func(ctx context.Context, old store.Token) (store.Token, error) {
		back := w.open(store.Options{}) // the process died here, and is back
		w.ok(back.Reclaim(w.ctx, "test"))
		w.ok(back.CheckLease(w.ctx, l)) // that was somebody else
		w.ok(back.Reclaim(w.ctx, "tester"))
		lost(w, back.CheckLease(w.ctx, l))
		next, err := back.Claim(w.ctx, "tester", time.Minute)
		w.ok(err)
		equal(w, "asked", next.Asked, true)
		return back.RefreshToken(ctx, w.google.ID, old.Access, provider.refresh)
	})
	w.ok(err)
	equal(w, "refreshes", provider.calls.Load(), 1)
}

// lost fails the test unless err is ErrLeaseLost.
func lost(w *world, err error) {
	w.Helper()
	if !errors.Is(err, store.ErrLeaseLost) {
		w.Fatalf("got %v, want %v", err, store.ErrLeaseLost)
	}
}
