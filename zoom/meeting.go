package zoom

import (
	"log/slog"
	"strconv"
	"time"
)

// MeetingType is Zoom's own number for how a meeting recurs.
type MeetingType int

// The types that Slotward makes.
const (
	Scheduled  MeetingType = 2 // one fixed time
	OpenSeries MeetingType = 3 // recurring, no fixed time
	FixSeries  MeetingType = 8 // recurring, fixed times
)

// Meeting is a Zoom meeting as its API answers it, less the secrets that
// nobody needs (start_url is dropped while decoding).
//
// It prints and logs as its id and time only: the join URL and the passcode
// let anybody in.
type Meeting struct {
	ID        int64
	UUID      string // new for each instance held: never a key; absent in answers to create
	HostID    string // absent in answers to create
	Topic     string
	Type      MeetingType
	Start     time.Time // UTC; zero for OpenSeries; of a FixSeries its first occurrence, or its next: Zoom is not sure
	Minutes   int
	TimeZone  string   // as Zoom names it: not always an IANA name
	Agenda    string   // cut to 250 characters in listings
	JoinURL   string   // carries pwd=
	Passcode  string   // secret; may be absent, always absent in listings
	DialIn    []string // "+49 69 7104 9922 (Germany)"; at most 10; absent in listings
	Personal  bool     // held in the host's personal room, whose id is not this meeting's alone; unknown (false) in listings
	Started   bool     // running right now; unknown (false) in listings
	CreatedAt time.Time

	// Of a FixSeries; both absent in listings.
	Recurrence  Recurrence
	Occurrences []Occurrence // in order, at most 50
}

// Occurrence is one instance of a FixSeries.
type Occurrence struct {
	ID      string    // Zoom's; new when the series is scheduled anew
	Start   time.Time // UTC
	Deleted bool      // by itself: the series goes on
}

// LogValue leaves out everything that lets somebody in or tells what it is about.
func (m Meeting) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int64("id", m.ID),
		slog.Int("type", int(m.Type)),
		slog.Time("start", m.Start),
		slog.Int("minutes", m.Minutes),
		slog.Bool("started", m.Started),
	)
}

// String is as careful as LogValue, so that %v and %+v print no secret.
func (m Meeting) String() string {
	return "meeting " + strconv.FormatInt(m.ID, 10)
}

// GoString keeps secrets out of %#v.
func (m Meeting) GoString() string { return "zoom.Meeting{" + m.String() + "}" }

// Draft is a meeting to be made. No setting is sent that the operator has not
// configured: waiting room, passcode and recording stay the account's own.
type Draft struct {
	Topic    string // cut to 200 characters by Topic
	Type     MeetingType
	Start    time.Time // ignored for OpenSeries
	Minutes  int
	TimeZone string // IANA name, for display; Start is always sent in UTC with Z. A FixSeries repeats in it
	// Recurrence is required for FixSeries, and ignored otherwise.
	Recurrence Recurrence
	// Reference is ours, unguessable, and stands first in the agenda.
	Reference string
	Agenda    string // the text after the reference; cut so that both fit into 2000 characters
}

// Change is what to alter on a meeting. Nil fields stay as they are.
type Change struct {
	Topic    *string
	Start    *time.Time // sent together with TimeZone
	Minutes  *int
	TimeZone *string
	Type     *MeetingType
	// Recurrence goes with every change of a FixSeries, together with a Start to
	// come: without them Zoom may change nothing, or refuse.
	Recurrence *Recurrence
	Agenda     *string // whole, with its reference: see WithReference
}

// Empty reports whether the change alters nothing.
func (c Change) Empty() bool {
	return c.Topic == nil && c.Start == nil && c.Minutes == nil && c.TimeZone == nil && c.Type == nil && c.Recurrence == nil && c.Agenda == nil
}

// User is the Zoom user behind a connection.
type User struct {
	ID        string // Zoom's immutable id
	AccountID string
	Email     string
	Plan      int // 1 Basic, 2 Licensed
	TimeZone  string
	Active    bool
}
