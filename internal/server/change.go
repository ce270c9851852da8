package server

import (
	"context"
	"log/slog"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// change is something that somebody did through the API or an OAuth page.
type change struct {
	Action  string           // "connect", "pause", "settings", …; stands in the journal
	Person  int64            // zero: the installation
	Event   sources.EventRef // zero: not about one event
	Meeting int64            // zero: not about one meeting
	Reason  plan.Reason      // "": none
	Title   string           // what was changed, for people
	Detail  string           // from what to what, for people; never a secret
}

// record writes a change to the journal. The change itself has been saved, so
// failing to write it down does not undo it and is only logged.
func (s *server) record(ctx context.Context, c change) {
	if who, known := IdentityOf(ctx); known {
		c.Detail = join(c.Detail, "by "+who.Name)
	}
	s.writeDown(ctx, c)
}

// writeDown is record without who did it.
func (s *server) writeDown(ctx context.Context, c change) {
	entry := store.Entry{Person: c.Person, At: s.Now().UTC(), Action: c.Action, Title: c.Title, Outcome: "done", Detail: c.Detail,
		Event: c.Event, Meeting: c.Meeting, Reason: string(c.Reason)}
	if err := s.Store.Journal(ctx, entry); err != nil {
		s.Log.ErrorContext(ctx, "journal not written", slog.String("action", c.Action), slog.Any("error", err))
	}
}

// interrupt ends the running pass of each person, so that it does no more than
// the call in flight, makes them due, and wakes the loop.
func (s *server) interrupt(ctx context.Context, people ...int64) error {
	for _, person := range people {
		if err := s.Store.Interrupt(ctx, person); err != nil {
			return err
		}
	}
	s.Wake()
	return nil
}

// interruptAll is interrupt for everybody: a setting of the installation changed.
func (s *server) interruptAll(ctx context.Context) error {
	people, err := s.Store.People(ctx)
	if err != nil {
		return err
	}
	ids := make([]int64, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return s.interrupt(ctx, ids...)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
