package server

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/server/frame"
	"slotward/sources"
	"slotward/store"
)

// SignIn is what the client of a provider has besides that can tell who somebody
// is, so surely that they may be let in.
type SignIn interface {
	// AuthorizeSignIn returns the page where somebody signs in. The ID token that
	// comes of it carries nonce. With calendars, the same consent gives what a
	// connection needs.
	AuthorizeSignIn(state, verifier, nonce, redirect string, calendars bool) string
	// Verify checks the ID token that came along with tokens, and that it carries
	// nonce, and tells who signed in.
	Verify(ctx context.Context, tok *oauth2.Token, nonce string) (sources.Profile, error)
}

// SignInOptions say who may sign in, and for how long.
type SignInOptions struct {
	// Allow are addresses, and domains whose organisation an address belongs to.
	// People who are known here by their address may sign in anyway.
	Allow []string
	// Admins are the addresses of admins. They may sign in as well.
	Admins   []string
	Idle     time.Duration // a session that is not used for so long ends; zero: 14 days
	Lifetime time.Duration // every session ends after it; zero: 90 days
}

// signInOption is what a flow carries when somebody signs in: "only", or "connect"
// when their calendar is connected as well. It is "" for any other.
const signInOption = "sign_in"

// routeSignIn serves the pages by which people come and go.
func (s *server) routeSignIn() {
	s.mux.HandleFunc("GET /sign-in", s.showSignIn)
	s.mux.HandleFunc("POST /sign-in/{provider}", s.limited(s.startSignIn))
	s.mux.HandleFunc("POST /sign-out", s.signOut)
	s.mux.HandleFunc("GET /first", s.limited(s.showFirst))
	s.mux.HandleFunc("POST /first", s.limited(s.useFirst))
}

// canSignIn are the providers that people can sign in with here.
func (s *server) canSignIn() []frame.SignInWith {
	var out []frame.SignInWith
	for _, at := range providers {
		if _, can := s.Authorizers[at.name].(SignIn); can {
			out = append(out, frame.SignInWith{Name: at.company, Address: s.Frame.Path("/sign-in/" + at.name)})
		}
	}
	return out
}

// showSignIn offers the ways to sign in. Who is signed in is led on, unless they
// set the installation up and have no account here yet.
func (s *server) showSignIn(w http.ResponseWriter, r *http.Request) {
	next := pageOf(r.URL.Query().Get("next"))
	who, known := IdentityOf(r.Context())
	if known && who.Person != 0 {
		s.leadTo(w, r, next, "")
		return
	}
	page := frame.SignIn{Providers: s.canSignIn(), Next: next, Known: known}
	if r.URL.Query().Get("done") == "signed-out" {
		page.Done = "You are signed out."
	}
	if err := s.Frame.SignIn(w, http.StatusOK, viewerOf(r.Context()), page); err != nil {
		s.Log.ErrorContext(r.Context(), "a page could not be made", slog.Any("error", err))
		writeProblem(w, problem(http.StatusInternalServerError, "internal", "the page could not be made; the log says why"))
	}
}

// leadTo leads a browser to a page of ours, the first one when none is named.
func (s *server) leadTo(w http.ResponseWriter, r *http.Request, next, done string) {
	u, err := url.Parse(pageOf(next))
	if err != nil || u.Path == "" {
		u = &url.URL{Path: "/"}
	}
	if done != "" {
		query := u.Query()
		query.Set("done", done)
		u.RawQuery = query.Encode()
	}
	http.Redirect(w, r, s.Frame.Path(u.String()), http.StatusSeeOther)
}

// startSignIn binds the browser with a cookie, as startConsent does, and sends it
// to the provider.
func (s *server) startSignIn(w http.ResponseWriter, r *http.Request) {
	at, auth, err := s.providerOf(r)
	provider, can := auth.(SignIn)
	if err == nil && !can {
		err = at.refuse(refusedUnknown, "")
	}
	if err != nil {
		s.showRefusal(w, r, err)
		return
	}
	state, verifier, cookie := newSecret(), oauth2.GenerateVerifier(), newSecret()
	options := map[string]string{signInOption: "only", returnOption: pageOf(r.PostFormValue("next"))}
	connect := r.PostFormValue("connect") == "true"
	if connect {
		// Which of its calendars are kept is chosen afterwards.
		options[signInOption], options[calendarsOption] = "connect", "none"
	}
	err = s.Store.SaveFlow(r.Context(), store.Flow{
		State: stateKey(state), Verifier: verifier, Provider: at.name, CookieHash: digest(cookie), Options: options, ExpiresAt: s.Now().Add(flowLife),
	})
	if err != nil {
		s.Log.ErrorContext(r.Context(), "saving a sign-in failed", slog.String("provider", at.name), slog.Any("error", err))
		s.showRefusal(w, r, at.refuse(refusedInternal, ""))
		return
	}
	http.SetCookie(w, s.flowCookie(state, cookie))
	http.Redirect(w, r, provider.AuthorizeSignIn(state, verifier, nonceOf(cookie), s.redirectURI(at.name), connect), http.StatusSeeOther)
}

// nonceOf follows from the cookie that binds a browser to a flow, so that an ID
// token is good in that browser only.
func nonceOf(cookie string) string {
	sum := sha256.Sum256([]byte("nonce:" + cookie))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// finishSignIn lets somebody in whom the provider vouches for, and connects their
// calendar if they asked for that.
func (s *server) finishSignIn(ctx context.Context, w http.ResponseWriter, r *http.Request, at provider, auth Authorizer, flow store.Flow, nonce string) error {
	tok, err := s.tokensOf(ctx, at, auth, flow, r)
	if err != nil {
		return err
	}
	provider, can := auth.(SignIn)
	if !can {
		return at.refuse(refusedUnknown, "")
	}
	profile, err := provider.Verify(ctx, tok, nonce)
	if err != nil {
		s.Log.WarnContext(ctx, "an ID token was refused", slog.String("provider", at.name), slog.Any("error", err))
		return at.refuse(refusedProvider, "It was not told for sure who you are.")
	}
	before, _ := IdentityOf(ctx)
	person, err := s.admit(ctx, at, profile, before.setsUp())
	if err != nil {
		return err
	}
	who, err := s.openSession(ctx, w, r, store.Session{Person: person.ID})
	if err != nil {
		return err
	}
	ctx = WithIdentity(ctx, who)
	if flow.Options[signInOption] != "connect" {
		s.leadTo(w, r, flow.Options[returnOption], "")
		return nil
	}
	flow.Person = person.ID
	done, err := s.connect(ctx, at, auth, flow, tok)
	if err != nil {
		s.showRefusal(w, r.WithContext(ctx), err)
		return nil
	}
	s.showConnected(w, r.WithContext(ctx), done, or(flow.Options[returnOption], "/"))
	return nil
}

// setsUp reports whether somebody came by the one-time link.
func (who Identity) setsUp() bool { return who.Role == Admin && who.Person == 0 && who.CSRF != "" }

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// domainOf is what follows the @ of an address.
func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
