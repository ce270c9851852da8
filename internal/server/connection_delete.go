package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/oauth2"

	"slotward/store"
)

// revokeLimit bounds how long a disconnect waits for the provider. The tokens
// are erased here whatever it answers.
const revokeLimit = 10 * time.Second

type connectionDeleteInput struct {
	PersonPath
	Provider string `path:"provider" enum:"google,microsoft,zoom" example:"zoom"`
	Account  int64  `query:"connection" minimum:"0" doc:"Only this connection of theirs, by its id. Left out: all of their accounts at the provider." example:"2"`
	Links    string `query:"links" enum:"keep,revert" default:"keep" doc:"keep: links and meetings stay as they are. revert: links of ours are first taken off upcoming events, which get the next that the settings prefer, and their meetings are deleted; until that is done the account is disconnecting."`
}

// revertDetail tells what an account that is being disconnected waits for.
const revertDetail = "links are being taken off upcoming events and their meetings deleted; then the account is disconnected. Connect it again to stop that."

func (s *server) routeConnectionDelete() {
	registerChange(s, own(huma.Operation{
		OperationID: "delete-connection", Method: http.MethodDelete, Path: "/api/v1/people/{person}/connections/{provider}", Tags: []string{"connections"},
		Summary:     "Disconnect an account",
		Description: "Takes the permission back at the provider and erases the tokens here. Meetings and links stay, unless links=revert; reconnecting the same account takes them up again, or makes them anew. Disconnecting what is disconnected changes nothing.",
		Errors:      []int{http.StatusNotFound},
	}), s.deleteConnection)
}

func (s *server) deleteConnection(ctx context.Context, in *connectionDeleteInput) (*struct{}, error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	connections, err := s.connectionsOf(ctx, p, in)
	if err != nil {
		return nil, err
	}
	for _, c := range connections {
		if c.State == store.Disconnected {
			continue
		}
		if err := s.interrupt(ctx, p.ID); err != nil {
			return nil, err
		}
		end := s.disconnect
		if in.Links == "revert" {
			end = s.revert
		}
		if err := end(ctx, c); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// revert marks a connection as one whose links are to be taken off; the passes to
// come do that, and disconnect it then.
func (s *server) revert(ctx context.Context, c store.Connection) error {
	if c.State == store.Disconnecting {
		return nil
	}
	if err := s.Store.SetConnectionState(ctx, c.ID, store.Disconnecting, revertDetail); err != nil {
		return err
	}
	s.record(ctx, change{Action: "disconnect", Person: c.Person, Title: c.Provider + " " + c.Email, Detail: "begun: links are taken off first"})
	return s.interrupt(ctx, c.Person)
}

// connectionsAt are a person's connections to a provider, at least one.
func (s *server) connectionsAt(ctx context.Context, p store.Person, provider string) ([]store.Connection, error) {
	all, err := s.Store.Connections(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	at := slices.DeleteFunc(all, func(c store.Connection) bool { return c.Provider != provider })
	if len(at) == 0 {
		return nil, problem(http.StatusNotFound, "no_connection", fmt.Sprintf("%s has no connection to %s", p.Email, provider))
	}
	return at, nil
}

// connectionsOf are the connections that are to be disconnected, at least one.
func (s *server) connectionsOf(ctx context.Context, p store.Person, in *connectionDeleteInput) ([]store.Connection, error) {
	all, err := s.connectionsAt(ctx, p, in.Provider)
	if err != nil || in.Account == 0 {
		return all, err
	}
	i := slices.IndexFunc(all, func(c store.Connection) bool { return c.ID == in.Account })
	if i < 0 {
		return nil, problem(http.StatusNotFound, "no_connection", fmt.Sprintf("%s has no connection %d to %s", p.Email, in.Account, in.Provider))
	}
	return all[i : i+1], nil
}

// disconnect erases a connection's tokens here, and ends them at the provider as
// far as it can be reached.
func (s *server) disconnect(ctx context.Context, c store.Connection) error {
	if c.State == store.Disconnected {
		return nil
	}
	tok, tokenErr := s.Store.Token(ctx, c.ID)
	if err := s.Store.Disconnect(ctx, c.ID); err != nil {
		return err
	}
	detail := "permission taken back at the provider"
	if tokenErr != nil {
		detail = "the tokens could not be opened and are erased; remove the app at the provider as well"
	} else if err := s.revoke(ctx, c, tok); err != nil {
		s.Log.WarnContext(ctx, "revoking at the provider failed", slog.Int64("connection", c.ID), slog.String("provider", c.Provider), slog.Any("error", err))
		detail = "the tokens are erased here, but the provider did not confirm; remove the app there as well"
	}
	s.record(ctx, change{Action: "disconnect", Person: c.Person, Title: c.Provider + " " + c.Email, Detail: detail})
	return nil
}

// Revoker takes permissions back as a disconnect does, for whoever ends a
// connection elsewhere. Store and Authorizers are required.
func Revoker(o Options) func(context.Context, store.Connection, store.Token) error {
	return (&server{Options: withDefaults(o)}).revoke
}

// revoke ends a token at its provider, unless another live connection stands on
// the same account: Google takes back everything that the account ever gave to
// this installation's project, also what others here were given.
func (s *server) revoke(ctx context.Context, c store.Connection, tok store.Token) error {
	auth := s.Authorizers[c.Provider]
	if auth == nil {
		return errors.New("the provider is no longer configured")
	}
	_, used, err := s.liveConnection(ctx, c.Provider, c.Account)
	if err != nil || used {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, revokeLimit)
	defer cancel()
	return auth.Revoke(ctx, s.speaking(ctx, auth, tok))
}

// speaking is the token in a form that the provider still listens to: Zoom
// takes an access token for a revocation, and an idle connection's has run out.
func (s *server) speaking(ctx context.Context, auth Authorizer, tok store.Token) *oauth2.Token {
	if tok.Refresh != "" && !tok.Expiry.IsZero() && !tok.Expiry.After(s.Now()) {
		if fresh, err := auth.Refresh(ctx, tok.Refresh); err == nil {
			return fresh
		}
	}
	return &oauth2.Token{AccessToken: tok.Access, RefreshToken: tok.Refresh, Expiry: tok.Expiry, TokenType: "Bearer"}
}

// liveConnection finds the connection, whoever's, that stands on an account.
func (s *server) liveConnection(ctx context.Context, provider, account string) (store.Connection, bool, error) {
	all, err := s.Store.AllConnections(ctx)
	i := slices.IndexFunc(all, func(c store.Connection) bool {
		return c.Provider == provider && c.Account == account && c.State != store.Disconnected
	})
	if err != nil || i < 0 {
		return store.Connection{}, false, err
	}
	return all[i], true, nil
}
