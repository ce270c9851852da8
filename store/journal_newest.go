package store

import (
	"context"
	"slices"

	"slotward/sources"
)

// NewestEntries reads the latest entries that a query selects, newest first.
// After is not looked at.
func (s *Store) NewestEntries(ctx context.Context, q JournalQuery) ([]Entry, error) {
	if q.Limit <= 0 || q.Limit > journalLimit {
		q.Limit = journalLimit
	}
	query, args := "SELECT * FROM journal WHERE id > 0", []any{}
	if q.Person != 0 {
		query, args = query+" AND person_id = ?", append(args, q.Person)
	}
	if q.Event != (sources.EventRef{}) {
		query, args = query+" AND calendar_id = ? AND event_id = ? AND event_id <> ''", append(args, q.Event.Calendar, q.Event.Event)
	}
	var rows []journalRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, query+" ORDER BY id DESC LIMIT ?", append(slices.Clone(args), q.Limit)...)
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, s.openEntry)
}
