package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"slotward/sources"
)

// WishKind is what somebody can ask for one event.
type WishKind string

// The kinds of wishes. An event has one of each at most.
const (
	WishProvider WishKind = "provider" // which link it is to have
	WishRenewal  WishKind = "renewal"  // another meeting in the place of the one that it has
)

// Wish is what somebody asked for one event. It goes with the event: whatever
// else is read of it, it stays until the calendar says that the event was deleted,
// or it has been over for three months.
type Wish struct {
	Event    sources.EventRef
	Kind     WishKind
	Person   int64
	Provider string // WishProvider: "zoom", "native", "static" or "none"
	Meeting  int64  // WishRenewal: the meeting that is to be replaced
	At       time.Time
	By       string // who asked, for people; "": not known
}

type wishRow struct {
	Calendar int64    `db:"calendar_id"`
	EventID  string   `db:"event_id"`
	Kind     WishKind `db:"kind"`
	Person   int64    `db:"person_id"`
	Provider string   `db:"provider"`
	Meeting  int64    `db:"meeting_id"`
	At       int64    `db:"asked_at"`
	By       string   `db:"asked_by"`
}

func (r *wishRow) wish() (Wish, error) {
	return Wish{
		Event: refOf(r.Calendar, r.EventID), Kind: r.Kind, Person: r.Person, Provider: r.Provider, Meeting: r.Meeting,
		At: instant(r.At), By: r.By,
	}, nil
}

func listWishes(t *transaction, where string, args ...any) ([]Wish, error) {
	var rows []wishRow
	if err := t.list(&rows, "SELECT * FROM wishes WHERE "+where+" ORDER BY calendar_id, event_id, kind", args...); err != nil {
		return nil, err
	}
	return collect(rows, (*wishRow).wish)
}

// wish reads what was asked of one kind for an event; ErrNotFound.
func wish(t *transaction, ref sources.EventRef, kind WishKind) (Wish, error) {
	var row wishRow
	err := t.get(&row, "SELECT * FROM wishes WHERE calendar_id = ? AND event_id = ? AND kind = ?", ref.Calendar, ref.Event, kind)
	if err != nil {
		return Wish{}, fmt.Errorf("wish for event %d:%s: %w", ref.Calendar, ref.Event, err)
	}
	return row.wish()
}

// PutWish records what somebody asks for an event, in the place of what was asked
// of that kind before. At zero means now. An event that is not there, or was
// deleted, is ErrNotFound. It returns what was asked before; zero: nothing.
func (s *Store) PutWish(ctx context.Context, w Wish) (before Wish, err error) {
	if w.At.IsZero() {
		w.At = s.now()
	}
	err = s.update(ctx, counted, func(t *transaction) error {
		row, err := getCalendar(t, w.Event.Calendar)
		if err != nil {
			return err
		}
		known, err := knownRows(t, row.ID, []string{w.Event.Event})
		if err != nil {
			return err
		}
		if k := known[w.Event.Event]; k == nil || k.Gone == sources.Tombstone {
			return fmt.Errorf("event %d:%s: %w", w.Event.Calendar, w.Event.Event, ErrNotFound)
		}
		if before, err = wish(t, w.Event, w.Kind); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		_, err = t.exec(`INSERT INTO wishes (calendar_id, event_id, kind, person_id, provider, meeting_id, asked_at, asked_by) VALUES `+tuples(1, 8)+`
			ON CONFLICT (calendar_id, event_id, kind) DO UPDATE SET person_id = excluded.person_id, provider = excluded.provider,
			meeting_id = excluded.meeting_id, asked_at = excluded.asked_at, asked_by = excluded.asked_by`,
			w.Event.Calendar, w.Event.Event, w.Kind, row.Person, w.Provider, w.Meeting, micros(w.At), w.By)
		return err
	})
	return before, err
}

// TakeWishBack forgets what was asked of a kind for an event, and returns it;
// ErrNotFound when nothing was.
func (s *Store) TakeWishBack(ctx context.Context, ref sources.EventRef, kind WishKind) (before Wish, err error) {
	err = s.update(ctx, counted, func(t *transaction) error {
		if before, err = wish(t, ref, kind); err != nil {
			return err
		}
		return dropWish(t, ref, kind)
	})
	return before, err
}

// DropWish forgets a wish that was fulfilled, or that nothing can come of any more.
func (x *Tx) DropWish(ref sources.EventRef, kind WishKind) error {
	if _, err := x.calendar(ref.Calendar); err != nil {
		return err
	}
	return dropWish(x.transaction, ref, kind)
}

func dropWish(t *transaction, ref sources.EventRef, kind WishKind) error {
	_, err := t.exec("DELETE FROM wishes WHERE calendar_id = ? AND event_id = ? AND kind = ?", ref.Calendar, ref.Event, kind)
	return err
}

// forgetWishes drops the wishes for events of a calendar that were deleted, or
// whose rows are no longer there. That a listing does not name an event proves
// nothing: its wishes stay as long as its row.
func forgetWishes(t *transaction, calendar int64) error {
	_, err := t.exec(`DELETE FROM wishes WHERE calendar_id = ? AND NOT EXISTS (SELECT 1 FROM events e
		WHERE e.calendar_id = wishes.calendar_id AND e.event_id = wishes.event_id AND e.gone <> ?)`, calendar, sources.Tombstone)
	return err
}
