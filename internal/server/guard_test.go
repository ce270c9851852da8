package server

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
)

// panicPlanner is a bug with a secret in it.
type panicPlanner struct{}

func (panicPlanner) Rebuild(context.Context, int64) (plan.Plan, error) { panic("a bug") }

func (panicPlanner) Plan(context.Context, int64) (plan.Plan, error) {
	panic("refresh_token=s3cr3t")
}

func TestPanicIsAProblemWithoutSecrets(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Planner = panicPlanner{} })
	w.person("ada")
	p := w.refused(http.StatusInternalServerError, "internal", "POST", "/api/v1/resync?dry_run=true", "")
	if strings.Contains(p.Detail, "s3cr3t") || strings.Contains(w.log.String(), "s3cr3t") {
		t.Errorf("the panic's value is told: %s\n%s", p.Detail, w.log.String())
	}
	if !strings.Contains(w.log.String(), "guard_test.go") {
		t.Errorf("the log does not say where: %s", w.log.String())
	}
	w.ok(http.StatusOK, "GET", "/api/v1/people", "", nil)
}

func TestBodiesAreBounded(t *testing.T) {
	w := newWorld(t)
	large := `{"name":"` + strings.Repeat("x", bodyLimit) + `","email":"a@b.test"}`
	w.refused(http.StatusRequestEntityTooLarge, "too_large", "POST", "/api/v1/people", large)
	resp := plain(t, "POST", w.http.URL+"/api/v1/people", "")
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("%d", resp.StatusCode)
	}
}

func TestStrangersBodyIsNotReadToTheEnd(t *testing.T) {
	w := newWorld(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.http.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	// Ten megabytes are announced and never sent: the answer comes all the same.
	if _, err := conn.Write([]byte("POST /api/v1/people HTTP/1.1\r\nHost: x\r\nContent-Length: 10485760\r\n\r\n{")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 12)
	if _, err := conn.Read(answer); err != nil || string(answer) != "HTTP/1.1 401" {
		t.Errorf("%q %v", answer, err)
	}
}

// patient is a connection whose other end never reads.
type patient struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (p *patient) SetWriteDeadline(until time.Time) error {
	p.until = until
	return nil
}

func TestAnswersAreNotTakenForEver(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/livez", "/nothing", "/sign-in"} {
		p := &patient{ResponseRecorder: httptest.NewRecorder()}
		New(Options{Store: w.store, Now: w.now}).ServeHTTP(p, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if left := time.Until(p.until); left < time.Minute || left > answerTime {
			t.Errorf("%s: whoever never reads holds it for %s", path, left)
		}
	}
}

func TestWrongMethodsAndAddresses(t *testing.T) {
	w := newWorld(t)
	w.refused(http.StatusNotFound, "no_route", "GET", "/api/v1/nothing", "")
	w.refused(http.StatusNotFound, "no_route", "GET", "/", "")
	w.refused(http.StatusMethodNotAllowed, "method", "DELETE", "/api/v1/settings", "")
	resp, _ := w.send("DELETE", "/api/v1/settings", "")
	if got := strings.Join(resp.Header.Values("Allow"), ","); got != "GET,PATCH" {
		t.Errorf("Allow: %q", got)
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/livez", "/api/v1/people", "/nothing", "/oauth/zoom/start"} {
		resp, _ := w.send("GET", path, "")
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, resp.Header)
		}
	}
}

func TestHealth(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/livez", "/readyz"} {
		if resp := plain(t, "GET", w.http.URL+path, ""); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	_, metrics := w.send("GET", "/metrics", "")
	if !strings.Contains(metrics, `slotward_http_requests_total{route="GET /livez",status="200"} 1`) {
		t.Error(metrics)
	}
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	if resp := plain(t, "GET", w.http.URL+"/livez", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("livez: %d", resp.StatusCode)
	}
	w.refused(http.StatusServiceUnavailable, "not_ready", "GET", "/readyz", "")
	w.refused(http.StatusServiceUnavailable, "store", "GET", "/api/v1/people", "")
}
