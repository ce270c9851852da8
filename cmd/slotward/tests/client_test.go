package slotward_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
)

// answering is an environment whose daemon answers everything with handler.
func answering(t *testing.T, handler http.HandlerFunc) []string {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return []string{"SLOTWARD_URL=" + s.URL, "SLOTWARD_TOKEN=secret"}
}

// heard is what a server was asked, in order.
type heard struct {
	mu  sync.Mutex
	all []string
}

func (h *heard) add(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, text)
}

func (h *heard) list() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.all...)
}

// events answers with a stream: names and data by turns.
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
	out, _ := good(t, environ, "resync", "ada@acme.test")
	contains(t, out, `done   create "Kickoff" (as wished)`, `failed write (no title) (no rights)`, "1 person: 1 action, 0 held, 1 failed")
	out, _ = good(t, environ, "resync", "--json")
	if strings.Count(out, "\n") != 3 {
		t.Errorf("%s", out)
	}
	for line := range strings.Lines(out) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
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
			refused(t, answering(t, c.handler), c.want, "resync")
		})
	}
}

func TestYesReleasesFirst(t *testing.T) {
	var asked heard
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked.add(r.Method + " " + r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "/release") {
			w.WriteHeader(409)
			fmt.Fprint(w, `{"type":"urn:slotward:problem:nothing_held","status":409,"detail":"nothing"}`)
			return
		}
		events("done", `{"persons":1}`)(w, r)
	})
	if _, hint := good(t, environ, "resync", "ada@acme.test", "--yes"); !strings.Contains(hint, "nothing is held") {
		t.Errorf("%s", hint)
	}
	if got := strings.Join(asked.list(), ", "); got != "POST /api/v1/people/ada@acme.test/release, POST /api/v1/resync" {
		t.Errorf("asked %s", got)
	}
}

func TestTheTokenGoesInTheHeader(t *testing.T) {
	file := write(t, "token", "from-file\n")
	var sent heard
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		sent.add(r.Header.Get("Authorization"))
		fmt.Fprint(w, `{"people":[]}`)
	})
	good(t, environ, "status")
	good(t, environ, "status", "--token", "flag")
	good(t, append(environ[:1:1], "SLOTWARD_TOKEN=", "SLOTWARD_TOKEN_FILE="+file), "status")
	if got := strings.Join(sent.list(), ", "); got != "Bearer secret, Bearer flag, Bearer from-file" {
		t.Errorf("sent %s", got)
	}
}

func TestPlanShowsActionsWhatWaitsAndTheBrake(t *testing.T) {
	var dry heard
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		dry.add(r.URL.Query().Get("dry_run"))
		fmt.Fprint(w, `{"actions":[{"kind":"create","title":"Kickoff","start":"2026-12-01T10:00:00Z","reason_text":"as wished"}],
			"held":[{"kind":"create","title":"Later","held_for_text":"limit","until":"2026-12-02T00:00:00Z"}],
			"decisions":[{"event":"1:a","wanted":"leave","reason_text":"all day"}],
			"brake":{"person":7,"removals":30,"limit":5}}`)
	})
	out, _ := good(t, environ, "plan", "--all")
	contains(t, out, `create   2026-12-01 10:00  "Kickoff"  (as wished)`, `(limit, until 2026-12-02 00:00 UTC)`, "30 removals, more than 5", "slotward resync 7 --yes", "leave    1:a  (all day)")
	if got := strings.Join(dry.list(), ", "); got != "true" {
		t.Errorf("a dry run was asked for: %q", got)
	}
}

