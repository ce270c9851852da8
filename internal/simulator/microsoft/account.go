package microsoft

import (
	"strings"
	"time"
)

// consumerTenant is the tenant of all personal accounts.
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// account is somebody with a mailbox.
type account struct {
	email, name string
	oid, tid    string
	personal    bool
	zone        string // of the mailbox, as Microsoft names it
	autoTeams   bool   // "add online meeting to all meetings"
	home        *calendar
	list        []string // ids of the calendars on the account's list
}

// tenant is what an organisation has set.
type tenant struct {
	needsAdmin bool // apps need an administrator's consent …
	consented  map[string]bool
}

// calendar is one calendar with its events.
type calendar struct {
	id, name, zone string
	loc            *time.Location
	owner          string // account whose mailbox it is in
	primary        bool
	roles          map[string]role // by account
	providers      []string        // allowed online meeting providers
	seq            int64           // of the calendar's own last change

	events     map[int64]*record
	ids        map[string]int64          // both forms of every id that an event ever had here
	uids       map[string]int64          // single events and series by uid
	exceptions map[int64]map[int64]int64 // by series and original start to the number of the exception
	log        []change                  // every change in order; superseded ones are dropped now and then
	epoch      int                       // delta tokens of earlier epochs are expired
}

// role is what an account may do with a calendar. Higher roles include the lower.
type role int

const (
	none role = iota
	freeBusyReader
	reader
	writer
	owner
)

var roleNames = []string{"none", "freeBusyReader", "reader", "writer", "owner"}

func (r role) String() string { return roleNames[r] }

// parseRole reads a role by its name.
func parseRole(name string) (role, bool) {
	if name == "writerWithoutPrivateAccess" {
		return writer, true
	}
	for i, n := range roleNames {
		if n == name {
			return role(i), true
		}
	}
	return none, false
}

func newCalendar(id, name, zone, owner string, loc *time.Location) *calendar {
	return &calendar{
		id: id, name: name, zone: zone, owner: owner, loc: loc,
		roles:      map[string]role{},
		providers:  []string{"teamsForBusiness"},
		events:     map[int64]*record{},
		ids:        map[string]int64{},
		uids:       map[string]int64{},
		exceptions: map[int64]map[int64]int64{},
	}
}

// personalDomains are those of personal accounts.
var personalDomains = []string{"outlook.com", "hotmail.com", "live.com", "msn.com"}

func domainOf(email string) string {
	return strings.ToLower(email[strings.LastIndex(email, "@")+1:])
}

// tenantOf is the tenant of an address.
func tenantOf(email string) (tid string, personal bool) {
	domain := domainOf(email)
	for _, d := range personalDomains {
		if d == domain {
			return consumerTenant, true
		}
	}
	return guid("tenant " + domain), false
}

// calendarNamed finds a calendar by its id or by the address of the account
// whose default calendar it is.
func (s *Server) calendarNamed(name string) *calendar {
	if a := s.accounts[name]; a != nil {
		return a.home
	}
	return s.calendars[name]
}

// calendarsOf are the calendars in an account's own mailbox, the default first.
func (s *Server) calendarsOf(email string) []*calendar {
	var out []*calendar
	for _, id := range s.accounts[email].list {
		if c := s.calendars[id]; c.owner == email {
			out = append(out, c)
		}
	}
	return out
}
