package microsoft_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"slotward/internal/simulator/microsoft"
)

// hook is an app's address for notifications.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string // paths that were validated
	items  []object
	silent bool // does not answer the handshake rightly
	fails  int  // answers 503 this often
	posts  int
}

func newHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	h.Config.Handler = h
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if token := r.URL.Query().Get("validationToken"); token != "" {
		h.asked = append(h.asked, r.URL.Path)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if h.silent {
			token = "no"
		}
		_, _ = io.WriteString(w, token)
		return
	}
	h.posts++
	if h.fails > 0 {
		h.fails--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var body struct{ Value []object }
	_ = json.NewDecoder(r.Body).Decode(&body)
	h.items = append(h.items, body.Value...)
	w.WriteHeader(http.StatusAccepted)
}

func (h *hook) take() []object {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.items
	h.items = nil
	return out
}

func newSubscription(h *hook, expires string) object {
	return object{
		"changeType": "created,updated,deleted", "notificationUrl": h.URL + "/hooks?x=1", "lifecycleNotificationUrl": h.URL + "/life",
		"resource": "me/events", "expirationDateTime": expires, "clientState": "hush", "latestSupportedTlsVersion": "v1_2",
	}
}

func (w *world) plain() *hook {
	w.Configure(func(b *microsoft.Behaviour) { b.PlainCallbacks = true })
	return newHook(w.t)
}

func TestSubscribing(t *testing.T) {
	w := newWorld(t)
	h := w.plain()
	sub := w.ok("POST", "/subscriptions", newSubscription(h, "2026-12-03T08:00:00Z"))
	if sub.status != 201 || sub.str("clientState") != "hush" || sub.str("applicationId") != clientID || !slices.Equal(h.asked, []string{"/hooks", "/life"}) {
		t.Fatal(sub.text, h.asked)
	}
	path := "/subscriptions/" + sub.str("id")
	if list := w.ok("GET", "/subscriptions", nil).list("value"); len(list) != 1 || list[0].str("id") != sub.str("id") {
		t.Fatal(list)
	}
	if r := w.ok("PATCH", path, object{"expirationDateTime": "2026-12-01T08:01:00Z"}); r.str("expirationDateTime") != "2026-12-01T08:45:00.0000000Z" {
		t.Fatal("less than 45 minutes are raised:", r.text)
	}
	if r := w.ok("PATCH", path, object{"notificationUrl": h.URL + "/other"}); r.status != 200 || !slices.Contains(h.asked, "/other") {
		t.Fatal(r.text, h.asked)
	}
	w.refused(400, "InvalidRequest", "PATCH", path, object{"lifecycleNotificationUrl": h.URL})
	w.refused(400, "ValidationError", "PATCH", path, object{"expirationDateTime": "2026-12-09T08:01:00Z"})
	w.ok("POST", path+"/reauthorize", nil)
	w.clock.Set(at("2026-12-01T08:46:00Z"))
	w.refused(404, "ResourceNotFound", "PATCH", path, object{"expirationDateTime": "2026-12-02T08:01:00Z"})
	again := w.ok("POST", "/subscriptions", newSubscription(h, "2026-12-03T08:00:00Z")).str("id")
	w.ok("DELETE", "/subscriptions/"+again, nil)
	w.refused(404, "ResourceNotFound", "GET", "/subscriptions/"+again, nil)
	if len(w.Subscriptions(ada)) != 0 {
		t.Fatal(w.Subscriptions(ada))
	}
}

