package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type eventListInput struct {
	Person   string    `query:"person" maxLength:"320" doc:"Only this person's: id or e-mail address."`
	Calendar int64     `query:"calendar" doc:"Only this calendar's."`
	Query    string    `query:"q" maxLength:"200" doc:"Only those with this in their title." example:"kickoff"`
	From     time.Time `query:"from" doc:"Only those that end after this instant."`
	To       time.Time `query:"to" doc:"Only those that start before this instant."`
	Limit    int       `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many to answer at most."`
	Cursor   string    `query:"cursor" maxLength:"2000" doc:"The next of the page before."`
}

func (s *server) routeEventList() {
	register(s, own(huma.Operation{
		OperationID: "list-events", Method: http.MethodGet, Path: "/api/v1/events", Tags: []string{"events"},
		Summary: "List events", Description: "Events as last read, soonest first, each with what is wanted for it, why, and what comes next.",
		Errors: []int{http.StatusNotFound},
	}), s.listEvents)
}

func (s *server) listEvents(ctx context.Context, in *eventListInput) (*answer[Events], error) {
	query := store.EventQuery{Calendar: in.Calendar, Text: in.Query, From: in.From, To: in.To, Limit: in.Limit, Cursor: in.Cursor}
	query.Person = limitedTo(ctx)
	if in.Person != "" {
		p, err := s.findPerson(ctx, in.Person)
		if err != nil {
			return nil, err
		}
		query.Person = p.ID
	}
	views, next, err := s.Store.EventViews(ctx, query)
	if err != nil {
		return nil, notOurCursor(in.Cursor, err)
	}
	out := &answer[Events]{Events{Events: make([]Event, len(views)), Next: next}}
	for i, v := range views {
		out.Body.Events[i] = eventOf(v)
		if in.Query == "" {
			continue
		}
		if out.Body.Events[i].Why, err = s.explainChoices(ctx, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}
