package reconciler

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"slotward/reconciler/plan"
	"slotward/store"
)

// world turns what the store holds and what was seen into the planner's input.
func (p *pass) world(ctx context.Context) (plan.World, error) {
	w := plan.World{
		Now: p.now, Installation: p.r.Store.Installation(), Horizon: p.r.Horizon,
		Events: p.events, Host: p.host.meetings, Listed: p.host.listed,
		Adopting: p.snap.Person.Adopting,
		Proofs:   p.host.proofs, Strangers: p.snap.Strangers, Doubted: p.doubted(),
		Release: p.snap.Person.Released, Verified: p.verified,
		Untaken: p.r.untaken.list(),
	}
	w.Person = p.person()
	var err error
	if w.Elsewhere, err = p.elsewhere(ctx); err != nil {
		return w, err
	}
	if w.Budget, err = p.budget(ctx); err != nil {
		return w, err
	}
	w.Calendars = p.calendars()
	for _, m := range p.snap.Meetings {
		w.Meetings = append(w.Meetings, plan.Meeting{
			ID: m.ID, Reference: m.Reference, Topic: m.Topic, Type: m.Type, Start: m.Start, Minutes: m.Minutes,
			CreatedAt: m.CreatedAt, Joining: m.Joining, Missing: m.Missing, Running: m.Running,
			TimeZone: m.TimeZone, Recurrence: m.Recurrence, Dropped: m.Dropped, Found: m.Found,
		})
	}
	for _, c := range p.snap.Claims {
		w.Claims = append(w.Claims, plan.Claim{Event: c.Event, Meeting: c.Meeting, Since: c.Since})
	}
	for _, r := range p.snap.Repairs {
		w.Repairs = append(w.Repairs, plan.Repair{Event: r.Event, Block: r.Block, At: r.At, State: plan.RepairState(r.State)})
	}
	for _, wish := range p.snap.Wishes {
		switch wish.Kind {
		case store.WishProvider:
			w.Choices = append(w.Choices, plan.Choice{Event: wish.Event, Provider: wish.Provider, At: wish.At, By: wish.By})
		case store.WishRenewal:
			w.Renewals = append(w.Renewals, plan.Renewal{Event: wish.Event, Meeting: wish.Meeting})
		}
	}
	for _, i := range p.snap.Intents {
		var slot plan.Slot
		if err := json.Unmarshal([]byte(i.Slot), &slot); err != nil {
			// Its events and its reference tell enough to find the meeting.
			p.log.Warn("slot of an intent not understood", slog.String("reference", i.Reference), slog.Any("error", err))
		}
		w.Intents = append(w.Intents, plan.Intent{Reference: i.Reference, Slot: slot, Events: i.Events, SentAt: i.SentAt})
	}
	return w, nil
}

// person tells how the person and the Zoom connection stand.
func (p *pass) person() plan.Person {
	out := plan.Person{ID: p.snap.Person.ID, Paused: p.snap.Person.Paused, ZoomReason: "not_connected"}
	c, ok := p.zoomConnection()
	if !ok {
		return out
	}
	out.Host = hostOf(c)
	switch c.State {
	case store.Connected:
		out.Zoom, out.ZoomReason = true, ""
	case store.Disconnecting:
		out.Leaving = true
	case store.Disconnected:
	default:
		out.ZoomReason = string(c.State)
	}
	return out
}

// settings cascades what was chosen: installation, person, calendar. What is
// not understood is left out and told in the error; such a calendar is not
// observed, and so not touched, until somebody has put it right.
func (p *pass) settings(c *store.Calendar) (plan.Settings, error) {
	settings, _, err := plan.Cascade(p.r.Defaults, p.snap.Settings, p.snap.Person.Settings, c.Settings)
	return settings, err
}

// calendars tells how each calendar stands.
func (p *pass) calendars() []plan.Calendar {
	zoom, _ := p.zoomConnection()
	leaving := zoom.State == store.Disconnecting
	var out []plan.Calendar
	for _, c := range p.snap.Calendars {
		settings, _ := p.settings(&c) // whoever observed the calendar has told what is wrong
		p.chosen[c.ID] = settings
		provider, reverting, obstacle := "", leaving, c.Error
		if connection, ok := p.connection(c.Connection); ok {
			provider = connection.Provider
			if !works(connection) {
				obstacle = cmp.Or(connection.Detail, "its account is "+string(connection.State))
			}
			reverting = reverting || connection.State == store.Disconnecting
		}
		out = append(out, plan.Calendar{
			ID: c.ID, Provider: providerOf(provider), On: c.On, OnSince: c.OnSince, NewOnly: c.NewOnly,
			Usable: p.usable[c.ID] && c.Writable, Obstacle: obstacle, Settings: settings, Reverting: reverting,
		})
	}
	return out
}

// budget tells how many Zoom writes the host has left today.
func (p *pass) budget(ctx context.Context) (plan.Budget, error) {
	c, ok := p.zoomConnection()
	if !ok {
		return plan.Budget{ResumeAt: midnight(p.now)}, nil
	}
	b, err := p.spent(ctx, hostOf(c))
	if err != nil {
		return plan.Budget{}, err
	}
	return Allowance(p.r.DailyLimit, b, p.now), nil
}

// spent is what is spent of a host's writes today.
func (p *pass) spent(ctx context.Context, host string) (store.Budget, error) {
	if b, known := p.known.spent[host]; known {
		return b, nil
	}
	b, err := p.r.Store.Spent(ctx, host, day(p.now))
	if err == nil && p.dry {
		p.known.spent = map[string]store.Budget{host: b}
	}
	return b, err
}

// usualLimit is how many writes Zoom lets every host make in a UTC day.
const usualLimit = 100

// Allowance tells how many of a day's Zoom writes a host has left, and when
// there are more. limit is how many a day has; zero: the usual number.
func Allowance(limit int, b store.Budget, now time.Time) plan.Budget {
	limit = cmp.Or(limit, usualLimit)
	left, resume := max(0, limit-b.Used), midnight(now)
	if b.Until.After(now) {
		left, resume = 0, b.Until
	}
	return plan.Budget{Left: left, ResumeAt: resume, Daily: limit, Reserve: reserve(limit, b.Allowed)}
}

// reserve is how many of a day's writes are kept for what comes up: a fifth, and
// as many as others seem to spend, for Zoom counts whoever asks. What Zoom allowed
// on the day before, when it said no early, tells how many those are; allowed is
// zero when it did not. A tenth is always left for what is further ahead.
func reserve(limit, allowed int) int {
	kept := limit / 5
	if allowed > 0 {
		kept += max(0, limit-allowed)
	}
	return min(kept, limit-limit/10)
}

// day names a UTC day, as Zoom counts them.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// midnight is the next 00:00 UTC.
func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour) }
