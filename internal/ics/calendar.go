package ics

import (
	"fmt"
	"strings"
	"time"
)

// Calendar is what a file holds.
type Calendar struct {
	File   string
	Name   string // X-WR-CALNAME; may be empty
	Zone   string // IANA name that floating times are read in
	Events []Event
	// Faults are what could not be understood, in the order of the file.
	Faults []Fault
}

// Event is a single event, a series, or a changed occurrence of a series.
type Event struct {
	Line int    // where it begins in the file, from 1
	UID  string // made from file and line when the file gives none

	Title, Location, Description string

	// Start and End are in Zone; for all-day events midnights UTC, End exclusive.
	Start, End time.Time
	AllDay     bool
	Zone       string // IANA name, or "UTC"

	Rules   []string    // RRULE and EXRULE lines, normalised; empty: not a rule's series
	Extra   []time.Time // RDATE: starts besides the rule's
	LeftOut []time.Time // EXDATE: starts that do not happen

	// Occurrence is the start of the occurrence that this event changes; zero:
	// it is not an exception.
	Occurrence time.Time

	Cancelled, Tentative bool
	Free                 bool // does not block time
	Private              bool

	Organizer Attendee // zero: not told
	Attendees []Attendee
	Meet      string // Google Meet link that the calendar itself made
	Created   time.Time
	sequence  int
}

// Recurring reports whether the event is a series.
func (e *Event) Recurring() bool { return len(e.Rules) > 0 || len(e.Extra) > 0 }

// Recurrence are the RRULE, EXRULE, RDATE and EXDATE lines as Google Calendar
// takes them; nil for an event that is not a series.
func (e *Event) Recurrence() []string {
	if !e.Recurring() {
		return nil
	}
	lines := append([]string(nil), e.Rules...)
	if len(e.Extra) > 0 {
		lines = append(lines, e.dates("RDATE", e.Extra))
	}
	if len(e.LeftOut) > 0 {
		lines = append(lines, e.dates("EXDATE", e.LeftOut))
	}
	return lines
}

func (e *Event) dates(property string, times []time.Time) string {
	parts := make([]string, len(times))
	for i, t := range times {
		if e.AllDay {
			parts[i] = t.Format("20060102")
		} else {
			parts[i] = t.UTC().Format("20060102T150405Z")
		}
	}
	if e.AllDay {
		property += ";VALUE=DATE"
	}
	return property + ":" + strings.Join(parts, ",")
}

// Attendee is somebody, or something, invited.
type Attendee struct {
	Email    string // lower case; empty when the file gives no e-mail address
	Name     string
	Response string // accepted, declined, tentative or needsAction, as Google says it
	Resource bool   // a room or a thing
	Optional bool
}

// Fault is something in a file that could not be understood.
type Fault struct {
	File    string
	Line    int    // of the property that is wrong, from 1
	Event   string // the event's title, else its UID; "" when it has neither
	Problem string
	Cure    string
	Skipped bool // the event was left out; otherwise it was taken without this
}

// Error is the fault in one line: FILE:LINE: event: what is wrong; cure.
func (f Fault) Error() string {
	name := "event without a title"
	if f.Event != "" {
		name = fmt.Sprintf("event %q", f.Event)
	}
	text := fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, name, f.Problem)
	if f.Skipped {
		text += "; left out"
	}
	if f.Cure != "" {
		text += " (" + f.Cure + ")"
	}
	return text
}
