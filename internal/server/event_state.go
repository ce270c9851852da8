package server

import (
	"slotward/reconciler/plan"
	"slotward/store"
)

// The states of an event, for people: what it needs, if anything.
const (
	stateReady     = "ready"
	statePlanned   = "planned"
	stateWaiting   = "waiting"
	stateAttention = "attention"
	stateLeft      = "left"
	stateOver      = "over"
)

// reasonStates are the states that follow from a reason alone.
var reasonStates = map[plan.Reason]string{
	plan.Cancelled: stateOver,
	plan.Past:      stateOver,

	plan.Later:       stateWaiting,
	plan.DailyLimit:  stateWaiting,
	plan.Unanswered:  stateWaiting,
	plan.ZoomError:   stateWaiting,
	plan.CalError:    stateWaiting,
	plan.RateLimited: stateWaiting,
	plan.Conflict:    stateWaiting,
	plan.Adopting:    stateWaiting,

	plan.Paused:      stateAttention,
	plan.BrakeHeld:   stateAttention,
	plan.NeedsReauth: stateAttention,
	plan.NeedsScope:  stateAttention,
	plan.NotAllowed:  stateAttention,
	plan.NotLinked:   stateAttention,
	plan.NoProvider:  stateAttention,
	plan.Unread:      stateAttention,
	plan.Invalid:     stateAttention,

	plan.Repeated: stateLeft,
}

// stateOf says in one word how an event stands.
func stateOf(e Event) string {
	if e.Gone != "" {
		return stateOver
	}
	if state, ok := reasonStates[plan.Reason(e.Reason)]; ok {
		return state
	}
	switch e.Wanted {
	case "":
		return statePlanned
	case "leave":
		return stateLeft
	case "none":
		if e.Shows != "zoom" && e.Shows != "static" {
			return stateReady
		}
	case "native":
		if e.Shows == "meet" || e.Shows == "teams" {
			return stateReady
		}
	case e.Shows:
		return stateReady
	}
	return statePlanned
}

// shownAs are the providers that events are chosen by; what is none of them is "other".
var shownAs = map[string]bool{"zoom": true, "meet": true, "teams": true, "static": true, "none": true}

// chosenBy returns what takes the events of a state and a provider; nil for all.
func chosenBy(state, provider string) func(*store.EventView) bool {
	if state == "" && provider == "" {
		return nil
	}
	return func(v *store.EventView) bool {
		shown := shows(&v.Event.Event)
		if !shownAs[shown] {
			shown = "other"
		}
		return (provider == "" || provider == shown) && (state == "" || state == stateOf(eventOf(*v)))
	}
}
