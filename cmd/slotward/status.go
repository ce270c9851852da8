package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"slotward/internal/server"
)

// statusCommand shows the queue.
type statusCommand struct {
	daemonFlags
	JSON bool `help:"Print JSON."`
}

// Run prints how the daemon and everybody stands.
func (c *statusCommand) Run(ctx context.Context, t *terminal) error {
	daemon, err := c.client(t)
	if err != nil {
		return err
	}
	content, err := daemon.get(ctx, "/api/v1/status", nil)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(t.out, content)
	}
	var answer server.Status
	if err := json.Unmarshal(content, &answer); err != nil {
		return fmt.Errorf("the daemon's answer is not a status: %w", err)
	}
	printStatus(t.out, answer)
	return nil
}

func printStatus(out *printer, s server.Status) {
	doing := "at work"
	if s.Idle {
		doing = "idle"
	}
	out.printf("slotward %s, %s, %s UTC\n", s.Version, doing, moment(s.Now))
	if len(s.People) == 0 {
		out.print("nobody yet: add people with POST /api/v1/people\n")
		return
	}
	out.table(func(w *printer) {
		w.print("PERSON\tLAST PASS\tNEXT\tSTATE\n")
		for _, p := range s.People {
			w.printf("%s\t%s\t%s\t%s\n", p.Email, ago(s.Now, p.LastPass), next(s.Now, p), state(p))
		}
	})
	for _, p := range s.People {
		for _, c := range p.Broken {
			out.printf("%s: %s account %s is %s: %s\n", p.Email, c.Provider, c.Email, c.State, c.Detail)
		}
	}
}

func ago(now, at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return now.Sub(at).Round(time.Second).String() + " ago"
}

func next(now time.Time, p server.PersonStatus) string {
	switch in := p.NextAt.Sub(now); {
	case p.Running:
		return "now"
	case in <= 0:
		return "due"
	default:
		return "in " + in.Round(time.Second).String()
	}
}

func state(p server.PersonStatus) string {
	switch {
	case p.Held != "":
		return "removals are held: `slotward plan " + p.Email + "` shows them"
	case p.Error != "":
		return fmt.Sprintf("failed %s: %s", counted(p.Failures, "time", "times"), p.Error)
	case p.Running:
		return "running"
	}
	return "ok"
}
