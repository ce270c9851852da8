package reconciler

import (
	"context"
	"errors"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// verdict is what an error from a provider means for the pass. Its result has
// an end only if nothing is to be tried before.
type verdict struct {
	result
	state store.ConnectionState // the connection's new state; "" leaves it
	wide  bool                  // no more requests to this connection in this pass
	wait  bool                  // the provider asks for it: nor in the passes to come, until then
	park  bool                  // for good: left alone until the event changes or the end is reached (parks.go)
}

// passing reports whether the same request may work in a moment.
func (v verdict) passing() bool { return v.state == "" && !v.park && !v.wait }

// judge turns an error into what to do about it. Classes decide, never texts.
func (p *pass) judge(err error) verdict {
	var auth *authError
	var calendarLimit *sources.LimitedError
	var zoomLimit *zoom.LimitedError
	var setting *plan.SettingError
	switch {
	case errors.As(err, &setting):
		return verdict{result: result{plan.CalError, "its settings are not understood: " + err.Error(), time.Time{}}, park: true}
	case errors.As(err, &zoomLimit) && zoomLimit.Daily:
		return verdict{result: result{plan.DailyLimit, "Zoom's daily limit is reached", p.bounded(zoomLimit.Until)}, wide: true, wait: true}
	case errors.As(err, &zoomLimit):
		return verdict{result: result{plan.RateLimited, "Zoom asks to wait", p.bounded(zoomLimit.Until)}, wide: true, wait: true}
	case errors.As(err, &calendarLimit):
		return verdict{result: result{plan.RateLimited, "the calendar's provider asks to wait", p.bounded(calendarLimit.Until)}, wide: true, wait: true}
	case errors.As(err, &auth) && errors.Is(auth, store.ErrNotFound):
		return verdict{result: result{plan.Unread, "its account was disconnected meanwhile", time.Time{}}, state: store.Disconnected, wide: true}
	case errors.As(err, &auth) && !auth.dead:
		return verdict{result: result{plan.CalError, "no access token could be had that is taken; tried again soon", time.Time{}}, wide: true}
	case errors.Is(err, sources.ErrBlocked), errors.Is(err, zoom.ErrBlocked):
		return verdict{result: result{plan.NotAllowed, cure(err, "an administrator does not allow this: ask them, then connect the account again"), time.Time{}}, state: store.NotAllowed, wide: true}
	case errors.Is(err, sources.ErrRevoked), errors.Is(err, zoom.ErrRevoked):
		return verdict{result: result{plan.NeedsReauth, cure(err, "access was withdrawn or has expired: connect the account again"), time.Time{}}, state: store.NeedsReauth, wide: true}
	case errors.Is(err, sources.ErrMissingScope), errors.Is(err, zoom.ErrMissingScope):
		return verdict{result: result{plan.NeedsScope, "a permission is missing: connect the account again and leave every box ticked", time.Time{}}, state: store.MissingScope, wide: true}
	case errors.Is(err, zoom.ErrNotAllowed):
		return verdict{result: result{plan.NotAllowed, "Zoom does not let this account schedule meetings: ask the Zoom administrator for a licence", time.Time{}}, wide: true, park: true}
	case errors.Is(err, zoom.ErrBusy):
		return verdict{result: result{plan.ZoomError, "the meeting is running", p.now.Add(runningFor)}, park: true}
	case errors.Is(err, zoom.ErrRefused):
		return verdict{result: result{plan.ZoomError, err.Error(), time.Time{}}, park: true}
	case errors.Is(err, sources.ErrReadOnly):
		return verdict{result: result{plan.ReadOnly, err.Error(), time.Time{}}, park: true}
	case errors.Is(err, sources.ErrRefused):
		return verdict{result: result{plan.CalError, err.Error(), time.Time{}}, park: true}
	case errors.Is(err, sources.ErrGone):
		return verdict{result: result{plan.CalError, "the calendar is no longer there or no longer shared", time.Time{}}, park: true}
	case errors.Is(err, zoom.ErrGone):
		return verdict{result: result{plan.ZoomError, "the meeting is gone in Zoom; looked at again soon", time.Time{}}}
	case errors.Is(err, zoom.ErrIncomplete), errors.Is(err, zoom.ErrUnavailable), errors.Is(err, zoom.ErrUnknown):
		return verdict{result: result{plan.ZoomError, "Zoom did not answer as it should; tried again soon", time.Time{}}}
	}
	return verdict{result: result{plan.CalError, "the provider did not answer as it should; tried again soon", time.Time{}}}
}

// cure is the sentence with which a provider's client says what is to be done
// about an account, or the usual one.
func cure(err error, usual string) string {
	var told interface {
		error
		Sentence() string
	}
	if errors.As(err, &told) && told.Sentence() != "" {
		return told.Sentence()
	}
	return usual
}

// bounded keeps a provider's wait within reason: at least a second, at most a day.
func (p *pass) bounded(until time.Time) time.Time {
	if until.IsZero() {
		return p.soon()
	}
	return later(p.now.Add(time.Second), earlier(until, p.now.Add(longestWait)))
}

// soon is when to come back after a failure, the later the more passes have failed.
func (p *pass) soon() time.Time { return p.now.Add(retryDelay(p.lease.Failures + 1)) }

// setConnection records that a connection no longer works; its calendars or
// its Zoom account are left out of the rest of the pass. That somebody has
// disconnected it is written down already.
//
// One that is being disconnected stays so: what cannot be done there any more is
// left, and it is disconnected all the same.
func (p *pass) setConnection(ctx context.Context, id int64, state store.ConnectionState, detail string) error {
	for i := range p.snap.Connections {
		if c := &p.snap.Connections[i]; c.ID == id {
			if c.State == store.Disconnecting && state != store.Disconnected {
				state, detail = c.State, c.Detail
			}
			c.State, c.Detail = state, detail
		}
	}
	p.lame[id] = true
	delete(p.sources, id)
	for i := range p.snap.Calendars {
		if p.snap.Calendars[i].Connection == id {
			p.usable[p.snap.Calendars[i].ID] = false
		}
	}
	p.connectZoom()
	if p.dry || state == store.Disconnected {
		return nil
	}
	return p.write(ctx, func(tx *store.Tx) error { return tx.SetConnection(id, state, detail) })
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
