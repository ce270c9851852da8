package scenario

import (
	"net/http"
	"time"

	"slotward/internal/contract"
	"slotward/internal/simulator"
)

// service is one provider's calendars, as those who use them, those who look on
// and those who run the provider know it. The simulators differ in what they call
// things and in how they keep what is typed; the language of the stories does not.
type service interface {
	http.Handler
	accounts
	author
	onlooker
}

// accounts are what a service knows of its people.
type accounts interface {
	// account makes sure that there is an account, and returns its first calendar's id.
	account(email, name string) (calendar string, err error)
	// extra makes a further calendar of an account, and returns its id.
	extra(email, short string) (calendar string, err error)
	RevokeGrant(email string) error
	Secrets() []string
	SetURL(base string)
}

// author is somebody who uses the service's calendar app. Events and calendars
// are named by the provider's ids, occurrences by their original dates.
type author interface {
	insert(calendar string, d draft) (id string, err error)
	Move(calendar, id string, start time.Time, minutes int) error
	edit(calendar, id string, c change) error
	Cancel(calendar, id string) error
	Split(calendar, series, original string, start time.Time, minutes int) (id string, err error)
	Copy(calendar, id string, start time.Time) (string, error)
	Invite(calendar, id, guest string) (string, error)
	RSVP(calendar, id, answer string) error
	Instance(calendar, series, original string) (id string, err error)
}

// onlooker is somebody who opens events, or reads the mails that went out.
type onlooker interface {
	view(calendar, id string) (view, error)
	mails() []mail
	// typed is how the app keeps notes that somebody types.
	typed(notes string) string
}

// draft is a new event, as a person describes it.
type draft struct {
	uid          string // iCalUID; "" makes a new one
	title, notes string
	start, end   time.Time // end counts when minutes is 0
	minutes      int
	zone         string // IANA name, or one that nobody knows
	repeat       string // RRULE without its name
	guests       []string
	organizer    string // somebody else; "" is the calendar's owner
	location     string
	kind         string // of the event, in Google's words
	native       string // the link that the app adds: "meet", "teams" or ""
	created      time.Time
	allDay, free, private, tentative,
	locked bool
	// What Outlook has beside that.
	rooms       []string // booked, by address
	plain       bool     // the notes are kept as plain text
	language    string   // of the Teams block: en (also ""), de, ja, fr
	oldTemplate bool     // the Teams block is as it was before 2023
}

// change is what a person edits; nil leaves a field as it is. Notes are as the
// app keeps them.
type change struct {
	title, notes, location *string
	guests                 *[]string
	repeat                 *string // a rule; "" makes it a single event
}

// view is an event as it stands.
type view struct {
	id, uid    string
	organizer  string // an address, or the calendar that organises
	title      string
	notes      string // what the app shows as the notes, in the form it keeps them
	block      string // the part of the notes that the app wrote there for its native link
	location   string // all of it, but for the label
	place      string // the location without rooms that are booked
	native     string // where the native link leads; "" when there is none
	label      string // what the app calls its native link among the places; "" when it does not
	start, end time.Time
	allDay     bool
	zone       string
	repeat     string // RRULE without its name; "" when it is no series
	guests     []string
	series     bool // it is a series, or an occurrence of one
	cancelled  bool
	private    string // what apps have noted on it, as text
}

// mail is one round of mails that the provider sent because of us.
type mail struct {
	event      string
	recipients int
}

// services are the calendar services there are, by the provider's name.
var services = map[string]struct {
	simulate func(clock *simulator.Clock, desk *simulator.Desk, redirect string) service
	check    func(*contract.Checker, http.Handler) http.Handler
	// native is what the service calls its own kind of link.
	native string
}{
	"google":    {newGoogle, (*contract.Checker).Google, "meet"},
	"microsoft": {newMicrosoft, (*contract.Checker).Microsoft, "teams"},
}
