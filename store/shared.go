package store

import (
	"context"
	"html"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"slotward/sources"
)

// Shared is an event that shows the same meeting as another.
type Shared struct {
	Event sources.EventRef
	Title string
	Start time.Time
}

// claimedRow is an event of the mirror with the meeting that it claims.
type claimedRow struct {
	eventRow
	Claimed int64 `db:"claimed"`
}

// join fills in for each view the link of the meeting that it claims, and the
// other events that show it.
func (s *Store) join(t *transaction, views []EventView) error {
	claims, err := claimsOf(t, views)
	if err != nil || len(claims) == 0 {
		return err
	}
	var ids []int64
	known := map[int64]bool{}
	for _, id := range claims {
		if !known[id] {
			known[id], ids = true, append(ids, id)
		}
	}
	links, err := s.linksOf(t, ids)
	if err != nil {
		return err
	}
	claimants, err := s.claimants(t, ids)
	if err != nil {
		return err
	}
	for i := range views {
		v := &views[i]
		id := claims[v.Ref()]
		v.JoinURL = links[id]
		for _, other := range claimants[id] {
			if !v.sameSeries(&other) {
				v.Shares = append(v.Shares, Shared{Event: other.Ref(), Title: other.Title, Start: other.Start})
			}
		}
	}
	return nil
}

// sameSeries reports whether two events are one, or parts of one series.
func (e *Event) sameSeries(o *Event) bool {
	name := func(e *Event) string {
		if e.SeriesID != "" {
			return e.SeriesID
		}
		return e.ID
	}
	return e.Calendar == o.Calendar && name(e) == name(o)
}

// claimsOf reads which meetings events claim.
func claimsOf(t *transaction, views []EventView) (map[sources.EventRef]int64, error) {
	out := map[sources.EventRef]int64{}
	byCalendar := map[int64][]string{}
	for i := range views {
		byCalendar[views[i].Calendar] = append(byCalendar[views[i].Calendar], views[i].ID)
	}
	for calendar, ids := range byCalendar {
		query, args, err := sqlx.In("SELECT * FROM claims WHERE calendar_id = ? AND event_id IN (?)", calendar, ids)
		if err != nil {
			return nil, err
		}
		var rows []claimRow
		if err := t.list(&rows, query, args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[refOf(r.Calendar, r.EventID)] = r.Meeting
		}
	}
	return out, nil
}

// linksOf opens the links of meetings.
func (s *Store) linksOf(t *transaction, meetings []int64) (map[int64]string, error) {
	query, args, err := sqlx.In("SELECT * FROM meetings WHERE id IN (?)", meetings)
	if err != nil {
		return nil, err
	}
	var rows []meetingRow
	if err := t.list(&rows, query, args...); err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for i := range rows {
		m, err := s.openMeeting(&rows[i])
		if err != nil {
			return nil, err
		}
		out[m.ID] = m.Joining.URL
	}
	return out, nil
}

// claimants opens the events that show meetings, soonest first.
func (s *Store) claimants(t *transaction, meetings []int64) (map[int64][]Event, error) {
	query, args, err := sqlx.In(`SELECT e.*, c.meeting_id AS claimed FROM events e
		JOIN claims c ON c.calendar_id = e.calendar_id AND c.event_id = e.event_id
		JOIN meetings m ON m.id = c.meeting_id AND m.person_id = c.person_id
		WHERE c.meeting_id IN (?) AND e.gone = '' AND e.sealed IS NOT NULL ORDER BY e.start_at, e.calendar_id, e.event_id`, meetings)
	if err != nil {
		return nil, err
	}
	var rows []claimedRow
	if err := t.list(&rows, query, args...); err != nil {
		return nil, err
	}
	out := map[int64][]Event{}
	for i := range rows {
		e, err := s.openEvent(&rows[i].eventRow)
		if err != nil {
			continue // the next pass empties the row and reads it again
		}
		out[rows[i].Claimed] = append(out[rows[i].Claimed], Event{Calendar: rows[i].Calendar, Event: e})
	}
	return out, nil
}

// replaced reads, by series of a calendar, the starts of occurrences that were
// changed or cancelled one by one and that would not be over yet.
func (s *Store) replaced(t *transaction, calendar int64, now time.Time) (map[string][]time.Time, error) {
	var rows []eventRow
	err := t.list(&rows, `SELECT e.* FROM events e
		WHERE e.calendar_id = ? AND e.series_id <> '' AND e.until_at > ? AND e.kind = 'exception' AND e.sealed IS NOT NULL`, calendar, micros(now))
	if err != nil {
		return nil, err
	}
	out := map[string][]time.Time{}
	for i := range rows {
		e, err := s.openEvent(&rows[i])
		if err != nil || e.OriginalStart.IsZero() {
			continue
		}
		out[rows[i].SeriesID] = append(out[rows[i].SeriesID], e.OriginalStart)
	}
	return out, nil
}

// JoiningLinks reads the links that a person's own events show, as whoever joins
// needs them: with the passcode. They are for that person's eyes alone. An event
// that is not the person's, or shows no link, is not in the answer.
func (s *Store) JoiningLinks(ctx context.Context, person int64, refs ...sources.EventRef) (out map[sources.EventRef]string, err error) {
	out = map[sources.EventRef]string{}
	err = s.snapshotRead(ctx, func(t *transaction) error {
		var views []EventView
		for _, ref := range refs {
			var rows []eventRow
			if err := t.list(&rows, `SELECT e.* FROM events e JOIN calendars k ON k.id = e.calendar_id
				WHERE k.person_id = ? AND e.calendar_id = ? AND e.event_id = ? AND e.sealed IS NOT NULL`, person, ref.Calendar, ref.Event); err != nil {
				return err
			}
			if len(rows) == 0 {
				continue
			}
			e, err := s.openEvent(&rows[0])
			if err != nil {
				return err
			}
			views = append(views, EventView{Event: Event{Calendar: ref.Calendar, Event: e}})
		}
		if err := s.join(t, views); err != nil {
			return err
		}
		for i := range views {
			if link := views[i].joining(); link != "" {
				out[views[i].Ref()] = link
			}
		}
		return nil
	})
	return out, err
}

// joining is the link that an event shows: its meeting's, or the one that
// stands on it.
func (v *EventView) joining() string {
	switch {
	case v.Shown.Block != sources.BlockNone && v.Mark.Meeting == "static":
		_, block, _, _ := sources.SplitBlock(v.Description)
		return firstURL(block)
	case v.Shown.Block != sources.BlockNone && v.JoinURL != "":
		return v.JoinURL
	case v.Shown.LocationLink.URL != "":
		return v.Shown.LocationLink.URL
	case len(v.Shown.Links) > 0:
		return v.Shown.Links[0].URL
	case v.Native.URL != "":
		return v.Native.URL
	}
	return ""
}

// firstURL is the first address in a text, plain or HTML; "" without one.
func firstURL(text string) string {
	at := strings.Index(text, "https://")
	if at < 0 {
		return ""
	}
	text = text[at:]
	if end := strings.IndexAny(text, " \t\r\n\"'<>"); end >= 0 {
		text = text[:end]
	}
	return html.UnescapeString(text)
}
