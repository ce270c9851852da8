package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routeConnectionList() {
	register(s, own(huma.Operation{
		OperationID: "list-connections", Method: http.MethodGet, Path: "/api/v1/people/{person}/connections", Tags: []string{"connections"},
		Summary: "List a person's connections", Description: "Disconnected ones are listed too: reconnecting the same account takes its meetings up again.",
		Errors: []int{http.StatusNotFound},
	}), s.listConnections)
}

func (s *server) listConnections(ctx context.Context, in *PersonPath) (*answer[Connections], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	connections, err := s.Store.Connections(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out := &answer[Connections]{Connections{make([]Connection, len(connections))}}
	for i, c := range connections {
		out.Body.Connections[i] = connectionOf(c)
	}
	return out, nil
}
