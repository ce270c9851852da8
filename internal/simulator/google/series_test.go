package google_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/api/calendar/v3"

	"slotward/internal/simulator/google"
)

func starts(items []*calendar.Event) (out []string) {
	for _, e := range items {
		if e.Start == nil {
			out = append(out, e.Status)
		} else {
			out = append(out, e.Start.DateTime+e.Start.Date)
		}
	}
	return out
}

func TestExpansionKeepsWallClockOverDaylightSaving(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.must(w.SetZone(ada, "Europe/Berlin"))
	id := w.insert(ada, google.NewEvent{Title: "standup", Start: at("2027-03-26T09:00:00+01:00"), Repeat: "FREQ=DAILY;COUNT=4"})
	got, err := svc.Events.Instances(ada, id).Do()
	w.must(err)
	want := []string{"2027-03-26T09:00:00+01:00", "2027-03-27T09:00:00+01:00", "2027-03-28T09:00:00+02:00", "2027-03-29T09:00:00+02:00"}
	if !slices.Equal(starts(got.Items), want) {
		t.Fatal(starts(got.Items))
	}
	if got.Items[2].Id != id+"_20270328T070000Z" || got.Items[2].RecurringEventId != id || got.Items[2].OriginalStartTime.DateTime != want[2] {
		t.Fatalf("%+v", got.Items[2])
	}
	if got.NextSyncToken != "" {
		t.Fatal("instances have no sync tokens")
	}
	utc, err := svc.Events.Instances(ada, id).TimeZone("UTC").MaxResults(1).Do()
	if err != nil || utc.Items[0].Start.DateTime != "2027-03-26T08:00:00Z" || utc.NextPageToken == "" {
		t.Fatalf("%+v %v", utc, err)
	}
	utc, err = svc.Events.Instances(ada, id).TimeZone("UTC").PageToken(utc.NextPageToken).Do()
	if err != nil || len(utc.Items) != 3 {
		t.Fatalf("%+v %v", utc, err)
	}
	bounded, err := svc.Events.Instances(ada, id).TimeMin("2027-03-27T08:30:00Z").TimeMax("2027-03-28T07:00:00Z").Do()
	if err != nil || !slices.Equal(starts(bounded.Items), want[1:2]) {
		t.Fatalf("timeMin is inclusive, timeMax exclusive: %v %v", starts(bounded.Items), err)
	}
}

