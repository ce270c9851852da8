package server

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

func TestResync(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	calendar := w.calendar(bob)
	for body, want := range map[string]string{
		``:                           "[1 2]",
		`{}`:                         "[1 2]",
		`{"person":"bob@acme.test"}`: "[2]",
		`{"person":"1"}`:             "[1]",
		`{"person":1}`:               "[1]",
		fmt.Sprintf(`{"calendar":%d}`, calendar.ID):                          "[2]",
		fmt.Sprintf(`{"calendar":%d,"person":"bob@acme.test"}`, calendar.ID): "[2]",
	} {
		before := w.row(ada.ID).Requested + w.row(bob.ID).Requested
		woken := w.woken.Load()
		var got Requested
		w.ok(http.StatusAccepted, "POST", "/api/v1/resync", body, &got)
		if fmt.Sprint(got.Requested) != want {
			t.Errorf("%s: %v, want %s", body, got.Requested, want)
		}
		if after := w.row(ada.ID).Requested + w.row(bob.ID).Requested; after != before+int64(len(got.Requested)) || w.woken.Load() == woken {
			t.Errorf("%s: %d requests more, woken %d times", body, after-before, w.woken.Load()-woken)
		}
	}
	for _, query := range []string{"", "?wait=true", "?dry_run=true"} {
		w.refused(http.StatusNotFound, "no_person", "POST", "/api/v1/resync"+query, `{"person":"eve@acme.test"}`)
		w.refused(http.StatusNotFound, "no_calendar", "POST", "/api/v1/resync"+query, `{"calendar":99}`)
		w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/resync"+query, fmt.Sprintf(`{"calendar":%d,"person":"1"}`, calendar.ID))
	}
}

// An adoption changes what the next pass does, so it is told who asked for it.
func TestAnAdoptionStandsInTheJournal(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	bob := w.person("bob")
	w.ok(http.StatusOK, "POST", "/api/v1/adopt?dry_run=true", "", nil)
	w.ok(http.StatusAccepted, "POST", "/api/v1/adopt", `{"person":"bob@acme.test"}`, nil)
	w.ok(http.StatusAccepted, "POST", "/api/v1/adopt", "", nil)
	told := w.journal("rebuild")
	if len(told) != 2 || told[0].Person != bob.ID || told[0].Title != "bob@acme.test" || told[1].Person != 0 || told[1].Title != "everybody" {
		t.Fatalf("%+v", told)
	}
	for _, e := range told {
		if e.Pass != "" || !strings.HasPrefix(e.Detail, "by ") {
			t.Errorf("who asked for it is not told: %+v", e)
		}
	}
}

func TestDryRunDoesNothing(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	ref := sources.EventRef{Calendar: 3, Event: "e"}
	w.planner[ada.ID] = plan.Plan{
		Actions:   []plan.Action{{Kind: plan.Create, Title: "Kickoff", Start: day, Reason: plan.Default, Events: []sources.EventRef{ref}}, {Kind: plan.Write, Title: "Kickoff", Start: day, Event: ref, Reason: plan.Default}},
		Held:      []plan.Held{{Action: plan.Action{Kind: plan.Delete, Meeting: 7, Title: "Old", Reason: plan.Cancelled}, Reason: plan.BrakeHeld}},
		Decisions: []plan.Decision{{Event: ref, Wanted: "zoom", Reason: plan.Default}},
		Brake:     &plan.Brake{Fingerprint: "f", Removals: 9, Limit: 5},
	}
	rows, before := w.store.RowsWritten(), w.row(ada.ID)
	var got PlanAnswer
	w.ok(http.StatusOK, "POST", "/api/v1/resync?dry_run=true&wait=true", `{"person":"1"}`, &got)
	if len(got.Actions) != 2 || got.Actions[0].Kind != "create" || got.Actions[0].Events[0] != "3:e" || got.Actions[1].Event != "3:e" || got.Actions[1].ReasonText == "" {
		t.Errorf("%+v", got.Actions)
	}
	if len(got.Held) != 1 || got.Held[0].HeldFor != "brake" || got.Held[0].Meeting != 7 || len(got.Decisions) != 1 || got.Brake == nil || got.Brake.Removals != 9 {
		t.Errorf("%+v", got)
	}
	if w.store.RowsWritten() != rows || w.row(ada.ID) != before || w.woken.Load() != 0 {
		t.Error("a dry run does something")
	}
}

