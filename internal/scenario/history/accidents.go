package main

import (
	"fmt"
	"maps"

	"pgregory.net/rapid"
)

// crash lets the daemon die at some point of its work. It is started again, and
// goes on.
func (h *history) crash(t *rapid.T) {
	point, nth := pick(t, "point", "store.commit", "store.commit", h.anyCalendar(t).provider+".patch", "zoom.create", "zoom.update", "zoom.delete"), 1
	if point == "store.commit" { // there are several, whatever is done
		nth = rapid.IntRange(1, 8).Draw(t, "nth")
	}
	h.act(t, fmt.Sprintf("crash %s %s %d", pick(t, "when", "before", "after"), point, nth))
	h.shake()
	h.works(t, "pass", nil)
	h.works(t, "fault none", nil) // where it was not reached
	for _, p := range h.book.people {
		for _, provider := range p.connected() { // a token that was replaced and not stored is lost with the process
			if h.stage.Do("status "+p.name+" "+provider+" connected") != nil {
				h.must(t, h.do("status "+p.name+" "+provider+" needs_reauth"))
				h.works(t, "connect "+p.name+" "+provider, nil)
			}
		}
	}
}

func (h *history) restart(t *rapid.T) { h.works(t, "restart", nil) }

// revoke takes an account's consent back where it was given. It is as if it had
// been disconnected, but for what the daemon says of it.
func (h *history) revoke(t *rapid.T) {
	c := h.anyCalendar(t)
	p := c.owner
	provider := pick(t, "provider", "zoom", c.provider)
	if provider == "zoom" && !p.zoom || p.away[provider] {
		t.Skip("it is not connected")
	}
	h.act(t, "revoke "+p.name+" "+provider)
	if provider == "zoom" {
		p.zoom = false
	} else {
		p.away[provider] = true
		h.overlook(h.book.at(p, provider)...)
	}
	h.works(t, "pass", nil)
}

// backup is what people had asked for when the store was copied.
type backup struct {
	name     string
	settings map[string]string
	people   map[*person]person
	calendar map[*calendar]calendar
	chosen   map[*event]string
	owed     map[*event]int64
}

func (h *history) backUp(t *rapid.T) {
	b := &backup{
		name: h.book.name("backup"), settings: maps.Clone(h.book.settings),
		people: map[*person]person{}, calendar: map[*calendar]calendar{}, chosen: map[*event]string{}, owed: map[*event]int64{},
	}
	for _, p := range h.book.people {
		as := *p
		as.settings, as.away = maps.Clone(p.settings), maps.Clone(p.away)
		b.people[p] = as
		for _, c := range p.calendars {
			as := *c
			as.settings = maps.Clone(c.settings)
			b.calendar[c] = as
		}
	}
	for _, e := range h.book.events {
		b.chosen[e], b.owed[e] = e.chosen, e.owed
	}
	h.works(t, "backup "+b.name, nil)
	h.backup = b
}

// restore puts the copy of the store back: what was asked for since is forgotten,
// and accounts are connected again, because their tokens may have been replaced
// since. Meetings that were made since may stay behind where no event names them.
func (h *history) restore(t *rapid.T) {
	b := h.backup
	if b == nil || h.adopting() {
		t.Skip("there is none, or nobody can tell what of it was done")
	}
	h.rewind(t, 1, "restore "+b.name, func() {
		h.book.settings = maps.Clone(b.settings)
		for p, as := range b.people {
			p.zoom, p.paused, p.settings, p.away = as.zoom, as.paused, maps.Clone(as.settings), maps.Clone(as.away)
		}
		for c, as := range b.calendar {
			c.on, c.newOnly, c.since, c.settings = as.on, as.newOnly, as.since, maps.Clone(as.settings)
		}
		for _, e := range h.book.events {
			e.chosen, e.owed = b.chosen[e], b.owed[e]
		}
	})
	for _, p := range h.book.people {
		for _, provider := range p.connected() {
			h.works(t, "connect "+p.name+" "+provider, nil)
		}
	}
}

// loseStore deletes the store: people sign in and connect again, and nothing is
// known of what they had asked for.
func (h *history) loseStore(t *rapid.T) {
	if h.adopting() {
		t.Skip("nobody can tell how far it got")
	}
	h.rewind(t, 2, "lose-store", func() { // calendars are connected before Zoom is
		h.book.settings = map[string]string{}
		for _, p := range h.book.people {
			p.zoom, p.paused, p.settings, p.away = true, false, map[string]string{}, map[string]bool{}
			for _, c := range p.calendars {
				c.on, c.since, c.settings = true, h.book.now(), map[string]string{}
			}
		}
		for _, e := range h.book.events {
			e.chosen, e.owed = "", 0
		}
	})
}

// adopting reports whether a meeting made by hand may be half adopted: Zoom says
// so, and its event does not yet.
func (h *history) adopting() bool { return h.shaken && len(h.book.made) > 0 }

// rewind lets the store become another one, in so many steps.
func (h *history) rewind(t *rapid.T, steps int, line string, forget func()) {
	for _, p := range h.book.people {
		for _, m := range h.stage.Meetings(p.name) {
			h.kept[m.ID] = true
		}
		h.overlook(p.calendars...)
	}
	h.rewound = true
	h.worksIn(t, steps, line, forget)
}
