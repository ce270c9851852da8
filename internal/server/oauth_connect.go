package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"slotward/store"
)

// consented is an account whose owner consented, before anything is stored.
type consented struct {
	at      provider
	auth    Authorizer
	tok     *oauth2.Token
	account string // the provider's immutable id; "" when it could not be asked for
	email   string
	plan    int      // type of the account, where the provider has several; zero: not known
	scopes  []string // granted
}

// connected is what the result page tells.
type connected struct {
	at         provider
	connection store.Connection
	calendars  []store.Calendar // that are on now
	notes      []string         // what did not work, for people
}

// connect checks what was granted and whose account it is, stores the
// connection, and turns the primary calendar on. Up to Store.Connect nothing is
// stored, so every refusal leaves things as they were.
func (s *server) connect(ctx context.Context, at provider, auth Authorizer, flow store.Flow, tok *oauth2.Token) (connected, error) {
	c := consented{at: at, auth: auth, tok: tok}
	var named bool
	c.scopes, named = grantedScopes(tok)
	var err error
	if p, ok := auth.(Profiler); ok {
		c.account, c.email, c.plan, err = p.Profile(ctx, tok)
	} else {
		c.account, c.email, err = auth.Identify(ctx, tok)
	}
	// An answer that names no scopes granted those asked for (RFC 6749 §5.1).
	if missing := auth.MissingScopes(c.scopes); named && len(missing) > 0 {
		return connected{}, s.refusedScopes(ctx, flow.Person, c, missing)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "asking whose account it is failed", slog.String("provider", at.name), slog.Any("error", err))
		return connected{}, at.refuse(refusedProvider, "It was not told whose account this is.")
	}
	if tok.RefreshToken == "" {
		return connected{}, at.refuse(refusedProvider, "The permission that it gave lasts for an hour only. Remove Slotward from the account's connected apps before the next try.")
	}
	known, err := s.known(ctx, flow.Person, c)
	if err != nil {
		return connected{}, s.refusedStore(ctx, c, err)
	}
	stored, err := s.Store.Connect(ctx, c.connection(flow.Person), s.tokenOf(tok))
	if err != nil {
		return connected{}, s.refusedStore(ctx, c, err)
	}
	s.record(ctx, change{Action: "connect", Person: flow.Person, Title: at.name + " " + c.email, Detail: invitedBy(flow)})
	done := connected{at: at, connection: stored}
	if at.calendars {
		s.takeCalendars(ctx, &done, wantsPrimary(flow.Options[calendarsOption], known))
	}
	if err := s.interrupt(ctx, flow.Person); err != nil {
		s.Log.ErrorContext(ctx, "a new connection was not made due", slog.Int64("person", flow.Person), slog.Any("error", err))
	}
	return done, nil
}

// invitedBy tells whose link an account was connected with, if it was not its owner's.
func invitedBy(flow store.Flow) string {
	if inviter := flow.Options[inviterOption]; inviter != "" {
		return "with a link from " + inviter
	}
	return ""
}

// connection is what will be stored.
func (c consented) connection(person int64) store.Connection {
	out := store.Connection{Person: person, Provider: c.at.name, Account: c.account, Email: c.email, State: store.Connected, Plan: c.plan, Scopes: c.scopes}
	if c.at.name == "zoom" {
		out.HostID, _, _ = strings.Cut(c.account, "@")
	}
	return out
}

// known reports whether the calendars of this very account were listed for the
// person before: from then on which of them are on is the person's choice. A
// consent that left out a permission listed none, and chose nothing.
func (s *server) known(ctx context.Context, person int64, c consented) (bool, error) {
	connections, err := s.Store.Connections(ctx, person)
	if err != nil {
		return false, err
	}
	old := slices.IndexFunc(connections, func(old store.Connection) bool { return old.Provider == c.at.name && old.Account == c.account })
	if old < 0 {
		return false, nil
	}
	calendars, err := s.Store.Calendars(ctx, person)
	return slices.ContainsFunc(calendars, func(k store.Calendar) bool { return k.Connection == connections[old].ID }), err
}

// wantsPrimary reports whether the primary calendar is to be turned on. Unless
// told, that is done where nobody has chosen yet; otherwise calendars stay as they are.
func wantsPrimary(choice string, known bool) bool {
	return choice == "primary" || choice == "" && !known
}

// takeCalendars lists the account's calendars and turns the primary one on. The
// connection stands whatever comes of it; what went wrong is noted on the page.
func (s *server) takeCalendars(ctx context.Context, done *connected, primary bool) {
	calendars, err := s.Calendars.Refresh(ctx, done.connection.ID)
	if err != nil {
		s.Log.WarnContext(ctx, "listing calendars failed", slog.Int64("connection", done.connection.ID), slog.Any("error", err))
		done.notes = append(done.notes, "The account's calendars could not be listed just now, so none was turned on: list them again in a few minutes and turn on the ones to keep.")
		return
	}
	for _, c := range calendars {
		if primary && c.Primary && !c.On {
			c = s.turnOn(ctx, c, done)
		}
		if c.On {
			done.calendars = append(done.calendars, c)
		}
	}
}

// turnOn turns one calendar on, or notes why it stays off.
func (s *server) turnOn(ctx context.Context, before store.Calendar, done *connected) store.Calendar {
	after, err := s.Store.UpdateCalendar(ctx, before.ID, func(c *store.Calendar) error { return turn(c, true, s.Now()) })
	if err == nil {
		s.record(ctx, change{
			Action: "calendar", Person: after.Person, Title: after.Name,
			Detail: difference(calendarChoices(before), calendarChoices(after)),
		})
		return after
	}
	note := "The calendar " + before.Name + " could not be turned on just now."
	var taken *store.TakenError
	if errors.As(err, &taken) {
		note = s.keptNote(ctx, before.Name, taken)
	} else {
		s.Log.WarnContext(ctx, "turning a calendar on failed", slog.Int64("calendar", before.ID), slog.Any("error", err))
	}
	done.notes = append(done.notes, note)
	return before
}

