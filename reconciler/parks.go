package reconciler

import (
	"slices"
	"sync"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// parkDelays says how long something is left alone that a provider has refused
// so many times in a row. The first refusal is not believed: many of them pass,
// and then the next pass puts things right (I2).
var parkDelays = []time.Duration{
	0,                //  0:00 after the first refusal: the next pass tries again
	15 * time.Minute, //  0:15
	30 * time.Minute, //  0:45
	time.Hour,        //  1:45
	2 * time.Hour,    //  3:45
	parkedFor,        //  9:45, and then every six hours
}

// parkDelay returns the wait after so many refusals in a row.
func parkDelay(times int) time.Duration {
	return parkDelays[min(max(times, 1), len(parkDelays))-1]
}

// parks remembers from pass to pass what was refused for good. It lives as long
// as the process; after a restart each is asked for once more.
type parks struct {
	mu  sync.Mutex
	all map[parkKey]*parking
}

type parkKey struct {
	person int64
	deed   deed
}

// parking is one deed that was refused.
type parking struct {
	result
	refs  []sources.EventRef // whom it was for
	at    time.Time          // when it was refused last
	times int                // in a row
}

// parkedLong is how old a refusal may get before it counts no more.
const parkedLong = 4 * parkedFor

// put counts a refusal and returns when to try again; zero: at the next pass.
func (s *parks) put(key parkKey, res result, refs []sources.EventRef, now time.Time, again bool) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[parkKey]*parking{}
	}
	p := s.all[key]
	if p == nil || !again {
		s.sweep(now)
		p = &parking{}
		s.all[key] = p
	}
	p.times++
	p.result, p.refs, p.at = res, refs, now
	p.until = time.Time{}
	if delay := parkDelay(p.times); delay > 0 {
		p.until = now.Add(delay)
	}
	return p.until
}

// sweep forgets what nobody has come back for.
func (s *parks) sweep(now time.Time) {
	for key, p := range s.all {
		if now.Sub(p.at).Abs() > parkedLong {
			delete(s.all, key)
		}
	}
}

func (s *parks) get(key parkKey) (parking, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.all[key]; p != nil {
		return *p, true
	}
	return parking{}, false
}

func (s *parks) drop(key parkKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, key)
}

func (p *pass) parkKey(a plan.Action) parkKey { return parkKey{p.lease.Person, deedOf(a)} }

// park leaves an action alone that was refused for good, the longer the more
// often it was refused.
func (p *pass) park(a plan.Action, v verdict) verdict {
	if !v.park || !v.until.IsZero() {
		return v
	}
	_, again := p.unchanged(a)
	v.until = p.r.parks.put(p.parkKey(a), v.result, p.refsOf(a), p.now, again)
	p.soonest(v.until)
	if v.wide && !v.until.IsZero() {
		p.remember(zoomKey, v.result) // the whole account may not do it
	}
	return v
}

// parked reports whether what the action is for was refused lately and has not
// changed since. Such things are not tried at every pass.
func (p *pass) parked(a plan.Action) (result, bool) {
	old, ok := p.unchanged(a)
	return old.result, ok && old.until.After(p.now)
}

// unchanged finds the refusal of an action that is for nothing but what was
// refused, unless an event of it was changed since, or the clock set back.
func (p *pass) unchanged(a plan.Action) (parking, bool) {
	old, ok := p.r.parks.get(p.parkKey(a))
	if !ok || old.at.After(p.now) {
		return parking{}, false
	}
	for _, ref := range p.refsOf(a) {
		if e := p.event(ref); e == nil || e.Updated.After(old.at) || !slices.Contains(old.refs, ref) {
			return parking{}, false
		}
	}
	return old, true
}

// refsOf lists the events that an action is for.
func (p *pass) refsOf(a plan.Action) []sources.EventRef {
	if a.Event.Event != "" {
		return []sources.EventRef{a.Event}
	}
	if a.Kind == plan.Delete {
		return nil // those that have left the meeting have no say any more
	}
	return a.Events
}

// lift forgets the refusals of an action that was tried and not refused.
func (p *pass) lift(a plan.Action) {
	if _, refused := p.refused[deedOf(a)]; !refused {
		p.r.parks.drop(p.parkKey(a))
	}
}
