package main

import (
	"strings"
	"time"

	"slotward/internal/scenario"
)

// want is what an event should show now.
type want int

const (
	// whatever: what it shows depends on what went before, or nobody looks.
	whatever want = iota
	// untouched: just as people left it, nothing of ours ever was on it.
	untouched
	// clean: nothing of ours is on it any more.
	clean
	zoomLink
	nativeLink
	staticLink
)

// horizon is how far ahead events get links.
const horizon = 180 * 24 * time.Hour

// want goes through the rules in order; the first that fires wins. An event that
// a rule leaves stays as it is, or loses the link that it had of us.
func (h *history) want(e *event, s scenario.Sight) want {
	var (
		c, now, had = e.calendar, h.book.now(), h.last[e].ours
		still       = untouched // where a link of ours, if there is one, stays
		left        = untouched // where it goes
	)
	if had {
		still, left = whatever, clean
	} else if e.carried {
		still, left = whatever, whatever // it shows what the event showed that it was made from
	}
	set := func(key string) string { return h.book.setting(c, key) }
	switch {
	case e.gone || e.from != nil:
		return whatever
	case !h.lasts(e, s).After(now) && e.born.Before(h.lasts(e, s)):
		return whatever // it may have had its link while it lasted
	case !c.read():
		return still
	case c.owner.paused && !had && h.rewound:
		return whatever // it may have had one by what the store knows
	case c.owner.paused && !had:
		return still
	case !h.lasts(e, s).After(now):
		return still
	case s.Start.After(now.Add(horizon)) && (!had || h.rewound):
		return still // nobody reads that far; a store that is another one may not know it
	case e.elsewhere || e.locked:
		return still
	case e.allDay || e.kind || e.declined:
		return left
	case e.chosen != "":
		return h.follow(e, left)
	case h.book.asks(e) != "":
		return h.asked(e, left)
	case e.foreign() && set("foreign") == "adopt" && h.adoptable(e):
		return whatever // until it is adopted, and as long as it is not known whether it can be
	case e.foreign() && set("foreign") != "replace":
		return left
	case e.alone() && set("eligible") != "all":
		return left
	case e.place() && set("in_person") == "skip":
		return left
	case c.newOnly && !had && e.created.Before(c.since):
		return still
	}
	return h.preferred(e, s, left)
}

// follow is what follows from a choice for this very event.
func (h *history) follow(e *event, left want) want {
	switch {
	case e.chosen == "zoom" && !e.calendar.owner.zoom:
		return whatever
	case e.chosen == "zoom":
		return zoomLink
	case e.chosen == "native":
		return nativeLink
	case e.chosen == "static":
		return staticLink
	}
	return left
}

// asked is what follows from the event's own words.
func (h *history) asked(e *event, left want) want {
	switch asked := h.book.asks(e); {
	case asked == "zoom" && !e.calendar.owner.zoom:
		return whatever
	case asked == "zoom":
		return zoomLink
	case asked == e.calendar.native():
		return nativeLink
	}
	return left
}

// preferred is the first provider of the preference that can be used. Without
// Zoom, links that were given out stay, and the calendar's own link is not added
// to what merely falls back to it.
func (h *history) preferred(e *event, s scenario.Sight, left want) want {
	c, had := e.calendar, h.last[e].ours && !h.last[e].static
	fallback := false
	for _, provider := range strings.Split(h.book.setting(c, "prefer"), ",") {
		switch {
		case provider == "zoom" && !c.owner.zoom && had:
			return whatever
		case provider == "zoom" && c.owner.zoom:
			if s.Native != "" && h.book.setting(c, "replace_native") == "no" {
				return whatever // it keeps the link that it has
			}
			return zoomLink
		case provider == "static" && s.Native != "" && h.book.setting(c, "replace_native") == "no":
			return whatever // it may show both
		case provider == "static" && h.book.setting(c, "static") != "":
			return staticLink
		case provider == "native" && fallback:
			return whatever
		case provider == "native":
			return nativeLink
		case provider == "none":
			return left
		}
		fallback = true
	}
	return whatever
}
