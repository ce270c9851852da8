package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Provider is a service at which accounts can be connected.
type Provider struct {
	Name       string `json:"name" enum:"google,microsoft,zoom" example:"google"`
	Title      string `json:"title" doc:"For people." example:"Google Calendar"`
	Calendars  bool   `json:"calendars" doc:"Its accounts have calendars; else they have meetings."`
	Single     bool   `json:"single" doc:"A person has one account of it at most."`
	Configured bool   `json:"configured" doc:"This installation is registered there, so that accounts can be connected."`
}

// Providers is a list of providers.
type Providers struct {
	Providers []Provider `json:"providers"`
}

func (s *server) routeProviderList() {
	register(s, own(huma.Operation{
		OperationID: "list-providers", Method: http.MethodGet, Path: "/api/v1/providers", Tags: []string{"connections"},
		Summary: "List providers", Description: "Where accounts can be connected, and whether this installation is set up for it.",
	}), s.listProviders)
}

func (s *server) listProviders(_ context.Context, _ *nothing) (*answer[Providers], error) {
	out := &answer[Providers]{Providers{Providers: make([]Provider, len(providers))}}
	for i, p := range providers {
		out.Body.Providers[i] = Provider{
			Name: p.name, Title: p.title, Calendars: p.calendars, Single: p.single, Configured: s.Authorizers[p.name] != nil,
		}
	}
	return out, nil
}
