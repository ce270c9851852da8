package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"slotward/internal/workday"
)

// step is something that people do, and what must be so after the next pass.
type step struct {
	key   string // of the event that it is told about
	note  string // for the table
	tells string
	does  func(d *demo) error
	holds func(d *demo, o effect) error
}

// effect is what a step led to: links by key before and after, what the daemon
// asked of the providers, and the mails that guests got because of it.
type effect struct {
	was, is map[string]link
	asked   asked
	mails   mails
}

// story is what happens in the calendars after the first pass.
var story = []step{
	{
		"kickoff", "moved; the link stayed, the Zoom meeting moved along", "Ada moves the kickoff to two days later",
		func(d *demo) error { return d.move("kickoff", 48*time.Hour) },
		func(d *demo, o effect) error {
			return expect(o.was["kickoff"] == o.is["kickoff"], "the kickoff should keep its link when it moves")
		},
	},
	{
		"retro", "cancelled; its Zoom meeting was deleted", "Ada cancels the retrospective",
		func(d *demo) error { return d.cancel("retro") },
		func(d *demo, o effect) error {
			return expect(!d.live(o.was["retro"]), "the meeting of the cancelled retrospective should be deleted")
		},
	},
	{
		"followup", "", "Bob moves the follow-up into the slot of the sales call: one room, one link",
		func(d *demo) error { return d.moveTo("followup", "sales") },
		func(d *demo, o effect) error {
			if err := expect(o.is["followup"] == o.is["sales"] && o.is["sales"] == o.was["sales"], "follow-up and sales call should share the sales call's link"); err != nil {
				return err
			}
			return expect(!d.live(o.was["followup"]), "the follow-up's own meeting should be deleted")
		},
	},
	{
		"followup", "joined the sales call's slot and left it again; has a room of its own", "Bob moves the follow-up away again",
		func(d *demo) error { return d.move("followup", 24*time.Hour) },
		func(d *demo, o effect) error {
			return expect(o.is["sales"] == o.was["sales"] && o.is["followup"] != o.is["sales"], "the follow-up should leave the shared link to the sales call")
		},
	},
	{
		"product", "moved; link, room and agenda stayed, and nobody was mailed", "Mia moves the product review by a day: nothing is written on it, as Outlook would mail its guests about that",
		func(d *demo) error { return d.move("product", 24*time.Hour) },
		func(d *demo, o effect) error {
			if err := expect(o.is["product"] == o.was["product"], "the product review should keep its link when it moves"); err != nil {
				return err
			}
			all, _ := o.mails.sum()
			return expect(o.asked.outlook == 0 && all == 0, "a move should not be written on the Outlook event, nor mailed about")
		},
	},
	{
		"handover", "joined the planning's slot; shares its link, one mail told its guest", "Mia moves the hand-over into the slot of the planning: another link, so its guest gets one mail",
		func(d *demo) error { return d.moveTo("handover", "planning") },
		func(d *demo, o effect) error {
			if err := expect(o.is["handover"] == o.is["planning"] && o.is["planning"] == o.was["planning"], "hand-over and planning should share the planning's link"); err != nil {
				return err
			}
			all, _ := o.mails.sum()
			return expect(all == 1 && o.mails.outlook[d.booked["handover"].id] == 1, "the hand-over's guest, and nobody else, should get one mail")
		},
	},
	{
		"preparation", "moved; one meeting for both calendars, written on Google only", "Bob moves the board preparation, which is on Google and, as an invitation, on Outlook",
		func(d *demo) error { return d.move("preparation", 24*time.Hour) },
		func(d *demo, o effect) error {
			if err := expect(o.is["preparation"] == o.was["preparation"], "the preparation should keep its link when it moves"); err != nil {
				return err
			}
			return expect(o.asked.outlook == 0, "an invitation should not be written")
		},
	},
}

// showOnce plays the story, proves each step, and ends with the table and a
// pass that has nothing to do.
func (d *demo) showOnce(ctx context.Context) error {
	if err := d.firstPass(ctx); err != nil {
		return err
	}
	for _, proof := range []func() error{d.proveFirstMails, d.proveInvitations} {
		if err := proof(); err != nil {
			return err
		}
	}
	notes := map[string]string{}
	for _, s := range story {
		if err := d.play(ctx, s); err != nil {
			return err
		}
		if s.note != "" {
			notes[d.booked[s.key].id] = s.note
		}
	}
	for _, i := range d.invitations {
		notes[i.copy.id] = "the same meeting, as an invitation; written only where Bob organises it"
	}
	rows, err := d.compare(ctx, notes)
	if err != nil {
		return err
	}
	d.tell.chapter("Before and after")
	d.table(rows, len(rows))
	for _, proof := range []func() error{func() error { return d.prove(rows) }, d.proveFortnight, d.proveOutlook, d.proveInvitations} {
		if err := proof(); err != nil {
			return err
		}
	}
	return d.lastPass(ctx)
}

// play does a step, makes a pass, and proves what must be so.
func (d *demo) play(ctx context.Context, s step) error {
	d.tell.chapter("%s", s.tells)
	var o effect
	var err error
	if o.was, err = d.links(); err != nil {
		return err
	}
	d.world.forgetAsked()
	mark := d.world.postmark()
	if err := s.does(d); err != nil {
		return err
	}
	if _, err := d.pass(ctx); err != nil {
		return err
	}
	if o.is, err = d.links(); err != nil {
		return err
	}
	o.asked, o.mails = d.world.asked(), d.world.mailsSince(mark)
	all, most := o.mails.sum()
	d.tell.line("  requests: %s, %s; mail to guests: %s", counted(o.asked.reads, "calendar read", "calendar reads"),
		counted(o.asked.writes, "write", "writes"), orNone(all))
	if err := expect(most <= 1, "one change should not be mailed about twice"); err != nil {
		return err
	}
	return s.holds(d, o)
}

func orNone(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}

// links are what the bookings show now, by key; cancelled ones show what they
// showed last, which is how a guest would still find it.
func (d *demo) links() (map[string]link, error) {
	out := map[string]link{}
	for key, at := range d.booked {
		event, err := at.look()
		if err != nil {
			return nil, err
		}
		out[key] = event.link
	}
	return out, nil
}

// move moves a booking by some time.
func (d *demo) move(key string, by time.Duration) error {
	at := d.booked[key]
	event, err := at.look()
	if err != nil {
		return err
	}
	return at.calendar.app.move(at.id, workday.NotBefore(event.start.Add(by)), 0)
}

// moveTo moves a booking into the slot of another.
func (d *demo) moveTo(key, slot string) error {
	event, err := d.booked[slot].look()
	if err != nil {
		return err
	}
	at := d.booked[key]
	return at.calendar.app.move(at.id, event.start, event.minutes())
}

func (d *demo) cancel(key string) error {
	at := d.booked[key]
	return at.calendar.app.cancel(at.id)
}

// expect is an error that says what should be, unless it is.
func expect(holds bool, should string) error {
	if holds {
		return nil
	}
	return fmt.Errorf("the demo does not show what it should: %s", should)
}