func TestRecurrenceLines(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	for name, c := range map[string]struct {
		n    google.NewEvent
		want []string
	}{
		"exdates": {google.NewEvent{Start: at("2026-12-07T10:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=3", ExDates: []time.Time{at("2026-12-14T10:00:00Z")}},
			[]string{"2026-12-07T10:00:00Z", "2026-12-21T10:00:00Z"}},
		"exdate in a zone": {google.NewEvent{Start: at("2026-12-07T09:00:00Z"), Zone: "Europe/Berlin", Repeat: "FREQ=WEEKLY;COUNT=2", Lines: []string{"EXDATE;TZID=Europe/Berlin:20261214T100000"}},
			[]string{"2026-12-07T09:00:00Z"}},
		"rdate":  {google.NewEvent{Start: at("2026-12-07T10:00:00Z"), Lines: []string{"RDATE:20261209T120000Z"}}, []string{"2026-12-07T10:00:00Z", "2026-12-09T12:00:00Z"}},
		"exrule": {google.NewEvent{Start: at("2026-12-07T10:00:00Z"), Repeat: "FREQ=DAILY;COUNT=3", Lines: []string{"EXRULE:FREQ=DAILY;INTERVAL=2"}}, []string{"2026-12-08T10:00:00Z"}},
		"days": {google.NewEvent{Start: at("2026-12-07T00:00:00Z"), AllDay: true, Repeat: "FREQ=WEEKLY;UNTIL=20261214"},
			[]string{"2026-12-07", "2026-12-14"}},
		"a start that the rule misses": {google.NewEvent{Start: at("2026-12-08T10:00:00Z"), Repeat: "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261215T000000Z"}, []string{"2026-12-08T10:00:00Z", "2026-12-14T10:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := svc.Events.Instances(ada, w.insert(ada, c.n)).Do()
			if err != nil || !slices.Equal(starts(got.Items), c.want) {
				t.Errorf("%v, %v", starts(got.Items), err)
			}
		})
	}
	if _, err := w.Insert(ada, google.NewEvent{Start: at("2026-12-08T10:00:00Z"), Repeat: "FREQ=NEVER"}); err == nil {
		t.Error("a bad rule was accepted")
	}
}

func TestExceptions(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "standup", Start: at("2026-12-01T10:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=4", PrivateProps: map[string]string{"k": "v"}})
	w.must(w.MoveInstance(ada, id, "2026-12-08", at("2026-12-08T15:00:00Z"), 45))
	w.must(w.CancelInstance(ada, id, "2026-12-15"))
	_, err := svc.Events.Patch(ada, id+"_20261222T100000Z", &calendar.Event{Summary: "last"}).Do()
	w.must(err)

	got, err := svc.Events.List(ada).SingleEvents(true).OrderBy("startTime").Do()
	w.must(err)
	if !slices.Equal(starts(got.Items), []string{"2026-12-01T10:00:00Z", "2026-12-08T15:00:00Z", "2026-12-22T10:00:00Z"}) || got.Items[2].Summary != "last" {
		t.Fatal(starts(got.Items))
	}
	moved := got.Items[1]
	if moved.Id != id+"_20261208T100000Z" || moved.OriginalStartTime.DateTime != "2026-12-08T10:00:00Z" || moved.ExtendedProperties.Private["k"] != "v" {
		t.Fatalf("%+v", moved)
	}
	got, err = svc.Events.List(ada).Do()
	if err != nil || len(got.Items) != 4 {
		t.Fatalf("%v %v", ids(got.Items), err)
	}
	wantReason(t, svc.Events.Delete(ada, id+"_20261215T100000Z").Do(), 410, "deleted")
	wantReason(t, svc.Events.Delete(ada, id+"_20261216T100000Z").Do(), 404, "notFound")

	// Exceptions keep their own copy of what the series says.
	w.must(w.Edit(ada, id, google.Change{Location: ptr("Room 4")}))
	if e := w.event(ada, moved.Id); e.Location != "" {
		t.Fatal("the exception followed")
	}
	w.Configure(func(b *google.Behaviour) { b.ExceptionsFollow = true })
	w.must(w.Edit(ada, id, google.Change{Notes: ptr("notes"), Title: ptr("renamed")}))
	if e := w.event(ada, moved.Id); e.Description != "notes" || e.Title != "renamed" || e.Location != "" {
		t.Fatalf("%+v", e)
	}
	if e := w.event(ada, id+"_20261222T100000Z"); e.Title != "last" {
		t.Fatalf("%+v", e)
	}
	// When the series moves, its exceptions go and the ids are others.
	sync, err := svc.Events.List(ada).Do()
	w.must(err)
	w.must(w.Move(ada, id, at("2026-12-02T11:00:00Z"), 0))
	got, err = svc.Events.List(ada).SyncToken(sync.NextSyncToken).Do()
	if err != nil || len(got.Items) != 4 || got.Items[1].Status != "cancelled" {
		t.Fatalf("%v %v", ids(got.Items), err)
	}
	whole, err := svc.Events.List(ada).SingleEvents(true).Do()
	if err != nil || len(whole.Items) != 4 {
		t.Fatalf("%v %v", starts(whole.Items), err)
	}
}

