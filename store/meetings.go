package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

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

	Recurrence string `db:"recurrence"` // JSON, as Zoom takes it; "" none
	Dropped    string `db:"dropped"`    // JSON list of Unix seconds; "" none
	Found      bool   `db:"found"`
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
		Minutes: r.Minutes, TimeZone: r.TimeZone, CreatedAt: instant(r.CreatedAt), Missing: r.Missing, Running: r.Running, Found: r.Found,
	}
	if err := m.openRecurrence(r); err != nil {
		return m, fmt.Errorf("%w: meeting %d: %w", ErrCorrupt, r.ID, err)
	}
	var secret meetingSecret
	err := s.unseal(r.Sealed, meetingPlace(r.ID), &secret)
	if err != nil && !errors.Is(err, ErrSealed) {
		return m, err
	}
	m.Topic, m.Joining = secret.Topic, secret.Joining
	return m, nil
}

// openRecurrence reads how a series repeats.
func (m *Meeting) openRecurrence(r *meetingRow) error {
	if r.Recurrence != "" {
		if err := json.Unmarshal([]byte(r.Recurrence), &m.Recurrence); err != nil {
			return fmt.Errorf("recurrence: %w", err)
		}
	}
	if r.Dropped == "" {
		return nil
	}
	var dropped []int64
	if err := json.Unmarshal([]byte(r.Dropped), &dropped); err != nil {
		return fmt.Errorf("dropped occurrences: %w", err)
	}
	for _, at := range dropped {
		m.Dropped = append(m.Dropped, time.Unix(at, 0).UTC())
	}
	return nil
}

// recurrence writes how a series repeats, as columns.
func (m *Meeting) recurrence() (recurrence, dropped string, err error) {
	if m.Recurrence != (zoom.Recurrence{}) {
		text, err := json.Marshal(m.Recurrence)
		if err != nil {
			return "", "", err
		}
		recurrence = string(text)
	}
	if len(m.Dropped) == 0 {
		return recurrence, "", nil
	}
	seconds := make([]int64, len(m.Dropped))
	for i, at := range m.Dropped {
		seconds[i] = at.Unix()
	}
	text, err := json.Marshal(seconds)
	return recurrence, string(text), err
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
	recurrence, dropped, err := m.recurrence()
	if err != nil {
		return err
	}
	_, err = x.exec(`INSERT INTO meetings (id, person_id, host_id, reference, type, start_at, minutes, time_zone, created_at, missing, running, sealed,
			recurrence, dropped, found)
		VALUES `+tuples(1, 15)+` ON CONFLICT (id) DO UPDATE SET host_id = excluded.host_id, reference = excluded.reference, type = excluded.type,
			start_at = excluded.start_at, minutes = excluded.minutes, time_zone = excluded.time_zone, created_at = excluded.created_at,
			missing = excluded.missing, running = excluded.running, sealed = excluded.sealed,
			recurrence = excluded.recurrence, dropped = excluded.dropped, found = excluded.found`,
		m.ID, m.Person, m.HostID, m.Reference, m.Type, micros(m.Start), m.Minutes, m.TimeZone, micros(m.CreatedAt), m.Missing, m.Running, sealed,
		recurrence, dropped, m.Found)
	return err
}

func sameMeeting(a, b Meeting) bool {
	joining := a.Joining.Provider == b.Joining.Provider && a.Joining.Meeting == b.Joining.Meeting && a.Joining.URL == b.Joining.URL &&
		a.Joining.Passcode == b.Joining.Passcode && slices.Equal(a.Joining.DialIn, b.Joining.DialIn)
	return joining && a.HostID == b.HostID && a.Reference == b.Reference && a.Topic == b.Topic && a.Type == b.Type &&
		micros(a.Start) == micros(b.Start) && a.Minutes == b.Minutes && a.TimeZone == b.TimeZone &&
		micros(a.CreatedAt) == micros(b.CreatedAt) && a.Missing == b.Missing && a.Running == b.Running &&
		a.Recurrence == b.Recurrence && slices.EqualFunc(a.Dropped, b.Dropped, time.Time.Equal) && a.Found == b.Found
}

// DropMeeting forgets a meeting of the lease's person and the claims on it.
func (x *Tx) DropMeeting(id int64) error {
	if _, err := x.exec("DELETE FROM claims WHERE meeting_id = ? AND person_id = ?", id, x.lease.Person); err != nil {
		return err
	}
	_, err := x.exec("DELETE FROM meetings WHERE id = ? AND person_id = ?", id, x.lease.Person)
	return err
}
