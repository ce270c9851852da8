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
	"slotward/sources"
)

// link is what an event shows in its calendar: whose, and which meeting.
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

// picture is every event at one moment, by where it stands.
type picture map[placed]shown

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
	for _, c := range d.calendars() {
		events, err := c.app.events()
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			out[placed{c, e.id}] = e
		}
	}
	return out, nil
}

// compared is a line of the table.
type compared struct {
	at      placed
	event   server.Event // as the daemon knows it
	now     shown        // as it stands in the calendar
	was, is link
	note    string // what the story did to it
}

// compare lines up what the daemon says with what stands in the calendars.
// notes are by the event's id.
func (d *demo) compare(ctx context.Context, notes map[string]string) ([]compared, error) {
	var rows []compared
	for _, p := range d.people {
		events, err := d.events(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			c, id, err := p.locate(e.ID)
			if err != nil {
				return nil, err
			}
			now, err := c.app.event(id)
			if err != nil {
				return nil, err
			}
			was := link{provider: "none"}
			if old, known := d.before[placed{c, id}]; known {
				was = old.shows()
			}
			rows = append(rows, compared{placed{c, id}, e, now, was, now.shows(), notes[id]})
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
	meet, teams, none := 0, 0, 0
	for _, e := range d.before {
		switch {
		case e.native == "meet":
			meet++
		case e.native == "teams":
			teams++
		case e.shows().provider == "none":
			none++
		}
	}
	kinds := fmt.Sprintf("%d with Google Meet", meet)
	if d.uses(sources.Microsoft) {
		kinds += fmt.Sprintf(", %d with Teams", teams)
	}
	d.tell.line("  %s: %s, %d with no link at all, %d with somebody else's", counted(len(d.before), "event", "events"),
		kinds, none, len(d.before)-meet-teams-none)
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
	return fmt.Sprintf("  %s\t%s\t%s\t%s\t%s\t%s\n", r.event.Start.Format("Mon 02 Jan 15:04"), r.at.calendar.who(), title, r.was, r.is, why)
}
