package reconciler

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// TestADryRunSeesWhatThePassWouldSee lays random readings over a random mirror,
// in memory and in the store, and compares.
func TestADryRunSeesWhatThePassWouldSee(t *testing.T) {
	w := newWorld(t)
	number := 0
	rapid.Check(t, func(t *rapid.T) {
		number++
		name := fmt.Sprintf("p%d", number)
		person, err := w.store.CreatePerson(w.ctx, name, name+"@acme.test")
		w.must(err)
		connection, err := w.store.Connect(w.ctx, store.Connection{Person: person.ID, Provider: "google", Account: name}, store.Token{})
		w.must(err)
		listed, err := w.store.SaveCalendars(w.ctx, connection.ID, []sources.Calendar{{ID: name, Name: name, Writable: true}})
		w.must(err)
		m := &mirror{world: w, t: t, person: person.ID, calendar: listed[0].ID, lease: w.lease(&somebody{Person: person})}
		defer func() { w.must(w.store.Finish(w.ctx, m.lease, store.Outcome{NextAt: monday.Add(time.Hour)})) }()
		for range rapid.IntRange(1, 5).Draw(t, "readings") {
			reading := m.reading()
			p, err := w.r.newPass(w.ctx, m.lease)
			w.must(err)
			w.must(p.loadEvents(w.ctx))
			merged := p.newMerger()
			merged.merge(m.calendar, reading)
			w.must(w.store.Write(w.ctx, m.lease, func(tx *store.Tx) error {
				_, err := tx.SaveReading(m.calendar, reading)
				return err
			}))
			m.compare(reading, merged.result(), p.claims)
			m.disturb()
		}
	})
}

// mirror is a calendar that random readings are laid over.
type mirror struct {
	*world
	t        *rapid.T
	person   int64
	lease    store.Lease
	calendar int64
	version  int
}

// reading draws events of a small family, so that they meet again.
func (m *mirror) reading() sources.Reading {
	r := sources.Reading{Full: rapid.Bool().Draw(m.t, "full"), Token: fmt.Sprint(rapid.Int().Draw(m.t, "token"))}
	if r.Full && rapid.Bool().Draw(m.t, "bounded") {
		r.Since = monday.Add(-24 * time.Hour)
	}
	ids := rapid.SliceOfDistinct(rapid.IntRange(0, 7), rapid.ID[int]).Draw(m.t, "ids")
	for _, id := range ids {
		r.Events = append(r.Events, m.event(id))
	}
	return r
}

// event draws one state of an event: 0–3 are single, 4 and 5 series, 6 and 7
// exceptions of 4. What it says is told by its ETag.
func (m *mirror) event(id int) sources.Event {
	m.version++
	etag := m.version
	if rapid.IntRange(0, 3).Draw(m.t, "echo") == 0 {
		etag = id // comes again and again as it was
	}
	start := monday.Add(time.Duration(id*7-5) * 12 * time.Hour)
	if etag != id {
		start = monday.Add(time.Duration(rapid.IntRange(-8, 8).Draw(m.t, "start")) * 12 * time.Hour)
	}
	e := sources.Event{ID: fmt.Sprint("e", id), ETag: fmt.Sprint(etag), Kind: sources.Single, Title: fmt.Sprint("title", etag), Start: start, End: start.Add(time.Hour)}
	switch {
	case id >= 6:
		e.Kind, e.SeriesID, e.OriginalStart = sources.Exception, "e4", start.Add(-time.Hour)
	case id >= 4:
		e.Kind, e.Recurrence = sources.Series, []string{"RRULE:FREQ=DAILY"}
		if rapid.Bool().Draw(m.t, "ends") && etag != id {
			e.Last = e.End.Add(24 * time.Hour)
		}
	}
	if rapid.IntRange(0, 2).Draw(m.t, "gone") == 0 {
		e.Gone = sources.Tombstone
	}
	return e
}

// disturb gives events claims and decisions, or takes them away.
func (m *mirror) disturb() {
	var decisions []store.Decision
	m.must(m.store.Write(m.ctx, m.lease, func(tx *store.Tx) error {
		if err := tx.PutMeeting(store.Meeting{ID: m.person, HostID: "h"}); err != nil {
			return err
		}
		for id := range 8 {
			ref := sources.EventRef{Calendar: m.calendar, Event: fmt.Sprint("e", id)}
			claim := rapid.IntRange(0, 3).Draw(m.t, "claim")
			switch claim {
			case 0:
				if err := tx.PutClaim(store.Claim{Event: ref, Meeting: m.person}); err != nil {
					return err
				}
			case 1:
				if err := tx.DropClaim(ref); err != nil {
					return err
				}
			}
			if rapid.Bool().Draw(m.t, "decided") {
				decisions = append(decisions, store.Decision{Event: ref, Wanted: "leave", Reason: "past"})
			}
		}
		return tx.SaveDecisions(decisions)
	}))
}

// compare holds what was merged in memory against the store, but for the
// differences that a merger may make.
func (m *mirror) compare(reading sources.Reading, merged []plan.Event, claims map[sources.EventRef]int64) {
	rows, err := m.store.Events(m.ctx, m.person)
	m.must(err)
	saved := map[string]sources.Event{}
	for _, row := range rows {
		if row.Calendar == m.calendar {
			saved[row.ID] = row.Event
		}
	}
	series := slices.ContainsFunc(merged, func(e plan.Event) bool {
		return e.Calendar == m.calendar && e.ID == "e4" && e.Gone == sources.Tombstone
	})
	for _, e := range merged {
		if e.Calendar != m.calendar {
			continue
		}
		row, ok := saved[e.ID]
		delete(saved, e.ID)
		if e.Kind == sources.Exception && row.Gone == sources.Tombstone && !series {
			row.Gone, row.ETag = e.Gone, e.ETag
		}
		switch {
		case !ok && m.over(e.Event, claims):
		case !ok:
			m.t.Fatalf("%s stands in memory only: %+v\nafter %+v", e.ID, e.Event, reading)
		case row.ETag != e.ETag || row.Gone != e.Gone || row.Title != e.Title || !row.Start.Equal(e.Start):
			m.t.Fatalf("%s differs: in memory %q %q %q %s, saved %q %q %q %s\nafter %+v",
				e.ID, e.ETag, e.Gone, e.Title, e.Start, row.ETag, row.Gone, row.Title, row.Start, reading)
		}
	}
	if len(saved) > 0 {
		m.t.Fatalf("saved only: %+v\nafter %+v", saved, reading)
	}
}

func (m *mirror) over(e sources.Event, claims map[sources.EventRef]int64) bool {
	if _, claimed := claims[sources.EventRef{Calendar: m.calendar, Event: e.ID}]; claimed {
		return false
	}
	end := e.End
	if e.Kind == sources.Series {
		end = e.Last
	}
	return !end.IsZero() && !end.After(monday.Add(-longOver))
}
