package main

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"slotward/sources"
)

func (h *history) set(t *rapid.T) {
	key := pick(t, "setting", sorted(choices, "share", "reschedule", "prefer")...)
	value := pick(t, "value", append(slices.Clone(choices[key][:1]), choices[key]...)...) // what is not usual in front
	target, layer := ".", h.book.settings
	p := pick(t, "person", h.book.people...)
	switch pick(t, "layer", "calendar", "person", "all") {
	case "calendar":
		c := pick(t, "calendar", p.calendars...)
		target, layer = c.name, c.settings
	case "person":
		target, layer = p.name, p.settings
	}
	line := "set " + target + " " + key + "=" + value
	fixed := strings.Contains(value, "static")
	if fixed {
		line += " static=" + fixedURL
	}
	h.works(t, line, func() {
		if layer[key] = value; fixed {
			layer["static"] = fixedURL
		}
	})
}

func (h *history) turn(t *rapid.T) {
	c := h.anyCalendar(t)
	on := !c.on
	h.works(t, "set "+c.name+" enabled="+map[bool]string{true: "on", false: "off"}[on], func() {
		c.on = on
		if on {
			c.since = h.book.now()
		}
	})
	h.overlook(c)
}

// overlook notes that what is known of the events on some calendars need not be
// what the daemon knows.
func (h *history) overlook(some ...*calendar) {
	for _, e := range h.book.events {
		e.looked = e.looked && !slices.Contains(some, e.calendar)
	}
}

func (h *history) choose(t *rapid.T) {
	c := h.anyCalendar(t)
	answer := pick(t, "existing", "new", "all")
	h.works(t, "choose "+c.name+" existing="+answer, func() { c.newOnly = answer == "new" })
}

func (h *history) pause(t *rapid.T) {
	p := pick(t, "person", h.book.people...)
	h.works(t, map[bool]string{true: "resume ", false: "pause "}[p.paused]+p.name, func() { p.paused = !p.paused })
}

// chooseFor chooses the link of one event on its page, or takes the choice back.
// It is drawn where nothing stands in the way, so it must be taken.
func (h *history) chooseFor(t *rapid.T) {
	e := h.one(t, func(e *event) bool {
		return ordinary(e) && e.looked && !e.declined && e.calendar.on && h.lasts(e, h.seen[e]).After(h.book.now())
	})
	var open []string
	for _, link := range []struct {
		name string
		can  bool
	}{
		{"none", true},
		{"zoom", e.calendar.owner.zoom && !e.zoomTyped()},
		{"native", e.calendar.read() && !h.shaken},
		{"static", h.book.setting(e.calendar, "static") != "" && !e.zoomTyped()},
		{"default", e.chosen != ""},
	} {
		if link.can {
			open = append(open, link.name)
		}
	}
	choice := pick(t, "link", open...)
	h.works(t, "choose "+e.name+" "+choice, func() {
		if e.chosen = choice; choice == "default" {
			e.chosen = ""
		}
	})
}

// renew asks for a new link in the place of the one that an event shows. All of
// its room get it.
func (h *history) renew(t *rapid.T) {
	h.watch(h.rooms(h.wants()))
	e := h.one(t, func(e *event) bool {
		was := h.rests[e]
		return ordinary(e) && e.looked && e.calendar.on && e.calendar.owner.zoom && was != nil && !was.broken &&
			(h.seen[e].Start.After(h.book.now()) || e.series && h.lasts(e, h.seen[e]).After(h.book.now()))
	})
	h.works(t, "renew "+e.name, func() {
		e.owed = h.rests[e].meeting
		for other, was := range h.rests {
			if was.room == h.rests[e].room && other.calendar.owner == e.calendar.owner {
				was.asked = true
			}
		}
	})
}

func (h *history) reconnect(t *rapid.T) {
	p := pick(t, "person", h.book.people...)
	if !p.zoom {
		h.works(t, "connect "+p.name+" zoom", func() { p.zoom = true })
		return
	}
	h.disconnect(t, p, "zoom", p.calendars, func() { p.zoom = false })
}

// leaveCalendars disconnects a calendar account, or connects it again. What is on
// its calendars stays as it is meanwhile, and so does what was chosen about them.
func (h *history) leaveCalendars(t *rapid.T) {
	c := h.anyCalendar(t)
	p := c.owner
	concerned := h.book.at(p, c.provider)
	defer h.overlook(concerned...)
	if p.away[c.provider] {
		h.works(t, "connect "+p.name+" "+c.provider, func() { p.away[c.provider] = false })
		return
	}
	h.disconnect(t, p, c.provider, concerned, func() { p.away[c.provider] = true })
}

// disconnect disconnects an account, sometimes with the wish that the links of
// the calendars concerned be taken off first. Then none of ours is on what is to
// come of them, and the account is disconnected at once: nothing stands in the way.
func (h *history) disconnect(t *rapid.T, p *person, provider string, concerned []*calendar, note func()) {
	line := "disconnect " + p.name + " " + provider
	if h.shaken || h.running() || !seldom(t, 3, "revert") {
		h.works(t, line, note)
		return
	}
	h.works(t, "pass", nil) // the passes that take links off see to everything else as well
	had := h.revertible(concerned)
	h.works(t, line+" links=revert", note)
	h.must(t, h.do("status "+p.name+" "+provider+" disconnected"))
	for _, e := range had {
		s := h.seen[e]
		if _, block, _, _ := sources.SplitBlock(s.Notes); block != "" && !strings.Contains(block, fixedURL) || h.managed(s.Meeting) {
			h.must(t, fmt.Errorf("the link of %s was to be taken off, and it shows %v", e.name, s.Links))
		}
		e.native = e.native || s.Native != ""
	}
}

// revertible are the events with a link of ours to a meeting that has not begun,
// on calendars that are read.
func (h *history) revertible(on []*calendar) (out []*event) {
	wants := h.wants()
	for _, e := range h.book.events {
		ahead := e.series || h.seen[e].Start.After(h.book.now())
		if wants[e] == zoomLink && h.last[e].ours && !h.last[e].static && ahead && e.calendar.read() && slices.Contains(on, e.calendar) {
			out = append(out, e)
		}
	}
	return out
}

// plan asks what the daemon would do. Asking does nothing.
func (h *history) plan(t *rapid.T) {
	if h.shaken {
		t.Skip("a provider may not answer")
	}
	for _, line := range []string{"mark", "plan " + pick(t, "person", h.book.people...).name, "calls write 0"} {
		h.must(t, h.do(line))
		h.lines = append(h.lines, line)
	}
}

// adopt has the daemon take up from the marks what it may have lost.
func (h *history) adopt(t *rapid.T) {
	p := pick(t, "person", h.book.people...)
	if !p.zoom {
		t.Skip("there is nobody to ask")
	}
	h.works(t, "adopt "+p.name, nil)
}
