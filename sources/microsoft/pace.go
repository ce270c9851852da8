package microsoft

import (
	"context"
	"sync"
	"time"

	"slotward/sources"
)

const (
	// atOnce is how many requests Outlook serves at a time for one mailbox.
	atOnce = 4
	// Outlook allows 10,000 requests in ten minutes per mailbox; a tenth is left.
	paceWindow = 10 * time.Minute
	paceLimit  = 9_000
)

// pace keeps one Source under Outlook's limits.
type pace struct {
	now   func() time.Time
	slots chan struct{}

	mu    sync.Mutex
	begun time.Time // of the window that is counted
	sent  int
}

func newPace(now func() time.Time) *pace { return &pace{now: now, slots: make(chan struct{}, atOnce)} }

// take waits for a place and counts one request, or says until when there may
// be none. done gives the place back.
func (p *pace) take(ctx context.Context) (done func(), err error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := p.count(); err != nil {
		<-p.slots
		return nil, err
	}
	return func() { <-p.slots }, nil
}

func (p *pace) count() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	// After the clock was set back, the window begins anew.
	if age := now.Sub(p.begun); age < 0 || age >= paceWindow {
		p.begun, p.sent = now, 0
	}
	if p.sent == paceLimit {
		return &sources.LimitedError{Until: p.begun.Add(paceWindow).UTC(), Scope: "user"}
	}
	p.sent++
	return nil
}

// inParallel runs n tasks, as many at once as a mailbox serves, and returns the
// first error in order. After one nothing more is begun.
func inParallel(ctx context.Context, n int, task func(ctx context.Context, i int) error) error {
	if n == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, n)
	next := make(chan int)
	var all sync.WaitGroup
	for range min(n, atOnce) {
		all.Go(func() {
			for i := range next {
				if errs[i] = task(ctx, i); errs[i] != nil {
					cancel()
				}
			}
		})
	}
	stopped := ctx.Err()
	for i := 0; i < n && stopped == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
			stopped = ctx.Err()
		}
	}
	close(next)
	all.Wait()
	return firstCause(errs, stopped)
}

// firstCause is the first error that is not merely the end of the others.
func firstCause(errs []error, stopped error) error {
	var ended error
	for _, err := range errs {
		switch {
		case err == nil:
		case isCanceled(err):
			ended = err
		default:
			return err
		}
	}
	if ended != nil {
		return ended
	}
	return stopped
}
