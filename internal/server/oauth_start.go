package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"slotward/store"
)

// startConsent redeems a ticket: it binds the browser with a cookie and sends
// it to the provider. Nothing is stored but the flow, which expires.
func (s *server) startConsent(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead { // a preview, not a person
		return
	}
	at, auth, err := s.providerOf(r)
	if err != nil {
		s.showRefusal(w, r, err)
		return
	}
	state, cookie, target, err := s.begin(r.Context(), at, auth, r.URL.Query().Get("ticket"))
	if err != nil {
		s.showRefusal(w, r, err)
		return
	}
	http.SetCookie(w, s.flowCookie(state, cookie))
	http.Redirect(w, r, target, http.StatusFound)
}

// providerOf finds the provider that a page's path names.
func (s *server) providerOf(r *http.Request) (provider, Authorizer, error) {
	at, known := providerNamed(r.PathValue("provider"))
	auth := s.Authorizers[at.name]
	if !known || auth == nil {
		return at, nil, at.refuse(refusedUnknown, "")
	}
	return at, auth, nil
}

// begin turns a ticket into a flow: state, PKCE verifier, and the cookie's value.
func (s *server) begin(ctx context.Context, at provider, auth Authorizer, secret string) (state, cookie, target string, err error) {
	t, err := s.redeem(ctx, at, secret)
	if err != nil {
		return "", "", "", err
	}
	state, verifier := newSecret(), oauth2.GenerateVerifier()
	cookie = newSecret() + "." + secret
	options := map[string]string{untilOption: t.ExpiresAt.UTC().Format(time.RFC3339)}
	maps.Copy(options, t.Options)
	err = s.Store.SaveFlow(ctx, store.Flow{
		State: stateKey(state), Verifier: verifier, Person: t.Person, Provider: at.name,
		CookieHash: digest(cookie), Options: options, ExpiresAt: s.Now().Add(flowLife),
	})
	if err != nil {
		s.Log.ErrorContext(ctx, "saving a sign-in failed", slog.String("provider", at.name), slog.Any("error", err))
		return "", "", "", at.refuse(refusedInternal, "")
	}
	return state, cookie, auth.Authorize(state, verifier, s.redirectURI(at.name)), nil
}

// unspent checks that a link which a consent was begun with has connected no account
// since: another consent may have been begun with it, and be over. That a link has
// run out meanwhile does not matter.
func (s *server) unspent(ctx context.Context, at provider, flow store.Flow, ticket string) error {
	// Without that option no link is known: it is as if it had run out.
	if until, _ := time.Parse(time.RFC3339, flow.Options[untilOption]); !until.After(s.Now()) {
		return nil
	}
	_, err := s.redeem(ctx, at, ticket)
	return err
}

// redeem looks a ticket up and leaves it in place: it is spent by a connection
// that was made, not by a link that was opened.
func (s *server) redeem(ctx context.Context, at provider, secret string) (store.Flow, error) {
	if !plausible(secret) {
		return store.Flow{}, at.refuse(refusedTicket, "")
	}
	t, err := s.Store.Flow(ctx, ticketKey(secret))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return t, at.refuse(refusedTicket, "")
	case err != nil:
		s.Log.ErrorContext(ctx, "redeeming a link failed", slog.String("provider", at.name), slog.Any("error", err))
		return t, at.refuse(refusedInternal, "")
	case t.Provider != at.name:
		return t, at.refuse(refusedTicket, "")
	case !inHand(ctx, t):
		return t, at.refuse(refusedOwner, "")
	}
	return t, nil
}
