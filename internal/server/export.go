package server

import (
	"regexp"
	"strconv"
	"time"

	"slotward/sources"
	"slotward/store"
)

// Export is everything that is stored about a person, but for what lets
// somebody in: tokens are not in it, nor passcodes, nor links that begin a
// meeting as its host.
type Export struct {
	Format       int                `json:"format" doc:"Of this document; grows when something in it changes its meaning." example:"1"`
	ExportedAt   time.Time          `json:"exported_at" doc:"When it was made."`
	Installation string             `json:"installation" doc:"Which installation of Slotward it is from; stands in its marks on events and meetings."`
	Person       Person             `json:"person" doc:"Who it is about."`
	SignsInWith  []ExportIdentity   `json:"signs_in_with" doc:"The accounts that the person signs in here with."`
	Sessions     []ExportSession    `json:"sessions" doc:"Where the person is signed in, without what proves it."`
	Connections  []ExportConnection `json:"connections" doc:"Disconnected ones too."`
	Calendars    []Calendar         `json:"calendars" doc:"Their calendars."`
	Events       []ExportEvent      `json:"events" doc:"As they were read last, with what was decided about each."`
	Meetings     []ExportMeeting    `json:"meetings" doc:"In Zoom, made or taken up here."`
	Claims       []ExportClaim      `json:"claims" doc:"Which event shows which meeting."`
	Unanswered   []ExportIntent     `json:"unanswered" doc:"Meetings that Zoom was asked for and never said whether it made them."`
	Repairs      []ExportRepair     `json:"repairs" doc:"Links that people had taken off an event and that were put back once."`
	Journal      []JournalEntry     `json:"journal" doc:"What was done, the oldest first."`
}

// ExportIdentity is an account that somebody signs in with.
type ExportIdentity struct {
	Provider  string    `json:"provider" enum:"google,microsoft" doc:"Whose account it is." example:"google"`
	Account   string    `json:"account" doc:"The provider's own id of the account."`
	Email     string    `json:"email" doc:"As the provider showed it at the latest sign-in." example:"ada@acme.test"`
	CreatedAt time.Time `json:"created_at" doc:"When the person first signed in with it."`
}

// ExportSession is one browser in which somebody is signed in.
type ExportSession struct {
	CreatedAt time.Time `json:"created_at" doc:"When the person signed in."`
	SeenAt    time.Time `json:"seen_at" doc:"When that was last used, to the minute."`
	ExpiresAt time.Time `json:"expires_at" doc:"When it ends, whatever is done with it."`
}

// ExportConnection is a connection with whose account it is.
type ExportConnection struct {
	Connection
	Account string `json:"account" doc:"The provider's own id of the account."`
	Plan    int    `json:"plan,omitempty" doc:"Zoom's number of the account's plan."`
}

// ExportEvent is an event as it was read last.
type ExportEvent struct {
	Event
	ICalUID       string    `json:"ical_uid,omitempty" doc:"The event's id across calendars."`
	SeriesID      string    `json:"series,omitempty" doc:"Of a changed occurrence: the event that repeats."`
	OriginalStart time.Time `json:"original_start,omitzero" doc:"Of a changed occurrence: when it was to begin."`
	Location      string    `json:"location,omitempty" doc:"As it was typed."`
	Description   string    `json:"description,omitempty" doc:"What people wrote; Slotward's own lines are left out."`
	Recurrence    []string  `json:"recurrence,omitempty" doc:"How it repeats, as RRULE and its like."`
	CreatedAt     time.Time `json:"created_at,omitzero" doc:"When it was made."`
	UpdatedAt     time.Time `json:"updated_at,omitzero" doc:"When it was changed last."`
	Guests        int       `json:"guests" doc:"How many are invited; who they are is not stored."`
	Organizer     bool      `json:"organizer" doc:"This calendar's copy is the organiser's."`
	Declined      bool      `json:"declined,omitempty" doc:"It was declined."`
	Private       bool      `json:"private,omitempty" doc:"It is marked as private."`
	NativeURL     string    `json:"native_url,omitempty" doc:"The calendar's own link."`
	Links         []string  `json:"links,omitempty" doc:"Meeting links that people put there, without their passcodes."`
	Mark          string    `json:"mark,omitempty" doc:"What was written on the event to know it again."`
}

