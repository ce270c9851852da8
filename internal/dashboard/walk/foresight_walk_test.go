package walk_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"slotward/internal/simulator"
)

// reading holds up whoever reads a Google calendar.
type reading struct {
	mu   sync.Mutex
	gate chan struct{} // nil: open
}

// hold keeps calendars from being read until let.
func (r *reading) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gate = make(chan struct{})
}

func (r *reading) let() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gate != nil {
		close(r.gate)
		r.gate = nil
	}
}

// pass waits until calendars may be read.
func (r *reading) pass(c simulator.Call) {
	r.mu.Lock()
	gate := r.gate
	r.mu.Unlock()
	if gate != nil && c.Operation == "google.list" {
		<-gate
	}
}

// TestForeseenLater asks what changes would lead to while Google takes its time:
// the page is there before the numbers, and they come by themselves, on a page,
// into a form and into a dialog.
func TestForeseenLater(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(ada)
	w.must(w.google.AddCalendar(ada, "team@acme.test", "Team", "Europe/Vienna", "owner"))
	r := &reading{}
	w.desks["google"].Before = r.pass
	t.Cleanup(r.let)
	tb := w.newTab()

	r.hold()
	tb.signIn(ada)
	tb.press("Keep these")
	tb.see("Those calendars are kept from now on.")
	tb.press("Connect Zoom")
	tb.consent("zoom", ada)
	tb.worksOut("No, only new ones")
	r.let()
	tb.see("of the events already there would get a link")
	tb.press("Yes, those too")
	tb.see("The events already there get their links")
	tb.idle()

	r.hold()
	tb.open("/people/me/conferencing/calendars/2")
	tb.press("Yes, and for the events already there")
	tb.press("Show what this changes", ".row")
	tb.worksOut("Nothing of it is saved yet.")
	r.let()
	tb.see("Nothing changes for the events that there are now.", "Nothing of it is saved yet.")
	tb.shoot("choices-foreseen-later")
	r.hold()
	tb.press("Save", "#foreseen")
	tb.reads("/people/me/conferencing", "Saved.")

	tb.press("Disconnect Zoom")
	tb.worksOut("Keep it connected")
	r.let()
	tb.see("Leave all links where they are", "Take the links off upcoming events first")
	tb.press("Keep it connected", "dialog")
	tb.press("Disconnect Zoom")
	tb.press("Disconnect", "dialog form")
	tb.see("The account is disconnected.")
}

// worksOut waits until the page says that it is being worked out what a change
// would lead to, and has something all the same. It does not stand still meanwhile.
func (tb *tab) worksOut(besides string) {
	tb.t.Helper()
	tb.until("the page is there before the numbers", func() error {
		var text string
		if err := tb.look(says, &text); err != nil {
			return err
		}
		if !strings.Contains(text, "is being worked out") || !strings.Contains(text, besides) {
			return errors.New(text)
		}
		return nil
	})
}

// foreseen waits until it is told what a change would lead to. Without JavaScript
// somebody has to look again for that.
func (tb *tab) foreseen() {
	tb.t.Helper()
	tb.until("it is told what comes of it", func() error {
		var text string
		if err := tb.stands(); err != nil {
			return err
		}
		if err := tb.look(says, &text); err != nil || !strings.Contains(text, "is being worked out") {
			return err
		}
		if strings.Contains(text, "Look again") {
			tb.press("Look again")
		}
		return errors.New("it is being worked out")
	})
}
