package server

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

func (s *server) routeAdopt() {
	schema := func(v any) *huma.Schema {
		t := reflect.TypeOf(v)
		return s.api.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
	}
	register(s, huma.Operation{
		OperationID: "adopt", Method: http.MethodPost, Path: "/api/v1/adopt", Tags: []string{"work"},
		Summary: "Take up what was made before",
		Description: "Rebuilds meetings and claims from the marks on events and the host's Zoom meetings, after a store was lost or restored from an old " +
			"backup. Nothing is made, changed or deleted while that goes on; the passes afterwards are ordinary ones. Without a body: everybody. " +
			"With `dry_run=true` nothing is done and it is told what would be taken up. With `wait=true` the answer is a stream as that of a resync: " +
			"`action` entries tell what was adopted (`adopt`, `claim`), which marks name meetings that are gone (`missing`), and which meetings no event names (`orphan`).",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable},
		Responses: map[string]*huma.Response{
			"200": {Description: "With dry_run the plan, with wait the stream.", Content: map[string]*huma.MediaType{
				"application/json":  {Schema: schema(PlanAnswer{})},
				"text/event-stream": {Schema: &huma.Schema{OneOf: []*huma.Schema{schema(JournalEntry{}), schema(ResyncDone{}), schema(ResyncError{})}}},
			}},
			"202": {Description: "They are due.", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(Requested{})}}},
		},
	}, s.adopt)
}

func (s *server) adopt(ctx context.Context, in *resyncInput) (*resyncAnswer, error) {
	if in.Body == nil {
		in.Body = &resyncBody{}
	}
	people, err := s.resyncPeople(ctx, *in.Body)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		planned, err := planAll(ctx, people, s.Planner.Rebuild)
		if err != nil {
			return nil, err
		}
		return &resyncAnswer{jsonAnswer(http.StatusOK, planned)}, nil
	}
	for _, p := range people {
		_, err := s.Store.UpdatePerson(ctx, p.ID, func(p *store.Person) error {
			p.Adopting = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	asked := change{Action: "rebuild", Title: "everybody"}
	if in.Body.Person != "" || in.Body.Calendar != 0 {
		asked.Person, asked.Title = people[0].ID, people[0].Email
	}
	s.record(ctx, asked)
	return s.makeDue(ctx, people, in.Wait)
}
