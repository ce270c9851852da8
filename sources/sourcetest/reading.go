package sourcetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slotward/sources"
)

func calendarsAreListed(t *testing.T, w World) {
	list, err := w.Source.Calendars(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]sources.Calendar{}
	for _, c := range list {
		byID[c.ID] = c
	}
	main, shared := byID[w.Calendar], byID[w.Shared]
	if !main.Primary || !main.Writable || main.Name == "" || main.TimeZone != "UTC" {
		t.Errorf("main calendar: %+v", main)
	}
	if shared.ID == "" || shared.Primary || shared.Writable {
		t.Errorf("calendar that may only be read: %+v", shared)
	}
}

func firstReadingIsComplete(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{
		Title: "Kick-off", Notes: "Agenda: <b>x</b>\n", Location: "Room 4", Start: w.at(10, 0), Minutes: 45, Zone: "Europe/Berlin",
		Guests: []string{"bob@client.test"}, Native: true,
	})
	e := w.find(t, id)
	if e.Kind != sources.Single || e.Gone != sources.Present || e.Problem != "" || e.ETag == "" || e.ICalUID == "" {
		t.Errorf("%+v", e)
	}
	if !e.Start.Equal(w.at(10, 0)) || !e.End.Equal(w.at(10, 45)) || e.Start.Location() != time.UTC || e.TimeZone != "Europe/Berlin" {
		t.Errorf("from %v to %v in %q", e.Start, e.End, e.TimeZone)
	}
	text := e.Description
	if w.NativeInText {
		text = text[:min(len(text), len("Agenda: <b>x</b>\n"))]
	}
	if e.Title != "Kick-off" || text != "Agenda: <b>x</b>\n" || e.Location != "Room 4" || e.Guests != 1 {
		t.Errorf("%+v", e)
	}
	if !e.OrganizedHere || e.ReadOnly || e.Declined || e.AllDay || e.Free || e.Private || e.Created.IsZero() || e.Updated.IsZero() {
		t.Errorf("%+v", e)
	}
	if e.Native.Provider == "" || e.Native.URL == "" || e.Native.Pending || e.Conference != "" || len(e.Shown.Links) != 0 {
		t.Errorf("native %+v, card %q, links %+v", e.Native, e.Conference, e.Shown.Links)
	}
	if !e.Shown.Place || !e.Mark.Zero() {
		t.Errorf("shown %+v, mark %+v", e.Shown, e.Mark)
	}
}

func nothingNewIsEmpty(t *testing.T, w World) {
	w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	first := w.read(t, "")
	for range 3 {
		next := w.read(t, first.Token)
		if len(next.Events) != 0 {
			t.Fatalf("%d events though nothing happened", len(next.Events))
		}
		first = next
	}
}

func aChangeComesOnce(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Title: "a", Start: w.at(10, 0)})
	other := w.Make(t, w.Calendar, Draft{Title: "b", Start: w.at(11, 0)})
	first := w.read(t, "")
	before := pick(t, first.Events, id)
	start := w.at(12, 0)
	w.Edit(t, id, Change{Title: ptr("changed"), Start: &start})
	second := w.read(t, first.Token)
	if len(second.Events) != 1 {
		t.Fatalf("%d events changed", len(second.Events))
	}
	after := pick(t, second.Events, id)
	if after.Title != "changed" || !after.Start.Equal(start) || after.ETag == before.ETag {
		t.Errorf("%+v", after)
	}
	if third := w.read(t, second.Token); len(third.Events) != 0 {
		t.Errorf("the change comes again")
	}
	if e := pick(t, w.read(t, "").Events, other); e.ETag != pick(t, first.Events, other).ETag {
		t.Errorf("the other event has another version")
	}
}

func deletionIsATombstone(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	first := w.read(t, "")
	w.Cancel(t, id)
	second := w.read(t, first.Token)
	if e := pick(t, second.Events, id); e.Gone != sources.Tombstone {
		t.Errorf("%+v", e)
	}
	for _, e := range w.read(t, "").Events {
		if e.ID == id && e.Gone == sources.Present {
			t.Error("a full reading shows it as if it stood")
		}
	}
}

