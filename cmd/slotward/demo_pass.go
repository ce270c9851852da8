package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"slotward/internal/server"
)

// pass makes everybody due, and waits until everybody was reconciled. The mail
// about what people did comes before it, the mail about what it did after.
func (d *demo) pass(ctx context.Context) (server.ResyncDone, error) {
	if err := d.deliver(); err != nil {
		return server.ResyncDone{}, err
	}
	mark := d.world.postmark()
	done, err := d.resync(ctx)
	d.tell.rest()
	if err != nil {
		return done, err
	}
	return done, d.deliverMailed(mark)
}

func (d *demo) resync(ctx context.Context) (server.ResyncDone, error) {
	var done *server.ResyncDone
	var failed string
	err := d.client.stream(ctx, "/api/v1/resync", url.Values{"wait": {"true"}}, map[string]any{}, func(e serverEvent) error {
		switch e.name {
		case "error":
			var told server.ResyncError
			if err := json.Unmarshal(e.data, &told); err != nil {
				return err
			}
			failed = told.Error
		case "done":
			done = &server.ResyncDone{}
			return json.Unmarshal(e.data, done)
		}
		return nil
	})
	switch {
	case err != nil:
		return server.ResyncDone{}, err
	case failed != "":
		return server.ResyncDone{}, fmt.Errorf("a pass failed: %s", failed)
	case done == nil:
		return server.ResyncDone{}, errors.New("the daemon stopped telling before it was done")
	}
	return *done, nil
}

// firstPass looks at the calendars for the first time. Passes began when the
// first account was connected, so mails are counted from the very beginning.
func (d *demo) firstPass(ctx context.Context) error {
	d.tell.chapter("Slotward looks at the calendars for the first time")
	if _, err := d.pass(ctx); err != nil {
		return err
	}
	return d.deliverMailed(postmark{})
}

// lastPass shows that a pass over an unchanged world costs one read for each
// calendar, writes nothing anywhere and mails nobody.
func (d *demo) lastPass(ctx context.Context) error {
	d.tell.chapter("Another pass, when nothing has changed")
	before, err := d.rows(ctx)
	if err != nil {
		return err
	}
	d.world.forgetAsked()
	mark := d.world.postmark()
	if _, err := d.pass(ctx); err != nil {
		return err
	}
	after, err := d.rows(ctx)
	if err != nil {
		return err
	}
	asked, calendars := d.world.asked(), len(d.calendars())
	mailed, _ := d.world.mailsSince(mark).sum()
	d.tell.line("  nothing to do: %s for %s, %s, %s in the store; mail to guests: %s", counted(asked.all, "request", "requests"),
		counted(calendars, "calendar", "calendars"), counted(asked.writes, "write", "writes"),
		counted(int(after-before), "row changed", "rows changed"), orNone(mailed))
	return expect(asked.all == asked.reads && asked.reads == calendars && asked.writes == 0 && mailed == 0 && after == before,
		"a pass over an unchanged world should read each calendar once, write nothing and mail nobody")
}

// rows are the rows of state that the daemon has written so far.
func (d *demo) rows(ctx context.Context) (int64, error) {
	content, err := d.client.get(ctx, "/api/v1/status", nil)
	if err != nil {
		return 0, err
	}
	var status server.Status
	return status.RowsWritten, json.Unmarshal(content, &status)
}
