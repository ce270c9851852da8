package server

import (
	"context"
	"net/http"
	"net/mail"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

type personCreateInput struct {
	Body struct {
		Name  string `json:"name" minLength:"1" maxLength:"200" example:"Ada Lovelace"`
		Email string `json:"email" minLength:"3" maxLength:"320" doc:"Names the person; need not be the address of any connected account." example:"ada@acme.test"`
	}
}

func (s *server) routePersonCreate() {
	registerChange(s, huma.Operation{
		OperationID: "create-person", Method: http.MethodPost, Path: "/api/v1/people", Tags: []string{"people"},
		Summary: "Add a person", Description: "Adds somebody whose meetings are to be kept. Connect their accounts next.",
		DefaultStatus: http.StatusCreated, Errors: []int{http.StatusConflict},
	}, s.createPerson)
}

func (s *server) createPerson(ctx context.Context, in *personCreateInput) (*created[Person], error) {
	name, email := strings.TrimSpace(in.Body.Name), strings.ToLower(strings.TrimSpace(in.Body.Email))
	if name == "" {
		return nil, unprocessable("body.name", in.Body.Name, "the name is empty")
	}
	if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
		return nil, unprocessable("body.email", in.Body.Email, "this is not an e-mail address; write it like ada@acme.test")
	}
	p, err := s.Store.CreatePerson(ctx, name, email)
	if err != nil {
		return nil, err
	}
	s.record(ctx, change{Action: "person", Person: p.ID, Title: p.Email, Detail: "added"})
	return &created[Person]{Location: "/api/v1/people/" + strconv.FormatInt(p.ID, 10), Body: standing(p, nil)}, nil
}
