package plan

import (
	"time"

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

// verdict is what a rule says of an event.
type verdict struct {
	wanted string // zero: leave
	reason Reason // zero: the rule's own
	detail string
	until  time.Time
}

// rule is one line of the table.
type rule struct {
	reason Reason
	stance stance // of an event that has something of ours on it, if it is left
	fires  func(p *planner, it *item, v *verdict) bool
}

// rules decide what an event should show. The first that fires wins; the last
// always fires. The stance says what becomes of what is ours on an event that
// is left: a link that was given out goes on working wherever taking it away
// would need a write that we may not make, or would rest on not knowing.
func rules() [18]rule {
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

// judge puts the rules to an event. What no rule takes gets the first usable
// provider of its calendar's preference.
func (p *planner) judge(it *item, table *[18]rule) {
	p.current = it
	var v verdict
	for i := range table {
		r := &table[i]
		if !r.fires(p, it, &v) {
			continue
		}
		if v.reason == "" {
			v.reason = r.reason
		}
		it.take(v, r.stance)
		p.keepOnCancel(it)
		return
	}
	it.take(p.prefer(it), leaving)
}

// take records a verdict and what follows for what is ours on the event.
func (it *item) take(v verdict, left stance) {
	if v.wanted == "" {
		v.wanted = wantLeave
	}
	it.wanted, it.reason, it.detail, it.until = v.wanted, v.reason, v.detail, v.until
	switch {
	case v.wanted == wantZoom && v.reason != Default && v.reason != Fallback && v.reason != Override:
		it.stance = idle // asked for, and Zoom cannot be used
	case v.wanted == wantZoom:
		it.stance = live
	case it.ours:
		it.stance = left
	}
}

// keepOnCancel leaves a cancelled event its claim, and so its meeting, where
// that is wanted (on_cancel=keep), until the meeting is over anyway.
func (p *planner) keepOnCancel(it *item) {
	if it.reason == Cancelled && it.stance == leaving && it.calendar.Settings.OnCancel == "keep" && !p.ended(it) {
		it.stance = resting
	}
}

// prefer takes the first provider of the calendar's preference that is usable.
// A link that was given out stays as long as its provider is still preferred to
// what could be had instead: Zoom not answering is no reason to take it away.
func (p *planner) prefer(it *item) verdict {
	s := &it.calendar.Settings
	if p.belongs(it) {
		return verdict{wanted: wantZoom, reason: p.items[it.series].reason}
	}
	reason, detail := Default, ""
	for _, name := range s.Prefer {
		switch name {
		case wantZoom:
			if p.w.Person.Zoom || it.ours && it.event.Mark.Meeting != staticMeeting {
				return p.zoomOrKept(it, reason, detail)
			}
			detail = p.w.Person.ZoomReason
		case wantStatic:
			if s.Static != "" {
				return verdict{wanted: wantStatic, reason: reason, detail: detail}
			}
			detail = "no fixed URL is set"
		case wantNative:
			if nativeOf(it.calendar.Provider) != "" {
				return verdict{wanted: wantNative, reason: reason, detail: detail}
			}
			detail = "the calendar has no meetings of its own"
		case wantNone:
			return verdict{wanted: wantNone, reason: reason, detail: detail}
		}
		reason = Fallback
	}
	return verdict{reason: NoProvider, detail: detail}
}

// zoomOrKept wants Zoom, unless the event has a link of the calendar's own that
// the settings tell to keep.
func (p *planner) zoomOrKept(it *item, reason Reason, detail string) verdict {
	if !it.calendar.Settings.ReplaceNative && it.event.Native.Provider != "" {
		return verdict{wanted: wantNative, reason: reason, detail: "replace_native=no"}
	}
	return verdict{wanted: wantZoom, reason: reason, detail: detail}
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
