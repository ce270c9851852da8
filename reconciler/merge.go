package reconciler

import (
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// merger lays readings over the events of the mirror in memory, for a dry run.
// What comes out is what the store would answer after saving them, but for two
// things that no plan hangs on: rows that it would throw away because they have
// ended long ago are still there, and an exception does not follow the deletion
// of a series that was gone before and that nothing rests on.
type merger struct {
	events  []plan.Event
	at      map[sources.EventRef]int
	claims  map[sources.EventRef]int64
	decided map[sources.EventRef]store.Decision
	now     time.Time
}

// What the store does not take up (see store.Tx.SaveReading).
const (
	longOver        = 48 * time.Hour // ended so long ago that nobody looks for it
	occurrenceSlack = 24 * time.Hour // how long after its original start an exception matters
)

// newMerger begins with the mirror as it was read.
func (p *pass) newMerger() *merger {
	m := &merger{events: p.events, claims: p.claims, decided: p.decided, now: p.now, at: make(map[sources.EventRef]int, len(p.events))}
	for i := range m.events {
		m.at[m.events[i].Ref()] = i
	}
	return m
}

// merge lays one reading of a calendar over the events.
func (m *merger) merge(calendar int64, reading sources.Reading) {
	listed := make(map[string]*sources.Event, len(reading.Events))
	for i := range reading.Events {
		listed[reading.Events[i].ID] = &reading.Events[i]
	}
	m.buryExceptions(calendar, listed)
	for i := range reading.Events {
		if e := &reading.Events[i]; listed[e.ID] == e {
			m.take(calendar, e)
		}
	}
	if !reading.Full {
		return
	}
	for i := range m.events {
		e := &m.events[i]
		if e.Calendar == calendar && listed[e.ID] == nil && e.Gone == sources.Present && reading.Covers(&e.Event) {
			e.Gone, e.ETag = sources.Absent, ""
		}
	}
}

// buryExceptions marks the exceptions of series that were deleted. What the
// reading says of an exception itself comes after.
func (m *merger) buryExceptions(calendar int64, listed map[string]*sources.Event) {
	buried := map[string]sources.Gone{}
	for id, e := range listed {
		i, known := m.at[sources.EventRef{Calendar: calendar, Event: id}]
		if known && e.Gone != sources.Present && m.events[i].Kind == sources.Series && m.events[i].Gone != e.Gone {
			buried[id] = e.Gone
		}
	}
	if len(buried) == 0 {
		return
	}
	for i := range m.events {
		if gone := buried[m.events[i].SeriesID]; gone != "" && m.events[i].Calendar == calendar {
			m.events[i].Gone = gone
		}
	}
}

// take brings one event in.
func (m *merger) take(calendar int64, e *sources.Event) {
	ref := sources.EventRef{Calendar: calendar, Event: e.ID}
	i, known := m.at[ref]
	switch {
	case !known && !m.wanted(ref, e):
	case !known:
		m.at[ref] = len(m.events)
		m.events = append(m.events, plan.Event{Calendar: calendar, Event: *e})
	case e.Gone == sources.Present:
		if old := &m.events[i]; old.Gone != sources.Present || old.ETag != e.ETag || e.ETag == "" {
			old.Event = *e
		}
	case m.events[i].Gone != e.Gone:
		m.events[i].Gone, m.events[i].ETag = e.Gone, e.ETag
	}
}

// wanted tells whether an event that is not in the mirror belongs there.
func (m *merger) wanted(ref sources.EventRef, e *sources.Event) bool {
	if _, claimed := m.claims[ref]; claimed {
		return true
	}
	if e.Gone != sources.Present && e.Kind != sources.Exception {
		return false
	}
	end := e.End
	switch {
	case e.Gone != sources.Present:
		end = m.now
	case e.Kind == sources.Series:
		end = e.Last
	}
	if e.Kind == sources.Exception && !e.OriginalStart.IsZero() {
		end = later(end, e.OriginalStart.Add(occurrenceSlack))
	}
	return end.IsZero() || end.After(m.now.Add(-longOver))
}

// result returns the events: of those that are gone, the ones that something
// still rests on.
func (m *merger) result() []plan.Event {
	var out []plan.Event
	for _, e := range m.events {
		_, claimed := m.claims[e.Ref()]
		_, decided := m.decided[e.Ref()]
		if e.Gone == sources.Present || e.Kind == sources.Exception || claimed || decided {
			out = append(out, e)
		}
	}
	return out
}
