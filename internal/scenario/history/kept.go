package main

import (
	"fmt"
	"slices"
	"time"

	"slotward/internal/scenario"
	"slotward/internal/simulator/zoom"
)

// rest is the link that an event rested on when the world was last looked at, and
// what has come since that may, or must, have given it another.
type rest struct {
	meeting int64
	single  bool   // it is held once, at a time
	room    string // who was in its room
	slot    string
	start   time.Time
	broken  bool // its room was not the same all the time: nothing is said of the link
	renewed bool // the daemon saw it elsewhere, where another time calls for another link
	kept    bool // … or where it does not
	asked   bool // somebody asked for another link
}

// restAll notes how things are when all is right.
func (h *history) restAll(rooms []*room) {
	clear(h.rests)
	for _, r := range rooms {
		for _, e := range r.events {
			m, _ := h.stage.Meeting(h.seen[e].Meeting)
			h.rests[e] = &rest{meeting: m.ID, single: m.Type == 2, room: r.key(), slot: r.slot, start: r.start, broken: r.unsure || r.owed(m.ID)}
		}
	}
}

// owed reports whether another link than this is still to come for a room, which
// waits until its event is ahead again.
func (r *room) owed(meeting int64) bool {
	return slices.ContainsFunc(r.events, func(e *event) bool { return e.owed == meeting })
}

// watch notes whose room is not what it was. It is asked before the daemon works
// and after it, so that nothing it may have acted upon is missed.
func (h *history) watch(rooms []*room) {
	in := map[*event]*room{}
	for _, r := range rooms {
		for _, e := range r.events {
			in[e] = r
			if slices.ContainsFunc(r.events, func(other *event) bool { return other.carries != e.carries }) {
				e.carries = 0 // whose meeting it shares
			}
		}
	}
	for e, was := range h.rests {
		r := in[e]
		was.broken = was.broken || r == nil || r.key() != was.room || r.owner.paused || r.unsure || h.shared(was.meeting, r)
	}
}

// before notes what the daemon finds that is about to work: also what lies ready
// for an event that was made from another one, a meeting in its very slot.
func (h *history) before() {
	h.watch(h.rooms(h.wants()))
	for _, e := range h.book.events {
		if m, ok := h.stage.Meeting(e.carries); ok && !e.due && stands(m, h.seen[e]) {
			e.carries = 0
		}
	}
}

// stands reports whether a meeting is in an event's slot.
func stands(m zoom.Meeting, s scenario.Sight) bool {
	return m.Type == 2 && m.Start.Equal(s.Start) && m.Minutes == int(s.End.Sub(s.Start).Minutes())
}

// after notes, once the daemon has worked, which rooms it may have seen in
// another slot, and whether that called for another link.
func (h *history) after(rooms []*room) {
	h.watch(rooms)
	for _, r := range rooms {
		renews := h.renews(r)
		for _, e := range r.events {
			e.due = true
			if was := h.rests[e]; was != nil && was.slot != r.slot {
				was.renewed, was.kept = was.renewed || renews, was.kept || !renews
			}
		}
	}
}

// renews reports whether another time calls for another link: never for a series.
func (h *history) renews(r *room) bool {
	return !r.series && slices.ContainsFunc(r.events, func(e *event) bool { return h.book.setting(e.calendar, "reschedule") == "renew" })
}

// shared reports whether an event outside of a room shows its meeting, or showed
// it and has not let go of it: nobody reads that it was cancelled, or its block
// was taken off by hand.
func (h *history) shared(meeting int64, r *room) bool {
	return slices.ContainsFunc(h.book.events, func(e *event) bool {
		if slices.Contains(r.events, e) || e.from != nil {
			return false
		}
		holds := e.gone && !e.calendar.read() || len(e.strips) > 0
		return !e.gone && h.seen[e].Meeting == meeting || holds && h.last[e].meeting == meeting
	})
}

// checkKept holds when a link stayed though nothing called for another one: the
// same events were in the room all the time, and nobody else showed its meeting.
// Another time calls for one with reschedule=renew; so does somebody who asks.
func (h *history) checkKept(rooms []*room) error {
	for _, r := range rooms {
		e := r.events[0]
		was := h.rests[e]
		if was == nil || was.broken {
			continue
		}
		moved := was.slot != r.slot && was.renewed && !was.kept && !r.series && was.single && was.start.After(h.book.now()) && r.start.After(h.book.now())
		switch same := h.seen[e].Meeting == was.meeting; {
		case was.asked && same && (r.series || r.start.After(h.book.now())):
			return fmt.Errorf("%s has the new link that somebody asked for: it is %d", e.name, was.meeting)
		case !was.asked && moved && same:
			return fmt.Errorf("%s has another link at another time: it is %d", e.name, was.meeting)
		case !was.asked && !was.renewed && !same && !h.shared(h.seen[e].Meeting, r): // there may be one where it went
			return fmt.Errorf("%s keeps its link: it was %d, and is %d", e.name, was.meeting, h.seen[e].Meeting)
		}
	}
	return nil
}

// checkFresh holds when an event that was made from another one, with our block
// and mark on it, does not take the other's meeting for its own: it is new, and
// shows that meeting only where the slot calls for it.
func (h *history) checkFresh(rooms []*room) error {
	for _, r := range rooms {
		for _, e := range r.events {
			if e.carries != 0 && h.seen[e].Meeting == e.carries {
				return fmt.Errorf("%s is new, and has the meeting of the event that it was made from: %d", e.name, e.carries)
			}
		}
	}
	return nil
}
