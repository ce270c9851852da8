package store

import (
	"slices"

	"slotward/sources"
)

// endWithSeries takes exceptions for cancelled whose series is, also where the
// reading still shows them as they were before: our own last write of one comes
// back in the very reading that tells of the series' end. On a guest's calendar
// an occurrence may well stand without its series.
func (m *merge) endWithSeries() {
	copied := false
	for i := range m.reading.Events {
		e := &m.reading.Events[i]
		if e.Kind != sources.Exception || e.Gone != sources.Present || !e.OrganizedHere || !m.cancelled(e.SeriesID) {
			continue
		}
		if !copied {
			m.reading.Events, copied = slices.Clone(m.reading.Events), true
			e = &m.reading.Events[i]
		}
		e.Gone = sources.Tombstone
	}
	if copied {
		m.index()
	}
}

// cancelled reports whether the calendar said that a series is cancelled.
func (m *merge) cancelled(series string) bool {
	if e := m.listed[series]; e != nil {
		return e.Gone == sources.Tombstone
	}
	k := m.known[series]
	return k != nil && k.Gone == sources.Tombstone
}

// seriesGone marks the exceptions of series that are gone. What the reading
// itself says of an exception comes after and has the last word.
func (m *merge) seriesGone() error {
	for id, e := range m.listed {
		k := m.known[id]
		if e.Gone == sources.Present || k == nil || k.Kind != sources.Series || k.Gone == e.Gone {
			continue
		}
		var ids []string
		err := m.list(&ids, "UPDATE events SET gone = ?, until_at = ? WHERE calendar_id = ? AND series_id = ? AND gone <> ? RETURNING event_id",
			e.Gone, micros(m.store.now()), m.calendar, id, e.Gone)
		if err != nil {
			return err
		}
		m.add(int64(len(ids)))
		m.changed += len(ids)
		for _, id := range ids {
			if k := m.known[id]; k != nil {
				k.Gone = e.Gone
			}
		}
	}
	return nil
}
