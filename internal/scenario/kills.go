package scenario

import (
	"math/rand/v2"
	"strings"
	"sync"
)

// killer kills the daemon at random points of its work: before and after
// requests to providers and commits of its store. It strikes only while it is
// let loose, which is while a script lets the daemon work.
type killer struct {
	mu     sync.Mutex
	random *rand.Rand
	loose  bool
	struck bool // since it was let loose
	spares bool // a token is on its way into the store
	kills  int
}

// deadly is how likely each point is the last.
const deadly = 0.06

// newKiller returns nil without a seed: nobody is killed.
func newKiller(seed int64, script string) *killer {
	if seed == 0 {
		return nil
	}
	return &killer{random: rand.New(rand.NewPCG(uint64(seed), seedOf(script)))}
}

// strikes kills the process at this point, or not, and reports which. A token that a
// provider has rotated and that was not stored yet is lost with the process,
// which ends the connection at the real providers too: there nobody is killed.
func (k *killer) strikes(point string, kill func()) bool {
	if k == nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case strings.HasSuffix(point, ".token"):
		k.spares = true
	case k.spares:
		k.spares = point != "after store.commit"
	case k.loose && k.random.Float64() < deadly:
		k.struck = true
		k.kills++
		kill() // under the lock: who holds the killer back finds the process dead
		return true
	}
	return false
}

// let lets the killer loose, or holds it back.
func (k *killer) let(loose bool) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.loose, k.struck = loose, false
}

// killed reports whether it has struck since it was let loose last.
func (k *killer) killed() bool {
	if k == nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.struck
}

// total is how often it has struck.
func (k *killer) total() int {
	if k == nil {
		return 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kills
}

// lives is how often at most the daemon is started again in one command. What
// it has not got done by then it finds half done when the story goes on.
func (k *killer) lives() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.random.IntN(6)
}

// survive does some work while the killer is loose, starting the daemon again
// when it was killed. Where the script lets things go wrong itself, nobody is
// killed at random.
func (w *world) survive(work func() error) error {
	if w.killer == nil || w.scripted {
		return work()
	}
	w.killer.let(true)
	defer w.killer.let(false)
	err := work()
	for range w.killer.lives() {
		if w.daemon.running() {
			break
		}
		if err = w.up(); err == nil && w.daemon.running() {
			err = work()
		}
	}
	if w.killer.killed() {
		w.bereft = true
		return nil
	}
	return err
}
