package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/oauth2"

	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// finishConsent is where a provider sends the browser back. The checks come in
// this order: the flow is known, fresh and unused; this is the browser that
// began it, and who is signed in there may; the person said yes. Only then is the code traded for tokens.
func (s *server) finishConsent(w http.ResponseWriter, r *http.Request) {
	// A browser that goes away must not leave half a connection behind.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), requestLimit)
	defer cancel()
	at, auth, err := s.providerOf(r)
	if err != nil {
		s.showRefusal(w, r, err)
		return
	}
	if fromAdmin(r.URL.Query()) {
		s.showAdminConsent(w, r, at, auth)
		return
	}
	state := r.URL.Query().Get("state")
	flow, cookie, err := s.flowOf(ctx, at, r, state)
	if err != nil {
		s.showRefusal(w, r, err)
		return
	}
	http.SetCookie(w, s.flowCookie(state, ""))
	if flow.Options[signInOption] != "" {
		if err := s.finishSignIn(ctx, w, r, at, auth, flow, nonceOf(cookie)); err != nil {
			s.showRefusal(w, r, s.offerSignIn(err, flow))
		}
		return
	}
	if !inHand(ctx, flow) {
		s.showRefusal(w, r, at.refuse(refusedOwner, ""))
		return
	}
	ticket := ticketIn(cookie)
	if err := s.unspent(ctx, at, flow, ticket); err != nil {
		s.showRefusal(w, r, err)
		return
	}
	done, err := s.complete(ctx, at, auth, flow, r)
	if err != nil {
		s.showRefusal(w, r, s.offerAgain(err, at, flow, ticket))
		return
	}
	// Spent: the link has done what it was for.
	if _, err := s.Store.TakeFlow(ctx, ticketKey(ticket)); err != nil && !errors.Is(err, store.ErrNotFound) {
		s.Log.WarnContext(ctx, "a used link could not be taken back; it expires by itself", slog.Any("error", err))
	}
	s.showConnected(w, r, done, flow.Options[returnOption])
}

// flowOf takes the flow that a state names: it is gone afterwards, whatever
// comes of it. A browser that did not begin it takes nothing.
func (s *server) flowOf(ctx context.Context, at provider, r *http.Request, state string) (store.Flow, string, error) {
	if !plausible(state) {
		return store.Flow{}, "", at.refuse(refusedState, "")
	}
	flow, err := s.Store.Flow(ctx, stateKey(state))
	if err == nil && flow.Provider != at.name {
		return flow, "", at.refuse(refusedState, "")
	}
	cookie, bound := boundTo(r, state, flow)
	if err == nil && !bound {
		return flow, "", at.refuse(refusedBrowser, "")
	}
	if err == nil {
		flow, err = s.Store.TakeFlow(ctx, stateKey(state))
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return flow, "", at.refuse(refusedState, "")
	case err != nil:
		s.Log.ErrorContext(ctx, "looking up a sign-in failed", slog.String("provider", at.name), slog.Any("error", err))
		return flow, "", at.refuse(refusedInternal, "")
	}
	return flow, cookie, nil
}

// complete trades the code for tokens and connects the account.
func (s *server) complete(ctx context.Context, at provider, auth Authorizer, flow store.Flow, r *http.Request) (connected, error) {
	tok, err := s.tokensOf(ctx, at, auth, flow, r)
	if err != nil {
		return connected{}, err
	}
	return s.connect(ctx, at, auth, flow, tok)
}

// tokensOf trades the code for tokens.
func (s *server) tokensOf(ctx context.Context, at provider, auth Authorizer, flow store.Flow, r *http.Request) (*oauth2.Token, error) {
	query := r.URL.Query()
	if code := query.Get("error"); code != "" {
		return nil, s.refusedByProvider(ctx, at, auth, code, query.Get("error_description"))
	}
	if query.Get("code") == "" {
		return nil, at.refuse(refusedCode, "It carries no code.")
	}
	tok, err := auth.Exchange(ctx, query.Get("code"), flow.Verifier, s.redirectURI(at.name))
	if err != nil {
		return nil, s.refusedExchange(ctx, at, err)
	}
	return tok, nil
}

// oauthCode is what an error code of OAuth looks like; anything else is not repeated.
var oauthCode = regexp.MustCompile(`^[a-z_]{1,40}$`)

// refusedByProvider tells a person's no from a provider's trouble (RFC 6749 §4.1.2.1).
func (s *server) refusedByProvider(ctx context.Context, at provider, auth Authorizer, code, description string) error {
	if admin, ok := auth.(AdminConsent); ok && admin.NeedsAdmin(code, description) {
		return s.needsAdmin(at, admin)
	}
	switch code {
	case "access_denied":
		return s.refusedConsent(at, auth)
	case "admin_policy_enforced", "org_internal":
		r := at.refuse(refusedAdmin, at.title+" lets people of your organisation use an app only after an administrator has allowed it in the organisation's own settings.")
		r.cure = "Ask them, and once they have, try again."
		return r
	}
	if !oauthCode.MatchString(code) {
		code = "an unknown error"
	}
	s.Log.WarnContext(ctx, "the provider ended a sign-in", slog.String("provider", at.name), slog.String("answer", code))
	return at.refuse(refusedProvider, fmt.Sprintf("It answered %s.", code))
}

// refusedExchange tells a used-up code from a provider's trouble.
func (s *server) refusedExchange(ctx context.Context, at provider, err error) error {
	s.Log.WarnContext(ctx, "trading a code for tokens failed", slog.String("provider", at.name), slog.Any("error", err))
	var account *sources.AccountError
	if errors.Is(err, sources.ErrBlocked) && errors.As(err, &account) {
		r := at.refuse(refusedAdmin, "")
		r.cure = strings.ToUpper(account.Cure[:1]) + account.Cure[1:] + "."
		return r
	}
	if errors.Is(err, sources.ErrRevoked) || errors.Is(err, zoom.ErrRevoked) {
		return at.refuse(refusedCode, "It has run out or was used before.")
	}
	return at.refuse(refusedProvider, "")
}

// offerAgain gives a refusal the link to begin anew with, and the page that it
// was begun from.
func (s *server) offerAgain(err error, at provider, flow store.Flow, ticket string) error {
	var r *refusal
	if errors.As(err, &r) {
		r.onward = flow.Options[returnOption]
		if plausible(ticket) {
			r.again = s.startURL(at.name, ticket)
		}
	}
	return err
}

// offerSignIn is offerAgain for a sign-in that did not lead to one.
func (s *server) offerSignIn(err error, flow store.Flow) error {
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	if r.class == refusedConsent.class {
		r.title, r.detail, r.cure = refusedDeclined.title, "", refusedDeclined.cure
	}
	r.again = s.Frame.Path("/sign-in")
	if next := flow.Options[returnOption]; next != "" {
		r.again += "?" + url.Values{"next": {next}}.Encode()
	}
	return r
}
