package walk_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestWithoutScripts does everything but watching with JavaScript turned off.
func TestWithoutScripts(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(ada)
	tb := w.newTab()
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tb.ready(ada)
	tb.open("/people/me/meetings")
	tb.see("Kick-off with Acme")
	tb.picture("plain-meetings")
	w.book(ada, "Call with a new client", 30*3600e9, "new@client.test")
	tb.press("Check the calendars now")
	tb.see("Call with a new client")
	tb.press("Call with a new client")
	tb.fill("For this meeting", "Google Meet")
	tb.press("Show what would change")
	tb.foreseen()
	tb.press("Do it", ".note")
	tb.idle()
	tb.until("the event shows Google Meet", func() error { return w.shows(ada, "Call with a new client", "meet.google.com") })
	tb.open("/people/me/conferencing")
	tb.press("Pause")
	tb.see("No event gets a new link until you resume.")
	tb.press("Resume")
	tb.press("Disconnect Zoom")
	tb.see("What is to become of the links")
	tb.foreseen()
	tb.picture("plain-disconnect")
	tb.press("Disconnect", "main form")
	tb.see("The account is disconnected.")
	tb.press("Disconnected accounts")
	tb.press("Connect again")
	tb.consent("zoom", ada)
	tb.reads("/people/me/conferencing", "The account is connected.")
	tb.idle()
	tb.order()
	tb.press("Preview", "nav")
	tb.press("Release them")
	tb.press("Yes, release them")
	tb.idle()
	tb.until("the event shows Google Meet", func() error { return w.shows(ada, "Kick-off with Acme", "meet.google.com") })
	tb.press("Activity", "nav")
	tb.press("Help", "nav")
	tb.fill("Why does my event have no link", "lawyer")
	tb.press("Find out")
	tb.see("Events with “lawyer”")
	tb.press("My data", "nav")
	tb.press("Delete everything")
	tb.see("What that means")
	tb.foreseen()
	tb.fill("Type "+ada, ada)
	tb.press("Delete everything")
	tb.see("Everything is deleted")
}

// order puts the calendar's own link before Zoom, with the buttons.
func (tb *tab) order() {
	tb.t.Helper()
	tb.press("Change the order and other choices")
	tb.press("This order:")
	tb.press("Move Zoom down")
	tb.see("Show what this changes")
	tb.press("Save", ".card .row")
	tb.see("Saved. The next pass goes by it.")
	tb.idle()
}
