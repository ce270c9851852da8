package store

import (
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// Role is what somebody may do.
type Role string

// The roles. An admin may do for everybody what a member may do for themselves,
// and sees to the installation.
const (
	Member Role = "member"
	Admin  Role = "admin"
)

// Person is somebody whose meetings are kept.
type Person struct {
	ID        int64
	Name      string
	Email     string // unique, lower case
	Role      Role
	Paused    bool
	Settings  map[string]string
	CreatedAt time.Time
	// Held is the fingerprint of the plan that the brake holds, Released that of
	// the plan that somebody released; both "" when there is none.
	Held     string
	Released string
	// Adopting is true while what was made before is still to be looked for, in the
	// host's meetings and the marks on events. Until then nothing is made or deleted.
	Adopting bool
	// AuditedAt is when the host's Zoom meetings were last listed.
	AuditedAt time.Time
	// LastPass, LastError and Failures tell how the latest pass ended.
	LastPass  time.Time
	LastError string
	Failures  int // passes that failed in a row
}

// ConnectionState is how a connection stands.
type ConnectionState string

// The states of a connection.
const (
	Connected    ConnectionState = "connected"
	MissingScope ConnectionState = "missing_scope"
	NeedsReauth  ConnectionState = "needs_reauth"
	// NotAllowed: an administrator does not allow the app or the account.
	NotAllowed ConnectionState = "not_allowed"
	ConnPaused ConnectionState = "paused"
	// Disconnecting: its links are being taken off, then it is disconnected.
	Disconnecting ConnectionState = "disconnecting"
	Disconnected  ConnectionState = "disconnected"
)

// Connection is one account at a provider, bound to the provider's immutable
// id. Tokens are not here: see Store.Token.
type Connection struct {
	ID       int64
	Person   int64
	Provider string // "google", "microsoft", "zoom"
	Account  string // immutable: Google sub; Zoom "id@account_id"
	Email    string // as the provider shows it
	State    ConnectionState
	Since    time.Time // when it got this state; zero: before that was written down
	Detail   string    // what is wrong, in words; "" when connected
	Scopes   []string  // granted
	HostID   string    // Zoom user id
	Plan     int       // Zoom plan type
	ReadAt   time.Time // latest ReadAt of its calendars
}

// Calendar is one calendar of a connection.
type Calendar struct {
	ID         int64
	Connection int64
	Person     int64
	ProviderID string
	Name       string
	TimeZone   string
	Primary    bool
	Writable   bool
	On         bool
	OnSince    time.Time
	NewOnly    bool // "also the events already there?" was answered with no
	Settings   map[string]string
	SyncToken  string
	TokenAt    time.Time // when SyncToken was saved
	ReadAt     time.Time // last successful read; saved only together with other changes
	Error      string    // why it could not be read; "" when it could
}

// Token is a connection's OAuth token; both parts are sealed at rest.
type Token struct {
	Access  string
	Refresh string
	Expiry  time.Time
	Version int64 // grows with every save
}

// Meeting is a Zoom meeting that we made or adopted. Joining details are sealed at rest.
type Meeting struct {
	ID        int64 // Zoom's
	Person    int64
	HostID    string
	Reference string
	Topic     string
	Type      zoom.MeetingType
	Start     time.Time
	Minutes   int
	TimeZone  string
	CreatedAt time.Time
	Joining   sources.Joining
	Missing   bool // Zoom said that it is gone
	Running   bool

	Recurrence zoom.Recurrence // of a series with fixed times; zero: not known
	Dropped    []time.Time     // its occurrences that were deleted, whole seconds
	Found      bool            // its type was found, not chosen: see plan.Meeting
}

// Claim ties an event to a meeting.
type Claim struct {
	Event   sources.EventRef
	Person  int64
	Meeting int64
	Since   time.Time
}

// Intent is a create written down before it is sent.
type Intent struct {
	Reference string
	Person    int64
	Slot      string // JSON of plan.Slot; opaque here
	Events    []sources.EventRef
	SentAt    time.Time
}

// Decision is the planner's latest word on an event.
type Decision struct {
	Event   sources.EventRef
	Person  int64
	Wanted  string
	Reason  string
	Detail  string
	Meeting int64
	Until   time.Time
	Since   time.Time // when Reason last changed
}

// Entry is one line of the journal.
type Entry struct {
	ID      int64
	Person  int64
	Pass    string // id of the pass
	At      time.Time
	Action  string // plan.Kind, or "connect", "disconnect", "pause", "settings", …
	Event   sources.EventRef
	Meeting int64
	Title   string
	Reason  string
	Outcome string // "done", "held", "failed"
	Detail  string // for people; never a secret
}

// Lease is the right to work on a person until it runs out. Every write of a
// pass carries its epoch (I10).
type Lease struct {
	Person   int64
	Owner    string
	Epoch    int64
	Until    time.Time
	Failures int   // passes that failed in a row before this one
	Request  int64 // the request number that this pass will have served
	Asked    bool  // somebody asked for it (resync, hint), it is not just the schedule
}
