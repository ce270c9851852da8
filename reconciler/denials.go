package reconciler

import (
	"sync"

	"slotward/sources"
	"slotward/store"
)

// denials remembers the events of a connection that could not be changed for
// reasons that nobody gave, since one could. It lives as long as the process.
type denials struct {
	mu     sync.Mutex
	events map[int64]map[sources.EventRef]bool // by connection
}

// add counts an event and returns how many there are.
func (d *denials) add(connection int64, ref sources.EventRef) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.events == nil {
		d.events = map[int64]map[sources.EventRef]bool{}
	}
	if d.events[connection] == nil {
		d.events[connection] = map[sources.EventRef]bool{}
	}
	d.events[connection][ref] = true
	return len(d.events[connection])
}

// forget begins anew: the connection can change events.
func (d *denials) forget(connection int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.events, connection)
}

// manyDenied is how many events in a row must be refused without a reason for
// the whole connection to count as lacking a permission.
const manyDenied = 3

// singled reports whether a refusal without a reason is about that one event:
// we have written to other events of the connection, and few are refused. One
// event that cannot be changed must not stop all others (I14).
func (p *pass) singled(calendar *store.Calendar, ref sources.EventRef) bool {
	if p.r.denials.add(calendar.Connection, ref) >= manyDenied {
		return false
	}
	installation := p.r.Store.Installation()
	for i := range p.events {
		e := &p.events[i]
		c := p.calendar[e.Calendar]
		if c != nil && c.Connection == calendar.Connection && e.Ref() != ref && e.Mark.Installation == installation && e.Mark.Names(e.ID) {
			return true
		}
	}
	return false
}
