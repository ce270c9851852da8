package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// twoPeople is a world in which ada has one of everything, and bob a little.
type twoPeople struct {
	*world
	ada, bob Person
	calendar store.Calendar // ada's
}

func newTwoPeople(t *testing.T) *twoPeople {
	t.Helper()
	w := &twoPeople{world: newWorld(t, withPages, func(o *Options) { o.Planner = everybodys{} })}
	w.ada, w.bob = w.person("ada"), w.person("bob")
	w.calendar = w.world.calendar(w.ada)
	w.world.calendar(w.bob)
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", w.calendar.ID), `{"enabled":true}`, nil)
	ref := sources.EventRef{Calendar: w.calendar.ID, Event: "adas-event"}
	for range 2 { // whoever is due first
		w.write(store.Outcome{}, func(tx *store.Tx) error {
			_, err := tx.SaveReading(w.calendar.ID, sources.Reading{Full: true, Token: "t", Events: []sources.Event{
				{ID: "adas-event", ETag: "1", Kind: sources.Single, Title: "adas-title", Start: w.now(), End: w.now().Add(1e9 * 3600), Guests: 1, OrganizedHere: true},
			}})
			if errors.Is(err, store.ErrNotFound) {
				return nil // bob's turn
			}
			if err != nil {
				return err
			}
			if err := tx.PutMeeting(store.Meeting{ID: 4711, Topic: "adas-topic", Type: zoom.Scheduled, HostID: "adas-host", Start: w.now()}); err != nil {
				return err
			}
			if err := tx.PutClaim(store.Claim{Event: ref, Meeting: 4711}); err != nil {
				return err
			}
			if err := tx.SetHeld("adas-plan"); err != nil {
				return err
			}
			return tx.Journal(store.Entry{Pass: "p", Action: "create", Event: ref, Meeting: 4711, Title: "adas-title", Outcome: "done"})
		})
	}
	return w
}

// everybodys plans are full of names.
type everybodys struct{}

func (everybodys) Plan(_ context.Context, person int64) (plan.Plan, error) {
	title := "bobs-title"
	if person == 1 {
		title = "adas-title"
	}
	return plan.Plan{Actions: []plan.Action{{Kind: plan.Create, Title: title}}}, nil
}

func (e everybodys) Rebuild(ctx context.Context, person int64) (plan.Plan, error) {
	return e.Plan(ctx, person)
}

// state is everything that is stored of ada, and of the installation.
func (w *twoPeople) state() string {
	w.t.Helper()
	ctx := w.t.Context()
	snap, err := w.store.Load(ctx, w.ada.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	people, err := w.store.People(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	journal, err := w.store.JournalEntries(ctx, store.JournalQuery{})
	if err != nil {
		w.t.Fatal(err)
	}
	content, err := json.Marshal(map[string]any{"snap": snap, "people": people, "journal": journal, "row": w.row(w.ada.ID), "rows": w.store.RowsWritten()})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(content)
}

// bodies are what the operations that take one are sent, so that what is asked
// for is what they refuse. An operation that is not here gets none.
var bodies = map[string]string{
	"create-person":    `{"name":"Eve","email":"eve@acme.test"}`,
	"update-person":    `{"paused":true,"settings":{"share":"never"}}`,
	"preview-person":   `{"paused":true}`,
	"begin-connection": `{"provider":"zoom"}`,
	"update-calendar":  `{"enabled":false}`,
	"preview-calendar": `{"enabled":false}`,
	"update-settings":  `{"settings":{"share":"never"}}`,
	"preview-settings": `{"settings":{"share":"never"}}`,
	"resync":           `{"person":"ada@acme.test"}`,
	"adopt":            `{"person":"ada@acme.test"}`,
	"update-event":     `{"provider":"native"}`,
	"preview-event":    `{"provider":"native"}`,
	"create-token":     `{"name":"eves"}`,
}

// walkedDocument is what the walk reads of the document.
type walkedDocument struct {
	Paths map[string]map[string]struct {
		OperationID string
		Security    []map[string][]string
		Parameters  []struct{ Name, In string }
	}
}

// walk asks every operation of the document for what is ada's. Values replace the
// parameters of paths; told gets each answer.
func (w *twoPeople) walk(v *visitor, values map[string]string, told func(name string, direct bool, resp *http.Response, body string)) {
	w.t.Helper()
	var doc walkedDocument
	w.ok(http.StatusOK, "GET", "/openapi.json", "", &doc)
	walked := 0
	for path, operations := range doc.Paths {
		address := path
		for name, value := range values {
			address = strings.ReplaceAll(address, "{"+name+"}", url.PathEscape(value))
		}
		if strings.Contains(address, "{") && !strings.HasPrefix(address, "/oauth/") {
			w.t.Errorf("%s: tell the walk what to put into the address", path)
		}
		for method, op := range operations {
			if len(op.Security) == 0 {
				continue
			}
			walked++
			name := strings.ToUpper(method) + " " + path
			ask := func(address string, direct bool) {
				resp, body := v.with("Content-Type", "application/json").ask(strings.ToUpper(method), address, bodies[op.OperationID])
				told(name, direct, resp, body)
			}
			ask(address, address != path)
			for _, p := range op.Parameters {
				if value, named := values[p.Name]; named && p.In == "query" && p.Name != "provider" {
					ask(address+"?"+url.Values{p.Name: {value}}.Encode(), true)
				}
			}
		}
	}
	if walked < 39 {
		w.t.Errorf("only %d operations were walked", walked)
	}
}

// adas are what of ada's may not be told to anybody else.
var adas = []string{"ada@acme.test", "adas-", "4711", "sub-ada"}

func TestNobodySeesOrChangesWhatIsNotTheirs(t *testing.T) {
	w := newTwoPeople(t)
	bob := w.signedIn(w.bob.ID)
	before := w.state()
	names := map[string]map[string]string{
		"by id":      {"person": "1", "calendar": "1", "event": "1:adas-event", "provider": "google", "name": "tests"},
		"by address": {"person": "ada@acme.test", "calendar": "01", "event": "01:adas-event", "provider": "zoom", "name": "tests"},
		"by no id":   {"person": "99", "calendar": "99", "event": "99:x", "provider": "google", "name": "tests"},
		"below zero": {"person": "-1", "calendar": "-1", "event": "-1:adas-event", "provider": "google", "name": "tests"},
	}
	for how, values := range names {
		w.walk(bob, values, func(name string, direct bool, resp *http.Response, body string) {
			if resp.StatusCode >= 500 {
				t.Errorf("%s, %s: %d %s", name, how, resp.StatusCode, body)
			}
			// A list may be empty of what it is asked for; a thing by its name is not there.
			empty := resp.StatusCode == http.StatusOK && slices.Contains([]string{"GET /api/v1/events", "GET /api/v1/journal"}, name)
			if direct && resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusForbidden && !empty {
				t.Errorf("%s, %s: bob is answered %d: %s", name, how, resp.StatusCode, body)
			}
			if !direct && strings.HasPrefix(name, "POST /api/v1/resync") && resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d %s", name, resp.StatusCode, body)
			}
			if name == "GET /openapi.json" {
				return // whose examples are everybody's
			}
			told := strings.ReplaceAll(body, "there is no person \\\"ada@acme.test\\\"", "")
			told = strings.ReplaceAll(told, "there is no event \\\""+values["event"]+"\\\"", "")
			for _, secret := range adas {
				if strings.Contains(told, secret) {
					t.Errorf("%s, %s: bob is told %q: %s", name, how, secret, body)
				}
			}
		})
		if after := w.state(); after != before {
			t.Fatalf("%s: bob changed something: %s", how, cmp.Diff(before, after))
		}
	}
}

func TestStrangersAndForgedSessionsAreToldNothing(t *testing.T) {
	w := newTwoPeople(t)
	own := map[string]string{"person": "1", "calendar": "1", "event": "1:adas-event", "provider": "google", "name": "tests"}
	ended := w.signedIn(w.ada.ID)
	if err := w.store.EndSession(t.Context(), ended.secret); err != nil {
		t.Fatal(err)
	}
	before := w.state()
	forged := ended.with("Cookie", "slotward="+newSecret())
	for how, v := range map[string]*visitor{
		"nobody": ended.nobody(), "a session that ended": ended, "a forged one": forged,
		"the hash of one": ended.with("Cookie", "slotward="+digest(ended.secret)), "another token": forged.with("Authorization", "Bearer "+newSecret()),
	} {
		w.walk(v, own, func(name string, _ bool, resp *http.Response, body string) {
			if resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s, %s: %d %s", name, how, resp.StatusCode, body)
			}
		})
	}
	if after := w.state(); after != before {
		t.Errorf("something changed: %s", cmp.Diff(before, after))
	}
}

