package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"slotward/internal/scenario"
	"slotward/sources"
)

// lasts is when the event is over: a series with its last occurrence.
func (h *history) lasts(e *event, s scenario.Sight) time.Time {
	end := s.End
	if !e.series {
		return end
	}
	length := s.End.Sub(s.Start)
	for _, at := range occurrences(s) {
		if at.Add(length).After(end) {
			end = at.Add(length)
		}
	}
	for _, o := range e.changed {
		if !o.cancelled && o.start.Add(o.length).After(end) {
			end = o.start.Add(o.length)
		}
	}
	return end
}

// occurrences are when a series takes place by its rule, in UTC.
func occurrences(s scenario.Sight) []time.Time {
	step, count, until := 24*time.Hour, 60, time.Time{}
	for _, part := range strings.Split(s.Repeat, ";") {
		switch key, value, _ := strings.Cut(part, "="); key {
		case "FREQ":
			if value == "WEEKLY" {
				step *= 7
			}
		case "COUNT":
			count = int(value[0] - '0')
		case "UNTIL":
			for _, layout := range []string{"20060102T150405Z", "20060102"} {
				if t, err := time.Parse(layout, value); err == nil {
					until = t
					if layout == "20060102" {
						until = t.Add(24*time.Hour - time.Second)
					}
				}
			}
		}
	}
	var out []time.Time
	for at := s.Start; len(out) < count && (until.IsZero() || !at.After(until)); at = at.Add(step) {
		out = append(out, at)
	}
	return out
}

// dates are the occurrences of a series that are still to come.
func (h *history) dates(e *event) []time.Time {
	return slices.DeleteFunc(occurrences(h.seen[e]), func(at time.Time) bool { return !at.After(h.book.now()) })
}

// leftOut reports whether an occurrence does not show its series' link, though
// the series has one: something was typed there that is respected.
func (h *history) leftOut(e *event, o *occurrence) bool {
	if o.location == "" || e.chosen != "" || h.book.asks(e) != "" {
		return false
	}
	if isLink(o.location) {
		return h.book.setting(e.calendar, "foreign") != "replace"
	}
	return h.book.setting(e.calendar, "in_person") == "skip"
}

// checkOccurrences holds the occurrences of series that somebody changed against
// their series: they show its link, or nothing of ours.
func (h *history) checkOccurrences(wants map[*event]want) error {
	for _, e := range h.book.events {
		if !e.series || wants[e] != zoomLink || h.book.asks(e) != "" || len(e.strips) > 0 || h.book.setting(e.calendar, "replace_native") == "no" {
			continue
		}
		for _, date := range slices.Sorted(maps.Keys(e.changed)) {
			o := e.changed[date]
			if o.cancelled || o.apart || !o.start.After(h.book.now()) {
				continue
			}
			name := e.name + "@" + date
			s, err := h.stage.Look(name)
			if err != nil {
				return err
			}
			_, block, _, _ := sources.SplitBlock(s.Notes)
			switch out := h.leftOut(e, o); {
			case out && (block != "" || h.managed(s.Meeting)):
				return fmt.Errorf("%s is left as people made it, and shows %v", name, s.Links)
			case !out && s.Meeting != h.seen[e].Meeting:
				return h.do("same " + e.name + " " + name)
			}
		}
	}
	return nil
}
