package plan

import (
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// World is everything that was seen of one person: the planner's only input.
// The order of its slices does not matter.
type World struct {
	Now          time.Time
	Installation string // this installation's id, as it stands in marks and references
	Person       Person
	Calendars    []Calendar
	Events       []Event
	Meetings     []Meeting // known to the store, gone ones not included
	Claims       []Claim
	Intents      []Intent // open creates
	Repairs      []Repair
	Choices      []Choice
	Renewals     []Renewal
	// Host is a complete listing of the host's meetings, nil if none was made in
	// this pass. Only a complete listing is ever given.
	Host   []zoom.Meeting
	Listed bool // Host was listed (it may be empty)
	// Proofs are meetings behind links that people put on events, of which Zoom
	// has said that they are this host's own, scheduled or recurring. Strangers
	// are those of which it has said that they are not, or that it knows none.
	Proofs    []zoom.Meeting
	Strangers map[int64]bool
	// Doubted are meetings that marks name and of which Zoom does not tell whether
	// they are there: nothing is decided about them.
	Doubted map[int64]bool
	// Elsewhere are meetings that marks name and that another person of this
	// installation has, or had: a link to one is that person's, and no business of
	// this one's.
	Elsewhere map[int64]bool
	Budget    Budget
	// Release is the fingerprint of the held plan that a person released.
	Release string
	// Verified is true when absences were verified by a fresh full listing in this pass.
	Verified bool
	// Untaken are recurrences that Zoom has refused.
	Untaken []Untaken
	// Adopting: the store was lost, or somebody asks for it. Nothing is planned but to take up what was made before.
	Adopting bool
	// Horizon is how far ahead events get a link; zero: 180 days.
	Horizon time.Duration
}

// Person is whose meetings are kept.
type Person struct {
	ID     int64
	Paused bool
	// Zoom is true when the Zoom connection works; Host is its user id.
	// Host may be known though the connection does not work.
	Zoom bool
	Host string
	// Leaving is true while Zoom is being disconnected and its links reverted:
	// nothing is made any more, and what nobody uses is still deleted.
	Leaving bool
	// ZoomReason says why Zoom is not usable: "not_connected", "needs_reauth",
	// "missing_scope", "paused", "not_allowed". Empty when it is.
	ZoomReason string
}

// Calendar is one calendar with its settings already cascaded.
type Calendar struct {
	ID       int64
	Provider sources.Provider
	On       bool
	OnSince  time.Time // when it was turned on
	NewOnly  bool      // "new events only": events made before OnSince are left
	Usable   bool      // it was read in this pass and can be written
	Obstacle string    // why it is not usable, in words; "": nothing is known
	// Reverting is true while a connection is being disconnected and its owner wants
	// the links of ours gone: upcoming events get the next of the preference.
	Reverting bool
	Settings  Settings
}

// Event is an event with its calendar.
type Event struct {
	Calendar int64
	sources.Event
}

// Ref names the event.
func (e *Event) Ref() sources.EventRef { return sources.EventRef{Calendar: e.Calendar, Event: e.ID} }

// Meeting is a Zoom meeting that we made or adopted.
type Meeting struct {
	ID        int64
	Reference string
	Topic     string
	Type      zoom.MeetingType
	Start     time.Time // of a series with fixed times its first occurrence in Zoom
	Minutes   int
	TimeZone  string // a series with fixed times repeats in it
	CreatedAt time.Time
	// Recurrence is that of a series with fixed times; zero: not known.
	Recurrence zoom.Recurrence
	// Dropped are its occurrences that were deleted.
	Dropped []time.Time
	// Found is true when its type was not chosen by a plan that knew fixed times:
	// an open series is not turned into one with fixed times for that alone.
	Found bool
	// Joining is what events that show this meeting must show.
	Joining sources.Joining
	// Missing is true when Zoom was asked for this very meeting and said that it is gone.
	Missing bool
	Running bool // seen running when last looked at
}

// Claim ties an event to the meeting that it shows.
type Claim struct {
	Event   sources.EventRef
	Meeting int64
	Since   time.Time
}

// Intent is a create that was written down before it was sent.
type Intent struct {
	Reference string
	Slot      Slot
	Events    []sources.EventRef
	SentAt    time.Time
}

// Budget is what is left of the host's Zoom writes today.
type Budget struct {
	Left     int       // creates and updates that may still be sent
	ResumeAt time.Time // the next 00:00 UTC, or what Zoom said
	// Daily is what each day after that allows; zero: not known, and then nothing
	// is said about the days after the next.
	Daily int
	// Reserve is how many of a day's writes are kept for meetings that begin
	// soon: what is further ahead leaves them. Zero: none.
	Reserve int
}

// Slot is who hosts (one person per plan), start and end; a series is a slot
// of its own, named by its first occurrence and rule.
type Slot struct {
	Start time.Time
	End   time.Time
	Rule  string // series: its recurrence lines and time zone; "" for a single event
	// Alone names the event when it may not share (share=never), else "".
	Alone string
}
