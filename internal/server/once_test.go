package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/store"
)

// keyed posts with an idempotency key.
func (w *world) keyed(key, path, body string) (*http.Response, string) {
	w.t.Helper()
	return w.with(keyHeader, key, "POST", path, body)
}

func TestARequestIsDoneOnce(t *testing.T) {
	w := newWorld(t)
	const eve = `{"name":"Eve","email":"eve@acme.test"}`
	before := w.store.RowsWritten()
	first, said := w.keyed("k1", "/api/v1/people", eve)
	rows := w.store.RowsWritten() - before
	again, repeated := w.keyed("k1", "/api/v1/people", eve)
	if first.StatusCode != http.StatusCreated || again.StatusCode != http.StatusCreated || said != repeated ||
		again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("Content-Type") != first.Header.Get("Content-Type") {
		t.Errorf("%d %s, then %d %s", first.StatusCode, said, again.StatusCode, repeated)
	}
	if first.Header.Get(replayedHeader) != "" || again.Header.Get(replayedHeader) != "true" {
		t.Errorf("replayed: %q, then %q", first.Header.Get(replayedHeader), again.Header.Get(replayedHeader))
	}
	if w.store.RowsWritten() != before+rows || len(w.journal("person")) != 1 {
		t.Error("something was done again")
	}
	// A refusal is an answer, too.
	for range 2 {
		if resp, body := w.keyed("k2", "/api/v1/people", eve); resp.StatusCode != http.StatusConflict || !strings.Contains(body, "problem:exists") {
			t.Errorf("%d %s", resp.StatusCode, body)
		}
	}
	for path, body := range map[string]string{"/api/v1/people": `{"name":"Bob","email":"bob@acme.test"}`, "/api/v1/resync": eve, "/api/v1/people?x=1": eve} {
		if resp, said := w.keyed("k1", path, body); resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(said, "problem:key_reused") {
			t.Errorf("%s: %d %s", path, resp.StatusCode, said)
		}
	}
	for _, key := range []string{strings.Repeat("k", 256), "schlüssel"} {
		if resp, said := w.keyed(key, "/api/v1/people", eve); resp.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", key, resp.StatusCode, said)
		}
	}
	w.pass(store.KeyLife)
	if resp, said := w.keyed("k1", "/api/v1/people", `{"name":"Bob","email":"bob@acme.test"}`); resp.StatusCode != http.StatusCreated {
		t.Errorf("a day later: %d %s", resp.StatusCode, said)
	}
}

// A page may show a token's secret, which is to be nowhere but with its owner.
func TestAnswersOfPagesAreNotKept(t *testing.T) {
	w := newWorld(t, withPages)
	ada := w.signedIn(w.person("ada").ID).with(keyHeader, "k1")
	if resp, body := ada.ask("POST", "/admin/tokens", ""); resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	resp, body := ada.ask("POST", "/admin/tokens", "")
	if resp.StatusCode != http.StatusConflict || resp.Header.Get(replayedHeader) != "" || !strings.Contains(body, "its answer is not kept") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestKeysAreEachTheirOwn(t *testing.T) {
	w := newWorld(t)
	other, err := w.store.CreateAPIToken(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	if resp, said := w.keyed("k1", "/api/v1/people", `{"name":"Eve","email":"eve@acme.test"}`); resp.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", resp.StatusCode, said)
	}
	w.token = other
	if resp, said := w.keyed("k1", "/api/v1/people", `{"name":"Bob","email":"bob@acme.test"}`); resp.StatusCode != http.StatusCreated {
		t.Errorf("%d %s", resp.StatusCode, said)
	}
}

// slowPlanner plans when it is let.
type slowPlanner struct{ begun, let chan struct{} }

func (p *slowPlanner) Plan(context.Context, int64) (plan.Plan, error) {
	p.begun <- struct{}{}
	<-p.let
	return plan.Plan{}, nil
}

func (p *slowPlanner) Rebuild(ctx context.Context, person int64) (plan.Plan, error) {
	return p.Plan(ctx, person)
}

func TestARequestThatIsStillBeingDone(t *testing.T) {
	p := &slowPlanner{begun: make(chan struct{}), let: make(chan struct{})}
	w := newWorld(t, func(o *Options) { o.Planner = p })
	w.person("ada")
	first := make(chan string)
	go func() {
		resp, body := w.keyed("k1", "/api/v1/resync?dry_run=true", "")
		first <- resp.Status + body
	}()
	<-p.begun
	resp, said := w.keyed("k1", "/api/v1/resync?dry_run=true", "")
	if resp.StatusCode != http.StatusConflict || !strings.Contains(said, "problem:in_progress") || resp.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", resp.StatusCode, said)
	}
	w.pass(time.Hour)
	if _, said := w.keyed("k1", "/api/v1/resync?dry_run=true", ""); !strings.Contains(said, "problem:outcome_unknown") {
		t.Error(said)
	}
	close(p.let)
	if got := <-first; !strings.Contains(got, `"actions":[]`) {
		t.Error(got)
	}
	if resp, said := w.keyed("k1", "/api/v1/resync?dry_run=true", ""); resp.StatusCode != http.StatusOK || !strings.Contains(said, `"actions":[]`) {
		t.Errorf("afterwards: %d %s", resp.StatusCode, said)
	}
}

func TestWhatFailedMayBeTriedAgain(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Planner = panicPlanner{} })
	w.person("ada")
	for range 2 {
		if resp, said := w.keyed("k1", "/api/v1/resync?dry_run=true", ""); resp.StatusCode != http.StatusInternalServerError || resp.Header.Get(replayedHeader) != "" {
			t.Errorf("%d %s", resp.StatusCode, said)
		}
	}
}

func TestAStreamIsNotKept(t *testing.T) {
	w := newWorld(t)
	resp, said := w.keyed("k1", "/api/v1/resync?wait=true", "")
	if resp.StatusCode != http.StatusOK || !strings.Contains(said, "event: done") {
		t.Fatalf("%d %s", resp.StatusCode, said)
	}
	if resp, said := w.keyed("k1", "/api/v1/resync?wait=true", ""); resp.StatusCode != http.StatusConflict || !strings.Contains(said, "problem:done") {
		t.Errorf("%d %s", resp.StatusCode, said)
	}
}

// An invitation's link is kept sealed: it is the same when it is asked for again.
func TestLinksAreKeptSealed(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	var links [2]Invitation
	for i := range links {
		resp, said := w.keyed("k1", "/api/v1/people/1/connections", zoomBody)
		if err := json.Unmarshal([]byte(said), &links[i]); err != nil || resp.StatusCode != http.StatusCreated || resp.Header.Get("Location") != links[i].URL {
			t.Fatalf("%d %s", resp.StatusCode, said)
		}
	}
	if links[0] != links[1] || links[0].URL == "" {
		t.Errorf("%+v", links)
	}
}
