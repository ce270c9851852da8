package reconciler

import (
	"strings"
	"testing"
	"time"

	googlesim "slotward/internal/simulator/google"
	"slotward/reconciler/plan"
	"slotward/store"
)

// interruptions are what people do in the API while a pass runs. The API ends
// the pass's lease after each.
var interruptions = map[string]func(*world, *somebody) error{
	"pause": func(w *world, p *somebody) error {
		_, err := w.store.UpdatePerson(w.ctx, p.ID, func(p *store.Person) error { p.Paused = true; return nil })
		return err
	},
	"settings": func(w *world, _ *somebody) error {
		return w.store.SetSettings(w.ctx, map[string]string{"prefer": "none"})
	},
	"calendar off": func(w *world, p *somebody) error {
		_, err := w.store.UpdateCalendar(w.ctx, p.calendar.ID, func(c *store.Calendar) error { c.On = false; return nil })
		return err
	},
	"disconnect zoom":   func(w *world, p *somebody) error { return w.store.Disconnect(w.ctx, p.zoom.ID) },
	"disconnect google": func(w *world, p *somebody) error { return w.store.Disconnect(w.ctx, p.google.ID) },
}

// TestAChangeDuringAPassHoldsBeforeTheNextWrite interrupts a pass while it reads
// and while it writes; nothing more is written than the call in flight.
func TestAChangeDuringAPassHoldsBeforeTheNextWrite(t *testing.T) {
	for name, change := range interruptions {
		for _, moment := range []struct {
			operation string
			writes    int
		}{{"google.list", 0}, {"zoom.create", 1}, {"google.patch", 3}} {
			t.Run(name+" at "+moment.operation, func(t *testing.T) {
				w := newWorld(t)
				ada := w.person("ada")
				w.event(ada, "a", 10)
				w.event(ada, "b", 12)
				w.during(moment.operation, func() {
					w.must(change(w, ada))
					w.must(w.store.Interrupt(w.ctx, ada.ID))
				})
				w.pass(ada)
				w.counted(map[string]int{"write": moment.writes})
				// What the call in flight did is found again, and nothing is doubled.
				w.reset()
				w.fine(ada)
				w.fine(ada)
				if name == "pause" || name == "settings" {
					w.counted(map[string]int{"zoom.create": 0})
				}
				if n := len(w.zoom.Meetings(ada.Email)); n > 2 {
					t.Errorf("%d meetings for two events", n)
				}
			})
		}
	}
}

// An account may be gone when a pass begins that still knows of it: nothing has
// failed then.
func TestAPassIsQuietAboutAnAccountThatIsGone(t *testing.T) {
	for _, moment := range []string{"before it reads", "google.list", "zoom.create"} {
		for _, provider := range []string{"google", "zoom"} {
			t.Run(provider+" "+moment, func(t *testing.T) {
				w := newWorld(t)
				ada := w.person("ada")
				w.event(ada, "a", 10)
				gone := map[string]store.Connection{"google": ada.google, "zoom": ada.zoom}[provider]
				lease := w.lease(ada)
				p, err := w.r.newPass(w.ctx, lease)
				w.must(err)
				disconnect := func() { w.must(w.store.Disconnect(w.ctx, gone.ID)) }
				if moment == "before it reads" {
					disconnect()
				} else {
					w.during(moment, disconnect)
				}
				if out := w.r.outcome(lease, p, p.survive(w.ctx)); out.Error != "" || out.Failures != 0 {
					t.Errorf("the pass failed: %s", out.Error)
				}
				if log := w.log.String(); strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
					t.Error(log)
				}
				w.state(gone, store.Disconnected)
				if c, err := w.store.Calendar(w.ctx, ada.calendar.ID); err != nil || c.Error != "" {
					t.Errorf("%q %v", c.Error, err)
				}
			})
		}
	}
}

func TestAPersonRemovedDuringAPass(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.event(ada, "a", 10)
	w.during("google.list", func() { w.must(w.store.DeletePerson(w.ctx, ada.ID)) })
	lease := w.lease(ada)
	w.r.Pass(w.ctx, lease)
	w.counted(map[string]int{"write": 0})
}

// A process that lost its lease after a create writes nothing more; the next
// finds the meeting by its reference.
func TestALostLeaseLeavesAMeetingToBeFound(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	w.during("zoom.create", func() { w.must(w.store.Interrupt(w.ctx, ada.ID)) })
	w.pass(ada)
	if snap := w.load(ada); len(snap.Meetings) != 0 || len(snap.Intents) != 1 || len(snap.Decisions) != 0 {
		t.Errorf("written without a lease: %d meetings, %d intents, %d decisions", len(snap.Meetings), len(snap.Intents), len(snap.Decisions))
	}
	w.fine(ada)
	w.linked(ada, a)
	w.live(ada, 1)
	w.counted(map[string]int{"zoom.create": 1, "zoom.list": 1})
	w.settled(ada)
}

func TestTheBudgetAcrossMidnight(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.DailyLimit = 2 })
	ada := w.person("ada")
	w.clock.Set(at(0).Add(-30 * time.Second))
	events := []string{w.event(ada, "third", 14), w.event(ada, "first", 10), w.event(ada, "second", 12)}
	outcome := w.fine(ada)
	w.linked(ada, events[1])
	w.linked(ada, events[2])
	w.why(ada, events[0], plan.DailyLimit)
	if !outcome.NextAt.Equal(at(0)) {
		t.Errorf("due again at %s", outcome.NextAt)
	}
	w.clock.Set(at(0))
	w.fine(ada)
	w.linked(ada, events[0])
	w.counted(map[string]int{"zoom.create": 3})
}

