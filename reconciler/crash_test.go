package reconciler

import (
	"context"
	"errors"
	"testing"
	"time"

	googlesim "slotward/internal/simulator/google"
	"slotward/sources"
	"slotward/store"
)

// TestAPassCutOffAtEachWrite ends a pass right after a provider has done what
// it was asked, before anything of it could be stored, as a crash would: what
// was done is found again, and nothing is doubled, lost or dead.
func TestAPassCutOffAtEachWrite(t *testing.T) {
	steps := []struct {
		operation string
		prepare   func(w *world, p *somebody, event string)
		repeated  map[string]int // writes in all, until everything is right
	}{
		{"zoom.create", nil, map[string]int{"zoom.create": 1, "google.patch": 1}},
		{"google.patch", nil, map[string]int{"zoom.create": 1, "google.patch": 1}},
		{"zoom.update", func(w *world, p *somebody, event string) {
			w.must(w.google.Move(p.Email, event, at(12), 0))
		}, map[string]int{"zoom.update": 2, "google.patch": 0}},
		{"zoom.delete", func(w *world, p *somebody, event string) {
			w.must(w.google.Cancel(p.Email, event))
		}, map[string]int{"zoom.delete": 2}},
		{"google.patch", func(w *world, p *somebody, event string) {
			w.must(w.google.Edit(p.Email, event, googlesim.Change{Title: ptr("a, by phone")}))
		}, map[string]int{"google.patch": 1, "zoom.delete": 1}},
	}
	for _, s := range steps {
		t.Run(s.operation, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 10)
			if s.prepare != nil {
				w.fine(ada)
				s.prepare(w, ada, a)
			}
			w.reset()
			w.during(s.operation, func() { w.must(w.store.Interrupt(w.ctx, ada.ID)) })
			w.pass(ada)
			w.r = w.process() // nothing in memory is left
			w.fine(ada)
			w.counted(s.repeated)
			if m := w.meeting(ada, a); m != nil {
				w.linked(ada, a)
				w.live(ada, 1)
			} else {
				w.live(ada, 0)
			}
			w.settled(ada)
			if n := len(w.google.Mails()); n > 2 {
				t.Errorf("guests got %d mails", n)
			}
		})
	}
}

// An event that is written without anything to store before it, because its
// first write failed, is written under the lease like everything else.
func TestAWriteAloneChecksTheLease(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	w.fine(ada)
	w.must(w.google.Edit(ada.Email, a, googlesim.Change{Title: ptr("a, by phone")}))
	w.fault("google.patch", "503", 1)
	w.pass(ada) // the change is in the mirror now
	w.wait(time.Minute)
	w.reset()
	w.during("google.list", func() { w.must(w.store.Interrupt(w.ctx, ada.ID)) })
	if outcome := w.pass(ada); outcome.Error != store.ErrLeaseLost.Error() {
		t.Errorf("the pass says %q", outcome.Error)
	}
	w.counted(map[string]int{"write": 0})
	w.fine(ada)
	w.counted(map[string]int{"google.patch": 1, "zoom.delete": 1})
}

// broken fails in ways that no real provider is seen to.
type broken struct {
	sources.Source
	reading sources.Reading
	err     error
}

func (b broken) Read(context.Context, string, string) (sources.Reading, error) {
	return b.reading, b.err
}

func TestReadingsThatCannotBeTrusted(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	events := w.many(ada, 12)
	for name, b := range map[string]broken{
		"without a token": {reading: sources.Reading{Full: true}},
		"a strange error": {err: errors.New("strange")},
		"no token left":   {err: sources.ErrExpired},
	} {
		w.r.clients.mu.Lock()
		w.r.clients.sources[ada.google.ID] = b
		w.r.clients.mu.Unlock()
		w.reset()
		if outcome := w.pass(ada); outcome.Error == "" {
			t.Errorf("%s: nothing is said", name)
		}
		w.counted(map[string]int{"write": 0})
		w.wait(time.Minute)
	}
	w.r = w.process()
	w.fine(ada)
	for _, e := range events {
		w.linked(ada, e)
	}
	c, err := w.store.Calendar(w.ctx, ada.calendar.ID)
	w.must(err)
	if c.Error != "" {
		t.Errorf("the calendar still says %q", c.Error)
	}
	if rows := w.queue(ada); rows.Failures != 0 {
		t.Errorf("%d failures are left", rows.Failures)
	}
}

func (w *world) queue(p *somebody) store.QueueRow {
	w.Helper()
	rows, err := w.store.Queue(w.ctx)
	w.must(err)
	for _, row := range rows {
		if row.Person == p.ID {
			return row
		}
	}
	return store.QueueRow{}
}
