package walk_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// printed are the addresses that the demo prints, by what they are.
var printed = map[string]*regexp.Regexp{
	"token":     regexp.MustCompile(`  token +(\S+)`),
	"google":    regexp.MustCompile(`  Google +(\S+)`),
	"microsoft": regexp.MustCompile(`  Outlook +(\S+)`),
	"zoom":      regexp.MustCompile(`  Zoom +(\S+)`),
	"play":      regexp.MustCompile(`  everything +(\S+)/`),
	"dashboard": regexp.MustCompile(`  dashboard +(\S+)/`),
}

// runDemo starts the demo, and takes what it prints at its word. In it nothing
// changes but what the test changes.
func runDemo(t *testing.T) *world {
	t.Helper()
	needsBrowser(t)
	w := &world{t: t, folder: t.TempDir(), log: &journal{}, urls: map[string]string{}}
	cmd := exec.Command(shared.binary, "demo", "--every", "24h")
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.folder, "TMPDIR=" + w.folder}
	w.keep(cmd)
	w.until("the demo says where everything is", func() error {
		for what, where := range printed {
			found := where.FindStringSubmatch(w.log.String())
			if found == nil {
				return fmt.Errorf("no %s yet", what)
			}
			w.urls[what] = found[1]
		}
		return nil
	})
	w.url, w.token = w.urls["dashboard"], w.urls["token"]
	delete(w.urls, "token")
	return w
}

// TestDemo plays with the demo as somebody does who has just started it: signs in
// on the dashboard, plays the owner of the calendar, and changes their mind.
func TestDemo(t *testing.T) {
	w := runDemo(t)
	tb, calendar := w.newTab(), w.newTab()
	tb.open(w.urls["play"])
	tb.see("Slotward’s demo", "Outlook calendar", "Zoom meetings")
	tb.shoot("demo")
	tb.press("Dashboard")
	tb.reads("/sign-in", "Sign in to Slotward")
	tb.press("Only sign in with Google")
	tb.consent("google", ada)
	tb.reads("/people/me/meetings", "Kickoff with Globex")
	tb.shoot("demo-meetings")
	calendar.open(w.urls["play"])
	calendar.press("Google calendar " + ada)
	calendar.press("Add an event")
	calendar.fill("Title", "Something sudden")
	calendar.fill("Guests", "guest@client.test")
	calendar.press("Add the event")
	calendar.see("The event is on the calendar.")
	tb.see("Something sudden")
	tb.press("Something sudden")
	tb.see("Has its link")
	tb.fill("For this meeting", "No link")
	tb.press("Show what would change")
	tb.press("Do it", ".note")
	tb.see("It should show no link.")
	tb.shoot("demo-chosen")
	tb.arrange()
	calendar.open(w.urls["play"])
	calendar.press("Zoom meetings " + ada)
	calendar.see("Kickoff with Globex")
	calendar.shoot("demo-zoom")
	if strings.Contains(w.log.String(), "level=ERROR") {
		t.Error("the demo complains")
	}
}
