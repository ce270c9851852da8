package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// day is where the events of the tests lie.
var day = time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)

// event is one with guests at an hour of day.
func event(id, title string, hour int) sources.Event {
	start := day.Add(time.Duration(hour) * time.Hour)
	return sources.Event{
		ID: id, ETag: `"1"`, Kind: sources.Single, Title: title, Start: start, End: start.Add(30 * time.Minute),
		TimeZone: "UTC", OrganizedHere: true, Guests: 1, Created: day, Updated: day,
	}
}

func TestEventTellsWhatIsWantedAndWhy(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	calendar := w.calendar(ada)
	const join = "https://us02web.zoom.us/j/81234567890?pwd=c2VjcmV0.1&uname=x"
	done := event("linked", "Kickoff", 10)
	done.Mark = sources.Mark{Installation: w.store.Installation(), EventHash: sources.HashEvent("linked"), Meeting: "81234567890"}
	done.Description = sources.RenderBlock(sources.Joining{Provider: "zoom", Meeting: "81234567890", URL: join, Passcode: "s3cr3t"})
	sources.Inspect(&done)
	ref := sources.EventRef{Calendar: calendar.ID, Event: "linked"}
	w.write(store.Outcome{}, func(tx *store.Tx) error {
		for _, e := range []sources.Event{done, event("held", "Review", 11)} {
			if err := tx.PutEvent(calendar.ID, e); err != nil {
				return err
			}
		}
		meeting := store.Meeting{
			ID: 81234567890, Person: ada.ID, HostID: "h", Reference: "i:r", Topic: "Kickoff", Type: 2, Start: done.Start, Minutes: 30,
			Joining: sources.Joining{Provider: "zoom", Meeting: "81234567890", URL: join, Passcode: "s3cr3t"}, CreatedAt: day,
		}
		if err := tx.PutMeeting(meeting); err != nil {
			return err
		}
		if err := tx.PutClaim(store.Claim{Event: ref, Person: ada.ID, Meeting: meeting.ID, Since: day}); err != nil {
			return err
		}
		return tx.SaveDecisions([]store.Decision{
			{Event: ref, Person: ada.ID, Wanted: "zoom", Reason: string(plan.Default), Meeting: meeting.ID},
			{Event: sources.EventRef{Calendar: calendar.ID, Event: "held"}, Person: ada.ID, Wanted: "zoom", Reason: string(plan.DailyLimit), Until: day.Add(24 * time.Hour)},
		})
	})
	id := fmt.Sprintf("%d:linked", calendar.ID)
	resp, content := w.send("GET", "/api/v1/events/"+url.PathEscape(id), "")
	if resp.StatusCode != http.StatusOK || strings.Contains(content, "s3cr3t") || strings.Contains(content, "c2VjcmV0") {
		t.Fatalf("%d %s", resp.StatusCode, content)
	}
	var got Event
	w.ok(http.StatusOK, "GET", "/api/v1/events/"+id, "", &got)
	if got.ID != id || got.Wanted != "zoom" || got.Reason != "default" || got.ReasonText == "" || got.Meeting != 81234567890 ||
		got.Shows != "zoom" || got.JoinURL != "https://us02web.zoom.us/j/81234567890?uname=x" || got.NextStep != "nothing until something changes" {
		t.Errorf("%+v", got)
	}
	var held Event
	w.ok(http.StatusOK, "GET", fmt.Sprintf("/api/v1/events/%d:held", calendar.ID), "", &held)
	if held.Reason != "daily_limit" || !held.Until.Equal(day.Add(24*time.Hour)) || held.Shows != "none" || !strings.Contains(held.NextStep, "limit") {
		t.Errorf("%+v", held)
	}
	_, meetings := w.send("GET", "/api/v1/meetings?person=ada@acme.test", "")
	if !strings.Contains(meetings, `"topic":"Kickoff"`) || strings.Contains(meetings, "s3cr3t") || strings.Contains(meetings, "pwd") {
		t.Error(meetings)
	}
}

func TestEventsArePaged(t *testing.T) {
	w := newWorld(t)
	calendar := w.calendar(w.person("ada"))
	w.write(store.Outcome{}, func(tx *store.Tx) error {
		for i := range 5 {
			if err := tx.PutEvent(calendar.ID, event(fmt.Sprintf("e%d", i), fmt.Sprintf("Number %d", i), 8+i)); err != nil {
				return err
			}
		}
		return nil
	})
	var seen []string
	for cursor, pages := "", 0; ; pages++ {
		var page Events
		w.ok(http.StatusOK, "GET", "/api/v1/events?person=1&limit=2&cursor="+url.QueryEscape(cursor), "", &page)
		for _, e := range page.Events {
			seen = append(seen, e.Title)
		}
		if cursor = page.Next; cursor == "" || pages > 5 {
			break
		}
	}
	if strings.Join(seen, ",") != "Number 0,Number 1,Number 2,Number 3,Number 4" {
		t.Errorf("%v", seen)
	}
	var some Events
	w.ok(http.StatusOK, "GET", "/api/v1/events?q=NUMBER+3", "", &some)
	if len(some.Events) != 1 || some.Events[0].NextStep != "planned in the next pass" {
		t.Errorf("%+v", some)
	}
	some = Events{}
	w.ok(http.StatusOK, "GET", "/api/v1/events?from=2026-12-02T10:45:00Z&to=2026-12-02T11:30:00Z", "", &some)
	if len(some.Events) != 1 || some.Events[0].Title != "Number 3" {
		t.Errorf("%+v", some)
	}
}

