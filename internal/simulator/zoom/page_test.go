package zoom_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/browser"
	"slotward/internal/simulator/zoom"
)

// visit is somebody with a browser before Zoom.
type visit struct {
	*world
	*browser.Browser
}

func newVisit(t *testing.T) visit { return visit{newWorld(t), browser.New()} }

func (v visit) open(path string) browser.Page {
	v.t.Helper()
	return v.good(v.Open(v.t.Context(), v.base+path))
}

func (v visit) good(p browser.Page, err error) browser.Page {
	v.t.Helper()
	if err != nil || p.StatusCode != http.StatusOK {
		v.t.Fatalf("%v %v: %s", p.Response, err, p.Text)
	}
	return p
}

// send sends a form, which must work.
func (v visit) send(p browser.Page, form string, values url.Values) browser.Page {
	v.t.Helper()
	return v.good(v.Submit(v.t.Context(), p, form, values))
}

const adas = zoom.People + ada

func wantWords(t *testing.T, p browser.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Words(), w) {
			t.Errorf("the page does not say %q: %s", w, p.Words())
		}
	}
}

func TestPageOfMeetings(t *testing.T) {
	v := newVisit(t)
	v.s.AddAccount("bob@acme.test", "Bob")
	_, err := v.s.Make("bob@acme.test", "Bob's own", dawn.Add(time.Hour), 30)
	if err != nil {
		t.Fatal(err)
	}
	past, err := v.s.Make(ada, "Long ago", dawn.Add(-48*time.Hour), 30)
	if err != nil {
		t.Fatal(err)
	}
	id := v.create(`{"topic":"<script>alert(1)</script>","type":2,"start_time":"` + dawn.Add(26*time.Hour).Format(time.RFC3339) + `","duration":45}`)
	open := v.create(`{"topic":"Standup","type":3}`)
	p := v.good(v.Follow(t.Context(), v.open("/"), "Ada Lovelace "+ada))
	wantWords(t, p, "Meetings of Ada Lovelace", "zone UTC", "Nothing here reaches Zoom", "<script>alert(1)</script>", dawn.Add(26*time.Hour).Format("Mon 2 Jan 2006, 15:04")+", 45 minutes",
		fmt.Sprintf("scheduled meeting, %d", id), fmt.Sprintf("recurring meeting without fixed times, %d", open), "at any time", fmt.Sprintf("https://us02web.zoom.us/j/%d", id))
	for _, not := range []string{"<script", "Bob's", "Long ago", "zak", fmt.Sprint(past)} {
		if strings.Contains(p.Text, not) {
			t.Errorf("it says %q", not)
		}
	}
	if policy := p.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(p.Text, "style=") {
		t.Error(policy)
	}
}

func TestPageActsOnMeetings(t *testing.T) {
	v := newVisit(t)
	id := v.create(`{"topic":"Plan","type":2,"start_time":"` + dawn.Add(26*time.Hour).Format(time.RFC3339) + `","duration":45}`)
	named := func(form string) string { return fmt.Sprintf("%s-%d", form, id) }
	meeting := func() map[string]any { return v.ok("GET", path(id), "", 200).body }

	p := v.good(v.Follow(t.Context(), v.open(adas), "Plan"))
	tomorrow := dawn.Add(50 * time.Hour)
	p = v.send(p, "edit", url.Values{"topic": {"Plan B"}, "date": {tomorrow.Format(time.DateOnly)}, "time": {tomorrow.Format("15:04")}, "minutes": {"60"}})
	wantWords(t, p, "The meeting was changed.", "Plan B", tomorrow.Format("15:04")+", 60 minutes")
	if m := meeting(); m["topic"] != "Plan B" || m["start_time"] != tomorrow.UTC().Format("2006-01-02T15:04:05Z") || m["duration"] != 60.0 {
		t.Errorf("%v", m)
	}
	p = v.send(v.good(v.Follow(t.Context(), p, "Plan B")), "edit", nil)
	wantWords(t, p, "nothing was changed")

	p = v.send(p, named("start"), nil)
	wantWords(t, p, "The meeting is running.", "Plan B · running now")
	if m := meeting(); m["status"] != "started" {
		t.Errorf("%v", m["status"])
	}
	refused, err := v.Submit(t.Context(), p, named("delete"), nil)
	if err != nil || refused.StatusCode != http.StatusConflict {
		t.Errorf("%v, %v", refused.Response, err)
	}
	wantWords(t, refused, "is running")
	wantWords(t, v.send(p, named("end"), nil), "The meeting has ended.")
	if m := meeting(); m["status"] != "waiting" {
		t.Errorf("%v", m["status"])
	}
	wantWords(t, v.send(v.open(adas), named("delete"), nil), "The meeting was deleted.", "There are none.")
	v.refused("GET", path(id), "", 404, 3001)
}

