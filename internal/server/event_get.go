package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routeEventGet() {
	register(s, own(huma.Operation{
		OperationID: "get-event", Method: http.MethodGet, Path: "/api/v1/events/{event}", Tags: []string{"events"},
		Summary: "Show an event", Description: "What is wanted for it and why, the choices that led to it and where each was made, what it shows, what was done, and what comes next.",
		Errors: []int{http.StatusNotFound},
	}), s.getEvent)
}

func (s *server) getEvent(ctx context.Context, in *EventPath) (*answer[Event], error) {
	e, err := s.findEvent(ctx, in.Event)
	if ref, ok := parseEventID(in.Event); err != nil && ok && e.person.ID != 0 && !e.calendar.On {
		return &answer[Event]{unreadEvent(ref)}, nil
	}
	if err != nil {
		return nil, err
	}
	return s.told(ctx, &e)
}

// tellEvent answers with an event as it is known now.
func (s *server) tellEvent(ctx context.Context, id string) (*answer[Event], error) {
	e, err := s.findEvent(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.told(ctx, &e)
}

// told answers with an event and how it came to be treated as it is.
func (s *server) told(ctx context.Context, e *foundEvent) (_ *answer[Event], err error) {
	out := eventOf(e.EventView)
	if out.Why, err = s.explainEvent(ctx, e.EventView); err != nil {
		return nil, err
	}
	return &answer[Event]{out}, nil
}
