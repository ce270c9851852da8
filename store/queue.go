package store

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
)

// QueueRow tells how one person stands in the queue.
type QueueRow struct {
	Person     int64
	NextAt     time.Time // due then by schedule
	Requested  int64     // counts requests
	Done       int64     // the latest request that a pass has served; below Requested: due now
	Owner      string    // who works on this person; "" nobody
	LeaseUntil time.Time
	Epoch      int64
	Failures   int       // passes that failed in a row
	LastError  string    // of the latest pass; "" when it went well
	LastPass   time.Time // when the latest pass ended; zero: never
}

// Outcome is how a pass ended.
type Outcome struct {
	NextAt   time.Time // when the person is due again, unless somebody asks before
	Failures int       // passes that failed in a row, this one included
	Error    string    // for people; "" when it went well; never a secret
}

type queueRow struct {
	Person     int64  `db:"person_id"`
	NextAt     int64  `db:"next_at"`
	Requested  int64  `db:"requested"`
	Done       int64  `db:"done"`
	Owner      string `db:"owner"`
	LeaseUntil int64  `db:"lease_until"`
	Epoch      int64  `db:"epoch"`
	Failures   int    `db:"failures"`
	LastError  string `db:"last_error"`
	LastPass   int64  `db:"last_pass"`
}

func (r *queueRow) row() (QueueRow, error) {
	return QueueRow{
		Person: r.Person, NextAt: instant(r.NextAt), Requested: r.Requested, Done: r.Done, Owner: r.Owner,
		LeaseUntil: instant(r.LeaseUntil), Epoch: r.Epoch, Failures: r.Failures, LastError: r.LastError, LastPass: instant(r.LastPass),
	}, nil
}

// Request makes persons due now; all of them when none is named. While a pass
// runs for a person, another follows it: no request is lost. A person who is
// not there is ErrNotFound, and then nobody is made due.
func (s *Store) Request(ctx context.Context, persons ...int64) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		if len(persons) == 0 {
			_, err := t.exec("UPDATE queue SET requested = requested + 1")
			return err
		}
		query, args, err := sqlx.In("UPDATE queue SET requested = requested + 1 WHERE person_id IN (?)", persons)
		if err != nil {
			return err
		}
		n, err := t.exec(query, args...)
		if err == nil && n < int64(countDistinct(persons)) {
			err = fmt.Errorf("persons %v: %w", persons, ErrNotFound)
		}
		return err
	})
}

func countDistinct(ids []int64) int {
	seen := make(map[int64]bool, len(ids))
	for _, id := range ids {
		seen[id] = true
	}
	return len(seen)
}

// Claim takes the person who is most due, for the given time: those that
// somebody asked for before those that the schedule names, the longest waiting
// first. A lease that ran out is taken over. ErrNoneDue when there is nobody.
func (s *Store) Claim(ctx context.Context, owner string, lease time.Duration) (l Lease, err error) {
	if owner == "" {
		return Lease{}, errors.New("store: a lease needs an owner")
	}
	var row queueRow
	err = s.update(ctx, uncounted, func(t *transaction) error {
		at := s.now() // one look at the clock: a lease that begins must not have run out already
		now, until := micros(at), at.Add(lease)
		err := t.get(&row, `UPDATE queue SET owner = ?, lease_until = ?, epoch = epoch + 1 WHERE person_id = (
			SELECT person_id FROM queue WHERE (owner = '' OR lease_until <= ?) AND (requested > done OR next_at <= ?)
			ORDER BY CASE WHEN requested > done THEN 0 ELSE 1 END, next_at, person_id LIMIT 1`+s.dialect.skipLocked+`) RETURNING *`,
			owner, micros(until), now, now)
		if errors.Is(err, ErrNotFound) {
			return ErrNoneDue
		}
		t.add(1)
		return err
	})
	if err != nil {
		return Lease{}, err
	}
	return Lease{
		Person: row.Person, Owner: owner, Epoch: row.Epoch, Until: instant(row.LeaseUntil),
		Failures: row.Failures, Request: row.Requested, Asked: row.Requested > row.Done,
	}, nil
}

// Extend prolongs a lease from now on. ErrLeaseLost when it has changed hands.
// A lease that ran out and that nobody took is still its owner's.
func (s *Store) Extend(ctx context.Context, l Lease, d time.Duration) (Lease, error) {
	until := s.now().Add(d)
	err := s.update(ctx, uncounted, func(t *transaction) error {
		return held(t.exec("UPDATE queue SET lease_until = ? WHERE person_id = ? AND epoch = ? AND owner = ?", micros(until), l.Person, l.Epoch, l.Owner))
	})
	if err == nil {
		l.Until = instant(micros(until))
	}
	return l, err
}

// Finish ends a lease: the requests it was claimed with are served, and the
// person is due at o.NextAt, or at once when somebody asked meanwhile.
// ErrLeaseLost when the lease has changed hands.
func (s *Store) Finish(ctx context.Context, l Lease, o Outcome) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		now := micros(s.now())
		return held(t.exec(`UPDATE queue SET owner = '', lease_until = 0, done = ?,
			next_at = CASE WHEN requested > ? THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END, failures = ?, last_error = ?, last_pass = ?
			WHERE person_id = ? AND epoch = ? AND owner = ?`,
			l.Request, l.Request, now, micros(o.NextAt), o.Failures, o.Error, now, l.Person, l.Epoch, l.Owner))
	})
}

// held turns "no row had this epoch" into ErrLeaseLost.
func held(n int64, err error) error {
	if err == nil && n == 0 {
		err = ErrLeaseLost
	}
	return err
}

// Queue reads how everybody stands, by person.
func (s *Store) Queue(ctx context.Context) ([]QueueRow, error) {
	var rows []queueRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, "SELECT * FROM queue ORDER BY person_id")
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, (*queueRow).row)
}

// Interrupt takes the lease from whoever holds it and asks for a new pass. A
// pass under way can do no more than the call it has in flight.
func (s *Store) Interrupt(ctx context.Context, person int64) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		n, err := t.exec("UPDATE queue SET epoch = epoch + 1, owner = '', lease_until = 0, requested = requested + 1 WHERE person_id = ?", person)
		if err == nil && n == 0 {
			err = fmt.Errorf("person %d: %w", person, ErrNotFound)
		}
		return err
	})
}

// Reclaim ends the leases that an earlier life of owner left behind, on people
// and on token refreshes, so that a process that died need not wait them out
// when it comes back. Their epochs grow: nothing that the earlier life may
// still have under way can write. From then on this Store refreshes tokens
// under owner's name.
func (s *Store) Reclaim(ctx context.Context, owner string) error {
	s.owner.Store(&owner)
	return s.update(ctx, uncounted, func(t *transaction) error {
		if _, err := t.exec("UPDATE queue SET epoch = epoch + 1, owner = '', lease_until = 0 WHERE owner = ?", owner); err != nil {
			return err
		}
		prefix := refresherPrefix(owner)
		_, err := t.exec("UPDATE tokens SET refresher = '', refresh_until = 0 WHERE substr(refresher, 1, ?) = ?", utf8.RuneCountInString(prefix), prefix)
		return err
	})
}
