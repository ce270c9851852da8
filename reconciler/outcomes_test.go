package reconciler

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator"
	googlesim "slotward/internal/simulator/google"
	"slotward/reconciler/plan"
	"slotward/store"
)

// TestEveryOutcomeOfACreate lets the one request that must never be sent twice
// end in every way there is. Whatever came of it, there is one meeting in the end.
func TestEveryOutcomeOfACreate(t *testing.T) {
	cases := []struct {
		fault   string
		reason  plan.Reason // after the first pass; "": the link stands already
		creates int         // in all
		wait    time.Duration
	}{
		{"lost", plan.Unanswered, 1, 5 * time.Second},
		{"slow", plan.Unanswered, 1, 5 * time.Second},
		{"garbled", "", 1, 0}, // half of the answer tells the id
		{"503-after", plan.Unanswered, 1, 5 * time.Second},
		{"reset", plan.Unanswered, 2, createGrace},
		{"html", plan.Unanswered, 2, createGrace},
		{"503", plan.Unanswered, 2, createGrace},
		{"502", plan.Unanswered, 2, createGrace},
		{"401", "", 2, 0},
		{"429", plan.RateLimited, 2, 5 * time.Second},
		{"daily", plan.DailyLimit, 2, 16 * time.Hour},
		{"account-daily", plan.DailyLimit, 2, 24 * time.Hour},
		{"400", plan.ZoomError, 2, 0},
		{"403", plan.ZoomError, 2, 0},
		{"404", plan.ZoomError, 2, 0},
		{"3161", plan.NotAllowed, 2, 0},
	}
	for _, c := range cases {
		t.Run(c.fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 18)
			w.fault("zoom.create", c.fault, 1)
			outcome := w.pass(ada)
			if c.reason != "" {
				w.why(ada, a, c.reason)
				if c.wait > 0 {
					w.pass(ada) // what is to wait is not sent again before its time
				}
				w.counted(map[string]int{"zoom.create": 1})
				if c.wait > 0 && c.wait < 15*time.Minute && outcome.NextAt.After(w.clock.Now().Add(c.wait)) {
					t.Errorf("looked at again at %s only", outcome.NextAt)
				}
			}
			w.wait(c.wait)
			w.fine(ada)
			w.fine(ada)
			w.linked(ada, a)
			w.live(ada, 1)
			w.counted(map[string]int{"zoom.create": c.creates})
			if n := len(w.load(ada).Intents); n != 0 {
				t.Errorf("%d creates are still open", n)
			}
			w.settled(ada)
		})
	}
}

func TestACreateWithoutPermissionWaitsForTheConnection(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.fine(ada)
	both := w.event(ada, "a", 10)
	w.fault("zoom.create", "scope", 1)
	w.fine(ada)
	w.state(ada.zoom, store.MissingScope)
	w.fine(ada)
	w.counted(map[string]int{"zoom.create": 1})
	w.connect(ada, "zoom")
	w.fine(ada)
	w.linked(ada, both)
	w.live(ada, 1)
}

// A missing permission in the middle of a pass concerns its own connection only.
func TestARefusalInTheMiddleLeavesTheRest(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	kept := w.event(ada, "kept", 10)
	w.fine(ada)
	fresh := w.event(ada, "fresh", 11)
	w.must(w.google.Edit(ada.Email, kept, googlesim.Change{Title: ptr("kept, by phone")}))
	w.fault("zoom.create", "scope", 1)
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"zoom.create": 1, "google.patch": 1})
	w.why(ada, fresh, plan.Fallback) // what comes next in the preference
	if m := w.meeting(ada, kept); m != nil {
		t.Error("the event that asks for a phone call was not written")
	}
}

func TestAnUpdateThatIsRefusedIsParked(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 18)
	w.fine(ada)
	w.must(w.google.Edit(ada.Email, a, googlesim.Change{Title: ptr("b")}))
	w.fault("zoom.update", "400", 100)
	w.reset()
	for range 10 {
		w.fine(ada)
		w.wait(15 * time.Minute)
	}
	w.counted(map[string]int{"zoom.update": 5}) // after 0, 15, 30, 60 and 120 minutes
	w.why(ada, a, plan.ZoomError)
	entries, err := w.store.JournalEntries(w.ctx, store.JournalQuery{Person: ada.ID})
	w.must(err)
	failed := slices.DeleteFunc(entries, func(e store.Entry) bool { return e.Outcome != "failed" })
	if len(failed) != 1 || failed[0].Event != ada.ref(a) {
		t.Errorf("the journal tells %d failures: %v", len(failed), failed)
	}
	w.must(w.google.Edit(ada.Email, a, googlesim.Change{Title: ptr("c")})) // a change of the event lifts it
	w.pass(ada)
	w.counted(map[string]int{"zoom.update": 6})
	w.pass(ada)
	w.pass(ada)
	w.counted(map[string]int{"zoom.update": 7})
	w.wait(15 * time.Minute)
	w.pass(ada)
	w.counted(map[string]int{"zoom.update": 8})
}

