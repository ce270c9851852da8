package main

import (
	"fmt"
	"slices"
	"strings"

	"slotward/internal/simulator/microsoft"
)

// invitation is an event that is organised at Google, with the copy that its
// mails keep up to date on the Outlook calendar of a guest. The simulated
// providers share no mail: the demo carries it.
type invitation struct {
	organised, copy placed
}

// invite brings the mail of an event's invitation to a guest's Outlook calendar.
func (d *demo) invite(key, account string) error {
	organised := d.booked[key]
	event, err := organised.look()
	if err != nil {
		return err
	}
	guest, err := d.calendarOf(account)
	if err != nil {
		return err
	}
	notes, err := d.told(organised)
	if err != nil {
		return err
	}
	id, err := guest.app.insert(event.start, entry{
		title: event.title, minutes: event.minutes(), notes: notes, location: event.location, guests: slices.DeleteFunc(event.guests, func(g string) bool { return g == account }),
		organizer: organised.calendar.account, uid: event.uid,
	})
	d.invitations = append(d.invitations, invitation{organised, placed{guest, id}})
	return err
}

// told is what Google's mail says of an event: its notes, and how to join.
func (d *demo) told(p placed) (string, error) {
	view, err := d.world.google.Event(p.calendar.account, p.id)
	if err != nil || view.HangoutLink == "" {
		return view.Description, err
	}
	return strings.TrimSpace(view.Description + "\n\nJoin with Google Meet: " + view.HangoutLink), nil
}

// deliver carries the mail that Google sends when the organiser has renamed,
// moved or cancelled an event.
func (d *demo) deliver() error {
	for _, i := range d.invitations {
		event, err := i.organised.look()
		if err != nil {
			return err
		}
		told, err := i.copy.look()
		if err != nil {
			return err
		}
		if event.title == told.title && event.start.Equal(told.start) && event.end.Equal(told.end) && !event.cancelled {
			continue
		}
		if err := d.deliverOne(i); err != nil {
			return fmt.Errorf("the invitation to %s: %w", i.copy.calendar.account, err)
		}
	}
	return nil
}

// deliverMailed carries the mail that Google sent because of what Slotward wrote.
func (d *demo) deliverMailed(since postmark) error {
	for _, m := range d.world.google.Mails()[since.google:] {
		for _, i := range d.invitations {
			if m.Event != i.organised.id || !slices.Contains(m.Recipients, i.copy.calendar.account) {
				continue
			}
			if err := d.deliverOne(i); err != nil {
				return fmt.Errorf("the invitation to %s: %w", i.copy.calendar.account, err)
			}
		}
	}
	return nil
}

// deliverOne brings a guest's copy up to the organiser's event. A mail that
// tells nothing new leaves it as it is.
func (d *demo) deliverOne(i invitation) error {
	event, err := i.organised.look()
	if err != nil {
		return err
	}
	now, err := i.copy.look()
	if err != nil || now.cancelled {
		return err
	}
	outlook, account := d.world.microsoft, i.copy.calendar.account
	if event.cancelled {
		return outlook.Cancel(account, i.copy.id)
	}
	notes, err := d.told(i.organised)
	if err != nil {
		return err
	}
	if !now.start.Equal(event.start) || now.minutes() != event.minutes() {
		if err := outlook.Move(account, i.copy.id, event.start, event.minutes()); err != nil {
			return err
		}
	}
	if now.title == event.title && now.location == event.location && d.delivered[i.copy.id] == notes {
		return nil
	}
	d.delivered[i.copy.id] = notes
	return outlook.Edit(account, i.copy.id, microsoft.Change{Title: &event.title, Notes: &notes, Location: &event.location})
}

// postmark is how many mails the providers had sent at a moment because of what
// Slotward wrote.
type postmark struct{ google, outlook int }

func (w *demoWorld) postmark() postmark {
	return postmark{len(w.google.Mails()), len(w.microsoft.Mails())}
}

// mails counts those that guests got since, by event.
type mails struct{ google, outlook map[string]int }

func (w *demoWorld) mailsSince(since postmark) mails {
	out := mails{map[string]int{}, map[string]int{}}
	for _, m := range w.google.Mails()[since.google:] {
		out.google[m.Event]++
	}
	for _, m := range w.microsoft.Mails()[since.outlook:] {
		out.outlook[m.Event]++
	}
	return out
}

// sum is how many mails these are, and most how many about one event.
func (m mails) sum() (all, most int) {
	for _, provider := range []map[string]int{m.google, m.outlook} {
		for _, n := range provider {
			all, most = all+n, max(most, n)
		}
	}
	return all, most
}
