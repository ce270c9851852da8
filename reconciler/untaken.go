package reconciler

import (
	"errors"
	"slices"
	"sync"

	"slotward/reconciler/plan"
	"slotward/zoom"
)

// untaken remembers the recurrences that Zoom has refused: its limits, and the time
// zones that it knows, are not all written down. Such a series is an open meeting
// instead. It lives as long as the process; after a restart each is tried once more.
type untaken struct {
	mu  sync.Mutex
	all []plan.Untaken
}

// maxUntaken bounds what is remembered; the oldest goes first.
const maxUntaken = 100

func (u *untaken) put(one plan.Untaken) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if slices.Contains(u.all, one) {
		return
	}
	if len(u.all) == maxUntaken {
		u.all = slices.Delete(u.all, 0, 1)
	}
	u.all = append(u.all, one)
}

func (u *untaken) list() []plan.Untaken {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.all)
}

// noteUntaken remembers a recurrence that Zoom did not take, so that the next plan
// of this pass does without. It reports whether that is what went wrong.
func (p *pass) noteUntaken(r *zoom.Recurrence, zone *string, cause error) bool {
	if !errors.Is(cause, zoom.ErrRecurrence) || r == nil || zone == nil {
		return false
	}
	p.r.untaken.put(plan.UntakenOf(*r, *zone))
	p.replan = true
	return true
}
