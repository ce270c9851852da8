package plan_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

// theirs is the host's own meeting, which nothing may ever touch.
const theirs = 70000000001

// story is a random world and what people do in it.
type story struct {
	*model
	r     *rapid.T
	names int
}

// begin makes a world of two calendars with random settings and some events.
func begin(r *rapid.T) *story {
	s := &story{model: newModel(r), r: r}
	s.calendar(2, nil)
	for i := range s.w.Calendars {
		s.randomSettings(&s.w.Calendars[i].Settings)
	}
	s.host[theirs] = &zoom.Meeting{ID: theirs, Topic: "theirs", Type: zoom.Scheduled, Start: at(1, 10, 0), Minutes: 30, CreatedAt: at(-3, 0, 0),
		JoinURL: "https://us02web.zoom.us/j/70000000001"}
	for range rapid.IntRange(1, 9).Draw(r, "events") {
		s.add()
	}
	return s
}

func (s *story) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(s.r, label)
}

// rarely is true one time in n.
func (s *story) rarely(n int, label string) bool { return rapid.IntRange(1, n).Draw(s.r, label) == 1 }

func (s *story) randomSettings(set *plan.Settings) {
	set.Share = s.pick("share", "slot", "slot", "never")
	set.Reschedule = s.pick("reschedule", "keep", "keep", "renew")
	set.OnCancel = s.pick("on_cancel", "delete", "delete", "keep")
	set.Foreign = s.pick("foreign", "respect", "replace")
	set.ReplaceNative = s.rarely(2, "replace_native")
	set.Eligible = s.pick("eligible", "guests", "all")
	set.Series = s.pick("series", "fixed", "fixed", "open")
	set.InPerson = s.pick("in_person", "add", "skip")
	set.Static = s.pick("static", "", "https://acme.test/ada")
	set.Prefer = strings.Split(s.pick("prefer", "zoom,native,none", "zoom,native,none", "zoom,none", "zoom", "static,zoom", "native"), ",")
}

// start draws one of few instants, so that slots collide.
func (s *story) start() time.Time {
	return at(rapid.IntRange(0, 2).Draw(s.r, "day")*7, rapid.IntRange(9, 11).Draw(s.r, "hour"), 0)
}

func (s *story) add() {
	s.names++
	id := "e" + strconv.Itoa(s.names)
	s.event(id, s.start(), func(e *plan.Event) {
		e.Calendar = int64(rapid.IntRange(1, 2).Draw(s.r, "calendar"))
		e.Created = at(-1, 0, rapid.IntRange(0, 3).Draw(s.r, "created"))
		s.randomKind(e)
		if s.rarely(4, "meet") {
			e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
		}
		s.randomText(e)
		s.randomFlags(e)
		if s.rarely(6, "copy") && len(s.w.Events) > 0 {
			other := s.w.Events[0]
			e.Location, e.Description, e.Mark = other.Location, other.Description, other.Mark
		}
	})
}

