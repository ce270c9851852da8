package reconciler

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"slotward/reconciler/plan"
	"slotward/store"
)

// revertPatience is how long links that cannot be taken off keep an account from
// being disconnected: what a provider refuses for two days it goes on refusing.
const revertPatience = 48 * time.Hour

// works reports whether a connection's provider can be asked: also while it is
// being disconnected, for what has to be put away first.
func works(c store.Connection) bool {
	return c.State == store.Connected || c.State == store.Disconnecting
}

// leave disconnects what is to be disconnected once its links are taken off, as
// far as they can be. Until then the state stays, and each pass goes on where the
// one before stopped, whatever has happened between.
func (p *pass) leave(ctx context.Context) error {
	leaving := func(c store.Connection) bool { return c.State == store.Disconnecting }
	if p.dry || !slices.ContainsFunc(p.snap.Connections, leaving) {
		return nil
	}
	if err := p.reload(ctx); err != nil {
		return err
	}
	for _, c := range p.snap.Connections {
		if !leaving(c) {
			continue
		}
		left, err := p.leftover(ctx)
		if err != nil {
			return err
		}
		over := p.now.Sub(c.Since) >= revertPatience
		if (left > 0 || p.failed != nil) && !over {
			p.soonest(c.Since.Add(revertPatience))
			continue
		}
		if err := p.disconnect(ctx, c, left); err != nil {
			return err
		}
	}
	return nil
}

// leftover is how much there still is to take off or to delete. Meetings at a
// Zoom that cannot be asked any more are not waited for.
func (p *pass) leftover(ctx context.Context) (left int, err error) {
	w, err := p.world(ctx)
	if err != nil {
		return 0, err
	}
	todo := plan.Make(w)
	count := func(a plan.Action) {
		switch a.Kind {
		case plan.Restore, plan.Write:
			left++
		case plan.Delete, plan.Adopt:
			if p.zoom != nil {
				left++
			}
		}
	}
	for _, a := range todo.Actions {
		count(a)
	}
	for _, h := range todo.Held {
		if h.Reason == plan.DailyLimit || h.Reason == plan.BrakeHeld || h.Action.Kind == plan.Delete {
			count(h.Action)
		}
	}
	if todo.NeedsListing && p.zoom != nil {
		left++ // a create that was never answered: its meeting goes as well
	}
	return left, nil
}

// disconnect erases a connection's tokens and takes the permission back.
func (p *pass) disconnect(ctx context.Context, c store.Connection, left int) error {
	token, sealed := p.r.Store.Token(ctx, c.ID)
	detail := "its links were taken off"
	if left > 0 {
		detail = "its links were taken off, but for some that could not be in two days"
	}
	done := false
	err := p.write(ctx, func(tx *store.Tx) (err error) {
		if done, err = tx.Disconnect(c.ID); err != nil || !done {
			return err
		}
		return tx.Journal(store.Entry{
			Person: p.lease.Person, Pass: p.id, At: p.now, Action: "disconnect", Title: c.Provider + " " + c.Email, Outcome: "done", Detail: detail})
	})
	if err != nil || !done || sealed != nil {
		return err
	}
	if err := p.r.Revoke(context.WithoutCancel(ctx), c, token); err != nil {
		p.log.Warn("revoking at the provider failed: the tokens are erased here; remove the app there as well",
			slog.String("provider", c.Provider), slog.Any("error", err))
	}
	return nil
}
