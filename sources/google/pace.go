package google

import (
	"sync"
	"time"

	"slotward/sources"
)

// Google counts the requests of each user over a sliding minute and allows 600
// of them; a tenth is left for whatever else the person runs.
const (
	paceWindow = time.Minute
	paceLimit  = 540
)

// pace keeps one Source under Google's limit. It counts as Google does rather
// than spreading requests out: a pass of 500 requests may run at once, and the
// next one is told when to come back instead of holding a worker asleep.
type pace struct {
	now func() time.Time

	mu   sync.Mutex
	sent [paceLimit]time.Time // a ring: the oldest stands at next
	next int
}

func newPace(now func() time.Time) *pace { return &pace{now: now} }

// take counts one request, or says until when there may be none.
func (p *pace) take() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	oldest := p.sent[p.next]
	free := oldest.Add(paceWindow)
	// After the clock was set back, what was sent "later" tells nothing.
	if !oldest.IsZero() && now.Before(free) && !oldest.After(now) {
		return &sources.LimitedError{Until: free, Scope: "user"}
	}
	p.sent[p.next] = now
	p.next = (p.next + 1) % paceLimit
	return nil
}
