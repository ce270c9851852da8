package sources

import "time"

// Provider names who runs a calendar.
type Provider string

// The calendar providers.
const (
	Google    Provider = "google"
	Microsoft Provider = "microsoft"
)

// Kind tells how an event stands to a recurring series.
type Kind string

// The kinds of events.
const (
	Single    Kind = "single"
	Series    Kind = "series"    // the recurring master
	Exception Kind = "exception" // a changed occurrence of a series
)

// Gone says how an event left its calendar. Absence counts as deletion only
// when it comes from a tombstone or from a complete listing (I4).
type Gone string

// The ways an event can leave a calendar.
const (
	Present   Gone = ""
	Tombstone Gone = "tombstone" // the provider said that it is cancelled or deleted
	Absent    Gone = "absent"    // a complete full listing did not name it
)

// Event is one calendar event as last read: a single event, the master of a
// series, or a changed occurrence. Instants are UTC.
type Event struct {
	ID      string // provider's id, unique within the calendar; required
	ICalUID string // the same on every copy of the event; may be empty
	ETag    string // version for conditional writes, with the provider's own quotes
	Kind    Kind   // required
	Gone    Gone   // zero: the event stands on the calendar

	SeriesID      string    // exceptions: id of the series
	OriginalStart time.Time // exceptions: start of the occurrence before it was changed; its key in the series

	Title       string
	Location    string
	Description string // may hold the provider's HTML; kept byte for byte

	Start, End time.Time // of the first occurrence for a series
	TimeZone   string    // IANA name the event is written in; a series is expanded in it; may be empty
	AllDay     bool
	Recurrence []string  // series: RRULE, EXDATE, RDATE lines as the provider gives them
	Last       time.Time // series: end of its last occurrence; zero: it has no end

	Created time.Time
	Updated time.Time

	Type          string // provider's event type; "" and "default" are ordinary meetings
	OrganizedHere bool   // this calendar's copy is the organiser's
	ReadOnly      bool   // locked, free/busy only, or no right to write
	Declined      bool   // by the calendar's owner
	Guests        int    // attendees besides the owner, rooms not counted
	Private       bool
	Free          bool
	Tentative     bool

	Native     Native // the calendar's own meeting link
	Conference string // URL of a conference card that is not native (an add-on's), "" if none

	Mark  Mark  // our proof of ownership; zero if there is none
	Shown Shown // derived from the text by Inspect

	Problem string // why this event cannot be handled ("unknown time zone \"Mars\""); zero: it can
}

// Native is a link of the calendar's own conferencing: Google Meet or Teams.
type Native struct {
	Provider string // "meet", "teams", or "" when there is none
	URL      string
	Pending  bool // asked for, but not made yet
	Failed   bool // asked for, and the calendar could not make one; Provider is "" then
}

// EventRef names an event in this installation.
type EventRef struct {
	Calendar int64  // id of the calendar in the store
	Event    string // provider's event id
}
