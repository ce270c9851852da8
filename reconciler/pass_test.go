package reconciler

import (
	"testing"

	googlesim "slotward/internal/simulator/google"
)

func TestALife(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "kickoff", 10, func(e *googlesim.NewEvent) { e.Meet = true })
	w.fine(ada)
	w.counted(map[string]int{"google.list": 1, "zoom.create": 1, "google.patch": 1, "all": 3})
	first := w.linked(ada, a)
	w.settled(ada)

	w.must(w.google.Move(ada.Email, a, at(12), 45))
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"google.list": 1, "zoom.update": 1, "all": 2})
	if m := w.linked(ada, a); m.ID != first.ID || m.Minutes != 45 {
		t.Errorf("the meeting is %d for %d minutes", m.ID, m.Minutes)
	}
	w.settled(ada)

	w.must(w.google.Cancel(ada.Email, a))
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"google.list": 1, "zoom.delete": 1, "all": 2})
	w.live(ada, 0)
	w.settled(ada)
}
