package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"slotward/internal/server/frame"
	"slotward/store"
)

// firstLife is how long the one-time link works.
const firstLife = time.Hour

// firstKey keeps these tickets apart from those that connect an account.
func firstKey(secret string) string { return "first:" + secret }

// FirstLink makes the one-time link by which an installation is set up, and
// returns "" once there is an admin. Store and PublicURL are required.
func FirstLink(ctx context.Context, o Options) (string, error) {
	s := &server{Options: withDefaults(o)}
	if there, err := s.hasAdmin(ctx); err != nil || there {
		return "", err
	}
	secret := newSecret()
	err := s.Store.SaveFlow(ctx, store.Flow{State: firstKey(secret), ExpiresAt: s.Now().Add(firstLife)})
	return s.PublicURL + "/first?" + url.Values{"ticket": {secret}}.Encode(), err
}

func (s *server) hasAdmin(ctx context.Context) (bool, error) {
	people, err := s.Store.People(ctx)
	return slices.ContainsFunc(people, func(p store.Person) bool { return p.Role == Admin }), err
}

// showFirst asks whether to use the link up. Looking at it does not: a chat that
// makes previews of links would do so.
func (s *server) showFirst(w http.ResponseWriter, r *http.Request) {
	secret := r.URL.Query().Get("ticket")
	if err := s.firstGood(r.Context(), secret); err != nil {
		s.showRefusal(w, r, err)
		return
	}
	s.show(w, r, http.StatusOK, frame.Notice{
		Title: "Set up Slotward", Good: true,
		Lines: []string{"This link makes this browser the admin's for twelve hours. Sign in with an account of your own before they are over: it becomes an admin for good."},
		Form:  s.Frame.Path("/first"), Fields: map[string]string{"ticket": secret}, Submit: "Begin",
	})
}

// firstGood says what is wrong with the ticket of a one-time link.
func (s *server) firstGood(ctx context.Context, secret string) error {
	if !plausible(secret) {
		return provider{}.refuse(refusedFirst, "")
	}
	_, err := s.Store.Flow(ctx, firstKey(secret))
	if err == nil {
		var there bool
		if there, err = s.hasAdmin(ctx); there {
			return provider{}.refuse(refusedFirst, "There is an admin already.")
		}
	}
	return s.firstError(ctx, err)
}

func (s *server) firstError(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return provider{}.refuse(refusedFirst, "")
	case err != nil:
		s.Log.ErrorContext(ctx, "looking up a one-time link failed", slog.Any("error", err))
		return provider{}.refuse(refusedInternal, "")
	}
	return nil
}

// useFirst uses the link up and signs the browser in as an admin without a person.
func (s *server) useFirst(w http.ResponseWriter, r *http.Request) {
	ctx := context.WithoutCancel(r.Context())
	secret := r.PostFormValue("ticket")
	err := s.firstGood(ctx, secret)
	if err == nil {
		_, err = s.Store.TakeFlow(ctx, firstKey(secret))
		err = s.firstError(ctx, err)
	}
	if err == nil {
		_, err = s.openSession(ctx, w, r, store.Session{Name: setupName})
	}
	if err != nil {
		s.showRefusal(w, r, err)
		return
	}
	s.record(ctx, change{Action: "sign_in", Title: setupName, Detail: "opened: whoever has it is an admin for twelve hours"})
	http.Redirect(w, r, s.Frame.Path("/"), http.StatusSeeOther)
}
