package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"slotward/internal/contract"
	"slotward/internal/ics"
)

// leftovers are folders that the demo made and did not remove.
func leftovers(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(os.TempDir(), "slotward-demo-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDemoOnceShowsAndProvesEverything(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	out, errs, err := call(t, nil, "demo", "--once")
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	contains(t, out, "People connect", "Google Meet", "Zoom ", "Ada moves the kickoff", "Ada cancels", "one room, one link",
		"Bob allowed Slotward to use the Outlook account", "6 with Teams", "Mia moves the product review", "Bob (Outlook)",
		"Before and after", "IS NOW", "nothing to do: 4 requests for 4 calendars, 0 writes, 0 rows changed in the store; mail to guests: none")
	if left := leftovers(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if errs != "" {
		t.Errorf("it warned: %s", errs)
	}
}

// With this setting, one more of the fortnight's events has a link.
func TestDemoOnceWithAllEventsEligible(t *testing.T) {
	out, errs, err := call(t, nil, "demo", "--once", "--eligible", "all")
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	contains(t, out, "nothing to do: 4 requests for 4 calendars")
}

func TestDemoLeavesNothingRunning(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	if _, _, err := call(t, nil, "demo", "--once", "--calendar", write(t, "e.ics", calendarOf(1))); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, ignore, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

func TestDemoKeepsRunningUntilItIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &safeBuffer{grown: make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"demo", "--every", "1s"}, out, out, nil)
	}()
	for !strings.Contains(out.String(), "\n4. ") { // the first change after the first pass
		select {
		case <-out.grown:
		case err := <-ended:
			t.Fatalf("%v\n%s", err, out.String())
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// A demo that shows something false must not end well.
func TestDemoFailsWhenItShowsSomethingFalse(t *testing.T) {
	kept := fortnight[0].shows
	fortnight[0].shows = "webex"
	defer func() { fortnight[0].shows = kept }()
	if _, _, err := call(t, nil, "demo", "--once"); err == nil || !strings.Contains(err.Error(), "does not show what it should") {
		t.Errorf("got %v", err)
	}
}

func TestDemoWithCalendarsOfOtherPrograms(t *testing.T) {
	folder := os.Getenv("SLOTWARD_CALENDARS")
	if contracts, err := contract.Find(); folder == "" && err == nil {
		folder = filepath.Join(filepath.Dir(contracts), "calendars") // they are kept together
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.ics"))
	if err != nil || len(files) == 0 {
		t.Skip("no folder of calendars to try: set SLOTWARD_CALENDARS")
	}
	for _, file := range files {
		for _, eligible := range []string{"guests", "all"} {
			t.Run(filepath.Base(file)+" "+eligible, func(t *testing.T) {
				out, errs, err := call(t, nil, "demo", "--once", "--calendar", file, "--eligible", eligible)
				if err != nil {
					t.Fatalf("%v\n%s\n%s", err, out, errs)
				}
				contains(t, out, "Ada's calendar is filled from "+filepath.Base(file), "nothing to do: 1 request")
			})
		}
	}
}

// A file of 2,000 events goes over the 100 meetings that Zoom allows a day: the
// soonest get theirs, and the demo says until when the others wait.
func TestDemoWithABigCalendar(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	out, errs, err := call(t, nil, "demo", "--once", "--calendar", write(t, "big.ics", calendarOf(2000)))
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	tomorrow := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1).Format("2006-01-02 15:04")
	contains(t, out, "2000 events taken, 0 left out", " 1900  Zoom's limit of writes for today is reached", "  100  ", tomorrow, "nothing to do: 1 request")
}

// calendarOf is a calendar of n events with a guest, one after the other.
func calendarOf(n int) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:me@corp.test\n")
	start := workday(time.Now(), 0).Add(8 * time.Hour)
	for i := range n {
		at := start.AddDate(0, 0, i/16).Add(time.Duration(i%16) * 30 * time.Minute)
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%d@corp.test\nSUMMARY:Meeting %d\nDTSTART:%s\nDURATION:PT30M\nORGANIZER:mailto:me@corp.test\nATTENDEE:mailto:guest@client.test\nEND:VEVENT\n",
			i, i, at.Format("20060102T150405Z"))
	}
	b.WriteString("END:VCALENDAR\n")
	return b.String()
}

// write makes a file with content in a fresh folder.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDemoShowsSeriesAndOthersEventsFromAFile(t *testing.T) {
	start := workday(time.Now(), 0).Add(9 * time.Hour)
	stamp := func(at time.Time) string { return at.Format("20060102T150405Z") }
	file := write(t, "week.ics", strings.Join([]string{
		"BEGIN:VCALENDAR", "X-WR-CALNAME:me@corp.test",
		"BEGIN:VEVENT", "UID:s", "SUMMARY:Weekly", "DTSTART:" + stamp(start), "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:" + stamp(start.AddDate(0, 0, 14)), "ATTENDEE:mailto:a@x.test", "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij", "END:VEVENT",
		"BEGIN:VEVENT", "UID:s", "SUMMARY:Weekly (moved)", "RECURRENCE-ID:" + stamp(start.AddDate(0, 0, 7)), "DTSTART:" + stamp(start.AddDate(0, 0, 7).Add(time.Hour)), "DURATION:PT30M", "ATTENDEE:mailto:a@x.test", "END:VEVENT",
		"BEGIN:VEVENT", "UID:o", "SUMMARY:Theirs", "DTSTART:" + stamp(start.Add(2*time.Hour)), "DURATION:PT30M", "ORGANIZER:mailto:boss@x.test", "ATTENDEE:mailto:me@corp.test", "END:VEVENT",
		"BEGIN:VEVENT", "UID:c", "SUMMARY:Off", "DTSTART:" + stamp(start.Add(3*time.Hour)), "DURATION:PT30M", "STATUS:CANCELLED", "ATTENDEE:mailto:a@x.test", "END:VEVENT",
		"BEGIN:VEVENT", "UID:x", "SUMMARY:Faulty", "DTSTART;TZID=Mars/Olympus:20261201T100000", "END:VEVENT",
		"END:VCALENDAR",
	}, "\n"))
	out, errs, err := call(t, nil, "demo", "--once", "--calendar", file)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	contains(t, out, `week.ics:40: event "Faulty": unknown time zone "Mars/Olympus"; left out`, "4 events taken, 1 left out", "Weekly (moved)", "Somebody else organises it")
}

