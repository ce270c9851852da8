package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"slotward/internal/server"
	"slotward/internal/simulator/google"
	"slotward/sources"
)

// link is what an event shows on Google: whose, and which meeting.
type link struct{ provider, meeting string }

func (l link) String() string {
	if l.provider == "none" {
		return "no link"
	}
	name := map[string]string{"meet": "Google Meet", "zoom": "Zoom", "webex": "Webex", "teams": "Teams"}[l.provider]
	return strings.TrimSpace(cmp.Or(name, l.provider) + " " + grouped(l.meeting))
}

// grouped writes a Zoom id as Zoom does: 812 3456 7890.
func grouped(id string) string {
	if len(id) < 9 || len(id) > 11 || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return id[:3] + " " + id[3:len(id)-4] + " " + id[len(id)-4:]
}

// linkOf reads what an event shows, as a guest would: typed links first, then
// the calendar's own.
func linkOf(v google.EventView) link {
	if v.Status == "cancelled" {
		return link{provider: "none"}
	}
	if found := sources.FindLinks(v.Location + "\n" + v.Description + "\n" + v.Conference); len(found) > 0 {
		return link{found[0].Provider, found[0].Meeting}
	}
	if v.HangoutLink != "" {
		return link{provider: "meet"}
	}
	return link{provider: "none"}
}

// picture is what every event shows at one moment, by calendar and id.
type picture map[string]map[string]pictured

type pictured struct {
	view google.EventView
	link link
}

// look takes the picture of everything before Slotward.
func (d *demo) look() error {
	taken, err := d.take()
	if err != nil {
		return err
	}
	d.before = taken
	d.overview()
	return nil
}

func (d *demo) take() (picture, error) {
	out := picture{}
	for _, p := range d.people {
		views, err := d.world.google.Events(p.email)
		if err != nil {
			return nil, err
		}
		out[p.email] = map[string]pictured{}
		for _, v := range views {
			out[p.email][v.ID] = pictured{v, linkOf(v)}
		}
	}
	return out, nil
}

// compared is a line of the table.
type compared struct {
	person  string
	event   server.Event
	was, is link
	note    string // what the story did to it
}

// compare lines up what the daemon says with what stands on Google.
func (d *demo) compare(ctx context.Context, notes map[string]string) ([]compared, error) {
	var rows []compared
	for _, p := range d.people {
		events, err := d.events(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			_, id, _ := strings.Cut(e.ID, ":")
			view, err := d.world.google.Event(p.email, id)
			if err != nil {
				return nil, err
			}
			was := link{provider: "none"}
			if old, known := d.before[p.email][id]; known {
				was = old.link
			}
			rows = append(rows, compared{p.name, e, was, linkOf(view), notes[id]})
		}
	}
	slices.SortStableFunc(rows, func(a, b compared) int { return a.event.Start.Compare(b.event.Start) })
	return rows, nil
}

// events are all events that the daemon knows of a person.
func (d *demo) events(ctx context.Context, p *demoPerson) ([]server.Event, error) {
	var out []server.Event
	query := url.Values{"person": {p.email}, "limit": {"500"}}
	for {
		content, err := d.client.get(ctx, "/api/v1/events", query)
		if err != nil {
			return nil, err
		}
		var page server.Events
		if err := json.Unmarshal(content, &page); err != nil {
			return nil, err
		}
		out = append(out, page.Events...)
		if page.Next == "" {
			return out, nil
		}
		query.Set("cursor", page.Next)
	}
}

// overview counts what stands in the calendars before Slotward.
func (d *demo) overview() {
	events, links := 0, map[string]int{}
	for _, calendar := range d.before {
		for _, e := range calendar {
			events++
			links[e.link.provider]++
		}
	}
	d.tell.line("  %s: %d with Google Meet, %d with no link at all, %d with somebody else's", counted(events, "event", "events"),
		links["meet"], links["none"], events-links["meet"]-links["none"])
}

// table prints before and after; at most so many lines.
func (d *demo) table(rows []compared, most int) {
	if len(rows) == 0 {
		d.tell.line("  there are no events to show")
		return
	}
	d.tell.table(func(w *printer) {
		w.print("  WHEN (UTC)\tWHO\tEVENT\tWAS\tIS NOW\tWHY\n")
		for _, r := range rows[:min(most, len(rows))] {
			w.print(r.cells())
		}
		if len(rows) > most {
			w.printf("  … and %d more\t\t\t\t\t\n", len(rows)-most)
		}
	})
}

// cells are a line of the table, parted by tabs.
func (r compared) cells() string {
	why := firstOf(r.note, r.event.ReasonText, r.event.Reason)
	if r.note == "" && !r.event.Until.IsZero() {
		why += until(r.event.Until)
	}
	title := clip(firstOf(r.event.Title, "(no title)"), 34)
	return fmt.Sprintf("  %s\t%s\t%s\t%s\t%s\t%s\n", r.event.Start.Format("Mon 02 Jan 15:04"), r.person, title, r.was, r.is, why)
}
