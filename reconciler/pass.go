package reconciler

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// pass is one reconciliation of one person.
type pass struct {
	r     *Reconciler
	lease store.Lease
	id    string
	log   *slog.Logger
	now   time.Time
	dry   bool // observe and plan only; nothing of it is saved

	snap     *store.Snapshot
	events   []plan.Event
	at       map[sources.EventRef]int            // where an event stands among events
	decided  map[sources.EventRef]store.Decision // what the store holds, by event
	chosen   map[int64]plan.Settings             // by calendar
	calendar map[int64]*store.Calendar
	sources  map[int64]sources.Source // by connection
	usable   map[int64]bool           // calendars that were read in this pass
	readings []calendarReading        // dry runs: what was read, merged in memory
	known    remembered               // dry runs: what the store was asked before
	lame     map[int64]bool           // connections that turned out not to work, in this pass
	zoom     Zoom
	host     zoomHost
	verified bool // absences were verified in this pass

	claims  map[sources.EventRef]int64  // who claims which meeting, as this pass goes on
	made    map[plan.Slot]int64         // meetings made in this pass
	results map[sources.EventRef]result // what went wrong with an event
	blocked map[string]result           // why nothing more is asked in this pass, by what (waits.go)
	silent  map[string]int              // requests in a row without a proper answer, by what
	refused map[deed]result             // actions that failed in this pass: not tried twice
	missing map[int64]bool              // meetings that turned out to be gone while they were used
	pending map[sources.EventRef]bool   // events that are still to be written
	retry   time.Time                   // the soonest thing to come back for
	failed  error                       // first failure that may pass; nil: none
	replan  bool                        // the world moved under an action
	// lostZoom is set when Zoom turns out not to be usable any more: events then get
	// what comes next in their preference, in this very pass.
	lostZoom bool
	counts   map[string]int // outcomes, for the log line
}

// remembered is what the store has told in a dry run that plans more than once:
// nothing that is planned changes it.
type remembered struct {
	spent    map[string]store.Budget // of the day, by host
	ids      []int64                 // meetings that were asked about; nil: none yet
	others   map[int64]bool          // those of them that are another person's
	released map[int64]bool          // those of somebody who was removed
}

// result says why an event did not get what it should have.
type result struct {
	reason plan.Reason
	detail string
	until  time.Time
}

// newPass loads what the store knows of the person.
func (r *Reconciler) newPass(ctx context.Context, lease store.Lease) (*pass, error) {
	snap, err := r.Store.Load(ctx, lease.Person)
	if err != nil {
		return nil, err
	}
	id := rand.Text()[:12]
	return &pass{
		r: r, lease: lease, id: id, now: r.Now().UTC(), snap: snap,
		log:      r.Log.With(slog.String("pass", id), slog.Int64("person", lease.Person)),
		calendar: map[int64]*store.Calendar{}, sources: map[int64]sources.Source{}, usable: map[int64]bool{}, lame: map[int64]bool{},
		made: map[plan.Slot]int64{}, results: map[sources.EventRef]result{}, blocked: map[string]result{},
		silent: map[string]int{}, refused: map[deed]result{}, missing: map[int64]bool{},
		counts: map[string]int{}, claims: claimsOf(snap),
		decided: decisionsOf(snap), chosen: map[int64]plan.Settings{},
	}, nil
}

func decisionsOf(snap *store.Snapshot) map[sources.EventRef]store.Decision {
	out := make(map[sources.EventRef]store.Decision, len(snap.Decisions))
	for _, d := range snap.Decisions {
		out[d.Event] = d
	}
	return out
}

func claimsOf(snap *store.Snapshot) map[sources.EventRef]int64 {
	out := make(map[sources.EventRef]int64, len(snap.Claims))
	for _, c := range snap.Claims {
		out[c.Event] = c.Meeting
	}
	return out
}

