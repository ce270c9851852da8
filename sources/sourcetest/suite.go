package sourcetest

import (
	"context"
	"testing"
	"time"

	"slotward/sources"
)

// Run checks a source. open makes a fresh world for one test.
func Run(t *testing.T, open func(t *testing.T) World) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, w World)
	}{
		{"calendars are listed with what may be done", calendarsAreListed},
		{"first reading is complete", firstReadingIsComplete},
		{"nothing new is an empty reading", nothingNewIsEmpty},
		{"a change comes once", aChangeComesOnce},
		{"a deletion comes as a tombstone", deletionIsATombstone},
		{"a series comes as master and exceptions", seriesAndExceptions},
		{"pages are read to the end", pagesAreReadToTheEnd},
		{"ended events are not absent", endedEventsAreNotAbsent},
		{"one event can be read", oneEventCanBeRead},
		{"people and rooms are told apart", peopleAndRooms},

		{"a link is written and its echo changes nothing", linkIsWritten},
		{"a link is taken off without a trace", linkIsTakenOff},
		{"text stays byte for byte", textStays},
		{"the native link is cleared and asked for again", nativeLink},
		{"without native links an edit is refused", nativeLinkRefused},
		{"an edit needs the version it was planned from", editIsConditional},
		{"attendees are mailed as told", mailsAsTold},
		{"a copy carries a mark that does not count", copyIsNoOriginal},
		{"an empty edit sends nothing", emptyEdit},
		{"somebody else's event is read-only", readOnlyEvents},

		{"an expired token says so", expiredToken},
		{"a failing page fails the reading", failingPageFailsAll},
		{"failures are classes", failuresAreClasses},
		{"reads are tried again, writes are not", onlyReadsAreRepeated},
		{"a cancelled context ends a call", cancelledContext},
		{"faulty events do not spoil a reading", faultyEvents},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// read reads the main calendar and fails the test on an error.
func (w World) read(t *testing.T, token string) sources.Reading {
	t.Helper()
	r, err := w.Source.Read(t.Context(), w.Calendar, token)
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	if r.Token == "" || r.Full != (token == "") {
		t.Fatalf("reading after %q: full %v, token %q", token, r.Full, r.Token)
	}
	seen := map[string]bool{}
	for _, e := range r.Events {
		if e.ID == "" || e.Kind == "" || seen[e.ID] {
			t.Fatalf("event without id or kind, or twice: %+v", e)
		}
		seen[e.ID] = true
	}
	return r
}

// find reads everything and picks one event.
func (w World) find(t *testing.T, id string) sources.Event {
	t.Helper()
	return pick(t, w.read(t, "").Events, id)
}

func pick(t *testing.T, events []sources.Event, id string) sources.Event {
	t.Helper()
	for _, e := range events {
		if e.ID == id {
			return e
		}
	}
	t.Fatalf("event %s is not in the reading of %d", id, len(events))
	return sources.Event{}
}

// write applies an edit and fails the test on an error.
func (w World) write(t *testing.T, e sources.Event, edit sources.Edit) sources.Event {
	t.Helper()
	after, err := w.Source.Write(t.Context(), w.Calendar, e, edit)
	if err != nil {
		t.Fatalf("writing: %v", err)
	}
	return after
}

// at is a time on the day after the world's now.
func (w World) at(hour, minute int) time.Time {
	y, m, d := w.Now.UTC().Date()
	return time.Date(y, m, d+1, hour, minute, 0, 0, time.UTC)
}

// meeting is what the suite puts on events.
var meeting = sources.Joining{
	Provider: "zoom", Meeting: "98884753832", URL: "https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1", Passcode: "ab<c&d",
	DialIn: []string{"+49 69 7104 9922 (Germany)"},
}

const installation = "k3x9"

func ours(l sources.Link) bool { return l.Provider == "zoom" && l.Meeting == meeting.Meeting }

// canceled is a context that has ended.
func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
