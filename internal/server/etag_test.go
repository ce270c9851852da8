package server

import (
	"net/http"
	"strings"
	"testing"

	"slotward/store"
)

// with makes a request with a header and returns status, ETag and body.
func (w *world) with(header, value, method, path, body string) (*http.Response, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.http.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	req.Header.Set(header, value)
	return w.do(req)
}

func TestChangesOfWhatSomebodyElseChanged(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.calendar(ada)
	for path, changes := range map[string][2]string{
		"/api/v1/settings":             {`{"settings":{"share":"never"}}`, `{"settings":{"notify":"none"}}`},
		"/api/v1/people/ada@acme.test": {`{"paused":true}`, `{"settings":{"notify":"none"}}`},
		"/api/v1/calendars/1":          {`{"enabled":true}`, `{"existing":"new"}`},
	} {
		resp, before := w.send("GET", path, "")
		seen := resp.Header.Get("ETag")
		if len(seen) < 10 || !strings.HasPrefix(seen, `"`) {
			t.Fatalf("%s: ETag %q", path, seen)
		}
		resp, _ = w.with("If-Match", seen, "PATCH", path, changes[0])
		now := resp.Header.Get("ETag")
		if resp.StatusCode != http.StatusOK || now == seen || now == "" {
			t.Fatalf("%s: %d, ETag %q after %q", path, resp.StatusCode, now, seen)
		}
		resp, body := w.with("If-Match", seen, "PATCH", path, changes[1])
		if resp.StatusCode != http.StatusPreconditionFailed || !strings.Contains(body, "problem:changed") || !strings.Contains(body, "read it again") {
			t.Errorf("%s: an old ETag: %d %s", path, resp.StatusCode, body)
		}
		resp, after := w.send("GET", path, "")
		if resp.Header.Get("ETag") != now || after == before {
			t.Errorf("%s: ETag %q, not %q: %s", path, resp.Header.Get("ETag"), now, after)
		}
		for _, holds := range []string{now, "*", `"other", ` + now} {
			if resp, body := w.with("If-Match", holds, "PATCH", path, changes[0]); resp.StatusCode != http.StatusOK {
				t.Errorf("%s with %s: %d %s", path, holds, resp.StatusCode, body)
			}
		}
		w.ok(http.StatusOK, "PATCH", path, changes[1], nil)
	}
}

func TestATagOutlivesAPass(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	resp, _ := w.send("GET", "/api/v1/people/1", "")
	seen := resp.Header.Get("ETag")
	w.write(store.Outcome{Failures: 1, Error: "it failed"}, func(*store.Tx) error { return nil })
	if resp, body := w.with("If-Match", seen, "PATCH", "/api/v1/people/1", `{"paused":true}`); resp.StatusCode != http.StatusOK {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
