package store

import (
	"fmt"
	"slices"
	"time"

	"slotward/sources"
)

// When a reading that changed no row still saves its token.
const (
	// tokenAge is when a sync token is renewed for its own sake; providers
	// forget old ones.
	tokenAge = 24 * time.Hour
	// echoItems is how many unchanged events a reading may bring again and
	// again before it is cheaper to save the token: what fits on one page.
	echoItems = 200
)

// SaveReading merges a complete reading into the mirror, and saves its token
// in the same transaction. It returns how many events changed.
//
//	event read                    mirror has        then
//	present, ETag as known        present           nothing
//	present                       anything else     replaced; one that was gone is back
//	present, ended 2 days ago     nothing, no claim nothing
//	tombstone                     present, absent   marked; its body stays readable
//	tombstone                     tombstone         nothing
//	tombstone of no exception     nothing, no claim nothing
//	tombstone of a series         exceptions        marked with it
//	exception of such a series    anything          as its tombstone, on the organiser's calendar
//	not named, reading is full    present           marked absent, if the reading looked back that far
//
// A reading that changed nothing writes nothing, not even its token, unless the
// reading was full, or the saved token is a day old, or it brought more than a
// page of unchanged events. Along with a change, rows vanish that have no claim
// and stopped mattering two days ago (ninety, where people asked something for the
// event), and what people asked for events that are no more.
func (x *Tx) SaveReading(calendar int64, r sources.Reading) (changed int, err error) {
	row, err := x.calendar(calendar)
	if err != nil {
		return 0, err
	}
	if r.Token == "" {
		return 0, fmt.Errorf("store: a reading of calendar %d came without a token: %w", calendar, sources.ErrIncomplete)
	}
	r.Events = cleanEvents(r.Events)
	m := merge{Tx: x, calendar: calendar, reading: &r}
	if err := m.look(); err != nil {
		return 0, err
	}
	for _, step := range []func() error{m.seriesGone, m.events, m.absentees} {
		if err := step(); err != nil {
			return 0, err
		}
	}
	if m.changed > 0 {
		if err := m.collectGarbage(); err != nil {
			return 0, err
		}
		if err := forgetWishes(m.transaction, calendar); err != nil {
			return 0, err
		}
	}
	return m.changed, x.saveToken(row, &r, m.changed)
}

// saveToken saves the token where SaveReading says so, and that the calendar can be read.
func (x *Tx) saveToken(row *calendarRow, r *sources.Reading, changed int) error {
	now := x.store.now()
	due := row.SyncToken == "" || now.Sub(instant(row.TokenAt)) >= tokenAge ||
		r.Token != row.SyncToken && (r.Full || len(r.Events) > echoItems)
	if changed == 0 && !due {
		return x.SetCalendarError(row.ID, "")
	}
	row.SyncToken, row.TokenAt, row.ReadAt, row.Error = r.Token, micros(now), micros(now), ""
	_, err := x.exec("UPDATE calendars SET sync_token = ?, token_at = ?, read_at = ?, error = '' WHERE id = ?",
		row.SyncToken, row.TokenAt, row.ReadAt, row.ID)
	return err
}

// merge is one reading on its way into the mirror.
type merge struct {
	*Tx
	calendar int64
	reading  *sources.Reading
	listed   map[string]*sources.Event // what the reading names; the last of doubles
	known    map[string]*knownRow
	claimed  map[string]bool
	changed  int
}

// cleanEvents makes ids and ETags what they will be when they are read back,
// without touching the caller's slice.
func cleanEvents(events []sources.Event) []sources.Event {
	copied := false
	for i := range events {
		e := &events[i]
		id, etag, series := cleanText(e.ID), cleanText(e.ETag), cleanText(e.SeriesID)
		if id == e.ID && etag == e.ETag && series == e.SeriesID {
			continue
		}
		if !copied {
			events, copied = slices.Clone(events), true
			e = &events[i]
		}
		e.ID, e.ETag, e.SeriesID = id, etag, series
	}
	return events
}

// look reads what is there already.
func (m *merge) look() (err error) {
	ids := m.index()
	if m.reading.Full {
		ids = nil
	}
	if m.known, err = knownRows(m.transaction, m.calendar, ids); err != nil {
		return err
	}
	m.endWithSeries()
	var claimed []string
	if err := m.list(&claimed, "SELECT event_id FROM claims WHERE calendar_id = ?", m.calendar); err != nil {
		return err
	}
	m.claimed = make(map[string]bool, len(claimed))
	for _, id := range claimed {
		m.claimed[id] = true
	}
	return nil
}

