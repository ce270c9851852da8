package reconciler

import (
	"context"
	"errors"
	"hash/fnv"
	"log/slog"
	"strconv"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// record saves what was decided for each event, with what came of it, and what
// the brake holds. A pass that decided nothing new writes nothing (I9).
func (p *pass) record(ctx context.Context, todo plan.Plan) error {
	decisions := p.decisions(todo)
	held := ""
	if todo.Brake != nil {
		held = todo.Brake.Fingerprint
	}
	released := p.snap.Person.Released
	if held != "" || p.finished(todo) {
		released = "" // a release is for one set of removals, until the last of it is done
	}
	forgotten, fulfilled := p.forgotten(todo), p.fulfilled()
	if len(forgotten)+len(fulfilled) == 0 && held == p.snap.Person.Held && released == p.snap.Person.Released && store.SameDecisions(p.snap.Decisions, decisions) {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error {
		if held != p.snap.Person.Held {
			if err := tx.SetHeld(held); err != nil {
				return err
			}
			if held != "" {
				if err := tx.Journal(p.brakeEntry(todo.Brake)); err != nil {
					return err
				}
			}
		}
		if released != p.snap.Person.Released {
			if err := tx.SetReleased(released); err != nil {
				return err
			}
		}
		for _, ref := range forgotten {
			if err := tx.DropRepair(ref); err != nil {
				return err
			}
		}
		for _, ref := range fulfilled {
			if err := tx.DropWish(ref, store.WishRenewal); err != nil {
				return err
			}
		}
		return tx.SaveDecisions(decisions)
	})
}

// finished reports whether the plan covers all calendars and nothing of it is left.
func (p *pass) finished(todo plan.Plan) bool {
	return p.allRead() && p.failed == nil && len(todo.Held) == 0 && p.counts["failed"]+p.counts["held"] == 0
}

// allRead reports whether every calendar that is on was read in this pass.
func (p *pass) allRead() bool {
	for id, c := range p.calendar {
		if c.On && !p.usable[id] {
			return false
		}
	}
	return true
}

// noteHeld remembers for each event that the planner itself makes wait.
func (p *pass) noteHeld(held []plan.Held) {
	for _, h := range held {
		res := result{h.Reason, heldDetail(h), h.Until}
		for _, ref := range h.Action.Events {
			p.note(ref, res)
		}
		p.note(h.Action.Event, res)
		p.soonest(h.Until)
	}
}

// decisions joins the planner's word on each event with what came of it.
func (p *pass) decisions(todo plan.Plan) []store.Decision {
	slots := make(map[sources.EventRef]int64, len(todo.Actions))
	for _, a := range todo.Actions {
		for _, ref := range a.Events {
			if id := p.made[a.Slot]; a.Kind == plan.Create && id != 0 {
				slots[ref] = id
			}
		}
	}
	out := make([]store.Decision, 0, len(todo.Decisions))
	for _, d := range todo.Decisions {
		row := p.rowOf(d)
		row.Since = p.now
		if row.Meeting == 0 {
			row.Meeting = slots[d.Event]
		}
		if res, ok := p.results[d.Event]; ok {
			row.Reason, row.Detail, row.Until = string(res.reason), res.detail, res.until
		}
		if old, ok := p.decision(d.Event); ok && old.Reason == row.Reason {
			row.Since = old.Since
		}
		out = append(out, row)
	}
	return out
}

// rowOf is the planner's word on an event for the store.
func (p *pass) rowOf(d plan.Decision) store.Decision {
	return store.Decision{
		Event: d.Event, Person: p.lease.Person, Wanted: d.Wanted, Reason: string(d.Reason), Detail: d.Detail, Meeting: d.Meeting, Until: d.Until,
	}
}

func heldDetail(h plan.Held) string {
	switch h.Reason {
	case plan.DailyLimit:
		return "Zoom allows a host so many writes a day, and the soonest meetings go first; its turn comes at " + h.Until.UTC().Format("2006-01-02 15:04 MST")
	case plan.BrakeHeld:
		return "too many links would be taken away at once; somebody has to release it"
	}
	return ""
}

func (p *pass) brakeEntry(b *plan.Brake) store.Entry {
	return store.Entry{
		Person: p.lease.Person, Pass: p.id, At: p.now, Action: "brake", Reason: string(plan.BrakeHeld), Outcome: "held",
		Detail: strconv.Itoa(b.Removals) + " removals are held; " + strconv.Itoa(b.Limit) + " are allowed without a release",
	}
}

// outcome says how a pass ended and when the person is due again.
func (r *Reconciler) outcome(lease store.Lease, p *pass, err error) store.Outcome {
	now := r.Now().UTC()
	out := store.Outcome{NextAt: r.next(lease.Person, now)}
	if p != nil && !p.retry.IsZero() {
		out.NextAt = earlier(out.NextAt, later(p.retry, now.Add(time.Second)))
	}
	switch {
	case errors.Is(err, context.Canceled):
		out.NextAt, out.Failures = now, lease.Failures // told to stop: go on right after the start
		return out
	case errors.Is(err, store.ErrLeaseLost):
		r.Log.Info("pass given up", slog.Int64("person", lease.Person), slog.String("why", "something was changed, or somebody else works on the person"))
		out.Error = err.Error()
		return out
	case err != nil:
		out.Error = err.Error()
	case p.failed != nil:
		out.Error = p.failed.Error()
	default:
		p.log.Debug("pass", slog.Any("outcomes", p.counts))
		return out
	}
	out.Failures = lease.Failures + 1
	out.NextAt = earlier(out.NextAt, now.Add(retryDelay(out.Failures)))
	r.Log.Warn("pass failed", slog.Int64("person", lease.Person), slog.String("error", out.Error), slog.Time("next", out.NextAt))
	return out
}

// next is the schedule's next time after now, shifted for each person so that
// not everybody is due at once.
func (r *Reconciler) next(person int64, now time.Time) time.Time {
	shift := time.Duration(0)
	if r.Jitter > 0 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(strconv.FormatInt(person, 10)))
		shift = time.Duration(h.Sum64() % uint64(r.Jitter))
	}
	next := r.Schedule.Next(now.Add(-shift))
	if next.IsZero() { // a schedule of a day that never comes
		return now.Add(longestWait)
	}
	return next.Add(shift)
}

func providerOf(s string) sources.Provider { return sources.Provider(s) }
