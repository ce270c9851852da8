package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/sources"
	"slotward/zoom"
)

// Setup is what an operator enters at a provider and here, so that accounts can
// be connected.
type Setup struct {
	Where  string   // where at the provider the redirect address is registered
	Scopes []string // the permissions to ask for there
	Fields []Field  // what is configured here
}

// Field is one field of the daemon's configuration. Its value is not here.
type Field struct {
	Key  string `json:"key" doc:"Its name in the configuration." example:"google.client_id"`
	Set  bool   `json:"set" doc:"It has a value that will do."`
	Cure string `json:"cure" doc:"How it is set, in words." example:"make an OAuth client at Google and set google.client_id (SLOTWARD_GOOGLE_CLIENT_ID)"`
}

// Tester is an authorizer that can be tried without a person.
type Tester interface {
	// Check returns nil when the provider knows client id and secret, and has
	// nothing against the redirect address. Errors are of the classes of packages
	// sources and zoom, say what to do, and hold no secret.
	Check(ctx context.Context, redirect string) error
}

// ProviderSetup is how a provider is set up.
type ProviderSetup struct {
	Name        string   `json:"name" enum:"google,microsoft,zoom" example:"google"`
	Title       string   `json:"title" doc:"For people." example:"Google Calendar"`
	Configured  bool     `json:"configured" doc:"Accounts can be connected."`
	RedirectURI string   `json:"redirect_uri" doc:"The address to register at the provider, to the letter." example:"https://slotward.example.com/oauth/google/callback"`
	Where       string   `json:"where" doc:"Where it is registered." example:"Google Cloud console › APIs & Services › Credentials"`
	Scopes      []string `json:"scopes" doc:"The permissions to choose at the provider." example:"[\"openid\"]"`
	Fields      []Field  `json:"fields" doc:"What has to be configured here. No values are shown."`
}

// ProviderTest is what came of trying a provider's set-up.
type ProviderTest struct {
	Result string `json:"result" enum:"works,refused,unreachable,not_configured" doc:"works: the provider knows this installation. refused: it does not like something. unreachable: it could not be asked." example:"works"`
	Detail string `json:"detail" doc:"What came of it, in words." example:"Google Calendar knows the client id and secret, and has nothing against the redirect address."`
	Cure   string `json:"cure,omitempty" doc:"What to do about it; absent when it works." example:"Compare client id and secret with those in the Google Cloud console."`
}

type providerPath struct {
	Provider string `path:"provider" enum:"google,microsoft,zoom" doc:"The provider's name." example:"zoom"`
}

func (s *server) routeProviderSetup() {
	register(s, huma.Operation{
		OperationID: "get-provider-setup", Method: http.MethodGet, Path: "/api/v1/providers/{provider}/setup", Tags: []string{"providers"},
		Summary: "Show how a provider is set up", Description: "What to paste into the provider's console, and what has to be configured here. No secret is shown.",
	}, s.getProviderSetup)
	register(s, huma.Operation{
		OperationID: "test-provider", Method: http.MethodPost, Path: "/api/v1/providers/{provider}/test", Tags: []string{"providers"},
		Summary: "Try a provider's set-up",
		Description: "Asks the provider, without a person, whether it knows client id and secret: a code that nobody was given is refused as such only to a client " +
			"that it knows. Then asks whether it has something against the redirect address, which not every provider tells before somebody signs in.",
	}, s.testProvider)
}

func (s *server) getProviderSetup(_ context.Context, in *providerPath) (*answer[ProviderSetup], error) {
	at, _ := providerNamed(in.Provider)
	setup := s.Setups[at.name]
	return &answer[ProviderSetup]{ProviderSetup{
		Name: at.name, Title: at.title, Configured: s.Authorizers[at.name] != nil, RedirectURI: s.redirectURI(at.name),
		Where: setup.Where, Scopes: append([]string{}, setup.Scopes...), Fields: append([]Field{}, setup.Fields...),
	}}, nil
}

func (s *server) testProvider(ctx context.Context, in *providerPath) (*answer[ProviderTest], error) {
	at, _ := providerNamed(in.Provider)
	tester, can := s.Authorizers[at.name].(Tester)
	if !can {
		return &answer[ProviderTest]{ProviderTest{
			Result: "not_configured", Detail: at.title + " has no client id and client secret here.",
			Cure: fmt.Sprintf("Give the daemon %[1]s.client_id and %[1]s.client_secret, and start it again.", at.name),
		}}, nil
	}
	return &answer[ProviderTest]{at.tested(tester.Check(ctx, s.redirectURI(at.name)))}, nil
}

// unasked are errors after which nothing is known about the set-up.
var unasked = []error{
	sources.ErrUnavailable, sources.ErrIncomplete, zoom.ErrUnavailable, zoom.ErrIncomplete, context.DeadlineExceeded, context.Canceled,
}

// tested tells what came of a check.
func (at provider) tested(err error) ProviderTest {
	if err == nil {
		return ProviderTest{Result: "works", Detail: at.title + " knows the client id and secret, and has nothing against the redirect address."}
	}
	if _, limited := limitedUntil(err); limited {
		return ProviderTest{Result: "unreachable", Detail: at.title + " wants no more requests for now: " + err.Error() + ".", Cure: "Try again in a few minutes."}
	}
	for _, class := range unasked {
		if errors.Is(err, class) {
			return ProviderTest{
				Result: "unreachable", Detail: at.title + " could not be asked: " + err.Error() + ".",
				Cure: "Try again. If it stays like this, see that this machine reaches the provider (proxy, firewall), and that the addresses in the configuration are right.",
			}
		}
	}
	return ProviderTest{
		Result: "refused", Detail: at.title + " does not take it: " + err.Error() + ".",
		Cure: "Compare client id, client secret and redirect address with the provider's console, letter by letter; then start the daemon again.",
	}
}
