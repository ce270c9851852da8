package zoom

import (
	"fmt"
	"strings"
	"time"
)

// account is one Zoom user and what Zoom knows about them.
type account struct {
	id, accountID     string
	email, name, zone string
	plan              Plan
	number            int64 // of the Zoom account
	pmi               int64
	inactive          bool // deactivated by its administrator
	forbidden         bool // may not host or schedule
	created           time.Time
	day               time.Time // the UTC day that writes are counted for
	writes            int
}

// used is how many of the host's daily writes are spent.
func (a *account) used(now time.Time) int {
	if !a.day.Equal(now.Truncate(24 * time.Hour)) {
		return 0
	}
	return a.writes
}

func (a *account) spend(now time.Time, n int) {
	a.writes = a.used(now) + n
	a.day = now.Truncate(24 * time.Hour)
}

// AccountOption is something to know about an account that is made or edited.
type AccountOption func(*account)

// OnPlan puts the account on a plan. Without it an account is on Pro.
func OnPlan(p Plan) AccountOption { return func(a *account) { a.plan = p } }

// InZone sets the account's time zone, an IANA name. Without it it is UTC.
func InZone(name string) AccountOption { return func(a *account) { a.zone = name } }

// Inactive says whether the user is deactivated.
func Inactive(yes bool) AccountOption { return func(a *account) { a.inactive = yes } }

// MayNotSchedule takes the licence to host and schedule away (error 3161), or
// gives it back.
func MayNotSchedule(yes bool) AccountOption { return func(a *account) { a.forbidden = yes } }

// Account is what can be seen of a user.
type Account struct {
	ID, AccountID, Email, Name, TimeZone string
	Plan                                 Plan
	PMI                                  int64 // personal meeting id; never deletable
	Inactive                             bool
}

// AddAccount makes a Zoom user; one that exists already is edited instead.
// name is the display name, like "Ada Lovelace".
func (s *Server) AddAccount(email, name string, options ...AccountOption) Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(email)
	if a == nil {
		_, domain, _ := strings.Cut(email, "@")
		a = &account{
			id: s.letters(22), accountID: "acc_" + domain, email: email, zone: "UTC",
			number: 3_000_000_000 + s.random.Int64N(1_000_000_000),
			pmi:    2_000_000_000 + s.random.Int64N(7_000_000_000), created: s.clock.Now(),
		}
		s.accounts = append(s.accounts, a)
	}
	a.name = name
	for _, option := range options {
		option(a)
	}
	return a.view()
}

// EditAccount alters a user.
func (s *Server) EditAccount(email string, options ...AccountOption) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(email)
	if a == nil {
		return noAccount(email)
	}
	for _, option := range options {
		option(a)
	}
	return nil
}

// Account returns what can be seen of a user.
func (s *Server) Account(email string) (Account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.account(email); a != nil {
		return a.view(), true
	}
	return Account{}, false
}

func (a *account) view() Account {
	return Account{ID: a.id, AccountID: a.accountID, Email: a.email, Name: a.name, TimeZone: a.zone, Plan: a.plan, PMI: a.pmi, Inactive: a.inactive}
}

func (s *Server) account(email string) *account {
	for _, a := range s.accounts {
		if a.email == email {
			return a
		}
	}
	return nil
}

func noAccount(email string) error { return fmt.Errorf("no Zoom account %s", email) }

// Used returns how many of the host's 100 writes of this UTC day are spent.
func (s *Server) Used(email string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.account(email); a != nil {
		return a.used(s.clock.Now())
	}
	return 0
}

// SpendElsewhere spends n of the host's writes of this UTC day, as another app
// of the same host would.
func (s *Server) SpendElsewhere(email string, n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(email)
	if a == nil {
		return noAccount(email)
	}
	a.spend(s.clock.Now(), n)
	return nil
}