func (s *story) randomKind(e *plan.Event) {
	switch rapid.IntRange(0, 5).Draw(s.r, "kind") {
	case 0:
		weekly(s.pick("rule", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;COUNT=4", "RRULE:FREQ=DAILY;COUNT=30", "RRULE:FREQ=WEEKLY;UNTIL=20270201", "RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY;BYDAY=1MO"))(e)
	case 1:
		for _, x := range s.w.Events {
			if x.Kind == sources.Series {
				occurrence(x.ID, x.Start.AddDate(0, 0, 7))(e)
				e.Calendar = x.Calendar
			}
		}
	case 2:
		if len(s.w.Events) > 0 { // the same meeting, on whatever calendar
			x := s.w.Events[rapid.IntRange(0, len(s.w.Events)-1).Draw(s.r, "twin")]
			if x.Kind == sources.Single && x.Calendar != e.Calendar {
				e.ICalUID, e.Start, e.End = x.ICalUID, x.Start, x.End
			}
		}
	}
}

func (s *story) randomText(e *plan.Event) {
	e.Title = s.pick("title", "a", "b", "c", "", "x #meet", "x #nolink", "x #zoom", "in person")
	if s.rarely(5, "place") {
		e.Location = s.pick("location", "Room 4", "https://acme.webex.com/meet/ada", "https://zoom.us/j/70000000001", "")
	}
}

func (s *story) randomFlags(e *plan.Event) {
	switch rapid.IntRange(0, 19).Draw(s.r, "flag") {
	case 0:
		e.ReadOnly = true
	case 1:
		e.OrganizedHere = false
	case 2:
		e.AllDay = true
	case 3:
		e.Declined = true
	case 4:
		e.Guests = 0
	case 5:
		e.Type = "focusTime"
	case 6:
		e.Problem = "bad"
	case 7:
		e.Private = true
	case 8:
		e.Start, e.End = at(200, 9, 0), at(200, 10, 0)
	}
}

// happen lets something happen to the world.
func (s *story) happen() {
	e := &s.w.Events[rapid.IntRange(0, len(s.w.Events)-1).Draw(s.r, "event")]
	what := rapid.IntRange(0, 19).Draw(s.r, "what")
	s.r.Logf("happens %d to %s", what, e.ID)
	switch what {
	case 0, 1:
		s.add()
	case 2, 3, 4:
		s.edit(e.ID, func(e *plan.Event) { e.Start = s.start(); e.End = e.Start.Add(30 * time.Minute) })
	case 5:
		s.edit(e.ID, func(e *plan.Event) { e.Gone = sources.Tombstone })
	case 6:
		s.edit(e.ID, func(e *plan.Event) { e.Gone = sources.Absent })
	case 7:
		s.edit(e.ID, func(e *plan.Event) { s.randomText(e) })
	case 8:
		s.edit(e.ID, func(e *plan.Event) { e.Description, e.Location = "", "" })
	case 9:
		s.edit(e.ID, func(e *plan.Event) { e.Mark = sources.Mark{} })
	case 10:
		s.calendar(e.Calendar, func(c *plan.Calendar) { s.randomSettings(&c.Settings) })
	case 11:
		s.calendar(e.Calendar, func(c *plan.Calendar) { c.Usable = !c.Usable })
	case 12:
		s.calendar(e.Calendar, func(c *plan.Calendar) { c.On = !c.On })
	case 13:
		s.w.Person.Paused = !s.w.Person.Paused
	case 14:
		s.w.Person.Zoom = !s.w.Person.Zoom
	case 15:
		s.zoomHappens()
	case 16:
		s.storeHappens()
	case 17:
		s.choose(e.ID, s.pick("provider", "zoom", "native", "static", "none", ""))
	case 18:
		s.renew(e.ID)
	case 19:
		s.w.Now = s.w.Now.Add(time.Duration(rapid.IntRange(1, 30).Draw(s.r, "hours")) * time.Hour)
	}
}

// zoomHappens: a person acts in Zoom on one of our meetings.
func (s *story) zoomHappens() {
	if len(s.w.Meetings) == 0 {
		return
	}
	row := &s.w.Meetings[rapid.IntRange(0, len(s.w.Meetings)-1).Draw(s.r, "meeting")]
	switch h := s.host[row.ID]; {
	case h == nil:
		row.Missing = true
	case s.rarely(2, "deleted"):
		delete(s.host, row.ID)
		row.Missing = true
	default:
		h.Topic, row.Topic = "edited", "edited"
	}
}

// storeHappens: rows are lost, or a create is never answered.
func (s *story) storeHappens() {
	switch rapid.IntRange(0, 3).Draw(s.r, "loss") {
	case 0:
		s.w.Claims = nil
	case 1:
		s.lose()
	default:
		for _, a := range s.plan().Actions {
			if a.Kind == plan.Create {
				reference := fmt.Sprintf("%s:u%d", installation, s.next)
				s.w.Intents = append(s.w.Intents, plan.Intent{Reference: reference, Slot: a.Slot, Events: a.Events, SentAt: s.w.Now})
				if s.rarely(2, "made") {
					d := a.Draft
					d.Reference = reference
					s.make(d)
				}
				s.next++
				return
			}
		}
	}
}

// dead lists the events that show a link of ours that opens nothing.
func (s *story) dead() (out []string) {
	for i := range s.w.Events {
		e := &s.w.Events[i]
		if e.Gone != sources.Present || e.Mark.Installation != installation || !e.Mark.Names(e.ID) || e.Mark.Meeting == "static" {
			continue
		}
		if s.host[s.link(e.ID)] == nil && e.Shown.Block == sources.BlockWhole {
			out = append(out, e.ID)
		}
	}
	return out
}

// untouchable is a picture of everything that is not ours, by name.
func (s *story) untouchable(p plan.Plan) map[string]string {
	out := map[string]string{}
	for _, h := range s.host {
		if s.meeting(h.ID) == nil && !strings.HasPrefix(h.Agenda, "[slotward:") {
			out[strconv.FormatInt(h.ID, 10)] = fmt.Sprintf("%+v", *h)
		}
	}
	for _, d := range p.Decisions {
		e := s.find(d.Event.Event)
		ours := e.Mark.Installation == installation || s.claims(d.Event)
		asksNative := d.Wanted == "native" && d.Reason != plan.Fallback && e.Native.Provider == ""
		if !ours && d.Wanted != "zoom" && d.Wanted != "static" && !asksNative {
			out[e.ID] = fmt.Sprintf("%+v", e.Event)
		}
	}
	return out
}

// checkUntouched compares with how things were before.
func (s *story) checkUntouched(before map[string]string) {
	for name, was := range before {
		is := ""
		if id, err := strconv.ParseInt(name, 10, 64); err != nil {
			is = fmt.Sprintf("%+v", s.find(name).Event)
		} else if h := s.host[id]; h != nil {
			is = fmt.Sprintf("%+v", *h)
		}
		if is != was {
			s.r.Fatalf("touched what is not ours:\n%s\nbecame\n%s", was, is)
		}
	}
}

func (s *story) claims(ref sources.EventRef) bool {
	return slices.ContainsFunc(s.w.Claims, func(c plan.Claim) bool { return c.Event == ref })
}

// step plans once and applies the plan, but for one action perhaps.
func (s *story) step() {
	p := s.plan()
	if p.NeedsListing && !s.w.Listed {
		s.list()
		p = s.plan()
	}
	s.orderIndependent(p)
	dead, before := s.dead(), s.untouchable(p)
	s.nothingFromUnread(p)
	skip := -1
	if len(p.Actions) > 0 && s.rarely(2, "interrupted") {
		skip = rapid.IntRange(0, len(p.Actions)-1).Draw(s.r, "skip")
	}
	s.r.Logf("at %v: %s, without %d", s.w.Now, show(p), skip)
	s.apply(p, skip)
	for _, id := range s.dead() {
		if !slices.Contains(dead, id) {
			s.r.Fatalf("%s shows a dead link after %s (without %d)", id, show(p), skip)
		}
	}
	s.checkUntouched(before)
	s.w.Listed, s.w.Host = false, nil
}

// nothingFromUnread checks that no action is about an event that was not read,
// nor takes a meeting that such an event claims, nor takes that away from when the
// event was last known to be.
func (s *story) nothingFromUnread(p plan.Plan) {
	for _, d := range p.Decisions {
		if d.Reason != plan.Unread && d.Reason != plan.CalendarOff {
			continue
		}
		for _, a := range p.Actions {
			if a.Event == d.Event {
				s.r.Fatalf("%s, which is %s", describe(a), d.Reason)
			}
			if s.host[a.Meeting] == nil || !slices.ContainsFunc(s.w.Claims, func(c plan.Claim) bool {
				return c.Event == d.Event && c.Meeting == a.Meeting
			}) {
				continue
			}
			if a.Kind == plan.Delete || s.movesFrom(a, s.timed(d.Event, a.Meeting)) && !s.original(d.Event, a) {
				s.r.Fatalf("%s, whose meeting %s claims, which is %s", describe(a), d.Event.Event, d.Reason)
			}
		}
	}
}

// timed returns the event at whose time a meeting is for the sake of one that claims
// it: of an exception its series, where that claims it too.
func (s *story) timed(ref sources.EventRef, meeting int64) *plan.Event {
	e := s.find(ref.Event)
	series := sources.EventRef{Calendar: ref.Calendar, Event: e.SeriesID}
	if e.Kind == sources.Exception && slices.ContainsFunc(s.w.Claims, func(c plan.Claim) bool { return c.Event == series && c.Meeting == meeting }) {
		return s.find(series.Event)
	}
	return e
}

// movesFrom reports whether an action takes a meeting that an event claims away
// from that event's time: to another, or from a single event to a series that is not
// held then. A series may be written anew as long as it is held then, if it was.
func (s *story) movesFrom(a plan.Action, e *plan.Event) bool {
	if a.Change.Start == nil && a.Change.Type == nil && a.Change.Recurrence == nil {
		return false
	}
	was := *s.meeting(a.Meeting)
	is := changed(was, a.Change)
	switch {
	case is.Type == zoom.Scheduled:
		return !is.Start.Equal(e.Start)
	case was.Type == zoom.Scheduled:
		return e.Kind == sources.Single && !is.Holds(e.Start)
	case is.Type == zoom.OpenSeries || !e.Start.After(s.w.Now):
		return false
	}
	return was.Holds(e.Start) && !is.Holds(e.Start)
}

// original reports whether an event is a guest's copy of one that is read, and at
// whose time the meeting is after an action: it follows that one.
func (s *story) original(copied sources.EventRef, a plan.Action) bool {
	e := s.find(copied.Event)
	return !e.OrganizedHere && slices.ContainsFunc(s.w.Events, func(o plan.Event) bool {
		return o.ICalUID == e.ICalUID && o.OrganizedHere && !s.movesFrom(a, &o) && slices.ContainsFunc(s.w.Calendars, func(c plan.Calendar) bool {
			return c.ID == o.Calendar && c.On && c.Usable
		})
	})
}

// orderIndependent checks that shuffling and doubling what was seen changes nothing.
func (s *story) orderIndependent(p plan.Plan) {
	w := s.w
	w.Events = rapid.Permutation(append(slices.Clone(w.Events), w.Events...)).Draw(s.r, "events again")
	w.Meetings = rapid.Permutation(append(slices.Clone(w.Meetings), w.Meetings...)).Draw(s.r, "meetings again")
	w.Claims = rapid.Permutation(append(slices.Clone(w.Claims), w.Claims...)).Draw(s.r, "claims again")
	w.Intents = rapid.Permutation(append(slices.Clone(w.Intents), w.Intents...)).Draw(s.r, "intents again")
	w.Choices = rapid.Permutation(append(slices.Clone(w.Choices), w.Choices...)).Draw(s.r, "choices again")
	w.Renewals = rapid.Permutation(append(slices.Clone(w.Renewals), w.Renewals...)).Draw(s.r, "renewals again")
	w.Host = rapid.Permutation(append(slices.Clone(w.Host), w.Host...)).Draw(s.r, "host again")
	w.Calendars = rapid.Permutation(slices.Clone(w.Calendars)).Draw(s.r, "calendars again")
	if again := plan.Make(w); !reflect.DeepEqual(p, again) {
		s.r.Fatalf("depends on the order:\n%s\n%s\n%+v\n%+v", show(p), show(again), p, again)
	}
}

// heal ends every fault, and lets the brake go.
func (s *story) heal() {
	s.w.Person.Zoom, s.w.Person.Paused, s.w.Verified = true, false, true
	s.w.Budget.Left = 1000
	s.w.Now = s.w.Now.Add(6 * time.Minute)
	for i := range s.w.Calendars {
		s.w.Calendars[i].On, s.w.Calendars[i].Usable = true, true
	}
	for i := range s.w.Meetings {
		s.w.Meetings[i].Missing = s.host[s.w.Meetings[i].ID] == nil
	}
	if b := s.plan().Brake; b != nil {
		s.w.Release = b.Fingerprint
	}
	s.settle()
	if b := s.plan().Brake; b != nil {
		s.w.Release = b.Fingerprint
		s.settle()
	}
}

// checkRight checks the end state: every event that wants Zoom shows one live
// meeting at the right time, a slot has one meeting, and nothing is left over.
func (s *story) checkRight() {
	p := s.plan()
	if len(p.Held) > 0 || len(p.Actions) > 0 {
		s.r.Fatalf("not settled: %s, held %+v", show(p), p.Held)
	}
	rooms := map[string]int64{}
	used := map[int64]bool{}
	for _, c := range s.w.Claims {
		used[c.Meeting] = true
	}
	for i := range s.w.Events {
		// An ended event may show what it has no claim on any more.
		id, _ := strconv.ParseInt(s.w.Events[i].Mark.Meeting, 10, 64)
		used[id] = true
	}
	for _, d := range p.Decisions {
		e := s.find(d.Event.Event)
		if d.Wanted != "zoom" {
			continue
		}
		h := s.host[d.Meeting]
		if h == nil || s.meeting(d.Meeting) == nil || !used[d.Meeting] {
			s.r.Fatalf("%s: meeting %d is not live", e.ID, d.Meeting)
		}
		if e.Shown.Block != sources.BlockWhole || e.Mark.Meeting != strconv.FormatInt(d.Meeting, 10) {
			s.r.Fatalf("%s does not show its meeting", e.ID)
		}
		if h.Type == zoom.Scheduled && e.Start.After(s.w.Now) && !h.Start.Equal(e.Start) {
			s.r.Fatalf("%s is at %v, its meeting at %v", e.ID, e.Start, h.Start)
		}
		if e.Kind != sources.Single || s.settingsOf(e).Share == "never" {
			continue
		}
		slot := e.Start.String() + e.End.String()
		if other, ok := rooms[slot]; ok && other != d.Meeting && !s.copied(e) {
			s.r.Fatalf("%s: two meetings in one slot, %d and %d", e.ID, other, d.Meeting)
		}
		if !s.copied(e) {
			rooms[slot] = d.Meeting
		}
	}
	s.checkNothingLeft(used)
}

// copied reports whether the event has a copy, which binds it more than its slot.
func (s *story) copied(e *plan.Event) bool {
	n := 0
	for i := range s.w.Events {
		if s.w.Events[i].ICalUID == e.ICalUID {
			n++
		}
	}
	return n > 1
}

// checkNothingLeft checks that every meeting row is claimed or over.
func (s *story) checkNothingLeft(used map[int64]bool) {
	for _, row := range s.w.Meetings {
		over := row.Type == zoom.Scheduled && !row.Start.Add(time.Duration(row.Minutes)*time.Minute).After(s.w.Now)
		if !used[row.ID] && !over {
			s.r.Fatalf("meeting %+v is left over: %+v", row, plan.Make(s.w).Decisions)
		}
	}
	if h := s.host[theirs]; h == nil || h.Topic != "theirs" {
		s.r.Fatalf("the host's own meeting was touched")
	}
}

// TestStories lets random things happen, between plans that are interrupted at
// random, and checks every plan on the way and the world at the end.
func TestStories(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := begin(r)
		s.w.Budget.Left = rapid.IntRange(0, 12).Draw(r, "budget")
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			for range rapid.IntRange(0, 3).Draw(r, "happenings") {
				s.happen()
			}
			s.step()
		}
		s.heal()
		s.checkRight()
	})
}