// told is one server-sent event.
type told struct{ event, data string }

// listen opens a watched resync and hands its events on until it ends.
func (w *world) listen(ctx context.Context, body string) <-chan told {
	w.t.Helper()
	req, err := http.NewRequestWithContext(ctx, "POST", w.http.URL+"/api/v1/resync?wait=true", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		w.t.Fatalf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	out := make(chan told, 100)
	go func() {
		defer close(out)
		defer func() { _ = resp.Body.Close() }()
		var e told
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				e.event = value
			case "data":
				e.data = value
			case "":
				if e.event != "" {
					out <- e
				}
				e = told{}
			}
		}
	}()
	return out
}

func TestWatchedResyncTellsWhatIsDone(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	w.write(store.Outcome{}, func(tx *store.Tx) error { // before, so not told
		return tx.Journal(store.Entry{Pass: "p0", Action: "create", Title: "Earlier", Outcome: "done"})
	})
	events := w.listen(t.Context(), "")
	w.write(store.Outcome{}, func(tx *store.Tx) error {
		return tx.Journal(
			store.Entry{Pass: "p1", Action: "create", Title: "Kickoff", Meeting: 7, Reason: "default", Outcome: "done"},
			store.Entry{Pass: "p1", Action: "write", Title: "Kickoff", Event: sources.EventRef{Calendar: 3, Event: "e"}, Reason: "default", Outcome: "failed", Detail: "changed meanwhile"},
			store.Entry{Pass: "p1", Action: "delete", Title: "Old", Reason: "daily_limit", Outcome: "held"},
		)
	})
	var got []told
	for e := range events {
		got = append(got, e)
	}
	if len(got) != 4 || got[3].event != "done" {
		t.Fatalf("%+v", got)
	}
	var first JournalEntry
	var sum ResyncDone
	if json.Unmarshal([]byte(got[0].data), &first) != nil || json.Unmarshal([]byte(got[3].data), &sum) != nil {
		t.Fatalf("%+v", got)
	}
	if got[0].event != "action" || first.Action != "create" || first.Title != "Kickoff" || first.ReasonText == "" {
		t.Errorf("%+v", first)
	}
	if sum != (ResyncDone{Persons: 1, Actions: 1, Failed: 1, Held: 1}) {
		t.Errorf("%+v", sum)
	}
}

// An entry may become visible after another that has a higher id.
func TestWatchTellsWhatComesToLightLate(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	s := &server{Options: withDefaults(w.options)}
	before, err := s.newestEntry(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.queue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	watched := newWatching([]int64{ada.ID}, rows, before)
	watched.after += 100 // of somebody else's, read meanwhile
	answer := httptest.NewRecorder()
	out := newStream(answer)
	w.write(store.Outcome{}, func(tx *store.Tx) error {
		return tx.Journal(store.Entry{Pass: "p1", Action: "create", Title: "Kickoff", Outcome: "done"})
	})
	watched.left[ada.ID] = w.row(ada.ID).Done
	finished, err := s.tell(t.Context(), watched, out)
	if err != nil || !finished || watched.done.Actions != 1 || strings.Count(answer.Body.String(), "Kickoff") != 1 {
		t.Errorf("%v %v %+v %s", finished, err, watched.done, answer.Body)
	}
}

func TestWatchedResyncTellsAFailedPass(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	events := w.listen(t.Context(), `{"person":"1"}`)
	w.write(store.Outcome{Failures: 1, Error: "Google is unavailable"}, func(*store.Tx) error { return nil })
	first, second := <-events, <-events
	if first.event != "error" || !strings.Contains(first.data, "Google is unavailable") || second.event != "done" || !strings.Contains(second.data, `"failed":1`) {
		t.Errorf("%+v %+v", first, second)
	}
}

func TestWatchedResyncOfNobodyEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	if e := <-w.listen(t.Context(), ""); e.event != "done" {
		t.Errorf("%+v", e)
	}
}