func TestStatusSaysHowEverybodyStands(t *testing.T) {
	environ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"now":"2026-12-01T10:00:00Z","version":"1","idle":false,"people":[
			{"email":"a@x","next_at":"2026-12-01T10:01:00Z","last_pass":"2026-12-01T09:59:00Z"},
			{"email":"b@x","running":true},
			{"email":"c@x","next_at":"2026-12-01T09:00:00Z","failures":2,"error":"Zoom is down"},
			{"email":"d@x","next_at":"2026-12-01T10:01:00Z","held":"abc"}]}`)
	})
	out, _ := good(t, environ, "status")
	contains(t, out, "at work", "1m0s ago", "in 1m0s", "running", "due", "failed 2 times: Zoom is down", "slotward plan d@x")
}

func TestWhyChoosesTheEvent(t *testing.T) {
	const kickoff, other = `{"id":"1:a","title":"Kickoff"}`, `{"id":"1:b","title":"Kickoff with Globex"}`
	for _, c := range []struct {
		name  string
		asked string
		found []string
		id    string // that is explained; "" for none
		want  string // what is said instead
	}{
		{"the only one", "globex", []string{other}, "1:b", ""},
		{"the exact one", "kickoff", []string{other, kickoff}, "1:a", ""},
		{"several", "kick", []string{other, kickoff}, "", `2 events fit "kick"`},
		{"several exact ones", "kickoff", []string{kickoff, kickoff}, "", "name one by its id"},
		{"none", "x", nil, "", "no event has"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var journal heard
			environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/api/v1/journal" {
					journal.add(r.URL.Query().Get("event"))
					fmt.Fprint(w, `{"entries":[]}`)
					return
				}
				if got := r.URL.Query().Get("q"); r.URL.Path != "/api/v1/events" || got != c.asked {
					t.Errorf("looked for %q at %s", got, r.URL.Path)
				}
				fmt.Fprintf(w, `{"events":[%s]}`, strings.Join(c.found, ","))
			})
			if c.id == "" {
				refused(t, environ, c.want, "why", c.asked)
				return
			}
			out, _ := good(t, environ, "why", c.asked)
			contains(t, out, c.id)
			if got := strings.Join(journal.list(), ", "); got != c.id {
				t.Errorf("the journal of %q was read, not of %q", got, c.id)
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
	out, _ := good(t, environ, "why", "3:abc")
	contains(t, out, `"Kickoff"`, "https://zoom.us/j/1", "as wished [default]", "2026-12-01 09:00  done   create")
}

func TestClientsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name    string
		environ []string
		args    []string
		want    string
	}{
		{"no token", nil, []string{"status"}, "slotward token create"},
		{"no daemon", []string{"SLOTWARD_TOKEN=x", "SLOTWARD_URL=http://127.0.0.1:1"}, []string{"status"}, "start it with `slotward serve`"},
		{"bad address", []string{"SLOTWARD_TOKEN=x"}, []string{"plan", "--url", "nowhere"}, "write it like http://"},
		{"no token file", []string{"SLOTWARD_TOKEN_FILE=/nonexistent"}, []string{"status"}, "SLOTWARD_TOKEN_FILE"},
		{"brake without a person", []string{"SLOTWARD_TOKEN=x"}, []string{"resync", "--yes"}, "name the person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, c.environ, c.want, c.args...)
		})
	}
}

func TestCancellingACommandIsNotAProblemOfTheDaemon(t *testing.T) {
	asked := make(chan struct{}, 1)
	environ := answering(t, func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	r := program{environ: environ}.start(t, "status")
	<-asked
	r.signal(os.Interrupt)
	r.wait()
	if got := r.result(); got.code != 1 || strings.Contains(got.errs, "daemon") {
		t.Errorf("%+v", got)
	}
}

func TestAdoptTellsWhatIsTakenUpAndWhatIsLeftOver(t *testing.T) {
	var asked heard
	environ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked.add(r.Method + " " + r.URL.Path + "?" + r.URL.RawQuery)
		if r.URL.Query().Get("dry_run") == "true" {
			fmt.Fprint(w, `{"actions":[{"kind":"adopt","title":"Kickoff","start":"2026-12-01T10:00:00Z"}],"gone":["1:b"],
				"orphans":[{"topic":"Review","start":"2026-12-02T10:00:00Z"}]}`)
			return
		}
		events(
			"action", `{"action":"adopt","title":"Kickoff","outcome":"done"}`,
			"action", `{"action":"orphan","title":"Review","outcome":"held","detail":"no event names it"}`,
			"done", `{"persons":1,"actions":1,"failed":0,"held":1}`,
		)(w, r)
	})
	out, _ := good(t, environ, "adopt", "--dry-run")
	contains(t, out, `adopt    2026-12-01 10:00  "Kickoff"`, "missing  1:b", `orphan   2026-12-02 10:00  "Review"`)
	out, _ = good(t, environ, "adopt", "ada@acme.test")
	contains(t, out, `done   adopt "Kickoff"`, `held   orphan "Review" (no event names it)`, "1 person: 1 action, 1 held, 0 failed")
	if got := strings.Join(asked.list(), ", "); got != "POST /api/v1/adopt?dry_run=true, POST /api/v1/adopt?wait=true" {
		t.Errorf("asked %s", got)
	}
}