// A pass that goes on past midnight counts on the day on which it writes.
func TestAPassPastMidnightSpendsTheNewDay(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.DailyLimit = 2 })
	ada := w.person("ada")
	w.clock.Set(at(0).Add(-time.Second))
	w.event(ada, "a", 10)
	w.event(ada, "b", 12)
	w.during("google.list", func() { w.wait(2 * time.Second) })
	w.fine(ada)
	c := w.event(ada, "c", 14)
	w.fine(ada)
	w.why(ada, c, plan.DailyLimit)
	w.counted(map[string]int{"zoom.create": 2})
}

// The host's day is spent by somebody else, a second before Zoom's midnight, and
// our clock is ten minutes off.
func TestADayThatIsSpentWhileTheClocksDisagree(t *testing.T) {
	for _, skew := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		t.Run(skew.String(), func(t *testing.T) {
			var w *world
			w = newWorld(t, func(o *Options) { o.Now = func() time.Time { return w.clock.Now().Add(skew) } })
			ada := w.person("ada")
			w.clock.Set(at(0).Add(-time.Second))
			w.must(w.zoom.SpendElsewhere(ada.Email, 100))
			a := w.event(ada, "a", 10)
			outcome := w.fine(ada)
			w.why(ada, a, plan.DailyLimit)
			wait := outcome.NextAt.Sub(w.r.Now())
			if wait > time.Second {
				t.Errorf("it waits %s, and Zoom's day begins in a second", wait)
			}
			w.wait(time.Second)
			w.fine(ada)
			w.linked(ada, a)
			w.counted(map[string]int{"zoom.create": 2})
		})
	}
}

func TestAClockThatJumps(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, -time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 10)
			w.during("zoom.create", func() { w.wait(jump) })
			w.fine(ada)
			w.linked(ada, a)
			w.live(ada, 1)
			b := w.event(ada, "b", 12)
			w.during("google.list", func() { w.wait(-jump) })
			w.fine(ada)
			w.linked(ada, b)
			w.live(ada, 2)
			w.fine(ada)
			w.settled(ada)
		})
	}
}

// A wait that was told before the clock was set back does not last for a day more.
func TestAWaitAfterTheClockWasSetBack(t *testing.T) {
	var waits waits
	waits.put("zoom", result{reason: plan.RateLimited, until: monday.Add(time.Hour)})
	if _, ok := waits.get("zoom", monday); !ok {
		t.Error("it does not wait")
	}
	if _, ok := waits.get("zoom", monday.Add(-48*time.Hour)); ok {
		t.Error("it waits for two days")
	}
	waits.put("zoom", result{until: monday.Add(time.Hour)})
	if _, ok := waits.get("zoom", monday.Add(time.Hour)); ok {
		t.Error("it waits past the end")
	}
}

func TestRetryAfterIsRespected(t *testing.T) {
	for value, wait := range map[string]time.Duration{"7200": 2 * time.Hour, "1.5": 1500 * time.Millisecond, "-5": time.Second, "31536000": 24 * time.Hour} {
		t.Run(value, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 60)
			w.fault("google.list", "429:"+value, 1)
			if outcome := w.fine(ada); outcome.Failures != 0 || outcome.NextAt.After(w.clock.Now().Add(15*time.Minute)) {
				t.Errorf("the outcome is %+v", outcome)
			}
			asked := w.count("google.list")
			w.wait(wait - time.Millisecond)
			w.fine(ada)
			w.counted(map[string]int{"google.list": asked})
			w.wait(time.Millisecond)
			w.fine(ada)
			w.linked(ada, a)
		})
	}
}

func TestACalendarThatCannotBeReadLeavesTheOthers(t *testing.T) {
	for fault, times := range map[string]int{"403": 1, "404": 1, "400": 1, "html": 3, "503": 3} { // read again at once when it may pass
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			w.must(w.google.AddCalendar(ada.Email, "team", "Team", "UTC", "owner"))
			listed, err := w.r.Refresh(w.ctx, ada.google.ID)
			w.must(err)
			for _, c := range listed {
				w.alter(c.ID, func(c *store.Calendar) { c.On = true })
			}
			a := w.event(ada, "a", 10)
			other, err := w.google.Insert("team", googlesim.NewEvent{Title: "b", Start: at(12), Minutes: 30, Guests: []string{"bob@client.test"}})
			w.must(err)
			w.fault("google.list", fault, times)
			w.pass(ada)
			w.live(ada, 1)
			w.wait(15 * time.Minute)
			w.fine(ada)
			w.fine(ada)
			w.live(ada, 2)
			w.linked(ada, a)
			if e, err := w.google.Event("team", other); err != nil || e.Location == "" {
				t.Errorf("the other calendar's event shows %q, %v", e.Location, err)
			}
			for _, c := range w.load(ada).Calendars {
				if c.Error != "" {
					t.Errorf("calendar %s still says %q", c.Name, c.Error)
				}
			}
		})
	}
}
