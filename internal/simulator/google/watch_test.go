package google_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"google.golang.org/api/calendar/v3"

	"slotward/internal/simulator/google"
)

func TestChannels(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	var got []http.Header
	answer := http.StatusOK
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header)
		rw.WriteHeader(answer)
	}))
	defer hook.Close()
	channel := func(id string) *calendar.Channel {
		return &calendar.Channel{Id: id, Type: "web_hook", Address: hook.URL, Token: "t", Params: map[string]string{"ttl": "3600"}}
	}
	_, err := svc.Events.Watch(ada, channel("one")).Do()
	wantReason(t, err, 400, "webhookUrlNotHttps")
	w.Configure(func(b *google.Behaviour) { b.PlainCallbacks = true })
	ch, err := svc.Events.Watch(ada, channel("one")).Do()
	w.must(err)
	if ch.Expiration != w.clock.Now().Add(time.Hour).UnixMilli() || ch.ResourceId == "" {
		t.Fatalf("%+v", ch)
	}
	_, err = svc.Events.Watch(ada, channel("one")).Do()
	wantReason(t, err, 400, "channelIdNotUnique")

	w.seed(2)
	w.Pump(w.ctx, hook.Client())
	if len(got) != 3 || got[0].Get("X-Goog-Resource-State") != "sync" || got[0].Get("X-Goog-Message-Number") != "1" || got[2].Get("X-Goog-Resource-State") != "exists" || got[1].Get("X-Goog-Channel-Token") != "t" {
		t.Fatalf("%v", got)
	}
	a, _ := strconv.Atoi(got[1].Get("X-Goog-Message-Number"))
	b, _ := strconv.Atoi(got[2].Get("X-Goog-Message-Number"))
	if a <= 1 || b <= a {
		t.Fatal("numbers do not grow")
	}
	// Only some failures are tried again.
	w.seed(1)
	for status, tries := range map[int]int{503: 5, 400: 1} {
		n := w.Notifications()
		w.seed(1)
		got, answer = nil, status
		last, err := google.Deliver(w.ctx, hook.Client(), n[0])
		if err != nil || last != status || len(got) != tries {
			t.Fatalf("%d after %d tries, %v", last, len(got), err)
		}
	}
	// Channels end: by time, and when they are stopped by whoever made them.
	_, err = svc.Events.Watch(ada, channel("two")).Do()
	w.must(err)
	stop := &calendar.Channel{Id: "two", ResourceId: ch.ResourceId}
	wantReason(t, w.api(bob).Channels.Stop(stop).Do(), 404, "notFound")
	w.must(svc.Channels.Stop(stop).Do())
	w.clock.Set(w.clock.Now().Add(time.Hour))
	w.Notifications()
	w.seed(1)
	if left := w.Notifications(); len(left) != 0 || len(w.Channels(ada)) != 0 {
		t.Fatalf("%v", left)
	}
}

func TestSyncMessageMayComeFirst(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.Configure(func(b *google.Behaviour) { b.PlainCallbacks, b.SyncFirst, b.MaxChannelTTL = true, true, time.Minute })
	seen := make(chan string, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header.Get("X-Goog-Resource-State") }))
	defer hook.Close()
	ch, err := svc.Events.Watch("primary", &calendar.Channel{Id: "x", Type: "webhook", Address: hook.URL, Expiration: w.clock.Now().Add(time.Hour).UnixMilli()}).Do()
	w.must(err)
	if len(seen) != 1 || ch.Expiration != w.clock.Now().Add(time.Minute).UnixMilli() {
		t.Fatal("no sync message before the answer")
	}
}
