package server

import (
	"slices"
	"time"

	"slotward/store"
)

// Connection is one account at a provider. Tokens are never shown.
type Connection struct {
	ID       int64     `json:"id" example:"2"`
	Person   int64     `json:"person" example:"1"`
	Provider string    `json:"provider" enum:"google,microsoft,zoom" example:"zoom"`
	Email    string    `json:"email" doc:"As the provider shows it." example:"ada@acme.test"`
	State    string    `json:"state" enum:"connected,missing_scope,needs_reauth,not_allowed,paused,disconnecting,disconnected" doc:"not_allowed: an administrator keeps the app or the account out. disconnecting: its links are being taken off, then it is disconnected."`
	Since    time.Time `json:"since,omitzero" doc:"When it got this state."`
	Detail   string    `json:"detail,omitempty" doc:"What is wrong and what cures it; empty when connected."`
	Scopes   []string  `json:"scopes" doc:"The permissions that were granted."`
	ReadAt   time.Time `json:"read_at,omitzero" doc:"When the provider last answered."`
}

// Connections is a list of connections.
type Connections struct {
	Connections []Connection `json:"connections"`
}

// provider is what this package knows of a provider.
type provider struct {
	name  string // as in paths and in the store
	title string // for people
	// company is whose account people sign in with; "" when they cannot.
	company string
	// calendars: its connections have calendars.
	calendars bool
	// single: a person has one live connection of it at most.
	single bool
	// replaces: a new consent of an account ends the account's earlier tokens,
	// whoever they were given for.
	replaces bool
}

// providers are those that can be connected, whether they are configured or not.
var providers = []provider{
	{name: "google", title: "Google Calendar", company: "Google", calendars: true},
	{name: "microsoft", title: "Outlook Calendar", company: "Microsoft", calendars: true},
	{name: "zoom", title: "Zoom", single: true, replaces: true},
}

func providerNames() []any {
	var names []any
	for _, p := range providers {
		names = append(names, p.name)
	}
	return names
}

func providerNamed(name string) (provider, bool) {
	i := slices.IndexFunc(providers, func(p provider) bool { return p.name == name })
	if i < 0 {
		return provider{}, false
	}
	return providers[i], true
}

func connectionOf(c store.Connection) Connection {
	return Connection{
		ID: c.ID, Person: c.Person, Provider: c.Provider, Email: c.Email, State: string(c.State), Since: c.Since, Detail: c.Detail,
		Scopes: append([]string{}, c.Scopes...), ReadAt: c.ReadAt,
	}
}
