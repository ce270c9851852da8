package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"slotward/sources"
)

// Event is an event of the mirror with its calendar.
type Event struct {
	Calendar int64
	sources.Event
}

// Ref names the event.
func (e *Event) Ref() sources.EventRef { return refOf(e.Calendar, e.ID) }

// eventRow is one row of the mirror. The columns are what queries need; the
// event itself is sealed.
type eventRow struct {
	Calendar int64        `db:"calendar_id"`
	EventID  string       `db:"event_id"`
	ETag     string       `db:"etag"`
	Kind     sources.Kind `db:"kind"`
	Gone     sources.Gone `db:"gone"`
	SeriesID string       `db:"series_id"`
	StartAt  int64        `db:"start_at"`
	EndAt    int64        `db:"end_at"`
	UntilAt  int64        `db:"until_at"`
	Sealed   []byte       `db:"sealed"`
}

// mirrorFormat names how events are read and what is worked out of their text.
// Raise it when that changes: the mirror is then read again in full.
const mirrorFormat = "1"

// checkMirror makes every calendar be read in full after an upgrade that reads
// events differently. Rows stay until they are replaced.
func (s *Store) checkMirror(ctx context.Context) error {
	stored, err := s.known(ctx, "mirror_format")
	if err != nil || stored == mirrorFormat {
		return err
	}
	err = s.update(ctx, counted, func(t *transaction) error {
		if _, err := t.exec("UPDATE events SET etag = '' WHERE gone = '' AND etag <> ''"); err != nil {
			return err
		}
		_, err := t.exec("UPDATE calendars SET sync_token = '' WHERE sync_token <> ''")
		return err
	})
	if err != nil {
		return err
	}
	return s.remember(ctx, "mirror_format", mirrorFormat)
}

// garbageAfter is how long a row that no longer matters is kept for people to look at.
const garbageAfter = 48 * time.Hour

// occurrenceSlack is how long after the start of the occurrence that it
// replaces an exception matters: no occurrence is longer that anybody joins.
const occurrenceSlack = 24 * time.Hour

// mirrorRow seals an event into a row.
func (s *Store) mirrorRow(calendar int64, e *sources.Event) (eventRow, error) {
	row := eventRow{
		Calendar: calendar, EventID: e.ID, ETag: e.ETag, Kind: e.Kind, Gone: e.Gone, SeriesID: e.SeriesID,
		StartAt: micros(e.Start), EndAt: micros(e.End), UntilAt: micros(until(e, s.now())),
	}
	if e.Kind == sources.Series {
		row.EndAt = micros(e.Last)
	}
	var err error
	row.Sealed, err = s.seal(e, place("events", refOf(calendar, e.ID), "sealed"))
	return row, err
}

// until tells when an event stops mattering; zero: never by itself. An
// exception matters while the occurrence that it replaces would.
func until(e *sources.Event, now time.Time) time.Time {
	at := e.End
	switch {
	case e.Gone != sources.Present:
		at = now
	case e.Kind == sources.Series:
		at = e.Last
	}
	if e.Kind == sources.Exception {
		if replaced := e.OriginalStart.Add(occurrenceSlack); !e.OriginalStart.IsZero() && replaced.After(at) {
			at = replaced
		}
	}
	return at
}

// openEvent unseals a row. The columns have the last word on what they hold.
// An emptied row (see sealing.go) is no error: it has its columns only.
func (s *Store) openEvent(r *eventRow) (sources.Event, error) {
	var e sources.Event
	if r.Sealed != nil {
		if err := s.unseal(r.Sealed, place("events", refOf(r.Calendar, r.EventID), "sealed"), &e); err != nil {
			return e, err
		}
	} else {
		e = sources.Event{SeriesID: r.SeriesID, Start: instant(r.StartAt), End: instant(r.EndAt)}
	}
	e.ID, e.ETag, e.Kind, e.Gone = r.EventID, r.ETag, r.Kind, r.Gone
	return e, nil
}

