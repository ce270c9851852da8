package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// Requested says who was made due.
type Requested struct {
	Requested []int64 `json:"requested" doc:"Ids of the people who were made due." example:"[1]"`
}

type resyncInput struct {
	Wait   bool `query:"wait" doc:"Stay and tell what is done, as server-sent events: action, done, error."`
	DryRun bool `query:"dry_run" doc:"Do nothing; answer what would be done."`
	Body   *resyncBody
}

type resyncBody struct {
	Person   personRef `json:"person,omitempty" doc:"Only this person: id or e-mail address."`
	Calendar int64     `json:"calendar,omitempty" doc:"Only the person whose calendar this is." example:"3"`
}

// personRef is a person's id or e-mail address; JSON may give the id as a number.
type personRef string

// Schema describes both spellings.
func (personRef) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		OneOf:    []*huma.Schema{{Type: huma.TypeString}, {Type: huma.TypeInteger}},
		Examples: []any{"ada@acme.test"},
	}
}

// UnmarshalJSON takes a string or a number.
func (p *personRef) UnmarshalJSON(data []byte) error {
	if !strings.HasPrefix(string(data), `"`) {
		*p = personRef(data)
		return nil
	}
	return json.Unmarshal(data, (*string)(p))
}

// resyncAnswer writes one of the three answers: who was asked for, a plan, or a stream.
type resyncAnswer struct{ Body func(huma.Context) }

func (s *server) routeResync() {
	schema := func(v any) *huma.Schema {
		t := reflect.TypeOf(v)
		return s.api.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
	}
	register(s, own(huma.Operation{
		OperationID: "resync", Method: http.MethodPost, Path: "/api/v1/resync", Tags: []string{"work"},
		Summary: "Make people due now",
		Description: "Without a body: everybody. With `dry_run=true` nothing is done and the plan is answered. " +
			"With `wait=true` the answer is a stream of server-sent events: `action` (a JournalEntry) for everything that is done, held or fails, " +
			"`error` (a ResyncError) for each person whose pass failed, and at the end `done` (a ResyncDone). Closing the connection stops only the watching.",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable},
		Responses: map[string]*huma.Response{
			"200": {Description: "With dry_run the plan, with wait the stream.", Content: map[string]*huma.MediaType{
				"application/json":  {Schema: schema(PlanAnswer{})},
				"text/event-stream": {Schema: &huma.Schema{OneOf: []*huma.Schema{schema(JournalEntry{}), schema(ResyncDone{}), schema(ResyncError{})}}},
			}},
			"202": {Description: "They are due.", Content: map[string]*huma.MediaType{"application/json": {Schema: schema(Requested{})}}},
		},
	}), s.resync)
}

func (s *server) resync(ctx context.Context, in *resyncInput) (*resyncAnswer, error) {
	if in.Body == nil {
		in.Body = &resyncBody{}
	}
	people, err := s.resyncPeople(ctx, *in.Body)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		planned, err := planAll(ctx, people, s.Planner.Plan)
		if err != nil {
			return nil, err
		}
		return &resyncAnswer{jsonAnswer(http.StatusOK, planned)}, nil
	}
	return s.makeDue(ctx, people, in.Wait)
}

// makeDue asks for a pass for each of the people, and for the stream of what it
// does if somebody waits for it.
func (s *server) makeDue(ctx context.Context, people []store.Person, wait bool) (*resyncAnswer, error) {
	ids := idsOf(people)
	if wait {
		return s.makeDueWatched(ctx, ids)
	}
	return &resyncAnswer{jsonAnswer(http.StatusAccepted, Requested{ids})}, s.request(ctx, ids)
}

func (s *server) makeDueWatched(ctx context.Context, ids []int64) (_ *resyncAnswer, err error) {
	who, _ := IdentityOf(ctx)
	leave, ok := s.watches.Enter(who, watchesEach)
	if !ok {
		return nil, problem(http.StatusTooManyRequests, "too_many_streams", fmt.Sprintf("you watch %d resyncs already: close one, or ask without wait", watchesEach))
	}
	defer func() {
		if err != nil {
			leave()
		}
	}()
	// Looked at before the request, so that nothing it causes is missed.
	after, err := s.newestEntry(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.request(ctx, ids); err != nil {
		return nil, err
	}
	rows, err := s.queue(ctx)
	if err != nil {
		return nil, err
	}
	stream := s.watch(newWatching(ids, rows, after))
	return &resyncAnswer{func(hc huma.Context) {
		defer leave()
		stream(hc)
	}}, nil
}

// request makes people due now.
func (s *server) request(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.Store.Request(ctx, ids...); err != nil {
		return err
	}
	s.Wake()
	return nil
}

// resyncPeople are those whom a resync is for. A calendar stands for its person,
// because a person is what a pass reconciles.
func (s *server) resyncPeople(ctx context.Context, body resyncBody) ([]store.Person, error) {
	if body.Calendar == 0 {
		return s.findPeople(ctx, string(body.Person))
	}
	calendar, err := s.findCalendar(ctx, body.Calendar)
	if err != nil {
		return nil, err
	}
	owner, err := s.Store.Person(ctx, calendar.Person)
	if err != nil || body.Person == "" {
		return []store.Person{owner}, err
	}
	named, err := s.findPerson(ctx, string(body.Person))
	if err == nil && named.ID != owner.ID {
		err = unprocessable("body.calendar", body.Calendar, "this calendar belongs to somebody else than the person named: leave one of them out")
	}
	return []store.Person{owner}, err
}

// newestEntry is the id of the journal's latest entry, zero while it is empty.
func (s *server) newestEntry(ctx context.Context) (int64, error) {
	entries, err := s.Store.NewestEntries(ctx, store.JournalQuery{Limit: 1})
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	return entries[0].ID, nil
}

func idsOf(people []store.Person) []int64 {
	ids := make([]int64, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}

// jsonAnswer writes v as JSON.
func jsonAnswer(status int, v any) func(huma.Context) {
	return func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", "application/json")
		ctx.SetStatus(status)
		_ = json.NewEncoder(ctx.BodyWriter()).Encode(v)
	}
}
