package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type personPreviewInput struct {
	PersonPath
	Body struct {
		PersonChange
		Removed   bool                   `json:"removed,omitempty" doc:"True: as DELETE would remove the person."`
		Calendars []ListedCalendarChange `json:"calendars,omitempty" maxItems:"500" doc:"Changes of calendars of this person, all at once."`
	}
}

// ListedCalendarChange is what to change on one of several calendars.
type ListedCalendarChange struct {
	Calendar int64 `json:"calendar" example:"3"`
	CalendarChange
}

func (s *server) routePersonPreview() {
	register(s, own(huma.Operation{
		OperationID: "preview-person", Method: http.MethodPost, Path: "/api/v1/people/{person}/preview", Tags: []string{"people"},
		Summary: "Show what pausing, other settings, or removing a person would do", Description: "Takes what PATCH takes, of the person and of several calendars at once, or that the person is removed, and changes nothing.",
		Errors: []int{http.StatusNotFound, http.StatusBadGateway},
	}), s.previewPerson)
}

func (s *server) previewPerson(ctx context.Context, in *personPreviewInput) (*answer[Preview], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	calendars, err := s.supposedCalendars(ctx, p, in.Body.Calendars)
	if err != nil {
		return nil, err
	}
	out, err := s.preview(ctx, []store.Person{p}, func(snap *store.Snapshot) {
		in.Body.apply(&snap.Person)
		for _, c := range calendars {
			suppose(snap, c)
		}
		if in.Body.Removed {
			setAll(snap, store.Disconnected, func(store.Connection) bool { return true })
		}
	})
	if err != nil {
		return nil, err
	}
	told := &out.Body
	switch {
	case in.Body.Removed:
		told.stays(told.Zoom.Meetings, "upcoming meeting stays in Zoom", "upcoming meetings stay in Zoom")
		told.Goes = append(told.Goes, "the permissions of every account, taken back at the provider, and their tokens here",
			"the settings, and all that is known of the calendars", "nobody follows moves and cancellations any more",
			"the accounts are free for somebody else at once")
	case !p.Paused && in.Body.Paused != nil && *in.Body.Paused:
		told.Stays = append(told.Stays, "moves and cancellations of events that have a link are still followed")
		told.Goes = append(told.Goes, "new events get no link until the person is resumed")
	}
	return out, nil
}

// supposedCalendars are a person's calendars as they would be after changes.
func (s *server) supposedCalendars(ctx context.Context, p store.Person, changes []ListedCalendarChange) ([]store.Calendar, error) {
	var out []store.Calendar
	for _, change := range changes {
		calendar, err := s.Store.Calendar(ctx, change.Calendar)
		if err == nil && calendar.Person != p.ID {
			err = store.ErrNotFound
		}
		if err != nil {
			return nil, noCalendar(change.Calendar, err)
		}
		changed, err := s.changedCalendar(ctx, calendar, change.CalendarChange)
		if err != nil {
			return nil, err
		}
		out = append(out, changed)
	}
	return out, nil
}

// setAll gives those of a person's live connections a state that are meant.
func setAll(snap *store.Snapshot, state store.ConnectionState, meant func(store.Connection) bool) {
	for i := range snap.Connections {
		if c := &snap.Connections[i]; meant(*c) && c.State != store.Disconnected {
			c.State = state
		}
	}
}
