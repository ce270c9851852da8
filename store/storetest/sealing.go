package storetest

import (
	"errors"
	"time"

	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
)

// filled puts something sealed everywhere.
func (w *world) filled() {
	w.read(sources.Reading{Full: true, Token: "1", Events: []sources.Event{w.event("a", "1", time.Hour), w.event("b", "1", time.Hour)}})
	w.write(func(x *store.Tx) error {
		return errors.Join(
			x.PutMeeting(w.meeting(1)), x.PutClaim(store.Claim{Event: w.ref("a"), Meeting: 1}),
			x.SaveDecisions([]store.Decision{{Event: w.ref("a"), Reason: "default", Detail: "x"}, {Event: w.ref("b"), Reason: "default"}}),
			x.Journal(store.Entry{Action: "create", Title: "Kickoff"}))
	})
}

// reopen starts again with another key.
func (w *world) reopen(key *seal.Keyset) {
	w.Helper()
	w.ok(w.store.Close())
	w.store = w.open(store.Options{Sealer: key})
}

func newKey(w *world) *seal.Keyset {
	w.Helper()
	key, err := seal.New()
	w.ok(err)
	return key
}

func otherKey(w *world) {
	w.filled()
	id := w.store.Installation()
	w.reopen(newKey(w))
	equal(w, "installation", w.store.Installation(), id)
	if _, err := w.store.Token(w.ctx, w.google.ID); !errors.Is(err, store.ErrSealed) {
		w.Fatalf("token: %v", err)
	}
	snap := w.load()
	if c := snap.Connections[0]; c.State != store.NeedsReauth || c.Detail == "" {
		w.Fatalf("connection %+v", c)
	}
	if k := snap.Calendars[0]; k.SyncToken != "" || !k.On {
		w.Fatalf("calendar %+v", k)
	}
	if m := snap.Meetings[0]; m.ID != 1 || m.Reference != "inst:1" || m.Joining.URL != "" || m.Topic != "" {
		w.Fatalf("meeting %+v", m)
	}
	if len(snap.Claims) != 1 || len(snap.Decisions) != 2 || snap.Decisions[0].Reason != "default" {
		w.Fatalf("claims %+v, decisions %+v", snap.Claims, snap.Decisions)
	}
	equal(w, "events until they are read again", len(w.events()), 0)
	views, _, err := w.store.EventViews(w.ctx, store.EventQuery{})
	w.ok(err)
	equal(w, "views until they are read again", len(views), 0)
	entries, err := w.store.JournalEntries(w.ctx, store.JournalQuery{})
	w.ok(err)
	equal(w, "action in the journal", entries[0].Action, "create")

	// The full reading fills one row and finds the other event gone (I4).
	equal(w, "changed", w.read(sources.Reading{Full: true, Token: "2", Events: []sources.Event{w.event("b", "1", time.Hour)}}), 2)
	got := w.events()
	if got["b"].Title == "" || got["a"].Gone != sources.Absent {
		w.Fatalf("after the full reading: %+v", got)
	}
	w.connect(w.ada, "google", "sub-ada")
	equal(w, "state after connecting again", w.load().Connections[0].State, store.Connected)
}

func keyBack(w *world) {
	w.filled()
	w.reopen(newKey(w))
	equal(w, "state", w.load().Connections[0].State, store.NeedsReauth)
	w.reopen(w.key)
	snap := w.load()
	equal(w, "state", snap.Connections[0].State, store.Connected)
	equal(w, "topic", snap.Meetings[0].Topic, "Kickoff")
	token, err := w.store.Token(w.ctx, w.google.ID)
	w.ok(err)
	equal(w, "refresh token", token.Refresh, "refresh-1")
}

func rotatedKey(w *world) {
	w.filled()
	rotated, err := w.key.Rotate()
	w.ok(err)
	w.reopen(rotated)
	if rows := w.store.RowsWritten(); rows != 0 {
		w.Fatalf("%d rows written because of a rotated key", rows)
	}
	equal(w, "events", len(w.events()), 2)
	equal(w, "topic", w.load().Meetings[0].Topic, "Kickoff")
	_, err = w.store.Token(w.ctx, w.google.ID)
	w.ok(err)
}

func halfRotated(w *world) {
	w.filled()
	rotated, err := w.key.Rotate()
	w.ok(err)
	ahead := w.open(store.Options{Sealer: rotated}) // another replica has the new key already
	w.ok(ahead.Write(w.ctx, w.lease(), func(x *store.Tx) error { return x.PutEvent(w.calendar.ID, w.event("b", "2", time.Hour)) }))

	if _, err := w.store.Events(w.ctx, w.ada.ID); !errors.Is(err, store.ErrSealed) {
		w.Fatalf("a pass over rows that cannot be read: %v", err)
	}
	equal(w, "sync token", w.load().Calendars[0].SyncToken, "")
	equal(w, "events", len(w.events()), 1)
	w.read(sources.Reading{Full: true, Token: "2", Events: []sources.Event{w.event("a", "1", time.Hour), w.event("b", "2", time.Hour)}})
	equal(w, "events in the end", len(w.events()), 2)
}
