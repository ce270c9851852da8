package store

import (
	"context"
	"time"
)

// ReasonCount is how many events are treated alike for one reason.
type ReasonCount struct {
	Wanted string `db:"wanted"`
	Reason string `db:"reason"` // "" where nothing is decided yet
	Events int    `db:"events"`
}

// CountMeetings counts a person's meetings; with zero everybody's.
func (s *Store) CountMeetings(ctx context.Context, person int64) (n int, err error) {
	query, args := "SELECT COUNT(*) FROM meetings", []any{}
	if person != 0 {
		query, args = query+" WHERE person_id = ?", append(args, person)
	}
	err = s.snapshotRead(ctx, func(t *transaction) error { return t.get(&n, query, args...) })
	return n, err
}

// ReasonCounts counts a person's events that are still to come by why they are
// treated as they are, the most frequent first. A series is one.
func (s *Store) ReasonCounts(ctx context.Context, person int64, now time.Time) (out []ReasonCount, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		out = nil
		return t.list(&out, `SELECT COALESCE(d.wanted, '') AS wanted, COALESCE(d.reason, '') AS reason, COUNT(*) AS events
			FROM events e JOIN calendars k ON k.id = e.calendar_id
			LEFT JOIN decisions d ON d.calendar_id = e.calendar_id AND d.event_id = e.event_id
			WHERE k.person_id = ? AND e.gone = '' AND (e.end_at > ? OR e.end_at = 0)
			GROUP BY COALESCE(d.wanted, ''), COALESCE(d.reason, '') ORDER BY events DESC, wanted, reason`, person, micros(now))
	})
	return out, err
}
