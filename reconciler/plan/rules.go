package plan

import (
	"cmp"
	"time"

	"slotward/sources"
)

// A rule reports whether it fires. What else it has to say it puts into the
// event's decision, which says nothing yet when it is asked. One that does not
// fire leaves it so.

func onCalendarOff(_ *planner, it *item, _ *Decision) bool {
	return it.calendar == nil || !it.calendar.On
}

// An unread calendar is no evidence of anything: what stands on it stays (I4).
func onUnreadCalendar(_ *planner, it *item, d *Decision) bool {
	if it.calendar.Usable {
		return false
	}
	d.Detail = it.calendar.Obstacle
	return true
}

// While a person is paused no event gets its first link; those that have one are
// still followed when they move or are cancelled.
func ofPausedPerson(p *planner, it *item, _ *Decision) bool {
	return p.w.Person.Paused && it.event.Gone == sources.Present && it.untouched(Paused)
}

// untouched reports whether nothing of ours is on an event, which a rule then
// leaves for a reason. For the others it notes the reason: it will be theirs when
// what is ours has been taken off.
func (it *item) untouched(reason Reason) bool {
	if it.ours {
		it.bare = cmp.Or(it.bare, reason)
	}
	return !it.ours
}

func isCancelled(_ *planner, it *item, d *Decision) bool {
	if it.event.Gone == sources.Present {
		return false
	}
	d.Wanted, d.Detail = wantNone, string(it.event.Gone)
	return true
}

func isOthers(p *planner, it *item, d *Decision) bool {
	m := &it.event.Mark
	if m.Installation == "" || m.Installation == p.w.Installation || !markNames(it.event) {
		return false
	}
	d.Detail = m.Installation
	return true
}

func hasEnded(p *planner, it *item, _ *Decision) bool { return p.ended(it) }

// ended reports whether the event is over: a series when its last occurrence
// and every exception is.
func (p *planner) ended(it *item) bool {
	e := it.event
	if e.Kind == sources.Series {
		return !e.Last.IsZero() && !e.Last.After(p.now) && it.lastEnd <= p.now.Unix()
	}
	return !e.End.IsZero() && !e.End.After(p.now)
}

func isFaulty(_ *planner, it *item, d *Decision) bool {
	d.Detail = it.event.Problem
	return d.Detail != ""
}

func isFarAhead(p *planner, it *item, d *Decision) bool {
	if !it.event.Start.After(p.horizon) || p.belongs(it) {
		return false
	}
	if !it.untouched(Later) {
		return false
	}
	d.Until = p.comesNear(it)
	return true
}

// comesNear is when an event that is far ahead gets within the horizon.
func (p *planner) comesNear(it *item) time.Time {
	return it.event.Start.Add(p.now.Sub(p.horizon)).UTC()
}

func isOrganizedElsewhere(_ *planner, it *item, _ *Decision) bool { return !it.event.OrganizedHere }
func mayNotBeWritten(_ *planner, it *item, _ *Decision) bool      { return it.event.ReadOnly }
func isAllDay(_ *planner, it *item, _ *Decision) bool             { return it.event.AllDay }
func isDeclined(_ *planner, it *item, _ *Decision) bool           { return it.event.Declined }

func isNoMeeting(_ *planner, it *item, d *Decision) bool {
	t := it.event.Type
	if t == "" || t == "default" {
		return false
	}
	d.Detail = t
	return true
}

// saysSo follows the event's own words. Words that ask for what a person has
// already put there ("on Zoom", with a Zoom link) are about that link, unless it is
// to make way for ours (foreign=replace).
func saysSo(p *planner, it *item, d *Decision) bool {
	asked := it.event.Shown.Override
	if asked == "" {
		return false
	}
	replaced := asked == wantZoom && it.calendar.Settings.Foreign == "replace"
	if link := p.foreign(it); link != nil && link.Provider == asked && !replaced {
		return false
	}
	d.Detail = it.event.Shown.Words
	switch asked {
	case wantZoom:
		p.follow(it, d, wantZoom)
	case nativeOf(it.calendar.Provider):
		p.follow(it, d, wantNative)
	default:
		p.follow(it, d, wantNone)
	}
	return true
}

func hasForeignLink(p *planner, it *item, d *Decision) bool {
	if len(it.event.Shown.Links) == 0 || it.calendar.Settings.Foreign == "replace" {
		return false
	}
	link := p.foreign(it)
	if link == nil || it.calendar.Settings.Foreign == "adopt" && p.takesUp(it, link) {
		return false
	}
	d.Detail = link.Provider
	return true
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

func hasNoGuests(_ *planner, it *item, _ *Decision) bool {
	return it.event.Guests == 0 && it.calendar.Settings.Eligible != "all"
}

// A location that we wrote is no place, even where it looks like one: a fixed URL
// may be of a kind that is not recognised as a meeting link.
func isInPerson(p *planner, it *item, _ *Decision) bool {
	m, shown := &it.event.Mark, &it.event.Shown
	written := m.Installation == p.w.Installation && m.Location == shown.Location
	return shown.Place && !written && it.calendar.Settings.InPerson == "skip"
}

// An event that has a link of ours from before its calendar was turned off and
// on again keeps it.
func isFromBefore(p *planner, it *item, _ *Decision) bool {
	c := it.calendar
	return c.NewOnly && it.event.Created.Before(c.OnSince) && !it.event.Created.IsZero() && !p.belongs(it) && it.untouched(BeforeStart)
}
