package plan

import (
	"time"

	"slotward/sources"
)

// leave is the verdict of a rule that fires and has nothing to add.
func leave(fires bool) (verdict, bool) { return verdict{}, fires }

func onCalendarOff(_ *planner, it *item) (verdict, bool) {
	return leave(it.calendar == nil || !it.calendar.On)
}

// An unread calendar is no evidence of anything: what stands on it stays (I4).
func onUnreadCalendar(_ *planner, it *item) (verdict, bool) {
	return leave(!it.calendar.Usable)
}

// While a person is paused no event gets its first link; those that have one are
// still followed when they move or are cancelled.
func ofPausedPerson(p *planner, it *item) (verdict, bool) {
	return leave(p.w.Person.Paused && !it.ours && it.event.Gone == sources.Present)
}

func isCancelled(_ *planner, it *item) (verdict, bool) {
	return verdict{wanted: wantNone, detail: string(it.event.Gone)}, it.event.Gone != sources.Present
}

func isOthers(p *planner, it *item) (verdict, bool) {
	m := &it.event.Mark
	if m.Installation == "" || m.Installation == p.w.Installation || !markNames(it.event) {
		return verdict{}, false
	}
	return verdict{detail: m.Installation}, true
}

func hasEnded(p *planner, it *item) (verdict, bool) { return leave(p.ended(it)) }

// ended reports whether the event is over: a series when its last occurrence
// and every exception is.
func (p *planner) ended(it *item) bool {
	e := it.event
	if e.Kind == sources.Series {
		return !e.Last.IsZero() && !e.Last.After(p.now) && it.lastEnd <= p.now.Unix()
	}
	return !e.End.IsZero() && !e.End.After(p.now)
}

func isFaulty(_ *planner, it *item) (verdict, bool) {
	return verdict{detail: it.event.Problem}, it.event.Problem != ""
}

func isFarAhead(p *planner, it *item) (verdict, bool) {
	if it.ours || !it.event.Start.After(p.horizon) || p.belongs(it) {
		return verdict{}, false
	}
	return verdict{until: it.event.Start.Add(p.now.Sub(p.horizon)).UTC()}, true
}

func isOrganizedElsewhere(_ *planner, it *item) (verdict, bool) {
	return leave(!it.event.OrganizedHere)
}
func mayNotBeWritten(_ *planner, it *item) (verdict, bool) { return leave(it.event.ReadOnly) }
func isAllDay(_ *planner, it *item) (verdict, bool)        { return leave(it.event.AllDay) }
func isDeclined(_ *planner, it *item) (verdict, bool)      { return leave(it.event.Declined) }

func isNoMeeting(_ *planner, it *item) (verdict, bool) {
	t := it.event.Type
	return verdict{detail: t}, t != "" && t != "default"
}

// saysSo follows the event's own words. Words that ask for what a person has
// already put there ("on Zoom", with a Zoom link) are about that link.
func saysSo(p *planner, it *item) (verdict, bool) {
	asked := it.event.Shown.Override
	if asked == "" {
		return verdict{}, false
	}
	v := verdict{wanted: wantNone, detail: it.event.Shown.Words}
	if link := p.foreign(it); link != nil && link.Provider == asked {
		return verdict{}, false
	}
	switch {
	case asked == wantZoom && !p.w.Person.Zoom && !it.ours:
		v.wanted, v.reason = wantZoom, p.noZoom()
	case asked == wantZoom:
		v.wanted = wantZoom
	case asked == nativeOf(it.calendar.Provider):
		v.wanted = wantNative
	}
	return v, true
}

func hasForeignLink(p *planner, it *item) (verdict, bool) {
	if it.calendar.Settings.Foreign == "replace" {
		return verdict{}, false
	}
	link := p.foreign(it)
	if link == nil {
		return verdict{}, false
	}
	return verdict{detail: link.Provider}, true
}

// foreign returns the first link on the event that people put there: neither to
// a meeting that we manage, nor the calendar's own.
func (p *planner) foreign(it *item) *sources.Link {
	links := it.event.Shown.Links
	for i := range links {
		own := it.event.Native.URL != "" && links[i].Provider == it.event.Native.Provider
		if !own && !p.managed(links[i]) {
			return &links[i]
		}
	}
	return nil
}

func hasNoGuests(_ *planner, it *item) (verdict, bool) {
	return leave(it.event.Guests == 0 && it.calendar.Settings.Eligible != "all")
}

// A location that we wrote is no place, even where it looks like one: a fixed URL
// may be of a kind that is not recognised as a meeting link.
func isInPerson(p *planner, it *item) (verdict, bool) {
	m, shown := &it.event.Mark, &it.event.Shown
	written := m.Installation == p.w.Installation && m.Location == shown.Location
	return leave(shown.Place && !written && it.calendar.Settings.InPerson == "skip")
}

// An event that has a link of ours from before its calendar was turned off and
// on again keeps it.
func isFromBefore(p *planner, it *item) (verdict, bool) {
	c := it.calendar
	before := c.NewOnly && it.event.Created.Before(c.OnSince) && !it.event.Created.Equal(time.Time{})
	return leave(before && !it.ours && !p.belongs(it))
}
