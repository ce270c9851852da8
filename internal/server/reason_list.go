package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// ReasonCount is how many events are treated alike for one reason.
type ReasonCount struct {
	Wanted     string `json:"wanted,omitempty" doc:"zoom, native, static, none, or leave; absent before the first pass." example:"zoom"`
	Reason     string `json:"reason,omitempty" doc:"A reason code; absent before the first pass." example:"default"`
	ReasonText string `json:"reason_text,omitempty" doc:"The reason in words."`
	Events     int    `json:"events" example:"12"`
}

// ReasonCounts is how a person's events are treated, and why.
type ReasonCounts struct {
	Reasons []ReasonCount `json:"reasons"`
}

func (s *server) routeReasonList() {
	register(s, own(huma.Operation{
		OperationID: "count-reasons", Method: http.MethodGet, Path: "/api/v1/people/{person}/reasons", Tags: []string{"events"},
		Summary: "Count a person's events by reason", Description: "Those still to come; a series is one. The most frequent reason first.",
		Errors: []int{http.StatusNotFound},
	}), s.listReasons)
}

func (s *server) listReasons(ctx context.Context, in *PersonPath) (*answer[ReasonCounts], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	counts, err := s.Store.ReasonCounts(ctx, p.ID, s.Now())
	if err != nil {
		return nil, err
	}
	out := &answer[ReasonCounts]{ReasonCounts{Reasons: make([]ReasonCount, len(counts))}}
	for i, c := range counts {
		out.Body.Reasons[i] = ReasonCount{Wanted: c.Wanted, Reason: c.Reason, ReasonText: reasonText(c.Reason), Events: c.Events}
	}
	return out, nil
}