func seriesAndExceptions(t *testing.T, w World) {
	start := time.Date(w.Now.Year()+1, 3, 2, 9, 0, 0, 0, time.UTC) // over the change of hour in Berlin
	start = start.AddDate(0, 0, (9-int(start.Weekday()))%7)        // a Tuesday
	series := w.Make(t, w.Calendar, Draft{Title: "standup", Start: start, Zone: "Europe/Berlin", Repeat: "FREQ=WEEKLY;COUNT=6"})
	first := w.read(t, "")
	master := pick(t, first.Events, series)
	if len(first.Events) != 1 || master.Kind != sources.Series || len(master.Recurrence) == 0 {
		t.Fatalf("%d events, master %+v", len(first.Events), master)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	local := start.In(berlin)
	nth := func(n int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day()+7*n, local.Hour(), local.Minute(), 0, 0, berlin).UTC()
	}
	if last := nth(5).Add(30 * time.Minute); !master.Last.Equal(last) {
		t.Errorf("ends %v, want %v", master.Last, last)
	}
	if !master.OccursAt(nth(4), nth(4).Add(30*time.Minute)) {
		t.Error("does not take place after the change of hour")
	}
	w.MoveOccurrence(t, series, nth(1), nth(1).Add(5*time.Hour))
	w.CancelOccurrence(t, series, nth(4))
	second := w.read(t, first.Token)
	var moved, gone int
	for _, e := range second.Events {
		if e.Kind != sources.Exception {
			continue
		}
		if e.SeriesID != series {
			t.Errorf("exception of %q", e.SeriesID)
		}
		switch {
		case e.Gone == sources.Tombstone && e.OriginalStart.Equal(nth(4)):
			gone++
		case e.Gone == sources.Present && e.OriginalStart.Equal(nth(1)) && e.Start.Equal(nth(1).Add(5*time.Hour)):
			moved++
		default:
			t.Errorf("unexpected exception %+v", e)
		}
	}
	if moved != 1 || gone != 1 {
		t.Errorf("%d moved and %d cancelled occurrences", moved, gone)
	}
	full := map[string]bool{}
	for _, e := range w.read(t, "").Events {
		full[string(e.Kind)+string(e.Gone)] = true
	}
	if !full["exception"] || !full["exceptiontombstone"] {
		t.Errorf("a full reading misses exceptions: %v", full)
	}
}

func pagesAreReadToTheEnd(t *testing.T, w World) {
	want := map[string]bool{}
	for i := range 23 {
		want[w.Make(t, w.Calendar, Draft{Title: fmt.Sprint(i), Start: w.at(i%24, 0)})] = true
	}
	w.SmallPages(4)
	reading := w.read(t, "")
	for _, e := range reading.Events {
		delete(want, e.ID)
	}
	if len(want) != 0 {
		t.Errorf("%d of 23 events are missing", len(want))
	}
	for range 9 {
		w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	}
	if next := w.read(t, reading.Token); len(next.Events) != 9 {
		t.Errorf("%d of 9 new events", len(next.Events))
	}
}

// A full reading need not go back for ever; then it says how far it went.
func endedEventsAreNotAbsent(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Title: "long ago", Start: w.Now.AddDate(0, -1, 0)})
	old := w.Make(t, w.Calendar, Draft{Title: "since then", Start: w.Now.AddDate(0, -1, 0), Repeat: "FREQ=DAILY"})
	reading := w.read(t, "")
	listed := false
	for _, e := range reading.Events {
		listed = listed || e.ID == id
	}
	if !listed && !reading.Since.After(w.Now.AddDate(0, -1, 0)) {
		t.Errorf("an event that ended after %v is missing", reading.Since)
	}
	if reading.Since.After(w.Now) {
		t.Errorf("reads only from %v", reading.Since)
	}
	pick(t, reading.Events, old)
}

func oneEventCanBeRead(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Title: "a", Start: w.at(10, 0), Zone: "Asia/Kathmandu", Guests: []string{"bob@client.test"}, Native: true})
	listed := w.find(t, id)
	got, err := w.Source.Get(t.Context(), w.Calendar, id)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(listed, got); diff != "" {
		t.Errorf("differs from the reading (-listed +got):\n%s", diff)
	}
	w.Cancel(t, id)
	if got, err = w.Source.Get(t.Context(), w.Calendar, id); err != nil || got.Gone != sources.Tombstone {
		t.Errorf("a deleted event: %+v, %v", got, err)
	}
	if _, err = w.Source.Get(t.Context(), w.Calendar, "nobodyknowsthisone"); !errors.Is(err, sources.ErrGone) {
		t.Errorf("an unknown id: %v", err)
	}
}

func peopleAndRooms(t *testing.T, w World) {
	for name, test := range map[string]struct {
		draft  Draft
		guests int
	}{
		"nobody":          {Draft{}, 0},
		"only a room":     {Draft{Rooms: []string{"room4@resource.calendar.google.com"}}, 0},
		"two and a room":  {Draft{Guests: []string{"bob@client.test", "eve@client.test"}, Rooms: []string{"room4@resource.calendar.google.com"}}, 2},
		"somebody else's": {Draft{Organizer: "bob@client.test", Guests: []string{"eve@client.test"}}, 2},
	} {
		test.draft.Start = w.at(10, 0)
		e := w.find(t, w.Make(t, w.Calendar, test.draft))
		if e.Guests != test.guests {
			t.Errorf("%s: %d guests, want %d", name, e.Guests, test.guests)
		}
		if e.OrganizedHere != (test.draft.Organizer == "") {
			t.Errorf("%s: organised here is %v", name, e.OrganizedHere)
		}
	}
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0), Organizer: "bob@client.test", Declined: true})
	if e := w.find(t, id); !e.Declined {
		t.Error("a declined invitation is not")
	}
}

func ptr[T any](v T) *T { return &v }
