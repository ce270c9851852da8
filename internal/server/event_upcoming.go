package server

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/sources"
	"slotward/store"
)

type eventUpcomingInput struct {
	PersonPath
	Calendar int64  `query:"calendar" doc:"Only this calendar's."`
	Query    string `query:"q" maxLength:"200" doc:"Only those with this in their title." example:"kickoff"`
	State    string `query:"state" enum:"ready,planned,waiting,attention,left,over" doc:"Only those in this state."`
	Provider string `query:"provider" enum:"zoom,meet,teams,static,other,none" doc:"Only those that show this one's link."`
	Over     bool   `query:"over" doc:"What is over instead, latest first."`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many to answer at most."`
	Cursor   string `query:"cursor" maxLength:"2000" doc:"The next or previous of another page."`
}

func (s *server) routeEventUpcoming() {
	register(s, own(huma.Operation{
		OperationID: "list-upcoming-events", Method: http.MethodGet, Path: "/api/v1/people/{person}/upcoming", Tags: []string{"events"},
		Summary: "List what is coming",
		Description: "A person's events by when they take place next: a series stands once, at its next occurrence, and occurrences that " +
			"were changed stand for themselves. With a text, a state or a provider a page may be short, or empty, and still have a next one.",
		Errors: []int{http.StatusNotFound},
	}), s.listUpcoming)
}

func (s *server) listUpcoming(ctx context.Context, in *eventUpcomingInput) (*answer[Events], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	page, err := s.Store.Coming(ctx, store.ComingQuery{
		Person: p.ID, Calendar: in.Calendar, Text: in.Query, Now: s.Now(), Over: in.Over, Keep: chosenBy(in.State, in.Provider),
		Limit: in.Limit, Cursor: in.Cursor,
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, unprocessable("query.cursor", printable(in.Cursor), "this cursor is not one of ours: take it from another page, as it is")
	}
	if err != nil {
		return nil, err
	}
	out := &answer[Events]{Events{Events: make([]Event, len(page.Views)), Next: page.Next, Previous: page.Previous}}
	for i, v := range page.Views {
		out.Body.Events[i] = eventOf(v)
	}
	return out, nil
}

// Joining returns what reads the links of a person's own events as whoever joins
// needs them, with the passcode that no answer of the API carries: for pages that
// only that person sees. Of an event that is not the person's, or shows no link,
// nothing is told. Events are named as in the API.
func Joining(s *store.Store) func(ctx context.Context, person int64, events ...string) (map[string]string, error) {
	return func(ctx context.Context, person int64, events ...string) (map[string]string, error) {
		refs := make([]sources.EventRef, 0, len(events))
		for _, id := range events {
			if ref, ok := parseEventID(id); ok {
				refs = append(refs, ref)
			}
		}
		links, err := s.JoiningLinks(ctx, person, refs...)
		out := make(map[string]string, len(links))
		for ref, link := range links {
			out[eventID(ref)] = link
		}
		return out, err
	}
}
