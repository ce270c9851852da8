package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"slotward/sources"
)

// journalKept is how long the journal remembers.
const journalKept = 400 * 24 * time.Hour

// journalLimit is how many entries one query answers at most, and by default.
const journalLimit = 1000

type journalRow struct {
	ID       int64  `db:"id"`
	Person   int64  `db:"person_id"`
	Pass     string `db:"pass"`
	At       int64  `db:"at"`
	Action   string `db:"action"`
	Calendar int64  `db:"calendar_id"`
	EventID  string `db:"event_id"`
	Meeting  int64  `db:"meeting_id"`
	Reason   string `db:"reason"`
	Outcome  string `db:"outcome"`
	Sealed   []byte `db:"sealed"`
}

// journalSecret is the sealed part of an entry: it may quote an event.
type journalSecret struct {
	Title  string `json:",omitempty"`
	Detail string `json:",omitempty"`
}

// journalPlace binds the sealed part to its person and event; an entry's own
// number is not known before it is written.
func journalPlace(r *journalRow) string {
	return fmt.Sprintf("journal/%d/%s/sealed", r.Person, place("events", refOf(r.Calendar, r.EventID), r.Action))
}

func (s *Store) openEntry(r *journalRow) (Entry, error) {
	e := Entry{
		ID: r.ID, Person: r.Person, Pass: r.Pass, At: instant(r.At), Action: r.Action, Event: refOf(r.Calendar, r.EventID),
		Meeting: r.Meeting, Reason: r.Reason, Outcome: r.Outcome,
	}
	if r.Sealed == nil {
		return e, nil
	}
	var secret journalSecret
	if err := s.unseal(r.Sealed, journalPlace(r), &secret); err != nil && !errors.Is(err, ErrSealed) {
		return e, err
	}
	e.Title, e.Detail = secret.Title, secret.Detail
	return e, nil
}

// Journal adds entries about the lease's person, in order. At zero means now.
func (x *Tx) Journal(entries ...Entry) error {
	for i := range entries {
		entries[i].Person = x.lease.Person
	}
	return x.store.journal(x.transaction, entries)
}

// Journal adds entries that belong to no pass, in order: what people did
// through the API. Person 0 is the installation; At zero means now.
func (s *Store) Journal(ctx context.Context, entries ...Entry) error {
	return s.update(ctx, counted, func(t *transaction) error { return s.journal(t, entries) })
}

func (s *Store) journal(t *transaction, entries []Entry) error {
	for some := range slices.Chunk(entries, insertRows) {
		args := make([]any, 0, 10*len(some))
		for i := range some {
			r, err := s.journalRow(&some[i])
			if err != nil {
				return err
			}
			args = append(args, r.Person, r.Pass, r.At, r.Action, r.Calendar, r.EventID, r.Meeting, r.Reason, r.Outcome, r.Sealed)
		}
		_, err := t.exec(`INSERT INTO journal (person_id, pass, at, action, calendar_id, event_id, meeting_id, reason, outcome, sealed) VALUES `+
			tuples(len(some), 10), args...)
		if err != nil {
			return err
		}
	}
	if len(entries) == 0 {
		return nil
	}
	_, err := t.exec("DELETE FROM journal WHERE person_id = ? AND at < ?", entries[0].Person, micros(s.now().Add(-journalKept)))
	return err
}

func (s *Store) journalRow(e *Entry) (r journalRow, err error) {
	if e.At.IsZero() {
		e.At = s.now()
	}
	r = journalRow{
		Person: e.Person, Pass: e.Pass, At: micros(e.At), Action: e.Action, Calendar: e.Event.Calendar, EventID: e.Event.Event,
		Meeting: e.Meeting, Reason: e.Reason, Outcome: e.Outcome,
	}
	if e.Title == "" && e.Detail == "" {
		return r, nil
	}
	r.Sealed, err = s.seal(journalSecret{e.Title, e.Detail}, journalPlace(&r))
	return r, err
}

// journalScan is how many entries are looked at for a text: titles are sealed,
// so it is searched after opening them.
const journalScan = 5000

// JournalQuery selects entries; a zero field does not restrict.
type JournalQuery struct {
	Person  int64
	Event   sources.EventRef // both parts, or neither
	After   int64            // entries with a higher id
	Before  int64            // entries with a lower id
	Actions []string
	Outcome string
	By      JournalBy
	Text    string // in title or detail, in any case; 5000 of the entries that the rest selects are looked at at once
	Limit   int    // at most 1000, which is the default
}

// JournalBy tells who did something.
type JournalBy string

// Who does something: a pass, or people through the API or a page.
const (
	ByAnybody JournalBy = ""
	ByPass    JournalBy = "pass"
	ByPeople  JournalBy = "people"
)

