package plan

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// horizon is how far ahead events get a link unless the world says otherwise.
const horizon = 180 * 24 * time.Hour

// stance is what the planner may do with an event.
type stance uint8

const (
	idle    stance = iota // nothing of ours is on it and nothing is wanted
	live                  // shows its group's Zoom meeting, and is written to that end
	silent                // keeps its claim and is never written; the meeting follows it
	frozen                // keeps its claim; neither it nor its meeting is touched
	resting               // keeps its claim, and has no say in where the meeting goes
	leaving               // what is ours on it ends
)

// item is an event with all that is decided about it.
type item struct {
	event    *Event
	calendar *Calendar // nil: not known any more
	claim    *Claim    // nil: none
	repaired *Repair   // nil: never
	choice   *Choice   // nil: nothing was chosen for it
	decision *Decision // its entry in the plan

	hand     *zoom.Meeting // made by hand, and to be adopted with this event; nil: none
	ours     bool          // it claims a meeting, or carries a mark of ours that names it
	bare     Reason        // why it is left once nothing of ours is on it; "": for the reason that it has
	lost     bool          // its mark names a meeting that the store does not know
	doubted  bool          // and Zoom does not tell of it
	stance   stance        // see above
	do       Kind          // what to do about the event; "": nothing
	hold     Reason        // why that waits; "": it does not
	repair   bool          // the write puts back what people took off
	meeting  int32         // index of the meeting that it claims, or else of the one that it shows; -1
	shown    int32         // index of the meeting that its mark names; -1
	outdated int32         // index of the meeting that it is to show no more, as somebody asked; -1
	series   int32         // exceptions: index of their series' item; -1
	group    int32         // -1: none
	next     int32         // next member of the group; -1
	lastEnd  int64         // series: end of the latest exception, Unix seconds
}

// meeting is a known meeting with all that is decided about it.
type meeting struct {
	*Meeting        // as the store remembers it, or as Zoom shows it
	slots    int32  // groups that have a claim on it
	bound    int32  // events that claim it and for whose sake nothing is changed
	group    int32  // that it serves; -1
	ghost    int32  // cancelled event that has claimed it longest; -1
	witness  *Event // one that is known to show it; nil: none yet
	gone     bool   // Zoom said so, and no listing says otherwise
	adopted  bool   // by this very plan
	byHand   bool   // people made it
	pinned   bool   // claimed by an event that nothing is known of, or that has no say
	used     bool   // claimed by an event that stays
	weak     bool   // its delete rests on a changed setting
	outdated bool   // somebody asked for another in its place
	hold     Reason // why its delete waits
	reason   Reason // why it is deleted
	movers   []sources.EventRef
	past     []sources.EventRef // events that were held with it, and claim it still
}

// planner carries one plan through its steps.
type planner struct {
	w          *World
	now        time.Time
	horizon    time.Time
	items      []item     // by calendar and event id
	calendars  []Calendar // by id
	meetings   []meeting  // by id; adopted ones at the end
	known      []int64    // ids of the meetings that the store knows
	host       []*zoom.Meeting
	groups     []group
	order      []int32 // groups whose meeting is made or changed, soonest first
	adoptions  []Action
	waiting    []*Intent // open creates, by reference
	schedules  []schedule
	refused    map[sources.EventRef]bool // events whose link cannot be adopted
	unproved   []*item                   // whose link may lead to a meeting of the host's own
	spare      int                       // what creates and updates leave of the day
	current    *item                     // whose links yields is asked about
	yieldsFunc func(sources.Link) bool
	read       map[string]bool // see organized
	plan       Plan
}

// newPlanner sorts and joins the world. Nothing that it refers to is changed.
func newPlanner(w *World) *planner {
	p := &planner{w: w, now: w.Now, horizon: w.Now.Add(cmp.Or(w.Horizon, horizon))}
	p.yieldsFunc = p.yields
	p.calendars = slices.Clone(w.Calendars)
	slices.SortFunc(p.calendars, func(a, b Calendar) int { return cmp.Compare(a.ID, b.ID) })
	p.indexHost()
	p.indexMeetings()
	p.indexEvents()
	p.joinClaims()
	p.joinRepairs()
	p.joinChoices()
	p.joinRenewals()
	return p
}

func (p *planner) indexHost() {
	if !p.w.Listed {
		return
	}
	p.host = pointers(p.w.Host, func(a, b *zoom.Meeting) int { return cmp.Compare(a.ID, b.ID) })
}

