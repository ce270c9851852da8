package microsoft

import (
	"context"
	"errors"
	"time"

	"slotward/sources"
)

const (
	// lookBack and lookAhead are the window that is read, unless WithHorizon says
	// otherwise. What ends before it or begins after it is not asked for.
	lookBack  = 24 * time.Hour
	lookAhead = 180 * 24 * time.Hour
	// rollAfter is how old a window gets. It is baked into Graph's links, so a
	// new one takes a full round.
	rollAfter = 24 * time.Hour
	// factsAge is how long what is known of a calendar serves further full
	// readings: one without events is read in full at every pass.
	factsAge = time.Hour
)

// Read brings what changed since token, or everything in the window when token
// is "" or a day old. Single events come as Graph has them; of series come the
// master, the changed occurrences, and the cancelled ones as tombstones. The
// token that comes with a reading belongs to a complete round; until it is used
// the old one still serves.
//
// An event that Graph calls removed is asked for once: removed from the window
// is also what was moved out of it, and what never was in it. It is a tombstone
// only when Graph does not know it any more.
func (s *Source) Read(ctx context.Context, calendarID, tokenText string) (sources.Reading, error) {
	if !usable(calendarID) {
		return sources.Reading{}, noSuch(operation{what: "reading a calendar"})
	}
	if tokenText == "" {
		return s.readAll(ctx, calendarID, nil, nil)
	}
	t, err := parseToken(tokenText)
	if err != nil {
		return sources.Reading{}, err
	}
	changes, err := s.readChanges(ctx, calendarID, t)
	if errors.Is(err, sources.ErrExpired) {
		// What is known of series outlives Graph's memory: one without an
		// occurrence in the window is not named by a full round.
		s.memoryOf(calendarID).leave(t.Series)
	}
	if err != nil || !t.due(s.now()) {
		return changes, err
	}
	// The window moves on. What was moved out of it since is known only from the
	// changes.
	return s.readAll(ctx, calendarID, t.Series, changes.Events)
}

// readChanges brings what changed since a token.
func (s *Source) readChanges(ctx context.Context, calendarID string, t token) (sources.Reading, error) {
	m := s.memoryOf(calendarID)
	f, ok := m.knownFacts()
	if !ok {
		f = t.Facts
		m.setFacts(f, time.Time{})
	}
	g := newGathering(s, calendarID, f, newRoster(t.Series))
	g.since = time.Unix(t.From, 0).UTC()
	link, err := s.round(ctx, calendarID, t.Link, time.Time{}, time.Time{}, g.take)
	if err != nil {
		return sources.Reading{}, err
	}
	if err := g.complete(ctx); err != nil {
		return sources.Reading{}, err
	}
	t.Link, t.Facts, t.Series = link, f, g.roster.list()
	if g.overflow {
		t.Rolled = 0
	}
	return sources.Reading{Events: g.result(), Token: t.String()}, nil
}

// readAll brings everything in a new window. known are series that may stand
// though the window holds none of their occurrences; also are events that were
// read just now and may be outside it.
func (s *Source) readAll(ctx context.Context, calendarID string, known []series, also []sources.Event) (sources.Reading, error) {
	f, lately := s.memoryOf(calendarID).factsSince(s.now().Add(-factsAge))
	if !lately {
		var err error
		if f, err = s.learn(ctx, calendarID); err != nil {
			return sources.Reading{}, err
		}
	}
	now := s.now().UTC().Truncate(time.Second)
	from, to := now.Add(-lookBack), now.Add(s.ahead)
	g := newGathering(s, calendarID, f, roster{})
	g.full, g.since = true, from
	link, err := s.round(ctx, calendarID, "", from, to, g.take)
	if err != nil {
		return sources.Reading{}, err
	}
	for _, one := range append(known, s.memoryOf(calendarID).take()...) {
		if g.roster[one.ID] == nil {
			g.distant[one.ID] = true
		}
	}
	if err := g.complete(ctx); err != nil {
		return sources.Reading{}, err
	}
	for _, e := range also {
		if _, there := g.at[e.ID]; !there {
			g.put(e)
		}
	}
	s.memoryOf(calendarID).leave(nil)
	t := token{Version: tokenVersion, Link: link, From: from.Unix(), To: to.Unix(), Rolled: now.Unix(), Facts: f, Series: g.roster.list()}
	return sources.Reading{Full: true, Events: g.result(), Token: t.String(), Since: from, Until: to}, nil
}
