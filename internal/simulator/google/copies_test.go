package google_test

import (
	"testing"

	"google.golang.org/api/calendar/v3"

	"slotward/internal/simulator/google"
)

const team = "team@group.calendar.google.com"

func status(e google.EventView, email string) string {
	for _, g := range e.Guests {
		if g.Email == email {
			return g.Status
		}
	}
	return ""
}

func TestSharedFieldsReachTheGuests(t *testing.T) {
	w := newWorld(t)
	mine, his := w.api(ada), w.api(bob)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob, eve}, PrivateProps: map[string]string{"k": "v"}})
	copied, err := his.Events.Get(bob, id).Do()
	w.must(err)
	if copied.Organizer.Self || copied.ICalUID != id+"@google.com" || copied.ExtendedProperties != nil || !copied.Attendees[1].Self || !copied.Attendees[0].Organizer {
		t.Fatalf("%+v", copied)
	}
	// What a guest writes stays on the own copy until the organiser writes.
	_, err = his.Events.Patch(bob, id, &calendar.Event{Location: "my desk", ExtendedProperties: &calendar.EventExtendedProperties{Private: map[string]string{"his": "1"}}}).Do()
	w.must(err)
	if w.event(ada, id).Location != "" || w.event(bob, id).Location != "my desk" {
		t.Fatal("a guest's place travelled")
	}
	_, err = mine.Events.Patch(ada, id, &calendar.Event{Description: "agenda"}).Do()
	w.must(err)
	if e := w.event(bob, id); e.Location != "" || e.Description != "agenda" || e.Private["his"] != "1" || e.Private["k"] != "" {
		t.Fatalf("%+v", e)
	}
	for name, e := range map[string]*calendar.Event{"permission": {GuestsCanInviteOthers: ptr(false)}, "conference": clearing()} {
		_, err = his.Events.Patch(bob, id, e).ConferenceDataVersion(1).Do()
		t.Log(name)
		wantReason(t, err, 403, "forbiddenForNonOrganizer")
	}
	_, err = his.Events.Update(bob, id, copied).Do()
	wantReason(t, err, 403, "forbiddenForNonOrganizer")

	// Answers flow back.
	_, err = his.Events.Patch(bob, id, &calendar.Event{Attendees: []*calendar.EventAttendee{{Email: ada, ResponseStatus: "accepted"}, {Email: bob, ResponseStatus: "tentative"}, {Email: eve}}}).Do()
	w.must(err)
	if status(w.event(ada, id), bob) != "tentative" {
		t.Fatal("the answer was lost")
	}
	w.must(his.Events.Delete(bob, id).Do())
	if status(w.event(ada, id), bob) != "declined" || w.event(bob, id).Status != "cancelled" || w.event(ada, id).Status != "confirmed" {
		t.Fatal("a guest who removes the event declines it")
	}
}

func TestGuestsComeAndGo(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddCalendar(ada, team, "Team", "UTC", "owner"))
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z"), Repeat: "FREQ=DAILY;COUNT=3"})
	same, err := w.Invite(ada, id, team)
	w.must(err)
	a, b := w.event(ada, id), w.event(team, same)
	if a.ICalUID != b.ICalUID || b.OrganizedHere || !a.OrganizedHere || status(a, ada) != "accepted" || status(a, team) != "needsAction" {
		t.Fatalf("%+v", b)
	}
	w.must(w.MoveInstance(ada, id, "2026-12-03", at("2026-12-03T15:00:00Z"), 0))
	if e := w.event(team, id+"_20261203T100000Z"); !e.Start.Equal(at("2026-12-03T15:00:00Z")) {
		t.Fatalf("%+v", e)
	}
	w.must(w.EditInstance(ada, id, "2026-12-04", google.Change{Guests: &[]string{eve}}))
	if e := w.event(team, id+"_20261204T100000Z"); e.Status != "cancelled" {
		t.Fatalf("uninvited, but still there: %+v", e)
	}
	w.must(w.RSVP(team, id, "declined"))
	if status(w.event(ada, id), team) != "declined" {
		t.Fatal("no answer")
	}
	w.must(w.Cancel(team, id)) // the organiser cancels, whosever copy is named
	if w.event(ada, id).Status != "cancelled" || w.event(team, id).Status != "cancelled" {
		t.Fatal("not cancelled everywhere")
	}
	got, err := w.api(ada).Events.Get(team, id).Do()
	if err != nil || got.Summary != "" || got.Status != "cancelled" {
		t.Fatalf("a guest's cancelled copy still tells: %+v, %v", got, err)
	}
}