// indexMeetings lays what Zoom shows over what the store remembers: a meeting
// that was edited in Zoom is put right.
func (p *planner) indexMeetings() {
	sorted := pointers(p.w.Meetings, func(a, b *Meeting) int { return cmp.Compare(a.ID, b.ID) })
	p.meetings = make([]meeting, 0, len(sorted))
	p.known = make([]int64, 0, len(sorted))
	for _, m := range sorted {
		p.known = append(p.known, m.ID)
		row := meeting{Meeting: m, group: -1, ghost: -1, gone: m.Missing}
		if seen := p.listed(m.ID); seen != nil {
			row.Meeting, row.gone = m.as(seen), false
		}
		p.meetings = append(p.meetings, row)
	}
}

// as returns a copy of a meeting with what a listing shows of it.
func (m *Meeting) as(seen *zoom.Meeting) *Meeting {
	now := *m
	now.Topic, now.Type, now.Running = seen.Topic, seen.Type, m.Running || seen.Started
	if seen.Type == zoom.FixSeries && m.Type == zoom.FixSeries && (seen.Start.IsZero() || m.showsAs(seen.Start)) {
		now.Minutes = seen.Minutes
	} else if seen.Type != zoom.OpenSeries {
		now.Start, now.Minutes = seen.Start, seen.Minutes
	}
	return &now
}

// listed returns a meeting as the host's listing shows it; nil if it does not.
func (p *planner) listed(id int64) *zoom.Meeting {
	i, ok := slices.BinarySearchFunc(p.host, id, func(m *zoom.Meeting, id int64) int { return cmp.Compare(m.ID, id) })
	if !ok {
		return nil
	}
	return p.host[i]
}

func (p *planner) indexEvents() {
	sorted := pointers(p.w.Events, compareEvents)
	items, decisions := make([]item, len(sorted)), make([]Decision, len(sorted))
	n := 0
	var calendar *Calendar
	for i, e := range sorted {
		if i > 0 && sorted[i-1].ID == e.ID && sorted[i-1].Calendar == e.Calendar {
			continue
		}
		if calendar == nil || calendar.ID != e.Calendar {
			calendar = p.calendar(e.Calendar)
		}
		it, d := &items[n], &decisions[n]
		it.event, it.calendar, it.decision = e, calendar, d
		it.meeting, it.shown, it.outdated, it.series, it.group, it.next = -1, -1, -1, -1, -1, -1
		d.Event = e.Ref()
		n++
	}
	p.items, p.plan.Decisions = items[:n], decisions[:n]
}

// compareEvents orders events by name; of two readings of one event, the later first.
func compareEvents(a, b *Event) int {
	if c := compareRefs(a.Calendar, a.ID, b.Calendar, b.ID); c != 0 {
		return c
	}
	if c := b.Updated.Compare(a.Updated); c != 0 {
		return c
	}
	return strings.Compare(b.ETag, a.ETag)
}

func compareRefs(c1 int64, e1 string, c2 int64, e2 string) int {
	if c1 != c2 {
		return cmp.Compare(c1, c2)
	}
	return strings.Compare(e1, e2)
}

func (p *planner) calendar(id int64) *Calendar {
	i, ok := sort.Find(len(p.calendars), func(i int) int { return cmp.Compare(id, p.calendars[i].ID) })
	if !ok {
		return nil
	}
	return &p.calendars[i]
}

// joinClaims gives each event its claim, and finds the meeting that it shows. An
// event that shows a meeting without claiming any counts as claiming that one:
// the row is merely not written yet.
func (p *planner) joinClaims() {
	sorted := pointers(p.w.Claims, func(a, b *Claim) int {
		if c := compareRefs(a.Event.Calendar, a.Event.Event, b.Event.Calendar, b.Event.Event); c != 0 {
			return c
		}
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Meeting, b.Meeting))
	})
	next := 0
	for i := range p.items {
		it := &p.items[i]
		for next < len(sorted) {
			c := sorted[next]
			order := compareRefs(c.Event.Calendar, c.Event.Event, it.event.Calendar, it.event.ID)
			if order > 0 {
				break
			}
			if order < 0 {
				p.pin(c.Meeting)
			} else if it.claim == nil {
				it.claim, it.ours, it.meeting = c, true, p.meetingIndex(c.Meeting)
			}
			next++
		}
		if it.event.Gone == sources.Present && !it.event.Mark.Zero() {
			p.readMark(it)
		}
	}
	for ; next < len(sorted); next++ {
		p.pin(sorted[next].Meeting)
	}
}

