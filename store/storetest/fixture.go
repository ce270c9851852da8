package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
)

// Clock stands still until it is moved. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at 2026-12-01T08:00:00Z.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move moves the clock by d.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is what a case begins with: a store, and ada with one calendar that is on.
type world struct {
	*testing.T
	ctx      context.Context
	dsn      string
	clock    *Clock
	key      *seal.Keyset
	store    *store.Store
	ada      store.Person
	google   store.Connection
	calendar store.Calendar
}

// newWorld opens a fresh store and makes ada.
func newWorld(t *testing.T, database Database) *world {
	t.Helper()
	key, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, ctx: t.Context(), dsn: database(t), clock: NewClock(), key: key}
	w.store = w.open(store.Options{})
	w.ada = w.person("ada")
	w.google = w.connect(w.ada, "google", "sub-ada")
	w.calendar = w.keep(w.google, "ada@acme.test")
	return w
}

// open opens the store once more, as another process would.
func (w *world) open(o store.Options) *store.Store {
	w.Helper()
	s, err := w.tryOpen(o)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = s.Close() })
	return s
}

// tryOpen opens the store with what o leaves open filled in.
func (w *world) tryOpen(o store.Options) (*store.Store, error) {
	if o.DSN == "" {
		o.DSN = w.dsn
	}
	if o.Sealer == nil {
		o.Sealer = w.key
	}
	if o.Now == nil {
		o.Now = w.clock.Now
	}
	return store.Open(w.ctx, o)
}

func (w *world) person(name string) store.Person {
	w.Helper()
	p, err := w.store.CreatePerson(w.ctx, name, name+"@acme.test")
	w.ok(err)
	return p
}

func (w *world) connect(p store.Person, provider, account string) store.Connection {
	w.Helper()
	c, err := w.store.Connect(w.ctx, store.Connection{
		Person: p.ID, Provider: provider, Account: account, Email: p.Email, Scopes: []string{"calendar.events"},
	}, store.Token{Access: "access-1", Refresh: "refresh-1", Expiry: w.clock.Now().Add(time.Hour)})
	w.ok(err)
	return c
}

// keep lists one calendar on a connection and turns it on.
func (w *world) keep(c store.Connection, id string) store.Calendar {
	w.Helper()
	listed, err := w.store.SaveCalendars(w.ctx, c.ID, []sources.Calendar{{ID: id, Name: id, TimeZone: "UTC", Primary: true, Writable: true}})
	w.ok(err)
	for _, k := range listed {
		if k.ProviderID == id {
			k, err = w.store.UpdateCalendar(w.ctx, k.ID, func(k *store.Calendar) error { k.On = true; return nil })
			w.ok(err)
			return k
		}
	}
	w.Fatalf("calendar %s was not saved", id)
	return store.Calendar{}
}

// claim takes ada's lease, which must be due.
func (w *world) claim() store.Lease {
	w.Helper()
	w.ok(w.store.Request(w.ctx, w.ada.ID))
	l, err := w.store.Claim(w.ctx, "tester", time.Minute)
	w.ok(err)
	if l.Person != w.ada.ID {
		w.Fatalf("claimed person %d", l.Person)
	}
	return l
}

// write writes as a pass of ada's does.
func (w *world) write(fn func(*store.Tx) error) {
	w.Helper()
	w.ok(w.store.Write(w.ctx, w.lease(), fn))
}

// lease returns a lease for ada whether or not one is held already.
func (w *world) lease() store.Lease {
	w.Helper()
	w.ok(w.store.Interrupt(w.ctx, w.ada.ID))
	return w.claim()
}

// read merges a reading and returns how many events changed.
func (w *world) read(r sources.Reading) (changed int) {
	w.Helper()
	w.write(func(x *store.Tx) (err error) {
		changed, err = x.SaveReading(w.calendar.ID, r)
		return err
	})
	return changed
}

// rows runs fn and returns how many rows of state it changed.
func (w *world) rows(fn func()) int64 {
	w.Helper()
	before := w.store.RowsWritten()
	fn()
	return w.store.RowsWritten() - before
}

// events reads ada's mirror by id.
func (w *world) events() map[string]store.Event {
	w.Helper()
	list, err := w.store.Events(w.ctx, w.ada.ID)
	w.ok(err)
	out := map[string]store.Event{}
	for _, e := range list {
		out[e.ID] = e
	}
	return out
}

func (w *world) load() *store.Snapshot {
	w.Helper()
	snap, err := w.store.Load(w.ctx, w.ada.ID)
	w.ok(err)
	return snap
}

func (w *world) ref(id string) sources.EventRef {
	return sources.EventRef{Calendar: w.calendar.ID, Event: id}
}

// event makes a single event that starts the given time from now.
func (w *world) event(id, etag string, in time.Duration) sources.Event {
	start := w.clock.Now().Add(in)
	return sources.Event{
		ID: id, ETag: `"` + etag + `"`, Kind: sources.Single, Title: "Title of " + id, Description: "notes of " + id,
		Start: start, End: start.Add(30 * time.Minute), TimeZone: "Europe/Berlin", Guests: 2, OrganizedHere: true,
	}
}

// tombstone is how a provider says that an event is gone.
func tombstone(id, etag string) sources.Event {
	return sources.Event{ID: id, ETag: `"` + etag + `"`, Kind: sources.Single, Gone: sources.Tombstone}
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// equal fails the test unless got is want.
func equal[T comparable](w *world, what string, got, want T) {
	w.Helper()
	if got != want {
		w.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// ids numbers event ids so that they sort.
func ids(prefix string, i int) string { return fmt.Sprintf("%s%05d", prefix, i) }
