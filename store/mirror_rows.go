package store

import (
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"slotward/sources"
)

// insertRows is how many rows one statement writes.
const insertRows = 100

// mirrorRows is how many rows of the mirror one statement writes: few, since
// reading the statement costs as much as running it, and it is read once.
const mirrorRows = 25

// putRows inserts or replaces rows of the mirror. No id may be there twice.
func putRows(t *transaction, rows []eventRow) error { return putAll(t, upsertEvents, rows) }

// putInPlace replaces rows of the mirror whose indexed columns stay as they are:
// what was edited is mostly a text, and rewriting three indexes for it costs as
// much as rewriting the row.
func putInPlace(t *transaction, rows []eventRow) error { return putAll(t, replaceEvents, rows) }

// putAll writes rows by a statement for so many of them.
func putAll(t *transaction, statement func(rows int) string, rows []eventRow) error {
	if len(rows) >= 2*mirrorRows {
		whole := len(rows) / mirrorRows * mirrorRows
		if err := putMany(t, statement(mirrorRows), rows[:whole]); err != nil {
			return err
		}
		rows = rows[whole:]
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := t.exec(statement(len(rows)), eventArgs(rows)...)
	return err
}

// putMany writes a multiple of mirrorRows rows with one prepared statement.
func putMany(t *transaction, statement string, rows []eventRow) error {
	insert, err := t.tx.PreparexContext(t.ctx, t.tx.Rebind(statement))
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for some := range slices.Chunk(rows, mirrorRows) {
		result, err := insert.ExecContext(t.ctx, cleanTexts(eventArgs(some))...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		t.add(n)
	}
	return nil
}

// upsertEvents is the statement that writes so many rows, new or known.
func upsertEvents(rows int) string {
	return replaceEvents(rows) + `, series_id = excluded.series_id, start_at = excluded.start_at, until_at = excluded.until_at`
}

// replaceEvents is upsertEvents for known rows whose indexed columns stay.
func replaceEvents(rows int) string {
	return `INSERT INTO events (calendar_id, event_id, etag, kind, gone, series_id, start_at, end_at, until_at, sealed) VALUES ` +
		tuples(rows, 10) + ` ON CONFLICT (calendar_id, event_id) DO UPDATE SET etag = excluded.etag, kind = excluded.kind,
		gone = excluded.gone, end_at = excluded.end_at, sealed = excluded.sealed`
}

// eventArgs are the values of upsertEvents, row by row.
func eventArgs(rows []eventRow) []any {
	args := make([]any, 0, 10*len(rows))
	for i := range rows {
		r := &rows[i]
		args = append(args, r.Calendar, r.EventID, r.ETag, r.Kind, r.Gone, r.SeriesID, r.StartAt, r.EndAt, r.UntilAt, r.Sealed)
	}
	return args
}

// knownRow is what a merge needs to know of a row that is there.
type knownRow struct {
	EventID  string       `db:"event_id"`
	ETag     string       `db:"etag"`
	Kind     sources.Kind `db:"kind"`
	Gone     sources.Gone `db:"gone"`
	SeriesID string       `db:"series_id"`
	StartAt  int64        `db:"start_at"`
	EndAt    int64        `db:"end_at"`
	UntilAt  int64        `db:"until_at"`
}

// staysInPlace reports whether a row that replaces this one has the same
// indexed columns.
func (k *knownRow) staysInPlace(r *eventRow) bool {
	return k != nil && k.SeriesID == r.SeriesID && k.StartAt == r.StartAt && k.UntilAt == r.UntilAt
}

// coveredBy reports whether a full reading would have named the event if it
// still stood on the calendar.
func (k *knownRow) coveredBy(r *sources.Reading) bool {
	return r.Covers(&sources.Event{Kind: k.Kind, End: instant(k.EndAt), Last: instant(k.UntilAt)})
}

// knownRows reads the rows of a calendar that have the given ids; all when ids is nil.
func knownRows(t *transaction, calendar int64, ids []string) (map[string]*knownRow, error) {
	const columns = "SELECT event_id, etag, kind, gone, series_id, start_at, end_at, until_at FROM events WHERE calendar_id = ?"
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

// tuples returns "(?,?),(?,?)" for rows of so many columns.
func tuples(rows, columns int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	return strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}
