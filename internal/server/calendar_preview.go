package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

func (s *server) routeCalendarPreview() {
	register(s, huma.Operation{
		OperationID: "preview-calendar", Method: http.MethodPost, Path: "/api/v1/calendars/{calendar}/preview", Tags: []string{"calendars"},
		Summary: "Show what a change of a calendar would do",
		Description: "Takes what PATCH takes and changes nothing: how many events would get, lose or change their link, what that costs at Zoom, " +
			"and over how many days Zoom's daily limit spreads it. A calendar that was never read is read for it.",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway},
	}, s.previewCalendar)
}

func (s *server) previewCalendar(ctx context.Context, in *calendarUpdateInput) (*answer[Preview], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	calendar, err := s.Store.Calendar(ctx, in.Calendar)
	if err != nil {
		return nil, noCalendar(in.Calendar, err)
	}
	changed := calendar
	if err := in.Body.apply(&changed, s.Now()); err != nil {
		return nil, err
	}
	if changed.On && !calendar.On {
		if err := s.Store.Keeper(ctx, in.Calendar); err != nil {
			return nil, err
		}
	}
	return s.preview(ctx, []store.Person{{ID: calendar.Person}}, func(snap *store.Snapshot) {
		for i := range snap.Calendars {
			if c := &snap.Calendars[i]; c.ID == changed.ID {
				c.On, c.OnSince, c.NewOnly, c.Settings = changed.On, changed.OnSince, changed.NewOnly, changed.Settings
			}
		}
	})
}
