package reconciler

import (
	"fmt"
	"sync"
	"time"

	"slotward/reconciler/plan"
)

// waits remembers from pass to pass what a provider asked to be left alone, and
// until when: a connection, or a meeting that cannot be changed now. It lives as long as the process; after a restart each is asked
// for once more. What the day's writes need is in the store besides.
type waits struct {
	mu    sync.Mutex
	until map[string]result
}

// put remembers res, which says until when, under key.
func (w *waits) put(key string, res result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until == nil {
		w.until = map[string]result{}
	}
	w.until[key] = res
}

// get returns what is remembered under key and still holds. An end further off
// than any wait may last is that of a clock that was set back since.
func (w *waits) get(key string, now time.Time) (result, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	res, ok := w.until[key]
	if ok && (!res.until.After(now) || res.until.After(now.Add(longestWait))) {
		delete(w.until, key)
		return result{}, false
	}
	return res, ok
}

// What can be told to wait.
const (
	zoomKey    = "zoom"
	deletesKey = "zoom deletes" // counted apart by Zoom
)

func connectionKey(id int64) string              { return fmt.Sprintf("connection %d", id) }
func meetingKey(kind plan.Kind, id int64) string { return fmt.Sprintf("%s %d", kind, id) }

// brakeKey is for a set of absences that was verified.
func brakeKey(fingerprint string) string { return "brake " + fingerprint }

// block lets nothing more be asked of a connection that a verdict is about.
func (p *pass) block(key string, v verdict) {
	switch {
	case v.wait:
		p.remember(key, v.result)
	case v.wide:
		p.blocked[key] = v.result
	}
}

// remember lets nothing more be asked of key until res ends, in this pass and
// in those to come (I7).
func (p *pass) remember(key string, res result) {
	p.blocked[key] = res
	p.r.waits.put(p.waitKey(key), res)
}

// blockedBy returns why nothing may be asked of key.
func (p *pass) blockedBy(key string) (result, bool) {
	if res, ok := p.blocked[key]; ok {
		return res, true
	}
	return p.r.waits.get(p.waitKey(key), p.now)
}

// waitKey tells people apart.
func (p *pass) waitKey(key string) string { return fmt.Sprintf("%d %s", p.lease.Person, key) }

// silences is how many requests in a row may stay without a proper answer
// before the rest of the pass does without that provider: each may take half a
// minute, and other people wait for the place (I14).
const silences = 3

// unheard counts a request that got no proper answer.
func (p *pass) unheard(key string, res result) {
	p.silent[key]++
	if p.silent[key] >= silences {
		p.blocked[key] = res
	}
}

// heard notes that a provider answers.
func (p *pass) heard(key string) { delete(p.silent, key) }
