package plan

import (
	"cmp"

	"slotward/sources"
)

// What an event can be wanted to show.
const (
	wantZoom   = "zoom"
	wantNative = "native"
	wantStatic = "static"
	wantNone   = "none"
	wantLeave  = "leave"
)

// staticMeeting is what a mark names when the event shows a fixed URL.
const staticMeeting = "static"

// rule is one line of the table.
type rule struct {
	reason Reason // unless the rule itself names one
	stance stance // of an event that has something of ours on it, if it is left
	fires  func(p *planner, it *item, d *Decision) bool
}

// rules decide what an event should show. The first that fires wins; the last
// always fires. The stance says what becomes of what is ours on an event that
// is left: a link that was given out goes on working wherever taking it away
// would need a write that we may not make, or would rest on not knowing.
func rules() [19]rule {
	return [...]rule{
		{CalendarOff, frozen, onCalendarOff},
		{Unread, frozen, onUnreadCalendar},
		{Paused, idle, ofPausedPerson},
		{Cancelled, leaving, isCancelled},
		{OtherInstallation, leaving, isOthers},
		{Past, resting, hasEnded},
		{Invalid, frozen, isFaulty},
		{Later, idle, isFarAhead},
		{NotOrganizer, silent, isOrganizedElsewhere},
		{ReadOnly, silent, mayNotBeWritten},
		{AllDay, leaving, isAllDay},
		{WrongKind, leaving, isNoMeeting},
		{Declined, leaving, isDeclined},
		{Chosen, leaving, isChosen},
		{Override, leaving, saysSo},
		{ForeignLink, leaving, hasForeignLink},
		{NoGuests, leaving, hasNoGuests},
		{InPerson, leaving, isInPerson},
		{BeforeStart, idle, isFromBefore},
	}
}

// desire decides for every event what it should show. Exceptions are decided
// after their series, because they belong to it.
func (p *planner) desire() {
	table := rules()
	exceptions := p.joinSeries()
	for i := range p.items {
		if p.items[i].event.Kind != sources.Exception {
			p.judge(&p.items[i], &table)
		}
	}
	if !exceptions {
		return
	}
	for i := range p.items {
		if p.items[i].event.Kind == sources.Exception {
			p.judge(&p.items[i], &table)
		}
	}
}

// joinSeries ties exceptions to their series, and notes how long a series goes
// on in an exception that was moved beyond its last occurrence.
func (p *planner) joinSeries() (exceptions bool) {
	for i := range p.items {
		it := &p.items[i]
		if it.event.Kind != sources.Exception {
			continue
		}
		exceptions = true
		s := p.find(it.event.Calendar, it.event.SeriesID)
		if s < 0 || p.items[s].event.Kind != sources.Series {
			continue
		}
		it.series = s
		if it.event.Gone == sources.Present {
			p.items[s].lastEnd = max(p.items[s].lastEnd, it.event.End.Unix())
		}
	}
	return exceptions
}

// judge puts the rules to an event. What a rule takes is left unless the rule
// wants something else; what none takes gets the first usable provider of its
// calendar's preference.
func (p *planner) judge(it *item, table *[19]rule) {
	p.current = it
	d := it.decision
	for i := range table {
		r := &table[i]
		if !r.fires(p, it, d) {
			continue
		}
		d.Wanted, d.Reason = cmp.Or(d.Wanted, wantLeave), cmp.Or(d.Reason, r.reason)
		it.settleOn(r.stance)
		p.rest(it)
		p.keepOnCancel(it)
		return
	}
	d.Wanted, d.Reason, d.Detail = p.prefer(it)
	it.settleOn(leaving)
}

// settleOn takes the stance that follows from the decision: the given one where
// there is something of ours on an event that is left.
func (it *item) settleOn(left stance) {
	reason := it.decision.Reason
	switch {
	case it.decision.Wanted == wantZoom && reason != Default && reason != Fallback && reason != Override && reason != Chosen:
		it.stance = idle // asked for, and Zoom cannot be used
	case it.decision.Wanted == wantZoom:
		it.stance = live
	case it.ours:
		it.stance = left
	}
}

