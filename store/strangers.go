package store

import "time"

// strangersKept is how long it is remembered that a meeting is not this host's.
const strangersKept = 366 * 24 * time.Hour

// PutStranger remembers that a Zoom meeting whose link people typed is not the
// host's to keep: until again, when it is asked for anew; zero: for good.
func (x *Tx) PutStranger(host string, meeting int64, again time.Time) error {
	now := x.store.now()
	_, err := x.exec(`INSERT INTO strangers (person_id, host_id, meeting_id, looked_at, again_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (person_id, host_id, meeting_id) DO UPDATE SET looked_at = excluded.looked_at, again_at = excluded.again_at
		WHERE strangers.again_at <> excluded.again_at`, x.lease.Person, host, meeting, micros(now), micros(again))
	if err != nil {
		return err
	}
	_, err = x.exec("DELETE FROM strangers WHERE person_id = ? AND looked_at < ?", x.lease.Person, micros(now.Add(-strangersKept)))
	return err
}

// listStrangers reads what is remembered for the Zoom accounts that the person
// has connected now, and holds still.
func listStrangers(t *transaction, person int64) (map[int64]bool, error) {
	var ids []int64
	err := t.list(&ids, `SELECT s.meeting_id FROM strangers s WHERE s.person_id = ? AND (s.again_at = 0 OR s.again_at > ?) AND s.host_id IN
		(SELECT c.host_id FROM connections c WHERE c.person_id = ? AND c.host_id <> '' AND c.state <> 'disconnected')`,
		person, micros(t.store.now()), person)
	out := make(map[int64]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
