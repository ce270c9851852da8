package server

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"net/http"

	"slotward/store"
)

// Person is somebody whose meetings are kept.
type Person struct {
	ID        int64             `json:"id" example:"1"`
	Name      string            `json:"name" example:"Ada Lovelace"`
	Email     string            `json:"email" example:"ada@acme.test"`
	Role      Role              `json:"role" enum:"member,admin" doc:"A member does everything for themselves, an admin for everybody, and sees to the installation."`
	Paused    bool              `json:"paused" doc:"Nothing new is done for a paused person; links that were given out stay."`
	Settings  map[string]string `json:"settings" doc:"The person's own settings; they stand above the installation's." example:"{\"share\":\"never\"}"`
	Held      string            `json:"held,omitempty" doc:"Names the plan that the brake holds; empty when none is held. Release it with POST /api/v1/people/{person}/release."`
	CreatedAt time.Time         `json:"created_at" doc:"When the person was added."`
	LastPass  time.Time         `json:"last_pass,omitzero" doc:"When the latest pass ended."`
	LastError string            `json:"last_error,omitempty" doc:"Why the latest pass failed."`
	State     string            `json:"state" enum:"well,attention,paused,unconnected" doc:"attention: somebody has to do something, see attention. unconnected: no account is connected." example:"well"`
	Attention []string          `json:"attention,omitempty" doc:"What somebody has to do something about, in words."`
}

// People is a page of people.
type People struct {
	People []Person `json:"people"`
	Next   string   `json:"next,omitempty" doc:"The cursor of the next page; absent: this was the last."`
	Total  int      `json:"total" doc:"How many there are on all pages together." example:"1"`
}

// PersonPath is the input of everything below /people/{person}.
type PersonPath struct {
	Person string `path:"person" maxLength:"320" doc:"The person's id or e-mail address; me: whoever is signed in." example:"ada@acme.test"`
}

func personOf(p store.Person) Person {
	held, _, _ := strings.Cut(p.Held, ":") // the rest names the removals one by one
	if p.Held == p.Released {
		held = ""
	}
	return Person{
		ID: p.ID, Name: p.Name, Email: p.Email, Role: p.Role, Paused: p.Paused, Settings: orEmpty(p.Settings), Held: held,
		CreatedAt: p.CreatedAt, LastPass: p.LastPass, LastError: p.LastError,
	}
}

// findPerson looks a person up by id or e-mail address, or as me. Whom somebody
// may not see is not there.
func (s *server) findPerson(ctx context.Context, ref string) (store.Person, error) {
	who, _ := IdentityOf(ctx)
	p, err := s.personNamed(ctx, who, ref)
	if errors.Is(err, store.ErrNotFound) || err == nil && !who.sees(p.ID) {
		return store.Person{}, problem(http.StatusNotFound, "no_person",
			fmt.Sprintf("there is no person %q; GET /api/v1/people lists those there are", printable(ref)))
	}
	return p, err
}

func (s *server) personNamed(ctx context.Context, who Identity, ref string) (store.Person, error) {
	if ref == "me" && who.Person != 0 {
		return s.Store.Person(ctx, who.Person)
	}
	if id, err := strconv.ParseInt(ref, 10, 64); err == nil {
		return s.Store.Person(ctx, id)
	}
	return s.Store.PersonByEmail(ctx, strings.ToLower(ref))
}

// findPeople returns the one person named, or when none is everybody whom
// somebody may see.
func (s *server) findPeople(ctx context.Context, ref string) ([]store.Person, error) {
	who, _ := IdentityOf(ctx)
	if ref == "" && who.Role == Admin {
		return s.Store.People(ctx)
	}
	if ref == "" {
		ref = "me"
	}
	p, err := s.findPerson(ctx, ref)
	return []store.Person{p}, err
}

// orEmpty makes an absent map an empty one, which JSON shows as {}.
func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
