package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routePersonGet() {
	register(s, own(huma.Operation{
		OperationID: "get-person", Method: http.MethodGet, Path: "/api/v1/people/{person}", Tags: []string{"people"},
		Summary: "Show a person", Description: "Its ETag names what PATCH changes as it is now.", Errors: []int{http.StatusNotFound},
	}), s.getPerson)
}

func (s *server) getPerson(ctx context.Context, in *PersonPath) (*tagged[Person], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	out, err := s.personWith(ctx, p)
	if err != nil {
		return nil, err
	}
	return &tagged[Person]{ETag: personTag(p), Body: out}, nil
}