func TestAnOrganiserElsewhere(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "sales call", Start: at("2026-12-02T10:00:00Z"), Organizer: eve, Guests: []string{bob}, Statuses: map[string]string{ada: "accepted"}})
	e, err := svc.Events.Get(ada, id).Do()
	w.must(err)
	if e.Organizer.Email != eve || e.Organizer.Self || len(e.Attendees) != 3 || e.Attendees[2].ResponseStatus != "accepted" || !e.Attendees[2].Self {
		t.Fatalf("%+v", e)
	}
	w.must(w.Move(ada, id, at("2026-12-02T12:00:00Z"), 0))
	w.must(w.Cancel(ada, id))
	if got, err := svc.Events.Get(ada, id).Do(); err != nil || got.Status != "cancelled" || got.Start != nil {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestMoveToAnotherCalendar(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.must(w.AddCalendar(ada, team, "Team", "UTC", "owner"))
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z"), PrivateProps: map[string]string{"k": "v"}})
	list, err := svc.Events.List(ada).Do()
	w.must(err)
	moved, err := svc.Events.Move(ada, id, team).Do()
	w.must(err)
	if moved.Organizer.Email != team || !moved.Organizer.Self || moved.ExtendedProperties.Private["k"] != "v" {
		t.Fatalf("%+v", moved)
	}
	left, err := svc.Events.List(ada).SyncToken(list.NextSyncToken).ShowDeleted(true).Do()
	if err != nil || len(left.Items) != 1 || left.Items[0].Status != "cancelled" || left.Items[0].Summary != "" {
		t.Fatalf("%+v, %v", left, err)
	}
	w.must(w.MoveEventToCalendar(team, id, ada))
	if e := w.event(ada, id); e.Status != "confirmed" || !e.OrganizedHere {
		t.Fatalf("%+v", e)
	}
}

func TestCalendarLists(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.must(w.AddCalendar(ada, team, "Team", "Europe/Berlin", "owner"))
	w.must(w.AddCalendar(ada, bob, "", "", "reader"))
	list, err := svc.CalendarList.List().Do()
	w.must(err)
	if len(list.Items) != 3 || !list.Items[0].Primary || list.Items[1].DataOwner != ada || list.Items[1].TimeZone != "Europe/Berlin" || list.Items[2].AccessRole != "reader" || list.Items[2].Primary {
		t.Fatalf("%+v", list.Items)
	}
	few, err := svc.CalendarList.List().MinAccessRole("writer").MaxResults(1).Do()
	if err != nil || len(few.Items) != 1 || few.NextPageToken == "" || few.NextSyncToken != "" {
		t.Fatalf("%+v, %v", few, err)
	}
	w.must(w.SetRole(team, ada, "none"))
	changed, err := svc.CalendarList.List().SyncToken(list.NextSyncToken).Do()
	if err != nil || len(changed.Items) != 1 || !changed.Items[0].Deleted {
		t.Fatalf("%+v, %v", changed, err)
	}
	if one, err := svc.CalendarList.Get("primary").Do(); err != nil || one.Id != ada {
		t.Fatal(one, err)
	}
	if _, err := w.Insert("nobody", google.NewEvent{}); err == nil {
		t.Fatal("unknown calendars must be refused")
	}
}
