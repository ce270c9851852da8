package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"slotward/internal/scenario"
	"slotward/internal/simulator/zoom"
	"slotward/sources"
)

// look lets the daemon do what is due and holds the world against the model.
func (h *history) look(t *rapid.T) {
	if h.shaken { // what failed is tried again by then, and an unanswered create is given up
		h.works(t, "fault none", nil)
		h.works(t, "wait 20m", nil)
		h.shaken = false
		h.hidden()
	}
	again := slices.ContainsFunc(h.book.events, func(e *event) bool { return e.from != nil || h.book.byHand(e) != nil })
	h.works(t, "pass", nil)
	if again { // what was written on an event shows on its guests' copies then; a link that was adopted gets its block
		h.works(t, "pass", nil)
	}
	for _, name := range h.stage.Held() {
		h.works(t, "release "+name, nil)
	}
	wants := h.wants()
	for _, e := range h.book.events {
		h.must(t, h.checkEvent(e, wants[e]))
	}
	rooms := h.rooms(wants)
	h.must(t, h.checkRooms(rooms))
	h.must(t, h.checkOccurrences(wants))
	h.must(t, h.checkKept(rooms))
	h.must(t, h.checkFresh(rooms))
	h.must(t, h.checkTaken())
	h.must(t, h.checkMeetings(rooms))
	if !h.running() {
		h.must(t, h.do("settled"))
	}
	for e, w := range wants {
		e.looked = e.calendar.read() && h.seen[e].Start.Before(h.book.now().Add(horizon))
		if w == zoomLink || w == staticLink {
			e.carried, e.carries = false, 0 // what it carries is its own now
		}
	}
	h.remember(wants)
	h.restAll(rooms)
	h.ended = nil
}

// running reports whether somebody is in a meeting: what is to be done to it then
// waits, and is tried again.
func (h *history) running() bool {
	return slices.ContainsFunc(h.book.people, func(p *person) bool {
		return slices.ContainsFunc(h.stage.Meetings(p.name), func(m zoom.Meeting) bool { return m.Started })
	})
}

// hidden notes that meetings may have stayed behind unseen: made before a write
// failed, on a calendar that was turned off meanwhile.
func (h *history) hidden() {
	for _, p := range h.book.people {
		if !slices.ContainsFunc(p.calendars, func(c *calendar) bool { return !c.read() }) {
			continue
		}
		for _, m := range h.stage.Meetings(p.name) {
			h.kept[m.ID] = true
		}
	}
}

// must fails the history, and prints it as a scenario that ends with what is not so.
func (h *history) must(t *rapid.T, err error) {
	if err == nil {
		return
	}
	t.Helper()
	end := "# must hold here: " + strings.ReplaceAll(err.Error(), "\n", " ")
	var f *falseLine
	if errors.As(err, &f) {
		end = f.line + " # " + strings.ReplaceAll(f.err.Error(), "\n", " ")
	}
	t.Fatalf("as a scenario:\n\n%s\n%s\n", strings.Join(h.lines, "\n"), end)
}

// falseLine is a line of a scenario that does not hold.
type falseLine struct {
	line string
	err  error
}

func (f *falseLine) Error() string { return f.line + ": " + f.err.Error() }

// do carries out a check that is a line of the language.
func (h *history) do(line string) error {
	if err := h.stage.Do(line); err != nil {
		return &falseLine{line, err}
	}
	return nil
}

// checkEvent holds one event against what it should show (I2, I3, I5).
func (h *history) checkEvent(e *event, w want) error {
	s := h.seen[e]
	switch w {
	case zoomLink:
		if err := h.shows(e, s); err != nil {
			return err
		}
	case nativeLink:
		if e.foreign() && s.Native != "" {
			return nil // beside the link that people put there
		}
		if err := h.do("link " + e.name + " " + e.calendar.native()); err != nil {
			return err
		}
	case staticLink:
		if err := h.do("link " + e.name + " static"); err != nil {
			return err
		}
	case untouched:
		return h.do("untouched " + e.name)
	case clean:
		_, _, _, state := sources.SplitBlock(s.Notes)
		if typed := h.book.byHand(e); state != sources.BlockNone || h.managed(s.Meeting) && (typed == nil || typed.id != s.Meeting) {
			return fmt.Errorf("%s is to show nothing of ours, and shows %v", e.name, s.Links)
		}
	case whatever:
		return nil
	}
	if e.native && e.calendar.provider == "microsoft" {
		return nil // Outlook wrote into the notes itself
	}
	if e.place() && !strings.Contains(s.Location, e.location) {
		return fmt.Errorf("%s keeps its place %q, and has %q", e.name, e.location, s.Location)
	}
	return h.do("words " + e.name + " kept")
}

