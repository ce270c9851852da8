package ics_test

import (
	"testing"

	"slotward/internal/ics"
)

func TestOwner(t *testing.T) {
	at := func(organizer string, guests ...string) ics.Event {
		e := ics.Event{Organizer: ics.Attendee{Email: organizer}}
		for _, g := range guests {
			e.Attendees = append(e.Attendees, ics.Attendee{Email: g})
		}
		return e
	}
	inRoom := func(e ics.Event) ics.Event {
		e.Attendees = append(e.Attendees, ics.Attendee{Email: "room@x", Resource: true})
		return e
	}
	for _, c := range []struct {
		name     string
		calendar ics.Calendar
		want     string
	}{
		{"named by its address", ics.Calendar{Name: "Me@Corp.test"}, "me@corp.test"},
		{"on most events", ics.Calendar{Name: "Work", Events: []ics.Event{at("a@x", "me@x"), at("me@x", "b@x"), at("c@x", "me@x", "a@x")}}, "me@x"},
		{"a room is nobody", ics.Calendar{Events: []ics.Event{inRoom(at("me@x")), inRoom(at("me@x")), inRoom(at("b@x"))}}, "me@x"},
		{"nobody on more than one", ics.Calendar{Events: []ics.Event{at("a@x"), at("b@x")}}, ""},
		{"empty", ics.Calendar{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.calendar.Owner(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
