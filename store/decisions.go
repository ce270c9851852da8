package store

import (
	"errors"
	"slices"

	"slotward/sources"
)

type decisionRow struct {
	Calendar int64  `db:"calendar_id"`
	EventID  string `db:"event_id"`
	Person   int64  `db:"person_id"`
	Wanted   string `db:"wanted"`
	Reason   string `db:"reason"`
	Meeting  int64  `db:"meeting_id"`
	UntilAt  int64  `db:"until_at"`
	Since    int64  `db:"since"`
	Sealed   []byte `db:"sealed"`
}

// openDecision turns a row into a decision. A detail that the key does not open is empty.
func (s *Store) openDecision(r *decisionRow) (Decision, error) {
	d := Decision{
		Event: refOf(r.Calendar, r.EventID), Person: r.Person, Wanted: r.Wanted, Reason: r.Reason,
		Meeting: r.Meeting, Until: instant(r.UntilAt), Since: instant(r.Since),
	}
	if r.Sealed == nil {
		return d, nil
	}
	if err := s.unseal(r.Sealed, place("decisions", d.Event, "sealed"), &d.Detail); err != nil && !errors.Is(err, ErrSealed) {
		return d, err
	}
	return d, nil
}

func (s *Store) listDecisions(t *transaction, person int64) ([]Decision, error) {
	var rows []decisionRow
	if err := t.list(&rows, "SELECT * FROM decisions WHERE person_id = ? ORDER BY calendar_id, event_id", person); err != nil {
		return nil, err
	}
	return collect(rows, s.openDecision)
}

// Same reports whether two decisions say the same; when they began to does not count.
func (d *Decision) Same(o *Decision) bool {
	return d.Event == o.Event && d.Wanted == o.Wanted && d.Reason == o.Reason && d.Detail == o.Detail &&
		d.Meeting == o.Meeting && micros(d.Until) == micros(o.Until)
}

// SameDecisions reports whether saving now over saved would write nothing, so
// that a pass over an unchanged world need not open a transaction. The order
// does not matter.
func SameDecisions(saved, now []Decision) bool {
	if len(saved) != len(now) {
		return false
	}
	bySaved := make(map[sources.EventRef]*Decision, len(saved))
	for i := range saved {
		bySaved[saved[i].Event] = &saved[i]
	}
	for i := range now {
		if d := bySaved[now[i].Event]; d == nil || !d.Same(&now[i]) {
			return false
		}
	}
	return true
}

// SaveDecisions makes ds all the decisions of the lease's person: it writes
// those that differ, and removes those of events that are not among them.
// Since stays while the reason does; where the reason is new it is ds's own, or now.
func (x *Tx) SaveDecisions(ds []Decision) error {
	saved, err := x.store.listDecisions(x.transaction, x.lease.Person)
	if err != nil {
		return err
	}
	left := make(map[sources.EventRef]*Decision, len(saved))
	for i := range saved {
		left[saved[i].Event] = &saved[i]
	}
	var rows []decisionRow
	for i := range ds {
		d := ds[i]
		old := left[d.Event]
		delete(left, d.Event)
		if old != nil && old.Same(&d) {
			continue
		}
		if old != nil && old.Reason == d.Reason {
			d.Since = old.Since
		} else if d.Since.IsZero() {
			d.Since = x.store.now()
		}
		row, err := x.decisionRow(&d)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if err := x.putDecisions(rows); err != nil {
		return err
	}
	for ref := range left {
		if _, err := x.exec("DELETE FROM decisions WHERE calendar_id = ? AND event_id = ?", ref.Calendar, ref.Event); err != nil {
			return err
		}
	}
	return nil
}

// decisionRow seals a decision of an own calendar into a row.
func (x *Tx) decisionRow(d *Decision) (decisionRow, error) {
	row := decisionRow{
		Calendar: d.Event.Calendar, EventID: d.Event.Event, Person: x.lease.Person, Wanted: d.Wanted, Reason: d.Reason,
		Meeting: d.Meeting, UntilAt: micros(d.Until), Since: micros(d.Since),
	}
	if _, err := x.calendar(d.Event.Calendar); err != nil || d.Detail == "" {
		return row, err
	}
	var err error
	row.Sealed, err = x.store.seal(d.Detail, place("decisions", d.Event, "sealed"))
	return row, err
}

func (x *Tx) putDecisions(rows []decisionRow) error {
	for some := range slices.Chunk(rows, insertRows) {
		args := make([]any, 0, 9*len(some))
		for i := range some {
			r := &some[i]
			args = append(args, r.Calendar, r.EventID, r.Person, r.Wanted, r.Reason, r.Meeting, r.UntilAt, r.Since, r.Sealed)
		}
		_, err := x.exec(`INSERT INTO decisions (calendar_id, event_id, person_id, wanted, reason, meeting_id, until_at, since, sealed) VALUES `+
			tuples(len(some), 9)+` ON CONFLICT (calendar_id, event_id) DO UPDATE SET person_id = excluded.person_id, wanted = excluded.wanted,
			reason = excluded.reason, meeting_id = excluded.meeting_id, until_at = excluded.until_at, since = excluded.since, sealed = excluded.sealed`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}
