package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type settingsPreviewInput struct{ Body SettingsChange }

func (s *server) routeSettingsPreview() {
	register(s, huma.Operation{
		OperationID: "preview-settings", Method: http.MethodPost, Path: "/api/v1/settings/preview", Tags: []string{"settings"},
		Summary: "Show what other settings of the installation would do", Description: "Takes what PATCH takes and changes nothing. The numbers are those of everybody together.",
		Errors: []int{http.StatusBadGateway},
	}, s.previewSettings)
}

func (s *server) previewSettings(ctx context.Context, in *settingsPreviewInput) (*answer[Preview], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	people, err := s.Store.People(ctx)
	if err != nil {
		return nil, err
	}
	return s.preview(ctx, people, func(snap *store.Snapshot) { snap.Settings = overlay(snap.Settings, in.Body.Settings) })
}