func TestPageSchedules(t *testing.T) {
	v := newVisit(t)
	at := dawn.Add(3 * time.Hour)
	p := v.send(v.open(adas), "schedule", url.Values{"topic": {"By hand"}, "date": {at.Format(time.DateOnly)}, "time": {at.Format("15:04")}})
	wantWords(t, p, "The meeting is scheduled.", "By hand", at.Format("15:04")+", 30 minutes")
	if list := v.ok("GET", "/v2/users/me/meetings", "", 200).body["meetings"].([]any); len(list) != 1 || list[0].(map[string]any)["topic"] != "By hand" {
		t.Errorf("%v", list)
	}
	p, err := v.Submit(t.Context(), p, "schedule", url.Values{"topic": {"x"}, "date": {"soon"}})
	if err != nil || p.StatusCode != http.StatusBadRequest {
		t.Errorf("%v, %v", p.Response, err)
	}
}

func TestPageRemovesAnApp(t *testing.T) {
	v := newVisit(t)
	v.s.AddClient("other", "other-secret", nil, redirect)
	v.consent(ada, strings.Replace(authorizeQuery, "client_id=app", "client_id=other", 1)) // never exchanged: no app yet
	p := v.open(adas)
	wantWords(t, p, "app May use this account: meeting:write:meeting")
	wantWords(t, v.send(p, "remove-app", nil), "The app can no longer use this account.", "No app may use this account.")
	v.refused("GET", "/v2/users/me", "", 401, 124)
	if r := v.rotate(v.tokens.Refresh); r.status == 200 {
		t.Error("the refresh token still works")
	}
	resp, err := http.PostForm(v.base+adas+"/remove", url.Values{"app": {"app"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusConflict {
		t.Errorf("%s", resp.Status)
	}
}

// Opening pages changes nothing: what comes by chance next is the same.
func TestPagesOnlyShow(t *testing.T) {
	v, undisturbed := newVisit(t), newVisit(t)
	body := `{"topic":"Plan","type":2,"start_time":"` + dawn.Add(26*time.Hour).Format(time.RFC3339) + `"}`
	id := v.create(body)
	undisturbed.create(body)
	v.clock.Set(dawn.Add(24 * time.Hour)) // start links are old, and would be renewed by whoever reads them
	undisturbed.clock.Set(dawn.Add(24 * time.Hour))
	for _, page := range []string{"/", adas, adas + "/meeting?id=" + fmt.Sprint(id), "/simulator/style.css"} {
		v.open(page)
	}
	for _, deed := range []string{"start", "end", "delete", "edit", "schedule", "remove"} {
		if p, err := v.Open(t.Context(), v.base+adas+"/"+deed+"?id="+fmt.Sprint(id)); err != nil || p.StatusCode != http.StatusNotFound && p.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %v, %v", deed, p.Response, err)
		}
	}
	one, _ := v.s.Make(ada, "next", dawn.Add(30*time.Hour), 30)
	other, _ := undisturbed.s.Make(ada, "next", dawn.Add(30*time.Hour), 30)
	if one != other {
		t.Error("looking changed something")
	}
	for _, path := range []string{zoom.People + "eve@x.test", adas + "/meeting?id=1", "/meetings/u/"} {
		if p, err := v.Open(t.Context(), v.base+path); err != nil || p.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %v, %v", path, p.Response, err)
		}
	}
}
