package slotward_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slotward/internal/contract"
	"slotward/internal/workday"
)

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
				out := demonstrate(t, "--calendar", file, "--eligible", eligible).out
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
	out := demonstrate(t, "--calendar", write(t, "big.ics", calendarOf(2000))).out
	tomorrow := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1).Format("2006-01-02 15:04")
	contains(t, out, "2000 events taken, 0 left out", " 1900  Zoom's limit of writes for today is reached", "  100  ", tomorrow, "nothing to do: 1 request")
}

// calendarOf is a calendar of n events with a guest, one after the other.
func calendarOf(n int) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:me@corp.test\n")
	start := workday.After(time.Now(), 0).Add(8 * time.Hour)
	for i := range n {
		at := start.AddDate(0, 0, i/16).Add(time.Duration(i%16) * 30 * time.Minute)
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%d@corp.test\nSUMMARY:Meeting %d\nDTSTART:%s\nDURATION:PT30M\nORGANIZER:mailto:me@corp.test\nATTENDEE:mailto:guest@client.test\nEND:VEVENT\n",
			i, i, stamp(at))
	}
	b.WriteString("END:VCALENDAR\n")
	return b.String()
}

func stamp(at time.Time) string { return at.Format("20060102T150405Z") }

func TestDemoShowsSeriesAndOthersEventsFromAFile(t *testing.T) {
	start := workday.After(time.Now(), 0).Add(9 * time.Hour)
	file := write(t, "week.ics", strings.Join([]string{
		"BEGIN:VCALENDAR", "X-WR-CALNAME:me@corp.test",
		"BEGIN:VEVENT", "UID:s", "SUMMARY:Weekly", "DTSTART:" + stamp(start), "DURATION:PT30M", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:" + stamp(start.AddDate(0, 0, 14)), "ATTENDEE:mailto:a@x.test", "X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij", "END:VEVENT",
		"BEGIN:VEVENT", "UID:s", "SUMMARY:Weekly (moved)", "RECURRENCE-ID:" + stamp(start.AddDate(0, 0, 7)), "DTSTART:" + stamp(start.AddDate(0, 0, 7).Add(time.Hour)), "DURATION:PT30M", "ATTENDEE:mailto:a@x.test", "END:VEVENT",
		"BEGIN:VEVENT", "UID:o", "SUMMARY:Theirs", "DTSTART:" + stamp(start.Add(2*time.Hour)), "DURATION:PT30M", "ORGANIZER:mailto:boss@x.test", "ATTENDEE:mailto:me@corp.test", "END:VEVENT",
		"BEGIN:VEVENT", "UID:c", "SUMMARY:Off", "DTSTART:" + stamp(start.Add(3*time.Hour)), "DURATION:PT30M", "STATUS:CANCELLED", "ATTENDEE:mailto:a@x.test", "END:VEVENT",
		"BEGIN:VEVENT", "UID:x", "SUMMARY:Faulty", "DTSTART;TZID=Mars/Olympus:20261201T100000", "END:VEVENT",
		"END:VCALENDAR",
	}, "\n"))
	out := demonstrate(t, "--calendar", file).out
	contains(t, out, `week.ics:40: event "Faulty": unknown time zone "Mars/Olympus"; left out`, "4 events taken, 1 left out", "Weekly (moved)", "Somebody else organises it",
		"Google and Zoom are simulated")
	if strings.Contains(out, "Outlook") {
		t.Errorf("nobody is on Outlook here:\n%s", out)
	}
}

// What another program writes can be read without a file in between.
func TestDemoReadsACalendarFromAPipe(t *testing.T) {
	got := program{stdin: calendarOf(1)}.call(t, "demo", "--once", "--calendar", "/dev/stdin")
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	contains(t, got.out, "1 event taken, 0 left out", "Meeting 0", "nothing to do: 1 request")
}
