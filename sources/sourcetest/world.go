package sourcetest

import (
	"testing"
	"time"

	"slotward/sources"
)

// World is one account at a provider. Every function is required; they fail the
// test themselves when the provider does not do what they ask.
type World struct {
	Source   sources.Source
	Calendar string // id of the account's main calendar, whose zone is UTC
	Shared   string // id of a calendar that the account may only read
	Now      time.Time

	// Make makes an event on a calendar by hand and returns its id.
	Make func(t *testing.T, calendar string, d Draft) string
	// Edit, Cancel and Copy act on an event of the main calendar by hand.
	Edit   func(t *testing.T, id string, c Change)
	Cancel func(t *testing.T, id string)
	Copy   func(t *testing.T, id string, start time.Time) string
	// MoveOccurrence and CancelOccurrence change one occurrence of a series,
	// named by its original start.
	MoveOccurrence   func(t *testing.T, series string, original, start time.Time)
	CancelOccurrence func(t *testing.T, series string, original time.Time)

	// ExpireTokens makes every sync token of the main calendar invalid.
	ExpireTokens func(t *testing.T)
	// Fail makes the next n requests of a kind ("list", "get", "patch") fail as
	// told: "503", "reset", "lost", "html", "garbled", "partial", "401", "scope", "429".
	Fail func(kind, how string, n int)
	// Calls tells how many requests of a kind were made so far.
	Calls func(kind string) int
	// Mails tells how many mails went out so far because of writes through the API.
	Mails func() int
	// SmallPages makes the provider put no more than n events on a page.
	SmallPages func(n int)
	// NoNative switches the calendar's own meeting links off for the main calendar.
	NoNative func(t *testing.T)

	// What a provider has no way to do otherwise.

	// AlwaysMails: attendees are mailed about every write, whatever is told.
	AlwaysMails bool
	// NativeInText: the provider tells of its own link at the end of the
	// description, among people's words.
	NativeInText bool
	// NoLocks: there are no locked events.
	NoLocks bool
}

// Draft is an event as a person makes it.
type Draft struct {
	Title, Notes, Location string
	Start                  time.Time // required
	Minutes                int       // 30 when zero
	Zone                   string    // IANA name; "" is the calendar's. Written as it stands, known or not
	AllDay                 bool
	Repeat                 string // "FREQ=WEEKLY;COUNT=4"
	Guests                 []string
	Rooms                  []string
	Native                 bool   // with the calendar's own meeting link
	Type                   string // the provider's event type
	Locked, Private        bool
	Organizer              string // somebody else organises: the account only attends
	Declined               bool   // the account's own answer to that
}

// Change is what a person changes on an event; nil leaves a field alone.
type Change struct {
	Title, Notes, Location *string
	Start                  *time.Time
}