// index notes what the reading names, and returns the ids of that and of the
// series of its exceptions.
func (m *merge) index() (ids []string) {
	m.listed = make(map[string]*sources.Event, len(m.reading.Events))
	ids = make([]string, 0, len(m.reading.Events))
	series := map[string]bool{}
	for i := range m.reading.Events {
		e := &m.reading.Events[i]
		if m.listed[e.ID] == nil {
			ids = append(ids, e.ID)
		}
		m.listed[e.ID] = e
		if e.Kind == sources.Exception && e.SeriesID != "" {
			series[e.SeriesID] = true
		}
	}
	for id := range series {
		if m.listed[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// events brings in every event that the reading names.
func (m *merge) events() error {
	var rows, inPlace []eventRow
	for i := range m.reading.Events {
		e := &m.reading.Events[i]
		if m.listed[e.ID] != e {
			continue
		}
		k := m.known[e.ID]
		switch {
		case k != nil && k.same(e), k == nil && !m.wanted(e):
			continue
		case k != nil && e.Gone != sources.Present:
			if err := m.markGone(e.ID, e.Gone, e); err != nil {
				return err
			}
		default:
			row, err := m.store.mirrorRow(m.calendar, e)
			if err != nil {
				return err
			}
			if k.staysInPlace(&row) {
				inPlace = append(inPlace, row)
			} else {
				rows = append(rows, row)
			}
		}
		m.changed++
	}
	if err := putRows(m.transaction, rows); err != nil {
		return err
	}
	return putInPlace(m.transaction, inPlace)
}

// same reports whether an event is in the mirror as it was read. An event
// without an ETag is always taken as changed, and so is an emptied row.
func (k *knownRow) same(e *sources.Event) bool {
	if e.Gone != sources.Present {
		return k.Gone == e.Gone
	}
	return k.Gone == sources.Present && k.ETag == e.ETag && e.ETag != ""
}

// wanted tells whether an event that is not in the mirror belongs there.
func (m *merge) wanted(e *sources.Event) bool {
	if m.claimed[e.ID] {
		return true
	}
	if e.Gone != sources.Present && e.Kind != sources.Exception {
		return false
	}
	now := m.store.now()
	end := until(e, now)
	return end.IsZero() || end.After(now.Add(-garbageAfter))
}

// markGone marks an event that left its calendar; e is its tombstone, nil for
// an absentee. The body stays as last read.
func (m *merge) markGone(id string, gone sources.Gone, e *sources.Event) error {
	etag, at := "", m.store.now()
	if e != nil {
		etag, at = e.ETag, until(e, at)
	}
	_, err := m.exec(`UPDATE events SET gone = ?, etag = ?,
		until_at = CASE WHEN kind = 'exception' AND until_at > ? THEN until_at ELSE ? END
		WHERE calendar_id = ? AND event_id = ?`, gone, etag, micros(at), micros(at), m.calendar, id)
	return err
}

// absentees marks what a full reading did not name.
func (m *merge) absentees() error {
	if !m.reading.Full {
		return nil
	}
	for id, k := range m.known {
		if m.listed[id] != nil || k.Gone != sources.Present || !k.coveredBy(m.reading) {
			continue
		}
		if err := m.markGone(id, sources.Absent, nil); err != nil {
			return err
		}
		m.changed++
	}
	return nil
}

// collectGarbage drops rows of the calendar that stopped mattering, that no claim
// needs and, for longer, that nobody asked anything of. A later change of such an
// event brings it back.
func (m *merge) collectGarbage() error {
	_, err := m.exec(`DELETE FROM events WHERE calendar_id = ? AND until_at <> 0 AND until_at < ?
		AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.calendar_id = events.calendar_id AND c.event_id = events.event_id)
		AND (until_at < ? OR NOT EXISTS (SELECT 1 FROM wishes w WHERE w.calendar_id = events.calendar_id AND w.event_id = events.event_id))`,
		m.calendar, micros(m.store.now().Add(-garbageAfter)), micros(m.store.now().Add(-wishedFor)))
	return err
}
