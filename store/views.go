package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"slotward/sources"
)

// Limits of one query for events.
const (
	viewLimit = 500  // events answered at most
	viewUsual = 100  // events answered when no limit is given
	viewScan  = 2000 // rows looked at: titles are sealed, so a text is searched after opening them
)

// EventQuery selects events of the mirror; a zero field does not restrict.
type EventQuery struct {
	Person   int64
	Calendar int64
	Text     string    // in the title, in any case, or the whole event id
	From     time.Time // ends after it; a series that has not ended
	To       time.Time // starts before it
	Limit    int       // at most 500; 100 by default
	Cursor   string    // from the previous answer
}

// EventView is an event with what is known about it. JoinURL carries the
// passcode of the meeting that the event claims; "" when it claims none.
type EventView struct {
	Event
	Decision Decision // zero: not decided yet
	Claimed  int64    // the meeting that it claims; zero: none
	JoinURL  string
	Wishes   []Wish // what people asked for it
	// Next and NextEnd are when it takes place next, or did for the last time; a
	// series' only from Coming and EventView, and zero when nothing of it is left.
	Next, NextEnd time.Time
	// Shares are the other events that show the same meeting; only from Coming and EventView.
	Shares []Shared
}

// viewCursor is the place after the last row that was looked at.
type viewCursor struct {
	Start    int64
	Calendar int64
	Event    string
}

// EventViews reads events in the order of start, calendar and id. next is the
// cursor of the following page, "" at the end; with a Text, a page may be short,
// or empty, and still have a next one.
func (s *Store) EventViews(ctx context.Context, q EventQuery) (views []EventView, next string, err error) {
	if q.Limit <= 0 {
		q.Limit = viewUsual
	}
	q.Limit = min(q.Limit, viewLimit)
	scan := q.Limit
	if q.Text != "" {
		scan = viewScan
	}
	query, args, err := q.statement(scan + 1)
	if err != nil {
		return nil, "", err
	}
	err = s.snapshotRead(ctx, func(t *transaction) error {
		var rows []eventRow
		if err := t.list(&rows, query, args...); err != nil {
			return err
		}
		views, next, err = s.viewPage(t, rows, scan, &q)
		return err
	})
	return views, next, err
}

// statement is the query for the rows to look at.
func (q *EventQuery) statement(limit int) (string, []any, error) {
	query := "SELECT e.* FROM events e JOIN calendars k ON k.id = e.calendar_id WHERE (e.sealed IS NOT NULL OR e.gone <> '')"
	var args []any
	add := func(condition string, values ...any) {
		query, args = query+" AND "+condition, append(args, values...)
	}
	if q.Person != 0 {
		add("k.person_id = ?", q.Person)
	}
	if q.Calendar != 0 {
		add("e.calendar_id = ?", q.Calendar)
	}
	if !q.From.IsZero() {
		add("(e.end_at > ? OR e.end_at = 0)", micros(q.From))
	}
	if !q.To.IsZero() {
		add("e.start_at < ?", micros(q.To))
	}
	if q.Cursor != "" {
		var c viewCursor
		text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
		if err != nil || json.Unmarshal(text, &c) != nil {
			return "", nil, fmt.Errorf("store: the cursor is not one of ours: take it from the previous answer (%w)", ErrNotFound)
		}
		add("(e.start_at > ? OR e.start_at = ? AND (e.calendar_id > ? OR e.calendar_id = ? AND e.event_id > ?))",
			c.Start, c.Start, c.Calendar, c.Calendar, c.Event)
	}
	return query + " ORDER BY e.start_at, e.calendar_id, e.event_id LIMIT ?", append(args, limit), nil
}

