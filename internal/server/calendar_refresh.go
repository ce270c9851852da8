package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

func (s *server) routeCalendarRefresh() {
	registerChange(s, own(huma.Operation{
		OperationID: "refresh-calendars", Method: http.MethodPost, Path: "/api/v1/people/{person}/calendars/refresh", Tags: []string{"calendars"},
		Summary:     "Look for a person's calendars at the providers",
		Description: "Asks the providers which calendars there are, so that new ones appear and those that are gone say so, and lists them.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway, http.StatusServiceUnavailable},
	}), s.refreshCalendars)
}

func (s *server) refreshCalendars(ctx context.Context, in *PersonPath) (*answer[CalendarList], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	if err := s.askForCalendars(ctx, p.ID); err != nil {
		return nil, err
	}
	return s.calendarsOf(ctx, p.ID)
}

// askForCalendars asks each provider that the person is connected to.
func (s *server) askForCalendars(ctx context.Context, person int64) error {
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
