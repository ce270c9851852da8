package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routePersonList() {
	register(s, huma.Operation{
		OperationID: "list-people", Method: http.MethodGet, Path: "/api/v1/people", Tags: []string{"people"},
		Summary: "List people",
	}, s.listPeople)
}

func (s *server) listPeople(ctx context.Context, _ *nothing) (*answer[People], error) {
	people, err := s.Store.People(ctx)
	if err != nil {
		return nil, err
	}
	out := &answer[People]{Body: People{People: make([]Person, len(people))}}
	for i, p := range people {
		out.Body.People[i] = personOf(p)
	}
	return out, nil
}
