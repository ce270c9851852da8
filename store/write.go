package store

import (
	"fmt"
	"time"

	"slotward/sources"
)

// PutEvent replaces an event of the mirror by how a provider answered it, so
// that its echo in the next reading has the same ETag and changes nothing.
func (x *Tx) PutEvent(calendar int64, e sources.Event) error {
	if _, err := x.calendar(calendar); err != nil {
		return err
	}
	known, err := knownRows(x.transaction, calendar, []string{e.ID})
	if err != nil {
		return err
	}
	if k := known[e.ID]; k != nil && k.same(&e) {
		return nil
	}
	row, err := x.store.mirrorRow(calendar, &e)
	if err != nil {
		return err
	}
	return putRows(x.transaction, []eventRow{row})
}

// DropEvent takes an event out of the mirror, with its decision and what people
// asked for it.
func (x *Tx) DropEvent(ref sources.EventRef) error {
	if _, err := x.calendar(ref.Calendar); err != nil {
		return err
	}
	for _, table := range []string{"events", "decisions"} {
		if _, err := x.exec("DELETE FROM "+table+" WHERE calendar_id = ? AND event_id = ?", ref.Calendar, ref.Event); err != nil {
			return err
		}
	}
	return forgetWishes(x.transaction, ref.Calendar)
}

// SetCalendarError records why a calendar could not be read; "" that it could.
func (x *Tx) SetCalendarError(calendar int64, message string) error {
	row, err := x.calendar(calendar)
	if err != nil || row.Error == message {
		return err
	}
	row.Error = message
	_, err = x.exec("UPDATE calendars SET error = ? WHERE id = ?", message, calendar)
	return err
}

// SetHeld names the plan that the brake holds; "" when it holds none.
func (x *Tx) SetHeld(fingerprint string) error {
	_, err := x.exec("UPDATE persons SET held = ? WHERE id = ? AND held <> ?", fingerprint, x.lease.Person, fingerprint)
	return err
}

// SetReleased names the plan that somebody released; "" when it was used up.
func (x *Tx) SetReleased(fingerprint string) error {
	_, err := x.exec("UPDATE persons SET released = ? WHERE id = ? AND released <> ?", fingerprint, x.lease.Person, fingerprint)
	return err
}

// SetAdopting records whether what was made before is still to be looked for.
func (x *Tx) SetAdopting(adopting bool) error {
	_, err := x.exec("UPDATE persons SET adopting = ? WHERE id = ? AND adopting <> ?", adopting, x.lease.Person, adopting)
	return err
}

// SetAudited records when the host's meetings were last listed.
func (x *Tx) SetAudited(at time.Time) error {
	_, err := x.exec("UPDATE persons SET audited_at = ? WHERE id = ? AND audited_at <> ?", micros(at), x.lease.Person, micros(at))
	return err
}

// SetConnection records how a connection of the lease's person stands.
func (x *Tx) SetConnection(id int64, state ConnectionState, detail string) error {
	if err := x.ownConnection(id); err != nil {
		return err
	}
	return setConnection(x.transaction, id, state, detail)
}

// Disconnect is Store.Disconnect for a connection of the lease's person that is
// Disconnecting; done is false, and nothing happens, when it is so no more: its
// owner has connected it again.
func (x *Tx) Disconnect(id int64) (done bool, err error) {
	if err := x.ownConnection(id); err != nil {
		return false, err
	}
	n, err := x.exec("UPDATE connections SET state = ?, detail = '', state_since = ? WHERE id = ? AND state = ?",
		Disconnected, micros(x.store.now()), id, Disconnecting)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = x.exec("DELETE FROM tokens WHERE connection_id = ?", id)
	return true, err
}

// SetHost records the Zoom user behind a connection and their plan type.
func (x *Tx) SetHost(connection int64, host string, plan int) error {
	if err := x.ownConnection(connection); err != nil {
		return err
	}
	_, err := x.exec("UPDATE connections SET host_id = ?, plan = ? WHERE id = ? AND NOT (host_id = ? AND plan = ?)", host, plan, connection, host, plan)
	return err
}

func (x *Tx) ownConnection(id int64) error {
	c, err := getConnection(x.transaction, id)
	if err == nil && c.Person != x.lease.Person {
		err = fmt.Errorf("connection %d of person %d: %w", id, x.lease.Person, ErrNotFound)
	}
	return err
}

func errNotOwn(calendar int64) error {
	return fmt.Errorf("calendar %d of this person: %w", calendar, ErrNotFound)
}