func TestWhatSubscribingRefuses(t *testing.T) {
	w := newWorld(t)
	h := newHook(t)
	_, oid, err := w.IDs(bob)
	w.must(err)
	good := func() object { return newSubscription(h, "2026-12-08T07:59:00Z") }
	with := func(name string, value any) object { o := good(); o[name] = value; return o }
	w.refused(400, "ValidationError", "POST", "/subscriptions", good()) // not https
	w.Configure(func(b *microsoft.Behaviour) { b.PlainCallbacks = true })
	w.ok("POST", "/subscriptions", good())
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("expirationDateTime", "2026-12-08T08:01:00Z"))
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("expirationDateTime", "2026-12-01T07:00:00Z"))
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("changeType", "created,moved"))
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("resource", "me/messages"))
	w.refused(403, "ErrorAccessDenied", "POST", "/subscriptions", with("resource", "users/"+oid+"/events"))
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("clientState", strings.Repeat("x", 129)))
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("includeResourceData", true))
	w.refused(400, "RequestBodyRead", "POST", "/subscriptions", with("colour", "red"))
	h.silent = true
	w.refused(400, "ValidationError", "POST", "/subscriptions", good())
	h.silent = false
	id, err := w.CalendarID(ada)
	w.must(err)
	w.ok("POST", "/subscriptions", with("resource", "/me/calendars/"+id+"/events"))
	w.Configure(func(b *microsoft.Behaviour) { b.NoCalendarSubscriptions = true })
	w.refused(400, "ValidationError", "POST", "/subscriptions", with("resource", "/me/calendars/"+id+"/events"))
	w.Configure(func(b *microsoft.Behaviour) { b.SubscriptionQuota = 2 })
	w.refused(403, "ExtensionError", "POST", "/subscriptions", good())
	w.Configure(func(b *microsoft.Behaviour) { b.SubscriptionQuota, b.MaxSubscription = 0, 4230*time.Minute })
	w.refused(400, "ValidationError", "POST", "/subscriptions", good())
}

func TestNotifications(t *testing.T) {
	w := newWorld(t)
	h := w.plain()
	sub := w.ok("POST", "/subscriptions", newSubscription(h, "2026-12-03T08:00:00Z"), `Prefer: IdType="ImmutableId"`)
	tid, oid, err := w.IDs(ada)
	w.must(err)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	_, immutable, err := w.EventIDs(ada, id)
	w.must(err)
	w.ok("PATCH", "/me/events/"+id, object{"subject": "two"})
	w.must(w.Cancel(ada, id))
	w.Pump(t.Context(), http.DefaultClient)
	items := h.take()
	if len(items) != 3 || h.posts != 1 {
		t.Fatal("all in one request:", items, h.posts)
	}
	for i, kind := range []string{"created", "updated", "deleted"} {
		one := items[i]
		if one.str("changeType") != kind || one.str("resource") != "Users/"+oid+"/Events/"+immutable || one.str("clientState") != "hush" || one.str("tenantId") != tid ||
			one.str("subscriptionId") != sub.str("id") || one.str("resourceData/id") != immutable || one.str("resourceData/@odata.etag") == "" {
			t.Error(one)
		}
	}
	// Messages can be lost, doubled and shuffled by whoever takes them.
	w.insert(microsoft.NewEvent{Title: "two", Start: at("2026-12-02T10:00:00Z")})
	waiting := w.Notifications()
	h.fails = 2
	status, err := microsoft.Deliver(t.Context(), http.DefaultClient, waiting[0], waiting[0])
	if err != nil || status != 202 || len(h.take()) != 2 || h.posts != 4 {
		t.Fatal(status, err, h.posts)
	}
	if _, err := w.Insert(bob, microsoft.NewEvent{Start: at("2026-12-02T10:00:00Z")}); err != nil || len(w.Notifications()) != 0 {
		t.Fatal("another mailbox")
	}
}

func TestLifecycle(t *testing.T) {
	w := newWorld(t)
	h := w.plain()
	id := w.ok("POST", "/subscriptions", newSubscription(h, "2026-12-03T08:00:00Z")).str("id")
	w.must(w.Lifecycle(id, "missed"))
	w.Configure(func(b *microsoft.Behaviour) { b.TokenBound = true })
	w.clock.Set(w.clock.Now().Add(2 * time.Hour))
	w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	w.Pump(t.Context(), http.DefaultClient)
	items := h.take()
	if len(items) != 2 || items[0].str("lifecycleEvent") != "missed" || items[1].str("lifecycleEvent") != "reauthorizationRequired" || items[1].at("resourceData") != nil {
		t.Fatal(items)
	}
	w.tok = w.signIn(ada).AccessToken
	w.ok("POST", "/subscriptions/"+id+"/reauthorize", nil)
	w.Pump(t.Context(), http.DefaultClient)
	if items = h.take(); len(items) != 1 || items[0].str("changeType") != "created" {
		t.Fatal("what waited comes after all:", items)
	}
	w.must(w.RevokeGrant(ada))
	w.Pump(t.Context(), http.DefaultClient)
	if items = h.take(); len(items) != 1 || items[0].str("lifecycleEvent") != "subscriptionRemoved" || len(w.Subscriptions(ada)) != 0 {
		t.Fatal(items)
	}
}
