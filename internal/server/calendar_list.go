package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routeCalendarList() {
	register(s, own(huma.Operation{
		OperationID: "list-calendars", Method: http.MethodGet, Path: "/api/v1/people/{person}/calendars", Tags: []string{"calendars"},
		Summary: "List a person's calendars",
		Errors:  []int{http.StatusNotFound},
	}), s.listCalendars)
}

func (s *server) listCalendars(ctx context.Context, in *PersonPath) (*answer[CalendarList], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	return s.calendarsOf(ctx, p.ID)
}

func (s *server) calendarsOf(ctx context.Context, person int64) (*answer[CalendarList], error) {
	calendars, err := s.Store.Calendars(ctx, person)
	if err != nil {
		return nil, err
	}
	out := &answer[CalendarList]{CalendarList{make([]Calendar, len(calendars))}}
	for i, c := range calendars {
		out.Body.Calendars[i] = s.calendarOf(ctx, c)
	}
	return out, nil
}
