package store

import (
	"time"

	"slotward/sources"
)

// RepairState tells how far a repair of an event has come.
type RepairState string

// The states of a repair.
const (
	RepairSent RepairState = "sent" // written down before it was sent; how that ended is not known yet
	RepairDone RepairState = "done" // the event showed again what it should
	RepairLeft RepairState = "left" // people took it off again, and it stays off
)

// Repair remembers that what is ours on an event was put back after people had
// taken it off.
type Repair struct {
	Event  sources.EventRef
	Person int64
	Block  uint64 // fingerprint of the block that was put there, which names link and all
	At     time.Time
	State  RepairState
}

type repairRow struct {
	Calendar int64       `db:"calendar_id"`
	EventID  string      `db:"event_id"`
	Person   int64       `db:"person_id"`
	Block    int64       `db:"block"`
	At       int64       `db:"repaired_at"`
	State    RepairState `db:"state"`
}

func (r *repairRow) repair() (Repair, error) {
	return Repair{Event: refOf(r.Calendar, r.EventID), Person: r.Person, Block: uint64(r.Block), At: instant(r.At), State: r.State}, nil
}

func listRepairs(t *transaction, person int64) ([]Repair, error) {
	var rows []repairRow
	if err := t.list(&rows, "SELECT * FROM repairs WHERE person_id = ? ORDER BY calendar_id, event_id", person); err != nil {
		return nil, err
	}
	return collect(rows, (*repairRow).repair)
}

// PutRepair records the latest repair of an event; one that is as it was writes nothing.
func (x *Tx) PutRepair(r Repair) error {
	if _, err := x.calendar(r.Event.Calendar); err != nil {
		return err
	}
	_, err := x.exec(`INSERT INTO repairs (calendar_id, event_id, person_id, block, repaired_at, state) VALUES `+tuples(1, 6)+`
		ON CONFLICT (calendar_id, event_id) DO UPDATE SET block = excluded.block, repaired_at = excluded.repaired_at, state = excluded.state
		WHERE NOT (repairs.block = excluded.block AND repairs.repaired_at = excluded.repaired_at AND repairs.state = excluded.state)`,
		r.Event.Calendar, r.Event.Event, x.lease.Person, int64(r.Block), micros(r.At), r.State)
	return err
}

// DropRepair forgets an event's repair, if it has one.
func (x *Tx) DropRepair(ref sources.EventRef) error {
	_, err := x.exec("DELETE FROM repairs WHERE calendar_id = ? AND event_id = ? AND person_id = ?", ref.Calendar, ref.Event, x.lease.Person)
	return err
}
