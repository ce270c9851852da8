package store

import "context"

// Limits of one query for meetings.
const (
	meetingLimit = 500 // meetings answered at most
	meetingUsual = 100 // meetings answered when no limit is given
)

// MeetingQuery selects meetings; a zero field does not restrict.
type MeetingQuery struct {
	Person int64
	Limit  int    // at most 500; 100 by default
	Cursor string // from the previous answer
}

// meetingCursor is the place after a page's last meeting.
type meetingCursor struct {
	Start int64
	ID    int64
}

// MeetingPage reads meetings by start and id. next is the cursor of the following
// page, "" at the end; a cursor that is not one of ours is ErrNotFound. Topic and
// joining details that the sealing key does not open are empty.
func (s *Store) MeetingPage(ctx context.Context, q MeetingQuery) (out []Meeting, next string, err error) {
	if q.Limit <= 0 {
		q.Limit = meetingUsual
	}
	q.Limit = min(q.Limit, meetingLimit)
	query, args := "SELECT * FROM meetings WHERE id > 0", []any{}
	if q.Person != 0 {
		query, args = query+" AND person_id = ?", append(args, q.Person)
	}
	if q.Cursor != "" {
		var after meetingCursor
		if err := decodeCursor(q.Cursor, &after); err != nil {
			return nil, "", err
		}
		query, args = query+" AND (start_at > ? OR start_at = ? AND id > ?)", append(args, after.Start, after.Start, after.ID)
	}
	// One row more than asked for tells that there is a next page.
	query, args = query+" ORDER BY start_at, id LIMIT ?", append(args, q.Limit+1)
	var rows []meetingRow
	err = s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, query, args...)
	})
	if err == nil && len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[q.Limit-1]
		next, err = encodeCursor(meetingCursor{last.StartAt, last.ID})
	}
	if err != nil {
		return nil, "", err
	}
	out, err = collect(rows, s.openMeeting)
	return out, next, err
}
