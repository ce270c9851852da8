package reconciler

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"slotward/internal/simulator"
	"slotward/sources"
	"slotward/store"
)

// loop runs a reconciler until stop is called, which waits for it and fails the
// test if anything is left running.
func (w *world) loop() (stop func()) {
	w.Helper()
	w.transport.CloseIdleConnections()
	running := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan error)
	go func() { ended <- w.r.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				w.Error(err)
			}
			w.transport.CloseIdleConnections()
			goleak.VerifyNone(w, running, goleak.IgnoreTopFunction("net/http.(*conn).serve"),
				goleak.IgnoreAnyFunction("net/http.(*Server).Serve"), goleak.IgnoreAnyFunction("net/http.(*conn).serve"))
		})
	}
	w.Cleanup(stop)
	return stop
}

// until waits for a signal that must come.
func (w *world) until(what string, signal <-chan struct{}) {
	w.Helper()
	select {
	case <-signal:
	case <-time.After(20 * time.Second):
		w.Fatalf("it never happened: %s", what)
	}
}

// passed returns a channel that is closed when the passes of these people have
// ended well after now.
func (w *world) passed(people ...*somebody) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range time.Tick(2 * time.Millisecond) {
			rows, err := w.store.Queue(context.WithoutCancel(w.ctx))
			left := len(people)
			for _, row := range rows {
				for _, p := range people {
					if row.Person == p.ID && row.Owner == "" && row.Requested <= row.Done && !row.LastPass.IsZero() && row.NextAt.After(w.clock.Now()) {
						left--
					}
				}
			}
			if err != nil || left == 0 {
				return
			}
		}
	}()
	return done
}

func TestNoMorePassesThanPlaces(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Passes = 2 })
	var people []*somebody
	for _, name := range []string{"ada", "bob", "cleo", "dan", "eve", "fay"} {
		people = append(people, w.person(name))
	}
	var mu sync.Mutex
	running, most := 0, 0
	pair := make(chan struct{})
	w.ahead(func(c simulator.Call) {
		if c.Operation != "google.list" {
			return
		}
		mu.Lock()
		running++
		most = max(most, running)
		mine := pair
		if running == 2 { // both places are taken
			close(pair)
			pair = make(chan struct{})
		}
		mu.Unlock()
		<-mine
		mu.Lock()
		running--
		mu.Unlock()
	})
	stop := w.loop()
	w.until("everybody had a pass", w.passed(people...))
	stop()
	if most != 2 {
		t.Errorf("%d passes ran at once, and there are two places", most)
	}
}

// poison is a calendar that takes the whole program down if it can.
type poison struct{ sources.Source }

func (poison) Read(context.Context, string, string) (sources.Reading, error) {
	var none []sources.Event
	return sources.Reading{Events: none[:1]}, nil
}

// One bad person never stalls the others (I14).
func TestPoisonousPeople(t *testing.T) {
	var poisoned string
	w := newWorld(t, func(o *Options) {
		o.Passes = 1
		real := o.Providers.Source
		o.Providers.Source = func(provider string, hc *http.Client) (sources.Source, error) {
			if b, ok := hc.Transport.(*bearer); ok && b.connection.Email == poisoned {
				return poison{}, nil
			}
			return real(provider, hc)
		}
	})
	panics, settings, down, fine := w.person("panics"), w.person("settings"), w.person("down"), w.person("fine")
	w.r.clients.sources = nil
	poisoned = panics.Email
	w.alter(settings.calendar.ID, func(c *store.Calendar) { c.Settings = map[string]string{"share": "perhaps"} })
	w.must(w.google.RevokeGrant(down.Email))
	for _, p := range []*somebody{panics, settings, down} {
		w.event(p, "a", 10)
	}
	a := w.event(fine, "a", 10)
	w.loop()
	w.until("everybody had a pass", w.passed(panics, settings, down, fine))
	w.linked(fine, a)
	rows, err := w.store.Queue(w.ctx)
	w.must(err)
	for _, row := range rows {
		if row.Person == panics.ID && row.LastError != errPanic.Error() {
			t.Errorf("the pass that panicked says %q", row.LastError)
		}
	}
	c, err := w.store.Calendar(w.ctx, settings.calendar.ID)
	w.must(err)
	if !strings.Contains(c.Error, "perhaps") {
		t.Errorf("the calendar whose settings are wrong says %q", c.Error)
	}
	w.state(down.google, store.NeedsReauth)
	w.live(settings, 0)
}

