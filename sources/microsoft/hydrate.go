package microsoft

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"slotward/sources"
)

// seriesFields are the members of a master that are asked for. Cancelled
// occurrences come only when they are named, and then so must be all others.
var seriesFields = []string{
	"id", "iCalUId", "type", "seriesMasterId", "subject", "body", "start", "end", "originalStart", "originalStartTimeZone", "isAllDay",
	"recurrence", "location", "locations", "attendees", "organizer", "isOrganizer", "isCancelled", "isDraft", "responseStatus", "showAs",
	"sensitivity", "isOnlineMeeting", "onlineMeeting", "onlineMeetingProvider", "onlineMeetingUrl", "createdDateTime", "lastModifiedDateTime",
	"cancelledOccurrences",
}

// getSeries reads a master with what became of its occurrences.
func (s *Source) getSeries(ctx context.Context, calendarID, id string) (models.Eventable, error) {
	op := operation{what: "reading a series", event: true}
	if !usable(id) {
		return nil, noSuch(op)
	}
	in, err := readCalendar(ctx, s, op, calendarID, func(ctx context.Context) (models.Eventable, error) {
		return s.me.Calendars().ByCalendarId(calendarID).Events().ByEventId(id).Get(ctx, &users.ItemCalendarsItemEventsEventItemRequestBuilderGetRequestConfiguration{
			Headers: headers(), QueryParameters: &users.ItemCalendarsItemEventsEventItemRequestBuilderGetQueryParameters{
				Select: seriesFields, Expand: []string{"exceptionOccurrences", expandMark},
			},
		})
	})
	if err != nil {
		return nil, err
	}
	if in == nil || text(in.GetId()) != id || etag(in) == "" || in.GetStart() == nil {
		return nil, op.incomplete("the answer is not the series asked for")
	}
	return in, nil
}

// readSeries reads the masters of the series that were touched, and says what
// became of their occurrences. vanished are exceptions that Graph removed.
func (g *gathering) readSeries(ctx context.Context, vanished map[string]map[string]time.Time) error {
	var ids []string
	for id := range g.touched {
		if g.full || !g.echoed[id] {
			ids = append(ids, id)
		}
	}
	ids = append(ids, slices.Collect(maps.Keys(g.distant))...)
	slices.Sort(ids)
	found := make([]models.Eventable, len(ids))
	err := inParallel(ctx, len(ids), func(ctx context.Context, i int) error {
		in, err := g.s.getSeries(ctx, g.calendarID, ids[i])
		if errors.Is(err, sources.ErrGone) {
			return nil
		}
		found[i] = in
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range ids {
		if found[i] == nil {
			g.seriesGone(id)
			continue
		}
		g.series(found[i], vanished[id])
	}
	return nil
}

// seriesGone takes a series that Graph does not know any more.
func (g *gathering) seriesGone(id string) {
	delete(g.roster, id)
	for i := range g.events {
		if g.events[i].SeriesID == id {
			g.drop(g.events[i].ID)
		}
	}
	g.put(tombstone(id, sources.Series))
}

// series takes a master: the event, its cancelled occurrences, and exceptions
// that the round did not name.
func (g *gathering) series(in models.Eventable, vanished map[string]time.Time) {
	e := g.m.takeRead(g.facts, in)
	g.fresh[e.ID] = true
	if g.distant[e.ID] && !e.Last.IsZero() && !e.Last.After(g.since) {
		return // it is over
	}
	g.put(e)
	if e.Kind != sources.Series {
		delete(g.roster, e.ID)
		return
	}
	k := g.roster.at(e.ID)
	cancelled := g.cancelled(&e, in)
	standing := map[string]bool{}
	for _, x := range in.GetExceptionOccurrences() {
		if x != nil {
			standing[text(x.GetId())] = true
		}
	}
	for id, original := range vanished {
		delete(k.exceptions, digest(id))
		if standing[id] {
			continue // it left the window, and is no less there
		}
		gone := tombstone(id, sources.Exception)
		gone.SeriesID, gone.OriginalStart, gone.AllDay = e.ID, original, e.AllDay
		delete(cancelled, original.Unix())
		g.put(gone)
	}
	for _, original := range slices.Sorted(maps.Keys(cancelled)) {
		g.put(cancelled[original])
	}
	for _, x := range in.GetExceptionOccurrences() {
		g.expanded(x, k)
	}
}

// cancelled are the tombstones of a series' cancelled occurrences, by their
// original start, as far as they are not long over.
func (g *gathering) cancelled(series *sources.Event, in models.Eventable) map[int64]sources.Event {
	out := map[int64]sources.Event{}
	for _, occurrence := range in.GetCancelledOccurrences() {
		date, ok := cancelledOn(occurrence)
		if !ok {
			continue
		}
		original, ok := onDay(series, date)
		if !ok || original.Before(g.since) {
			continue
		}
		out[original.Unix()] = cancelledEvent(series, date, original)
	}
	return out
}

func cancelledEvent(series *sources.Event, date, original time.Time) sources.Event {
	e := tombstone(occurrencePrefix+series.ID+"."+date.Format(time.DateOnly), sources.Exception)
	e.SeriesID, e.OriginalStart, e.AllDay = series.ID, original, series.AllDay
	return e
}

// expanded takes an exception that came with its master and not by itself: it
// may stand outside the window.
func (g *gathering) expanded(in models.Eventable, k *member) {
	if in == nil || text(in.GetId()) == "" || etag(in) == "" || in.GetStart() == nil || in.GetBody() == nil {
		return
	}
	id := text(in.GetId())
	_, there := g.at[id]
	_, known := k.exceptions[digest(id)]
	if there || known {
		return
	}
	e, s := g.facts.translate(in, g.m.markOf(id))
	if e.Kind != sources.Exception || !e.End.After(g.since) && !e.OriginalStart.After(g.since) {
		return
	}
	g.m.remember(e.ID, s)
	g.put(e)
	g.exception(&e)
}

// occurrencePrefix begins Graph's names for cancelled occurrences, which are no
// ids of events; a tombstone has to be named somehow.
const occurrencePrefix = "OID."

// occurrenceID reads such a name.
func occurrenceID(id string) (master string, date time.Time, ok bool) {
	rest, ok := strings.CutPrefix(id, occurrencePrefix)
	if !ok {
		return "", time.Time{}, false
	}
	date, ok = cancelledOn(id)
	return rest[:max(0, strings.LastIndexByte(rest, '.'))], date, ok
}

// getCancelled answers for an id that we gave to a cancelled occurrence.
func (s *Source) getCancelled(ctx context.Context, calendarID, master, id string, date time.Time) (sources.Event, error) {
	f, err := s.factsOf(ctx, calendarID)
	if err != nil {
		return sources.Event{}, err
	}
	in, err := s.getSeries(ctx, calendarID, master)
	if err != nil {
		return sources.Event{}, err
	}
	series, _ := f.translate(in, sources.Mark{})
	original, ok := onDay(&series, date)
	for _, occurrence := range in.GetCancelledOccurrences() {
		if day, named := cancelledOn(occurrence); ok && named && day.Equal(date) {
			return cancelledEvent(&series, date, original), nil
		}
	}
	return sources.Event{}, noSuch(operation{what: "reading an event"})
}
