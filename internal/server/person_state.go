package server

import (
	"context"
	"strings"

	"slotward/store"
)

// How somebody stands. The first that fits is told.
const (
	standsAttention   = "attention"   // somebody has to do something
	standsPaused      = "paused"      // somebody wanted it so
	standsUnconnected = "unconnected" // no account is connected yet, or any more
	standsWell        = "well"
)

// standing is a person with how they stand, by their connections.
func standing(p store.Person, connections []store.Connection) Person {
	out := personOf(p)
	out.stand(p, connections)
	return out
}

// stand fills in how a person stands, by their connections.
func (p *Person) stand(of store.Person, connections []store.Connection) {
	if p.Held != "" {
		p.Attention = append(p.Attention, "Removals are held until somebody releases them.")
	}
	if of.Failures > 0 && of.LastError != "" {
		p.Attention = append(p.Attention, "The latest pass failed: "+of.LastError)
	}
	live := false
	for _, c := range connections {
		live = live || c.State != store.Disconnected
		if needsSomebody(c) {
			p.Attention = append(p.Attention, titleOf(c.Provider)+" ("+c.Email+"): "+c.Detail)
		}
	}
	switch {
	case len(p.Attention) > 0:
		p.State = standsAttention
	case of.Paused:
		p.State = standsPaused
	case !live:
		p.State = standsUnconnected
	default:
		p.State = standsWell
	}
}

// needsSomebody reports whether a connection works again only after somebody
// has done something.
func needsSomebody(c store.Connection) bool {
	return c.State == store.NeedsReauth || c.State == store.MissingScope || c.State == store.NotAllowed
}

// titleOf is a provider's name for people.
func titleOf(name string) string {
	if at, known := providerNamed(name); known {
		return at.title
	}
	return name
}

// personWith is a person with how they stand.
func (s *server) personWith(ctx context.Context, p store.Person) (Person, error) {
	connections, err := s.Store.Connections(ctx, p.ID)
	if err != nil {
		return Person{}, err
	}
	return standing(p, connections), nil
}

// peopleWith is personWith for many, with one look at all connections.
func (s *server) peopleWith(ctx context.Context, people []store.Person) ([]Person, error) {
	if len(people) == 1 {
		one, err := s.personWith(ctx, people[0])
		return []Person{one}, err
	}
	all, err := s.Store.AllConnections(ctx)
	if err != nil {
		return nil, err
	}
	of := byPerson(all)
	out := make([]Person, len(people))
	for i, p := range people {
		out[i] = standing(p, of[p.ID])
	}
	return out, nil
}

// named reports whether text is part of the person's name or e-mail address, in
// any case.
func (p *Person) named(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(strings.ToLower(p.Name), text) || strings.Contains(p.Email, text)
}
