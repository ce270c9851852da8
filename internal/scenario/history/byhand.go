package main

import (
	"fmt"
	"slices"
	"strings"
)

// adoptable reports whether the link on an event is to a meeting that its owner
// made by hand, and stands there alone.
func (h *history) adoptable(e *event) bool {
	m := h.book.byHand(e)
	return m != nil && m.owner == e.calendar.owner && !texts[e.notes]
}

// takeUp notes which meetings made by hand are kept like ours now. Those only may
// be that are on an event of their own host's, where that is chosen (I3).
func (h *history) takeUp() error {
	for _, e := range h.book.events {
		if m := h.book.byHand(e); m != nil && !e.gone && h.adoptable(e) && h.book.setting(e.calendar, "foreign") == "adopt" {
			m.wanted = true
		}
	}
	for _, m := range h.book.made {
		now, ok := h.stage.Meeting(m.id)
		if !ok || m.taken || !strings.HasPrefix(now.Agenda, "[slotward:") {
			continue
		}
		if !m.wanted {
			return fmt.Errorf("%s stays what people made of it, and was adopted", m.name)
		}
		m.taken = true
		for _, e := range h.book.events {
			bare := *e
			bare.location = ""
			if e.location == "$"+m.name && e.calendar.owner == m.owner && h.want(&bare, h.seen[e]) == zoomLink {
				e.location, e.carried, e.carries = "", false, 0 // it is ours now, where none of another kind is wanted
			}
		}
	}
	return nil
}

// checkTaken holds when no meeting made by hand is left that could have been
// adopted: the only link on its event, in a slot in which nobody else is.
func (h *history) checkTaken() error {
	for _, e := range h.book.events {
		m := h.book.byHand(e)
		if m == nil || m.doubted || e.carried || h.book.setting(e.calendar, "foreign") != "adopt" || !h.adoptable(e) || h.crowded(e) {
			continue
		}
		live, ok := h.stage.Meeting(m.id)
		bare := *e
		bare.location = ""
		if s := h.seen[e]; ok && live.Live() && (stands(live, s) || h.book.setting(e.calendar, "reschedule") != "renew") && s.Start.After(h.book.now()) && h.want(&bare, s) == zoomLink {
			return fmt.Errorf("%s is adopted for %s", m.name, e.name)
		}
	}
	return nil
}

// crowded reports whether something else may be in an event's slot, or may show
// the link that was typed on it.
func (h *history) crowded(e *event) bool {
	if e.series || titles[e.title] != "" || e.chosen != "" || len(e.strips) > 0 {
		return true
	}
	return slices.ContainsFunc(h.book.events, func(other *event) bool {
		gone := other.gone && other.calendar.read()
		return other != e && !gone && other.calendar.owner == e.calendar.owner &&
			(other.series || other.location == e.location || h.seen[other].Start.Equal(h.seen[e].Start))
	})
}
