package slotward_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

func TestTheClockOfTheFileIsReadAtEveryLook(t *testing.T) {
	first := time.Date(2026, 12, 1, 8, 0, 0, 5, time.UTC)
	file := write(t, "clock", first.Format(time.RFC3339Nano)+"\n")
	clients, _ := serving(t, append(data(t), "SLOTWARD_DEBUG_CLOCK_FILE="+file))
	now := func() time.Time {
		t.Helper()
		out, _ := good(t, clients, "status", "--json")
		var status struct{ Now time.Time }
		if err := json.Unmarshal([]byte(out), &status); err != nil {
			t.Fatal(err)
		}
		return status.Now
	}
	set := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := now(); !got.Equal(first) {
		t.Errorf("got %s, want %s", got, first)
	}
	later := first.Add(time.Hour)
	set(later.Format(time.RFC3339Nano) + "\n")
	if got := now(); !got.Equal(later) {
		t.Errorf("got %s, want %s", got, later)
	}
	set("half a ti")
	if got := now(); !got.Equal(later) {
		t.Errorf("an unreadable clock should stand still, got %s", got)
	}
}

func TestTheCommitHookIsAskedAroundEachCommit(t *testing.T) {
	var asked heard
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.add(r.Method + " " + r.URL.Path + " " + r.URL.Query().Get("when"))
	}))
	defer s.Close()
	environ := data(t)
	good(t, environ, "token", "list") // what the first start commits is done
	good(t, append(environ, "SLOTWARD_DEBUG_COMMIT_HOOK="+s.URL+"/x"), "token", "create", "laptop")
	if got := strings.Join(asked.list(), ", "); got != "POST /x before, POST /x after" {
		t.Errorf("asked %q", got)
	}
}

// While the hook does not answer, nothing is committed.
func TestTheCommitHookIsWaitedFor(t *testing.T) {
	arrived, answer := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("when") == "before" {
			arrived <- struct{}{}
			<-answer
		}
	}))
	defer s.Close()
	environ := data(t)
	good(t, environ, "token", "list")
	r := program{environ: append(environ, "SLOTWARD_DEBUG_COMMIT_HOOK="+s.URL)}.start(t, "token", "create", "laptop")
	<-arrived
	r.signal(os.Kill) // as a power cut at this very point
	r.wait()
	close(answer)
	if out, _ := good(t, environ, "token", "list", "--json"); strings.Contains(out, "laptop") {
		t.Errorf("it was committed before the hook had answered: %s", out)
	}
}