// A pass that plans again does not try again what has failed in it.
func TestWhatFailedIsTriedOnceInAPass(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a, b := w.event(ada, "a", 10), w.event(ada, "b", 12)
	w.fault("zoom.create", "400", 1)
	w.fault("google.patch", "412", 3)
	w.fine(ada)
	w.counted(map[string]int{"zoom.create": 2, "google.patch": 4})
	w.why(ada, a, plan.ZoomError)
	w.linked(ada, b)
}

func TestARunningMeetingIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	w.fine(ada)
	m := w.linked(ada, a)
	w.must(w.zoom.StartMeeting(m.ID))
	w.must(w.google.Cancel(ada.Email, a))
	w.reset()
	for range 5 {
		w.fine(ada)
		w.wait(time.Minute)
	}
	w.counted(map[string]int{"zoom.delete": 1})
	w.must(w.zoom.EndMeeting(m.ID))
	w.wait(runningFor)
	w.fine(ada)
	w.live(ada, 0)
}

func TestARefusedCalendarWriteIsParked(t *testing.T) {
	for _, fault := range []string{"403", "400", "nonOrganizer"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a, b := w.event(ada, "a", 18), w.event(ada, "b", 20)
			w.fault("google.patch", fault, 1)
			w.fine(ada)
			w.linked(ada, b) // the other goes on
			w.fine(ada)      // what is refused once only is there at the next pass
			w.linked(ada, a)
			w.live(ada, 2)
			c := w.event(ada, "c", 16)
			w.fault("google.patch", fault, 100)
			w.reset()
			for range 24 * 4 {
				w.fine(ada)
				w.wait(15 * time.Minute)
			}
			w.counted(map[string]int{"google.patch": 9, "zoom.create": 1}) // after 0, ¼, ½, 1, 2, 4, 10, 16 and 22 hours
			w.desks[0].Disarm()
			w.wait(parkedFor)
			w.fine(ada)
			w.linked(ada, c)
			w.live(ada, 3)
		})
	}
}

func TestAnEventThatChangesWhileItIsWritten(t *testing.T) {
	t.Run("three times", func(t *testing.T) {
		w := newWorld(t)
		ada := w.person("ada")
		a := w.event(ada, "a", 10)
		w.fault("google.patch", "412", 3)
		w.fine(ada)
		w.linked(ada, a)
		w.live(ada, 1)
		w.counted(map[string]int{"zoom.create": 1, "google.patch": 4, "google.get": 3})
	})
	t.Run("for ever", func(t *testing.T) {
		w := newWorld(t)
		ada := w.person("ada")
		var events []string
		for hour := range 6 {
			events = append(events, w.event(ada, "event", 10+hour))
		}
		edits := 0
		w.ahead(func(c simulator.Call) { // the first is edited just before each of our writes
			if c.Operation == "google.patch" && strings.HasSuffix(c.Path, events[0]) {
				edits++
				w.must(w.google.Edit(ada.Email, events[0], googlesim.Change{Notes: ptr(strconv.Itoa(edits))}))
			}
		})
		if outcome := w.pass(ada); !strings.Contains(outcome.Error, "changed") || edits != replans {
			t.Errorf("after %d edits the pass says %q", edits, outcome.Error)
		}
		w.counted(map[string]int{"google.patch": 5 + replans, "zoom.create": 6})
		w.why(ada, events[0], plan.Conflict)
		for _, e := range events[1:] {
			w.linked(ada, e)
		}
		w.ahead(nil)
		w.wait(time.Minute)
		w.fine(ada)
		w.linked(ada, events[0])
		w.live(ada, 6)
	})
	t.Run("moved meanwhile", func(t *testing.T) {
		w := newWorld(t)
		ada := w.person("ada")
		a := w.event(ada, "a", 10)
		w.during("zoom.create", func() { w.must(w.google.Move(ada.Email, a, at(12), 0)) })
		w.fine(ada)
		w.linked(ada, a)
		w.live(ada, 1)
		w.settled(ada)
	})
	t.Run("cancelled meanwhile", func(t *testing.T) {
		w := newWorld(t)
		ada := w.person("ada")
		a := w.event(ada, "a", 10)
		w.during("zoom.create", func() { w.must(w.google.Cancel(ada.Email, a)) })
		w.fine(ada)
		w.live(ada, 0)
	})
}

