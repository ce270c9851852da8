package reconciler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// observe reads every calendar that is on into the mirror. A calendar that
// cannot be read is left out of this pass, and never holds up the others (I14).
func (p *pass) observe(ctx context.Context) error {
	p.connectZoom()
	for i := range p.snap.Calendars {
		c := &p.snap.Calendars[i]
		p.calendar[c.ID] = c
	}
	for i := range p.snap.Calendars {
		c := &p.snap.Calendars[i]
		if !c.On || ctx.Err() != nil {
			continue
		}
		if err := p.take(ctx, c, c.SyncToken); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.keepAlive(ctx); err != nil {
		return err
	}
	if p.dry { // the mirror was loaded and merged in memory
		return p.dryEvents(ctx)
	}
	return p.loadEvents(ctx)
}

// take reads a calendar and merges what it brings. Only the store's own failure
// is an error.
func (p *pass) take(ctx context.Context, c *store.Calendar, token string) error {
	p.usable[c.ID] = false
	reading, err := p.read(ctx, c, token)
	if err == nil {
		err = p.save(ctx, c, reading)
	}
	var unread *unreadError
	if errors.As(err, &unread) {
		return p.unread(ctx, c, unread.cause)
	}
	p.usable[c.ID] = err == nil
	return err
}

// unreadError says that a calendar could not be read.
type unreadError struct{ cause error }

func (e *unreadError) Error() string { return e.cause.Error() }
func (e *unreadError) Unwrap() error { return e.cause }

// source returns the client of the calendar's connection.
func (p *pass) source(c *store.Calendar) (sources.Source, error) {
	if s, ok := p.sources[c.Connection]; ok {
		return s, nil
	}
	connection, ok := p.connection(c.Connection)
	if !ok || connection.State != store.Connected {
		return nil, errNotConnected
	}
	s, err := p.r.Providers.Source(connection.Provider, p.r.client(connection))
	if err != nil {
		return nil, err
	}
	p.sources[c.Connection] = s
	return s, nil
}

var errNotConnected = errors.New("its connection does not work")

func (p *pass) connection(id int64) (store.Connection, bool) {
	for _, c := range p.snap.Connections {
		if c.ID == id {
			return c, true
		}
	}
	return store.Connection{}, false
}

// errWaiting says that a calendar was not asked for, because its provider wants
// to be left alone.
var errWaiting = errors.New("it is not asked for at present")

// read brings the calendar's changes, or everything when the token is old or
// no longer honoured. Its errors are unreadErrors.
func (p *pass) read(ctx context.Context, c *store.Calendar, token string) (sources.Reading, error) {
	reading, err := p.readOnce(ctx, c, token)
	if err == nil && reading.Token == "" {
		err = fmt.Errorf("%w: the reading came without a token for the next", sources.ErrIncomplete)
	}
	if err != nil {
		return sources.Reading{}, &unreadError{err}
	}
	p.heard(connectionKey(c.Connection))
	return reading, nil
}

func (p *pass) readOnce(ctx context.Context, c *store.Calendar, token string) (sources.Reading, error) {
	source, err := p.source(c)
	if err != nil {
		return sources.Reading{}, err
	}
	if res, blocked := p.blockedBy(connectionKey(c.Connection)); blocked {
		p.soonest(res.until)
		return sources.Reading{}, errWaiting
	}
	if token != "" && p.now.Sub(c.TokenAt) > tokenAge {
		token = ""
	}
	reading, err := source.Read(ctx, c.ProviderID, token)
	if errors.Is(err, sources.ErrExpired) && token != "" {
		reading, err = source.Read(ctx, c.ProviderID, "")
	}
	if err == nil && reading.Full && len(reading.Events) == 0 && c.SyncToken != "" {
		reading, err = source.Read(ctx, c.ProviderID, "") // "nothing here" is not believed at once (I4)
	}
	return reading, err
}

// save merges a complete reading into the mirror. A reading that brings
// nothing is not saved, not even its token: the old one still serves, and a
// pass over an unchanged calendar writes nothing (I9).
func (p *pass) save(ctx context.Context, c *store.Calendar, reading sources.Reading) error {
	if p.dry {
		p.readings = append(p.readings, calendarReading{c.ID, reading})
		return nil
	}
	// An empty calendar is listed in full again at the next pass, which costs
	// the same one request as an incremental read.
	nothing := len(reading.Events) == 0 && (!reading.Full || c.SyncToken == "")
	if nothing && c.Error == "" {
		return nil
	}
	err := p.write(ctx, func(tx *store.Tx) error {
		if c.Error != "" {
			if err := tx.SetCalendarError(c.ID, ""); err != nil {
				return err
			}
		}
		if nothing {
			return nil
		}
		_, err := tx.SaveReading(c.ID, reading)
		return err
	})
	if err != nil {
		return fmt.Errorf("saving what was read of %s: %w", c.Name, err)
	}
	if !nothing {
		c.SyncToken, c.TokenAt = reading.Token, p.now
	}
	return nil
}

// unread records why a calendar could not be read.
func (p *pass) unread(ctx context.Context, c *store.Calendar, cause error) error {
	if errors.Is(cause, errNotConnected) || errors.Is(cause, errWaiting) || ctx.Err() != nil {
		return nil
	}
	p.log.Warn("calendar not read", slog.Int64("calendar", c.ID), slog.Any("error", cause))
	verdict := p.judge(cause)
	if verdict.state != "" {
		return p.setConnection(ctx, c.Connection, verdict.state, verdict.detail)
	}
	p.calendarFailed(c, verdict, cause)
	if c.Error == verdict.detail || p.dry {
		return nil
	}
	c.Error = verdict.detail
	return p.write(ctx, func(tx *store.Tx) error { return tx.SetCalendarError(c.ID, verdict.detail) })
}

// keepAlive refreshes tokens that nothing has used for a day.
func (p *pass) keepAlive(ctx context.Context) error {
	for _, c := range p.snap.Connections {
		if c.State != store.Connected || p.dry || ctx.Err() != nil {
			continue
		}
		token, err := p.r.Store.Token(ctx, c.ID)
		if err == nil && (token.Expiry.IsZero() || p.now.Sub(token.Expiry) < idleRefresh) {
			continue
		}
		if err == nil {
			_, err = p.r.refresh(ctx, c, token.Access)
		} else {
			err = &authError{dead: errors.Is(err, store.ErrSealed), err: err}
		}
		if err == nil {
			continue
		}
		if err := p.notRefreshed(ctx, c, err); err != nil {
			return err
		}
	}
	return nil
}

// notRefreshed takes a failed refresh of an idle token.
func (p *pass) notRefreshed(ctx context.Context, c store.Connection, cause error) error {
	if c.Provider == "zoom" {
		p.zoomFailed(ctx, cause)
		return nil
	}
	verdict := p.judge(cause)
	if verdict.state != "" {
		return p.setConnection(ctx, c.ID, verdict.state, verdict.detail)
	}
	p.block(connectionKey(c.ID), verdict)
	if verdict.passing() {
		p.fail(cause)
	}
	return nil
}

// loadEvents takes the mirror as it stands in the store.
func (p *pass) loadEvents(ctx context.Context) error {
	rows, err := p.r.Store.Events(ctx, p.lease.Person)
	if err != nil {
		return err
	}
	p.events = make([]plan.Event, len(rows))
	for i := range rows {
		p.events[i] = plan.Event{Calendar: rows[i].Calendar, Event: rows[i].Event}
	}
	return nil
}

// reload takes up what this pass itself has changed, before planning again.
func (p *pass) reload(ctx context.Context) error {
	snap, err := p.r.Store.Load(ctx, p.lease.Person)
	if err != nil {
		return err
	}
	p.snap, p.claims = snap, claimsOf(snap)
	p.calendar = map[int64]*store.Calendar{}
	for i := range snap.Calendars {
		p.calendar[snap.Calendars[i].ID] = &snap.Calendars[i]
	}
	p.host.apply(snap)
	return p.loadEvents(ctx)
}

// verify looks again at what seems to be absent: a fresh full listing of each
// calendar concerned, and the missing events one by one (I4).
func (p *pass) verify(ctx context.Context, absent []sources.EventRef) error {
	p.verified = true
	seen := map[int64]bool{}
	for _, ref := range absent {
		c := p.calendar[ref.Calendar]
		if c == nil || seen[c.ID] || !p.usable[c.ID] {
			continue
		}
		seen[c.ID] = true
		if err := p.take(ctx, c, ""); err != nil {
			return err
		}
	}
	for _, ref := range absent[:min(len(absent), proofs)] {
		if err := p.prove(ctx, ref); err != nil {
			return err
		}
	}
	if p.dry {
		return p.dryEvents(ctx)
	}
	return p.loadEvents(ctx)
}

// prove reads one event that seems to be absent and takes it back if it stands.
func (p *pass) prove(ctx context.Context, ref sources.EventRef) error {
	c := p.calendar[ref.Calendar]
	if c == nil || !p.usable[c.ID] {
		return nil
	}
	source, err := p.source(c)
	if err != nil {
		return nil //nolint:nilerr // the calendar is left out of this pass
	}
	event, err := source.Get(ctx, c.ProviderID, ref.Event)
	switch {
	case errors.Is(err, sources.ErrGone):
		return nil
	case err != nil:
		p.usable[c.ID] = false
		return p.unread(ctx, c, err)
	}
	return p.putEvent(ctx, c.ID, event)
}

// putEvent takes one event into the mirror as it was just read.
func (p *pass) putEvent(ctx context.Context, calendar int64, event sources.Event) error {
	if p.dry {
		p.readings = append(p.readings, calendarReading{calendar, sources.Reading{Events: []sources.Event{event}}})
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error { return tx.PutEvent(calendar, event) })
}

// dryEvents merges what was read into the mirror in memory, for a dry run.
func (p *pass) dryEvents(ctx context.Context) error {
	if err := p.loadEvents(ctx); err != nil {
		return err
	}
	for _, r := range p.readings {
		p.events = merge(p.events, r.calendar, r.reading)
	}
	return nil
}

// calendarReading is a reading that a dry run keeps to itself.
type calendarReading struct {
	calendar int64
	reading  sources.Reading
}

// merge applies a reading to a list of events, as the store does to its rows.
func merge(events []plan.Event, calendar int64, reading sources.Reading) []plan.Event {
	at := make(map[string]int, len(events))
	for i := range events {
		if events[i].Calendar == calendar {
			at[events[i].ID] = i
		}
	}
	named := make(map[string]bool, len(reading.Events))
	for _, e := range reading.Events {
		named[e.ID] = true
		i, known := at[e.ID]
		switch {
		case known && e.Gone != sources.Present:
			events[i].Gone = e.Gone
			bury(events, calendar, e.ID)
		case known:
			events[i].Event = e
		default:
			events = append(events, plan.Event{Calendar: calendar, Event: e})
		}
	}
	if reading.Full {
		for i := range events {
			if events[i].Calendar == calendar && !named[events[i].ID] && events[i].Gone == sources.Present {
				events[i].Gone = sources.Absent
			}
		}
	}
	return events
}

// bury marks the exceptions of a series that was deleted.
func bury(events []plan.Event, calendar int64, series string) {
	for i := range events {
		if events[i].Calendar == calendar && events[i].SeriesID == series && events[i].Gone == sources.Present {
			events[i].Gone = sources.Tombstone
		}
	}
}
