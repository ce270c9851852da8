package reconciler

import (
	"bytes"
	"errors"
	"testing"
	"time"

	googlesim "slotward/internal/simulator/google"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

func TestLookingAtAnEventThatTheStoreDoesNotHold(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	old, err := w.google.Insert(ada.Email, googlesim.NewEvent{Title: "old", Start: monday.Add(-30 * 24 * time.Hour), Minutes: 30, Guests: []string{"bob@client.test"}})
	w.must(err)
	w.fine(ada)
	fresh := w.event(ada, "fresh", 12)
	rows, before := w.store.RowsWritten(), w.database()
	for id, want := range map[string]store.Decision{
		old:   {Wanted: "leave", Reason: string(plan.Past)},
		fresh: {Wanted: "zoom", Reason: string(plan.Default)},
	} {
		ref := sources.EventRef{Calendar: ada.calendar.ID, Event: id}
		got, err := w.r.Look(w.ctx, ada.ID, ref)
		w.must(err)
		want.Event, want.Person = ref, ada.ID
		if got.Decision != want || got.Ref() != ref || got.Title == "" {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if w.store.RowsWritten() != rows || !bytes.Equal(before, w.database()) {
		t.Error("the store was written")
	}

	w.must(w.google.Cancel(ada.Email, fresh))
	for _, id := range []string{"nothing", fresh} {
		if _, err := w.r.Look(w.ctx, ada.ID, sources.EventRef{Calendar: ada.calendar.ID, Event: id}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := w.r.Look(w.ctx, ada.ID, sources.EventRef{Calendar: 99, Event: old}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another calendar: %v", err)
	}
	w.desks[0].Arm("google.get", "503", 9)
	if _, err := w.r.Look(w.ctx, ada.ID, sources.EventRef{Calendar: ada.calendar.ID, Event: old}); !errors.Is(err, sources.ErrUnavailable) {
		t.Errorf("Google away: %v", err)
	}
}
