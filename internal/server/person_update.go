package server

import (
	"context"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// PersonChange is what to change about a person.
type PersonChange struct {
	Role     Role              `json:"role,omitempty" enum:"member,admin" doc:"Admins only: what the person may do. The last admin stays one."`
	Paused   *bool             `json:"paused,omitempty" doc:"True stops everything new for this person; links that were given out stay."`
	Settings map[string]string `json:"settings,omitempty" doc:"Settings to change; an empty value removes one. Those not named stay." example:"{\"share\":\"never\"}"`
}

type personUpdateInput struct {
	PersonPath
	IfMatch
	Body PersonChange
}

// apply makes the change.
func (b *PersonChange) apply(p *store.Person) {
	if b.Role != "" {
		p.Role = b.Role
	}
	if b.Paused != nil {
		p.Paused = *b.Paused
	}
	p.Settings = overlay(p.Settings, b.Settings)
}

func (s *server) routePersonUpdate() {
	registerChange(s, own(huma.Operation{
		OperationID: "update-person", Method: http.MethodPatch, Path: "/api/v1/people/{person}", Tags: []string{"people"},
		Summary:     "Pause, resume, or change settings",
		Description: "Takes effect at once: a running pass does no more than the request in flight, and a new one is made due.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}), s.updatePerson)
}

func (s *server) updatePerson(ctx context.Context, in *personUpdateInput) (*tagged[Person], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	if who, _ := IdentityOf(ctx); in.Body.Role != "" && in.Body.Role != p.Role && who.Role != Admin {
		return nil, forbidden()
	}
	var before store.Person
	after, err := s.Store.UpdatePerson(ctx, p.ID, func(p *store.Person) error {
		if err := in.holds(personTag(*p)); err != nil {
			return err
		}
		before = *p
		in.Body.apply(p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.personChanged(ctx, before, after); err != nil {
		return nil, err
	}
	out, err := s.personWith(ctx, after)
	if err != nil {
		return nil, err
	}
	return &tagged[Person]{ETag: personTag(after), Body: out}, nil
}

// personChanged writes down what differs and interrupts the person if anything does.
func (s *server) personChanged(ctx context.Context, before, after store.Person) error {
	if before.Role != after.Role {
		s.record(ctx, change{Action: "person", Person: after.ID, Title: after.Email, Detail: difference(roleOf(before), roleOf(after))})
	}
	paused, settings := before.Paused != after.Paused, !maps.Equal(before.Settings, after.Settings)
	if !paused && !settings {
		return nil
	}
	if paused {
		action := "resume"
		if after.Paused {
			action = "pause"
		}
		s.record(ctx, change{Action: action, Person: after.ID, Title: after.Email})
	}
	if settings {
		s.record(ctx, change{Action: "settings", Person: after.ID, Title: after.Email, Detail: difference(before.Settings, after.Settings)})
	}
	return s.interrupt(ctx, after.ID)
}
