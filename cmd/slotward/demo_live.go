package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"slotward/internal/workday"
)

// liveAudit is how often Zoom's meetings are looked at while somebody plays.
const liveAudit = time.Second

// goOn keeps the demo running until ctx ends. Every while something believable
// happens in a calendar, if it may, and a pass follows; one follows at once, as
// after a push notification, when somebody plays on a provider's page. What they
// break, a connection say, does not end the demo.
func (d *demo) goOn(ctx context.Context, every time.Duration, changes bool) error {
	d.tell.line("\nThe demo keeps running; Ctrl-C ends it and removes everything.")
	tick := time.NewTicker(every)
	defer tick.Stop()
	looked := time.Now()
	for {
		what := ""
		select {
		case <-ctx.Done():
			d.tell.line("\nThat was it.")
			return nil
		case err := <-d.ended:
			d.ended <- err
			return fmt.Errorf("the daemon ended: %w", err)
		case what = <-d.world.played:
		case <-tick.C:
			if !changes {
				continue
			}
			var err error
			if what, err = d.change(rand.IntN); err != nil {
				return err
			}
		}
		d.tell.chapter("%s", what)
		select { // Zoom is looked at once a second at most, and has to be, should they have changed that
		case <-ctx.Done():
			continue
		case <-time.After(time.Until(looked.Add(liveAudit))):
		}
		looked = time.Now()
		if _, err := d.pass(ctx); err != nil && ctx.Err() == nil {
			d.tell.line("  %v", err)
		}
	}
}

// change does one thing that people do, chosen by pick, which returns a number
// from 0 up to n.
func (d *demo) change(pick func(n int) int) (what string, err error) {
	all := d.calendars()
	c := all[pick(len(all))]
	event, found, err := c.ordinary(pick)
	if err != nil {
		return "", err
	}
	if !found || pick(4) == 0 {
		return c.newBooking(pick)
	}
	switch pick(4) {
	case 0:
		return fmt.Sprintf("%s cancels %q", c.who(), event.title), c.app.cancel(event.id)
	case 1:
		title := strings.TrimSuffix(event.title, " (new agenda)")
		if title == event.title {
			title += " (new agenda)"
		}
		return fmt.Sprintf("%s renames %q to %q", c.who(), event.title, title), c.app.rename(event.id, title)
	default:
		start := workday.NotBefore(event.start.Add(time.Duration(1+pick(5)) * 30 * time.Minute))
		return fmt.Sprintf("%s moves %q to %s", c.who(), event.title, start.Format("Mon 15:04")), c.app.move(event.id, start, 0)
	}
}

// ordinary picks a single event with guests that the calendar's owner organises.
func (c *demoCalendar) ordinary(pick func(n int) int) (shown, bool, error) {
	events, err := c.app.events()
	if err != nil {
		return shown{}, false, err
	}
	fit := slices.DeleteFunc(events, func(e shown) bool {
		return !e.organizedHere || e.allDay || len(e.guests) == 0 || !e.single || e.cancelled || !e.start.After(time.Now())
	})
	if len(fit) == 0 {
		return shown{}, false, nil
	}
	return fit[pick(len(fit))], true, nil
}

// occasions are what people book meetings for.
var occasions = []string{"Intro call", "Project check-in", "Contract questions", "Support hand-over", "Coffee chat", "Planning"}

// newBooking books a meeting within the fortnight, sometimes in a slot that is taken.
func (c *demoCalendar) newBooking(pick func(n int) int) (string, error) {
	start := workday.After(time.Now(), 1+pick(8)).Add(time.Duration(9+pick(8)) * time.Hour)
	title := occasions[pick(len(occasions))]
	_, err := c.app.insert(start, entry{title: title, minutes: 30, native: pick(2) == 0, guests: []string{"guest@client.test"}})
	return fmt.Sprintf("%s books %q on %s", c.who(), title, start.Format("Mon 15:04")), err
}
