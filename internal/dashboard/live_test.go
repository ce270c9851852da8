package dashboard

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/internal/server"
	"slotward/reconciler/plan"
	"slotward/store"
)

// serve serves the pages on loopback, as somebody.
func (w *world) serve(who server.Identity) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.pages.ServeHTTP(rw, r.WithContext(server.WithIdentity(r.Context(), who)))
	}))
	w.Cleanup(s.Close)
	return s
}

// watch opens a stream and returns its lines; they end with it.
func (w *world) watch(ctx context.Context, address string) (*http.Response, <-chan string) {
	w.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	w.ok(err)
	resp, err := http.DefaultClient.Do(r)
	w.ok(err)
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer func() { _ = resp.Body.Close() }()
		for scan := bufio.NewScanner(resp.Body); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return resp, lines
}

func TestLiveTellsOfChangesWithinASecond(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	_, lines := w.watch(t.Context(), w.serve(as(ada, server.Member)).URL+"/people/me/live")
	if first := <-lines; first != "retry: 2000" {
		t.Fatalf("%q", first)
	}
	for _, change := range []func(){
		func() {
			w.ok(w.store.Journal(t.Context(), store.Entry{Person: ada.ID, Action: "pause", Outcome: "done"}))
		},
		func() { w.wait(time.Minute); w.write(func(*store.Tx) error { return nil }) },
	} {
		change()
		begun := time.Now()
		for line := range lines {
			if line == "event: changed" {
				break
			}
		}
		if took := time.Since(begun); took > 5*time.Second { // half a second on a machine that is not busy
			t.Errorf("a change is told after %s", took)
		}
	}
}

func TestLiveEndsWithTheServer(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	_, lines := w.watch(t.Context(), w.serve(as(ada, server.Member)).URL+"/people/me/live")
	<-lines
	close(w.stopping)
	for range lines { // ends, or the test does not
	}
}

func TestStreamsAreBounded(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	address := w.serve(as(ada, server.Member)).URL + "/people/me/live"
	ctx, leave := context.WithCancel(t.Context())
	for range streamsEach {
		_, lines := w.watch(ctx, address)
		<-lines
	}
	resp, _ := w.watch(t.Context(), address)
	if resp.StatusCode != http.StatusNoContent {
		t.Errorf("one more is answered %d", resp.StatusCode)
	}
	leave()
	for resp.StatusCode != http.StatusOK { // places are given back; else the test does not end
		ctx, cancel := context.WithCancel(t.Context())
		resp, _ = w.watch(ctx, address)
		cancel()
	}
	if resp, _ := w.watch(t.Context(), w.serve(as(ada, server.Member)).URL+"/people/99/live"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("somebody who is not there is answered %d", resp.StatusCode)
	}
}

func TestResyncSaysWhatCameOfIt(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	who := as(ada, server.Member)
	entry := func(outcome string) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			return tx.Journal(store.Entry{Pass: "p", Action: string(plan.Create), Title: "Kickoff", Outcome: outcome})
		}
	}
	for want, pass := range map[string]func(*store.Tx) error{
		"everything is as it should be": func(*store.Tx) error { return nil }, "what was to do is done": entry("done"),
		"Something waits": entry("held"), "something did not work": entry("failed"),
	} {
		w.next = pass
		p := w.post(who, "/people/me/resync", url.Values{"back": {"preview"}})
		if p.status != http.StatusSeeOther || !strings.HasPrefix(p.to, "/people/me/preview?done=") {
			t.Fatalf("%d %s", p.status, p.to)
		}
		w.get(who, p.to).says(http.StatusOK, want)
	}
	if p := w.post(who, "/people/me/resync", url.Values{"back": {"https://elsewhere.test/"}}); strings.Contains(p.to, "elsewhere.test") && !strings.HasPrefix(p.to, "/people/me/") {
		t.Errorf("leads to %s", p.to)
	}
}

func TestResyncStreamsSentences(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	w.next = func(tx *store.Tx) error {
		return tx.Journal(store.Entry{Pass: "p", Action: string(plan.Write), Title: "Kick\noff", Outcome: "done"})
	}
	r := httptest.NewRequest(http.MethodPost, "/people/me/resync", nil)
	r.Header.Set("Accept", "text/event-stream")
	p := w.send(r, as(ada, server.Member))
	want := "event: line\ndata: Looking at the calendars …\n\nevent: line\ndata: Slotward put its link on “Kick off”.\n\n" +
		"event: done\ndata: The calendars were looked at, and what was to do is done.\n\n"
	if p.body != want || p.header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%s", p.body)
	}
}
