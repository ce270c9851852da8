package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// Who may do what is decided in two places, and nowhere else. An operation is
// for admins only unless own says otherwise when it is registered. One that
// members may use looks up whatever it is asked for by the find functions, which
// know nothing of what is not the member's own.

// access is the key under which an operation's metadata say who may use it.
const access = "access"

// own lets members use an operation too, for what is their own: everything that
// it is asked for is looked up by findPerson, findPeople, findCalendar or
// findEvent.
func own(op huma.Operation) huma.Operation {
	op.Metadata = maps.Clone(op.Metadata)
	if op.Metadata == nil {
		op.Metadata = map[string]any{}
	}
	op.Metadata[access] = "own"
	return op
}

// forMembers reports whether members may use an operation.
func forMembers(op *huma.Operation) bool { return op.Metadata[access] == "own" }

// adminsOnly ends a request of somebody who is no admin, before anything of it
// is looked at.
func (s *server) adminsOnly(ctx huma.Context, next func(huma.Context)) {
	if who, _ := IdentityOf(ctx.Context()); who.Role == Admin {
		next(ctx)
		return
	}
	p := forbidden()
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p)
}

// admins is adminsOnly for what is no operation.
func admins(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who, _ := IdentityOf(r.Context()); who.Role != Admin {
			writeProblem(w, forbidden())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func forbidden() *huma.ErrorModel {
	return problem(http.StatusForbidden, "admins_only", "only an admin of this installation may do that: ask one of them")
}

// sees reports whether somebody may know of what belongs to a person.
func (who Identity) sees(person int64) bool {
	return who.Role == Admin || who.Person != 0 && who.Person == person
}

// limitedTo is the person to whom everything has to belong that is listed; zero:
// to anybody.
func limitedTo(ctx context.Context) int64 {
	who, _ := IdentityOf(ctx)
	if who.Role == Admin {
		return 0
	}
	if who.Person == 0 {
		return -1 // nobody
	}
	return who.Person
}

// findCalendar looks a calendar up.
func (s *server) findCalendar(ctx context.Context, id int64) (store.Calendar, error) {
	c, err := s.Store.Calendar(ctx, id)
	if who, _ := IdentityOf(ctx); err == nil && !who.sees(c.Person) {
		return store.Calendar{}, noCalendar(id, store.ErrNotFound)
	}
	return c, noCalendar(id, err)
}

// noCalendar says that there is no such calendar, if that is what is wrong.
func noCalendar(id int64, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return problem(http.StatusNotFound, "no_calendar",
		fmt.Sprintf("there is no calendar %d; GET /api/v1/people/{person}/calendars lists those there are", id))
}
