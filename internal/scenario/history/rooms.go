package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"slotward/internal/scenario"
)

// room is events that share a meeting, by name in order.
type room struct {
	owner  *person
	events []*event
	slot   string // when it is, and how often
	series bool
	start  time.Time
	unsure bool // it may as well be another's: an event that falls on two series
}

// key names a room by who is in it.
func (r *room) key() string {
	var names []string
	for _, e := range r.events {
		names = append(names, e.name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// rooms puts the events that want Zoom together: one slot of one person is one
// room, an event that is not to share has one of its own, and one that falls on an
// occurrence of a series is in the series' room. They never cross persons.
func (h *history) rooms(wants map[*event]want) []*room {
	all := map[string]*room{}
	var order []*room
	join := func(e *event, slot string) {
		s := h.seen[e]
		key := e.calendar.owner.name + " " + slot
		if h.book.setting(e.calendar, "share") == "never" {
			key += " " + e.name
		}
		r := all[key]
		if r == nil {
			r = &room{owner: e.calendar.owner, slot: slot, series: e.series, start: s.Start}
			all[key] = r
			order = append(order, r)
		}
		r.events = append(r.events, e)
	}
	var singles []*event
	for _, e := range h.book.events {
		if wants[e] != zoomLink {
			continue
		}
		if !e.series {
			singles = append(singles, e)
			continue
		}
		s := h.seen[e]
		join(e, slotOf(s.Start, s.End)+" "+ruleOf(s))
	}
	series := slices.Clone(order)
	for _, e := range singles {
		s := h.seen[e]
		var on []*room
		if h.book.setting(e.calendar, "share") != "never" {
			on = slices.DeleteFunc(slices.Clone(series), func(r *room) bool { return r.owner != e.calendar.owner || !h.held(r, s.Start, s.End) })
		}
		switch {
		case len(on) > 1 || h.perhaps(e.calendar.owner, s.Start):
			order = append(order, &room{owner: e.calendar.owner, events: []*event{e}, slot: "perhaps a series " + e.name, start: s.Start, unsure: true})
		case len(on) == 1:
			on[0].events = append(on[0].events, e)
		default:
			join(e, slotOf(s.Start, s.End))
		}
	}
	return order
}

// ruleOf is how often a series takes place, in the words of its calendar. Of what
// Outlook adds, every single day or week goes without saying; the weekday stays, so
// that a weekly series there is not in the words of one of Google's.
func ruleOf(s scenario.Sight) string {
	return strings.NewReplacer("INTERVAL=1;", "", "WKST=SU;", "").Replace(s.Repeat)
}

func slotOf(start, end time.Time) string {
	return fmt.Sprint(start.UTC().Format(clockFace), " ", end.Sub(start))
}

// perhaps reports whether an occurrence takes place then of which nobody can say
// whether it follows its series: the series was edited after it.
func (h *history) perhaps(p *person, start time.Time) bool {
	for _, e := range h.book.events {
		for _, o := range e.changed {
			if e.calendar.owner == p && !e.gone && o.apart && !o.cancelled && o.start.Equal(start) {
				return true
			}
		}
	}
	return false
}

// held reports whether one of a room's series takes place then, as its rule says
// or moved there.
func (h *history) held(r *room, start, end time.Time) bool {
	for _, e := range r.events {
		if !e.series || h.book.setting(e.calendar, "share") == "never" {
			continue
		}
		s := h.seen[e]
		for _, at := range occurrences(s) {
			if e.changed[at.Format(time.DateOnly)] == nil && at.Equal(start) && end.Sub(start) == s.End.Sub(s.Start) {
				return true
			}
		}
		for _, o := range e.changed {
			if !o.cancelled && !h.leftOut(e, o) && o.start.Equal(start) && o.length == end.Sub(start) {
				return true
			}
		}
	}
	return false
}
