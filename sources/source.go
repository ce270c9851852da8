package sources

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Source reads and writes one connection's calendars.
type Source interface {
	// Calendars lists the connection's calendars.
	Calendars(ctx context.Context) ([]Calendar, error)
	// Read brings what changed since token, or everything when token is "".
	// It pages to the end; a reading that failed at any page is an error and
	// carries nothing. A token that the provider no longer honours is ErrExpired.
	Read(ctx context.Context, calendar string, token string) (Reading, error)
	// Get reads one event. A deleted event comes back with Gone set to
	// Tombstone; an id that the provider does not know is ErrGone.
	Get(ctx context.Context, calendar, event string) (Event, error)
	// Write applies an edit, on condition that the event still has the ETag it
	// was planned from, and returns the event as it stands afterwards.
	// A different ETag is ErrChanged.
	Write(ctx context.Context, calendar string, event Event, edit Edit) (Event, error)
}

// Calendar is one calendar as its provider lists it.
type Calendar struct {
	ID       string // provider's id
	Name     string
	TimeZone string // IANA name
	Primary  bool
	Writable bool // events can be written on it
}

// Reading is the outcome of one complete read of a calendar.
type Reading struct {
	Full   bool    // everything was listed: an event that is not here is absent
	Events []Event // upserts and tombstones, each id at most once
	Token  string  // for the next incremental read; never empty
	// Since bounds a full reading: events that ended before it were not asked
	// for, so that they are not absent. Zero: everything was asked for.
	Since time.Time
	// Until bounds it at the other end: events that begin at it or later were
	// not asked for. Zero: it has no such bound.
	Until time.Time
}

// Covers reports whether a full reading would have named e if it still stood:
// only then does its absence mean anything (I4).
func (r *Reading) Covers(e *Event) bool {
	last := e.End
	if e.Kind == Series {
		last = e.Last
	}
	if !r.Until.IsZero() && e.End.After(r.Until) {
		return false
	}
	return r.Full && (last.IsZero() || last.After(r.Since))
}

// Edit is what to change on an event. Nil fields stay as they are.
type Edit struct {
	Location      *string
	Description   *string
	ClearNative   bool  // take the Meet or Teams link away
	RequestNative bool  // ask the calendar for a new link of its own
	Mark          *Mark // the zero mark removes ours
	Notify        Notify
}

// Empty reports whether the edit changes nothing.
func (e Edit) Empty() bool {
	return e.Unseen() && e.Mark == nil
}

// Unseen reports whether the edit changes nothing that people see.
func (e Edit) Unseen() bool {
	return e.Location == nil && e.Description == nil && !e.ClearNative && !e.RequestNative
}

// Notify says which attendees the provider mails about an edit.
type Notify string

// The values of Notify.
const (
	NotifyExternal Notify = "external" // only guests outside the provider
	NotifyAll      Notify = "all"
	NotifyNone     Notify = "none"
)

// Classes of failure. A source wraps them with what a person needs to act.
var (
	ErrGone         = errors.New("no longer exists")
	ErrChanged      = errors.New("changed meanwhile")                // ETag did not match
	ErrExpired      = errors.New("sync token expired")               // read again from the start
	ErrRevoked      = errors.New("authorisation revoked")            // the person has to reconnect
	ErrMissingScope = errors.New("authorisation lacks a permission") // the person has to reconnect and tick it
	ErrRefused      = errors.New("refused by the provider")          // permanent for this event
	ErrReadOnly     = errors.New("may not be written")               // permanent: not organiser, no write access
	ErrIncomplete   = errors.New("incomplete answer")                // garbled, cut off, or not what it should be
	ErrUnavailable  = errors.New("provider unavailable")             // 5xx, network; the outcome of a write is unknown
	// ErrBlocked is a refusal by somebody else than the person: an administrator
	// does not allow the app or the account.
	ErrBlocked = fmt.Errorf("blocked by an administrator: %w", ErrRefused)
	// ErrPerhapsScope is ErrMissingScope as far as one event tells: its provider
	// refused to change it and did not say why.
	ErrPerhapsScope = fmt.Errorf("refused without a reason; perhaps the %w", ErrMissingScope)
)

// AccountError says in words for people what is wrong with an account and what
// cures it.
type AccountError struct {
	Class error  // ErrRevoked, ErrBlocked or ErrMissingScope
	Cure  string // a sentence without its full stop
}

func (e *AccountError) Error() string    { return e.Cure + ": " + e.Class.Error() }
func (e *AccountError) Unwrap() error    { return e.Class }
func (e *AccountError) Sentence() string { return e.Cure }

// LimitedError says that the provider wants no more requests for a while.
type LimitedError struct {
	Until time.Time // zero: the provider did not say
	Scope string    // "user" or "project"
}

func (e *LimitedError) Error() string {
	if e.Until.IsZero() {
		return "rate limited (" + e.Scope + ")"
	}
	return fmt.Sprintf("rate limited (%s) until %s", e.Scope, e.Until.UTC().Format(time.RFC3339))
}
