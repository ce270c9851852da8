package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slotward/config"
	"slotward/internal/server"
)

// answering is an environment whose daemon answers everything with handler.
func answering(t *testing.T, handler http.HandlerFunc) []string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return []string{"SLOTWARD_URL=" + s.URL, "SLOTWARD_TOKEN=secret"}
}

func events(parts ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := 0; i+1 < len(parts); i += 2 {
			fmt.Fprintf(w, ": quiet\n\nevent: %s\ndata: %s\n\n", parts[i], parts[i+1])
		}
	}
}

func TestResyncTellsEachThingAndSumsUp(t *testing.T) {
	environ := answering(t, events(
		"action", `{"action":"create","title":"Kickoff","outcome":"done","reason_text":"as wished"}`,
		"action", `{"action":"write","title":"","outcome":"failed","detail":"no rights"}`,
		"done", `{"persons":1,"actions":1,"failed":1,"held":0}`,
	))
	out, _, err := call(t, environ, "resync", "ada@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, `done   create "Kickoff" (as wished)`, `failed write (no title) (no rights)`, "1 person: 1 action, 0 held, 1 failed")
	out, _, err = call(t, environ, "resync", "--json")
	if err != nil || strings.Count(out, "\n") != 3 {
		t.Errorf("%v %s", err, out)
	}
}

func TestResyncFails(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		want    string
	}{
		{"a pass failed", events("error", `{"person":1,"error":"Zoom is down"}`, "done", `{"persons":1,"failed":1}`), "Zoom is down"},
		{"the stream broke off", events("action", `{"action":"create","outcome":"done"}`), "stopped telling"},
		{"nonsense", events("done", `[`), "not understood"},
		{"a problem", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			fmt.Fprint(w, `{"type":"urn:slotward:problem:no_person","status":404,"detail":"there is no person"}`)
		}, "there is no person"},
		{"somebody else's server", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<h1>nginx</h1>", http.StatusBadGateway) }, "not Slotward's way"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := call(t, answering(t, c.handler), "resync"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestYesReleasesFirst(t *testing.T) {
	var asked []string
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "/release") {
			w.WriteHeader(409)
			fmt.Fprint(w, `{"type":"urn:slotward:problem:nothing_held","status":409,"detail":"nothing"}`)
			return
		}
		events("done", `{"persons":1}`)(w, r)
	})
	if _, hint, err := call(t, environ, "resync", "ada@acme.test", "--yes"); err != nil || !strings.Contains(hint, "nothing is held") {
		t.Errorf("%v %s", err, hint)
	}
	if strings.Join(asked, ", ") != "POST /api/v1/people/ada@acme.test/release, POST /api/v1/resync" {
		t.Errorf("asked %v", asked)
	}
}

func TestTheTokenGoesInTheHeader(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var got string
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		fmt.Fprint(w, `{"people":[]}`)
	})
	for _, c := range []struct {
		environ []string
		args    []string
		want    string
	}{
		{nil, []string{"status"}, "Bearer secret"},
		{nil, []string{"status", "--token", "flag"}, "Bearer flag"},
		{[]string{"SLOTWARD_TOKEN=", "SLOTWARD_TOKEN_FILE=" + file}, []string{"status"}, "Bearer from-file"},
	} {
		if _, _, err := call(t, append(environ[:2:2], c.environ...), c.args...); err != nil || got != c.want {
			t.Errorf("sent %q, want %q (%v)", got, c.want, err)
		}
	}
}

func TestPlanShowsActionsWhatWaitsAndTheBrake(t *testing.T) {
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("dry_run") != "true" {
			t.Error("not a dry run")
		}
		fmt.Fprint(w, `{"actions":[{"kind":"create","title":"Kickoff","start":"2026-12-01T10:00:00Z","reason_text":"as wished"}],
			"held":[{"kind":"create","title":"Later","held_for_text":"limit","until":"2026-12-02T00:00:00Z"}],
			"decisions":[{"event":"1:a","wanted":"leave","reason_text":"all day"}],
			"brake":{"person":7,"removals":30,"limit":5}}`)
	})
	out, _, err := call(t, environ, "plan", "--all")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, `create   2026-12-01 10:00  "Kickoff"  (as wished)`, `(limit, until 2026-12-02 00:00 UTC)`, "30 removals, more than 5", "slotward resync 7 --yes", "leave    1:a  (all day)")
}

