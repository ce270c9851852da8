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
		if c.view == nil && s.mayFit(c.row, q.Text) {
			row, err := q.whole(t, c.row)
			if err != nil {
				return page, err
			}
			if c.view, err = s.openComing(row); err != nil {
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
	switch {
	case q.Keep != nil:
		scan = viewScan
	case q.Text != "":
		scan = titleScan
	}
	beyond := func(p comingPlace) bool { return q.Cursor == "" || (p.compare(from.comingPlace) > 0) != down }
	calendars, err := q.calendars(t)
	if err != nil {
		return nil, false, err
	}
	rows, err := q.single(t, calendars, from, down, scan+1)
	if err != nil {
		return nil, false, err
	}
	for i := range rows[:min(len(rows), scan)] {
		r := &rows[i]
		some = append(some, coming{place: r.place(), row: r})
	}
	more = len(rows) > scan
	if q.Over {
		return some, more, nil
	}
	series, err := s.comingSeries(t, q, calendars)
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

// comingColumns are a row of one calendar with its decision.
const comingColumns = `SELECT e.*, COALESCE(d.wanted, '') AS d_wanted, COALESCE(d.reason, '') AS d_reason, COALESCE(d.meeting_id, 0) AS d_meeting,
	COALESCE(d.until_at, 0) AS d_until, COALESCE(d.since, 0) AS d_since, d.sealed AS d_sealed
	FROM events e LEFT JOIN decisions d ON d.calendar_id = e.calendar_id AND d.event_id = e.event_id
	WHERE e.calendar_id = ? AND e.gone = '' AND e.sealed IS NOT NULL`

// calendars lists those of the person that are asked for.
func (q *ComingQuery) calendars(t *transaction) (ids []int64, err error) {
	query, args := "SELECT id FROM calendars WHERE person_id = ?", []any{q.Person}
	if q.Calendar != 0 {
		query, args = query+" AND id = ?", append(args, q.Calendar)
	}
	return ids, t.list(&ids, query+" ORDER BY id", args...)
}

// single reads rows of events that take place once, and of series that have
// ended: of each calendar in the order of its index, so that no more is read
// than a page may need.
func (q *ComingQuery) single(t *transaction, calendars []int64, from comingCursor, down bool, limit int) (rows []comingRow, err error) {
	ended := " AND e.end_at > ? AND e.kind <> 'series'"
	if q.Over {
		ended = " AND e.end_at <= ? AND e.end_at <> 0"
	}
	event := "e.event_id" + t.store.dialect.bytewise // rows are put in order here as well
	order, sign := " ORDER BY e.start_at, "+event+" LIMIT ?", ">"
	if down {
		order, sign = " ORDER BY e.start_at DESC, "+event+" DESC LIMIT ?", "<"
	}
	for _, calendar := range calendars {
		query, args := q.columns()+ended, []any{calendar, micros(q.Now)}
		if q.Cursor != "" {
			query += " AND e.start_at " + sign + "= ? AND (e.start_at <> ? OR e.calendar_id " + sign + " ? OR e.calendar_id = ? AND " + event + " " + sign + " ?)"
			args = append(args, from.At, from.At, from.Calendar, from.Calendar, from.Event)
		}
		var some []comingRow
		if err := t.list(&some, query+order, append(args, limit)...); err != nil {
			return nil, err
		}
		rows = append(rows, some...)
	}
	slices.SortFunc(rows, func(a, b comingRow) int {
		if down {
			a, b = b, a
		}
		return a.place().compare(b.place())
	})
	return rows[:min(len(rows), limit)], nil
}

// place is where the row of an event that takes place once stands.
func (r *comingRow) place() comingPlace { return comingPlace{r.StartAt, r.Calendar, r.EventID} }

// comingSeries opens the series that go on, each with its next occurrence.
func (s *Store) comingSeries(t *transaction, q *ComingQuery, calendars []int64) (out []coming, err error) {
	for _, calendar := range calendars {
		var rows []comingRow
		if err := t.list(&rows, comingColumns+" AND e.kind = 'series' AND (e.end_at = 0 OR e.end_at > ?)", calendar, micros(q.Now)); err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		replaced, err := s.replaced(t, calendar, q.Now)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if !s.mayFit(&rows[i], q.Text) {
				continue // working out when it takes place next is not for nothing
			}
			one, stands, err := s.comingOne(&rows[i], replaced[rows[i].EventID], q.Now)
			if err != nil {
				return nil, err
			}
			if stands {
				out = append(out, one)
			}
		}
	}
	return out, nil
}

// comingOne opens a series; stands is false when what is left of it was changed
// date by date, or it cannot be opened.
func (s *Store) comingOne(r *comingRow, replaced []time.Time, now time.Time) (one coming, stands bool, err error) {
	view, err := s.openComing(r)
	if err != nil || view == nil {
		return one, false, err
	}
	view.occur(now, replaced)
	at := view.Next
	if at.IsZero() {
		at = now // a faulty one: its reason is what people have to see
	}
	one = coming{place: comingPlace{micros(at), view.Calendar, view.ID}, row: r, view: view}
	return one, !view.Next.IsZero() || view.Problem != "", nil
}

// openComing opens a row; nil for one that the key does not open, which the
// next pass empties and reads again.
func (s *Store) openComing(r *comingRow) (*EventView, error) {
	e, err := s.openEvent(&r.eventRow)
	if err != nil {
		return nil, nil //nolint:nilerr // see above
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
	v.Next, v.NextEnd = v.Event.Next(now, replaced), time.Time{}
	if !v.Next.IsZero() {
		v.NextEnd = v.Next.Add(v.End.Sub(v.Start))
	}
}
