package store

import (
	"context"
	"errors"
)

// Tx is one transaction of a pass. It ends with the function that was given it.
type Tx struct {
	*transaction
	lease Lease
	own   map[int64]*calendarRow // calendars of the lease's person, read once
}

// Write runs fn in one transaction that begins by checking the lease's epoch;
// while it runs, the lease cannot change hands. ErrLeaseLost when it has (I10),
// and then nothing is written.
//
// fn may run more than once, when the database asks for another try before
// anything was committed: it must have no effect outside its Tx, and must not
// call the Store (in SQLite the Tx holds the only connection that writes).
func (s *Store) Write(ctx context.Context, l Lease, fn func(*Tx) error) error {
	return s.update(ctx, counted, func(t *transaction) error {
		if err := checkEpoch(t, l, s.dialect.lockRow); err != nil {
			return err
		}
		return fn(&Tx{transaction: t, lease: l, own: map[int64]*calendarRow{}})
	})
}

// CheckLease returns ErrLeaseLost when the lease has changed hands. Ask before
// every call that changes something at a provider.
func (s *Store) CheckLease(ctx context.Context, l Lease) error {
	return s.snapshotRead(ctx, func(t *transaction) error { return checkEpoch(t, l, "") })
}

func checkEpoch(t *transaction, l Lease, lock string) error {
	var row struct {
		Epoch int64  `db:"epoch"`
		Owner string `db:"owner"`
	}
	err := t.get(&row, "SELECT epoch, owner FROM queue WHERE person_id = ?"+lock, l.Person)
	if errors.Is(err, ErrNotFound) || err == nil && (row.Epoch != l.Epoch || row.Owner != l.Owner) {
		return ErrLeaseLost
	}
	return err
}

// calendar returns a calendar of the lease's person; anybody else's is
// ErrNotFound (I13).
func (x *Tx) calendar(id int64) (*calendarRow, error) {
	if row := x.own[id]; row != nil {
		return row, nil
	}
	row, err := getCalendar(x.transaction, id)
	if err != nil {
		return nil, err
	}
	if row.Person != x.lease.Person {
		return nil, errNotOwn(id)
	}
	x.own[id] = &row
	return &row, nil
}
