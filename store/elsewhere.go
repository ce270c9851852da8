package store

import (
	"context"
	"strings"
	"time"
)

// releasedKept is how long it is remembered which meetings a removed person had.
const releasedKept = 366 * 24 * time.Hour

// idsAtOnce bounds the arguments of one statement.
const idsAtOnce = 500

// Elsewhere tells of some Zoom meetings which are another person's, and which were
// those of somebody who was removed. Whoever knows neither is not told of.
func (s *Store) Elsewhere(ctx context.Context, person int64, meetings []int64) (others, released map[int64]bool, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		if others, err = t.among(meetings, "SELECT id FROM meetings WHERE person_id <> ? AND id IN ", person); err != nil {
			return err
		}
		released, err = t.among(meetings, "SELECT meeting_id FROM released WHERE meeting_id IN ")
		return err
	})
	return others, released, err
}

// among runs a query that ends with a list of ids, and returns the ids that it finds.
func (t *transaction) among(ids []int64, query string, args ...any) (map[int64]bool, error) {
	out := map[int64]bool{}
	for len(ids) > 0 {
		n := min(len(ids), idsAtOnce)
		list := append(make([]any, 0, len(args)+n), args...)
		for _, id := range ids[:n] {
			list = append(list, id)
		}
		var found []int64
		if err := t.list(&found, query+"(?"+strings.Repeat(", ?", n-1)+")", list...); err != nil {
			return nil, err
		}
		for _, id := range found {
			out[id] = true
		}
		ids = ids[n:]
	}
	return out, nil
}

// release remembers the meetings of a person who is being removed.
func (s *Store) release(t *transaction, person int64) error {
	now := s.now()
	if _, err := t.exec("DELETE FROM released WHERE released_at < ?", micros(now.Add(-releasedKept))); err != nil {
		return err
	}
	_, err := t.exec(`INSERT INTO released (meeting_id, released_at) SELECT id, ? FROM meetings WHERE person_id = ?
		ON CONFLICT (meeting_id) DO NOTHING`, micros(now), person)
	return err
}
