package ics

import (
	"fmt"
	"time"
)

// relate settles what stands twice, and turns exceptions whose series is not in
// the file into events of their own (Google exports such files when only an
// occurrence was shared).
func (r *reader) relate(events []Event) []Event {
	kept := r.newest(events)
	series := map[string]bool{}
	for i := range kept {
		if kept[i].Occurrence.IsZero() && kept[i].Recurring() {
			series[kept[i].UID] = true
		}
	}
	for i := range kept {
		e := &kept[i]
		if e.Occurrence.IsZero() || series[e.UID] {
			continue
		}
		r.current = e.name()
		r.note(e.Line, "it changes an occurrence of a series that is not in the file; taken as a single event", "")
		e.UID += "-" + e.Occurrence.UTC().Format(clockForm+"Z")
		e.Occurrence = time.Time{}
	}
	return kept
}

// newest keeps, of events with the same UID and occurrence, the one with the
// highest SEQUENCE; the later in the file when they are equal.
func (r *reader) newest(events []Event) []Event {
	type identity struct {
		uid        string
		occurrence int64
	}
	at := map[identity]int{}
	var kept []Event
	for _, e := range events {
		id := identity{e.UID, e.Occurrence.Unix()}
		i, twice := at[id]
		if !twice {
			at[id] = len(kept)
			kept = append(kept, e)
			continue
		}
		older := e
		if e.sequence >= kept[i].sequence {
			older, kept[i] = kept[i], e
		}
		r.current = older.name()
		r.fault(Fault{Line: older.Line, Problem: fmt.Sprintf("it stands again on line %d with the same UID", kept[i].Line), Skipped: true})
	}
	return kept
}
