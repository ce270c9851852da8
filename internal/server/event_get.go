package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/sources"
)

func (s *server) routeEventGet() {
	register(s, own(huma.Operation{
		OperationID: "get-event", Method: http.MethodGet, Path: "/api/v1/events/{event}", Tags: []string{"events"},
		Summary: "Show an event", Description: "What is wanted for it and why, the choices that led to it and where each was made, what it shows, what was done, and what comes next. " +
			"An event outside of what is read of its calendar, such as one in a year, is asked for by itself.",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable},
	}), s.getEvent)
}

func (s *server) getEvent(ctx context.Context, in *EventPath) (*answer[Event], error) {
	e, err := s.findEvent(ctx, in.Event)
	if ref, ok := parseEventID(in.Event); missing(err) && ok && e.person.ID != 0 {
		if !e.calendar.On {
			return &answer[Event]{unreadEvent(ref)}, nil
		}
		err = s.lookAt(ctx, ref, &e, err)
	}
	if err != nil {
		return nil, err
	}
	return s.told(ctx, &e)
}

// lookAt asks for an event that was not read: on a calendar that is read in part
// it may lie outside. It returns none when there is no such event.
func (s *server) lookAt(ctx context.Context, ref sources.EventRef, e *foundEvent, none error) (err error) {
	if s.Looker == nil {
		return none
	}
	e.EventView, err = s.Looker.Look(ctx, e.person.ID, ref)
	if missing(err) {
		return none
	}
	return err
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
