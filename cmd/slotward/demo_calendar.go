package main

import (
	"context"
	"fmt"
	"sort"
	"time"

	"slotward/internal/ics"
	"slotward/internal/simulator/google"
	"slotward/reconciler/plan"
)

// fillFromFile makes one person with the events of a calendar file.
func (d *demo) fillFromFile(c ics.Calendar) error {
	me, err := d.enter("Ada", adas, "")
	if err != nil {
		return err
	}
	if err := d.world.google.SetZone(me.email, c.Zone); err != nil {
		return err
	}
	d.tell.chapter("Ada's calendar is filled from %s", c.File)
	for _, f := range c.Faults {
		d.tell.line("  %s", f.Error())
	}
	if weeks := c.WeeksToPresent(time.Now()); weeks > 0 {
		c.Shift(weeks)
		d.tell.line("  it lies in the past, so everything was moved by %s: its busiest fortnight is the coming one", counted(weeks, "week", "weeks"))
	}
	seeded, left := d.seed(me, c)
	d.tell.line("  %s taken, %d left out", counted(seeded, "event", "events"), left+skipped(c.Faults))
	return d.look()
}

func skipped(faults []ics.Fault) (n int) {
	for _, f := range faults {
		if f.Skipped {
			n++
		}
	}
	return n
}

// seed makes the events: series and single events first, then what changes an
// occurrence. What the calendar refuses is named and left out.
func (d *demo) seed(me *demoPerson, c ics.Calendar) (taken, left int) {
	series := map[string]string{}
	owner := c.Owner()
	refuse := func(e ics.Event, err error) {
		left++
		d.tell.line("  %s", ics.Fault{File: c.File, Line: e.Line, Event: firstOf(e.Title, e.UID), Problem: err.Error(), Skipped: true})
	}
	for _, e := range c.Events {
		if !e.Occurrence.IsZero() {
			continue
		}
		id, err := d.world.google.Insert(me.email, newEvent(e, owner, me.email))
		if err == nil && e.Cancelled {
			err = d.world.google.Cancel(me.email, id)
		}
		if err != nil {
			refuse(e, err)
			continue
		}
		taken++
		series[e.UID] = id
	}
	for _, e := range c.Events {
		if e.Occurrence.IsZero() {
			continue
		}
		if err := d.except(me.email, series[e.UID], e); err != nil {
			refuse(e, err)
			continue
		}
		taken++
	}
	return taken, left
}

// except changes one occurrence of a series as the file says.
func (d *demo) except(calendar, series string, e ics.Event) error {
	at := e.Occurrence.Format(time.RFC3339)
	if e.AllDay {
		at = e.Occurrence.Format(time.DateOnly)
	}
	id, err := d.world.google.Instance(calendar, series, at)
	if err != nil {
		return err
	}
	if e.Cancelled {
		return d.world.google.Cancel(calendar, id)
	}
	if err := d.world.google.Move(calendar, id, e.Start, int(e.End.Sub(e.Start).Minutes())); err != nil {
		return err
	}
	return d.world.google.Edit(calendar, id, google.Change{Title: &e.Title, Notes: &e.Description, Location: &e.Location})
}

// newEvent is an event of a file as a person makes it. Addresses of the file's
// owner become the demo's person.
func newEvent(e ics.Event, owner, me string) google.NewEvent {
	n := google.NewEvent{
		ICalUID: e.UID, Title: e.Title, Notes: e.Description, Location: e.Location, Start: e.Start, End: e.End, Zone: e.Zone, AllDay: e.AllDay,
		Lines: e.Recurrence(), Meet: e.Meet != "", Free: e.Free, Private: e.Private, Tentative: e.Tentative, Statuses: map[string]string{},
	}
	if !e.End.After(e.Start) {
		n.Minutes = 30 // a simulated calendar, like Google's page, makes no event without a length
	}
	translate := func(email string) string {
		if email == owner {
			return me
		}
		return email
	}
	if organizer := translate(e.Organizer.Email); organizer != "" && organizer != me {
		n.Organizer = organizer
	}
	for _, a := range e.Attendees {
		email := translate(a.Email)
		switch {
		case email == "":
			continue
		case a.Resource:
			n.Rooms = append(n.Rooms, email)
		case email != me && email != n.Organizer:
			n.Guests = append(n.Guests, email)
		}
		if len(n.Guests)+len(n.Rooms) > 0 || n.Organizer != "" {
			n.Statuses[email] = a.Response
		}
	}
	return n
}

// showCalendar shows what Slotward does to a calendar from a file: the first
// pass, the table, how many events fared how, and a pass that does nothing.
func (d *demo) showCalendar(ctx context.Context) error {
	if err := d.firstPass(ctx); err != nil {
		return err
	}
	rows, err := d.compare(ctx, nil)
	if err != nil {
		return err
	}
	d.tell.chapter("Before and after")
	d.table(rows, mostTold)
	d.sumUp(rows)
	d.hint(rows)
	if err := d.prove(rows); err != nil {
		return err
	}
	return d.lastPass(ctx)
}

// sumUp counts events by why they show what they show, and says until when
// those wait that wait.
func (d *demo) sumUp(rows []compared) {
	count, wait := map[string]int{}, map[string]time.Time{}
	for _, r := range rows {
		why := firstOf(r.event.ReasonText, r.event.Reason, "not looked at yet")
		count[why]++
		if until := r.event.Until; !until.IsZero() && (wait[why].IsZero() || until.Before(wait[why])) {
			wait[why] = until
		}
	}
	reasons := make([]string, 0, len(count))
	for why := range count {
		reasons = append(reasons, why)
	}
	sort.Slice(reasons, func(i, j int) bool {
		if count[reasons[i]] != count[reasons[j]] {
			return count[reasons[i]] > count[reasons[j]]
		}
		return reasons[i] < reasons[j]
	})
	d.tell.line("")
	for _, why := range reasons {
		d.tell.line("  %5d  %s%s", count[why], why, first(wait[why]))
	}
}

// hint tells what would give a link to events that were left without one.
func (d *demo) hint(rows []compared) {
	alone := 0
	for _, r := range rows {
		if r.event.Reason == string(plan.NoGuests) {
			alone++
		}
	}
	if alone > 0 {
		d.tell.line("  With --eligible=all, events to which nobody is invited get a link too.")
	}
}

func first(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return fmt.Sprintf(" The first of them goes on at %s UTC.", moment(at))
}
