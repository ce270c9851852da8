package dashboard

import (
	"sync"

	"slotward/internal/server"
)

// streamsEach is how many streams somebody may have open at once: one per page
// that is open, and one for a check.
const streamsEach = 12

// streams counts the open streams of each who looks. The zero value has none.
type streams struct {
	mu   sync.Mutex
	open map[string]int
}

// enter takes a place, given back by leave; ok is false when there is none left.
// A session is told apart by what its forms carry.
func (s *streams) enter(who server.Identity) (leave func(), ok bool) {
	name := who.Name + "\x00" + who.CSRF
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[string]int{}
	}
	if s.open[name] >= streamsEach {
		return nil, false
	}
	s.open[name]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[name]--; s.open[name] == 0 {
			delete(s.open, name)
		}
	}, true
}