// viewPage opens rows until the page is full. More than scan rows mean that
// there is a next page.
func (s *Store) viewPage(t *transaction, rows []eventRow, scan int, q *EventQuery) (views []EventView, next string, err error) {
	views = []EventView{}
	more := len(rows) > scan
	rows = rows[:min(len(rows), scan)]
	for i := range rows {
		r := &rows[i]
		e, err := s.openEvent(r)
		if err == nil && q.matches(&e) {
			v, err := s.view(t, Event{Calendar: r.Calendar, Event: e})
			if err != nil {
				return nil, "", err
			}
			views = append(views, v)
		}
		last := i == len(rows)-1
		if len(views) == q.Limit && (!last || more) || last && more {
			text, err := json.Marshal(viewCursor{r.StartAt, r.Calendar, r.EventID})
			return views, base64.RawURLEncoding.EncodeToString(text), err
		}
	}
	return views, "", nil
}

// matches tells whether an event has the text that is asked for.
func (q *EventQuery) matches(e *sources.Event) bool {
	return q.Text == "" || e.ID == q.Text || strings.Contains(strings.ToLower(e.Title), strings.ToLower(q.Text))
}

// view adds decision, link and wishes to an event.
func (s *Store) view(t *transaction, e Event) (EventView, error) {
	v := EventView{Event: e}
	if e.Kind != sources.Series {
		v.Next, v.NextEnd = e.Start, e.End
	}
	var decisions []decisionRow
	if err := t.list(&decisions, "SELECT * FROM decisions WHERE calendar_id = ? AND event_id = ?", e.Calendar, e.ID); err != nil {
		return v, err
	}
	if len(decisions) > 0 {
		d, err := s.openDecision(&decisions[0])
		if err != nil {
			return v, err
		}
		v.Decision = d
	}
	var meetings []meetingRow
	err := t.list(&meetings, `SELECT m.* FROM meetings m JOIN claims c ON c.meeting_id = m.id AND c.person_id = m.person_id
		WHERE c.calendar_id = ? AND c.event_id = ?`, e.Calendar, e.ID)
	if err == nil && len(meetings) > 0 {
		var m Meeting
		m, err = s.openMeeting(&meetings[0])
		v.Claimed, v.JoinURL = m.ID, m.Joining.URL
	}
	if err == nil {
		v.Wishes, err = listWishes(t, "calendar_id = ? AND event_id = ?", e.Calendar, e.ID)
	}
	return v, err
}

// EventView reads one event; ErrNotFound. An event whose row cannot be opened
// until its calendar was read in full is ErrSealed.
func (s *Store) EventView(ctx context.Context, ref sources.EventRef) (v EventView, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		var row eventRow
		if err := t.get(&row, "SELECT * FROM events WHERE calendar_id = ? AND event_id = ?", ref.Calendar, ref.Event); err != nil {
			return fmt.Errorf("event %d:%s: %w", ref.Calendar, ref.Event, err)
		}
		if row.Sealed == nil && row.Gone == sources.Present {
			return fmt.Errorf("event %d:%s: %w: the next pass reads its calendar in full", ref.Calendar, ref.Event, ErrSealed)
		}
		e, err := s.openEvent(&row)
		if err != nil {
			return err
		}
		v, err = s.view(t, Event{Calendar: ref.Calendar, Event: e})
		if err != nil {
			return err
		}
		return s.complete(t, &v)
	})
	return v, err
}

// complete fills in what is told of one event only.
func (s *Store) complete(t *transaction, v *EventView) error {
	var replaced map[string][]time.Time
	if v.Kind == sources.Series {
		var err error
		if replaced, err = s.replaced(t, v.Calendar, s.now()); err != nil {
			return err
		}
	}
	v.occur(s.now(), replaced[v.ID])
	some := []EventView{*v}
	err := s.join(t, some)
	*v = some[0]
	return err
}

// Meetings reads a person's meetings by start and id. Topic and joining details
// that the sealing key does not open are empty.
func (s *Store) Meetings(ctx context.Context, person int64) (out []Meeting, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		out, err = s.listMeetings(t, person)
		return err
	})
	slices.SortStableFunc(out, func(a, b Meeting) int { return a.Start.Compare(b.Start) })
	return out, err
}
