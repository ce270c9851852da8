package store

import "slotward/sources"

type claimRow struct {
	Calendar int64  `db:"calendar_id"`
	EventID  string `db:"event_id"`
	Person   int64  `db:"person_id"`
	Meeting  int64  `db:"meeting_id"`
	Since    int64  `db:"since"`
}

func (r *claimRow) claim() (Claim, error) {
	return Claim{Event: refOf(r.Calendar, r.EventID), Person: r.Person, Meeting: r.Meeting, Since: instant(r.Since)}, nil
}

func listClaims(t *transaction, person int64) ([]Claim, error) {
	var rows []claimRow
	if err := t.list(&rows, "SELECT * FROM claims WHERE person_id = ? ORDER BY calendar_id, event_id", person); err != nil {
		return nil, err
	}
	return collect(rows, (*claimRow).claim)
}

// PutClaim records that an event shows a meeting. A claim on the same meeting
// stays as it is, with the time it began; Since zero means now.
func (x *Tx) PutClaim(c Claim) error {
	if _, err := x.calendar(c.Event.Calendar); err != nil {
		return err
	}
	if c.Since.IsZero() {
		c.Since = x.store.now()
	}
	_, err := x.exec(`INSERT INTO claims (calendar_id, event_id, person_id, meeting_id, since) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (calendar_id, event_id) DO UPDATE SET meeting_id = excluded.meeting_id, since = excluded.since
		WHERE claims.meeting_id <> excluded.meeting_id`,
		c.Event.Calendar, c.Event.Event, x.lease.Person, c.Meeting, micros(c.Since))
	return err
}

// DropClaim ends an event's claim, if it has one.
func (x *Tx) DropClaim(ref sources.EventRef) error {
	_, err := x.exec("DELETE FROM claims WHERE calendar_id = ? AND event_id = ? AND person_id = ?", ref.Calendar, ref.Event, x.lease.Person)
	return err
}
