package plan

import (
	"strconv"
	"strings"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// group are the events that share one meeting.
type group struct {
	slot    Slot
	series  int32 // index of the master that names the slot; -1: single events
	first   int32 // members are linked through item.next, in the order of items
	last    int32
	live    int32 // members that are written
	frozen  int32 // members for whose sake nothing is changed
	renew   bool  // a meeting serves it only where it stands already
	meeting int32 // that serves it; -1: none
	choices int32 // meetings that its members claim
	lead    int32 // whose title the meeting has
	create  bool
	change  zoom.Change
	hold    Reason // why its create or update waits
	until   time.Time
}

// slotKey is a slot as a map key.
type slotKey struct {
	start, end  int64
	rule, alone string
}

func (s Slot) key() slotKey { return slotKey{s.Start.UnixNano(), s.End.UnixNano(), s.Rule, s.Alone} }

// copyKey names a meeting on whatever calendar a copy of it stands.
type copyKey struct {
	uid   string
	start int64
}

// occurrence names one occurrence of the series of a group by its original start.
type occurrence struct {
	group int32
	start int64 // Unix seconds
}

// grouping is what group keeps while it goes through the events.
type grouping struct {
	*planner
	slots  map[slotKey]int32
	copies map[copyKey]int32   // nil: one calendar only, so there are no copies
	taken  map[slotKey]int32   // slots that a series occupies by a moved occurrence
	moved  map[occurrence]bool // occurrences that are events of their own
	series []pattern           // series that others may join
	spans  []span              // the same at a glance
	zones  zones
}

// group puts events that want Zoom, or hold on to a meeting, into the groups
// that share one: by slot (DESIGN: share=slot), copies of one event always, an
// exception with its series, and a single event with the series on whose
// occurrence it falls.
func (p *planner) group() {
	g := &grouping{planner: p, slots: make(map[slotKey]int32, p.expected())}
	if len(p.calendars) > 1 {
		g.copies = make(map[copyKey]int32, len(p.items))
	}
	p.groups = make([]group, 0, p.expected())
	for i := range p.items {
		if it := &p.items[i]; it.event.Kind == sources.Series && it.grouped() {
			g.place(int32(i))
		}
	}
	g.placeExceptions()
	for i := range p.items {
		if it := &p.items[i]; it.event.Kind != sources.Series && it.group < 0 && it.grouped() {
			g.place(int32(i))
		}
	}
}

// expected is about how many groups there will be.
func (p *planner) expected() int { return max(len(p.items)/2, len(p.meetings)) + 8 }

// grouped reports whether the event has a say in which meeting serves its slot.
func (it *item) grouped() bool {
	switch it.stance {
	case live:
		return true
	case silent, frozen:
		return it.meeting >= 0
	}
	return false
}

// placeExceptions gives exceptions to their series' group, and notes which
// occurrences they took the place of and which slots they occupy.
func (g *grouping) placeExceptions() {
	for i := range g.items {
		it := &g.items[i]
		if it.series < 0 || g.items[it.series].group < 0 {
			continue
		}
		into := g.items[it.series].group
		if g.moved == nil {
			g.moved, g.taken = map[occurrence]bool{}, map[slotKey]int32{}
		}
		g.moved[occurrence{into, it.event.OriginalStart.Unix()}] = true
		if !it.grouped() {
			continue
		}
		g.join(int32(i), into)
		if key := slotOf(it).single().key(); it.stance == live {
			if _, ok := g.taken[key]; !ok && g.groups[into].slot.Alone == "" {
				g.taken[key] = into
			}
		}
	}
}

// single is the slot without what makes it a series'.
func (s Slot) single() Slot { return Slot{Start: s.Start, End: s.End} }

// place finds or makes the group of an event.
func (g *grouping) place(i int32) {
	it := &g.items[i]
	slot := slotOf(it)
	if g.copies != nil && it.event.ICalUID != "" && it.event.Kind != sources.Exception {
		key := copyKey{it.event.ICalUID, it.event.Start.UnixNano()}
		if same, ok := g.copies[key]; ok {
			g.join(i, same)
			return
		}
		defer func() { g.copies[key] = it.group }()
	}
	into, ok := g.slots[slot.key()]
	if !ok && slot.Alone == "" && slot.Rule == "" {
		into, ok = g.held(it)
	}
	if !ok {
		into = g.open(i, slot)
	}
	g.join(i, into)
}

// open makes a group.
func (g *grouping) open(i int32, slot Slot) int32 {
	into := int32(len(g.groups))
	n := group{slot: slot, series: -1, first: -1, last: -1, meeting: -1, lead: -1}
	if slot.Rule != "" {
		n.series = i
		if slot.Alone == "" {
			s, p := newPattern(g.items[i].event, into)
			g.spans, g.series = append(g.spans, s), append(g.series, p)
		}
	}
	g.groups = append(g.groups, n)
	g.slots[slot.key()] = into
	return into
}

// held finds the series whose meeting is held in an event's slot anyway.
func (g *grouping) held(it *item) (int32, bool) {
	start, end := it.event.Start, it.event.End
	if into, ok := g.taken[Slot{Start: start, End: end}.key()]; ok {
		return into, true
	}
	slot := spanOf(start, end)
	for i := range g.spans {
		s := &g.spans[i]
		if !s.mayHold(&slot) {
			continue
		}
		held := g.series[i].occurs(start, end, &g.zones)
		s.stride = g.series[i].stride()
		if held && !g.moved[occurrence{s.group, slot.first}] {
			return s.group, true
		}
	}
	return 0, false
}

// join appends an event to a group.
func (g *grouping) join(i, into int32) {
	it, n := &g.items[i], &g.groups[into]
	it.group = into
	if n.last < 0 {
		n.first = i
	} else {
		g.items[n.last].next = i
	}
	n.last = i
	switch it.stance {
	case live:
		n.live++
	case frozen:
		n.frozen++
	}
	if it.calendar != nil && it.calendar.Settings.Reschedule == "renew" {
		n.renew = true
	}
}

// slotOf names the slot that an event asks for.
func slotOf(it *item) Slot {
	e := it.event
	s := Slot{Start: e.Start.UTC(), End: e.End.UTC()}
	if e.Kind == sources.Series {
		s.Rule = strings.Join(e.Recurrence, "\n") + "\n" + e.TimeZone
	}
	if it.calendar != nil && it.calendar.Settings.Share == "never" {
		s.Alone = e.ICalUID
		if s.Alone == "" {
			s.Alone = strconv.FormatInt(e.Calendar, 10) + ":" + e.ID
		}
	}
	return s
}
