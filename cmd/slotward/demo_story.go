package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slotward/internal/server"
	"slotward/internal/simulator/google"
)

// pass makes everybody due, and waits until everybody was reconciled.
func (d *demo) pass(ctx context.Context) (server.ResyncDone, error) {
	var done *server.ResyncDone
	var failed string
	err := d.client.stream(ctx, "/api/v1/resync", url.Values{"wait": {"true"}}, map[string]any{}, func(e serverEvent) error {
		switch e.name {
		case "error":
			var told server.ResyncError
			if err := json.Unmarshal(e.data, &told); err != nil {
				return err
			}
			failed = told.Error
		case "done":
			done = &server.ResyncDone{}
			return json.Unmarshal(e.data, done)
		}
		return nil
	})
	d.tell.rest()
	switch {
	case err != nil:
		return server.ResyncDone{}, err
	case failed != "":
		return server.ResyncDone{}, fmt.Errorf("a pass failed: %s", failed)
	case done == nil:
		return server.ResyncDone{}, fmt.Errorf("the daemon stopped telling before it was done")
	}
	return *done, nil
}

func (d *demo) firstPass(ctx context.Context) error {
	d.tell.chapter("Slotward looks at the calendars for the first time")
	_, err := d.pass(ctx)
	return err
}

// step is something that people do, and what must be so after the next pass.
type step struct {
	key   string // of the event that it is told about
	note  string // for the table
	tells string
	does  func(d *demo) error
	holds func(d *demo, was, is map[string]link) error
}

// story is what happens in the calendars after the first pass.
var story = []step{
	{
		"kickoff", "moved; the link stayed, the Zoom meeting moved along", "Ada moves the kickoff to two days later",
		func(d *demo) error { return d.move("kickoff", 0, 48*time.Hour) },
		func(d *demo, was, is map[string]link) error {
			return expect(was["kickoff"] == is["kickoff"], "the kickoff should keep its link when it moves")
		},
	},
	{
		"retro", "cancelled; its Zoom meeting was deleted", "Ada cancels the retrospective",
		func(d *demo) error { return d.world.google.Cancel(d.people[0].email, googleID("retro")) },
		func(d *demo, was, _ map[string]link) error {
			return expect(!d.live(was["retro"]), "the meeting of the cancelled retrospective should be deleted")
		},
	},
	{
		"followup", "", "Bob moves the follow-up into the slot of the sales call: one room, one link",
		func(d *demo) error { return d.moveTo("followup", "sales") },
		func(d *demo, was, is map[string]link) error {
			if err := expect(is["followup"] == is["sales"] && is["sales"] == was["sales"], "follow-up and sales call should share the sales call's link"); err != nil {
				return err
			}
			return expect(!d.live(was["followup"]), "the follow-up's own meeting should be deleted")
		},
	},
	{
		"followup", "joined the sales call's slot and left it again; has a room of its own", "Bob moves the follow-up away again",
		func(d *demo) error { return d.move("followup", 1, 24*time.Hour) },
		func(d *demo, was, is map[string]link) error {
			return expect(is["sales"] == was["sales"] && is["followup"] != is["sales"], "the follow-up should leave the shared link to the sales call")
		},
	},
}

// expect is an error that says what should be, unless it is.
func expect(holds bool, should string) error {
	if holds {
		return nil
	}
	return fmt.Errorf("the demo does not show what it should: %s", should)
}

// showOnce plays the story, proves each step, and ends with the table and a
// pass that has nothing to do.
func (d *demo) showOnce(ctx context.Context) error {
	if err := d.firstPass(ctx); err != nil {
		return err
	}
	notes := map[string]string{}
	for _, s := range story {
		if err := d.play(ctx, s); err != nil {
			return err
		}
		if s.note != "" {
			notes[googleID(s.key)] = s.note
		}
	}
	rows, err := d.compare(ctx, notes)
	if err != nil {
		return err
	}
	d.tell.chapter("Before and after")
	d.table(rows, len(rows))
	if err := d.prove(rows); err != nil {
		return err
	}
	if err := d.proveFortnight(); err != nil {
		return err
	}
	return d.lastPass(ctx)
}

func (d *demo) play(ctx context.Context, s step) error {
	d.tell.chapter("%s", s.tells)
	was, err := d.links()
	if err != nil {
		return err
	}
	d.world.resetRequests()
	if err := s.does(d); err != nil {
		return err
	}
	if _, err := d.pass(ctx); err != nil {
		return err
	}
	is, err := d.links()
	if err != nil {
		return err
	}
	_, writes, lists := d.world.requests()
	d.tell.line("  requests: %s, %s", counted(lists, "calendar read", "calendar reads"), counted(writes, "write", "writes"))
	return s.holds(d, was, is)
}

// links are what the bookings show now, by key; cancelled ones show what they
// showed last, which is how a guest would still find it.
func (d *demo) links() (map[string]link, error) {
	out := map[string]link{}
	for _, b := range fortnight {
		view, err := d.world.google.Event(d.people[b.owner].email, googleID(b.key))
		if err != nil {
			return nil, err
		}
		view.Status = "confirmed"
		out[b.key] = linkOf(view)
	}
	return out, nil
}

