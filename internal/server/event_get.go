package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type eventGetInput struct {
	Event string `path:"event" maxLength:"1200" doc:"<calendar>:<the provider's id>, percent-encoded." example:"3:4kq7v0f8m1"`
}

func (s *server) routeEventGet() {
	register(s, huma.Operation{
		OperationID: "get-event", Method: http.MethodGet, Path: "/api/v1/events/{event}", Tags: []string{"events"},
		Summary: "Show an event", Description: "What is wanted for it and why, the choices that led to it and where each was made, what it shows, what was done, and what comes next.",
		Errors: []int{http.StatusNotFound},
	}, s.getEvent)
}

func (s *server) getEvent(ctx context.Context, in *eventGetInput) (*answer[Event], error) {
	ref, ok := parseEventID(in.Event)
	if !ok {
		return nil, unprocessable("path.event", printable(in.Event), "an event is named by its calendar's number, a colon, and the provider's id, like 3:4kq7v0f8m1")
	}
	view, err := s.Store.EventView(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		if c, err := s.Store.Calendar(ctx, ref.Calendar); err == nil && !c.On {
			return &answer[Event]{unreadEvent(ref)}, nil
		}
		return nil, problem(http.StatusNotFound, "no_event",
			fmt.Sprintf("there is no event %q; GET /api/v1/events lists those that were read", printable(in.Event)))
	}
	if err != nil {
		return nil, err
	}
	out := eventOf(view)
	if out.Why, err = s.explainEvent(ctx, view); err != nil {
		return nil, err
	}
	return &answer[Event]{out}, nil
}
