package store

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"slotward/sources"
)

// ComingQuery selects a page of a person's events in the order in which they
// take place next: a series stands at its next occurrence.
type ComingQuery struct {
	Person   int64 // required
	Calendar int64 // zero: all of the person's
	Text     string
	Now      time.Time // required: what has ended by then is over
	Over     bool      // what is over, latest first, instead of what is to come
	// Keep takes an event or leaves it out; nil takes all. JoinURL and Shares are
	// not filled in yet.
	Keep   func(*EventView) bool
	Limit  int    // at most 500; 100 by default
	Cursor string // from the previous answer
}

// ComingPage is a page of events. With Text or Keep it may be short, or empty,
// and still have a next one. A cursor is "" where there is nothing more.
type ComingPage struct {
	Views          []EventView
	Next, Previous string
}

// comingPlace is where an event stands in the order.
type comingPlace struct {
	At       int64 // microseconds
	Calendar int64
	Event    string
}

func (p comingPlace) compare(o comingPlace) int {
	return cmp.Or(cmp.Compare(p.At, o.At), cmp.Compare(p.Calendar, o.Calendar), cmp.Compare(p.Event, o.Event))
}

// comingCursor is the last place that was looked at, and which way to go on.
type comingCursor struct {
	comingPlace
	Back bool
}

func (c comingCursor) String() string {
	text, _ := json.Marshal(c) // numbers and a text always encode
	return base64.RawURLEncoding.EncodeToString(text)
}

// comingRow is a row of the mirror with what is decided about it.
type comingRow struct {
	eventRow
	Wanted  string `db:"d_wanted"`
	Reason  string `db:"d_reason"`
	Meeting int64  `db:"d_meeting"`
	Until   int64  `db:"d_until"`
	Since   int64  `db:"d_since"`
	Detail  []byte `db:"d_sealed"`
}

// coming is a row and, for a series, when it takes place next.
type coming struct {
	place comingPlace
	row   *comingRow
	view  *EventView // nil: not opened yet
}

// Coming reads events by when they take place next. Events that are gone, and
// series of which no occurrence is left, are not among them.
func (s *Store) Coming(ctx context.Context, q ComingQuery) (page ComingPage, err error) {
	if q.Limit <= 0 {
		q.Limit = viewUsual
	}
	q.Limit = min(q.Limit, viewLimit)
	var from comingCursor
	if q.Cursor != "" {
		text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
		if err != nil || json.Unmarshal(text, &from) != nil {
			return page, fmt.Errorf("store: the cursor is not one of ours: take it from the previous answer (%w)", ErrNotFound)
		}
	}
	err = s.snapshotRead(ctx, func(t *transaction) error {
		page, err = s.comingPage(t, &q, from)
		if err != nil {
			return err
		}
		return s.join(t, page.Views)
	})
	return page, err
}

// comingPage opens what may be on the page, in order, until it is full.
func (s *Store) comingPage(t *transaction, q *ComingQuery, from comingCursor) (page ComingPage, err error) {
	down := q.Over != from.Back // latest first
	some, more, err := s.comingSome(t, q, from, down)
	if err != nil {
		return page, err
	}
	page.Views = []EventView{}
	var first, last comingPlace
	ended := true
	for i := range some {
		c := &some[i]
		if c.view == nil {
			if c.view, err = s.openComing(c.row); err != nil {
				return page, err
			}
		}
		last = c.place
		if c.view != nil && q.matches(c.view) {
			if len(page.Views) == 0 {
				first = c.place
			}
			page.Views = append(page.Views, *c.view)
		}
		if len(page.Views) == q.Limit && i < len(some)-1 {
			ended = false
			break
		}
	}
	onward, back := "", ""
	if len(some) > 0 && (!ended || more) {
		onward = comingCursor{last, from.Back}.String()
	}
	if q.Cursor != "" {
		if len(page.Views) == 0 {
			first = from.comingPlace
		}
		back = comingCursor{first, !from.Back}.String()
	}
	page.Next, page.Previous = onward, back
	if from.Back {
		slices.Reverse(page.Views)
		page.Next, page.Previous = back, onward
	}
	return page, nil
}

// comingSome lists rows from a place on, series among them. more tells that
// there are rows beyond.
func (s *Store) comingSome(t *transaction, q *ComingQuery, from comingCursor, down bool) (some []coming, more bool, err error) {
	scan := q.Limit
	if q.Text != "" || q.Keep != nil {
		scan = viewScan
	}
	beyond := func(p comingPlace) bool { return q.Cursor == "" || (p.compare(from.comingPlace) > 0) != down }
	rows, err := q.single(t, from, down, scan+1)
	if err != nil {
		return nil, false, err
	}
	for i := range rows[:min(len(rows), scan)] {
		r := &rows[i]
		some = append(some, coming{place: comingPlace{r.StartAt, r.Calendar, r.EventID}, row: r})
	}
	more = len(rows) > scan
	if q.Over {
		return some, more, nil
	}
	series, err := s.comingSeries(t, q)
	if err != nil {
		return nil, false, err
	}
	end := comingPlace{}
	if more {
		end = some[scan-1].place
	}
	for _, c := range series {
		switch {
		case !beyond(c.place) || q.Cursor != "" && c.place == from.comingPlace:
		case more && (c.place.compare(end) > 0) != down:
			// It stands beyond the last row that was read.
		default:
			some = append(some, c)
		}
	}
	slices.SortFunc(some, func(a, b coming) int {
		if down {
			return b.place.compare(a.place)
		}
		return a.place.compare(b.place)
	})
	return some, more, nil
}

