package zoom_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/zoom"
)

func TestTokensAreChecked(t *testing.T) {
	w := newWorld(t)
	for name, header := range map[string]http.Header{
		"none": {}, "garbage": w.bearer("garbage"), "empty": w.bearer(""),
		"another scheme": {"Authorization": {"Basic " + w.tokens.Access}},
	} {
		got := w.do("GET", "/v2/users/me", "", header)
		if got.status != 401 || got.code() != 124 || got.body["message"] != "Invalid access token." {
			t.Errorf("%s: %d %s", name, got.status, got.text)
		}
	}
	got := w.do("GET", "/v2/users/me?access_token="+w.tokens.Access, "", nil)
	if got.status != 401 || got.code() != 124 || !strings.Contains(got.text, "query parameter") {
		t.Errorf("in the query: %d %s", got.status, got.text)
	}
	w.wait(time.Hour)
	if got := w.refused("GET", "/v2/users/me", "", 401, 124); got.body["message"] != "Access token is expired." {
		t.Errorf("expired: %s", got.text)
	}
}

func TestEveryOperationNeedsItsScope(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	for _, c := range []struct{ scope, method, path, body string }{
		{"meeting:write:meeting", "POST", "/v2/users/me/meetings", tomorrow},
		{"meeting:read:meeting", "GET", path(n), ""},
		{"meeting:update:meeting", "PATCH", path(n), `{"topic":"x"}`},
		{"meeting:read:list_meetings", "GET", "/v2/users/me/meetings", ""},
		{"user:read:user", "GET", "/v2/users/me", ""},
		{"meeting:delete:meeting", "DELETE", path(n), ""},
	} {
		w.tokens = w.connect(ada, c.scope)
		if strings.Contains(w.tokens.Scope, c.scope) {
			t.Fatalf("%s was granted though it was unticked", c.scope)
		}
		got := w.refused(c.method, c.path, c.body, 400, 4711)
		if want := fmt.Sprintf("Invalid access token, does not contain scopes:[%s, %s:admin].", c.scope, c.scope); got.body["message"] != want {
			t.Errorf("%s: %s", c.scope, got.text)
		}
		w.tokens = w.scoped(c.scope)
		if got := w.call(c.method, c.path, c.body); got.status >= 300 {
			t.Errorf("%s alone: %d %s", c.scope, got.status, got.text)
		}
	}
	w.tokens = w.scoped("meeting:write", "meeting:read", "user:read") // the older scopes
	n = w.create(tomorrow)
	w.ok("GET", "/v2/users/me/meetings", "", 200)
	w.ok("DELETE", path(n), "", 204)
	w.s.Switch(func(s *zoom.Switches) { s.Scope104 = true })
	w.tokens = w.scoped("user:read")
	w.refused("GET", path(n), "", 400, 104)
}

func TestUserTokensSayMe(t *testing.T) {
	w := newWorld(t)
	account, _ := w.s.Account(ada)
	for _, name := range []string{ada, account.ID, "nobody"} {
		w.refused("GET", "/v2/users/"+name, "", 400, 4711)
		w.refused("POST", "/v2/users/"+name+"/meetings", tomorrow, 400, 4711)
	}
	w.s.AddAccount("bob@acme.test", "Bob")
	w.s.AddAccount("eve@other.test", "Eve")
	w.tokens = w.scoped("meeting:write:meeting:admin", "meeting:read:meeting:admin", "user:read:user:admin")
	n := id(t, w.ok("POST", "/v2/users/bob@acme.test/meetings", tomorrow, 201))
	if m, _ := w.s.Meeting(n); m.Host != "bob@acme.test" || w.s.Used("bob@acme.test") != 1 || w.s.Used(ada) != 0 {
		t.Errorf("hosted by %s, charged to %d and %d", m.Host, w.s.Used("bob@acme.test"), w.s.Used(ada))
	}
	w.ok("GET", path(n), "", 200)
	w.refused("GET", "/v2/users/eve@other.test", "", 404, 1001)
	w.tokens = w.connect(ada)
	w.refused("GET", path(n), "", 400, 3003)
	w.tokens = w.connect("eve@other.test")
	w.refused("DELETE", path(n), "", 404, 3001)
}

func TestForbiddenHosts(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	if err := w.s.EditAccount(ada, zoom.MayNotSchedule(true)); err != nil {
		t.Fatal(err)
	}
	w.refused("POST", "/v2/users/me/meetings", tomorrow, 400, 3161)
	w.refused("GET", "/v2/users/me/meetings", "", 400, 3161)
	w.refused("PATCH", path(n), `{}`, 400, 3161)
	_ = w.s.EditAccount(ada, zoom.MayNotSchedule(false), zoom.OnPlan(zoom.Free), zoom.Inactive(true), zoom.InZone("Europe/Berlin"))
	if me := w.ok("GET", "/v2/users/me", "", 200); me.body["type"] != 1.0 || me.body["status"] != "inactive" || me.body["timezone"] != "Europe/Berlin" {
		t.Errorf("users/me: %v", me.body)
	}
}