// An update without an answer may have taken effect: when the event goes back to
// where it was, the meeting has to be moved back as well.
func TestAnUpdateWithoutAnAnswerIsNotForgotten(t *testing.T) {
	for _, fault := range []string{"lost", "slow", "503", "503-after", "reset", "html", "429", "400", "401"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 10)
			w.fine(ada)
			before := w.linked(ada, a)
			w.must(w.google.Move(ada.Email, a, at(14), 45))
			w.must(w.google.Edit(ada.Email, a, googlesim.Change{Title: ptr("b")}))
			w.fault("zoom.update", fault, 1)
			w.pass(ada)
			w.must(w.google.Move(ada.Email, a, before.Start, before.Minutes))
			w.must(w.google.Edit(ada.Email, a, googlesim.Change{Title: ptr("a")}))
			w.wait(time.Minute)
			w.fine(ada)
			after := w.linked(ada, a)
			if after.ID != before.ID || after.Topic != before.Topic || !after.Start.Equal(before.Start) || after.Minutes != before.Minutes {
				t.Errorf("the meeting is %q at %s for %d minutes", after.Topic, after.Start, after.Minutes)
			}
			w.settled(ada)
		})
	}
}

// That an event was not found proves nothing: its calendar may be out of reach.
func TestNotFoundIsNotDeleted(t *testing.T) {
	for _, fault := range []string{"404", "410"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 10)
			w.fine(ada)
			w.must(w.google.Edit(ada.Email, a, googlesim.Change{Notes: ptr("our block is gone")}))
			w.fault("google.patch", fault, 1)
			w.fault("google.get", fault, 1)
			w.fine(ada)
			w.live(ada, 1)
			w.why(ada, a, plan.CalError)
			w.fine(ada)
			w.linked(ada, a)
			w.live(ada, 1)
			w.settled(ada)
			b := w.event(ada, "b", 12) // what is removed from one event twice is left
			w.fine(ada)
			w.fault("google.patch", fault, 1)
			w.must(w.google.Edit(ada.Email, b, googlesim.Change{Notes: ptr("once more")}))
			w.fine(ada) // it stands as it was: written again at once
			w.linked(ada, b)
		})
	}
}

// An event that was to leave a meeting and could not be written still shows it.
func TestADeleteWaitsForTheEventThatStillShowsTheMeeting(t *testing.T) {
	for _, fault := range []string{"400", "403", "503", "reset", "412", "429", "scope"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			w.must(w.store.SetSettings(w.ctx, map[string]string{"reschedule": "renew"}))
			a := w.event(ada, "a", 18)
			w.fine(ada)
			first := w.linked(ada, a)
			w.must(w.google.Move(ada.Email, a, at(20), 0))
			w.fault("google.patch", fault, 4)
			w.pass(ada)
			if m, _ := w.zoom.Meeting(first.ID); !m.Live() {
				t.Error("the meeting that the event still shows was deleted")
			}
			w.desks[0].Disarm()
			w.wait(parkedFor + time.Minute)
			w.connect(ada, "google")
			w.pass(ada)
			w.fine(ada)
			w.linked(ada, a)
			w.live(ada, 1)
		})
	}
}

func TestAMeetingThatWasDeletedInZoom(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	var events []string
	for hour := range 6 {
		events = append(events, w.event(ada, "event", 10+hour))
	}
	w.fine(ada)
	for _, e := range events {
		w.must(w.zoom.DeleteMeeting(w.linked(ada, e).ID))
		w.must(w.google.Edit(ada.Email, e, googlesim.Change{Title: ptr("renamed")}))
	}
	w.reset()
	w.fine(ada)
	for _, e := range events {
		w.linked(ada, e)
	}
	// Each was found out by its update; of the old only the rows were left.
	w.counted(map[string]int{"zoom.update": 6, "zoom.create": 6, "google.patch": 6, "zoom.delete": 0})
	w.settled(ada)
}

func TestAnUnreachableProviderDoesNotHoldUpAPass(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	for hour := range 10 {
		w.event(ada, "event", 10+hour)
	}
	w.fault("zoom.create", "reset", 100)
	if outcome := w.pass(ada); outcome.Error == "" {
		t.Error("nothing is said")
	}
	w.counted(map[string]int{"zoom.create": silences})
}

func TestTwoPeopleNeverShare(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	a, b := w.event(ada, "a", 10), w.event(bob, "b", 10)
	w.fine(ada)
	w.fine(bob)
	if w.linked(ada, a).ID == w.linked(bob, b).ID {
		t.Error("two people share a meeting")
	}
	w.live(ada, 1)
	w.live(bob, 1)
}

func ptr[T any](v T) *T { return &v }