// comingColumns are a row with its decision.
const comingColumns = `SELECT e.*, COALESCE(d.wanted, '') AS d_wanted, COALESCE(d.reason, '') AS d_reason, COALESCE(d.meeting_id, 0) AS d_meeting,
	COALESCE(d.until_at, 0) AS d_until, COALESCE(d.since, 0) AS d_since, d.sealed AS d_sealed
	FROM events e JOIN calendars k ON k.id = e.calendar_id
	LEFT JOIN decisions d ON d.calendar_id = e.calendar_id AND d.event_id = e.event_id
	WHERE k.person_id = ? AND e.gone = '' AND e.sealed IS NOT NULL`

// single reads rows of events that take place once, and of series that have ended.
func (q *ComingQuery) single(t *transaction, from comingCursor, down bool, limit int) (rows []comingRow, err error) {
	query, args := comingColumns+" AND e.end_at > ? AND e.kind <> 'series'", []any{q.Person, micros(q.Now)}
	if q.Over {
		query = comingColumns + " AND e.end_at <= ? AND e.end_at <> 0"
	}
	if q.Calendar != 0 {
		query, args = query+" AND e.calendar_id = ?", append(args, q.Calendar)
	}
	order, sign := " ORDER BY e.start_at, e.calendar_id, e.event_id LIMIT ?", ">"
	if down {
		order, sign = " ORDER BY e.start_at DESC, e.calendar_id DESC, e.event_id DESC LIMIT ?", "<"
	}
	if q.Cursor != "" {
		query += " AND (e.start_at " + sign + " ? OR e.start_at = ? AND (e.calendar_id " + sign + " ? OR e.calendar_id = ? AND e.event_id " + sign + " ?))"
		args = append(args, from.At, from.At, from.Calendar, from.Calendar, from.Event)
	}
	return rows, t.list(&rows, query+order, append(args, limit)...)
}

// comingSeries opens the series that go on, each with its next occurrence.
func (s *Store) comingSeries(t *transaction, q *ComingQuery) (out []coming, err error) {
	query, args := comingColumns+" AND e.kind = 'series' AND (e.end_at = 0 OR e.end_at > ?)", []any{q.Person, micros(q.Now)}
	if q.Calendar != 0 {
		query, args = query+" AND e.calendar_id = ?", append(args, q.Calendar)
	}
	var rows []comingRow
	if err := t.list(&rows, query, args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	replaced, err := s.replaced(t, q.Person, q.Now)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		view, err := s.openComing(&rows[i])
		if err != nil {
			return nil, err
		}
		if view == nil {
			continue
		}
		view.occur(q.Now, replaced[view.Ref()])
		at := view.Next
		if at.IsZero() {
			if view.Problem == "" {
				continue // what is left of it was changed one by one
			}
			at = q.Now
		}
		out = append(out, coming{place: comingPlace{micros(at), view.Calendar, view.ID}, row: &rows[i], view: view})
	}
	return out, nil
}

// openComing opens a row; nil for one that the key does not open, which the
// next pass empties and reads again.
func (s *Store) openComing(r *comingRow) (*EventView, error) {
	e, err := s.openEvent(&r.eventRow)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // see above
	}
	v := &EventView{Event: Event{Calendar: r.Calendar, Event: e}, Next: e.Start, NextEnd: e.End}
	v.Decision, err = s.openDecision(&decisionRow{
		Calendar: r.Calendar, EventID: r.EventID, Wanted: r.Wanted, Reason: r.Reason, Meeting: r.Meeting, UntilAt: r.Until, Since: r.Since, Sealed: r.Detail,
	})
	if r.Reason == "" {
		v.Decision = Decision{}
	}
	return v, err
}

// matches tells whether an event is one of those asked for.
func (q *ComingQuery) matches(v *EventView) bool {
	text := EventQuery{Text: q.Text}
	return text.matches(&v.Event.Event) && (q.Keep == nil || q.Keep(v))
}

// occur fills in when a series takes place next; zero: not any more.
func (v *EventView) occur(now time.Time, replaced []time.Time) {
	if v.Kind != sources.Series {
		v.Next, v.NextEnd = v.Start, v.End
		return
	}
	v.Next, v.NextEnd = v.Event.Event.Next(now, replaced), time.Time{}
	if !v.Next.IsZero() {
		v.NextEnd = v.Next.Add(v.End.Sub(v.Start))
	}
}