func TestWatchesAreBounded(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	ctx, leave := context.WithCancel(t.Context())
	for range watchesEach {
		w.listen(ctx, "")
	}
	requested := w.row(1).Requested
	w.refused(http.StatusTooManyRequests, "too_many_streams", "POST", "/api/v1/resync?wait=true", "")
	if w.row(1).Requested != requested {
		t.Error("what is refused is done all the same")
	}
	w.ok(http.StatusAccepted, "POST", "/api/v1/resync", "", nil)
	w.refused(http.StatusNotFound, "no_person", "POST", "/api/v1/resync?wait=true", `{"person":"eve@acme.test"}`) // takes no place
	leave()
	for { // places are given back; else the test does not end
		ctx, cancel := context.WithCancel(t.Context())
		req, err := http.NewRequestWithContext(ctx, "POST", w.http.URL+"/api/v1/resync?wait=true", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+w.token)
		resp, err := http.DefaultClient.Do(req)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
}

func TestWatchEndsWithItsClient(t *testing.T) {
	over := make(chan struct{})
	w := newWorld(t)
	inner := w.http.Config.Handler
	w.http.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(rw, r)
		if r.URL.Query().Get("wait") == "true" {
			close(over)
		}
	})
	w.person("ada")
	ctx, leave := context.WithCancel(t.Context())
	w.listen(ctx, "")
	leave()
	select {
	case <-over:
	case <-time.After(10 * time.Second):
		t.Fatal("the handler goes on without its client")
	}
}

func TestStatusAndJournal(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	var s Status
	w.ok(http.StatusOK, "GET", "/api/v1/status", "", &s)
	if s.Idle || len(s.People) != 1 || s.People[0].Running || s.Version != "test" || !s.Now.Equal(w.now()) {
		t.Errorf("%+v", s)
	}
	lease, err := w.store.Claim(t.Context(), "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	w.ok(http.StatusOK, "GET", "/api/v1/status", "", &s)
	if s.Idle || !s.People[0].Running {
		t.Errorf("%+v", s)
	}
	next := w.now().Add(15 * time.Minute)
	if err := w.store.Finish(t.Context(), lease, store.Outcome{NextAt: next, Failures: 2, Error: "no luck"}); err != nil {
		t.Fatal(err)
	}
	rows := w.store.RowsWritten()
	s = Status{}
	w.ok(http.StatusOK, "GET", "/api/v1/status", "", &s)
	if !s.Idle || !s.NextAt.Equal(next) || s.People[0].Failures != 2 || s.People[0].Error != "no luck" || s.RowsWritten != rows {
		t.Errorf("%+v", s)
	}
	for i := range 3 {
		if err := w.store.Journal(t.Context(), store.Entry{Person: ada.ID, Pass: "p", Action: "create", Title: fmt.Sprint(i), Outcome: "done"}); err != nil {
			t.Fatal(err)
		}
	}
	var newest, oldest Journal
	w.ok(http.StatusOK, "GET", "/api/v1/journal?person=ada@acme.test&limit=2", "", &newest)
	w.ok(http.StatusOK, "GET", "/api/v1/journal?person=1&after=0&limit=2", "", &oldest)
	if len(newest.Entries) != 2 || newest.Entries[0].Title != "2" || len(oldest.Entries) != 2 || oldest.Entries[0].Action != "person" {
		t.Errorf("%+v %+v", newest, oldest)
	}
}
