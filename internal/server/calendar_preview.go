package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type calendarPreviewInput struct {
	Calendar int64 `path:"calendar" doc:"The calendar's number." example:"3"`
	Body     CalendarChange
}

func (s *server) routeCalendarPreview() {
	register(s, own(huma.Operation{
		OperationID: "preview-calendar", Method: http.MethodPost, Path: "/api/v1/calendars/{calendar}/preview", Tags: []string{"calendars"},
		Summary: "Show what a change of a calendar would do",
		Description: "Takes what PATCH takes and changes nothing: how many events would get, lose or change their link, what that costs at Zoom, " +
			"and over how many days Zoom's daily limit spreads it. A calendar that was never read is read for it.",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway},
	}), s.previewCalendar)
}

func (s *server) previewCalendar(ctx context.Context, in *calendarPreviewInput) (*answer[Preview], error) {
	calendar, err := s.findCalendar(ctx, in.Calendar)
	if err != nil {
		return nil, err
	}
	changed, err := s.changedCalendar(ctx, calendar, in.Body)
	if err != nil {
		return nil, err
	}
	return s.preview(ctx, []store.Person{{ID: calendar.Person}}, func(snap *store.Snapshot) { suppose(snap, changed) })
}

// changedCalendar is a calendar as a change would leave it. What PATCH would
// refuse is refused.
func (s *server) changedCalendar(ctx context.Context, calendar store.Calendar, change CalendarChange) (store.Calendar, error) {
	if err := checkSettings(change.Settings); err != nil {
		return calendar, err
	}
	changed := calendar
	if err := change.apply(&changed, s.Now()); err != nil {
		return calendar, err
	}
	if changed.On && !calendar.On {
		if err := s.Store.Keeper(ctx, calendar.ID); err != nil {
			return calendar, err
		}
	}
	return changed, nil
}

// suppose puts what was decided about a calendar into a snapshot.
func suppose(snap *store.Snapshot, changed store.Calendar) {
	for i := range snap.Calendars {
		if c := &snap.Calendars[i]; c.ID == changed.ID {
			c.On, c.OnSince, c.NewOnly, c.Settings = changed.On, changed.OnSince, changed.NewOnly, changed.Settings
		}
	}
}
