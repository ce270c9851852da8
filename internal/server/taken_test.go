package server

import (
	"context"
	"strings"
	"testing"

	"slotward/store"
)

// Who has something that is taken is told to admins and to themselves, and to
// nobody else: neither by the API nor on the way back from a consent.
func TestWhoHasWhatIsTakenIsNotToldToEverybody(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	s := &server{Options: withDefaults(w.options)}
	taken := &store.TakenError{What: "the Zoom account x@else.test", By: ada.Email, Cure: "disconnect it there first"}
	at, _ := providerNamed("google")
	for name, c := range map[string]struct {
		who  *Identity
		told bool
	}{
		"nobody is signed in": {nil, false},
		"another member":      {&Identity{Name: bob.Email, Person: bob.ID, Role: Member}, false},
		"a member by no name": {&Identity{Role: Member}, false},
		"who has it":          {&Identity{Name: ada.Email, Person: ada.ID, Role: Member}, true},
		"an admin":            {&Identity{Name: bob.Email, Person: bob.ID, Role: Admin}, true},
		"an API token":        {&Identity{Name: "the API token ci", Role: Admin}, true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if c.who != nil {
				ctx = WithIdentity(ctx, *c.who)
			}
			for what, text := range s.takenTexts(ctx, at, taken) {
				if strings.Contains(text, ada.Email) != c.told || strings.Contains(text, "ask your administrator") == c.told {
					t.Errorf("%s: %s", what, text)
				}
			}
		})
	}
}

// takenTexts are all the ways in which it is said that something is taken.
func (s *server) takenTexts(ctx context.Context, at provider, taken *store.TakenError) map[string]string {
	return map[string]string{
		"the API":       s.explain(ctx, "test", taken).Error(),
		"a consent":     s.refusedStore(ctx, consented{at: at, email: "x@else.test"}, taken).Error(),
		"a calendar":    s.calendarOf(ctx, store.Calendar{Error: "kept by " + taken.By + ": turn it off there first"}).Error,
		"turning it on": s.keptNote(ctx, "Team", taken),
	}
}
