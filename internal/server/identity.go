package server

import (
	"context"

	"slotward/store"
)

// Role is what somebody may do.
type Role = store.Role

// The roles. An admin may do for everybody what a member may do for themselves,
// and sees to the installation.
const (
	Admin  = store.Admin
	Member = store.Member
)

// Identity is who makes a request.
type Identity struct {
	// Name is an e-mail address, or "the API token NAME"; it stands in the journal.
	Name string
	// Person is whose pages are their own; zero for an API token and for whoever
	// sets the installation up.
	Person int64
	Role   Role
	// CSRF is what a form has to send back; "" for an API token, which no browser
	// sends by itself.
	CSRF string
}

// identityKey is where the identity stands in a context.
type identityKey struct{}

// WithIdentity returns a context in which requests are made by who. Only what
// runs in this process can say so: the dashboard, which calls the API for
// whoever is signed in.
func WithIdentity(ctx context.Context, who Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, who)
}

// IdentityOf returns who makes a request; ok is false for nobody.
func IdentityOf(ctx context.Context) (who Identity, ok bool) {
	who, ok = ctx.Value(identityKey{}).(Identity)
	return who, ok
}
