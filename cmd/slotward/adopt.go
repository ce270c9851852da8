package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"slotward/internal/server"
)

// adoptCommand takes up what was made before, from the marks on events.
type adoptCommand struct {
	daemonFlags
	Person string `arg:"" optional:"" help:"E-mail address or id; everybody if left out."`
	DryRun bool   `help:"Only show what would be taken up."`
	JSON   bool   `help:"Print one JSON object a line for everything that is done."`
}

// Run asks for an adoption and tells what it takes up and what is left over.
func (c *adoptCommand) Run(ctx context.Context, t *terminal) error {
	daemon, err := c.client(t)
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.show(ctx, daemon, t)
	}
	watch := newWatch(t, c.JSON)
	err = daemon.stream(ctx, "/api/v1/adopt", url.Values{"wait": {"true"}}, whom(c.Person, 0), watch.event)
	watch.close()
	if err != nil {
		return err
	}
	return watch.verdict()
}

// show prints what an adoption would take up, and does nothing.
func (c *adoptCommand) show(ctx context.Context, daemon *client, t *terminal) error {
	content, err := daemon.call(ctx, "POST", "/api/v1/adopt", url.Values{"dry_run": {"true"}}, whom(c.Person, 0))
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
	if len(answer.Actions)+len(answer.Gone)+len(answer.Orphans) == 0 {
		t.out.print("nothing to take up\n")
	}
	for _, a := range answer.Actions {
		t.out.printf("%-8s %s  %s\n", a.Kind, moment(a.Start), quoted(a.Title))
	}
	for _, event := range answer.Gone {
		t.out.printf("missing  %s names a Zoom meeting that is gone: it gets another link\n", event)
	}
	for _, o := range answer.Orphans {
		t.out.printf("orphan   %s  %s is named by no event: it is left as it is\n", moment(o.Start), quoted(o.Topic))
	}
	return nil
}
