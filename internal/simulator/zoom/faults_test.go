package zoom_test

import (
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator"
	"slotward/internal/simulator/zoom"
)

func TestFaultsBeforeTheChange(t *testing.T) {
	w := newWorld(t)
	for kind, want := range map[string]struct{ status, code int }{
		"429": {429, 429}, "daily": {429, 429}, "account-daily": {429, 429}, "401": {401, 124}, "expired": {401, 124},
		"scope": {400, 4711}, "400": {400, 300}, "403": {403, 403}, "404": {404, 2300}, "gone": {404, 3001}, "3161": {400, 3161},
		"500": {500, 0}, "503": {503, 0}, "xml": {400, 0},
	} {
		w.desk.Arm("zoom.create", kind, 1)
		got := w.call("POST", "/v2/users/me/meetings", tomorrow)
		if got.status != want.status || got.code() != want.code {
			t.Errorf("%s: %d %s", kind, got.status, got.text)
		}
		if want.code == 0 && !strings.HasPrefix(got.text, "<?xml") {
			t.Errorf("%s is not XML: %s", kind, got.text)
		}
	}
	for _, kind := range []string{"html", "reset"} {
		w.desk.Arm("zoom.create", kind, 1)
		if got, err := w.try("POST", "/v2/users/me/meetings", tomorrow, w.bearer(w.tokens.Access)); err == nil && !strings.HasPrefix(got.text, "<!doctype") {
			t.Errorf("%s: %d %s", kind, got.status, got.text)
		}
	}
	if n := len(w.s.Meetings(ada)); n != 0 || w.s.Used(ada) != 0 {
		t.Errorf("%d meetings, %d writes", n, w.s.Used(ada))
	}
	w.create(tomorrow)
}

func TestFaultsAfterTheChange(t *testing.T) {
	w := newWorld(t)
	w.desk.SlowFor = time.Millisecond
	for i, kind := range []string{"lost", "slow", "garbled", "503-after"} {
		w.desk.Arm("zoom.create", kind, 1)
		got, err := w.try("POST", "/v2/users/me/meetings", tomorrow, w.bearer(w.tokens.Access))
		if err == nil && got.body["id"] != nil {
			t.Errorf("%s: the answer came: %s", kind, got.text)
		}
		if n := len(w.s.Meetings(ada)); n != i+1 {
			t.Errorf("%s: %d meetings", kind, n)
		}
	}
}

func TestStaleReads(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	w.desk.Arm("zoom.get", "stale", 2)
	w.refused("GET", path(n), "", 404, 3001)
	w.ok("PATCH", path(n), `{"topic":"New"}`, 204)
	if got := w.ok("GET", path(n), "", 200); got.body["topic"] != "Kickoff" {
		t.Errorf("stale: %v", got.body["topic"])
	}
	if got := w.ok("GET", path(n), "", 200); got.body["topic"] != "New" {
		t.Errorf("fresh: %v", got.body["topic"])
	}
}

func TestCalls(t *testing.T) {
	w := newWorld(t)
	w.desk.Reset()
	n := w.create(tomorrow)
	w.ok("PATCH", path(n), `{}`, 204)
	w.ok("GET", path(n), "", 200)
	w.ok("GET", "/v2/users/me", "", 200)
	w.ok("GET", "/v2/users/me/meetings", "", 200)
	w.ok("DELETE", path(n), "", 204)
	w.rotate(w.tokens.Refresh).tokens(t)
	got := w.desk.Counts()
	for name, want := range map[string]int{
		"zoom.create": 1, "zoom.update": 1, "zoom.get": 1, "zoom.me": 1, "zoom.list": 1, "zoom.delete": 1, "zoom.token": 1, "write": 3, "all": 6,
	} {
		if got[name] != want {
			t.Errorf("%s: %d, not %d", name, got[name], want)
		}
	}
}

// Hooks of the desk may use the people's methods, on either side of the change.
func TestHooksMayAct(t *testing.T) {
	w := newWorld(t)
	var before, after, status int
	w.desk.Before = func(simulator.Call) { before = len(w.s.Meetings(ada)) }
	w.desk.After = func(c simulator.Call) { after, status = len(w.s.Meetings(ada)), c.Status }
	w.create(tomorrow)
	if before != 0 || after != 1 || status != 201 {
		t.Errorf("%d before, %d after, status %d", before, after, status)
	}
}

func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	done := make(chan bool)
	for range 8 {
		go func() {
			defer func() { done <- true }()
			for range 5 {
				if got, err := w.try("POST", "/v2/users/me/meetings", tomorrow, w.bearer(w.tokens.Access)); err != nil || got.status != 201 {
					t.Errorf("%d %v", got.status, err)
				}
				w.s.Meetings(ada)
				w.s.Switch(func(*zoom.Switches) {})
			}
		}()
	}
	for range 8 {
		<-done
	}
	if n := len(w.s.Meetings(ada)); n != 40 || w.s.Used(ada) != 40 {
		t.Errorf("%d meetings, %d writes", n, w.s.Used(ada))
	}
}