// Events reads a person's mirror, of all calendars, by calendar and event id.
// An event that is gone is among them while it has a claim or a decision, and
// a gone exception as long as its series may need to know of it.
//
// Rows that the sealing key does not open are emptied, their calendar's sync
// token is cleared, and the answer is ErrSealed: the next pass reads those
// calendars in full. An emptied row is left out until then.
func (s *Store) Events(ctx context.Context, person int64) ([]Event, error) {
	var rows []eventRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, `SELECT e.* FROM events e JOIN calendars k ON k.id = e.calendar_id WHERE k.person_id = ?
			AND (e.gone = '' OR e.kind = 'exception'
				OR EXISTS (SELECT 1 FROM claims c WHERE c.calendar_id = e.calendar_id AND c.event_id = e.event_id)
				OR EXISTS (SELECT 1 FROM decisions d WHERE d.calendar_id = e.calendar_id AND d.event_id = e.event_id))
			ORDER BY e.calendar_id, e.event_id`, person)
	})
	if err != nil {
		return nil, err
	}
	events := make([]Event, 0, len(rows))
	lost := map[int64][]string{}
	for i := range rows {
		r := &rows[i]
		if r.Sealed == nil && r.Gone == sources.Present {
			continue
		}
		e, err := s.openEvent(r)
		if err != nil {
			lost[r.Calendar] = append(lost[r.Calendar], r.EventID)
			continue
		}
		r.Sealed = nil
		events = append(events, Event{Calendar: r.Calendar, Event: e})
	}
	if len(lost) > 0 {
		return nil, s.emptyLost(ctx, lost)
	}
	return events, nil
}

// emptyLost empties rows that do not open and says so.
func (s *Store) emptyLost(ctx context.Context, lost map[int64][]string) error {
	err := s.update(ctx, counted, func(t *transaction) error {
		for calendar, ids := range lost {
			if err := emptyEvents(t, calendar, ids); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: the mirror of %d calendars; the next pass reads them in full", ErrSealed, len(lost))
}

// insertRows is how many rows one statement writes.
const insertRows = 100

// putRows inserts or replaces rows of the mirror. No id may be there twice.
func putRows(t *transaction, rows []eventRow) error {
	for len(rows) > 0 {
		n := min(len(rows), insertRows)
		if err := putSome(t, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func putSome(t *transaction, rows []eventRow) error {
	args := make([]any, 0, 10*len(rows))
	for i := range rows {
		r := &rows[i]
		args = append(args, r.Calendar, r.EventID, r.ETag, r.Kind, r.Gone, r.SeriesID, r.StartAt, r.EndAt, r.UntilAt, r.Sealed)
	}
	_, err := t.exec(`INSERT INTO events (calendar_id, event_id, etag, kind, gone, series_id, start_at, end_at, until_at, sealed) VALUES `+
		tuples(len(rows), 10)+` ON CONFLICT (calendar_id, event_id) DO UPDATE SET etag = excluded.etag, kind = excluded.kind,
		gone = excluded.gone, series_id = excluded.series_id, start_at = excluded.start_at, end_at = excluded.end_at,
		until_at = excluded.until_at, sealed = excluded.sealed`, args...)
	return err
}

// knownRow is what a merge needs to know of a row that is there.
type knownRow struct {
	EventID string       `db:"event_id"`
	ETag    string       `db:"etag"`
	Kind    sources.Kind `db:"kind"`
	Gone    sources.Gone `db:"gone"`
}

// knownRows reads the rows of a calendar that have the given ids; all when ids is nil.
func knownRows(t *transaction, calendar int64, ids []string) (map[string]*knownRow, error) {
	const columns = "SELECT event_id, etag, kind, gone FROM events WHERE calendar_id = ?"
	var rows []knownRow
	if ids == nil {
		if err := t.list(&rows, columns, calendar); err != nil {
			return nil, err
		}
	}
	for len(ids) > 0 {
		n := min(len(ids), 500)
		query, args, err := sqlx.In(columns+" AND event_id IN (?)", calendar, ids[:n])
		if err != nil {
			return nil, err
		}
		if err := t.list(&rows, query, args...); err != nil {
			return nil, err
		}
		ids = ids[n:]
	}
	known := make(map[string]*knownRow, len(rows))
	for i := range rows {
		known[rows[i].EventID] = &rows[i]
	}
	return known, nil
}