// move moves a booking by some time.
func (d *demo) move(key string, owner int, by time.Duration) error {
	email := d.people[owner].email
	view, err := d.world.google.Event(email, googleID(key))
	if err != nil {
		return err
	}
	return d.world.google.Move(email, view.ID, awake(view.Start.Add(by)), 0)
}

// moveTo moves one of Bob's bookings into the slot of another.
func (d *demo) moveTo(key, slot string) error {
	view, err := d.world.google.Event(d.people[1].email, googleID(slot))
	if err != nil {
		return err
	}
	return d.world.google.Move(d.people[1].email, googleID(key), view.Start, int(view.End.Sub(view.Start).Minutes()))
}

// awake moves an instant from a weekend to the Monday after.
func awake(at time.Time) time.Time {
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// live reports whether a Zoom link opens a meeting.
func (d *demo) live(l link) bool {
	id, err := strconv.ParseInt(l.meeting, 10, 64)
	if err != nil || l.provider != "zoom" {
		return false
	}
	meeting, ok := d.world.zoom.Meeting(id)
	return ok && meeting.Live()
}

// prove checks every line of a table: whoever is said to have Zoom shows a live
// meeting of its own host at the right time, and no Meet link besides.
func (d *demo) prove(rows []compared) error {
	for _, r := range rows {
		// What waits, was left or is over is shown as it is.
		if r.event.Wanted != "zoom" || r.event.Gone != "" || !r.event.Until.IsZero() {
			continue
		}
		if err := d.proveLink(r); err != nil {
			return fmt.Errorf("the demo does not show what it should: %q of %s: %w", r.event.Title, r.person, err)
		}
	}
	return nil
}

func (d *demo) proveLink(r compared) error {
	if !d.live(r.is) {
		return fmt.Errorf("shows %s, which opens no meeting", r.is)
	}
	var owner *demoPerson
	for _, p := range d.people {
		if p.name == r.person {
			owner = p
		}
	}
	_, id, _ := strings.Cut(r.event.ID, ":")
	view, err := d.world.google.Event(owner.email, id)
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(r.is.meeting, 10, 64)
	if err != nil {
		return err
	}
	meeting, _ := d.world.zoom.Meeting(number)
	switch {
	case meeting.Host != owner.email:
		return fmt.Errorf("is hosted by %s", meeting.Host)
	case view.HangoutLink != "":
		return fmt.Errorf("still has its Meet link")
	case r.event.Kind == "single" && meeting.Type == 2 && !meeting.Start.Equal(view.Start):
		return fmt.Errorf("begins at %s, its meeting at %s", moment(view.Start), moment(meeting.Start))
	}
	return nil
}

// proveFortnight checks that every booking shows what the table of bookings says.
func (d *demo) proveFortnight() error {
	for _, b := range fortnight {
		view, err := d.world.google.Event(d.people[b.owner].email, googleID(b.key))
		if err != nil {
			return err
		}
		if got := linkOf(view).provider; got != b.shows {
			return fmt.Errorf("the demo does not show what it should: %q shows %s, not %s", b.event.Title, got, b.shows)
		}
	}
	a, b, err := d.pair("panel", "panel-b")
	if err != nil {
		return err
	}
	return expect(linkOf(a) == linkOf(b), "two bookings in one slot should share a link")
}

func (d *demo) pair(first, second string) (a, b google.EventView, err error) {
	if a, err = d.world.google.Event(d.people[0].email, googleID(first)); err == nil {
		b, err = d.world.google.Event(d.people[0].email, googleID(second))
	}
	return a, b, err
}

// lastPass shows that a pass over an unchanged world costs one read for each
// calendar and writes nothing anywhere.
func (d *demo) lastPass(ctx context.Context) error {
	d.tell.chapter("Another pass, when nothing has changed")
	before, err := d.rows(ctx)
	if err != nil {
		return err
	}
	d.world.resetRequests()
	if _, err := d.pass(ctx); err != nil {
		return err
	}
	after, err := d.rows(ctx)
	if err != nil {
		return err
	}
	all, writes, lists := d.world.requests()
	d.tell.line("  nothing to do: %s for %s, %s, %s in the store", counted(all, "request", "requests"),
		counted(len(d.people), "calendar", "calendars"), counted(writes, "write", "writes"), counted(int(after-before), "row changed", "rows changed"))
	return expect(all == lists && lists == len(d.people) && writes == 0 && after == before,
		"a pass over an unchanged world should read each calendar once and write nothing")
}

// rows are the rows of state that the daemon has written so far.
func (d *demo) rows(ctx context.Context) (int64, error) {
	content, err := d.client.get(ctx, "/api/v1/status", nil)
	if err != nil {
		return 0, err
	}
	var status server.Status
	return status.RowsWritten, json.Unmarshal(content, &status)
}