func TestStatusSaysHowEverybodyStands(t *testing.T) {
	environ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"now":"2026-12-01T10:00:00Z","version":"1","idle":false,"people":[
			{"email":"a@x","next_at":"2026-12-01T10:01:00Z","last_pass":"2026-12-01T09:59:00Z"},
			{"email":"b@x","running":true},
			{"email":"c@x","next_at":"2026-12-01T09:00:00Z","failures":2,"error":"Zoom is down"},
			{"email":"d@x","next_at":"2026-12-01T10:01:00Z","held":"abc"}]}`)
	})
	out, _, err := call(t, environ, "status")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, "at work", "1m0s ago", "in 1m0s", "running", "due", "failed 2 times: Zoom is down", "slotward plan d@x")
}

func TestWhyChoosesTheEvent(t *testing.T) {
	kickoff, other := server.Event{ID: "1:a", Title: "Kickoff"}, server.Event{ID: "1:b", Title: "Kickoff with Globex"}
	for _, c := range []struct {
		name  string
		asked string
		found []server.Event
		id    string // "" for an error
	}{
		{"the only one", "globex", []server.Event{other}, "1:b"},
		{"the exact one", "kickoff", []server.Event{other, kickoff}, "1:a"},
		{"several", "kick", []server.Event{other, kickoff}, ""},
		{"several exact ones", "kickoff", []server.Event{kickoff, kickoff}, ""},
		{"none", "x", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := choose(c.asked, c.found)
			if got.ID != c.id || (err == nil) != (c.id != "") {
				t.Errorf("got %q %v", got.ID, err)
			}
		})
	}
}

func TestWhyTellsTheReasonAndTheJournal(t *testing.T) {
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/v1/events/3:abc":
			fmt.Fprint(w, `{"id":"3:abc","title":"Kickoff","kind":"single","start":"2026-12-01T10:00:00Z","shows":"zoom","wanted":"zoom","reason":"default","reason_text":"as wished","join_url":"https://zoom.us/j/1","next_step":"nothing"}`)
		case "/api/v1/journal":
			fmt.Fprint(w, `{"entries":[{"at":"2026-12-01T09:00:00Z","action":"create","outcome":"done","reason_text":"as wished"}]}`)
		}
	})
	out, _, err := call(t, environ, "why", "3:abc")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, `"Kickoff"`, "https://zoom.us/j/1", "as wished [default]", "2026-12-01 09:00  done   create")
}

func TestTheClockOfTheFileIsReadAtEveryLook(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clock")
	now := clock(config.Debug{ClockFile: file})
	first := time.Date(2026, 12, 1, 8, 0, 0, 5, time.UTC)
	for _, at := range []time.Time{first, first.Add(time.Hour)} {
		if err := os.WriteFile(file, []byte(at.Format(time.RFC3339Nano)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := now(); !got.Equal(at) {
			t.Errorf("got %s, want %s", got, at)
		}
	}
	if err := os.WriteFile(file, []byte("half a ti"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := now(); !got.Equal(first.Add(time.Hour)) {
		t.Errorf("an unreadable clock should stand still, got %s", got)
	}
}

func TestTheCommitHookIsWaitedFor(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Query().Get("when"))
	}))
	defer s.Close()
	hook := commitHook(config.Debug{CommitHook: s.URL + "/x"})
	hook(true)
	hook(false)
	if strings.Join(asked, ", ") != "POST before, POST after" {
		t.Errorf("asked %v", asked)
	}
	if commitHook(config.Debug{}) != nil {
		t.Error("a hook without an address")
	}
}

func TestCancellingACommandIsNotAProblemOfTheDaemon(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := (&daemonFlags{URL: "http://127.0.0.1:1", Token: "x"}).client(&terminal{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.get(ctx, "/", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
