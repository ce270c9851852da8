package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"slotward/internal/server"
)

// resyncCommand makes people due and watches.
type resyncCommand struct {
	daemonFlags
	Person   string `arg:"" optional:"" help:"E-mail address or id; everybody if left out."`
	Calendar int64  `help:"Only the person whose calendar this is."`
	Yes      bool   `help:"Release the removals that the brake holds for this person first."`
	NoWait   bool   `help:"Do not watch."`
	JSON     bool   `help:"Print one JSON object a line for everything that is done."`
}

// Run asks for a pass and tells what it does until it has ended.
func (c *resyncCommand) Run(ctx context.Context, t *terminal) error {
	daemon, err := c.client(t)
	if err != nil {
		return err
	}
	if err := c.release(ctx, daemon, t); err != nil {
		return err
	}
	if c.NoWait {
		content, err := daemon.call(ctx, "POST", "/api/v1/resync", nil, whom(c.Person, c.Calendar))
		if err != nil || !c.JSON {
			return err
		}
		return writeJSON(t.out, content)
	}
	watch := newWatch(t, c.JSON)
	err = daemon.stream(ctx, "/api/v1/resync", url.Values{"wait": {"true"}}, whom(c.Person, c.Calendar), watch.event)
	watch.close()
	if err != nil {
		return err
	}
	return watch.verdict()
}

// release presses the brake's button.
func (c *resyncCommand) release(ctx context.Context, daemon *client, t *terminal) error {
	if !c.Yes {
		return nil
	}
	if c.Person == "" {
		return errors.New("--yes releases one person's held removals: name the person")
	}
	_, err := daemon.call(ctx, "POST", "/api/v1/people/"+url.PathEscape(c.Person)+"/release", nil, nil)
	var p *problemError
	if errors.As(err, &p) && p.class("nothing_held") {
		t.say("nothing is held for %s", c.Person)
		return nil
	}
	return err
}

// watch shows a resync: a bar on a terminal, else a line for each thing done.
type watch struct {
	out      *printer
	json     bool
	bar      *progressbar.ProgressBar
	done     *server.ResyncDone
	failures []string
}

func newWatch(t *terminal, asJSON bool) *watch {
	w := &watch{out: t.out, json: asJSON}
	if file, ok := t.out.w.(*os.File); ok && !asJSON && term.IsTerminal(int(file.Fd())) {
		// How much there is to do is known only when it is done.
		w.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(t.out), progressbar.OptionSetDescription("reconciling"),
			progressbar.OptionShowCount(), progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	return w
}

// event shows one event of the stream.
func (w *watch) event(e serverEvent) error {
	if w.json {
		w.out.printf(`{"event":%q,"data":%s}`+"\n", e.name, e.data)
	}
	switch e.name {
	case "action":
		var entry server.JournalEntry
		if err := json.Unmarshal(e.data, &entry); err != nil {
			return fmt.Errorf("the daemon's answer is not understood: %w", err)
		}
		w.action(entry)
	case "error":
		var failed server.ResyncError
		if err := json.Unmarshal(e.data, &failed); err != nil {
			return fmt.Errorf("the daemon's answer is not understood: %w", err)
		}
		w.failures = append(w.failures, failed.Error)
	case "done":
		w.done = &server.ResyncDone{}
		if err := json.Unmarshal(e.data, w.done); err != nil {
			return fmt.Errorf("the daemon's answer is not understood: %w", err)
		}
	}
	return nil
}

func (w *watch) action(e server.JournalEntry) {
	if w.json {
		return
	}
	line := fmt.Sprintf("%s %s %s", outcome(e.Outcome), e.Action, quoted(e.Title))
	if w.bar != nil {
		w.bar.Describe(clip(line, 60))
		_ = w.bar.Add(1)
		if e.Outcome != "failed" {
			return
		}
		_ = w.bar.Clear()
	}
	if why := firstOf(e.Detail, e.ReasonText, e.Reason); why != "" {
		line += " (" + why + ")"
	}
	w.out.print(line + "\n")
}

func outcome(word string) string {
	if word == "failed" || word == "held" {
		return fmt.Sprintf("%-6s", word)
	}
	return "done  "
}

func (w *watch) close() {
	if w.bar != nil {
		_ = w.bar.Finish()
	}
}

// verdict sums up; failures make the command fail.
func (w *watch) verdict() error {
	if w.done == nil && len(w.failures) == 0 {
		return errors.New("the daemon stopped telling before it was done: `slotward status` shows how it stands")
	}
	if w.done != nil && !w.json {
		w.out.printf("%s: %s, %d held, %d failed\n", counted(w.done.Persons, "person", "people"), counted(w.done.Actions, "action", "actions"), w.done.Held, w.done.Failed)
	}
	if len(w.failures) > 0 {
		return fmt.Errorf("failed: %s", w.failures[0])
	}
	return nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// clip keeps text within a number of characters.
func clip(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