func TestDemoRefusesWhatIsNoCalendar(t *testing.T) {
	for name, file := range map[string]string{"absent": "/nonexistent.ics", "not a calendar": write(t, "x.ics", "<html>")} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := call(t, nil, "demo", "--once", "--calendar", file); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestOwnerOfAFile(t *testing.T) {
	at := func(organizer string, guests ...string) ics.Event {
		e := ics.Event{Organizer: ics.Attendee{Email: organizer}}
		for _, g := range guests {
			e.Attendees = append(e.Attendees, ics.Attendee{Email: g})
		}
		return e
	}
	for _, c := range []struct {
		name     string
		calendar ics.Calendar
		want     string
	}{
		{"named by its address", ics.Calendar{Name: "Me@Corp.test"}, "me@corp.test"},
		{"on most events", ics.Calendar{Name: "Work", Events: []ics.Event{at("a@x", "me@x"), at("me@x", "b@x"), at("c@x", "me@x", "a@x")}}, "me@x"},
		{"nobody on more than one", ics.Calendar{Events: []ics.Event{at("a@x"), at("b@x")}}, ""},
		{"empty", ics.Calendar{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ownerOf(c.calendar); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWorkdays(t *testing.T) {
	friday := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	var got []string
	for n := range 6 {
		got = append(got, workday(friday, n).Format("Mon 02"))
	}
	if diff := cmp.Diff([]string{"Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Mon 30"}, got); diff != "" {
		t.Error(diff)
	}
}
