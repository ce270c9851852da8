package google_test

import (
	"strings"
	"testing"

	"google.golang.org/api/calendar/v3"

	"slotward/internal/simulator/google"
)

func clearing() *calendar.Event { return &calendar.Event{NullFields: []string{"ConferenceData"}} }

func asking(id, kind string) *calendar.Event {
	return &calendar.Event{ConferenceData: &calendar.ConferenceData{CreateRequest: &calendar.CreateConferenceRequest{
		RequestId: id, ConferenceSolutionKey: &calendar.ConferenceSolutionKey{Type: kind}}}}
}

func card(kind, uri string) *calendar.Event {
	c := &calendar.ConferenceData{
		ConferenceSolution: &calendar.ConferenceSolution{Name: "Zoom Meeting", Key: &calendar.ConferenceSolutionKey{Type: kind}},
		EntryPoints:        []*calendar.EntryPoint{{EntryPointType: "video", Uri: uri}},
	}
	if kind == "" {
		c.ConferenceSolution.Key = nil
	}
	return &calendar.Event{ConferenceData: c}
}

func TestMeetIsClearedAndAskedFor(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Meet: true, Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob}})
	link := w.event(ada, id).HangoutLink
	if link == "" || w.event(bob, id).HangoutLink != link {
		t.Fatal("no Meet")
	}
	_, err := svc.Events.Patch(ada, id, clearing()).Do()
	w.must(err)
	if w.event(ada, id).HangoutLink != link {
		t.Fatal("version 0 does not ignore conference data")
	}
	got, err := svc.Events.Patch(ada, id, clearing()).ConferenceDataVersion(1).Do()
	w.must(err)
	if got.HangoutLink != "" || got.ConferenceData != nil || w.event(bob, id).HangoutLink != "" {
		t.Fatalf("%+v", got)
	}
	got, err = svc.Events.Patch(ada, id, asking("one", "hangoutsMeet")).ConferenceDataVersion(1).Do()
	w.must(err)
	fresh := got.HangoutLink
	if fresh == "" || fresh == link || got.ConferenceData.CreateRequest.Status.StatusCode != "success" {
		t.Fatalf("%+v", got)
	}
	got, err = svc.Events.Patch(ada, id, asking("one", "hangoutsMeet")).ConferenceDataVersion(1).Do()
	if err != nil || got.HangoutLink != fresh {
		t.Fatal("the same request made another link")
	}
	w.must(w.SetConferenceTypes(ada))
	_, err = svc.Events.Patch(ada, id, asking("two", "hangoutsMeet")).ConferenceDataVersion(1).Do()
	wantReason(t, err, 400, "invalid")
}

func TestMeetPending(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.Configure(func(b *google.Behaviour) { b.MeetPending = true })
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z")})
	list, err := svc.Events.List(ada).Do()
	w.must(err)
	got, err := svc.Events.Patch(ada, id, asking("one", "hangoutsMeet")).ConferenceDataVersion(1).Do()
	w.must(err)
	if got.HangoutLink != "" || len(got.ConferenceData.EntryPoints) != 0 || got.ConferenceData.CreateRequest.Status.StatusCode != "pending" {
		t.Fatalf("%+v", got.ConferenceData)
	}
	list, err = svc.Events.List(ada).SyncToken(list.NextSyncToken).Do()
	w.must(err)
	if len(list.Items) != 1 || list.Items[0].HangoutLink == "" || list.Items[0].Etag == got.Etag {
		t.Fatalf("%+v", list.Items)
	}
}

func TestCards(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	const zoom = "https://us02web.zoom.us/j/123?pwd=x"
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Meet: true, Start: at("2026-12-02T10:00:00Z")})
	patch := func(e *calendar.Event) error {
		_, err := svc.Events.Patch(ada, id, e).ConferenceDataVersion(1).Do()
		return err
	}
	wantReason(t, patch(card("addOn", zoom)), 400, "invalid")
	wantReason(t, patch(card("hangoutsMeet", zoom)), 400, "invalid")
	wantReason(t, patch(card("eventHangout", zoom)), 400, "invalid")
	w.must(patch(clearing()))
	w.must(patch(card("", zoom)))
	if e := w.event(ada, id); e.Conference != "" {
		t.Fatal("a card without a type was not stripped")
	}
	w.Configure(func(b *google.Behaviour) { b.AddOnAllowed = true })
	w.must(patch(card("addOn", zoom)))
	if e := w.event(ada, id); e.Conference != zoom || e.HangoutLink != "" {
		t.Fatalf("%+v", e)
	}
	wantReason(t, patch(card("addOn", "https://"+strings.Repeat("x", 1300))), 400, "invalid")
}

func TestAutoAddHangouts(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	setting := func() error { _, err := svc.Settings.Get("autoAddHangouts").Do(); return err }
	wantReason(t, setting(), 404, "notFound")
	w.must(w.SetAutoAddHangouts(ada, true))
	w.must(setting())
	id := w.insert(ada, google.NewEvent{Title: "by hand", Start: at("2026-12-02T10:00:00Z")})
	if w.event(ada, id).HangoutLink == "" {
		t.Error("no Meet on an event made by hand")
	}
	e := &calendar.Event{Start: &calendar.EventDateTime{DateTime: "2026-12-02T10:00:00Z"}, End: &calendar.EventDateTime{DateTime: "2026-12-02T11:00:00Z"}}
	for version, meet := range map[int64]bool{0: true, 1: false} {
		got, err := svc.Events.Insert(ada, e).ConferenceDataVersion(version).Do()
		w.must(err)
		if (got.HangoutLink != "") != meet {
			t.Errorf("version %d: %q", version, got.HangoutLink)
		}
	}
}
