package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) routeSettingsGet() {
	register(s, own(huma.Operation{
		OperationID: "get-settings", Method: http.MethodGet, Path: "/api/v1/settings", Tags: []string{"settings"},
		Summary: "Show the installation's settings", Description: "Its ETag names what was set through this API as it is now.",
	}), s.getSettings)
}

func (s *server) getSettings(ctx context.Context, _ *nothing) (*tagged[Settings], error) {
	saved, err := s.Store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return &tagged[Settings]{ETag: settingsTag(saved), Body: Settings{
		Settings: orEmpty(saved), Defaults: orEmpty(s.Defaults), Effective: overlay(s.Defaults, saved),
		Choices: choices(s.Defaults, saved),
	}}, nil
}