func TestARequestDuringAPassIsNotLost(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.during("google.list", func() {
		w.event(ada, "late", 10)
		w.must(w.store.Request(w.ctx, ada.ID))
	})
	w.loop()
	w.until("both passes", w.passed(ada))
	w.counted(map[string]int{"google.list": 2, "zoom.create": 1})
}

func TestStoppingFinishesTheActionInFlight(t *testing.T) {
	for _, operation := range []string{"zoom.create", "google.patch"} {
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a, b := w.event(ada, "a", 10), w.event(ada, "b", 12)
			reached, goOn := make(chan struct{}), make(chan struct{})
			w.during(operation, func() { close(reached); <-goOn })
			stop := w.loop()
			w.until(operation, reached)
			stopped := make(chan struct{})
			go func() { stop(); close(stopped) }()
			close(goOn)
			w.until("the end", stopped)
			snap := w.load(ada)
			rows, err := w.store.Queue(w.ctx)
			w.must(err)
			if rows[0].Owner != "" || rows[0].NextAt.After(w.clock.Now()) || rows[0].LastError != "" || rows[0].Failures != 0 {
				t.Errorf("the person was not given back: %+v", rows[0])
			}
			if len(snap.Intents) != 0 || len(snap.Meetings) != w.count("zoom.create") {
				t.Errorf("%d meetings and %d open creates are recorded of %d", len(snap.Meetings), len(snap.Intents), w.count("zoom.create"))
			}
			w.fine(ada)
			w.linked(ada, a)
			w.linked(ada, b)
			w.live(ada, 2)
			w.counted(map[string]int{"zoom.create": 2, "google.patch": 2, "zoom.list": 0})
		})
	}
}

func TestALostLeaseEndsThePass(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Lease = 30 * time.Millisecond })
	ada := w.person("ada")
	w.event(ada, "a", 10)
	lease := w.lease(ada)
	reached, taken := make(chan struct{}), make(chan struct{})
	w.during("google.list", func() { close(reached); <-taken })
	ended := make(chan struct{})
	go func() { w.r.work(w.ctx, lease); close(ended) }()
	w.until("the reading", reached)
	w.wait(time.Hour) // asleep for longer than the lease
	other, err := w.store.Claim(w.ctx, "other", time.Minute)
	if errors.Is(err, store.ErrNoneDue) { // it was prolonged just now
		w.wait(time.Hour)
		other, err = w.store.Claim(w.ctx, "other", time.Minute)
	}
	w.must(err)
	close(taken)
	w.until("the end", ended)
	w.counted(map[string]int{"write": 0})
	w.must(w.store.CheckLease(w.ctx, other))
}

func TestASecondLifeTakesItsPeopleBack(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	w.must(w.store.Request(w.ctx, ada.ID))
	if _, err := w.store.Claim(w.ctx, w.r.Owner, time.Hour); err != nil { // and then it died
		t.Fatal(err)
	}
	w.loop()
	w.until("a pass", w.passed(ada))
	w.linked(ada, a)
}

func TestAClockThatIsSetBackMakesEverybodyDue(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.loop()
	w.until("the first pass", w.passed(ada))
	again := make(chan struct{})
	w.during("google.list", func() { close(again) })
	w.wait(-time.Hour)
	w.until("a pass after the clock was set back", again)
}

func TestWakeEndsTheWait(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Poll = time.Hour })
	ada := w.person("ada")
	w.loop()
	w.until("the first pass", w.passed(ada))
	again := make(chan struct{})
	w.during("google.list", func() { close(again) })
	w.must(w.store.Request(w.ctx, ada.ID))
	w.r.Wake()
	w.r.Wake() // a second time does no harm
	w.until("a pass on request", again)
}
