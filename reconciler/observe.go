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
		if !c.On || ended(ctx) {
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
	if err := p.takeEvents(ctx); err != nil {
		return err
	}
	return p.followStrays(ctx)
}

// takeEvents takes the events as they stand now. In a dry run nothing was
// saved: what was read is merged in memory.
func (p *pass) takeEvents(ctx context.Context) error {
	if p.dry {
		return p.dryEvents(ctx)
	}
	return p.loadEvents(ctx)
}

// ended reports whether the pass is told to stop.
func ended(ctx context.Context) bool { return ctx.Err() != nil }

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
	if !ok || !works(connection) || p.lame[connection.ID] {
		return nil, errNotConnected
	}
	s, err := p.r.source(connection)
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
	if _, err := p.settings(c); err != nil {
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
	if errors.Is(cause, errNotConnected) || errors.Is(cause, errWaiting) || ended(ctx) {
		return nil
	}
	verdict := p.judge(cause)
	if verdict.state != store.Disconnected {
		p.log.Warn("calendar not read", slog.Int64("calendar", c.ID), slog.Any("error", cause))
	}
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
		if !works(c) || p.lame[c.ID] || p.dry || ended(ctx) {
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
	p.index()
	return nil
}

// index notes where each event stands.
func (p *pass) index() {
	p.at = make(map[sources.EventRef]int, len(p.events))
	for i := range p.events {
		p.at[p.events[i].Ref()] = i
	}
}

// reload takes up what this pass itself has changed, before planning again.
func (p *pass) reload(ctx context.Context) error {
	snap, err := p.r.Store.Load(ctx, p.lease.Person)
	if err != nil {
		return err
	}
	p.snap, p.claims, p.decided = snap, claimsOf(snap), decisionsOf(snap)
	p.calendar = map[int64]*store.Calendar{}
	for i := range snap.Calendars {
		p.calendar[snap.Calendars[i].ID] = &snap.Calendars[i]
	}
	p.host.apply(snap)
	return p.loadEvents(ctx)
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
	if err := p.loadEvents(ctx); err != nil || len(p.readings) == 0 {
		return err
	}
	m := p.newMerger()
	for _, r := range p.readings {
		m.merge(r.calendar, r.reading)
	}
	p.events = m.result()
	p.index()
	return nil
}

// calendarReading is a reading that a dry run keeps to itself.
type calendarReading struct {
	calendar int64
	reading  sources.Reading
}
