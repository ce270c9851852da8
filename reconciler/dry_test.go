package reconciler

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	googlesim "slotward/internal/simulator/google"
	"slotward/reconciler/plan"
	"slotward/store"
)

// database is every byte of the store's files.
func (w *world) database() []byte {
	w.Helper()
	var all []byte
	for _, suffix := range []string{"", "-wal"} {
		part, err := os.ReadFile(w.file + suffix)
		w.must(err)
		all = append(all, part...)
	}
	return all
}

// done runs a pass and returns the kinds and titles of the actions that it did.
func (w *world) done(p *somebody) (out []string) {
	w.Helper()
	w.r.Observe = func(a Progress) {
		if a.Outcome == "done" {
			out = append(out, string(a.Action.Kind)+" "+a.Action.Title)
		}
	}
	w.fine(p)
	w.r.Observe = nil
	return out
}

func TestADryRunWritesNothingAndTellsWhatAPassDoes(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	moved, cancelled, named := w.event(ada, "moved", 10), w.event(ada, "cancelled", 12), w.event(ada, "named", 14)
	w.fine(ada)
	w.must(w.google.Move(ada.Email, moved, at(16), 0))
	w.must(w.google.Cancel(ada.Email, cancelled))
	w.must(w.google.Edit(ada.Email, named, googlesim.Change{Title: ptr("named, in person")}))
	w.event(ada, "new", 18)
	w.reset()
	before := w.database()
	rows := w.store.RowsWritten()
	var planned []string
	for range 2 {
		todo, err := w.r.Plan(w.ctx, ada.ID)
		w.must(err)
		planned = nil
		for _, a := range todo.Actions {
			planned = append(planned, string(a.Kind)+" "+a.Title)
		}
	}
	w.counted(map[string]int{"write": 0, "all": 2, "google.token": 0, "zoom.token": 0})
	if !bytes.Equal(before, w.database()) || w.store.RowsWritten() != rows {
		t.Error("the store was written")
	}
	if did := w.done(ada); !slices.Equal(did, planned) || len(did) < 6 {
		t.Errorf("planned\n%q\ndid\n%q", planned, did)
	}
	w.settled(ada)
}

func TestADryRunThatFailsWritesNothing(t *testing.T) {
	for _, fault := range []string{"scope", "403", "503", "html", "429"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			w.event(ada, "a", 10)
			before := w.database()
			w.fault("google.list", fault, 3)
			todo, err := w.r.Plan(w.ctx, ada.ID)
			w.must(err)
			if len(todo.Actions) != 0 || !bytes.Equal(before, w.database()) {
				t.Errorf("%d actions, written: %v", len(todo.Actions), !bytes.Equal(before, w.database()))
			}
		})
	}
}

// What a pass would not try for what it is, a dry run shows as held.
func TestADryRunKnowsWhatIsParked(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.event(ada, "a", 10)
	w.fault("zoom.create", "400", 2)
	w.fine(ada)
	w.fine(ada)
	todo, err := w.r.Plan(w.ctx, ada.ID)
	w.must(err)
	if len(todo.Held) == 0 || todo.Held[0].Reason != plan.ZoomError || !todo.Held[0].Until.Equal(monday.Add(parkDelay(2))) {
		t.Errorf("held %+v", todo.Held)
	}
	for _, a := range todo.Actions {
		if a.Kind == plan.Create {
			t.Error("the create that Zoom refused is planned")
		}
	}
}

// many puts events with links on a calendar.
func (w *world) many(p *somebody, n int) (events []string) {
	w.Helper()
	for hour := range n {
		events = append(events, w.event(p, "event", 10+hour))
	}
	w.fine(p)
	w.settled(p)
	return events
}

// A listing that wrongly names nothing is looked at again, and heals.
func TestAProvidersPassingLieHeals(t *testing.T) {
	for lies := 1; lies <= 8; lies++ {
		w := newWorld(t)
		ada := w.person("ada")
		events := w.many(ada, 12)
		links := map[string]int64{}
		for _, e := range events {
			links[e] = w.linked(ada, e).ID
		}
		w.must(w.google.ExpireTokens(ada.Email))
		w.fault("google.list", "410", 1)
		w.fault("google.list", "empty", lies)
		w.reset()
		for range 3 {
			w.pass(ada)
			w.wait(time.Minute)
		}
		w.counted(map[string]int{"write": 0})
		for _, e := range events {
			if w.linked(ada, e).ID != links[e] {
				t.Errorf("after %d lies a link has changed", lies)
			}
		}
		w.desks[0].Disarm()
		w.fine(ada)
		w.fine(ada)
		w.settled(ada)
		if held := w.load(ada).Person.Held; held != "" {
			t.Errorf("after %d lies the brake still holds %s", lies, held)
		}
	}
}

// Once one event is seen to stand that a listing left out, nothing else counts
// as absent because of it: also not so few that no brake would hold them.
func TestAListingThatIsCaughtLyingProvesNothing(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	events := w.many(ada, proofs+6)
	w.fault("google.list", "410", 1)
	w.fault("google.list", "empty", 4)
	w.reset()
	if outcome := w.pass(ada); outcome.Error == "" {
		t.Error("nothing is said")
	}
	w.counted(map[string]int{"write": 0, "google.get": proofs})
	for _, e := range events {
		w.linked(ada, e)
	}
}

// Removals on a changed setting are held until somebody releases them; they are
// told once, and cost nothing meanwhile.
func TestTheBrakeHoldsAndIsReleased(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	events := w.many(ada, 12)
	w.must(w.store.SetSettings(w.ctx, map[string]string{"prefer": "none"}))
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"write": 0})
	w.why(ada, events[0], plan.BrakeHeld)
	w.settled(ada)
	held := w.load(ada).Person.Held
	_, err := w.store.UpdatePerson(w.ctx, ada.ID, func(p *store.Person) error { p.Released = held; return nil })
	w.must(err)
	w.fine(ada)
	w.live(ada, 0)
	if p := w.load(ada).Person; p.Held != "" || p.Released != "" {
		t.Errorf("held %q, released %q", p.Held, p.Released)
	}
}

// A calendar that has really lost its events is proved to have, once; what is
// held then does not cost a full listing at every pass.
func TestAbsenceIsProvedOnce(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.many(ada, 12)
	w.fault("google.list", "410", 1)
	w.fault("google.list", "empty", 100)
	w.fault("google.get", "404", 100)
	w.fine(ada)
	w.live(ada, 12)
	if w.load(ada).Person.Held == "" {
		t.Fatal("nothing is held")
	}
	w.counted(map[string]int{"google.get": 12})
	w.reset()
	for range 3 {
		w.wait(15 * time.Minute)
		w.fine(ada)
	}
	w.counted(map[string]int{"google.get": 0, "google.list": 3, "write": 0})
}