// Pass reconciles the leased person once and returns how it ended. It stops
// between two actions when ctx ends.
func (r *Reconciler) Pass(ctx context.Context, lease store.Lease) store.Outcome {
	began := time.Now()
	p, err := r.newPass(ctx, lease)
	if err == nil {
		err = p.survive(ctx)
	}
	outcome := r.outcome(lease, p, err)
	switch {
	case errors.Is(err, store.ErrLeaseLost):
		r.metrics.pass("lease_lost", time.Since(began))
	case outcome.Error != "":
		r.metrics.pass("failed", time.Since(began))
	default:
		r.metrics.pass("done", time.Since(began))
	}
	return outcome
}

// survive runs the pass; a panic is this person's failed pass and nobody
// else's (I14). Its value may quote anything, so only its place is told, and
// what the runtime itself has to say.
func (p *pass) survive(ctx context.Context) (err error) {
	defer func() {
		if value := recover(); value != nil {
			fault, _ := value.(runtime.Error)
			p.log.Error("panic", slog.Any("fault", fault), slog.String("stack", string(debug.Stack())))
			err = errPanic
		}
	}()
	return p.run(ctx)
}

var errPanic = errors.New("a fault in Slotward itself; its place is in the log")

// run is the pass: observe, plan, apply, record.
func (p *pass) run(ctx context.Context) error {
	if err := p.observe(ctx); err != nil {
		return err
	}
	if armed, err := p.arm(ctx); err != nil || !armed {
		return err
	}
	for range replans {
		p.lostZoom = false
		todo, err := p.plan(ctx)
		if err != nil {
			return err
		}
		p.replan = false
		if err := p.apply(ctx, todo); err != nil {
			return err
		}
		if !p.replan && !p.lostZoom {
			if err := p.record(ctx, todo); err != nil {
				return err
			}
			return p.leave(ctx)
		}
		if err := p.reload(ctx); err != nil {
			return err
		}
	}
	// The world kept moving: what could not be settled is told, and tried again soon.
	p.fail(fmt.Errorf("%w: the calendar kept changing while it was written", sources.ErrChanged))
	todo, err := p.plan(ctx)
	if err != nil {
		return err
	}
	for _, a := range todo.Actions {
		p.note(a.Event, result{reason: plan.Conflict, detail: "changed while it was written; tried again soon"})
	}
	return p.record(ctx, todo)
}

// plan makes the plan, listing the host's meetings and verifying absences
// first where the plan says that it cannot do without.
func (p *pass) plan(ctx context.Context) (plan.Plan, error) {
	if err := p.audit(ctx); err != nil {
		return plan.Plan{}, err
	}
	if err := p.refill(ctx); err != nil {
		return plan.Plan{}, err
	}
	if err := p.watch(ctx); err != nil {
		return plan.Plan{}, err
	}
	w, err := p.world(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	todo := plan.Make(w)
	if todo.NeedsListing && !p.host.listed && p.list(ctx) {
		if w, err = p.world(ctx); err != nil {
			return plan.Plan{}, err
		}
		todo = plan.Make(w)
	}
	if todo, err = p.planHands(ctx, todo); err != nil {
		return plan.Plan{}, err
	}
	again, err := p.proved(ctx, todo.Brake)
	if err != nil {
		return plan.Plan{}, err
	}
	if again {
		if w, err = p.world(ctx); err != nil {
			return plan.Plan{}, err
		}
		todo = plan.Make(w)
	}
	return todo, nil
}

// planHands plans again with what Zoom has told of meetings that people made by hand.
func (p *pass) planHands(ctx context.Context, todo plan.Plan) (plan.Plan, error) {
	if len(todo.NeedsProof) == 0 {
		return todo, nil
	}
	learnt, err := p.proveHands(ctx, todo.NeedsProof)
	if err != nil || !learnt {
		return todo, err
	}
	w, err := p.world(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	return plan.Make(w), nil
}

// fail remembers the first failure that may pass; the person is due again soon.
func (p *pass) fail(err error) {
	if p.failed == nil {
		p.failed = err
	}
	p.soonest(p.soon())
}

// soonest brings the next pass forward to at.
func (p *pass) soonest(at time.Time) {
	if !at.IsZero() && (p.retry.IsZero() || at.Before(p.retry)) {
		p.retry = at
	}
}

// note remembers why an event did not get what it should have.
func (p *pass) note(ref sources.EventRef, res result) {
	if ref.Event != "" {
		p.results[ref] = res
	}
}
