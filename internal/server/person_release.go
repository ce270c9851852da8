package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// Released says which held plan may go ahead.
type Released struct {
	Released string `json:"released" doc:"Names the plan that was held. Should the next pass find other removals than those, all are held again."`
}

type personReleaseInput struct {
	PersonPath
	Held string `query:"held" maxLength:"200" doc:"Only if this is what is held now: the person's held, as it was looked at. Left out: whatever is held." example:"4f1d9c02"`
}

func (s *server) routePersonRelease() {
	registerChange(s, own(huma.Operation{
		OperationID: "release-person", Method: http.MethodPost, Path: "/api/v1/people/{person}/release", Tags: []string{"work"},
		Summary:       "Release what the brake holds",
		Description:   "Lets the removals go ahead that the brake holds for this person: that set or what is left of it, and no other.",
		DefaultStatus: http.StatusAccepted, Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}), s.releasePerson)
}

func (s *server) releasePerson(ctx context.Context, in *personReleaseInput) (*answer[Released], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	p, err = s.Store.UpdatePerson(ctx, p.ID, func(p *store.Person) error {
		if p.Held == "" || p.Held == p.Released {
			return problem(http.StatusConflict, "nothing_held", "the brake holds nothing for this person: there is nothing to release")
		}
		if held, _, _ := strings.Cut(p.Held, ":"); in.Held != "" && in.Held != held {
			return problem(http.StatusPreconditionFailed, "changed", "other removals are held now than those that were looked at, so nothing was released: look at them first")
		}
		p.Released = p.Held
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.record(ctx, change{Action: "release", Person: p.ID, Title: p.Email})
	if err := s.interrupt(ctx, p.ID); err != nil {
		return nil, err
	}
	released, _, _ := strings.Cut(p.Released, ":")
	return &answer[Released]{Released{released}}, nil
}