func TestEventOfACalendarThatIsOff(t *testing.T) {
	w := newWorld(t)
	c := w.calendar(w.person("ada"))
	name := fmt.Sprintf("/api/v1/events/%d:never-read", c.ID)
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", c.ID), `{"enabled":false}`, nil)
	var off Event
	w.ok(http.StatusOK, "GET", name, "", &off)
	if off.Wanted != "leave" || off.Reason != "calendar_off" || off.NextStep != "nothing until its calendar is turned on" {
		t.Errorf("%+v", off)
	}
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", c.ID), `{"enabled":true}`, nil)
	w.refused(http.StatusNotFound, "no_event", "GET", name, "")
}

// fakeLook knows one event that was not read.
type fakeLook struct {
	view store.EventView
	err  error
}

func (f *fakeLook) Look(_ context.Context, person int64, ref sources.EventRef) (store.EventView, error) {
	if f.err == nil && (ref != f.view.Ref() || person != f.view.Decision.Person) {
		return store.EventView{}, store.ErrNotFound
	}
	return f.view, f.err
}

func TestEventThatWasNotRead(t *testing.T) {
	f := &fakeLook{}
	w := newWorld(t, func(o *Options) { o.Looker = f })
	ada := w.person("ada")
	c := w.calendar(ada)
	far := event("far", "Anniversary", 10)
	far.Start, far.End = far.Start.AddDate(1, 0, 0), far.End.AddDate(1, 0, 0)
	f.view = store.EventView{Event: store.Event{Calendar: c.ID, Event: far}, Decision: store.Decision{
		Person: ada.ID, Wanted: "leave", Reason: string(plan.Later), Until: far.Start.AddDate(0, 0, -180),
	}}
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", c.ID), `{"enabled":true}`, nil)
	rows := w.store.RowsWritten()
	var got Event
	w.ok(http.StatusOK, "GET", fmt.Sprintf("/api/v1/events/%d:far", c.ID), "", &got)
	if got.Title != "Anniversary" || got.Reason != "later" || got.NextStep != "gets its link when it comes near" || !got.Until.Equal(f.view.Decision.Until) {
		t.Errorf("%+v", got)
	}
	w.refused(http.StatusNotFound, "no_event", "GET", fmt.Sprintf("/api/v1/events/%d:nothing", c.ID), "")
	w.refused(http.StatusNotFound, "no_event", "GET", "/api/v1/events/99:far", "")
	f.err = sources.ErrUnavailable
	w.refused(http.StatusBadGateway, "provider_unavailable", "GET", fmt.Sprintf("/api/v1/events/%d:far", c.ID), "")
	if w.store.RowsWritten() != rows {
		t.Error("the store was written")
	}
}

func TestEventsRefused(t *testing.T) {
	w := newWorld(t)
	w.refused(http.StatusNotFound, "no_event", "GET", "/api/v1/events/3:nothing", "")
	w.refused(http.StatusUnprocessableEntity, "invalid", "GET", "/api/v1/events/kickoff", "")
	w.refused(http.StatusUnprocessableEntity, "invalid", "GET", "/api/v1/events?cursor=bent", "")
	w.refused(http.StatusUnprocessableEntity, "invalid", "GET", "/api/v1/journal?event=kickoff", "")
	w.refused(http.StatusUnprocessableEntity, "", "GET", "/api/v1/events?limit=100000", "")
	w.refused(http.StatusUnprocessableEntity, "", "GET", "/api/v1/events?titel=x", "")
	w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/events?person=eve", "")
	w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/meetings?person=eve", "")
	w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/journal?person=eve", "")
}

func TestShows(t *testing.T) {
	zoom := sources.Link{Provider: "zoom", URL: "https://zoom.us/j/1", Meeting: "1"}
	for want, e := range map[string]sources.Event{
		"none":   {},
		"meet":   {Native: sources.Native{Provider: "meet"}},
		"zoom":   {Shown: sources.Shown{LocationLink: zoom}, Native: sources.Native{Provider: "meet"}},
		"webex":  {Shown: sources.Shown{Links: []sources.Link{{Provider: "webex"}}}},
		"static": {Shown: sources.Shown{Block: sources.BlockWhole}, Mark: sources.Mark{Meeting: "static"}},
	} {
		if got := shows(&e); got != want {
			t.Errorf("shows %q, want %q", got, want)
		}
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	for _, reason := range plan.Reasons() {
		for _, wanted := range []string{"zoom", "native", "none", "leave"} {
			if nextStep(Event{Reason: string(reason), Wanted: wanted, Shows: "none"}) == "" || reasonText(string(reason)) == "" {
				t.Errorf("%s: not explained", reason)
			}
		}
	}
}

func TestBareLink(t *testing.T) {
	for link, want := range map[string]string{
		"":                                     "",
		"https://zoom.us/j/1?pwd=x":            "https://zoom.us/j/1",
		"https://zoom.us/j/1?pwd=x&uname=a#s":  "https://zoom.us/j/1?uname=a",
		"https://user:pass@zoom.us/w/1?tk=x":   "https://zoom.us/w/1",
		"https://meet.example.com/room":        "https://meet.example.com/room",
		"https://zoom.us/s/1?zak=secret&pwd=x": "https://zoom.us/s/1",
		":::":                                  "",
	} {
		if got := bareLink(link); got != want {
			t.Errorf("%q: %q, want %q", link, got, want)
		}
	}
}
