package reconciler

import (
	"strconv"
	"strings"

	zoomsim "slotward/internal/simulator/zoom"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// count is how often an operation was called since the last reset; "write" and
// "all" are those of both providers.
func (w *world) count(operation string) int {
	return w.desks[0].Counts()[operation] + w.desks[1].Counts()[operation]
}

func (w *world) reset() {
	w.desks[0].Reset()
	w.desks[1].Reset()
}

// counted fails unless operations were called that often since the last reset.
func (w *world) counted(want map[string]int) {
	w.Helper()
	for operation, n := range want {
		if got := w.count(operation); got != n {
			w.Errorf("%s was called %d times, want %d", operation, got, n)
		}
	}
}

// meeting returns the live meeting whose link an event shows; nil: it shows none,
// or is cancelled.
func (w *world) meeting(p *somebody, event string) *zoomsim.Meeting {
	w.Helper()
	e, err := w.google.Event(p.Email, event)
	w.must(err)
	link, ok := sources.ParseLink(e.Location)
	if !ok || link.Provider != "zoom" || e.Status == "cancelled" {
		return nil
	}
	id, err := strconv.ParseInt(link.Meeting, 10, 64)
	w.must(err)
	m, ok := w.zoom.Meeting(id)
	if !ok || !m.Live() {
		w.Fatalf("%q shows a dead link", e.Title)
	}
	if !strings.Contains(e.Description, m.JoinURL) {
		w.Fatalf("%q does not show its link in the description", e.Title)
	}
	return &m
}

// linked fails unless the event shows a meeting at its own time.
func (w *world) linked(p *somebody, event string) zoomsim.Meeting {
	w.Helper()
	e, err := w.google.Event(p.Email, event)
	w.must(err)
	m := w.meeting(p, event)
	if m == nil {
		w.Fatalf("%q shows no link; %s", e.Title, w.decision(p, event).Reason)
	}
	if !m.Start.Equal(e.Start) {
		w.Fatalf("%q is at %s and its meeting at %s", e.Title, e.Start, m.Start)
	}
	return *m
}

// live is how many meetings the person hosts.
func (w *world) live(p *somebody, want int) {
	w.Helper()
	if got := w.zoom.Meetings(p.Email); len(got) != want {
		w.Fatalf("%d meetings are live, want %d", len(got), want)
	}
}

func (w *world) decision(p *somebody, event string) store.Decision {
	w.Helper()
	for _, d := range w.load(p).Decisions {
		if d.Event == p.ref(event) {
			return d
		}
	}
	return store.Decision{}
}

func (w *world) why(p *somebody, event string, want plan.Reason) {
	w.Helper()
	if got := w.decision(p, event); got.Reason != string(want) {
		w.Fatalf("the reason is %s (%s), want %s", got.Reason, got.Detail, want)
	}
}

func (w *world) load(p *somebody) *store.Snapshot {
	w.Helper()
	snap, err := w.store.Load(w.ctx, p.ID)
	w.must(err)
	return snap
}

func (w *world) state(c store.Connection, want store.ConnectionState) {
	w.Helper()
	got, err := w.store.Connection(w.ctx, c.ID)
	w.must(err)
	if got.State != want {
		w.Fatalf("%s is %s (%s), want %s", c.Provider, got.State, got.Detail, want)
	}
}

// settled fails unless another pass does nothing but look.
func (w *world) settled(p *somebody) {
	w.Helper()
	rows := w.store.RowsWritten()
	w.reset()
	w.fine(p)
	w.counted(map[string]int{"all": 1, "google.list": 1})
	if n := w.store.RowsWritten() - rows; n != 0 {
		w.Errorf("an idle pass changed %d rows", n)
	}
}

func (p *somebody) ref(event string) sources.EventRef {
	return sources.EventRef{Calendar: p.calendar.ID, Event: event}
}

// checkLog fails when a secret of a provider stands in the log (I8).
func (w *world) checkLog() {
	text := w.log.String()
	for _, secret := range append(w.zoom.Secrets(), "google-secret", "ya29.") {
		if secret != "" && strings.Contains(text, secret) {
			w.Errorf("the log holds a secret")
		}
	}
}
