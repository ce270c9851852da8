package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// EventRenewal is a new link that somebody asked for and that is still to come.
type EventRenewal struct {
	At time.Time `json:"at" doc:"When it was asked for."`
	By string    `json:"by,omitempty" doc:"Who asked for it." example:"ada@acme.test"`
}

func (s *server) routeEventRenew() {
	registerChange(s, own(huma.Operation{
		OperationID: "renew-event", Method: http.MethodPost, Path: "/api/v1/events/{event}/renew", Tags: []string{"events"},
		Summary: "Give an event a new Zoom link",
		Description: "Once: a new meeting is made, the event is rewritten, and then the old meeting is deleted. The old link works until the new one stands on the event, also when Zoom's daily limit puts that off. " +
			"Events that share the link move to the new one together, for a host holds one meeting at a time; with share=never there is only this one. A series moves as a whole. " +
			"A meeting that is running is replaced when it is over. To ask again before it is done changes nothing.",
		DefaultStatus: http.StatusAccepted, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}), s.renewEvent)
}

func (s *server) renewEvent(ctx context.Context, in *EventPath) (*answer[Event], error) {
	e, err := s.findEvent(ctx, in.Event)
	if err != nil {
		return nil, err
	}
	if err := s.renewable(ctx, &e); err != nil {
		return nil, err
	}
	if !beingRenewed(&e, s.Store.Installation()) {
		wish := renewalOf(&e, s.Now(), nameOf(ctx))
		if _, err := s.Store.PutWish(ctx, wish); err != nil {
			return nil, noEvent(in.Event, err)
		}
		s.record(ctx, change{Action: "renew", Person: e.person.ID, Event: e.Ref(), Meeting: e.Claimed, Title: e.Title, Reason: plan.Renewed})
		if err := s.interrupt(ctx, e.person.ID); err != nil {
			return nil, err
		}
	}
	return s.tellEvent(ctx, in.Event)
}

// renewalOf is the wish for another meeting than the one that an event claims.
func renewalOf(e *foundEvent, at time.Time, by string) store.Wish {
	return store.Wish{Event: e.Ref(), Kind: store.WishRenewal, Meeting: e.Claimed, At: at, By: by}
}

// renewable refuses a new link for an event that has no link of ours, or whose
// link may not be changed.
func (s *server) renewable(ctx context.Context, e *foundEvent) error {
	if err := openEvent(e); err != nil {
		return err
	}
	now := s.Now()
	switch {
	case e.Claimed == 0:
		return problem(http.StatusConflict, "no_link", "this event has no Zoom link of ours that a new one could replace: choose Zoom for it first")
	case e.Kind != sources.Series && !e.Start.After(now):
		return problem(http.StatusConflict, "begun", "this event has begun, and its guests may be in the meeting: its link stays until it is over")
	}
	return s.usableZoom(ctx, e.person.ID)
}

// beingRenewed reports whether a new link is on its way: asked for, or made and
// still to be written on the event.
func beingRenewed(e *foundEvent, installation string) bool {
	if w, asked := wishFor(e.Wishes, store.WishRenewal); asked && w.Meeting == e.Claimed {
		return true
	}
	shown, err := strconv.ParseInt(e.Mark.Meeting, 10, 64)
	return err == nil && shown != e.Claimed && e.Mark.Installation == installation && e.Mark.Names(e.ID)
}
