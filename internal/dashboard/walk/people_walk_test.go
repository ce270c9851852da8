package walk_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"slotward/internal/simulator/microsoft"
)

// allowed lets people of one organisation sign in, by their addresses.
const allowed = "SLOTWARD_SIGN_IN_ALLOW=" + ada + "," + bob

// week fills somebody's Google calendar with what a week has, all of it booked
// days ago.
func (w *world) week(account string) {
	w.t.Helper()
	for _, e := range []struct {
		title string
		after time.Duration
		guest string
	}{
		{"Kick-off with Acme", 2 * time.Hour, "guest@client.test"},
		{"Lunch alone", 4 * time.Hour, ""},
		{"Design sync", 5 * time.Hour, bob}, // two events in one slot share a link
		{"Design sync with the agency", 5 * time.Hour, "agency@client.test"},
		{"Quarterly review", 28 * time.Hour, "guest@client.test"},
		{"Call with the lawyer, by phone", 50 * time.Hour, "lawyer@client.test"},
		{"Interview: designer", 53 * time.Hour, "guest@client.test"},
		{"Contract questions", 75 * time.Hour, "guest@client.test"},
		{"Project check-in", 79 * time.Hour, "guest@client.test"},
	} {
		var guests []string
		if e.guest != "" {
			guests = []string{e.guest}
		}
		w.booked(account, e.title, e.after, began.Add(-72*time.Hour), guests...)
	}
}

// signIn signs somebody in with Google, and connects their calendar with it.
func (tb *tab) signIn(account string) {
	tb.t.Helper()
	tb.open("/")
	tb.reads("/sign-in", "Sign in to Slotward")
	tb.press("Sign in with Google and connect my calendar")
	tb.consent("google", account)
	tb.reads("/people/me/welcome", "Welcome")
}

// ready brings somebody to where links are kept: signed in, with a Google calendar
// and Zoom connected, and events that were there before included.
func (tb *tab) ready(account string) {
	tb.t.Helper()
	tb.signIn(account)
	tb.press("Keep these")
	tb.see("Those calendars are kept from now on.")
	tb.press("Connect Zoom")
	tb.consent("zoom", account)
	tb.reads("/people/me/welcome", "The account is connected.")
	tb.foreseen()
	tb.press("Yes, those too")
	tb.see("The events already there get their links")
	tb.idle()
}

// TestConnectAndSee is the way of somebody who comes for the first time: from
// signing in to links that are kept, and to everything that can be done with them.
func TestConnectAndSee(t *testing.T) {
	w := newWorld(t, allowed)
	w.week(ada)
	_, err := w.microsoft.Insert(ada, microsoft.NewEvent{Title: "Budget round", Start: began.Add(51 * time.Hour), Minutes: 30, Guests: []string{bob}, Teams: true, Created: began.Add(-72 * time.Hour)})
	w.must(err)
	w.must(w.google.AddCalendar(ada, "c_team@group.calendar.google.com", "Team", "Europe/Vienna", "owner"))
	tb := w.newTab()
	tb.arrive()
	tb.meet()
	tb.arrange()
	tb.readOn()
	tb.release()
	tb.leave()
}

// arrive signs in, connects three accounts and watches the first links appear.
func (tb *tab) arrive() {
	tb.t.Helper()
	tb.open("/")
	tb.reads("/sign-in", "Sign in to Slotward")
	tb.shoot("sign-in")
	tb.press("Sign in with Google and connect my calendar")
	tb.chooseAccount("google", ada)
	tb.shoot("consent-google")
	tb.press("Continue")
	tb.reads("/people/me/welcome", "Welcome, Ada Lovelace")
	tb.shoot("welcome")
	tb.press("Connect another Outlook Calendar")
	tb.consent("microsoft", ada)
	tb.reads("/people/me/welcome", "The account is connected.")
	tb.press("Team", "#step-choose")
	tb.press("Keep these")
	tb.see("Those calendars are kept from now on.")
	tb.press("Connect Zoom")
	tb.chooseAccount("zoom", ada)
	tb.shoot("consent-zoom")
	tb.press("Allow")
	tb.reads("/people/me/welcome", "8 of the events already there would get a link")
	tb.shoot("welcome-existing")
	tb.press("Yes, those too")
	tb.see("The events already there get their links", "Has its link")
	tb.idle()
	tb.shoot("welcome-links")
	tb.press("Go to my meetings")
	tb.reads("/people/me/meetings", "Kick-off with Acme", "Budget round")
}

// meet looks at meetings, and chooses another link for one of them.
func (tb *tab) meet() {
	tb.t.Helper()
	tb.see("Has its link", "Left as it is")
	tb.shoot("meetings")
	tb.readme("meetings")
	tb.fill("Title", "Quarterly", "form.filter")
	tb.press("Show", "form.filter")
	tb.see("Quarterly review", "Show all")
	tb.press("Quarterly review")
	tb.see("What it shows", "What comes next")
	tb.shoot("meeting")
	tb.copyByHand()
	tb.fill("For this meeting", "Google Meet")
	tb.press("Show what would change")
	tb.see("would mean:")
	tb.shoot("meeting-choice")
	tb.press("Do it", ".note")
	tb.idle()
	tb.until("the event shows Google Meet", func() error { return tb.shows(ada, "Quarterly review", "meet.google.com") })
	tb.press("Check now")
	tb.see("Google Meet")
	tb.shoot("meeting-chosen")
	tb.press("← Meetings")
	tb.reads("/people/me/meetings")
}