func TestSplitCopiesEverything(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{
		Title: "standup", Notes: "notes", Location: "Room", Meet: true, Guests: []string{bob}, Start: at("2026-12-01T10:00:00Z"),
		Repeat: "FREQ=WEEKLY;BYDAY=TU;COUNT=6", PrivateProps: map[string]string{"mark": "1"},
	})
	w.must(w.CancelInstance(ada, id, "2026-12-22"))
	second, err := w.Split(ada, id, "2026-12-15", at("2026-12-15T10:00:00Z"), 15)
	w.must(err)
	if second != id+"_R20261215T100000" {
		t.Fatal(second)
	}
	a, b := w.event(ada, id), w.event(ada, second)
	if a.Recurrence[0] != "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20261215T095959Z" || b.Recurrence[0] != "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4" {
		t.Fatal(a.Recurrence, b.Recurrence)
	}
	if b.Title != a.Title || b.Description != a.Description || b.Location != a.Location || b.Private["mark"] != "1" || b.HangoutLink != a.HangoutLink || b.ICalUID != second+"@google.com" {
		t.Fatalf("%+v", b)
	}
	got, err := svc.Events.Instances(ada, second).ShowDeleted(true).Do()
	w.must(err)
	want := []string{id + "_20261215T100000Z", id + "_20261222T100000Z", id + "_20261229T100000Z", id + "_20270105T100000Z"}
	if !slices.Equal(ids(got.Items), want) || got.Items[1].Status != "cancelled" || got.Items[0].RecurringEventId != second {
		t.Fatal(ids(got.Items))
	}
	for _, cal := range []string{ada, bob} {
		if e := w.event(cal, id+"_20261222T100000Z"); e.Status != "cancelled" || e.SeriesID != second {
			t.Errorf("%s: %+v", cal, e)
		}
	}
	third, err := w.Split(ada, second, "2026-12-29", at("2026-12-30T11:00:00Z"), 0)
	w.must(err)
	if e := w.event(ada, third); third != id+"_R20261230T110000" || e.Recurrence[0] != "RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=2" {
		t.Fatal(third, e.Recurrence)
	}
	if _, err := w.Split(ada, id, "2026-12-01", at("2026-12-01T11:00:00Z"), 0); err == nil {
		t.Fatal("the first occurrence was split off")
	}
}

func TestCopyCarriesEverythingButMeet(t *testing.T) {
	w := newWorld(t)
	id := w.insert(ada, google.NewEvent{
		Title: "kickoff", Notes: "notes", Location: "Room", Meet: true, Guests: []string{bob}, Start: at("2026-12-01T10:00:00Z"), Minutes: 50,
		PrivateProps: map[string]string{"mark": "1"},
	})
	other, err := w.Copy(ada, id, at("2026-12-03T10:00:00Z"))
	w.must(err)
	a, b := w.event(ada, id), w.event(ada, other)
	if a.ID == b.ID || a.ICalUID == b.ICalUID || a.HangoutLink == b.HangoutLink || b.HangoutLink == "" || b.Private["mark"] != "1" ||
		b.Description != "notes" || !b.End.Equal(at("2026-12-03T10:50:00Z")) || len(b.Guests) != 2 {
		t.Fatalf("%+v", b)
	}
	if w.event(bob, other).Private["mark"] != "" {
		t.Fatal("private properties travelled")
	}
}

func TestOccurrencesOfABigCalendar(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.insert(ada, google.NewEvent{Title: "for ever", Start: at("2026-12-01T10:00:00Z"), Repeat: "FREQ=WEEKLY"})
	n := 0
	w.must(svc.Events.List(ada).SingleEvents(true).MaxResults(2500).Pages(w.ctx, func(p *calendar.Events) error { n += len(p.Items); return nil }))
	if n < 700 || n > 800 {
		t.Fatalf("%d occurrences", n)
	}
	one, err := w.Instance(ada, w.insert(ada, google.NewEvent{Start: at("2026-12-01T23:30:00Z"), Zone: "Asia/Kathmandu", Repeat: "FREQ=DAILY"}), "2026-12-05")
	if err != nil || !strings.HasSuffix(one, "_20261204T233000Z") {
		t.Fatal(one, err)
	}
}
