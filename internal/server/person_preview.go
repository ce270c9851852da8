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
		Removed bool `json:"removed,omitempty" doc:"True: as DELETE would remove the person."`
	}
}

func (s *server) routePersonPreview() {
	register(s, huma.Operation{
		OperationID: "preview-person", Method: http.MethodPost, Path: "/api/v1/people/{person}/preview", Tags: []string{"people"},
		Summary: "Show what pausing, other settings, or removing a person would do", Description: "Takes what PATCH takes, or that the person is removed, and changes nothing.",
		Errors: []int{http.StatusNotFound, http.StatusBadGateway},
	}, s.previewPerson)
}

func (s *server) previewPerson(ctx context.Context, in *personPreviewInput) (*answer[Preview], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	out, err := s.preview(ctx, []store.Person{p}, func(snap *store.Snapshot) {
		in.Body.apply(&snap.Person)
		if in.Body.Removed {
			setAll(snap, "", store.Disconnected)
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

// setAll gives the live connections of a provider a state; "": of every provider.
func setAll(snap *store.Snapshot, provider string, state store.ConnectionState) {
	for i := range snap.Connections {
		if c := &snap.Connections[i]; (provider == "" || c.Provider == provider) && c.State != store.Disconnected {
			c.State = state
		}
	}
}
