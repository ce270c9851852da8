package server

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Health says that all is well.
type Health struct {
	Status string `json:"status" enum:"ok"`
}

func (s *server) routeHealth() {
	registerOpen(s, huma.Operation{
		OperationID: "livez", Method: http.MethodGet, Path: "/livez", Tags: []string{"health"},
		Summary: "The process answers",
	}, func(context.Context, *nothing) (*answer[Health], error) { return &answer[Health]{Health{"ok"}}, nil })
	registerOpen(s, huma.Operation{
		OperationID: "readyz", Method: http.MethodGet, Path: "/readyz", Tags: []string{"health"},
		Summary: "The store can be written", Description: "While it cannot, nothing is sent to any provider either.",
		Errors: []int{http.StatusServiceUnavailable},
	}, s.ready)
	s.routeMetrics()
}

func (s *server) ready(ctx context.Context, _ *nothing) (*answer[Health], error) {
	if err := s.Store.Ready(ctx); err != nil {
		s.Log.WarnContext(ctx, "not ready", slog.Any("error", err))
		return nil, problem(http.StatusServiceUnavailable, "not_ready", err.Error())
	}
	return &answer[Health]{Health{"ok"}}, nil
}

// routeMetrics serves the registry in Prometheus' own format, outside huma.
func (s *server) routeMetrics() {
	s.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "metrics", Method: http.MethodGet, Path: "/metrics", Tags: []string{"health"},
		Summary: "Figures for Prometheus", Description: "For admins.",
		Security:  known,
		Responses: map[string]*huma.Response{"200": {Description: "Text format", Content: map[string]*huma.MediaType{"text/plain": {}}}},
	})
	s.mux.Handle("GET /metrics", admins(promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{Registry: s.Registry})))
}