func TestLocalisedMessages(t *testing.T) {
	w := newWorld(t)
	w.s.Switch(func(s *zoom.Switches) { s.Language = "fr" })
	if got := w.refused("GET", "/v2/meetings/12345678901", "", 404, 3001); !strings.HasPrefix(got.body["message"].(string), "Réunion introuvable") {
		t.Errorf("%s", got.text)
	}
}

func TestHundredWritesADay(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	got := w.ok("PATCH", path(n), `{"topic":"a"}`, 204)
	if got.header.Get("X-RateLimit-Limit") != "100" || got.header.Get("X-RateLimit-Remaining") != "98" {
		t.Errorf("headers of an update: %v", got.header)
	}
	if err := w.s.SpendElsewhere(ada, 97); err != nil || w.s.Used(ada) != 99 {
		t.Fatalf("used %d, %v", w.s.Used(ada), err)
	}
	second := w.create(tomorrow)
	got = w.refused("POST", "/v2/users/me/meetings", tomorrow, 429, 429)
	if !strings.Contains(got.text, "daily rate limit (100)") || got.header.Get("X-RateLimit-Type") != "" || got.header.Get("Retry-After") != "" || got.header.Get("X-RateLimit-Category") != "Light" {
		t.Errorf("bare form: %v %s", got.header, got.text)
	}
	w.s.Switch(func(s *zoom.Switches) { s.DailyHeaders = true })
	got = w.refused("PATCH", path(n), `{"topic":"b"}`, 429, 429)
	if got.header.Get("X-RateLimit-Type") != "Daily-limit" || got.header.Get("Retry-After") != "2026-12-01T00:00:00Z" {
		t.Errorf("full form: %v", got.header)
	}
	w.ok("DELETE", path(second), "", 204) // does not count
	w.s.Switch(func(s *zoom.Switches) { s.DeletesCount = true })
	w.refused("DELETE", path(n), "", 429, 429)
	w.ok("GET", path(n), "", 200)
	w.clock.Set(time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC))
	w.tokens = w.connect(ada)
	w.refused("PATCH", path(n), `{}`, 429, 429)
	w.wait(time.Second)
	w.ok("PATCH", path(n), `{}`, 204)
	w.ok("DELETE", path(n), "", 204)
	if w.s.Used(ada) != 2 {
		t.Errorf("the new day has %d", w.s.Used(ada))
	}
}

func TestRequestsPerSecond(t *testing.T) {
	w := newWorld(t)
	for range 50 { // off on a clock that stands still
		w.ok("GET", "/v2/users/me", "", 200)
	}
	w.s.Switch(func(s *zoom.Switches) { s.QPS = zoom.PaceOn })
	_ = w.s.EditAccount(ada, zoom.OnPlan(zoom.Free))
	w.s.AddAccount("bob@acme.test", "Bob", zoom.OnPlan(zoom.Free))
	for range 3 {
		w.ok("GET", "/v2/users/me", "", 200)
	}
	adas := w.tokens
	w.tokens = w.connect("bob@acme.test")
	w.ok("GET", "/v2/users/me", "", 200) // the limit is the whole account's
	got := w.refused("GET", "/v2/users/me", "", 429, 429)
	if got.header.Get("X-RateLimit-Type") != "QPS" || !strings.Contains(got.text, "per-second") || got.header.Get("Retry-After") != "" {
		t.Errorf("%v %s", got.header, got.text)
	}
	w.ok("GET", "/v2/users/me/meetings", "", 200) // another label
	w.tokens = adas
	w.wait(time.Second)
	w.ok("GET", "/v2/users/me", "", 200)
}

func TestAccountsDay(t *testing.T) {
	w := newWorld(t)
	_ = w.s.EditAccount(ada, zoom.OnPlan(zoom.Free))
	for range 2000 {
		if got := w.call("GET", "/v2/users/me/meetings", ""); got.status != 200 {
			t.Fatal(got.text)
		}
	}
	got := w.refused("GET", "/v2/users/me/meetings", "", 429, 429)
	if !strings.Contains(got.text, "maximum daily rate limit") || got.header.Get("Retry-After") != "2026-12-01T00:00:00Z" {
		t.Errorf("%v %s", got.header, got.text)
	}
}
