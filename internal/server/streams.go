package server

import "sync"

// Streams counts what each of those who watch something has open, so that nobody
// opens without end. The zero value has none.
type Streams struct {
	mu   sync.Mutex
	open map[string]int
}

// Enter takes one of most places, given back by leave; ok is false when there is
// none left. A session is told apart by what its forms carry.
func (s *Streams) Enter(who Identity, most int) (leave func(), ok bool) {
	name := who.Name + "\x00" + who.CSRF
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[string]int{}
	}
	if s.open[name] >= most {
		return nil, false
	}
	s.open[name]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[name]--; s.open[name] == 0 {
			delete(s.open, name)
		}
	}), true
}
