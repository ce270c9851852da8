package server

import (
	"context"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type settingsUpdateInput struct {
	Body struct {
		Settings map[string]string `json:"settings" doc:"Settings to change; an empty value goes back to the configured default. Those not named stay." example:"{\"share\":\"never\"}"`
	}
}

func (s *server) routeSettingsUpdate() {
	registerChange(s, huma.Operation{
		OperationID: "update-settings", Method: http.MethodPatch, Path: "/api/v1/settings", Tags: []string{"settings"},
		Summary:     "Change the installation's settings",
		Description: "Takes effect at once and makes everybody due. Each wrong setting is named with the values that are allowed; nothing is changed then.",
	}, s.updateSettings)
}

func (s *server) updateSettings(ctx context.Context, in *settingsUpdateInput) (*answer[Settings], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	before, err := s.Store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	after := overlay(before, in.Body.Settings)
	if !maps.Equal(before, after) {
		if err := s.Store.SetSettings(ctx, in.Body.Settings); err != nil {
			return nil, err
		}
		s.record(ctx, change{Action: "settings", Title: "installation", Detail: difference(before, after)})
		if err := s.interruptAll(ctx); err != nil {
			return nil, err
		}
	}
	return s.getSettings(ctx, nil)
}
