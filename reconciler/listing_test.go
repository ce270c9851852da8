package reconciler

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	zoomsim "slotward/internal/simulator/zoom"
	"slotward/store"
	"slotward/store/seal"
	"slotward/zoom"
)

func audited(o *Options) { o.Audit = cron.Every(24 * time.Hour) }

func TestTheDailyLookAtZoom(t *testing.T) {
	w := newWorld(t, audited)
	ada := w.person("ada")
	deleted, edited, kept := w.event(ada, "deleted", 60), w.event(ada, "edited", 62), w.event(ada, "kept", 64)
	w.fine(ada)
	w.settled(ada)
	byHand, err := w.zoom.Make(ada.Email, "by hand", at(66), 30)
	w.must(err)
	w.must(w.zoom.DeleteMeeting(w.linked(ada, deleted).ID))
	w.must(w.zoom.EditMeeting(w.linked(ada, edited).ID, zoomsim.Change{Topic: ptr("something else")}))
	link := w.linked(ada, kept).ID
	w.settled(ada) // nobody looks before the day is over
	w.wait(24 * time.Hour)
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"zoom.list": 1, "zoom.get": 1, "zoom.create": 1, "zoom.update": 1, "zoom.delete": 0, "google.patch": 1})
	w.linked(ada, deleted)
	if m := w.linked(ada, edited); m.Topic != "edited" {
		t.Errorf("the topic is %q", m.Topic)
	}
	if w.linked(ada, kept).ID != link {
		t.Error("the third has a new link")
	}
	if m, _ := w.zoom.Meeting(byHand); !m.Live() || m.Topic != "by hand" {
		t.Error("a meeting that is not ours was touched")
	}
	w.settled(ada)
}

// Whatever goes wrong while looking, nothing counts as deleted.
func TestALookThatFailsProvesNothing(t *testing.T) {
	for _, fault := range []struct {
		operation, kind string
		times           int
	}{{"zoom.list", "html", 3}, {"zoom.list", "503", 3}, {"zoom.list", "400", 1}, {"zoom.list", "empty", 1}, {"zoom.get", "404", 1}} {
		t.Run(fault.operation+" "+fault.kind, func(t *testing.T) {
			w := newWorld(t, audited)
			ada := w.person("ada")
			a := w.event(ada, "a", 60)
			w.fine(ada)
			link := w.linked(ada, a).ID
			w.wait(25 * time.Hour)
			w.fault(fault.operation, fault.kind, fault.times)
			w.reset()
			w.pass(ada)
			w.counted(map[string]int{"write": 0})
			w.wait(time.Minute)
			w.fine(ada)
			if m := w.linked(ada, a); m.ID != link {
				t.Error("the link has changed")
			}
			w.desks[1].Disarm()
			w.settled(ada)
		})
	}
}

// What was listed before it was changed is not planned from again.
func TestAListingIsForgottenWhereItIsOutOfDate(t *testing.T) {
	w := newWorld(t, audited)
	ada := w.person("ada")
	gone, renamed, busy := w.event(ada, "gone", 60), w.event(ada, "renamed", 62), w.event(ada, "busy", 64)
	w.fine(ada)
	w.must(w.google.Cancel(ada.Email, gone))
	w.must(w.zoom.EditMeeting(w.linked(ada, renamed).ID, zoomsim.Change{Topic: ptr("something else")}))
	w.must(w.zoom.DeleteMeeting(w.linked(ada, busy).ID))
	w.wait(25 * time.Hour)
	w.fault("google.patch", "412", 2) // plans again twice
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"zoom.update": 1, "zoom.delete": 1, "zoom.create": 1, "zoom.get": 1})
	w.live(ada, 2)
	w.settled(ada)
}

func TestAnAdoptionThatFailsIsNotTriedAgainAtOnce(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	w.fault("zoom.create", "lost", 1)
	w.pass(ada)
	w.fault("zoom.get", "400", 1)
	w.wait(time.Minute)
	w.reset()
	w.pass(ada)
	w.counted(map[string]int{"zoom.get": 1, "zoom.list": 1, "write": 0})
	w.wait(15 * time.Minute)
	w.fine(ada)
	w.linked(ada, a)
	w.live(ada, 1)
}

// Joining details that were sealed under a lost key are asked for again.
func TestALostKeyCostsNoLink(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a, b := w.event(ada, "a", 10), w.event(ada, "b", 12)
	w.fine(ada)
	link := w.linked(ada, a).ID
	w.must(w.zoom.DeleteMeeting(w.linked(ada, b).ID))
	w.must(w.store.Close())
	key, err := seal.New()
	w.must(err)
	w.store, err = store.Open(w.ctx, store.Options{DSN: "sqlite:" + w.file, Sealer: key, Now: w.clock.Now, Installation: w.options.Store.Installation()})
	w.must(err)
	w.Cleanup(func() { _ = w.store.Close() })
	w.options.Store = w.store
	w.r = w.process()
	w.pass(ada)
	w.state(ada.google, store.NeedsReauth)
	w.state(ada.zoom, store.NeedsReauth)
	w.connect(ada, "google")
	w.connect(ada, "zoom")
	w.pass(ada)
	w.fine(ada)
	if w.linked(ada, a).ID != link {
		t.Error("the link has changed")
	}
	w.linked(ada, b)
	w.live(ada, 2)
	w.settled(ada)
}

func TestAnAccountThatAnotherPersonHadBefore(t *testing.T) {
	w := newWorld(t, audited)
	ada := w.person("ada")
	w.event(ada, "a", 60)
	w.fine(ada)
	p := &pass{r: w.r, snap: w.load(ada), blocked: map[string]result{}, silent: map[string]int{}, lease: store.Lease{Person: ada.ID}, log: w.r.Log, now: monday}
	p.connectZoom()
	p.snap.Others = map[int64]bool{p.snap.Meetings[0].ID: true}
	if !p.list(w.ctx) || len(p.host.meetings) != 0 {
		t.Errorf("%d meetings of somebody else are looked at", len(p.host.meetings))
	}
	h := zoomHost{meetings: []zoom.Meeting{{ID: 1}, {ID: 2}}, seen: map[int64]zoom.Meeting{1: {}, 2: {}}}
	h.forget(1)
	if len(h.meetings) != 1 || len(h.seen) != 1 {
		t.Errorf("it still remembers %v", h.meetings)
	}
}
