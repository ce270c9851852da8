package zoom_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"slotward/internal/simulator/zoom"
)

// endpoint is an app's side of the webhooks.
type endpoint struct {
	mu     sync.Mutex
	secret string
	status int           // answered to events; 0 stands for 204
	stall  chan struct{} // when set, an event is answered once it is closed
	came   chan string   // when set, is told the name of each event
	got    []hook
	asked  int // challenges
}

type hook struct {
	Event   string
	Payload map[string]any
	stamp   string
	genuine bool
}

func (e *endpoint) sum(text string) string {
	mac := hmac.New(sha256.New, []byte(e.secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	var h hook
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	_ = d.Decode(&h)
	if h.Event == "endpoint.url_validation" {
		e.asked++
		plain := h.Payload["plainToken"].(string)
		_ = json.NewEncoder(w).Encode(map[string]string{"plainToken": plain, "encryptedToken": e.sum(plain)})
		return
	}
	h.stamp = r.Header.Get("x-zm-request-timestamp")
	h.genuine = r.Header.Get("x-zm-signature") == "v0="+e.sum("v0:"+h.stamp+":"+string(raw))
	e.got = append(e.got, h)
	if e.stall != nil {
		<-e.stall
	}
	if e.came != nil {
		e.came <- h.Event
	}
	if e.status == 0 {
		e.status = 204
	}
	w.WriteHeader(e.status)
}

func (e *endpoint) answer(status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

// take returns the names of the events that came since the last time.
func (e *endpoint) take() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var names []string
	for _, h := range e.got {
		names = append(names, strings.TrimPrefix(h.Event, "meeting."))
	}
	e.got = nil
	return strings.Join(names, " ")
}

func (w *world) subscribe() *endpoint {
	w.t.Helper()
	e := &endpoint{secret: "hook-secret"}
	server := httptest.NewServer(e)
	w.t.Cleanup(server.Close)
	if err := w.s.Subscribe(context.Background(), "app", server.URL, "hook-secret"); err != nil {
		w.t.Fatal(err)
	}
	return e
}

func (w *world) deliver() int { return w.s.Deliver(context.Background()) }

func TestWebhooksEchoEverything(t *testing.T) {
	w := newWorld(t)
	e := w.subscribe()
	n := w.create(tomorrow)
	w.ok("PATCH", path(n), `{"topic":"Other"}`, 204)
	w.ok("PATCH", path(n), `{"topic":"Other"}`, 204) // changes nothing, tells nothing
	_ = w.s.StartMeeting(n)
	_ = w.s.EndMeeting(n)
	w.ok("DELETE", path(n), "", 204)
	if taken := w.deliver(); taken != 5 {
		t.Errorf("%d taken", taken)
	}
	got := e.got
	for _, h := range got {
		object := h.Payload["object"].(map[string]any)
		if !h.genuine || h.stamp != fmt.Sprint(dawn.Unix()) || h.Payload["operator"] != ada || h.Payload["account_id"] == nil {
			t.Errorf("%s: %+v", h.Event, h)
		}
		if _, isText := object["id"].(string); isText != (h.Event == "meeting.ended") {
			t.Errorf("%s has id %T", h.Event, object["id"])
		}
		if object["agenda"] != nil {
			t.Errorf("%s carries the agenda", h.Event)
		}
	}
	if updated := got[1].Payload; updated["object"].(map[string]any)["topic"] != "Other" || updated["old_object"].(map[string]any)["topic"] != "Kickoff" || updated["object"].(map[string]any)["duration"] != nil {
		t.Errorf("updated: %v", updated)
	}
	if names := e.take(); names != "created updated started ended deleted" {
		t.Errorf("came: %s", names)
	}
}

func TestWebhooksGoToAppsThatWereLetIn(t *testing.T) {
	w := newWorld(t)
	e := w.subscribe()
	w.s.AddAccount("bob@acme.test", "Bob")
	if _, err := w.s.Make("bob@acme.test", "x", dawn.Add(time.Hour), 30); err != nil {
		t.Fatal(err)
	}
	w.deliver()
	if names := e.take(); names != "" {
		t.Errorf("came: %s", names)
	}
	_ = w.s.RevokeApp(ada)
	w.deliver()
	if p := e.got[0].Payload; e.got[0].Event != "app_deauthorized" || p["client_id"] != "app" || p["user_id"] == "" {
		t.Errorf("%+v", e.got)
	}
	w.s.Unsubscribe("app")
	_, _ = w.s.Make(ada, "x", dawn.Add(time.Hour), 30)
	if _, waiting := w.s.NextDelivery(); waiting {
		t.Error("something waits for nobody")
	}
}

func TestWebhooksAreRetriedAndDropped(t *testing.T) {
	w := newWorld(t)
	e := w.subscribe()
	e.answer(501)
	w.create(tomorrow)
	w.deliver()
	for _, pause := range []time.Duration{5 * time.Minute, 20 * time.Minute, 60 * time.Minute} {
		due, ok := w.s.NextDelivery()
		if !ok || !due.Equal(w.clock.Now().Add(pause)) {
			t.Fatalf("next at %v, %v after the last", due, pause)
		}
		w.wait(pause - time.Second)
		w.deliver()
		w.wait(time.Second)
		w.deliver()
	}
	if names := e.take(); names != "created created created created" || w.s.Dropped() != 1 {
		t.Errorf("came: %s; dropped %d", names, w.s.Dropped())
	}
	w.tokens = w.connect(ada)
	w.create(tomorrow)
	w.deliver()
	e.answer(200)
	w.wait(5 * time.Minute)
	if taken := w.deliver(); taken != 1 {
		t.Errorf("%d taken at the second attempt", taken)
	}
	if first, again := e.got[0].stamp, e.got[1].stamp; first == again {
		t.Error("the retry was not stamped anew")
	}
}

func TestWebhookDeadline(t *testing.T) {
	w := newWorld(t, func(o *zoom.Options) { o.HookDeadline = 20 * time.Millisecond })
	e := w.subscribe()
	e.mu.Lock()
	e.stall = make(chan struct{})
	e.mu.Unlock()
	w.create(tomorrow)
	if taken := w.deliver(); taken != 0 {
		t.Error("a late answer was taken")
	}
	close(e.stall)
	if _, waiting := w.s.NextDelivery(); !waiting {
		t.Error("it is not tried again")
	}
}

func TestWebhookModes(t *testing.T) {
	w := newWorld(t)
	e := w.subscribe()
	mode := func(m zoom.HookMode) { w.s.Switch(func(s *zoom.Switches) { s.Hooks = m }) }
	mode(zoom.HooksTwice)
	w.create(tomorrow)
	w.deliver()
	if names := e.take(); names != "created created" {
		t.Errorf("twice: %s", names)
	}
	mode(zoom.HooksForged)
	w.create(tomorrow)
	w.deliver()
	if len(e.got) != 1 || e.got[0].genuine {
		t.Errorf("forged: %+v", e.got)
	}
	e.take()
	mode(zoom.HooksLate)
	n := w.create(tomorrow)
	w.deliver()
	if names := e.take(); names != "" {
		t.Errorf("late: %s", names)
	}
	mode(zoom.HooksShuffled)
	w.wait(70 * time.Minute)
	w.tokens = w.connect(ada)
	for i := range 6 {
		w.ok("PATCH", path(n), fmt.Sprintf(`{"topic":"%d"}`, i), 204)
	}
	w.ok("DELETE", path(n), "", 204)
	w.deliver()
	if names := e.take(); len(strings.Fields(names)) != 8 || names == "created updated updated updated updated updated updated deleted" {
		t.Errorf("shuffled: %s", names)
	}
}

func TestEndpointsMustProveThemselves(t *testing.T) {
	w := newWorld(t)
	e := w.subscribe()
	w.wait(72 * time.Hour)
	w.deliver()
	if e.asked != 2 {
		t.Errorf("%d challenges", e.asked)
	}
	e.mu.Lock()
	e.secret = "another"
	e.mu.Unlock()
	w.wait(72 * time.Hour)
	for range 3 {
		w.deliver()
	}
	w.tokens = w.connect(ada)
	w.create(tomorrow)
	w.deliver()
	if names := e.take(); names != "" || w.s.Dropped() != 1 {
		t.Errorf("a disabled endpoint got %q, %d dropped", names, w.s.Dropped())
	}
	server := httptest.NewServer(e)
	defer server.Close()
	if err := w.s.Subscribe(context.Background(), "app", server.URL, "hook-secret"); err == nil {
		t.Error("an endpoint with another secret was accepted")
	}
}

func TestRunDeliversOnItsOwn(t *testing.T) {
	w := newWorld(t)
	e := w.subscribe()
	e.came = make(chan string, 1)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan bool)
	go func() { w.s.Run(ctx); close(ended) }()
	w.create(tomorrow)
	select {
	case name := <-e.came:
		if name != "meeting.created" {
			t.Errorf("%s came", name)
		}
	case <-time.After(10 * time.Second):
		t.Error("nothing came")
	}
	stop()
	<-ended
}
