package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// Token is an API token. Its secret is nowhere.
type Token struct {
	Name      string    `json:"name" doc:"What it is for." example:"backup script"`
	CreatedAt time.Time `json:"created_at" doc:"When it was made."`
}

// Tokens is a list of API tokens.
type Tokens struct {
	Tokens []Token `json:"tokens" doc:"By name."`
}

// NewToken is an API token with its secret.
type NewToken struct {
	Token
	Secret string `json:"secret" doc:"Send it in the header Authorization: Bearer …. It is shown this once; only its hash is kept." example:"slotward_…"`
}

type tokenCreateInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"100" doc:"What it is for; no two have the same name." example:"backup script"`
	}
}

type tokenPath struct {
	Name string `path:"name" maxLength:"300" doc:"The token's name, percent-encoded." example:"backup script"`
}

func (s *server) routeTokens() {
	register(s, huma.Operation{
		OperationID: "list-tokens", Method: http.MethodGet, Path: "/api/v1/tokens", Tags: []string{"tokens"},
		Summary: "List API tokens", Description: "Their names; secrets are not kept.",
	}, s.listTokens)
	registerChange(s, huma.Operation{
		OperationID: "create-token", Method: http.MethodPost, Path: "/api/v1/tokens", Tags: []string{"tokens"},
		Summary:       "Make an API token",
		Description:   "The secret is shown this once. A token may do whatever an admin may. With an Idempotency-Key, the answer is not kept: sent again, the request is answered 409.",
		DefaultStatus: http.StatusCreated, Errors: []int{http.StatusConflict},
	}, s.createToken)
	registerChange(s, huma.Operation{
		OperationID: "delete-token", Method: http.MethodDelete, Path: "/api/v1/tokens/{name}", Tags: []string{"tokens"},
		Summary: "Delete an API token", Description: "It stops working at once.", Errors: []int{http.StatusNotFound},
	}, s.deleteToken)
}

func (s *server) listTokens(ctx context.Context, _ *nothing) (*answer[Tokens], error) {
	all, err := s.Store.APITokens(ctx)
	if err != nil {
		return nil, err
	}
	out := &answer[Tokens]{Tokens{make([]Token, len(all))}}
	for i, t := range all {
		out.Body.Tokens[i] = Token{t.Name, t.CreatedAt}
	}
	return out, nil
}

func (s *server) createToken(ctx context.Context, in *tokenCreateInput) (*created[NewToken], error) {
	name := strings.TrimSpace(in.Body.Name)
	// A step of an address that is a dot or two is taken out of it: nobody could delete that.
	if name == "" || name == "." || name == ".." || printable(name) != name {
		return nil, unprocessable("body.name", printable(in.Body.Name), "a name says in up to 80 characters what the token is for")
	}
	secret, err := s.Store.CreateAPIToken(ctx, name)
	if err != nil {
		return nil, err
	}
	s.record(ctx, change{Action: "token", Title: name, Detail: "made"})
	return &created[NewToken]{
		Location: "/api/v1/tokens/" + url.PathEscape(name),
		Body:     NewToken{Token: Token{name, s.Now().UTC()}, Secret: secret},
	}, nil
}

func (s *server) deleteToken(ctx context.Context, in *tokenPath) (*struct{}, error) {
	err := s.Store.DeleteAPIToken(ctx, in.Name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, problem(http.StatusNotFound, "no_token", fmt.Sprintf("there is no API token %q; GET /api/v1/tokens lists those there are", printable(in.Name)))
	}
	if err != nil {
		return nil, err
	}
	s.record(ctx, change{Action: "token", Title: in.Name, Detail: "deleted"})
	return nil, nil
}
