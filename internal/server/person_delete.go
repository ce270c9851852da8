package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routePersonDelete() {
	registerChange(s, own(huma.Operation{
		OperationID: "delete-person", Method: http.MethodDelete, Path: "/api/v1/people/{person}", Tags: []string{"people"},
		Summary:     "Remove a person",
		Description: "Disconnects every account, erases the tokens and forgets the person. Meetings and links stay as they are, no longer managed. The only admin stays as long as there is anybody else.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict},
	}), s.deletePerson)
}

func (s *server) deletePerson(ctx context.Context, in *PersonPath) (*struct{}, error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	// Before anything is done that cannot be undone.
	if err := s.Store.Removable(ctx, p.ID); err != nil {
		return nil, err
	}
	// The pass in flight ends first: it must not write for somebody who is gone.
	if err := s.interrupt(ctx, p.ID); err != nil {
		return nil, err
	}
	connections, err := s.Store.Connections(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range connections {
		if err := s.disconnect(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := s.Store.DeletePerson(ctx, p.ID); err != nil {
		return nil, err
	}
	if who, _ := IdentityOf(ctx); who.Person == p.ID {
		// Nothing is stored about them any more, not even who they were.
		s.writeDown(ctx, change{Action: "person", Title: "themselves", Detail: "removed"})
		return nil, nil
	}
	s.record(ctx, change{Action: "person", Title: p.Email, Detail: "removed"})
	return nil, nil
}
