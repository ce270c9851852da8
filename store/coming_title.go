package store

import "strings"

// A text is looked for in titles, which are sealed: every row has to be opened.
// So that this is no more than it has to be, only what opens a row is read of it,
// and the rest of those that fit.

// titleScan is how many rows are looked at for a title: only that is decoded.
const titleScan = 2000

// titleColumns are what it takes to open the title of an event.
const titleColumns = `SELECT e.calendar_id, e.event_id, e.start_at, e.sealed FROM events e
	WHERE e.calendar_id = ? AND e.gone = '' AND e.sealed IS NOT NULL`

// columns are what is read of every row that is looked at.
func (q *ComingQuery) columns() string {
	if q.Text != "" {
		return titleColumns
	}
	return comingColumns
}

// whole is a row with the rest of its columns.
func (q *ComingQuery) whole(t *transaction, r *comingRow) (*comingRow, error) {
	if q.Text == "" {
		return r, nil
	}
	var row comingRow
	err := t.get(&row, comingColumns+" AND e.event_id = ?", r.Calendar, r.EventID)
	return &row, err
}

// mayFit reports whether a row may have the text that is asked for.
func (s *Store) mayFit(r *comingRow, text string) bool {
	if text == "" || r.EventID == text {
		return true
	}
	var e struct {
		Title string `json:"title"`
	}
	if s.unseal(r.Sealed, place("events", refOf(r.Calendar, r.EventID), "sealed"), &e) != nil {
		return false
	}
	return strings.Contains(strings.ToLower(e.Title), strings.ToLower(text))
}
