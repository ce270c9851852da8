package storetest

import (
	"strings"
	"sync"
	"sync/atomic"

	"slotward/store"
)

func keysOnce(w *world) {
	const secret = "https://slotward.test/oauth/zoom/start?ticket=s3cr3t"
	rows := w.rows(func() {
		_, taken, err := w.store.TakeKey(w.ctx, "token a", "k1", "POST /x {}")
		w.ok(err)
		equal(w, "taken", taken, true)
		use, taken, err := w.store.TakeKey(w.ctx, "token a", "k1", "POST /x {}")
		w.ok(err)
		if taken || !use.Same || use.Done || use.Answer != nil {
			w.Fatalf("while it is being done: %v %+v", taken, use)
		}
		w.ok(w.store.KeepAnswer(w.ctx, "token a", "k1", &store.Answer{Status: 201, Header: map[string]string{"Location": secret}, Body: []byte(secret)}))
	})
	equal(w, "rows that count as state", rows, 0)

	use, _, err := w.store.TakeKey(w.ctx, "token a", "k1", "POST /x {}")
	w.ok(err)
	if !use.Done || use.Answer == nil || use.Answer.Status != 201 || string(use.Answer.Body) != secret || use.Answer.Header["Location"] != secret {
		w.Fatalf("afterwards: %+v", use)
	}
	use, taken, err := w.store.TakeKey(w.ctx, "token a", "k1", "POST /y {}")
	w.ok(err)
	if taken || use.Same {
		w.Fatal("another request is taken for the same")
	}
	if _, taken, err = w.store.TakeKey(w.ctx, "token b", "k1", "POST /y {}"); err != nil || !taken {
		w.Fatalf("somebody else's key: %v %v", taken, err)
	}
	w.ok(w.store.KeepAnswer(w.ctx, "token b", "k1", nil))
	use, _, err = w.store.TakeKey(w.ctx, "token b", "k1", "POST /y {}")
	w.ok(err)
	if !use.Done || use.Answer != nil {
		w.Fatalf("an answer that is not kept: %+v", use)
	}
	w.ok(w.store.FreeKey(w.ctx, "token b", "k1"))
	if _, taken, err = w.store.TakeKey(w.ctx, "token b", "k1", "POST /z"); err != nil || !taken {
		w.Fatalf("a key that was freed: %v %v", taken, err)
	}
	bob := w.person("bob")
	if _, _, err = w.store.TakeKey(w.ctx, store.PersonKeys(bob.ID), "k1", "POST /x"); err != nil {
		w.Fatal(err)
	}
	w.ok(w.store.DeletePerson(w.ctx, bob.ID))
	if _, taken, err = w.store.TakeKey(w.ctx, store.PersonKeys(bob.ID), "k1", "POST /y"); err != nil || !taken {
		w.Fatalf("somebody's who was removed: %v %v", taken, err)
	}
	w.clock.Move(store.KeyLife)
	if _, taken, err = w.store.TakeKey(w.ctx, "token a", "k1", "POST /y"); err != nil || !taken {
		w.Fatalf("a day later: %v %v", taken, err)
	}
}

func keysRace(w *world) {
	var taken atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, mine, err := w.store.TakeKey(w.ctx, "token a", strings.Repeat("k", 200), "POST /x")
			switch {
			case err != nil:
				w.Error(err)
			case mine:
				taken.Add(1)
			}
		})
	}
	all.Wait()
	equal(w, "times that the request is done", taken.Load(), 1)
}
