package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"slotward/sources"
	"slotward/store"
)

// admit finds the person who signs in with an account, or makes one.
//
//	the account is known                          → that person, whatever its address is now
//	the address is a person's                     → that person, and the account with them from now on
//	the address is allowed, or sets everything up → a new person
//	anything else                                 → refused
//
// Only addresses that the provider vouches for count.
func (s *server) admit(ctx context.Context, at provider, who sources.Profile, setUp bool) (store.Person, error) {
	p, err := s.Store.PersonByIdentity(ctx, at.name, who.Account)
	if errors.Is(err, store.ErrNotFound) {
		p, err = s.bind(ctx, at, who, setUp)
	}
	if err == nil && p.Role != Admin && (setUp || s.listed(s.SignIn.Admins, who)) {
		p, err = s.promote(ctx, p)
	}
	var refused *refusal
	if err != nil && !errors.As(err, &refused) {
		s.Log.ErrorContext(ctx, "letting somebody in failed", slog.String("provider", at.name), slog.Any("error", err))
		err = at.refuse(refusedInternal, "")
	}
	return p, err
}

// bind finds or makes the person whose address an account has, and lets them sign
// in with it from now on.
func (s *server) bind(ctx context.Context, at provider, who sources.Profile, setUp bool) (store.Person, error) {
	if who.Email == "" {
		return store.Person{}, at.refuse(refusedUnverified, "")
	}
	p, err := s.Store.PersonByEmail(ctx, who.Email)
	if errors.Is(err, store.ErrNotFound) {
		if !setUp && !s.listed(s.SignIn.Allow, who) && !s.listed(s.SignIn.Admins, who) {
			return p, at.refuse(refusedStranger, fmt.Sprintf("You signed in at %s as %s.", at.company, who.Email))
		}
		p, err = s.enrol(ctx, who)
	}
	if err != nil {
		return p, err
	}
	err = s.Store.BindIdentity(ctx, store.Identity{Provider: at.name, Account: who.Account, Person: p.ID, Email: who.Email})
	var taken *store.TakenError
	if errors.As(err, &taken) {
		return p, at.refuse(refusedAccount, fmt.Sprintf("Whoever is known here as %s signs in with another %s account.", who.Email, at.company))
	}
	if err == nil {
		s.record(ctx, change{Action: "sign_in", Person: p.ID, Title: at.name + " " + who.Email, Detail: "signs in with this account from now on"})
	}
	return p, err
}

// enrol makes a person of who signs in for the first time; who does so in two
// browsers at once is the same in both.
func (s *server) enrol(ctx context.Context, who sources.Profile) (store.Person, error) {
	name := or(strings.TrimSpace(who.Name), strings.TrimSuffix(who.Email, "@"+domainOf(who.Email)))
	p, err := s.Store.CreatePerson(ctx, name, who.Email)
	var exists *store.ExistsError
	if errors.As(err, &exists) {
		return s.Store.PersonByEmail(ctx, who.Email)
	}
	if err == nil {
		s.record(ctx, change{Action: "person", Person: p.ID, Title: p.Email, Detail: "added by signing in"})
	}
	return p, err
}

// promote makes somebody an admin.
func (s *server) promote(ctx context.Context, p store.Person) (store.Person, error) {
	before := p
	p, err := s.Store.UpdatePerson(ctx, p.ID, func(p *store.Person) error {
		p.Role = Admin
		return nil
	})
	if err == nil {
		s.record(ctx, change{Action: "person", Person: p.ID, Title: p.Email, Detail: difference(roleOf(before), roleOf(p))})
	}
	return p, err
}

func roleOf(p store.Person) map[string]string { return map[string]string{"role": string(p.Role)} }

// listed reports whether somebody is on a list: by their address, or by the
// domain of the organisation that the account belongs to. A domain alone is not
// believed of an address: whoever leaves an organisation may keep an account
// elsewhere that was made with the address from there.
func (s *server) listed(list []string, who sources.Profile) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if entry == "" || who.Email == "" {
			return false
		}
		if strings.Contains(strings.TrimPrefix(entry, "@"), "@") {
			return entry == who.Email
		}
		domain := strings.TrimPrefix(entry, "@")
		return domain == who.Domain && domain == domainOf(who.Email)
	})
}
