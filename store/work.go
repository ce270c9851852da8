package store

import (
	"errors"
	"fmt"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// intentsKept is how long a closed intent is kept to explain itself.
const intentsKept = 30 * 24 * time.Hour

type meetingRow struct {
	ID        int64            `db:"id"`
	Person    int64            `db:"person_id"`
	HostID    string           `db:"host_id"`
	Reference string           `db:"reference"`
	Type      zoom.MeetingType `db:"type"`
	StartAt   int64            `db:"start_at"`
	Minutes   int              `db:"minutes"`
	TimeZone  string           `db:"time_zone"`
	CreatedAt int64            `db:"created_at"`
	Missing   bool             `db:"missing"`
	Running   bool             `db:"running"`
	Sealed    []byte           `db:"sealed"`
}

// meetingSecret is the sealed part of a meeting.
type meetingSecret struct {
	Topic   string
	Joining sources.Joining
}

func meetingPlace(id int64) string { return fmt.Sprintf("meetings/%d/sealed", id) }

// openMeeting turns a row into a meeting. What the key does not open is empty.
func (s *Store) openMeeting(r *meetingRow) (Meeting, error) {
	m := Meeting{
		ID: r.ID, Person: r.Person, HostID: r.HostID, Reference: r.Reference, Type: r.Type, Start: instant(r.StartAt),
		Minutes: r.Minutes, TimeZone: r.TimeZone, CreatedAt: instant(r.CreatedAt), Missing: r.Missing, Running: r.Running,
	}
	var secret meetingSecret
	err := s.unseal(r.Sealed, meetingPlace(r.ID), &secret)
	if err != nil && !errors.Is(err, ErrSealed) {
		return m, err
	}
	m.Topic, m.Joining = secret.Topic, secret.Joining
	return m, nil
}

func (s *Store) listMeetings(t *transaction, person int64) ([]Meeting, error) {
	var rows []meetingRow
	if err := t.list(&rows, "SELECT * FROM meetings WHERE person_id = ? ORDER BY id", person); err != nil {
		return nil, err
	}
	return collect(rows, s.openMeeting)
}

// PutMeeting records a meeting of the lease's person, new or changed; one that
// is as it was writes nothing. A meeting that somebody else here has is a
// *TakenError: links never cross persons (I15).
func (x *Tx) PutMeeting(m Meeting) error {
	m.Person = x.lease.Person
	var old meetingRow
	err := x.get(&old, "SELECT * FROM meetings WHERE id = ?", m.ID)
	switch {
	case err == nil && old.Person != m.Person:
		return &TakenError{What: fmt.Sprintf("the Zoom meeting %d", m.ID), By: fmt.Sprintf("person %d", old.Person)}
	case err == nil:
		if was, err := x.store.openMeeting(&old); err == nil && sameMeeting(was, m) {
			return nil
		}
	case !errors.Is(err, ErrNotFound):
		return err
	}
	sealed, err := x.store.seal(meetingSecret{m.Topic, m.Joining}, meetingPlace(m.ID))
	if err != nil {
		return err
	}
	_, err = x.exec(`INSERT INTO meetings (id, person_id, host_id, reference, type, start_at, minutes, time_zone, created_at, missing, running, sealed)
		VALUES `+tuples(1, 12)+` ON CONFLICT (id) DO UPDATE SET host_id = excluded.host_id, reference = excluded.reference, type = excluded.type,
			start_at = excluded.start_at, minutes = excluded.minutes, time_zone = excluded.time_zone, created_at = excluded.created_at,
			missing = excluded.missing, running = excluded.running, sealed = excluded.sealed`,
		m.ID, m.Person, m.HostID, m.Reference, m.Type, micros(m.Start), m.Minutes, m.TimeZone, micros(m.CreatedAt), m.Missing, m.Running, sealed)
	return err
}

func sameMeeting(a, b Meeting) bool {
	joining := a.Joining.Provider == b.Joining.Provider && a.Joining.Meeting == b.Joining.Meeting && a.Joining.URL == b.Joining.URL &&
		a.Joining.Passcode == b.Joining.Passcode && equal(a.Joining.DialIn, b.Joining.DialIn)
	return joining && a.HostID == b.HostID && a.Reference == b.Reference && a.Topic == b.Topic && a.Type == b.Type &&
		micros(a.Start) == micros(b.Start) && a.Minutes == b.Minutes && a.TimeZone == b.TimeZone &&
		micros(a.CreatedAt) == micros(b.CreatedAt) && a.Missing == b.Missing && a.Running == b.Running
}

// equal compares two lists; nil and empty are the same.
func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// DropMeeting forgets a meeting of the lease's person and the claims on it.
func (x *Tx) DropMeeting(id int64) error {
	if _, err := x.exec("DELETE FROM claims WHERE meeting_id = ? AND person_id = ?", id, x.lease.Person); err != nil {
		return err
	}
	_, err := x.exec("DELETE FROM meetings WHERE id = ? AND person_id = ?", id, x.lease.Person)
	return err
}

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

type intentRow struct {
	Reference string `db:"reference"`
	Person    int64  `db:"person_id"`
	Slot      string `db:"slot"`
	Events    string `db:"events"`
	SentAt    int64  `db:"sent_at"`
	Outcome   string `db:"outcome"`
	ClosedAt  int64  `db:"closed_at"`
}

func (r *intentRow) intent() (Intent, error) {
	in := Intent{Reference: r.Reference, Person: r.Person, Slot: r.Slot, SentAt: instant(r.SentAt)}
	return in, fromJSON(r.Events, "intents.events", &in.Events)
}

func listIntents(t *transaction, person int64) ([]Intent, error) {
	var rows []intentRow
	if err := t.list(&rows, "SELECT * FROM intents WHERE person_id = ? AND closed_at = 0 ORDER BY sent_at, reference", person); err != nil {
		return nil, err
	}
	return collect(rows, (*intentRow).intent)
}

// InsertIntent writes a create down before it is sent. SentAt zero means now.
// A reference that is there already is an *ExistsError: it is never sent again.
func (x *Tx) InsertIntent(in Intent) error {
	events, err := asJSON(in.Events)
	if err != nil {
		return err
	}
	if in.SentAt.IsZero() {
		in.SentAt = x.store.now()
	}
	_, err = x.exec("INSERT INTO intents (reference, person_id, slot, events, sent_at) VALUES (?, ?, ?, ?, ?)",
		in.Reference, x.lease.Person, in.Slot, events, micros(in.SentAt))
	if err != nil && duplicate(err) {
		return &ExistsError{What: "the intent " + in.Reference}
	}
	return err
}

// CloseIntent records how a create ended, such as "created", "adopted",
// "refused" or "abandoned". Closing it again changes nothing.
func (x *Tx) CloseIntent(reference, outcome string) error {
	now := x.store.now()
	_, err := x.exec("UPDATE intents SET outcome = ?, closed_at = ? WHERE reference = ? AND person_id = ? AND closed_at = 0",
		outcome, micros(now), reference, x.lease.Person)
	if err != nil {
		return err
	}
	_, err = x.exec("DELETE FROM intents WHERE person_id = ? AND closed_at <> 0 AND closed_at < ?", x.lease.Person, micros(now.Add(-intentsKept)))
	return err
}

// Spend counts n Zoom writes of a host on a UTC day (2026-12-01). It belongs
// into the transaction that writes the intent, before the request.
func (x *Tx) Spend(host, day string, n int) error {
	_, err := x.exec(`INSERT INTO budgets (host_id, day, used) VALUES (?, ?, ?)
		ON CONFLICT (host_id, day) DO UPDATE SET used = budgets.used + excluded.used`, host, day, n)
	if err != nil {
		return err
	}
	_, err = x.exec("DELETE FROM budgets WHERE host_id = ? AND day < ? AND spent_until <= ?", host, day, micros(x.store.now()))
	return err
}

// Exhaust records that Zoom itself refuses the host's writes until then.
func (x *Tx) Exhaust(host, day string, until time.Time) error {
	_, err := x.exec(`INSERT INTO budgets (host_id, day, spent_until) VALUES (?, ?, ?)
		ON CONFLICT (host_id, day) DO UPDATE SET spent_until = excluded.spent_until WHERE budgets.spent_until <> excluded.spent_until`,
		host, day, micros(until))
	return err
}
