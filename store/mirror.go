package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

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

// wishedFor is how long a row is kept of which somebody asked something: an event
// that is over may be moved ahead again, and what was asked goes with it.
const wishedFor = 90 * 24 * time.Hour

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
	row.Sealed, err = s.seal((*mirrorEvent)(e), place("events", refOf(calendar, e.ID), "sealed"))
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
		if err := s.unseal(r.Sealed, place("events", refOf(r.Calendar, r.EventID), "sealed"), (*mirrorEvent)(&e)); err != nil {
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
	var events []Event
	var lost map[int64][]string
	err := s.snapshotRead(ctx, func(t *transaction) error {
		var n int
		if err := t.get(&n, "SELECT COUNT(*) FROM events e "+mirrorOf, person); err != nil {
			return err
		}
		events, lost = make([]Event, 0, n), map[int64][]string{}
		return t.eachEvent(func(r *eventRow) {
			e, err := s.openEvent(r)
			switch {
			case err != nil:
				lost[r.Calendar] = append(lost[r.Calendar], r.EventID)
			case r.Sealed != nil || r.Gone != sources.Present:
				events = append(events, Event{Calendar: r.Calendar, Event: e})
			}
		}, mirrorOf+" ORDER BY e.calendar_id, e.event_id", person)
	})
	if err != nil {
		return nil, err
	}
	if len(lost) > 0 {
		return nil, s.emptyLost(ctx, lost)
	}
	return events, nil
}

// mirrorOf selects the rows of a person's mirror that a pass may need.
const mirrorOf = `JOIN calendars k ON k.id = e.calendar_id WHERE k.person_id = ?
	AND (e.gone = '' OR e.kind = 'exception'
		OR EXISTS (SELECT 1 FROM claims c WHERE c.calendar_id = e.calendar_id AND c.event_id = e.event_id)
		OR EXISTS (SELECT 1 FROM decisions d WHERE d.calendar_id = e.calendar_id AND d.event_id = e.event_id))`

// eachEvent calls fn for one row after the other. A row is good until fn
// returns: the mirror is never in memory twice.
func (t *transaction) eachEvent(fn func(*eventRow), rest string, args ...any) error {
	rows, err := t.tx.QueryContext(t.ctx, t.tx.Rebind(`SELECT e.calendar_id, e.event_id, e.etag, e.kind, e.gone, e.series_id,
		e.start_at, e.end_at, e.until_at, e.sealed FROM events e `+rest), args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var r eventRow
	for rows.Next() {
		var sealed sql.RawBytes
		if err := rows.Scan(&r.Calendar, &r.EventID, &r.ETag, &r.Kind, &r.Gone, &r.SeriesID, &r.StartAt, &r.EndAt, &r.UntilAt, &sealed); err != nil {
			return err
		}
		r.Sealed = sealed
		fn(&r)
	}
	return rows.Err()
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