// ExportMeeting is a meeting with what it is known by.
type ExportMeeting struct {
	Meeting
	Reference string `json:"reference,omitempty" doc:"Stands in the meeting's agenda, to know it again."`
	Host      string `json:"host" doc:"Zoom's id of whose meeting it is."`
}

// ExportClaim ties an event to a meeting.
type ExportClaim struct {
	Event   string    `json:"event" example:"3:4kq7v0f8m1"`
	Meeting int64     `json:"meeting" example:"81234567890"`
	Since   time.Time `json:"since" doc:"Since when."`
}

// ExportIntent is a meeting that was asked for.
type ExportIntent struct {
	Reference string    `json:"reference" doc:"Stands in the agenda, to know it again."`
	Events    []string  `json:"events" doc:"The events that it was for."`
	SentAt    time.Time `json:"sent_at" doc:"When Zoom was asked."`
}

// ExportRepair is a link that was put back.
type ExportRepair struct {
	Event string    `json:"event" doc:"Which event."`
	At    time.Time `json:"at" doc:"When."`
	State string    `json:"state" enum:"sent,done,left" doc:"left: people took it off again, and it stays off."`
}

// exportedEvent is an event with what was decided about it.
func exportedEvent(v store.EventView) ExportEvent {
	e := v.Event.Event
	before, _, after, _ := sources.SplitBlock(e.Description)
	out := ExportEvent{
		Event: eventOf(v), ICalUID: e.ICalUID, SeriesID: e.SeriesID, OriginalStart: e.OriginalStart, Location: withoutSecrets(e.Location),
		Description: withoutSecrets(before + after), Recurrence: e.Recurrence, CreatedAt: e.Created, UpdatedAt: e.Updated,
		Guests: e.Guests, Organizer: e.OrganizedHere, Declined: e.Declined, Private: e.Private, NativeURL: bareLink(e.Native.URL),
	}
	for _, link := range e.Shown.Links {
		out.Links = append(out.Links, bareLink(link.URL))
	}
	if !e.Mark.Zero() {
		out.Mark = e.Mark.String()
	}
	return out
}

// secretInLink finds, in a text, the parameters of a link that let its bearer in. Links
// of all kinds have a p, which only Teams means like that.
var secretInLink = regexp.MustCompile(`(?i)((?:[?&](?:amp;)?(?:pwd|tk|zak|passcode|password)|\bteams\.(?:microsoft|live)\.com/[^\s"'<>#]*[?&](?:amp;)?p)=)[^&\s"'<>#]+`)

// withoutSecrets is a text whose links have lost what lets their bearer in.
func withoutSecrets(text string) string { return secretInLink.ReplaceAllString(text, "${1}…") }

func exportedIdentity(i store.Identity) ExportIdentity {
	return ExportIdentity{Provider: i.Provider, Account: i.Account, Email: i.Email, CreatedAt: i.CreatedAt}
}

func exportedSession(n store.Session) ExportSession {
	return ExportSession{CreatedAt: n.CreatedAt, SeenAt: n.SeenAt, ExpiresAt: n.ExpiresAt}
}

func exportedConnection(c store.Connection) ExportConnection {
	return ExportConnection{Connection: connectionOf(c), Account: c.Account, Plan: c.Plan}
}

func exportedMeeting(m store.Meeting) ExportMeeting {
	return ExportMeeting{Meeting: meetingOf(m), Reference: m.Reference, Host: m.HostID}
}

func exportedClaim(c store.Claim) ExportClaim {
	return ExportClaim{Event: eventID(c.Event), Meeting: c.Meeting, Since: c.Since}
}

func exportedIntent(i store.Intent) ExportIntent {
	out := ExportIntent{Reference: i.Reference, Events: []string{}, SentAt: i.SentAt}
	for _, e := range i.Events {
		out.Events = append(out.Events, eventID(e))
	}
	return out
}

func exportedRepair(r store.Repair) ExportRepair {
	return ExportRepair{Event: eventID(r.Event), At: r.At, State: string(r.State)}
}

// exportName is what a browser calls the document when it keeps it.
func exportName(p store.Person, at time.Time) string {
	return "slotward-" + strconv.FormatInt(p.ID, 10) + "-" + at.Format(time.DateOnly) + ".json"
}
