package simulator

import (
	"sync"
	"time"
)

// Clock is a clock that stands still until it is moved, or follows real time
// when it was made by RealClock.
type Clock struct {
	mu   sync.Mutex
	now  time.Time
	real bool
}

// NewClock returns a clock that stands at now.
func NewClock(now time.Time) *Clock { return &Clock{now: now.UTC()} }

// RealClock returns a clock that follows the machine's.
func RealClock() *Clock { return &Clock{real: true} }

// Now returns the clock's time in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real {
		return time.Now().UTC()
	}
	return c.now
}

// Set moves a standing clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.UTC()
}

// Real reports whether the clock follows the machine's, so that waiting for it
// makes sense.
func (c *Clock) Real() bool { return c.real }