func TestMembersDoForThemselvesWhatAdminsDoForThem(t *testing.T) {
	w := newTwoPeople(t)
	ada, bob := w.signedIn(w.ada.ID), w.signedIn(w.bob.ID)
	for path, want := range map[string]string{
		"/api/v1/people": "ada@acme.test", "/api/v1/people/me": "ada@acme.test", "/api/v1/people/1/calendars": "ada@acme.test", "/api/v1/people/ada@acme.test/connections": "ada@acme.test",
		"/api/v1/events": "adas-title", "/api/v1/events/1:adas-event": "adas-title", "/api/v1/meetings": "4711", "/api/v1/journal": "adas-title", "/api/v1/status": "ada@acme.test",
		"/api/v1/settings": "effective",
	} {
		resp, body := ada.ask("GET", path, "")
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, want) || strings.Contains(body, "bob@") {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
	json := ada.with("Content-Type", "application/json")
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"PATCH", "/api/v1/people/me", `{"settings":{"share":"never"}}`, 200},
		{"PATCH", "/api/v1/calendars/1", `{"existing":"new"}`, 200},
		{"POST", "/api/v1/resync", ``, 202},
		{"POST", "/api/v1/resync?dry_run=true", `{"calendar":1}`, 200},
		{"POST", "/api/v1/people/me/release", ``, 202},
		{"POST", "/api/v1/people", `{"name":"Eve","email":"eve@acme.test"}`, 403},
		{"PATCH", "/api/v1/settings", `{"settings":{"share":"never"}}`, 403},
		{"GET", "/metrics", ``, 403},
	} {
		resp, body := json.ask(c.method, c.path, c.body)
		if resp.StatusCode != c.want || strings.Contains(body, "bobs-title") {
			t.Errorf("%s %s: %d %s", c.method, c.path, resp.StatusCode, body)
		}
	}
	if j := w.journal("release"); len(j) != 1 || j[0].Detail != "by ada@acme.test" {
		t.Errorf("%+v", j)
	}
	// Everything of bob's is where it was, and an admin sees all.
	if resp, _ := bob.ask("DELETE", "/api/v1/people/me", ""); resp.StatusCode != http.StatusNoContent {
		t.Errorf("bob may not go: %d", resp.StatusCode)
	}
	if resp, _ := bob.ask("GET", "/api/v1/people/me", ""); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("bob is gone and signed in: %d", resp.StatusCode)
	}
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"role":"admin"}`, nil)
	if resp, body := ada.ask("GET", "/api/v1/people", ""); resp.StatusCode != http.StatusOK || !strings.Contains(body, "ada@") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if resp, _ := ada.ask("GET", "/metrics", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("%d", resp.StatusCode)
	}
}
