package server

import (
	"context"
	"time"

	"slotward/reconciler/plan"
	"slotward/store"
)

// PlanAnswer is what would be done now, and why everything else is left.
type PlanAnswer struct {
	Actions   []PlannedAction   `json:"actions" doc:"In the order in which they would be done."`
	Held      []HeldAction      `json:"held" doc:"Wanted, but may not be done now."`
	Decisions []PlannedDecision `json:"decisions" doc:"One for each event."`
	Brake     *Brake            `json:"brake" doc:"Set when the brake holds a plan; of several people's, the first."`
	Gone      []string          `json:"gone,omitempty" doc:"Adoption: events whose mark names a Zoom meeting that is gone."`
	Orphans   []Orphan          `json:"orphans,omitempty" doc:"Adoption: meetings of ours that no event names. They are left as they are."`
}

// Orphan is a Zoom meeting of ours that no event names.
type Orphan struct {
	Person  int64     `json:"person" example:"1"`
	Meeting int64     `json:"meeting" doc:"Zoom's number of the meeting."`
	Topic   string    `json:"topic" example:"Kickoff"`
	Start   time.Time `json:"start,omitzero" doc:"When it begins; absent: it has no fixed time."`
}

// PlannedAction is one thing that would be done.
type PlannedAction struct {
	Person     int64     `json:"person" example:"1"`
	Kind       string    `json:"kind" enum:"adopt,abandon,create,update,write,claim,leave,restore,release,delete" example:"create"`
	Title      string    `json:"title" example:"Kickoff"`
	Start      time.Time `json:"start,omitzero" doc:"When it begins; absent: it has no fixed time."`
	Event      string    `json:"event,omitempty" example:"3:4kq7v0f8m1"`
	Events     []string  `json:"events,omitempty" doc:"create, adopt: who will show the meeting."`
	Meeting    int64     `json:"meeting,omitempty" doc:"Absent: the meeting that this plan makes."`
	Reason     string    `json:"reason" example:"default"`
	ReasonText string    `json:"reason_text" doc:"The reason in words."`
}

// HeldAction is an action that waits.
type HeldAction struct {
	PlannedAction
	HeldFor     string    `json:"held_for" doc:"Why it waits; a reason code." example:"daily_limit"`
	HeldForText string    `json:"held_for_text" doc:"Why it waits, in words."`
	Until       time.Time `json:"until,omitzero" doc:"When it will be tried again; absent: when somebody acts."`
}

// PlannedDecision is what is wanted for one event.
type PlannedDecision struct {
	Person     int64     `json:"person" example:"1"`
	Event      string    `json:"event" example:"3:4kq7v0f8m1"`
	Wanted     string    `json:"wanted" example:"zoom"`
	Reason     string    `json:"reason" example:"default"`
	ReasonText string    `json:"reason_text" doc:"The reason in words."`
	Detail     string    `json:"detail,omitempty" doc:"What there is to say besides, in words."`
	Meeting    int64     `json:"meeting,omitempty" doc:"Zoom's number of the meeting."`
	Until      time.Time `json:"until,omitzero" doc:"Until when that holds; absent: until something changes."`
}

// Brake is a stop before mass deletion.
type Brake struct {
	Person      int64  `json:"person" example:"1"`
	Fingerprint string `json:"fingerprint" doc:"Names this very set of removals."`
	Removals    int    `json:"removals" doc:"Deletes and unlinks counted."`
	Limit       int    `json:"limit" doc:"How many go ahead without being held."`
}

// planAll plans each person and does nothing.
func planAll(ctx context.Context, people []store.Person, one func(context.Context, int64) (plan.Plan, error)) (PlanAnswer, error) {
	out := PlanAnswer{Actions: []PlannedAction{}, Held: []HeldAction{}, Decisions: []PlannedDecision{}}
	for _, p := range people {
		planned, err := one(ctx, p.ID)
		if err != nil {
			return out, err
		}
		out.add(p.ID, planned)
	}
	return out, nil
}

func (a *PlanAnswer) add(person int64, p plan.Plan) {
	for _, action := range p.Actions {
		a.Actions = append(a.Actions, actionOf(person, action))
	}
	for _, h := range p.Held {
		a.Held = append(a.Held, HeldAction{actionOf(person, h.Action), string(h.Reason), reasonText(string(h.Reason)), h.Until})
	}
	for _, d := range p.Decisions {
		a.Decisions = append(a.Decisions, PlannedDecision{
			Person: person, Event: eventID(d.Event), Wanted: d.Wanted, Reason: string(d.Reason), ReasonText: reasonText(string(d.Reason)),
			Detail: d.Detail, Meeting: d.Meeting, Until: d.Until,
		})
	}
	for _, ref := range p.Gone {
		a.Gone = append(a.Gone, eventID(ref))
	}
	for _, m := range p.Orphans {
		a.Orphans = append(a.Orphans, Orphan{Person: person, Meeting: m.ID, Topic: m.Topic, Start: m.Start})
	}
	if p.Brake != nil && a.Brake == nil {
		a.Brake = &Brake{Person: person, Fingerprint: p.Brake.Fingerprint, Removals: p.Brake.Removals, Limit: p.Brake.Limit}
	}
}

func actionOf(person int64, a plan.Action) PlannedAction {
	out := PlannedAction{
		Person: person, Kind: string(a.Kind), Title: a.Title, Start: a.Start, Event: eventID(a.Event), Meeting: a.Meeting,
		Reason: string(a.Reason), ReasonText: reasonText(string(a.Reason)),
	}
	for _, ref := range a.Events {
		out.Events = append(out.Events, eventID(ref))
	}
	return out
}
