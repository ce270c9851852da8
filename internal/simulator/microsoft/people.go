package microsoft

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrUnknown is wrapped by every error about a name that nobody has.
var ErrUnknown = errors.New("unknown")

func unknown(what, name string) error { return fmt.Errorf("%w %s %q", ErrUnknown, what, name) }

// AddAccount makes an account with a mailbox and its default calendar, whose
// zone is UTC. Every method takes the address in place of that calendar's id.
// The organisation is that of the address's domain; outlook.com, hotmail.com,
// live.com and msn.com are personal accounts.
func (s *Server) AddAccount(email, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[email] != nil {
		return fmt.Errorf("account %q exists", email)
	}
	a := &account{email: email, name: name, oid: guid("account " + email), zone: "UTC"}
	a.tid, a.personal = tenantOf(email)
	if a.personal {
		a.oid = "00000000-0000-0000-" + guid("account " + email)[19:]
	}
	id := "AQMkA" + opaque("mailbox "+email, 44) + opaque("default calendar", 40) + "AAA="
	c := newCalendar(id, "Calendar", "UTC", email, time.UTC)
	c.primary = true
	a.home = c
	s.accounts[email], s.calendars[id] = a, c
	s.setRole(c, a, owner)
	return nil
}

// IDs returns what an account is known by: its tenant's id and its object id.
func (s *Server) IDs(email string) (tid, oid string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[email]; a != nil {
		return a.tid, a.oid, nil
	}
	return "", "", unknown("account", email)
}

// CalendarID returns the id of an account's default calendar.
func (s *Server) CalendarID(email string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[email]; a != nil {
		return a.home.id, nil
	}
	return "", unknown("account", email)
}

// EventIDs returns both ids of an event, which is named by either of them.
func (s *Server) EventIDs(calendarID, id string) (regular, immutable string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, r, err := s.located(calendarID, id)
	if err != nil {
		return "", "", err
	}
	return r.id, r.immutable, nil
}

// AddClient registers an app for everybody. Redirect addresses must match exactly.
func (s *Server) AddClient(id, secret string, redirects ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[id] = &client{id: id, secret: secret, redirects: slices.Clone(redirects)}
}

// SetAudience says whose accounts may use an app. tenant is the domain of the
// one organisation for SingleTenant, and of no meaning otherwise.
func (s *Server) SetAudience(client string, audience Audience, tenant string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[client]
	if c == nil {
		return unknown("client", client)
	}
	c.audience, c.tenant = audience, tenant
	return nil
}

// ExpireSecret ends the validity of an app's secret.
func (s *Server) ExpireSecret(client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[client]
	if c == nil {
		return unknown("client", client)
	}
	c.expired = true
	return nil
}

// RequireAdminConsent makes the organisation of a domain let its people use only
// apps that an administrator has consented to; off lifts that again.
func (s *Server) RequireAdminConsent(domain string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tid, _ := tenantOf("x@" + domain)
	s.tenantNamed(tid).needsAdmin = on
}

// AddCalendar puts a calendar on an account's list. If it does not exist it is
// made, in the account's own mailbox; otherwise it is shared with the account.
// The account's role on it is one of none, freeBusyReader, reader, writer,
// owner. zone is an IANA name, in which people write their events.
func (s *Server) AddCalendar(email, id, name, zone, role string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[email]
	r, ok := parseRole(role)
	switch {
	case a == nil:
		return unknown("account", email)
	case !ok:
		return unknown("role", role)
	}
	c := s.calendars[id]
	if c == nil {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			return unknown("zone", zone)
		}
		c = newCalendar(id, name, zone, email, loc)
		s.calendars[id] = c
	}
	s.setRole(c, a, r)
	return nil
}

// SetRole changes what an account may do with a calendar; with the role none it
// leaves the account's list.
func (s *Server) SetRole(calendarID, email, role string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, a := s.calendarNamed(calendarID), s.accounts[email]
	r, ok := parseRole(role)
	switch {
	case c == nil:
		return unknown("calendar", calendarID)
	case a == nil:
		return unknown("account", email)
	case !ok:
		return unknown("role", role)
	}
	s.setRole(c, a, r)
	return nil
}

func (s *Server) setRole(c *calendar, a *account, r role) {
	s.seq++
	c.roles[a.email], c.seq = r, s.seq
	a.list = slices.DeleteFunc(a.list, func(id string) bool { return id == c.id && r == none })
	if r != none && !slices.Contains(a.list, c.id) {
		a.list = append(a.list, c.id)
	}
}

// SetZone changes the zone in which people write events on a calendar, an IANA
// name. On a default calendar it is the mailbox's.
func (s *Server) SetZone(calendarID, zone string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calendarNamed(calendarID)
	if c == nil {
		return unknown("calendar", calendarID)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return unknown("zone", zone)
	}
	c.zone, c.loc = zone, loc
	if c.primary {
		s.accounts[c.owner].zone = windowsName(zone)
	}
	return nil
}

// SetConferenceTypes says which online meetings a calendar allows: some of
// teamsForBusiness, skypeForBusiness, skypeForConsumer. None: there are none.
func (s *Server) SetConferenceTypes(calendarID string, types ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calendarNamed(calendarID)
	if c == nil {
		return unknown("calendar", calendarID)
	}
	c.providers = append([]string{}, types...)
	return nil
}

// SetAutoTeams sets whether Outlook adds a Teams meeting to every meeting with
// attendees that is made by hand.
func (s *Server) SetAutoTeams(email string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[email]
	if a == nil {
		return unknown("account", email)
	}
	a.autoTeams = on
	return nil
}

// ExpireTokens makes every delta link of a calendar given out so far answer 410.
func (s *Server) ExpireTokens(calendarID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calendarNamed(calendarID)
	if c == nil {
		return unknown("calendar", calendarID)
	}
	c.epoch++
	return nil
}

// RevokeGrant is an account's owner, or an administrator, taking back what every
// app was allowed.
func (s *Server) RevokeGrant(email string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[email] == nil {
		return unknown("account", email)
	}
	s.revoke(email)
	return nil
}

// ExpireAccess ends every access token of an account; its refresh tokens live.
func (s *Server) ExpireAccess(email string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[email] == nil {
		return unknown("account", email)
	}
	for value, t := range s.access {
		if t.account == email {
			delete(s.access, value)
		}
	}
	return nil
}

// Granted returns the permissions that an account has given a client, sorted;
// empty when there is no grant.
func (s *Server) Granted(email, client string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.grants[grantKey{client, email}]
	if g == nil {
		return nil
	}
	return g.scopes.names()
}

// Mails returns what was mailed because of writes through Graph, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}