// pin keeps a meeting that an event claims of which nothing is known.
func (p *planner) pin(id int64) {
	if i := p.meetingIndex(id); i >= 0 {
		p.meetings[i].pinned = true
	}
}

// readMark takes in what the event's mark says, if it is ours and proves anything.
func (p *planner) readMark(it *item) {
	e := it.event
	if it.meeting >= 0 && e.Mark.Installation == p.w.Installation && e.Mark.Meeting == p.meetings[it.meeting].Joining.Meeting {
		it.shown = it.meeting // as nearly always
		return
	}
	if e.Mark.Installation != p.w.Installation || !markNames(e) || p.elsewhere(e) {
		return
	}
	it.ours = true
	id, err := strconv.ParseInt(e.Mark.Meeting, 10, 64)
	if err != nil {
		return // a fixed URL
	}
	it.shown = p.meetingIndex(id)
	if e.Kind == sources.Exception && !e.Mark.Names(e.ID) {
		return
	}
	if it.lost = it.shown < 0; it.claim == nil {
		it.meeting = it.shown
	}
}

// elsewhere reports whether the event's mark names another person's meeting: on a
// calendar that was kept by somebody else before, or an event that was theirs.
func (p *planner) elsewhere(e *Event) bool {
	if len(p.w.Elsewhere) == 0 {
		return false
	}
	id, err := strconv.ParseInt(e.Mark.Meeting, 10, 64)
	return err == nil && p.w.Elsewhere[id]
}

// markNames reports whether the mark proves something: it names the event, or
// the series that an exception has it from.
func markNames(e *Event) bool {
	return e.Mark.Names(e.ID) || e.Kind == sources.Exception && e.Mark.Names(e.SeriesID)
}

// meetingIndex finds a meeting by Zoom's id, adopted ones included; -1: unknown.
func (p *planner) meetingIndex(id int64) int32 {
	if i, ok := slices.BinarySearch(p.known, id); ok {
		return int32(i)
	}
	for i := len(p.known); i < len(p.meetings); i++ {
		if p.meetings[i].ID == id {
			return int32(i)
		}
	}
	return -1
}

// find returns the index of an event's item; -1: unknown.
func (p *planner) find(calendar int64, event string) int32 {
	i, ok := sort.Find(len(p.items), func(i int) int {
		e := p.items[i].event
		return compareRefs(calendar, event, e.Calendar, e.ID)
	})
	if !ok {
		return -1
	}
	return int32(i)
}

// managed reports whether a link leads to a meeting that we manage: a known one,
// the fixed URL, now or as we wrote it, or the one that a mark of ours on the current event names (a copied event
// carries the link of the event it was copied from).
func (p *planner) managed(l sources.Link) bool {
	e := p.current.event
	fixed := p.current.calendar != nil && l.URL != "" && l.URL == p.current.calendar.Settings.Static
	if fixed || e.Shown.LocationLink == l && p.wroteLocation(e) && !p.elsewhere(e) {
		return true
	}
	if l.Provider != "zoom" || l.Meeting == "" {
		return false
	}
	if e.Mark.Installation == p.w.Installation && e.Mark.Meeting == l.Meeting && !p.elsewhere(e) {
		return true
	}
	id, err := strconv.ParseInt(l.Meeting, 10, 64)
	return err == nil && p.meetingIndex(id) >= 0
}

// wroteLocation reports whether the event's location is as we wrote it, there or on
// the event that it is a copy of.
func (p *planner) wroteLocation(e *Event) bool {
	return e.Mark.Location != 0 && e.Mark.Location == e.Shown.Location && e.Mark.Installation == p.w.Installation
}

// yields reports whether a link in the location of the current event makes way
// for ours: it leads to a meeting that we manage, or to any other where links
// that people put there are to be replaced (foreign=replace).
func (p *planner) yields(l sources.Link) bool {
	return p.managed(l) || p.current.calendar != nil && p.current.calendar.Settings.Foreign == "replace"
}

// pointers sorts references to a slice's elements and drops doubles. A slice that
// is sorted already, as what comes from the store is, costs one look at each.
func pointers[T any](all []T, compare func(a, b *T) int) []*T {
	out := make([]*T, len(all))
	sorted := true
	for i := range all {
		out[i] = &all[i]
		sorted = sorted && (i == 0 || compare(out[i-1], out[i]) < 0)
	}
	if sorted {
		return out
	}
	slices.SortFunc(out, compare)
	return slices.CompactFunc(out, func(a, b *T) bool { return compare(a, b) == 0 })
}
