package figures

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"slotward/sources"
	"slotward/sources/google"
)

// Provider is how a provider of calendars is reached: our clients of it.
type Provider struct {
	Name   sources.Provider
	OAuth  func(App) OAuth
	Source func(*http.Client, App) (sources.Source, error) // of the account whose token the client adds
}

// App is this installation as a provider knows it, and where the provider is.
type App struct {
	ID, Secret string
	URL        string // without a slash at its end
	Now        func() time.Time
}

// OAuth is our OAuth client at a provider.
type OAuth interface {
	Authorize(state, verifier, redirect string) string
	Exchange(ctx context.Context, code, verifier, redirect string) (*oauth2.Token, error)
	Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error)
	Identify(ctx context.Context, tok *oauth2.Token) (account, email string, err error)
}

// Google reaches Google's calendars.
var Google = Provider{
	Name: sources.Google,
	OAuth: func(a App) OAuth {
		return &google.OAuth{
			ClientID: a.ID, ClientSecret: a.Secret, Now: a.Now,
			AuthURL: a.URL + "/o/oauth2/v2/auth", TokenURL: a.URL + "/token", RevokeURL: a.URL + "/revoke", UserInfoURL: a.URL + "/v1/userinfo",
		}
	},
	Source: func(hc *http.Client, a App) (sources.Source, error) { return google.New(hc, a.URL+"/", a.Now) },
}
