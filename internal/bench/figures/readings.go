package figures

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"slotward/sources"
	"slotward/store"
)

// readings are readings of one calendar as the provider answered them, to be
// taken into the store again and again.
type readings struct {
	*world
	lease  store.Lease
	wire   *wire
	source sources.Source // lives as long as its connection, as in the daemon
	events int            // that every reading must bring

	first   *tape    // a reading of everything
	changes [2]*tape // the same events stand differently in each, so that each, after the other, changes every row
	token   string   // that the changes begin at
	turn    int      // which of them comes next
	blank   []int64  // calendars of which nothing has been read yet
}

// readings begins to take the calendar's readings, of which the caller is the
// only reader from now on.
func (w *world) readings(ctx context.Context) (*readings, error) {
	lease, err := w.claim(ctx)
	if err != nil {
		return nil, err
	}
	r := &readings{world: w, lease: lease, wire: &wire{to: bearer{w}}}
	r.wire.record()
	r.source, err = r.newSource()
	return r, err
}

// newSource is a source that remembers nothing yet.
func (r *readings) newSource() (sources.Source, error) {
	return r.reach.Source(&http.Client{Transport: r.wire}, r.app())
}

// takeFirst writes a reading of everything down, with all that is asked by a
// source that remembers nothing.
func (r *readings) takeFirst(ctx context.Context) (reading sources.Reading, err error) {
	source, err := r.newSource()
	if err != nil {
		return reading, err
	}
	r.first = r.wire.record()
	reading, err = source.Read(ctx, r.calendar.ProviderID, "")
	r.token, r.events = reading.Token, len(reading.Events)
	return reading, err
}

// prepare fills the calendar with meetings that show their links already, as
// most do, and takes a first reading and the two of changes.
func (r *readings) prepare(ctx context.Context) error {
	ids, err := r.insert(withGuests())
	if err != nil {
		return err
	}
	if err := r.link(ctx); err != nil {
		return err
	}
	full, err := r.takeFirst(ctx)
	if err != nil {
		return err
	}
	if err := r.save(ctx, r.calendar.ID, full); err != nil {
		return err
	}
	for i := range r.changes {
		for _, id := range ids {
			if err := r.rename(id, fmt.Sprintf("Weekly planning, version %d", i)); err != nil {
				return err
			}
		}
		r.changes[i] = r.wire.record()
		if _, err := r.source.Read(ctx, r.calendar.ProviderID, r.token); err != nil {
			return err
		}
	}
	return nil
}

// withGuests are meetings as people make them.
func withGuests() []draft {
	start := time.Date(2026, 12, 8, 8, 0, 0, 0, time.UTC)
	out := make([]draft, mergeEvents)
	for i := range out {
		out[i] = draft{
			title: "Weekly planning", notes: agenda, start: start.Add(time.Duration(i) * time.Hour), minutes: 30,
			guests: []string{"grace@other.test", "alan@other.test", "edsger@other.test"},
		}
	}
	return out
}

// link writes a link on every event, as a pass does.
func (r *readings) link(ctx context.Context) error {
	reading, err := r.source.Read(ctx, r.calendar.ProviderID, "")
	if err != nil {
		return err
	}
	for i, e := range reading.Events {
		m := meetingAt(int64(81000000000+i), e.Start)
		edit := sources.LinkEdit(&e, &m.Joining, "bench", func(sources.Link) bool { return true }, true)
		if _, err := r.source.Write(ctx, r.calendar.ProviderID, e, edit); err != nil {
			return err
		}
	}
	return nil
}

// blanks makes calendars of which nothing has been read yet.
func (r *readings) blanks(ctx context.Context, n int) error {
	listed := make([]sources.Calendar, n)
	for i := range listed {
		listed[i] = sources.Calendar{ID: fmt.Sprintf("blank%d", i), Name: "Blank", TimeZone: "UTC", Writable: true}
	}
	saved, err := r.store.SaveCalendars(ctx, r.connection, listed)
	for _, c := range saved {
		if c.ID != r.calendar.ID {
			r.blank = append(r.blank, c.ID)
		}
	}
	return err
}

// mergeFirst takes the first reading from its bytes into a calendar of its own.
func (r *readings) mergeFirst(ctx context.Context) error {
	source, err := r.newSource()
	if err != nil {
		return err
	}
	r.wire.replay(r.first)
	reading, err := source.Read(ctx, r.calendar.ProviderID, "")
	if err != nil {
		return err
	}
	into := r.blank[0]
	r.blank = r.blank[1:]
	return r.save(ctx, into, reading)
}

// mergeChanges takes a reading of changes from its bytes into the store, the two
// in turn.
func (r *readings) mergeChanges(ctx context.Context) error {
	r.wire.replay(r.changes[r.turn%len(r.changes)])
	r.turn++
	reading, err := r.source.Read(ctx, r.calendar.ProviderID, r.token)
	if err != nil {
		return err
	}
	return r.save(ctx, r.calendar.ID, reading)
}

// save merges a reading, all of whose events must be new or changed.
func (r *readings) save(ctx context.Context, calendar int64, reading sources.Reading) error {
	return r.store.Write(ctx, r.lease, func(tx *store.Tx) error {
		changed, err := tx.SaveReading(calendar, reading)
		if err == nil && changed != r.events {
			err = fmt.Errorf("only %d events of %d changed", changed, r.events)
		}
		return err
	})
}
