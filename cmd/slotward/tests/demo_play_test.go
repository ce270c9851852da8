package slotward_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/browser"
	"slotward/internal/workday"
)

// Somebody opens the demo's first page, and plays Ada: an event with a guest
// gets its link, a Zoom meeting that is deleted by hand is made anew.
func TestDemoIsPlayed(t *testing.T) {
	r := program{}.start(t, "demo", "--every", "1h")
	r.says("keeps running")
	start := regexp.MustCompile(`everything  (http://127\.0\.0\.1:\d+/)`).FindStringSubmatch(r.out.String())
	if start == nil {
		t.Fatal(r.out.String())
	}
	contains(t, r.out.String(), "(sign in as ada@acme.test or bob@acme.test or mia@globex.test)")
	b := browser.New()
	page := func(p browser.Page, err error) browser.Page {
		t.Helper()
		if err != nil || p.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", p.Response, err)
		}
		return p
	}
	first := page(b.Open(t.Context(), start[1]))
	contains(t, first.Words(), "Dashboard sign in as ada@acme.test", "Google calendar ada@acme.test", "Outlook calendar bob@museum.test", "Zoom meetings mia@globex.test")

	week := page(b.Follow(t.Context(), first, "Google calendar ada@acme.test"))
	p := page(b.Submit(t.Context(), page(b.Follow(t.Context(), week, "Add an event")), "new", url.Values{
		"title": {"Played by hand"}, "date": {workday.After(time.Now(), 9).Format(time.DateOnly)}, "time": {"13:15"}, "guests": {"guest@client.test"},
	}))
	r.says(`puts the link on "Played by hand"`)
	p = page(b.Open(t.Context(), p.Request.URL.String()))
	link := regexp.MustCompile(`https://us02web\.zoom\.us/j/(\d+)`).FindStringSubmatch(p.Text)
	if link == nil || strings.Contains(p.Text, "meet.google.com") {
		t.Fatalf("%s", p.Words())
	}

	zoom := page(b.Follow(t.Context(), first, "Zoom meetings ada@acme.test"))
	contains(t, zoom.Words(), "Played by hand", link[1])
	told := strings.Count(r.out.String(), `makes a Zoom meeting for "Played by hand"`)
	page(b.Submit(t.Context(), zoom, "delete-"+link[1], nil))
	if !r.out.wait(func(out string) bool {
		return strings.Count(out, `makes a Zoom meeting for "Played by hand"`) > told
	}) {
		t.Fatal(r.out.String())
	}
	// Without its app Zoom makes no more meetings, and the demo goes on.
	page(b.Submit(t.Context(), page(b.Open(t.Context(), zoom.Request.URL.String())), "remove-slotward-demo", nil))
	if got := r.stop(); got.code != 0 || !strings.Contains(got.out, "That was it.") {
		t.Errorf("%+v", got)
	}
}
