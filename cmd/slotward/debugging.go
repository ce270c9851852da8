package main

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"slotward/config"
)

// hookLimit bounds the wait for a commit hook: a test that kills this process
// there does so at once.
const hookLimit = 30 * time.Second

// clock returns the machine's clock, or the one that debug.clock_file holds.
func clock(d config.Debug) func() time.Time {
	if d.ClockFile == "" {
		return time.Now
	}
	f := &fileClock{path: d.ClockFile}
	return f.now
}

// fileClock is a file that holds the time as RFC 3339. While it is being
// replaced it may be unreadable; then the clock stands still.
type fileClock struct {
	path string
	mu   sync.Mutex
	last time.Time
}

func (c *fileClock) now() time.Time {
	content, err := os.ReadFile(c.path)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		if at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(string(content))); err == nil {
			c.last = at.UTC()
		}
	}
	if c.last.IsZero() {
		return time.Now()
	}
	return c.last
}

// commitHook posts to debug.commit_hook around each commit and waits for the
// answer, whatever it is. Nil when there is no hook.
func commitHook(d config.Debug) func(before bool) {
	if d.CommitHook == "" {
		return nil
	}
	hc := &http.Client{Timeout: hookLimit}
	return func(before bool) {
		when := "after"
		if before {
			when = "before"
		}
		target, err := url.Parse(d.CommitHook)
		if err != nil {
			return
		}
		query := target.Query()
		query.Set("when", when)
		target.RawQuery = query.Encode()
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, target.String(), nil)
		if err != nil {
			return
		}
		if resp, err := hc.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}
}
