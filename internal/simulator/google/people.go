package google

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrUnknown is wrapped by every error about a name that nobody has.
var ErrUnknown = errors.New("unknown")

func unknown(what, name string) error { return fmt.Errorf("%w %s %q", ErrUnknown, what, name) }

// AddAccount makes a Google account with its primary calendar, whose id is the
// address and whose zone is UTC.
func (s *Server) AddAccount(email, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[email] != nil || s.calendars[email] != nil {
		return fmt.Errorf("account %q exists", email)
	}
	s.accounts[email] = &account{email: email, name: name, sub: subOf(email)}
	c := newCalendar(email, email, "UTC", time.UTC, s.now())
	c.owner, c.primary = email, true
	s.calendars[email] = c
	s.setRole(c, email, owner)
	return nil
}

// Sub returns the immutable id of an account, as ID tokens give it.
func (s *Server) Sub(email string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[email]; a != nil {
		return a.sub, nil
	}
	return "", unknown("account", email)
}

// SetAutoAddHangouts sets whether Google adds Meet to the events of an account
// by itself: to those made by hand, and to those of clients that do not know of
// conferences.
func (s *Server) SetAutoAddHangouts(email string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[email]
	if a == nil {
		return unknown("account", email)
	}
	a.autoMeet = on
	return nil
}

// AddClient registers an OAuth client. Clients whose ids are the same up to the
// first "-" belong to one project. Redirect addresses must match exactly.
func (s *Server) AddClient(id, secret string, redirects ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[id] = &client{id, secret, slices.Clone(redirects)}
}

// AddCalendar puts a calendar on an account's list. It is made if it does not
// exist; the account's role on it is one of none, freeBusyReader, reader,
// writerWithoutPrivateAccess, writer, owner. zone is an IANA name.
func (s *Server) AddCalendar(account, id, name, zone, role string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := parseRole(role)
	switch {
	case s.accounts[account] == nil:
		return unknown("account", account)
	case !ok:
		return unknown("role", role)
	}
	c := s.calendars[id]
	if c == nil {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			return unknown("zone", zone)
		}
		c = newCalendar(id, name, zone, loc, s.now())
		if r == owner {
			c.owner = account
		}
		s.calendars[id] = c
	}
	s.setRole(c, account, r)
	return nil
}

// SetRole changes what an account may do with a calendar. Changed rights expire
// the calendar's sync tokens; with the role none it leaves the account's list.
func (s *Server) SetRole(calendarID, account, role string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, r, err := s.names(calendarID, account, role)
	if err != nil {
		return err
	}
	c.epoch++
	s.setRole(c, account, r)
	return nil
}

func (s *Server) names(calendarID, account, role string) (*calendar, role, error) {
	c := s.calendars[calendarID]
	r, ok := parseRole(role)
	switch {
	case c == nil:
		return nil, none, unknown("calendar", calendarID)
	case s.accounts[account] == nil:
		return nil, none, unknown("account", account)
	case !ok:
		return nil, none, unknown("role", role)
	}
	return c, r, nil
}

func (s *Server) setRole(c *calendar, account string, r role) {
	c.roles[account] = r
	s.seq++
	a := s.accounts[account]
	i := slices.IndexFunc(a.list, func(e *listEntry) bool { return e.calendar == c.id })
	if i < 0 {
		a.list = append(a.list, &listEntry{calendar: c.id})
		i = len(a.list) - 1
	}
	a.list[i].deleted, a.list[i].seq = r == none, s.seq
}

// SetZone changes the zone of a calendar, an IANA name.
func (s *Server) SetZone(calendarID, zone string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.known(calendarID)
	if err != nil {
		return err
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return unknown("zone", zone)
	}
	c.zone, c.loc = zone, loc
	return nil
}

// SetConferenceTypes says which conference types a calendar allows: some of
// hangoutsMeet, eventHangout, eventNamedHangout. None: Meet is switched off.
func (s *Server) SetConferenceTypes(calendarID string, types ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.known(calendarID)
	if err != nil {
		return err
	}
	c.solutions = append([]string{}, types...)
	return nil
}

// ExpireTokens makes every sync token of a calendar given out so far answer
// 410 fullSyncRequired.
func (s *Server) ExpireTokens(calendarID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.known(calendarID)
	if err != nil {
		return err
	}
	c.epoch++
	return nil
}

// RevokeGrant is an account's owner removing every app from the account.
func (s *Server) RevokeGrant(account string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[account] == nil {
		return unknown("account", account)
	}
	s.revokeProject(account, "")
	return nil
}

// ExpireAccess ends every access token of an account; its refresh tokens live.
func (s *Server) ExpireAccess(account string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[account] == nil {
		return unknown("account", account)
	}
	for value, t := range s.access {
		if t.grant.account == account {
			delete(s.access, value)
		}
	}
	return nil
}

// Granted returns the scopes that an account has allowed a client, sorted;
// empty when there is no grant.
func (s *Server) Granted(account, client string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.grants[grantKey{client, account}]
	if g == nil {
		return nil
	}
	return slices.Sorted(setOf(g.scopes))
}

// Channels returns the ids of the live push channels of a calendar, sorted.
func (s *Server) Channels(calendarID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for id, ch := range s.channels {
		if ch.calendar == calendarID && s.now().Before(ch.expires) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Mails returns what was mailed because of writes through the API, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

func (s *Server) displayName(c *calendar) string {
	if a := s.accounts[c.id]; a != nil {
		return a.name
	}
	return c.name
}
