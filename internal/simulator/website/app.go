package website

import (
	"slices"
	"strings"
	"time"
)

// App is a provider's calendar app in the hands of its people. Accounts are
// addresses; calendars and events are named by the provider's ids.
type App interface {
	Reader
	Author
}

// Reader is somebody who opens a calendar. Reading changes nothing.
type Reader interface {
	People() []Person
	// Calendars are those on the account's list, its own first one first; none
	// when there is no such account.
	Calendars(account string) []Calendar
	// Between are the events in a span of time as account sees them, occurrences
	// of series one by one.
	Between(account, calendar string, from, until time.Time) ([]Event, error)
	// Look is one event, also a whole series.
	Look(account, calendar, id string) (Event, error)
}

// Author is somebody who changes a calendar. original names an occurrence by
// the start that it has in its series: a date for whole days, else RFC 3339.
type Author interface {
	Add(calendar string, d Draft) (id string, err error)
	Move(calendar, id string, start time.Time, minutes int) error
	Change(calendar, id string, c Change) error
	RSVP(calendar, id, answer string) error
	// Cancel deletes an event for everybody, Delete only on this calendar.
	Cancel(calendar, id string) error
	Delete(calendar, id string) error
	// Split makes a series of its own of an occurrence and those that follow it.
	Split(calendar, series, original string, start time.Time, minutes int) (id string, err error)
	// EndBefore deletes an occurrence and those that follow it for everybody.
	EndBefore(calendar, series, original string) error
	// Relocate moves an event to another calendar of the same account.
	Relocate(calendar, id, to string) (there string, err error)
}

// Person is somebody with an account.
type Person struct{ Email, Name string }

// Everybody lists those who have an account, by address.
func Everybody[A any](accounts map[string]A, name func(A) string) []Person {
	out := make([]Person, 0, len(accounts))
	for email, a := range accounts {
		out = append(out, Person{email, name(a)})
	}
	slices.SortFunc(out, func(a, b Person) int { return strings.Compare(a.Email, b.Email) })
	return out
}

// Calendar is one line of an account's list of calendars.
type Calendar struct {
	ID, Name string
	Zone     *time.Location
	Writable bool // the account may change what is on it
}

// List is an account's list of calendars.
type List []Calendar

// Put adds a calendar to the list; the account's first one stands before all others.
func (l *List) Put(c Calendar, first bool) {
	if first {
		*l = slices.Insert(*l, 0, c)
		return
	}
	*l = append(*l, c)
}

// Event is an event as one account sees it on one calendar.
type Event struct {
	ID, Title, Location string
	Notes               string // as the provider keeps them
	Format              Format // of Notes
	Start, End          time.Time
	AllDay              bool // Start and End are midnight UTC of the dates
	// Series is the id of the series of which this is an occurrence, Original the
	// start that it has there. Repeats is the rule of a whole series.
	Series         string
	Original       time.Time
	Repeats        string
	Link, LinkName string // the app's own link, and what it is called: "Google Meet"
	Organizer      string
	Organized      bool   // by the calendar that it is on
	Answer         string // the owner's to the invitation; "" when there is nothing to answer
	Guests         []Guest
	Cancelled      bool // by its organiser; still on the calendar
	Hidden         bool // the account sees only that the time is taken
}

// Hide leaves nothing of an event but that the time is taken.
func (e *Event) Hide() { e.Title, e.Organizer, e.Hidden = "Busy", "somebody", true }

// Guest is somebody who is invited; the organiser is none.
type Guest struct {
	Email, Answer string
	Room          bool
}

// Draft is a new event.
type Draft struct {
	Title, Notes, Location string
	Start                  time.Time
	Minutes                int
	AllDay                 bool
	Guests                 []string
	Online                 bool   // with the app's own link
	Repeat                 string // a rule, "FREQ=WEEKLY;COUNT=4"; "" for none
}

// Change is what is edited; nil leaves a field as it is. Notes are as the
// provider keeps them.
type Change struct {
	Title, Notes, Location *string
	Guests                 *[]string // all of them; the organiser and rooms stay
}