// shows holds when the event shows a meeting that lives. One that has begun is
// not held to its time: Zoom takes no start that has passed.
func (h *history) shows(e *event, s scenario.Sight) error {
	if e.series || s.Start.After(h.book.now()) {
		return h.do("link " + e.name + " zoom")
	}
	if m, ok := h.stage.Meeting(s.Meeting); !ok || !m.Live() && s.End.After(h.book.now()) {
		return fmt.Errorf("%s shows a meeting that lives: %v", e.name, s.Links)
	}
	return nil
}

// managed reports whether a meeting is one that the daemon made, or took up.
func (h *history) managed(id int64) bool {
	m, ok := h.stage.Meeting(id)
	return ok && (m.App != "" || slices.ContainsFunc(h.book.made, func(m *meeting) bool { return m.id == id && m.taken }))
}

// checkRooms holds when the events of a room show one meeting, no two rooms the
// same, and each has a title of its events (I1, I13, I15).
func (h *history) checkRooms(rooms []*room) error {
	by := map[int64]*room{}
	for _, r := range rooms {
		first := r.events[0]
		id := h.seen[first].Meeting
		for _, e := range r.events[1:] {
			if h.seen[e].Meeting != id {
				return h.do("same " + first.name + " " + e.name)
			}
		}
		if r.unsure {
			continue
		}
		if other := by[id]; other != nil {
			if err := h.do("differ " + other.events[0].name + " " + first.name); err != nil {
				return err
			}
		}
		by[id] = r
		if err := h.checkTitle(r, id); err != nil {
			return err
		}
	}
	for _, copy := range h.book.events {
		if e := copy.from; e != nil && !copy.gone && e.calendar.provider == copy.calendar.provider && h.seen[copy].Meeting != h.seen[e].Meeting {
			return h.do("same " + e.name + " " + copy.name)
		}
	}
	return nil
}

func (h *history) checkTitle(r *room, id int64) error {
	m, ok := h.stage.Meeting(id)
	if !ok || r.start.Before(h.book.now()) && !r.series {
		return nil
	}
	topics := h.ghosts[id]            // renaming alone is not worth a request
	for _, e := range h.book.events { // also of one whose calendar is not read: it may have been there first
		if slices.Contains(r.events, e) || !e.gone && h.seen[e].Meeting == id {
			topics = append(slices.Clone(topics), e.topic())
		}
		topics = append(slices.Clone(topics), h.besides(e, id)...)
	}
	if !slices.Contains(topics, m.Topic) {
		return h.do("meeting " + r.events[0].name + " topic=" + quote(topics[len(topics)-1]))
	}
	return nil
}

// besides are the titles of a series' occurrences that show a meeting which their
// series does not: each is in a room of its own slot, like a single event.
func (h *history) besides(e *event, id int64) (topics []string) {
	if e.gone || h.seen[e].Meeting == id {
		return nil
	}
	for date := range e.changed {
		if s, err := h.stage.Look(e.name + "@" + date); err == nil && s.Meeting == id {
			one := *e
			one.title = s.Title
			topics = append(topics, one.topic())
		}
	}
	return topics
}

// checkMeetings holds when every live meeting that the daemon made serves an
// event or may have stayed behind, and those made by hand are as they were (I1, I3).
func (h *history) checkMeetings(rooms []*room) error {
	needed := map[int64]bool{}
	for _, r := range rooms {
		for _, e := range r.events {
			needed[h.seen[e].Meeting] = true
		}
	}
	for _, e := range h.book.events {
		if last := h.last[e]; !e.gone || h.touching(last.meeting) {
			needed[last.meeting] = needed[last.meeting] || last.left == whatever
		}
		if !e.calendar.read() { // nobody reads that it was cancelled
			needed[h.last[e].meeting] = true
		}
		if !e.gone && h.last[e].ours {
			needed[h.seen[e].Meeting] = true
		}
		for date := range e.changed { // one that left its series may have a link of its own
			if s, err := h.stage.Look(e.name + "@" + date); err == nil && !e.gone {
				needed[s.Meeting] = true
			}
		}
	}
	for _, p := range h.book.people {
		n := 0
		var astray error
		for _, m := range h.stage.Meetings(p.name) {
			if !h.managed(m.ID) {
				continue
			}
			n++
			over := m.Type == 2 && !m.Start.Add(time.Duration(m.Minutes)*time.Minute).After(h.book.now())
			if !needed[m.ID] && !h.kept[m.ID] && !m.Started && !h.touching(m.ID) && !over && p.zoom {
				astray = fmt.Errorf("no meeting is left that serves nobody: %d %q at %s", m.ID, m.Topic, m.Start.Format(clockFace))
			}
		}
		if astray != nil {
			return fmt.Errorf("of %d meetings: %w", n, astray)
		}
	}
	for _, m := range h.book.made {
		if m.taken {
			continue
		}
		if err := h.do(fmt.Sprintf("meeting %s topic=%s start=%s minutes=%d", m.name, m.name, m.start.Format(time.RFC3339), m.minutes)); err != nil {
			return err
		}
	}
	return nil
}
