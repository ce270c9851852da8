package server

import (
	"context"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// SettingsChange is what to change about the installation's settings.
type SettingsChange struct {
	Settings map[string]string `json:"settings" doc:"Settings to change; an empty value goes back to the configured default. Those not named stay." example:"{\"share\":\"never\"}"`
}

type settingsUpdateInput struct {
	IfMatch
	Body SettingsChange
}

func (s *server) routeSettingsUpdate() {
	registerChange(s, huma.Operation{
		OperationID: "update-settings", Method: http.MethodPatch, Path: "/api/v1/settings", Tags: []string{"settings"},
		Summary:     "Change the installation's settings",
		Description: "Takes effect at once and makes everybody due. Each wrong setting is named with the values that are allowed; nothing is changed then.",
		Errors:      []int{http.StatusPreconditionFailed},
	}, s.updateSettings)
}

func (s *server) updateSettings(ctx context.Context, in *settingsUpdateInput) (*tagged[Settings], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	var before, after map[string]string
	err := s.Store.UpdateSettings(ctx, func(saved map[string]string) (map[string]string, error) {
		before, after = saved, overlay(saved, in.Body.Settings)
		return in.Body.Settings, in.holds(settingsTag(saved))
	})
	if err != nil {
		return nil, err
	}
	if !maps.Equal(before, after) {
		s.record(ctx, change{Action: "settings", Title: "installation", Detail: difference(before, after)})
		if err := s.interruptAll(ctx); err != nil {
			return nil, err
		}
	}
	return s.getSettings(ctx, nil)
}
