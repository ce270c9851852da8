package reconciler

import (
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
)

// Preview is what a change would lead to. A series counts as one event.
type Preview struct {
	Get    int // events that would get a link of ours
	Change int // events whose link of ours would become another
	Lose   int // events that would lose their link of ours
	Native int // events that would be given the calendar's own link
	Keep   int // upcoming events that show a link of ours and would keep it
	Forgo  int // events that are to get a link now and would not any more

	Creates, Updates, Deletes int // requests to Zoom
	Meetings                  int // upcoming meetings of ours that would stay in Zoom

	Spent int // of today's writes at Zoom, already
	Limit int // of a day's writes
	// Days is on how many UTC days something is asked of Zoom, DoneAt when the
	// last of it is, if nothing else comes up; zero: nothing is asked.
	Days   int
	DoneAt time.Time
	// Waiting is how many actions would wait for something else than their turn;
	// Release how many removals the brake would hold until somebody releases them.
	Waiting, Release int
}

// compare counts what is planned then and would not be done anyway.
func (p *pass) compare(anyway, then plan.Plan) Preview {
	c := counting{pass: p, days: map[string]bool{}, touched: map[sources.EventRef]bool{}, deleted: map[int64]bool{}}
	known := deedsOf(anyway)
	for _, a := range then.Actions {
		c.touch(a)
		if !known[deedOf(a)] {
			c.add(a, p.now)
		}
	}
	for _, h := range then.Held {
		c.touch(h.Action)
		if known[deedOf(h.Action)] {
			continue
		}
		switch {
		case h.Reason == plan.BrakeHeld:
			c.out.Release++
		case h.Until.IsZero():
			c.out.Waiting++
		}
		c.add(h.Action, h.Until)
	}
	c.rest(anyway, deedsOf(then))
	return c.out
}

// deedsOf names all that a plan has in mind, now or later.
func deedsOf(todo plan.Plan) map[deed]bool {
	out := make(map[deed]bool, len(todo.Actions)+len(todo.Held))
	for _, a := range todo.Actions {
		out[deedOf(a)] = true
	}
	for _, h := range todo.Held {
		out[deedOf(h.Action)] = true
	}
	return out
}

// counting counts the actions of a plan.
type counting struct {
	*pass
	out     Preview
	days    map[string]bool
	touched map[sources.EventRef]bool // events whose link the plan changes
	deleted map[int64]bool            // meetings that go
}

// touch notes what does not stay as it is.
func (c *counting) touch(a plan.Action) {
	switch a.Kind {
	case plan.Write, plan.Restore, plan.Release:
		c.touched[a.Event] = true
	case plan.Delete:
		c.deleted[a.Meeting] = true
	}
}

// add counts one action, which is done at a time; zero: when somebody acts.
func (c *counting) add(a plan.Action, at time.Time) {
	switch a.Kind {
	case plan.Create:
		c.out.Creates++
	case plan.Update:
		c.out.Updates++
	case plan.Delete:
		c.out.Deletes++
	case plan.Write:
		switch shown := c.claims[a.Event]; {
		case !c.showsOurs(a.Event):
			c.out.Get++
		case shown == 0 || shown != a.Meeting:
			c.out.Change++
		}
		return
	case plan.Restore:
		if c.showsOurs(a.Event) {
			c.out.Lose++
		}
		if a.Native {
			c.out.Native++
		}
		return
	default:
		return
	}
	if at.IsZero() {
		return
	}
	if name := day(at); !c.days[name] {
		c.days[name] = true
		c.out.Days++
	}
	c.out.DoneAt = later(c.out.DoneAt, at)
}

// rest counts what stays as it is, and what would have been done.
func (c *counting) rest(anyway plan.Plan, then map[deed]bool) {
	for i := range c.events {
		e := &c.events[i]
		last := e.End
		if e.Kind == sources.Series {
			last = e.Last
		}
		upcoming := e.Gone == sources.Present && (last.IsZero() || last.After(c.now))
		if upcoming && c.showsOurs(e.Ref()) && !c.touched[e.Ref()] {
			c.out.Keep++
		}
	}
	for _, m := range c.snap.Meetings {
		if !m.Missing && !c.over(m) && !c.deleted[m.ID] {
			c.out.Meetings++
		}
	}
	forgo := func(a plan.Action) {
		if a.Kind == plan.Write && !then[deedOf(a)] && !c.showsOurs(a.Event) {
			c.out.Forgo++
		}
	}
	for _, a := range anyway.Actions {
		forgo(a)
	}
	for _, h := range anyway.Held {
		forgo(h.Action)
	}
}

// showsOurs reports whether an event has a link of ours.
func (c *counting) showsOurs(ref sources.EventRef) bool {
	if c.claims[ref] != 0 {
		return true
	}
	e := c.event(ref)
	return e != nil && e.Mark.Installation == c.r.Store.Installation() && e.Mark.Names(e.ID)
}
