package google

import (
	"crypto/sha256"
	"math/big"
	"strings"
	"time"
)

// account is somebody with a Google account.
type account struct {
	email, name string
	sub         string // 21 digits, never reused
	autoMeet    bool   // the setting autoAddHangouts
	list        []*listEntry
	listEpoch   int // sync tokens of the calendar list made before are expired
}

// listEntry is one line of an account's calendar list.
type listEntry struct {
	calendar string
	hidden   bool
	deleted  bool
	seq      int64
}

// calendar is one calendar with its events.
type calendar struct {
	id, name, zone string
	loc            *time.Location
	owner          string // account that owns the data; "" when it is nobody's here
	primary        bool
	roles          map[string]role // by account
	solutions      []string        // conference types allowed
	updated        time.Time

	events     map[string]*record
	series     map[string]map[string]bool // base id to the ids of series
	exceptions map[string]map[string]bool // id of a series to the ids of its exceptions
	log        []*record                  // every change in order; superseded ones are dropped now and then
	pending    map[string]bool            // events whose Meet link is being made
	epoch      int                        // sync tokens of earlier epochs are expired
}

// role is what an account may do with a calendar. Higher roles include the
// lower ones.
type role int

const (
	none role = iota
	freeBusyReader
	reader
	writerWithoutPrivateAccess
	writer
	owner
)

var roleNames = []string{"none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner"}

func (r role) String() string { return roleNames[r] }

// parseRole reads a role by the name that Google gives it.
func parseRole(name string) (role, bool) {
	for i, n := range roleNames {
		if n == name {
			return role(i), true
		}
	}
	return none, false
}

func newCalendar(id, name, zone string, loc *time.Location, now time.Time) *calendar {
	return &calendar{
		id: id, name: name, zone: zone, loc: loc, updated: now,
		roles:      map[string]role{},
		solutions:  []string{"hangoutsMeet"},
		events:     map[string]*record{},
		series:     map[string]map[string]bool{},
		exceptions: map[string]map[string]bool{},
		pending:    map[string]bool{},
	}
}

// subOf derives an account's immutable id from its first address.
func subOf(email string) string {
	sum := sha256.Sum256([]byte("sub " + email))
	digits := new(big.Int).SetBytes(sum[:]).String()
	return "1" + digits[:20]
}

// domainOf is the part of an address after the last @.
func domainOf(email string) string {
	return strings.ToLower(email[strings.LastIndex(email, "@")+1:])
}

// knows reports whether an address is on Google: an account, a calendar, or
// somebody in the domain of an account.
func (s *Server) knows(email string) bool {
	if s.accounts[email] != nil || s.calendars[email] != nil {
		return true
	}
	for known := range s.accounts {
		if domainOf(known) == domainOf(email) {
			return true
		}
	}
	return false
}
