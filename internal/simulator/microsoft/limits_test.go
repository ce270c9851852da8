package microsoft_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"slotward/internal/simulator"
	"slotward/internal/simulator/microsoft"
)

func TestFaultsInMicrosoftsWords(t *testing.T) {
	w := newWorld(t)
	for _, tc := range []struct {
		kind   string
		status int
		code   string
		after  string
	}{
		{"429", 429, "TooManyRequests", "2.128"}, {"429:7", 429, "TooManyRequests", "7"}, {"429:none", 429, "TooManyRequests", ""},
		{"throttled", 429, "ApplicationThrottled", "1"}, {"401", 401, "InvalidAuthenticationToken", ""}, {"claims", 401, "InvalidAuthenticationToken", ""},
		{"scope", 403, "ErrorAccessDenied", ""}, {"mailbox", 404, "MailboxNotEnabledForRESTAPI", ""}, {"500", 500, "ErrorInternalServerTransientError", ""},
		{"503:120", 503, "serviceNotAvailable", "120"}, {"504", 504, "UnknownError", ""}, {"509", 509, "bandwidthLimitExceeded", ""},
		{"html502", 502, "", ""}, {"418", 418, "UnknownError", ""},
	} {
		w.desk.Arm("microsoft.me", tc.kind, 1)
		r := w.do("GET", "/me", nil, "client-request-id: 0c7f5f4e")
		if r.status != tc.status || r.str("error/code") != tc.code || r.header.Get("Retry-After") != tc.after || r.header.Get("request-id") == "" {
			t.Error(tc, r.status, r.text, r.header)
		}
		if tc.code != "" && (r.str("error/innerError/date") != "2026-12-01T08:00:00" || r.str("error/innerError/client-request-id") != "0c7f5f4e") {
			t.Error(tc, r.text)
		}
		if challenge := r.header.Get("WWW-Authenticate"); (tc.kind == "claims") != strings.Contains(challenge, "insufficient_claims") {
			t.Error(tc, challenge)
		}
		if r.header.Get(simulator.FaultHeader) != "" {
			t.Error("the fault header reached the client")
		}
	}
	w.ok("GET", "/me", nil)
	if counts := w.desk.Counts(); counts["microsoft.me"] != 15 || counts["all"] != 15 || counts["write"] != 0 {
		t.Error(counts)
	}
}

// hold keeps n requests of Ada's in flight until release is called.
func (w *world) hold(n int) (release func()) {
	arrived, done := make(chan struct{}, n), make(chan struct{})
	w.desk.Before = func(c simulator.Call) {
		if c.Operation == "microsoft.calendars" {
			arrived <- struct{}{}
			<-done
		}
	}
	var group sync.WaitGroup
	for range n {
		group.Go(func() { w.do("GET", "/me/calendars", nil) })
	}
	for range n {
		<-arrived
	}
	return func() { close(done); group.Wait() }
}

func TestFourInFlight(t *testing.T) {
	w := newWorld(t)
	other := w.signIn(bob).AccessToken
	mine := w.tok
	release := w.hold(4)
	r := w.refused(429, "ApplicationThrottled", "GET", "/me", nil)
	if !strings.Contains(r.str("error/message"), "MailboxConcurrency") || r.header.Get("Retry-After") == "" {
		t.Error(r.text)
	}
	w.tok = other
	w.ok("GET", "/me", nil) // another mailbox
	w.Configure(func(b *microsoft.Behaviour) { b.ConcurrencyPerApp = true })
	w.tok = mine
	release()
	release = w.hold(4)
	w.tok = other
	w.refused(429, "ApplicationThrottled", "GET", "/me", nil)
	release()
	w.ok("GET", "/me", nil)
	w.Configure(func(b *microsoft.Behaviour) { b.Concurrency = -1 })
	release = w.hold(6)
	w.ok("GET", "/me", nil)
	release()
}

func TestQuota(t *testing.T) {
	w := newWorld(t)
	w.Configure(func(b *microsoft.Behaviour) { b.Quota = 3 })
	for range 3 {
		w.ok("GET", "/me", nil)
	}
	r := w.refused(429, "TooManyRequests", "GET", "/me", nil)
	if r.header.Get("Retry-After") != "12.532" {
		t.Error(r.header)
	}
	w.clock.Set(w.clock.Now().Add(11 * time.Minute))
	w.ok("GET", "/me", nil)
}

func TestWhoMayCall(t *testing.T) {
	w := newWorld(t)
	w.must(w.ExpireAccess(ada))
	r := w.refused(401, "InvalidAuthenticationToken", "GET", "/me", nil)
	if !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
		t.Error(r.header)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.Withheld = []string{"Calendars.ReadWrite"} })
	w.tok = w.signIn(ada).AccessToken
	w.ok("GET", "/me", nil)
	w.refused(403, "ErrorAccessDenied", "GET", "/me/calendars", nil)
	w.check.Suspend("there is no such path")
	w.refused(400, "BadRequest", "GET", "/me/nothing", nil)
}

func TestBatch(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{eve}})
	w.desk.Arm("microsoft.calendars", "429", 1)
	w.desk.Arm("microsoft.view", "lost", 1)
	r := w.ok("POST", "/$batch", object{"requests": []object{
		{"id": "1", "method": "GET", "url": "/me/events/" + id},
		{"id": "2", "method": "GET", "url": "/me/events/AAMkAnothing="},
		{"id": "3", "method": "PATCH", "url": "/me/events/" + id, "headers": object{"Content-Type": "application/json"}, "body": object{"subject": "two"}, "dependsOn": []string{"1"}},
		{"id": "4", "method": "GET", "url": "/me", "dependsOn": []string{"2"}},
		{"id": "5", "method": "GET", "url": "/me/calendars"},
		{"id": "6", "method": "GET", "url": "/me/calendarView?" + span},
	}})
	status := map[string]any{}
	for _, one := range r.list("responses") {
		status[one.str("id")] = one.at("status")
		if one.str("id") == "5" && one.str("headers/Retry-After") != "2.128" {
			t.Error(one)
		}
	}
	for id, want := range map[string]float64{"1": 200, "2": 404, "3": 200, "4": 424, "5": 429, "6": 504} {
		if status[id] != want {
			t.Errorf("request %s: %v, want %v", id, status[id], want)
		}
	}
	if w.event(ada, id).Title != "two" || len(w.Mails()) != 1 {
		t.Error("the PATCH inside did nothing")
	}
	if counts := w.desk.Counts(); counts["all"] != 5 || counts["write"] != 1 {
		t.Error("each request inside counts:", counts)
	}
	for _, bad := range []any{
		object{"requests": []object{}}, object{"requests": []object{{"id": "1", "url": "/me"}}},
		object{"requests": []object{{"id": "1", "method": "GET", "url": "/me"}, {"id": "1", "method": "GET", "url": "/me"}}},
		object{"requests": []object{{"id": "1", "method": "GET", "url": "/me", "dependsOn": []string{"7"}}}},
	} {
		w.refused(400, "BadRequest", "POST", "/$batch", bad)
	}
	many := []object{}
	for i := range 21 {
		many = append(many, object{"id": string(rune('a' + i)), "method": "GET", "url": "/me"})
	}
	w.refused(400, "MaximumValueExceeded", "POST", "/$batch", object{"requests": many})
	if r := w.do("POST", "/$batch", object{"requests": many[:1]}, "Authorization: Bearer x"); r.status != http.StatusUnauthorized {
		t.Error(r.text)
	}
}