// JournalEntries reads entries in the order in which they were written.
func (s *Store) JournalEntries(ctx context.Context, q JournalQuery) ([]Entry, error) {
	out, _, err := s.entries(ctx, q, "ORDER BY id")
	return out, err
}

// NewestEntries reads the latest entries that a query selects, newest first.
// After is not looked at.
func (s *Store) NewestEntries(ctx context.Context, q JournalQuery) ([]Entry, error) {
	out, _, err := s.NewestPage(ctx, q)
	return out, err
}

// NewestPage is NewestEntries with the Before of the following page; zero: there is
// none. With a Text, a page may be short, or empty, and still have a next one.
func (s *Store) NewestPage(ctx context.Context, q JournalQuery) (out []Entry, next int64, err error) {
	q.After = 0
	return s.entries(ctx, q, "ORDER BY id DESC")
}

// entries reads a page, and returns the id of the last entry that was looked at; zero
// when nothing else is selected.
func (s *Store) entries(ctx context.Context, q JournalQuery, order string) (out []Entry, next int64, err error) {
	if q.Limit <= 0 || q.Limit > journalLimit {
		q.Limit = journalLimit
	}
	query, args, err := q.statement()
	if err != nil {
		return nil, 0, err
	}
	if q.Text != "" {
		return s.entriesWith(ctx, &q, query+" "+order+" LIMIT ?", append(args, journalScan), order)
	}
	var rows []journalRow
	err = s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		// Ids are sorted before anything else is read: rows are sealed, and large.
		return t.list(&rows, "SELECT * FROM journal WHERE id IN ("+query+" "+order+" LIMIT ?) "+order, append(args, q.Limit)...)
	})
	if err != nil {
		return nil, 0, err
	}
	if len(rows) == q.Limit {
		next = rows[len(rows)-1].ID
	}
	out, err = collect(rows, s.openEntry)
	return out, next, err
}

// entriesWith reads those of the selected entries that have the text. Of each
// that is looked at only what opens it is read; the rest of those that fit.
func (s *Store) entriesWith(ctx context.Context, q *JournalQuery, selected string, args []any, order string) (out []Entry, next int64, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		var rows []journalRow
		err := t.list(&rows, "SELECT id, person_id, calendar_id, event_id, action, sealed FROM journal WHERE id IN ("+selected+") "+order, args...)
		if err != nil {
			return err
		}
		var fitting []int64
		if fitting, next, err = s.fitting(q, rows); err != nil || len(fitting) == 0 {
			out = []Entry{}
			return err
		}
		query, ids, err := sqlx.In("SELECT * FROM journal WHERE id IN (?) "+order, fitting)
		if err != nil {
			return err
		}
		rows = nil
		if err := t.list(&rows, query, ids...); err != nil {
			return err
		}
		out, err = collect(rows, s.openEntry)
		return err
	})
	return out, next, err
}

// fitting are the ids of as many entries that have the text as are asked for, and
// the last that was looked at if there may be more after it, or 0.
func (s *Store) fitting(q *JournalQuery, rows []journalRow) (ids []int64, next int64, err error) {
	for i := range rows {
		e, err := s.openEntry(&rows[i])
		if err != nil {
			return nil, 0, err
		}
		if q.matches(&e) {
			ids = append(ids, e.ID)
		}
		end, more := i == len(rows)-1, len(rows) == journalScan
		if len(ids) == q.Limit && !end || end && more {
			return ids, rows[i].ID, nil
		}
	}
	return ids, 0, nil
}

// statement is the query for ids, but for its order and limit.
func (q *JournalQuery) statement() (query string, args []any, err error) {
	query = "SELECT id FROM journal WHERE id > ?"
	args = []any{q.After}
	add := func(condition string, values ...any) {
		query, args = query+" AND "+condition, append(args, values...)
	}
	if q.Before > 0 {
		add("id < ?", q.Before)
	}
	if q.Person != 0 {
		add("person_id = ?", q.Person)
	}
	if q.Event != (sources.EventRef{}) {
		add("calendar_id = ? AND event_id = ? AND event_id <> ''", q.Event.Calendar, q.Event.Event)
	}
	if q.Outcome != "" {
		add("outcome = ?", q.Outcome)
	}
	switch q.By {
	case ByPass:
		add("pass <> ''")
	case ByPeople:
		add("pass = ''")
	}
	if len(q.Actions) > 0 {
		condition, values, err := sqlx.In("action IN (?)", q.Actions)
		if err != nil {
			return "", nil, err
		}
		add(condition, values...)
	}
	return query, args, nil
}

// matches tells whether an entry has the text that is asked for.
func (q *JournalQuery) matches(e *Entry) bool {
	text := strings.ToLower(q.Text)
	return strings.Contains(strings.ToLower(e.Title), text) || strings.Contains(strings.ToLower(e.Detail), text)
}
