package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type calendarGetInput struct {
	Calendar int64 `path:"calendar" doc:"The calendar's number." example:"3"`
}

func (s *server) routeCalendarGet() {
	register(s, own(huma.Operation{
		OperationID: "get-calendar", Method: http.MethodGet, Path: "/api/v1/calendars/{calendar}", Tags: []string{"calendars"},
		Summary: "Show a calendar", Description: "Its ETag names its switches and settings as they are now.",
		Errors: []int{http.StatusNotFound},
	}), s.getCalendar)
}

func (s *server) getCalendar(ctx context.Context, in *calendarGetInput) (*tagged[Calendar], error) {
	c, err := s.findCalendar(ctx, in.Calendar)
	if err != nil {
		return nil, err
	}
	return &tagged[Calendar]{ETag: calendarTag(c), Body: s.calendarOf(ctx, c)}, nil
}
