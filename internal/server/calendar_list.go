package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type calendarListInput struct {
	PersonPath
	Refresh bool `query:"refresh" doc:"Ask the providers first, so that new calendars appear."`
}

func (s *server) routeCalendarList() {
	register(s, own(huma.Operation{
		OperationID: "list-calendars", Method: http.MethodGet, Path: "/api/v1/people/{person}/calendars", Tags: []string{"calendars"},
		Summary: "List a person's calendars",
		Errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable},
	}), s.listCalendars)
}

func (s *server) listCalendars(ctx context.Context, in *calendarListInput) (*answer[CalendarList], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	if in.Refresh {
		if err := s.refreshCalendars(ctx, p.ID); err != nil {
			return nil, err
		}
	}
	calendars, err := s.Store.Calendars(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out := &answer[CalendarList]{CalendarList{make([]Calendar, len(calendars))}}
	for i, c := range calendars {
		out.Body.Calendars[i] = s.calendarOf(ctx, c)
	}
	return out, nil
}

// refreshCalendars asks each provider that the person is connected to.
func (s *server) refreshCalendars(ctx context.Context, person int64) error {
	connections, err := s.Store.Connections(ctx, person)
	if err != nil {
		return err
	}
	for _, c := range connections {
		at, known := providerNamed(c.Provider)
		if !known || !at.calendars || c.State != store.Connected {
			continue
		}
		if _, err := s.Calendars.Refresh(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}
