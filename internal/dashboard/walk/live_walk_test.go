package walk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// soon is how long after a pass its outcome may take to show.
const soon = time.Second

// TestLive changes a calendar on its provider's own page, and sees it on a page
// that was open all the time.
func TestLive(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(ada)
	tb, calendar := w.newTab(), w.newTab()
	tb.ready(ada)
	tb.open("/people/me/meetings")
	tb.see("Kick-off with Acme")
	tb.must(tb.look(`() => { window.stayed = true; return true; }`, new(bool)))
	calendar.open(w.urls["google"] + "/")
	calendar.press("Ada")
	calendar.shoot("simulated-calendar")
	calendar.press("Add an event")
	calendar.fill("Title", "Something sudden")
	calendar.fill("Guests", "guest@client.test")
	calendar.shoot("simulated-event")
	calendar.press("Add the event")
	calendar.see("The event is on the calendar.")
	w.pass()
	after := time.Now()
	tb.see("Something sudden")
	if took := time.Since(after); took > soon {
		t.Errorf("it took %s to show", took)
	}
	var stayed bool
	tb.must(tb.look(`() => window.stayed === true`, &stayed))
	if !stayed {
		t.Error("the page was loaded anew")
	}
	tb.press("Check the calendars now")
	tb.see("everything is as it should be")
	tb.shoot("checked")
	tb.keepsItsPlace()
}

// keepsItsPlace goes to a link with the keyboard, and is still there when the page
// has changed around it.
func (tb *tab) keepsItsPlace() {
	tb.t.Helper()
	tb.tabTo("Design sync with the agency")
	tb.book(ada, "Something before it", 3*time.Hour, "guest@client.test")
	tb.pass()
	tb.see("Something before it")
	tb.has("Design sync with the agency")
}

// TestKeyboard goes the way without a mouse.
func TestKeyboard(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(ada)
	tb := w.newTab()
	tb.open("/sign-in")
	tb.key(kb.Tab)
	tb.has("Skip to the content")
	tb.enter()
	tb.tabTo("Sign in with Google and connect my calendar")
	tb.enter()
	tb.chooseAccount("google", ada)
	tb.tabTo("Continue")
	tb.enter()
	tb.reads("/people/me/welcome")
	tb.tabTo("Keep these")
	tb.enter()
	tb.see("Those calendars are kept from now on.")
	tb.tabTo("Connect Zoom")
	tb.enter()
	tb.chooseAccount("zoom", ada)
	tb.tabTo("Allow")
	tb.enter()
	tb.reads("/people/me/welcome")
	tb.foreseen()
	tb.tabTo("Yes, those too")
	tb.enter()
	tb.see("The events already there get their links")
	tb.idle()
	tb.tabTo("Meetings")
	tb.enter()
	tb.reads("/people/me/meetings")
	tb.tabTo("Conferencing")
	tb.enter()
	tb.reads("/people/me/conferencing")
	tb.tabTo("Disconnect Zoom")
	tb.enter()
	tb.see("What is to become of the links")
	tb.key(kb.Escape)
	tb.has("Disconnect Zoom")
	tb.enter()
	tb.see("What is to become of the links")
	tb.foreseen()
	tb.tabTo("Disconnect")
	tb.enter()
	tb.see("The account is disconnected.")
}

// has waits until something is focused that is called so.
func (tb *tab) has(words string) {
	tb.t.Helper()
	tb.until("focus on "+words, func() error {
		var now string
		if err := tb.look(focused, &now); err != nil || strings.HasPrefix(now, words) {
			return err
		}
		return fmt.Errorf("it is on %q", now)
	})
}
