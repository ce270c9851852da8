package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"slotward/internal/server"
)

// whyCommand explains one event.
type whyCommand struct {
	daemonFlags
	Event  string `arg:"" help:"Title, a part of it, or id (CALENDAR:ID)."`
	Person string `help:"Only this person's events: e-mail address or id."`
	JSON   bool   `help:"Print JSON."`
}

// eventName is what an event's id looks like.
var eventName = regexp.MustCompile(`^\d+:[^\s:]+$`)

// explained is an event with what was done to it.
type explained struct {
	Event   server.Event          `json:"event"`
	Journal []server.JournalEntry `json:"journal"`
}

// Run finds the event and prints why it shows what it shows.
func (c *whyCommand) Run(ctx context.Context, t *terminal) error {
	daemon, err := c.client(t)
	if err != nil {
		return err
	}
	event, err := c.find(ctx, daemon)
	if err != nil {
		return err
	}
	content, err := daemon.get(ctx, "/api/v1/journal", url.Values{"event": {event.ID}, "limit": {"10"}})
	if err != nil {
		return err
	}
	var journal server.Journal
	if err := json.Unmarshal(content, &journal); err != nil {
		return fmt.Errorf("the daemon's answer is not a journal: %w", err)
	}
	if c.JSON {
		return writeJSON(t.out, explained{event, journal.Entries})
	}
	printWhy(t.out, event, journal.Entries)
	return nil
}

// find takes the argument as an id, else as a title. Several titles that fit
// are an error that lists them.
func (c *whyCommand) find(ctx context.Context, daemon *client) (server.Event, error) {
	var event server.Event
	if eventName.MatchString(c.Event) {
		content, err := daemon.get(ctx, "/api/v1/events/"+url.PathEscape(c.Event), nil)
		if err != nil {
			return event, err
		}
		return event, json.Unmarshal(content, &event)
	}
	found, err := c.search(ctx, daemon)
	if err != nil {
		return event, err
	}
	return choose(c.Event, found)
}

// enough is how many events with a title are looked for: more are not told apart.
const enough = 50

// search asks for events by title, page by page: where events are many, a page
// may be short, or empty, and still not be the last.
func (c *whyCommand) search(ctx context.Context, daemon *client) (found []server.Event, err error) {
	query := url.Values{"q": {c.Event}, "limit": {strconv.Itoa(enough)}}
	if c.Person != "" {
		query.Set("person", c.Person)
	}
	for {
		content, err := daemon.get(ctx, "/api/v1/events", query)
		if err != nil {
			return nil, err
		}
		var page server.Events
		if err := json.Unmarshal(content, &page); err != nil {
			return nil, fmt.Errorf("the daemon's answer is not a list of events: %w", err)
		}
		found = append(found, page.Events...)
		if page.Next == "" || len(found) >= enough {
			return found, nil
		}
		query.Set("cursor", page.Next)
	}
}

// choose takes the one event that fits: the only one, or the only one whose
// title is exactly what was asked for.
func choose(asked string, found []server.Event) (server.Event, error) {
	var exact []server.Event
	for _, e := range found {
		if strings.EqualFold(e.Title, asked) {
			exact = append(exact, e)
		}
	}
	switch {
	case len(exact) == 1:
		return exact[0], nil
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return server.Event{}, fmt.Errorf("no event has %q in its title: the last pass may not have seen it yet (`slotward resync`)", asked)
	}
	text := fmt.Sprintf("%d events fit %q; name one by its id:", len(found), asked)
	for i, e := range found {
		if i == 10 {
			text += "\n  …"
			break
		}
		text += fmt.Sprintf("\n  %s  %s  %s", e.ID, moment(e.Start), quoted(e.Title))
	}
	return server.Event{}, fmt.Errorf("%s", text)
}

// choices are settings in one line, each with where it was made.
func choices(settings []server.DecidingSetting) string {
	var words []string
	for _, s := range settings {
		words = append(words, s.Key+"="+s.Value+" ("+s.From+")")
	}
	return strings.Join(words, ", ")
}

func printWhy(w *printer, e server.Event, journal []server.JournalEntry) {
	w.printf("%s  %s  (%s, %s)\n", quoted(e.Title), moment(e.Start)+" UTC", e.Kind, e.ID)
	w.printf("  shows   %s", e.Shows)
	if e.JoinURL != "" {
		w.printf("  %s", e.JoinURL)
	}
	w.printf("\n  wanted  %s\n  why     %s", firstOf(e.Wanted, "not planned yet"), strings.TrimSuffix(firstOf(e.ReasonText, e.Reason, "no pass has looked at it yet"), "."))
	if e.Detail != "" {
		w.printf(": %s", e.Detail)
	}
	if e.Reason != "" {
		w.printf(" [%s]", e.Reason)
	}
	if e.Why != nil && len(e.Why.Settings) > 0 {
		w.printf("\n  set     %s", choices(e.Why.Settings))
	}
	w.printf("\n  next    %s%s\n", e.NextStep, until(e.Until))
	for _, j := range journal {
		w.printf("  %s  %s %s", moment(j.At), outcome(j.Outcome), j.Action)
		if why := firstOf(j.Detail, j.ReasonText, j.Reason); why != "" {
			w.printf(" (%s)", why)
		}
		w.print("\n")
	}
}