// rest takes from a guest's copy on a calendar that is not read its say in where
// the meeting goes, where the event itself is read: the copy may be at an old time.
func (p *planner) rest(it *item) {
	if it.stance == frozen && !it.event.OrganizedHere && it.event.ICalUID != "" && p.organized()[it.event.ICalUID] {
		it.stance = resting
	}
}

// organized are the events, by iCalendar UID, that stand on a calendar that is
// read and where they are organized. It is worked out when it is first asked for.
func (p *planner) organized() map[string]bool {
	if p.read == nil {
		p.read = map[string]bool{}
		for i := range p.items {
			it := &p.items[i]
			if e := it.event; e.OrganizedHere && e.Gone == sources.Present && it.calendar != nil && it.calendar.On && it.calendar.Usable {
				p.read[e.ICalUID] = true
			}
		}
	}
	return p.read
}

// keepOnCancel leaves a cancelled event its claim, and so its meeting, where
// that is wanted (on_cancel=keep), until the meeting is over anyway.
func (p *planner) keepOnCancel(it *item) {
	if it.decision.Reason == Cancelled && it.stance == leaving && it.calendar.Settings.OnCancel == "keep" && !p.ended(it) {
		it.stance = resting
	}
}

// prefer takes the first provider of the calendar's preference that is usable.
// A link that was given out stays as long as its provider is still preferred to
// what could be had instead: Zoom not answering is no reason to take it away.
func (p *planner) prefer(it *item) (wanted string, reason Reason, detail string) {
	s := &it.calendar.Settings
	if p.belongs(it) {
		return wantZoom, p.items[it.series].decision.Reason, ""
	}
	reason = Default
	for _, name := range s.Prefer {
		switch name {
		case wantZoom:
			if p.hasZoom(it) {
				return unlessKept(it, wantZoom, reason, detail)
			}
			detail = cmp.Or(p.w.Person.ZoomReason, "disconnecting")
		case wantStatic:
			if s.Static != "" {
				return unlessKept(it, wantStatic, reason, detail)
			}
			detail = "no fixed URL is set"
		case wantNative:
			if nativeOf(it.calendar.Provider) != "" {
				return wantNative, reason, detail
			}
			detail = "the calendar has no meetings of its own"
		case wantNone:
			return wantNone, reason, detail
		}
		reason = Fallback
	}
	return wantLeave, NoProvider, detail
}

// hasZoom reports whether an event can have a link to Zoom, or has one that it
// may keep. Where links are reverted, only a meeting that has begun keeps its.
func (p *planner) hasZoom(it *item) bool {
	kept := it.ours && it.event.Mark.Meeting != staticMeeting
	if it.calendar.Reverting {
		return kept && p.begun(it)
	}
	return kept || p.w.Person.Zoom
}

// begun reports whether an event is under way: of a series it is not asked.
func (p *planner) begun(it *item) bool {
	return it.event.Kind != sources.Series && !it.event.Start.After(p.now)
}

// unlessKept wants a link of ours, unless the event has one of the calendar's own
// that the settings tell to keep.
func unlessKept(it *item, wanted string, reason Reason, detail string) (string, Reason, string) {
	if !it.calendar.Settings.ReplaceNative && it.event.Native.Provider != "" {
		return wantNative, reason, "replace_native=no"
	}
	return wanted, reason, detail
}

// belongs reports whether an exception shows its series' link: the series is in
// the mirror and wants Zoom.
func (p *planner) belongs(it *item) bool {
	return it.series >= 0 && p.items[it.series].stance == live
}

// nativeOf names the meetings of a calendar's own provider.
func nativeOf(provider sources.Provider) string {
	switch provider {
	case sources.Google:
		return "meet"
	case sources.Microsoft:
		return "teams"
	}
	return ""
}
