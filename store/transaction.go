package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
)

// Whether the rows that a transaction changes count as state (RowsWritten).
const (
	counted   = true
	uncounted = false
)

// retryPauses are the waits before a transaction is tried again, after a lock
// or a failover: 1.7 s in all, besides SQLite's own waiting of up to 5 s each.
var retryPauses = []time.Duration{
	10 * time.Millisecond,   // 0.01 s
	40 * time.Millisecond,   // 0.05 s
	150 * time.Millisecond,  // 0.2 s
	500 * time.Millisecond,  // 0.7 s
	1000 * time.Millisecond, // 1.7 s
}

// transaction is one write transaction under way.
type transaction struct {
	ctx   context.Context
	tx    *sqlx.Tx
	store *Store
	wrote int64 // rows changed so far, counted or not
	state int64 // of those, the rows that count as state
	count bool
}

// exec runs one statement, counts the rows it changed, and returns their number.
func (t *transaction) exec(query string, args ...any) (int64, error) {
	result, err := t.tx.ExecContext(t.ctx, t.tx.Rebind(query), cleanTexts(args)...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, err
	}
	t.add(n)
	return n, nil
}

// add counts rows that were changed by other means than exec.
func (t *transaction) add(n int64) {
	t.wrote += n
	if t.count {
		t.state += n
	}
}

// quietly runs statements whose rows do not count as state.
func (t *transaction) quietly(query string, args ...any) (int64, error) {
	count := t.count
	t.count = uncounted
	defer func() { t.count = count }()
	return t.exec(query, args...)
}

// get reads one row into dest; ErrNotFound when there is none.
func (t *transaction) get(dest any, query string, args ...any) error {
	err := t.tx.GetContext(t.ctx, dest, t.tx.Rebind(query), cleanTexts(args)...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// lock keeps others from changing a row with this id until the transaction ends,
// so that what is decided by its present values still holds when it is written.
// One that is not there is ErrNotFound.
func (t *transaction) lock(table string, id int64) error {
	if t.store.dialect.lockRow == "" {
		return nil
	}
	var locked int64
	return t.get(&locked, "SELECT id FROM "+table+" WHERE id = ?"+t.store.dialect.lockRow, id)
}

// list reads all rows into dest.
func (t *transaction) list(dest any, query string, args ...any) error {
	return t.tx.SelectContext(t.ctx, dest, t.tx.Rebind(query), cleanTexts(args)...)
}

// cleanTexts takes out of arguments what cleanText does.
func cleanTexts(args []any) []any {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = cleanText(text)
		}
	}
	return args
}

// cleanText takes out of a text what PostgreSQL refuses in a column: NUL and
// bytes that are not UTF-8. A provider's odd id or message must not stop a
// whole pass (I14).
func cleanText(text string) string {
	if strings.IndexByte(text, 0) < 0 && utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "?")
}

// update runs fn in one write transaction. fn may run more than once, when the
// database asks for another try before anything was committed; so it must have
// no effect outside the transaction. One that changes no row is rolled back,
// and costs no commit.
func (s *Store) update(ctx context.Context, count bool, fn func(*transaction) error) error {
	for try := 0; ; try++ {
		err := s.attempt(ctx, count, fn)
		if err == nil || try == len(retryPauses) || !passing(err) || errors.Is(err, errCommit) {
			return s.noteFailure(err)
		}
		if err := pause(ctx, retryPauses[try]); err != nil {
			return err
		}
	}
}

// errCommit marks a commit whose outcome is unknown: it is never repeated.
var errCommit = errors.New("the outcome of the commit is unknown")

// attempt runs fn in one transaction, once.
func (s *Store) attempt(ctx context.Context, count bool, fn func(*transaction) error) error {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	t := &transaction{ctx: ctx, tx: tx, store: s, count: count}
	if err := fn(t); err != nil {
		return err
	}
	if t.wrote == 0 {
		return nil
	}
	s.crashPoint(true)
	if err := tx.Commit(); err != nil {
		if sqliteCode(err) != 0 || postgresCode(err) != "" {
			return err // the database answered: it was not committed
		}
		return fmt.Errorf("%w: %w", errCommit, err)
	}
	s.failure.Store(nil)
	s.rows.Add(t.state)
	s.crashPoint(false)
	return nil
}

// crashPoint calls the hook around a commit.
func (s *Store) crashPoint(before bool) {
	if s.onCommit != nil {
		s.onCommit(before)
	}
}

// noteFailure remembers for Ready whether the latest write found the disk unusable.
func (s *Store) noteFailure(err error) error {
	if unwritable(err) {
		err = fmt.Errorf("%w: free space on the disk and check that it may be written (%w)", ErrUnusable, err)
		s.failure.Store(&err)
	}
	return err
}

// snapshotRead runs fn in one read transaction: all that it reads is of one moment.
func (s *Store) snapshotRead(ctx context.Context, fn func(*transaction) error) error {
	for try := 0; ; try++ {
		err := s.attemptRead(ctx, fn)
		if err == nil || try == len(retryPauses) || !passing(err) {
			return err
		}
		if err := pause(ctx, retryPauses[try]); err != nil {
			return err
		}
	}
}

func (s *Store) attemptRead(ctx context.Context, fn func(*transaction) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if s.dialect.name == postgresDialect.name {
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := s.read.BeginTxx(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return fn(&transaction{ctx: ctx, tx: tx, store: s})
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
