package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"slotward/internal/server"
)

// planCommand is a dry run.
type planCommand struct {
	daemonFlags
	Person string `arg:"" optional:"" help:"E-mail address or id; everybody if left out."`
	All    bool   `help:"Also show why every other event is left as it is."`
	JSON   bool   `help:"Print JSON."`
}

// Run prints what a pass would do.
func (c *planCommand) Run(ctx context.Context, t *terminal) error {
	daemon, err := c.client(t)
	if err != nil {
		return err
	}
	content, err := daemon.call(ctx, "POST", "/api/v1/resync", url.Values{"dry_run": {"true"}}, whom(c.Person, 0))
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, content)
	}
	var answer server.PlanAnswer
	if err := json.Unmarshal(content, &answer); err != nil {
		return fmt.Errorf("the daemon's answer is not a plan: %w", err)
	}
	printPlan(t.out, answer, c.All)
	return nil
}

// whom is the body of a resync.
func whom(person string, calendar int64) map[string]any {
	body := map[string]any{}
	if person != "" {
		body["person"] = person
	}
	if calendar != 0 {
		body["calendar"] = calendar
	}
	return body
}

func printPlan(w *printer, answer server.PlanAnswer, all bool) {
	if len(answer.Actions) == 0 && len(answer.Held) == 0 {
		w.print("nothing to do\n")
	}
	for _, a := range answer.Actions {
		w.printf("%-8s %s  %s  (%s)\n", a.Kind, moment(a.Start), quoted(a.Title), firstOf(a.ReasonText, a.Reason))
	}
	for _, h := range answer.Held {
		w.printf("held     %s  %s %s  (%s%s)\n", moment(h.Start), h.Kind, quoted(h.Title), firstOf(h.HeldForText, h.HeldFor), until(h.Until))
	}
	if b := answer.Brake; b != nil {
		w.printf("brake    %d removals, more than %d at once: look at them, then `slotward resync %d --yes`\n", b.Removals, b.Limit, b.Person)
	}
	if !all {
		return
	}
	for _, d := range answer.Decisions {
		w.printf("%-8s %s  (%s%s)\n", d.Wanted, d.Event, firstOf(d.ReasonText, d.Reason), until(d.Until))
	}
}

// moment is an instant for people; blanks when there is none.
func moment(at time.Time) string {
	if at.IsZero() {
		return "                "
	}
	return at.UTC().Format("2006-01-02 15:04")
}

// until says when something is tried again.
func until(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return ", until " + at.UTC().Format("2006-01-02 15:04 UTC")
}

func quoted(title string) string {
	if title == "" {
		return "(no title)"
	}
	return fmt.Sprintf("%q", title)
}
