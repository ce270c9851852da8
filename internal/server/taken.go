package server

import (
	"context"
	"log/slog"

	"slotward/store"
)

// somebodyHere stands for whoever has something that is taken, where it is not
// told who that is.
const somebodyHere = "another person of this installation: ask your administrator"

// tells reports whether whoever asks may be told that something is this person's,
// who has an e-mail address: an admin, and the person. Everybody else is not told
// who else is here.
func (s *server) tells(ctx context.Context, email string) bool {
	who, known := IdentityOf(ctx)
	switch {
	case !known:
		return false
	case who.Role == Admin:
		return true
	case who.Person == 0:
		return false
	}
	p, err := s.Store.Person(ctx, who.Person)
	if err != nil {
		s.Log.WarnContext(ctx, "who asks could not be looked up", slog.Any("error", err))
	}
	return err == nil && p.Email == email
}

// tellTaken says that something is taken, and by whom if that may be told.
func (s *server) tellTaken(ctx context.Context, taken *store.TakenError) string {
	if s.tells(ctx, taken.By) {
		return taken.Error()
	}
	return taken.What + " is kept by " + somebodyHere
}
