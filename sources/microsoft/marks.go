package microsoft

import (
	"context"
	"errors"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"slotward/sources"
)

// findMarks completes events with our marks, which delta does not carry. They
// change only when we write them, so that what is remembered holds; a calendar
// of which nothing is remembered yet is asked once for all events that have one.
// An event that shows our block and has no mark that fits is read by itself.
func (g *gathering) findMarks(ctx context.Context) error {
	switch some := g.any(); {
	case some && (g.full || !g.m.listed()):
		if err := g.listMarks(ctx); err != nil {
			return err
		}
	case g.full && !some:
		g.m.setListed() // every event was read by itself
	}
	var ids []string
	for i := range g.events {
		e := &g.events[i]
		if e.ID == "" || e.Gone != sources.Present || g.fresh[e.ID] {
			continue
		}
		if mark := g.m.markOf(e.ID); mark != e.Mark {
			setMark(e, mark)
		}
		if e.Shown.Block != sources.BlockNone && !names(e) && (!g.full || !g.m.listed() || e.Kind == sources.Exception) {
			ids = append(ids, e.ID)
		}
	}
	found, err := g.getAll(ctx, ids)
	if err != nil {
		return err
	}
	for i, in := range found {
		switch {
		case in != nil:
			g.put(g.m.takeRead(g.facts, in))
		case g.full:
			g.drop(ids[i]) // deleted since the round: the next one says so
		default:
			g.put(tombstone(ids[i], g.events[g.at[ids[i]]].Kind))
		}
	}
	return nil
}

// any reports whether there is an event whose mark matters.
func (g *gathering) any() bool {
	for i := range g.events {
		e := &g.events[i]
		if e.ID != "" && e.Gone == sources.Present && !g.fresh[e.ID] {
			return true
		}
	}
	return false
}

// names reports whether an event's mark is about the meeting that its block shows.
func names(e *sources.Event) bool {
	if e.Mark.Zero() {
		return false
	}
	_, block, _, _ := sources.SplitBlock(e.Description)
	return e.Mark.Meeting == "static" || strings.Contains(block, e.Mark.Meeting)
}

// setMark gives an event a mark that became known after it was translated.
func setMark(e *sources.Event, mark sources.Mark) {
	e.Mark = mark
	if mark.Native != "" && e.Native.Pending {
		e.Native = sources.Native{} // see online
	}
	sources.Inspect(e)
}

// marked are the events that carry our property.
const marked = "singleValueExtendedProperties/Any(ep: ep/id eq '" + markProperty + "' and ep/value ne null)"

// listMarks asks for all events that carry our property, exceptions left out. A
// Graph that refuses the question is answered by reading events one by one.
func (g *gathering) listMarks(ctx context.Context) error {
	op := operation{what: "looking for marks"}
	all := map[string]sources.Mark{}
	top, filter := int32(pageSize), marked
	for next, pages := "", 0; ; pages++ {
		page, err := readCalendar(ctx, g.s, op, g.calendarID, func(ctx context.Context) (models.EventCollectionResponseable, error) {
			list := g.s.me.Calendars().ByCalendarId(g.calendarID).Events()
			cfg := &users.ItemCalendarsItemEventsRequestBuilderGetRequestConfiguration{Headers: headers()}
			if next != "" {
				return list.WithUrl(next).Get(ctx, cfg)
			}
			cfg.QueryParameters = &users.ItemCalendarsItemEventsRequestBuilderGetQueryParameters{
				Filter: &filter, Expand: []string{expandMark}, Select: []string{"id"}, Top: &top,
			}
			return list.Get(ctx, cfg)
		})
		switch {
		case errors.Is(err, sources.ErrRefused) && pages == 0:
			return nil
		case err != nil:
			return err
		case page == nil || page.GetValue() == nil || pages == maxPages:
			return op.incomplete("the answer is no list of events")
		}
		for _, in := range page.GetValue() {
			if mark, _ := markOf(in); in != nil && !mark.Zero() {
				all[text(in.GetId())] = mark
			}
		}
		if next = text(page.GetOdataNextLink()); next == "" {
			g.m.setMarks(all)
			return nil
		}
	}
}
