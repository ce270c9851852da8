package main

import (
	"fmt"
	"strconv"
	"strings"

	"slotward/sources"
)

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
// meeting of its own host at the right time, and no link of the calendar's besides.
func (d *demo) prove(rows []compared) error {
	for _, r := range rows {
		// What waits, was left or is over is shown as it is.
		if r.event.Wanted != "zoom" || r.event.Gone != "" || !r.event.Until.IsZero() {
			continue
		}
		if err := d.proveLink(r); err != nil {
			return fmt.Errorf("the demo does not show what it should: %q of %s: %w", r.event.Title, r.at.calendar.who(), err)
		}
	}
	return d.proveNoneLeft(rows)
}

func (d *demo) proveLink(r compared) error {
	if !d.live(r.is) {
		return fmt.Errorf("shows %s, which opens no meeting", r.is)
	}
	number, err := strconv.ParseInt(r.is.meeting, 10, 64)
	if err != nil {
		return err
	}
	meeting, _ := d.world.zoom.Meeting(number)
	switch {
	case meeting.Host != r.at.calendar.owner.email:
		return fmt.Errorf("is hosted by %s", meeting.Host)
	case r.now.native != "":
		return fmt.Errorf("still has its %s link", link{provider: r.now.native})
	case r.event.Kind == "single" && meeting.Type == 2 && !meeting.Start.Equal(r.now.start):
		return fmt.Errorf("begins at %s, its meeting at %s", moment(r.now.start), moment(meeting.Start))
	}
	return nil
}

// proveNoneLeft checks that no meeting was made that no event shows.
func (d *demo) proveNoneLeft(rows []compared) error {
	shown := map[string]bool{}
	for _, r := range rows {
		shown[r.is.meeting] = true
	}
	for _, p := range d.people {
		for _, m := range d.world.zoom.Meetings(p.email) {
			if err := expect(shown[strconv.FormatInt(m.ID, 10)], fmt.Sprintf("%q of %s is a meeting that no event shows", m.Topic, p.name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// proveFortnight checks that every booking shows what the table of bookings says.
func (d *demo) proveFortnight() error {
	for _, b := range fortnight {
		event, err := d.booked[b.key].look()
		if err != nil {
			return err
		}
		if got, want := event.shows().provider, d.wanted(b); got != want {
			return fmt.Errorf("the demo does not show what it should: %q shows %s, not %s", b.event.title, got, want)
		}
	}
	a, err := d.booked["panel"].look()
	if err != nil {
		return err
	}
	b, err := d.booked["panel-b"].look()
	if err != nil {
		return err
	}
	return expect(a.link == b.link, "two bookings in one slot should share a link")
}

// wanted is what a booking must show in the end: with --eligible=all, also a
// meeting to which nobody is invited has a link.
func (d *demo) wanted(b booking) string {
	alone := len(b.event.guests) == 0 && b.event.organizer == "" && b.event.kind == "" && !b.event.allDay
	if alone && d.eligible == "all" {
		return "zoom"
	}
	return b.shows
}

// proveOutlook checks what is special there: nothing of a replaced Teams block
// is left, and rooms and people's own words are where they were.
func (d *demo) proveOutlook() error {
	for _, b := range fortnight {
		at := d.booked[b.key]
		if at.calendar.provider != sources.Microsoft || b.shows != "zoom" {
			continue
		}
		event, err := at.look()
		if err != nil {
			return err
		}
		if err := expect(!strings.Contains(event.text, "teams.microsoft.com") && !strings.Contains(event.text, "me-email-text"),
			fmt.Sprintf("nothing of the Teams block should be left in %q", b.event.title)); err != nil {
			return err
		}
		for _, room := range b.event.rooms {
			if err := expect(strings.Contains(event.location, room), fmt.Sprintf("%q should keep its room", b.event.title)); err != nil {
				return err
			}
		}
		if err := expect(strings.Contains(event.text, b.event.notes), fmt.Sprintf("%q should keep what was written in it", b.event.title)); err != nil {
			return err
		}
	}
	return nil
}

// proveInvitations checks that an event on two calendars of one person is one
// meeting, and written only where the person organises it.
func (d *demo) proveInvitations() error {
	for _, i := range d.invitations {
		event, err := i.organised.look()
		if err != nil {
			return err
		}
		guests, err := i.copy.look()
		if err != nil {
			return err
		}
		if err := expect(event.uid == guests.uid && event.start.Equal(guests.start), fmt.Sprintf("%q should be the same event on both calendars", event.title)); err != nil {
			return err
		}
		if err := expect(d.live(event.link) && event.link == guests.link, fmt.Sprintf("%q should be one meeting on both calendars", event.title)); err != nil {
			return err
		}
		if err := expect(event.organizedHere && event.marked && !guests.organizedHere && !guests.marked, fmt.Sprintf("%q should be written only where it is organised", event.title)); err != nil {
			return err
		}
	}
	return nil
}

// proveFirstMails checks what guests were told of the first links: on Outlook,
// which mails about every write, one mail for each event that got another link,
// and none for any other.
func (d *demo) proveFirstMails() error {
	told := d.world.mailsSince(postmark{})
	all, most := told.sum()
	d.tell.line("  mail to guests: %s, one for each event that has another link now", orNone(all))
	if err := expect(most <= 1, "another link should not be mailed about twice"); err != nil {
		return err
	}
	for _, b := range fortnight {
		at := d.booked[b.key]
		if at.calendar.provider != sources.Microsoft {
			continue
		}
		event, err := at.look()
		if err != nil {
			return err
		}
		want := 0
		if event.link.provider == "zoom" {
			want = 1
		}
		if err := expect(told.outlook[at.id] == want, fmt.Sprintf("the guests of %q should get %s", b.event.title, counted(want, "mail", "mails"))); err != nil {
			return err
		}
	}
	return nil
}