// keptNote says why a calendar stays off that somebody else keeps.
func (s *server) keptNote(ctx context.Context, name string, taken *store.TakenError) string {
	by := somebodyHere
	if s.tells(ctx, taken.By) {
		by = taken.By + ": turn it off there first"
	}
	return fmt.Sprintf("The calendar %s stays off here, because it is kept for %s.", name, by)
}

// refusedScopes refuses a consent in which a needed permission was not given.
// A connection that stands already gets the named state, because the provider
// may have narrowed what its tokens can do; otherwise the state is all that is kept.
func (s *server) refusedScopes(ctx context.Context, person int64, c consented, missing []string) error {
	names := strings.Join(missing, ", ")
	refused := c.at.refuse(refusedScope, "Missing: "+names+".")
	old, stands, err := s.liveConnection(ctx, c.at.name, c.account)
	switch {
	case err != nil:
		s.Log.ErrorContext(ctx, "looking for the account's connection failed", slog.Any("error", err))
	case !stands:
		s.discard(ctx, c)
		s.withhold(ctx, person, c, names)
	case old.Person == person:
		detail := "missing: " + names + "; connect again and grant it"
		if err := s.Store.SetConnectionState(ctx, old.ID, store.MissingScope, detail); err != nil {
			s.Log.ErrorContext(ctx, "a connection's state was not saved", slog.Int64("connection", old.ID), slog.Any("error", err))
		}
		s.record(ctx, change{Action: "connect", Person: person, Title: c.at.name + " " + old.Email, Detail: detail})
		if err := s.interrupt(ctx, person); err != nil {
			s.Log.ErrorContext(ctx, "a narrowed connection was not made due", slog.Int64("person", person), slog.Any("error", err))
		}
	}
	return refused
}

// withhold names the state of an account whose owner left out a permission.
func (s *server) withhold(ctx context.Context, person int64, c consented, names string) {
	if c.account == "" {
		return // nobody knows whose it is
	}
	row := c.connection(person)
	row.Detail = "missing: " + names + "; connect again and grant it"
	if err := s.Store.Withhold(ctx, row); err != nil {
		s.Log.WarnContext(ctx, "a refused consent was not noted", slog.String("provider", c.at.name), slog.Any("error", err))
		return
	}
	s.record(ctx, change{Action: "connect", Person: person, Title: c.at.name + " " + c.email, Detail: row.Detail})
}

// refusedStore refuses a connection that the store will not have.
func (s *server) refusedStore(ctx context.Context, c consented, err error) error {
	var taken *store.TakenError
	var exists *store.ExistsError
	switch {
	case errors.As(err, &taken):
		s.keepOwner(ctx, c)
		by := somebodyHere
		if s.tells(ctx, taken.By) {
			by = taken.By
		}
		return c.at.refuse(refusedTaken, fmt.Sprintf("%s is connected for %s.", c.email, by))
	case errors.As(err, &exists):
		s.discard(ctx, c)
		return c.at.refuse(refusedSecond, "")
	case errors.Is(err, store.ErrNotFound):
		s.discard(ctx, c)
		return c.at.refuse(refusedPerson, "")
	}
	s.Log.ErrorContext(ctx, "saving a connection failed", slog.String("provider", c.at.name), slog.Any("error", err))
	return c.at.refuse(refusedInternal, "")
}

// keepOwner repairs what a refused consent did to the person who has the
// account. At Zoom a new consent ends the account's earlier tokens, theirs
// among them; the new ones speak for the very same account, so they take over.
func (s *server) keepOwner(ctx context.Context, c consented) {
	if !c.at.replaces {
		return
	}
	owner, stands, err := s.liveConnection(ctx, c.at.name, c.account)
	if err == nil && stands && owner.State != store.ConnPaused {
		if _, err = s.Store.Connect(ctx, c.connection(owner.Person), s.tokenOf(c.tok)); err == nil {
			s.record(ctx, change{Action: "connect", Person: owner.Person, Title: c.at.name + " " + c.email, Detail: "tokens renewed: its owner consented again"})
			err = s.interrupt(ctx, owner.Person)
		}
	}
	if err != nil {
		s.Log.WarnContext(ctx, "the owner of a taken account may have to reconnect", slog.String("provider", c.at.name), slog.Any("error", err))
	}
}

// discard gives back a permission that is of no use, unless a connection stands
// on the same account: revoking would end that as well.
func (s *server) discard(ctx context.Context, c consented) {
	_, stands, err := s.liveConnection(ctx, c.at.name, c.account)
	if err != nil || stands || c.account == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, revokeLimit)
	defer cancel()
	if err := c.auth.Revoke(ctx, c.tok); err != nil {
		s.Log.WarnContext(ctx, "giving a permission back failed", slog.String("provider", c.at.name), slog.Any("error", err))
	}
}

// grantedScopes are the scopes that a token answer names; named is false when
// it names none.
func grantedScopes(tok *oauth2.Token) (scopes []string, named bool) {
	text, named := tok.Extra("scope").(string)
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }), named
}

// tokenOf is a token as it is stored. Its life is counted from the server's own
// clock, which everything else here goes by.
func (s *server) tokenOf(tok *oauth2.Token) store.Token {
	out := store.Token{Access: tok.AccessToken, Refresh: tok.RefreshToken, Expiry: tok.Expiry}
	if tok.ExpiresIn > 0 {
		out.Expiry = s.Now().Add(time.Duration(tok.ExpiresIn) * time.Second)
	}
	return out
}
