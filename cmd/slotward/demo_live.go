package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"slotward/internal/simulator/google"
)

// goOn keeps the demo running until ctx ends. Every while something believable
// happens in a calendar, if it may, and a pass follows.
func (d *demo) goOn(ctx context.Context, every time.Duration, changes bool) error {
	d.tell.line("\nThe demo keeps running; Ctrl-C ends it and removes everything.")
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			d.tell.line("\nThat was it.")
			return nil
		case err := <-d.ended:
			d.ended <- err
			return fmt.Errorf("the daemon ended: %w", err)
		case <-tick.C:
		}
		if !changes {
			continue
		}
		what, err := d.change(rand.IntN)
		if err != nil {
			return err
		}
		d.tell.chapter("%s", what)
		if _, err := d.pass(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// change does one thing that people do, chosen by pick, which returns a number
// from 0 up to n.
func (d *demo) change(pick func(n int) int) (what string, err error) {
	p := d.people[pick(len(d.people))]
	view, found, err := d.ordinary(p, pick)
	if err != nil {
		return "", err
	}
	if !found || pick(4) == 0 {
		return d.newBooking(p, pick)
	}
	g := d.world.google
	switch pick(4) {
	case 0:
		return fmt.Sprintf("%s cancels %q", p.name, view.Title), g.Cancel(p.email, view.ID)
	case 1:
		title := strings.TrimSuffix(view.Title, " (new agenda)")
		if title == view.Title {
			title += " (new agenda)"
		}
		return fmt.Sprintf("%s renames %q to %q", p.name, view.Title, title), g.Edit(p.email, view.ID, google.Change{Title: &title})
	default:
		start := awake(view.Start.Add(time.Duration(1+pick(5)) * 30 * time.Minute))
		return fmt.Sprintf("%s moves %q to %s", p.name, view.Title, start.Format("Mon 15:04")), g.Move(p.email, view.ID, start, 0)
	}
}

// ordinary picks a single event with guests that the person organises.
func (d *demo) ordinary(p *demoPerson, pick func(n int) int) (google.EventView, bool, error) {
	views, err := d.world.google.Events(p.email)
	if err != nil {
		return google.EventView{}, false, err
	}
	var fit []google.EventView
	for _, v := range views {
		if v.OrganizedHere && !v.AllDay && len(v.Guests) > 1 && len(v.Recurrence) == 0 && v.SeriesID == "" && v.Start.After(time.Now()) {
			fit = append(fit, v)
		}
	}
	if len(fit) == 0 {
		return google.EventView{}, false, nil
	}
	return fit[pick(len(fit))], true, nil
}

// occasions are what people book meetings for.
var occasions = []string{"Intro call", "Project check-in", "Contract questions", "Support hand-over", "Coffee chat", "Planning"}

// newBooking books a meeting within the fortnight, sometimes in a slot that is taken.
func (d *demo) newBooking(p *demoPerson, pick func(n int) int) (string, error) {
	start := workday(time.Now(), 1+pick(8)).Add(time.Duration(9+pick(8)) * time.Hour)
	title := occasions[pick(len(occasions))]
	_, err := d.world.google.Insert(p.email, google.NewEvent{
		Title: title, Start: start, Minutes: 30, Meet: pick(2) == 0, Guests: []string{"guest@client.test"},
	})
	return fmt.Sprintf("%s books %q on %s", p.name, title, start.Format("Mon 15:04")), err
}
