package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routePersonGet() {
	register(s, huma.Operation{
		OperationID: "get-person", Method: http.MethodGet, Path: "/api/v1/people/{person}", Tags: []string{"people"},
		Summary: "Show a person", Errors: []int{http.StatusNotFound},
	}, s.getPerson)
}

func (s *server) getPerson(ctx context.Context, in *PersonPath) (*answer[Person], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	return &answer[Person]{personOf(p)}, nil
}