// copyByHand copies a link as over plain HTTP, where no page may write to the
// clipboard: it is selected, to be copied by whoever pressed the button.
func (tb *tab) copyByHand() {
	tb.t.Helper()
	var done bool
	tb.must(tb.look(`() => { Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true }); return true; }`, &done))
	tb.press("Copy link")
	tb.see("Selected: copy it")
	tb.must(tb.look(`() => getSelection().toString() === document.getElementById("link").textContent`, &done))
	if !done {
		tb.fail("the link is not selected")
	}
}

// shows reports whether an event of somebody's has something in it.
func (w *world) shows(account, title, what string) error {
	events, err := w.google.Events(account)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Title == title && strings.Contains(e.Location+e.Description+e.HangoutLink+e.Conference, what) {
			return nil
		}
	}
	return fmt.Errorf("%s does not show %s", title, what)
}

// arrange pauses, disconnects and reconnects.
func (tb *tab) arrange() {
	tb.t.Helper()
	tb.press("Conferencing", "nav")
	tb.reads("/people/me/conferencing", "Zoom today")
	tb.shoot("conferencing")
	tb.readme("conferencing")
	tb.press("Pause")
	tb.see("No event gets a new link until you resume.")
	tb.shoot("paused")
	tb.press("Resume")
	tb.see("Events get their links again.")
	tb.press("Disconnect Zoom")
	tb.see("What is to become of the links")
	tb.foreseen()
	tb.shoot("disconnect-dialog")
	tb.press("Keep it connected")
	tb.press("Disconnect Zoom")
	tb.press("Disconnect", "dialog form")
	tb.see("The account is disconnected.")
	tb.shoot("disconnected")
	tb.press("Disconnected accounts")
	tb.press("Connect again")
	tb.consent("zoom", ada)
	tb.reads("/people/me/conferencing", "The account is connected.")
	tb.idle()
}

// readOn looks at the pages that only tell, and takes the data along.
func (tb *tab) readOn() {
	tb.t.Helper()
	for _, p := range []struct{ title, path, says string }{
		{"Preview", "preview", "Nothing would be done."},
		{"Activity", "activity", "Activity"},
		{"Help", "help", "Why does my event have no link"},
		{"My data", "data", "Download everything"},
	} {
		tb.press(p.title, "nav")
		tb.reads("/people/me/"+p.path, p.says)
		tb.shoot(p.path)
	}
	tb.export()
}

// export downloads what is stored and reads it.
func (tb *tab) export() {
	tb.t.Helper()
	folder := tb.t.TempDir()
	_, err := chromedp.CallBrowser(tb.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chromedp.FromContext(tb.ctx).BrowserContextID, DownloadPath: folder,
	})
	tb.must(err)
	tb.press("Download everything")
	tb.until("the file is there", func() error {
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil || len(files) != 1 {
			return fmt.Errorf("%v: %w", files, err)
		}
		content, err := os.ReadFile(files[0])
		var all map[string]any
		if err == nil {
			err = json.Unmarshal(content, &all)
		}
		if err == nil && !strings.Contains(string(content), "Kick-off with Acme") {
			err = fmt.Errorf("the file does not tell of the events")
		}
		return err
	})
}

// release changes what events get, meets the brake, and releases it.
func (tb *tab) release() {
	tb.t.Helper()
	tb.press("Conferencing", "nav")
	tb.press("Change the order and other choices")
	tb.reads("/people/me/conferencing/settings")
	tb.shoot("choices")
	tb.press("This order:")
	tb.press("Zoom", "ol.order") // no longer
	tb.press("Show what this changes", ".row")
	tb.see("What this would change")
	tb.shoot("choices-foreseen")
	tb.press("Save", "#foreseen")
	tb.see("Saved. The next pass goes by it.")
	tb.idle()
	tb.press("Preview", "nav")
	tb.reads("/people/me/preview", "Held back:")
	tb.shoot("preview-held")
	tb.press("Release them")
	tb.see("gone for good")
	tb.shoot("preview-release")
	tb.press("Yes, release them")
	tb.idle()
	tb.until("the event shows Google Meet", func() error { return tb.shows(ada, "Kick-off with Acme", "meet.google.com") })
}

// leave deletes everything.
func (tb *tab) leave() {
	tb.t.Helper()
	tb.press("My data", "nav")
	tb.press("Delete everything")
	tb.see("Are you sure?")
	tb.shoot("delete")
	tb.fill("Type "+ada, ada)
	tb.press("Delete everything")
	tb.see("Everything is deleted", "you are signed out")
	tb.shoot("deleted")
	tb.open("/people/me/meetings")
	tb.reads("/sign-in")
}
