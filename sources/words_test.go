package sources_test

import (
	"strings"
	"testing"

	"slotward/sources"
)

// field is where on an event a text stands.
type field int

const (
	title field = iota
	location
	description
)

// asked is a text and the kind of link that it asks for.
type asked struct {
	in   field
	text string
	want string
}

func TestOverride(t *testing.T) {
	overriding(t, []asked{
		{title, "Weekly on Google Meet", "meet"},
		{title, "Weekly (on Google Meet)", "meet"},
		{title, "Weekly – on google meet", "meet"},
		{title, "Kickoff via Zoom", "zoom"},
		{title, "Kickoff on Zoom at 10", "zoom"},
		{title, "Kickoff on Teams, room 4 booked too", "teams"},
		{title, "Review over Microsoft Teams", "teams"},
		{title, "Use Teams", "teams"},
		{title, "Interview: use MS Teams please", "teams"},
		{title, "Catch-up by phone", "none"},
		{title, "Catch-up over the phone", "none"},
		{title, "Lunch in person", "none"},
		{title, "1:1 in-person", "none"},
		{title, "Focus block #nolink", "none"},
		{title, "Retro #meet", "meet"},
		{title, "Retro (#Teams)", "teams"},
		{title, "Retro #zoom!", "zoom"},
		{title, "No link needed", "none"},
		{title, "Walk and talk, no link", "none"},
		{location, "Google Meet", "meet"},
		{location, "Zoom", "zoom"},
		{location, " Teams ", "teams"},
		{location, "Phone", "none"},
		{location, "on Zoom", "zoom"},
		{location, "In person, Room 4", "none"},
		{description, "Let's use Google Meet.", "meet"},
		{description, "Please use Teams for this meeting", "teams"},
		{description, "We will meet on Google Meet this week.", "meet"},
		{description, "Agenda\n1. Hello\n\nWe do this one by phone.", "none"},
		{description, "<p>Hi all,</p><p>please join <b>on&nbsp;Zoom</b>.</p>", "zoom"},
		{description, "Hi Bob,\nthis one is on Teams, as usual.\nAda", "teams"},
	})
}

func TestSentencesThatLookLikeAnOverride(t *testing.T) {
	overriding(t, []asked{
		{title, "We used to meet on Google Meet", ""},
		{title, "Notes from the Teams channel", ""},
		{title, "Zoom lens workshop", ""},
		{title, "Review of teams", ""},
		{title, "Meet the team", ""},
		{title, "Meet & greet", ""},
		{title, "Sync with Teams", ""},
		{title, "Zoom in on Q3", ""},
		{title, "On Teams and how they work", ""},
		{title, "Training on Teams channels", ""},
		{title, "Feedback on Zoom recordings", ""},
		{title, "Should we do this on Zoom?", ""},
		{title, "Not on Zoom", ""},
		{title, "No longer on Google Meet", ""},
		{title, "On Zoom or Teams", ""},
		{title, "Problems with calls on Zoom", ""},
		{title, "How to use Teams", ""},
		{title, "Why we use Zoom", ""},
		{title, "Nice to meet you in person", ""},
		{title, "Can't be there in person", ""},
		{title, "Issue #zoom-123", ""},
		{title, "color #meeting", ""},
		{title, "Sign the contract by phoneme", ""},
		{title, "Personal on person", ""},
		{location, "Microsoft Teams Meeting", ""},
		{location, "Zoom Tower, 5th floor", ""},
		{location, "https://acme.test/on/google/meet", ""},
		{description, "There is no link in the document yet.", ""},
		{description, "We talked on Zoom last week.", ""},
		{description, "Minutes of the call on Google Meet", ""},
		{description, "Recording: https://acme.test/via-zoom", ""},
		{description, "See https://acme.test/x#teams", ""},
		{description, "Mail ada@zoom.us", ""},
		{description, "> let's do it on Google Meet\nok", ""},
		{description, "ok\n\nOn Tue, 1 Dec 2026, Bob wrote:\nlet's do it on Google Meet", ""},
		{description, "<p>ok</p><blockquote>by phone please</blockquote>", ""},
		{description, "-----Original Message-----\nplease use Teams", ""},
		{description, strings.Repeat("line\n", 20) + "on Google Meet", ""},
		{description, "Instead of meeting in person we write.", ""},
	})
}

func overriding(t *testing.T, tests []asked) {
	t.Helper()
	for _, test := range tests {
		e := sources.Event{ID: "e"}
		switch test.in {
		case title:
			e.Title = test.text
		case location:
			e.Location = test.text
		case description:
			e.Description = test.text
		}
		sources.Inspect(&e)
		if e.Shown.Override != test.want {
			t.Errorf("%q asks for %q (%q), want %q", test.text, e.Shown.Override, e.Shown.Words, test.want)
		}
		if (e.Shown.Override == "") != (e.Shown.Words == "") {
			t.Errorf("%q: override %q without its words %q", test.text, e.Shown.Override, e.Shown.Words)
		}
	}
}

func TestOverrideOrder(t *testing.T) {
	for name, test := range map[string]struct {
		event sources.Event
		want  string
	}{
		"title before description": {sources.Event{Title: "on Zoom", Description: "by phone"}, "zoom"},
		"title before location":    {sources.Event{Title: "on Zoom", Location: "Google Meet"}, "zoom"},
		"tag before everything":    {sources.Event{Title: "on Zoom", Description: "#teams"}, "teams"},
		"first in a field":         {sources.Event{Title: "on Zoom, by phone"}, "zoom"},
	} {
		sources.Inspect(&test.event)
		if test.event.Shown.Override != test.want {
			t.Errorf("%s: %q", name, test.event.Shown.Override)
		}
	}
}

func TestOurOwnBlockSaysNothing(t *testing.T) {
	e := sources.Event{ID: "e", Description: "Agenda"}
	sources.Inspect(&e)
	j := zoomJoining
	j.DialIn = []string{"+1 (by phone)"}
	apply(&e, sources.LinkEdit(&e, &j, "i", nil, false))
	if e.Shown.Override != "" || len(e.Shown.Links) != 1 {
		t.Errorf("override %q, links %+v", e.Shown.Override, e.Shown.Links)
	}
	e.Location = ""
	sources.Inspect(&e)
	if len(e.Shown.Links) != 0 {
		t.Errorf("the block's link counts: %+v", e.Shown.Links)
	}
}

func TestPlace(t *testing.T) {
	for location, place := range map[string]bool{
		"":                                      false,
		"Room 4":                                true,
		"Room 4, https://zoom.us/j/98884753832": true,
		"https://zoom.us/j/98884753832":         false,
		" https://zoom.us/j/98884753832\n":      false,
		"https://acme.test/office-map":          true,
		"Microsoft Teams Meeting":               false,
		"Zoom":                                  false,
		"Online":                                false,
		"55 Almaden Blvd":                       true,
		`<a href="https://zoom.us/j/98884753832">https://zoom.us/j/98884753832</a>`: false,
	} {
		e := sources.Event{Location: location}
		sources.Inspect(&e)
		if e.Shown.Place != place {
			t.Errorf("%q: place is %v", location, e.Shown.Place)
		}
	}
}
