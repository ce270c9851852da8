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
	slot     Slot
	series   int32 // index of the master that names the slot; -1: single events
	first    int32 // members are linked through item.next, in the order of items
	last     int32
	live     int32 // members that are written
	frozen   int32 // members for whose sake nothing is changed
	renew    bool  // a meeting serves it only where it stands already
	asked    bool  // somebody asked for a new link for one of its members
	anew     bool  // and it gets one
	meeting  int32 // that serves it; -1: none
	choices  int32 // meetings that its members claim
	lead     int32 // whose title the meeting has
	create   bool
	change   zoom.Change
	schedule int32  // series: in planner.schedules; -1
	hold     Reason // why its create or update waits
	sought   bool   // the meeting that one of its events names is still to be looked for
	waits    string // why the new link that somebody asked for waits; "": it does not
	until    time.Time
}

// interval is when a slot is, as a map key: Unix nanoseconds.
type interval struct{ start, end int64 }

func intervalOf(e *Event) interval { return interval{e.Start.UnixNano(), e.End.UnixNano()} }

// slotKey is a slot of which there may be another at the same time, as a map key.
type slotKey struct {
	interval
	rule, alone string
}

// copyKey names a meeting on whatever calendar a copy of it stands.
type copyKey struct {
	uid   string
	start int64
}

// occurrence names one occurrence of a series by its original start.
type occurrence struct {
	series int32
	start  int64 // Unix seconds
}

// grouping is what group keeps while it goes through the events.
type grouping struct {
	*planner
	shared map[interval]int32  // slots of single events: nearly all there are
	others map[slotKey]int32   // slots of series, of events that do not share, and of those that stay apart from a series
	copies map[copyKey]int32   // nil: one calendar only, so there are no copies
	taken  map[interval]int32  // slots that a series occupies by a moved occurrence
	moved  map[occurrence]bool // occurrences that are events of their own
	series []pattern           // series that others may join
	spans  []span              // the same at a glance
	zones  zones
}

// group puts events that want Zoom, or hold on to a meeting, into the groups
// that share one: by slot (DESIGN: share=slot), copies of one event always, an
// exception with its series, and a single event with the series on whose
// occurrence it falls, unless it has to stay apart.
func (p *planner) group() {
	g := &grouping{planner: p, shared: make(map[interval]int32, p.expected()), others: map[slotKey]int32{}}
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
			g.moved, g.taken = map[occurrence]bool{}, map[interval]int32{}
		}
		g.moved[occurrence{it.series, it.event.OriginalStart.Unix()}] = true
		if !it.grouped() {
			continue
		}
		g.admit(int32(i), into)
		if it.stance == live && g.groups[into].slot.Alone == "" {
			key := intervalOf(it.event)
			if _, ok := g.taken[key]; !ok {
				g.taken[key] = into
			}
		}
	}
}

// place puts an event into its group.
func (g *grouping) place(i int32) {
	e := g.items[i].event
	if g.copies == nil || e.ICalUID == "" || e.Kind == sources.Exception {
		g.admit(i, g.groupFor(i))
		return
	}
	key := copyKey{e.ICalUID, e.Start.UnixNano()}
	into, ok := g.copies[key]
	if !ok {
		into = g.groupFor(i)
		g.copies[key] = into
	}
	g.admit(i, into)
}

// admit lets an event join a group, or stay apart from it.
func (g *grouping) admit(i, into int32) {
	if g.apart(&g.items[i], into) {
		into = g.ownGroup(i)
	}
	g.join(i, into)
}

// apart reports whether an event keeps out of the series on whose occurrence it
// falls: nothing is changed for its sake, so that its meeting, unless it is the
// series' own already, does not become the meeting of a series.
func (g *grouping) apart(it *item, into int32) bool {
	series := g.groups[into].series
	return it.stance == frozen && it.event.Kind != sources.Series && series >= 0 && g.items[series].meeting != it.meeting
}

// groupFor finds or makes the group of an event's slot.
func (g *grouping) groupFor(i int32) int32 {
	it := &g.items[i]
	if it.event.Kind == sources.Series || !it.shares() {
		return g.ownGroup(i)
	}
	key := intervalOf(it.event)
	into, ok := g.shared[key]
	if !ok {
		if into, ok = g.held(it, key); !ok {
			into = g.open(i, slotOf(it))
		}
		g.shared[key] = into
	}
	return into
}

// ownGroup finds or makes the group of a series' slot, or of those in a slot that are
// not to be with the others in it.
func (g *grouping) ownGroup(i int32) int32 {
	it := &g.items[i]
	slot := slotOf(it)
	key := slotKey{intervalOf(it.event), slot.Rule, slot.Alone}
	into, ok := g.others[key]
	if !ok {
		into = g.open(i, slot)
		g.others[key] = into
	}
	return into
}

// open makes a group.
func (g *grouping) open(i int32, slot Slot) int32 {
	into := int32(len(g.groups))
	n := group{slot: slot, series: -1, first: -1, last: -1, meeting: -1, lead: -1, schedule: -1}
	if slot.Rule != "" {
		n.series = i
		if slot.Alone == "" {
			s, p := newPattern(g.items[i].event, into)
			g.spans, g.series = append(g.spans, s), append(g.series, p)
		}
	}
	g.groups = append(g.groups, n)
	return into
}

// held finds the series whose meeting is held in an event's slot anyway. One for
// whose sake nothing is changed stays with a series whose meeting it shows, though
// that takes place at another time this once: else the series would lose it.
func (g *grouping) held(it *item, key interval) (int32, bool) {
	if into, ok := g.taken[key]; ok {
		return into, true
	}
	if len(g.spans) == 0 {
		return 0, false
	}
	start, end := it.event.Start, it.event.End
	slot := spanOf(start, end)
	for i := range g.spans {
		s := &g.spans[i]
		if !s.mayHold(&slot) {
			continue
		}
		held := g.series[i].occurs(start, end, &g.zones)
		if s.stride == 0 {
			s.stride = g.series[i].stride()
		}
		stays := it.stance == frozen && !g.apart(it, s.group)
		if held && (stays || !g.vacant(s.group, slot.first)) {
			return s.group, true
		}
	}
	return 0, false
}

// vacant reports whether the occurrence of a group's series at an instant, in Unix
// seconds, takes place no more: each of the series has an event of its own for it.
func (g *grouping) vacant(group int32, start int64) bool {
	if len(g.moved) == 0 {
		return false
	}
	for i := g.groups[group].first; i >= 0; i = g.items[i].next {
		if g.items[i].event.Kind == sources.Series && !g.moved[occurrence{i, start}] {
			return false
		}
	}
	return true
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
	n.asked = n.asked || it.outdated >= 0
}

// shares reports whether the event shares its meeting with others in its slot.
func (it *item) shares() bool { return it.calendar == nil || it.calendar.Settings.Share != "never" }

// slotOf names the slot that an event asks for.
func slotOf(it *item) Slot {
	e := it.event
	s := Slot{Start: e.Start.UTC(), End: e.End.UTC()}
	if e.Kind == sources.Series {
		s.Rule = strings.Join(e.Recurrence, "\n") + "\n" + e.TimeZone
	}
	if !it.shares() {
		s.Alone = e.ICalUID
		if s.Alone == "" {
			s.Alone = strconv.FormatInt(e.Calendar, 10) + ":" + e.ID
		}
	}
	return s
}
