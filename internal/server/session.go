package server

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"slotward/store"
)

// The limits of a session unless Options say otherwise.
const (
	idleLimit     = 14 * 24 * time.Hour // unused for so long, it ends
	sessionLimit  = 90 * 24 * time.Hour // however much it is used
	setupLimit    = 12 * time.Hour      // of one that was begun by the one-time link
	setupName     = "the set-up link"
	securePrefix  = "__Host-" // browsers take such a cookie over TLS only, and for this host alone
	sessionCookie = "slotward"
)

// https reports whether browsers reach this server over TLS.
func (s *server) https() bool {
	u, err := url.Parse(s.PublicURL)
	return err == nil && u.Scheme == "https"
}

// sessionCookie is the cookie that a browser is known by. An empty secret takes
// it away.
func (s *server) sessionCookie(secret string, life time.Duration) *http.Cookie {
	cookie := &http.Cookie{
		Name: s.sessionName(), Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.https(), MaxAge: int(life.Seconds()),
	}
	if secret == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

func (s *server) sessionName() string {
	if s.https() {
		return securePrefix + sessionCookie
	}
	return sessionCookie
}

// sessionSecret is what the browser carries, if it could be a secret of ours.
func (s *server) sessionSecret(r *http.Request) (string, bool) {
	cookie, err := r.Cookie(s.sessionName())
	if err != nil || !plausible(cookie.Value) {
		return "", false
	}
	return cookie.Value, true
}

// session finds who is signed in with a secret, and notes that they were here;
// store.ErrNotFound when nobody is.
func (s *server) session(ctx context.Context, secret string) (Identity, error) {
	found, err := s.Store.Session(ctx, secret, s.SignIn.Idle)
	if err != nil {
		return Identity{}, err
	}
	if found.Stale(s.Now()) {
		if err := s.Store.SeeSession(ctx, secret); err != nil {
			s.Log.WarnContext(ctx, "that a session is used was not noted", slog.Any("error", err))
		}
	}
	return identityOf(found), nil
}

func identityOf(n store.Session) Identity {
	return Identity{Name: n.Name, Person: n.Person, Role: n.Role, CSRF: csrfToken(n.Secret)}
}

// csrfToken follows from the session's secret, so that it need not be stored.
// Whoever knows it knows nothing of the secret.
func csrfToken(secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("csrf"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// openSession signs a browser in under a new secret, whatever it carried before,
// and ends what it was signed in as.
func (s *server) openSession(ctx context.Context, w http.ResponseWriter, r *http.Request, n store.Session) (Identity, error) {
	life := s.SignIn.Lifetime
	if n.Person == 0 {
		life = setupLimit
	}
	n.Secret, n.ExpiresAt = newSecret(), s.Now().Add(life)
	if err := s.Store.CreateSession(ctx, n); err != nil {
		return Identity{}, err
	}
	if before, carried := s.sessionSecret(r); carried {
		if err := s.Store.EndSession(ctx, before); err != nil {
			s.Log.WarnContext(ctx, "the session before a sign-in was not ended", slog.Any("error", err))
		}
	}
	http.SetCookie(w, s.sessionCookie(n.Secret, life))
	saved, err := s.Store.Session(ctx, n.Secret, s.SignIn.Idle)
	return identityOf(saved), err
}

// signOut ends the session of a browser, or all of the person's.
func (s *server) signOut(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithoutCancel(r.Context())
	who, known := IdentityOf(ctx)
	secret, carried := s.sessionSecret(r)
	var err error
	if known && who.Person != 0 && r.PostFormValue("everywhere") == "true" {
		err = s.Store.EndSessions(ctx, who.Person)
	}
	if carried {
		err = errors.Join(err, s.Store.EndSession(ctx, secret))
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "signing out failed", slog.Any("error", err))
		s.showRefusal(w, r, provider{}.refuse(refusedInternal, "You may still be signed in."))
		return
	}
	http.SetCookie(w, s.sessionCookie("", 0))
	http.Redirect(w, r, s.Frame.Path("/sign-in?done=signed-out"), http.StatusSeeOther)
}
