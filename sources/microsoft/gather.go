package microsoft

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

// maxLookups is how many events of one reading are read one by one because
// Graph did not say what became of them. Beyond it the next reading is a full one.
const maxLookups = 200

// gathering makes events of what a round brings.
//
//	single, master, exception   translated as they come
//	occurrence                  a pointer to its series and no more
//	half an event               read one by one
//	removed, of a series        its master tells what became of it
//	removed, else               read one by one
//	series that changed         its master is read: cancelled occurrences stand there
//	our mark                    not in delta: remembered, listed, or read one by one
type gathering struct {
	s          *Source
	m          *memory
	calendarID string
	facts      facts
	full       bool
	since      time.Time // events that ended before are of no interest
	roster     roster
	before     map[string]bool // series that the roster held at the beginning

	events []sources.Event
	at     map[string]int  // by id
	fresh  map[string]bool // read one by one: complete with their mark

	removed  []string
	again    map[string]bool // ids to be read one by one
	reverted map[string]bool // of these, occurrences that were exceptions before
	touched  map[string]bool // series whose master is to be read
	echoed   map[string]bool // masters that came along, unchanged since they were read
	distant  map[string]bool // series that the round does not name
	overflow bool
}

func newGathering(s *Source, calendarID string, f facts, r roster) *gathering {
	g := &gathering{
		s: s, m: s.memoryOf(calendarID), calendarID: calendarID, facts: f, roster: r, before: map[string]bool{},
		at: map[string]int{}, fresh: map[string]bool{}, again: map[string]bool{}, reverted: map[string]bool{}, touched: map[string]bool{},
		echoed: map[string]bool{}, distant: map[string]bool{},
	}
	for id := range r {
		g.before[id] = true
	}
	return g
}

// put adds an event, or replaces it.
func (g *gathering) put(e sources.Event) {
	if i, there := g.at[e.ID]; there {
		g.events[i] = e
		return
	}
	g.at[e.ID] = len(g.events)
	g.events = append(g.events, e)
}

// drop takes an event out again.
func (g *gathering) drop(id string) {
	if i, there := g.at[id]; there {
		g.events[i] = sources.Event{}
		delete(g.at, id)
	}
}

// result is what was gathered, in the order in which it came.
func (g *gathering) result() []sources.Event {
	return slices.DeleteFunc(g.events, func(e sources.Event) bool { return e.ID == "" })
}

// take looks at one item. The same id may come several times; the last counts.
func (g *gathering) take(in models.Eventable) error {
	id := text(in.GetId())
	if _, gone := in.GetAdditionalData()["@removed"]; gone {
		g.drop(id)
		delete(g.again, id)
		g.removed = append(g.removed, id)
		return nil
	}
	g.removed = slices.DeleteFunc(g.removed, func(r string) bool { return r == id })
	series := text(in.GetSeriesMasterId())
	switch {
	case isOccurrence(in):
		g.occurrence(id, series)
	case in.GetTypeEscaped() == nil || in.GetStart() == nil || in.GetEnd() == nil || in.GetBody() == nil || etag(in) == "":
		g.drop(id)
		g.again[id] = true
	default:
		g.whole(in)
	}
	return nil
}

func isOccurrence(in models.Eventable) bool {
	kind := in.GetTypeEscaped()
	return kind != nil && *kind == models.OCCURRENCE_EVENTTYPE && text(in.GetSeriesMasterId()) != ""
}

// occurrence notes one that is as its series has it.
func (g *gathering) occurrence(id, series string) {
	g.drop(id)
	k := g.roster.at(series)
	d := digest(id)
	if _, was := k.exceptions[d]; was {
		delete(k.exceptions, d)
		g.again[id], g.reverted[id] = true, true
	}
	k.occurrences[d] = true
	g.touched[series] = true
}

// whole takes an event that came with everything but our mark.
func (g *gathering) whole(in models.Eventable) {
	e, s := g.facts.translate(in, g.m.markOf(text(in.GetId())))
	known, seen := g.m.shapeOf(e.ID)
	g.m.remember(e.ID, s)
	delete(g.again, e.ID)
	g.put(e)
	switch e.Kind {
	case sources.Series:
		g.roster.at(e.ID)
		g.touched[e.ID] = true
		g.echoed[e.ID] = g.before[e.ID] && seen && known.etag == e.ETag // not where it was merely looked at
	case sources.Exception:
		g.exception(&e)
	}
}

// exception notes a changed occurrence.
func (g *gathering) exception(e *sources.Event) {
	k := g.roster.at(e.SeriesID)
	k.exceptions[digest(e.ID)] = e.OriginalStart.Unix()
	delete(k.occurrences, digest(e.ID))
	if !g.before[e.SeriesID] {
		g.touched[e.SeriesID] = true
	}
}

// complete asks for everything that the round left open.
func (g *gathering) complete(ctx context.Context) error {
	vanished := g.attribute()
	if err := g.lookUp(ctx); err != nil {
		return err
	}
	if err := g.readSeries(ctx, vanished); err != nil {
		return err
	}
	return g.findMarks(ctx)
}

// attribute finds out what the removed ids were. Those of exceptions are
// returned, with the original start, by series.
func (g *gathering) attribute() map[string]map[string]time.Time {
	vanished := map[string]map[string]time.Time{}
	if g.full {
		return vanished
	}
	for _, id := range g.removed {
		series, original, ok := g.roster.seriesOf(id)
		if !ok {
			g.again[id] = true
			continue
		}
		g.touched[series] = true
		g.echoed[series] = false
		if !original.IsZero() {
			if vanished[series] == nil {
				vanished[series] = map[string]time.Time{}
			}
			vanished[series][id] = original
		}
		delete(g.roster[series].occurrences, digest(id))
	}
	return vanished
}

// lookUp reads events one by one of which the round said too little.
func (g *gathering) lookUp(ctx context.Context) error {
	ids := slices.Sorted(maps.Keys(g.again))
	if len(ids) > maxLookups {
		ids, g.overflow = ids[:maxLookups], true
	}
	found, err := g.getAll(ctx, ids)
	if err != nil {
		return err
	}
	for i, in := range found {
		switch id := ids[i]; {
		case in == nil && !g.full:
			known, _ := g.m.shapeOf(id)
			if known.kind == "" {
				known.kind = sources.Single
			}
			g.put(tombstone(id, known.kind))
		case in == nil:
		default:
			g.takeFound(in)
		}
	}
	return nil
}

// takeFound takes an event that was read one by one. An occurrence that is as
// its series has it is none of its own, unless it is known as an exception.
func (g *gathering) takeFound(in models.Eventable) {
	if id, series := text(in.GetId()), text(in.GetSeriesMasterId()); isOccurrence(in) && !g.reverted[id] {
		g.roster.at(series).occurrences[digest(id)] = true
		g.touched[series] = true
		return
	}
	e := g.m.takeRead(g.facts, in)
	g.fresh[e.ID] = true
	g.put(e)
	switch e.Kind {
	case sources.Series:
		g.roster.at(e.ID)
		g.touched[e.ID] = true
	case sources.Exception:
		g.exception(&e)
	}
}

// getAll reads events one by one; nil stands for one that does not exist.
func (g *gathering) getAll(ctx context.Context, ids []string) ([]models.Eventable, error) {
	found := make([]models.Eventable, len(ids))
	op := operation{what: "reading an event"}
	err := inParallel(ctx, len(ids), func(ctx context.Context, i int) error {
		in, err := g.s.get(ctx, op, g.calendarID, ids[i])
		if errors.Is(err, sources.ErrGone) {
			return nil
		}
		found[i] = in
		return err
	})
	return found, err
}