// TestAnyActionMayBeLeftOut leaves out each action of a plan in turn: the rest
// does no harm, and the next plans make it good.
func TestAnyActionMayBeLeftOut(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := begin(r)
		s.settle()
		for range rapid.IntRange(1, 4).Draw(r, "happenings") {
			s.happen()
		}
		p := s.plan()
		for skip := range p.Actions {
			c := s.clone()
			dead := c.dead()
			c.apply(p, skip)
			for _, id := range c.dead() {
				if !slices.Contains(dead, id) {
					r.Fatalf("%s shows a dead link after %s without %d", id, show(p), skip)
				}
			}
			c.heal()
			c.checkRight()
		}
	})
}

// clone copies a story, so that it can go on in two ways.
func (s *story) clone() *story {
	m := *s.model
	m.w.Events, m.w.Meetings, m.w.Claims = slices.Clone(m.w.Events), slices.Clone(m.w.Meetings), slices.Clone(m.w.Claims)
	m.w.Intents, m.w.Calendars = slices.Clone(m.w.Intents), slices.Clone(m.w.Calendars)
	m.w.Choices, m.w.Renewals = slices.Clone(m.w.Choices), slices.Clone(m.w.Renewals)
	m.host = map[int64]*zoom.Meeting{}
	for id, h := range s.host {
		own := *h
		m.host[id] = &own
	}
	return &story{model: &m, r: s.r, names: s.names}
}
