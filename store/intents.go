package store

import "time"

// intentsKept is how long a closed intent is kept to explain itself.
const intentsKept = 30 * 24 * time.Hour

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
