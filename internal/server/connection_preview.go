package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

func (s *server) routeConnectionPreview() {
	register(s, own(huma.Operation{
		OperationID: "preview-connection", Method: http.MethodPost, Path: "/api/v1/people/{person}/connections/{provider}/preview", Tags: []string{"connections"},
		Summary: "Show what disconnecting an account would do", Description: "Says what stays and what goes, and changes nothing.",
		Errors: []int{http.StatusNotFound, http.StatusBadGateway},
	}), s.previewConnection)
}

func (s *server) previewConnection(ctx context.Context, in *connectionDeleteInput) (*answer[Preview], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	ending, err := s.connectionsOf(ctx, p, in)
	if err != nil {
		return nil, err
	}
	state := store.Disconnected
	if in.Links == "revert" {
		state = store.Disconnecting
	}
	out, err := s.preview(ctx, []store.Person{p}, func(snap *store.Snapshot) {
		setAll(snap, state, func(c store.Connection) bool {
			return slices.ContainsFunc(ending, func(e store.Connection) bool { return e.ID == c.ID })
		})
	})
	if err != nil {
		return nil, err
	}
	out.Body.disconnected(in)
	return out, nil
}

// disconnected adds what disconnecting means besides the numbers.
func (p *Preview) disconnected(in *connectionDeleteInput) {
	at, _ := providerNamed(in.Provider)
	p.stays(p.Zoom.Meetings, "upcoming meeting stays in Zoom", "upcoming meetings stay in Zoom")
	p.Stays = append(p.Stays, "the choices and settings, for when the same account is connected again")
	if in.Links == "revert" {
		p.Goes = append(p.Goes, "the permission, taken back at "+at.title+", and its tokens here, as soon as all that is done or in two days")
		return
	}
	p.Goes = append(p.Goes, "the permission, taken back at "+at.title+", and its tokens here")
	if at.calendars {
		p.Goes = append(p.Goes, "moves, cancellations and new events of its calendars are not followed any more")
		return
	}
	p.Goes = append(p.Goes, "meetings no longer follow events that are moved or cancelled", "new events get the next that the settings prefer")
}
