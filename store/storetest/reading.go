package storetest

import (
	"errors"
	"strings"
	"time"

	"slotward/sources"
	"slotward/store"
)

func readingMerge(w *world) {
	claimed := func(id string) {
		w.write(func(x *store.Tx) error { return x.PutClaim(store.Claim{Event: w.ref(id), Meeting: 1}) })
	}
	a, b := w.event("a", "1", time.Hour), w.event("b", "1", 2*time.Hour)
	moved := w.event("a", "2", 3*time.Hour)
	back := w.event("b", "1", 2*time.Hour)
	steps := []struct {
		name    string
		reading sources.Reading
		changed int
		gone    map[string]sources.Gone
	}{
		{"two are new", sources.Reading{Full: true, Events: []sources.Event{a, b}}, 2, map[string]sources.Gone{"a": "", "b": ""}},
		{"the same again", sources.Reading{Full: true, Events: []sources.Event{a, b}}, 0, map[string]sources.Gone{"a": "", "b": ""}},
		{"one moved", sources.Reading{Events: []sources.Event{moved, b}}, 1, map[string]sources.Gone{"a": "", "b": ""}},
		{"one cancelled", sources.Reading{Events: []sources.Event{tombstone("a", "3")}}, 1, map[string]sources.Gone{"a": sources.Tombstone, "b": ""}},
		{"cancelled twice", sources.Reading{Events: []sources.Event{tombstone("a", "4")}}, 0, map[string]sources.Gone{"a": sources.Tombstone, "b": ""}},
		{"the other is absent", sources.Reading{Full: true}, 1, map[string]sources.Gone{"a": sources.Tombstone, "b": sources.Absent}},
		{"absent twice", sources.Reading{Full: true}, 0, map[string]sources.Gone{"a": sources.Tombstone, "b": sources.Absent}},
		{"an unknown one cancelled", sources.Reading{Events: []sources.Event{tombstone("x", "1")}}, 0, map[string]sources.Gone{"a": sources.Tombstone, "b": sources.Absent}},
		{"the absent one is back", sources.Reading{Events: []sources.Event{back}}, 1, map[string]sources.Gone{"a": sources.Tombstone, "b": ""}},
		{"absent, then cancelled", sources.Reading{Full: true}, 1, map[string]sources.Gone{"a": sources.Tombstone, "b": sources.Absent}},
		{"said to be cancelled", sources.Reading{Events: []sources.Event{tombstone("b", "9")}}, 1, map[string]sources.Gone{"a": sources.Tombstone, "b": sources.Tombstone}},
	}
	claimed("a")
	claimed("b")
	for _, s := range steps {
		s.reading.Token = s.name
		if changed := w.read(s.reading); changed != s.changed {
			w.Fatalf("%s: %d changed, want %d", s.name, changed, s.changed)
		}
		got := w.events()
		equal(w, s.name+": events", len(got), len(s.gone))
		for id, gone := range s.gone {
			if e, ok := got[id]; !ok || e.Gone != gone || e.Title != "Title of "+id {
				w.Fatalf("%s: %s is %q %q, want %q", s.name, id, e.Gone, e.Title, gone)
			}
		}
	}
	if a := w.events()["a"]; !a.Start.Equal(moved.Start) || a.Description != moved.Description || a.Kind != sources.Single {
		w.Fatalf("the body is not as last read: %+v", a)
	}
}

// weekly is a series from now on, with one changed occurrence per given day.
func (w *world) weekly(days ...int) []sources.Event {
	master := w.event("s", "1", time.Hour)
	master.Kind, master.Recurrence = sources.Series, []string{"RRULE:FREQ=DAILY"}
	out := []sources.Event{master}
	for _, day := range days {
		e := w.event(ids("s_", day), "1", time.Duration(day)*24*time.Hour+2*time.Hour)
		e.Kind, e.SeriesID = sources.Exception, "s"
		e.OriginalStart = master.Start.Add(time.Duration(day) * 24 * time.Hour)
		out = append(out, e)
	}
	return out
}

func readingSeries(w *world) {
	w.read(sources.Reading{Full: true, Token: "1", Events: append(w.weekly(1, 2), w.event("single", "1", time.Hour))})
	w.write(func(x *store.Tx) error {
		return errors.Join(x.PutClaim(store.Claim{Event: w.ref("s"), Meeting: 1}), x.PutClaim(store.Claim{Event: w.ref(ids("s_", 1)), Meeting: 1}))
	})
	changed := w.read(sources.Reading{Token: "2", Events: []sources.Event{tombstone("s", "2")}})
	equal(w, "changed", changed, 3)
	for id, e := range w.events() {
		if gone := e.Gone == sources.Tombstone; gone == (id == "single") {
			w.Fatalf("%s is %q", id, e.Gone)
		}
	}
	changed = w.read(sources.Reading{Token: "3", Events: []sources.Event{tombstone("s", "2"), tombstone(ids("s_", 1), "2")}})
	equal(w, "changed when said again", changed, 0)
	// An exception as it was last, our own write of it perhaps, does not come alive again.
	changed = w.read(sources.Reading{Token: "4", Events: []sources.Event{w.weekly(1)[1]}})
	equal(w, "changed by an echo", changed, 0)
	attended := w.weekly(2)[1]
	attended.OrganizedHere = false
	w.read(sources.Reading{Token: "5", Events: []sources.Event{attended}})
	if e := w.events()[attended.ID]; e.Gone != sources.Present {
		w.Fatal("an invitation to one occurrence of a series that left is gone")
	}
}

func readingLateException(w *world) {
	events := w.weekly(1)
	w.read(sources.Reading{Full: true, Token: "1", Events: events})
	echo := events[1]
	echo.ETag = `"2"`
	w.read(sources.Reading{Token: "2", Events: []sources.Event{echo, tombstone("s", "2")}})
	if e := w.events()[echo.ID]; e.Gone != sources.Tombstone {
		w.Fatalf("an exception outlives its series: %q", e.Gone)
	}
}

func readingExceptions(w *world) {
	events := w.weekly(10)
	early := &events[1] // the occurrence of day 10 was moved to today, and is over soon
	early.Start, early.End = w.clock.Now().Add(time.Hour), w.clock.Now().Add(2*time.Hour)
	skipped := sources.Event{ID: "s_skipped", ETag: `"1"`, Kind: sources.Exception, Gone: sources.Tombstone, SeriesID: "s", OriginalStart: w.clock.Now().Add(11 * 24 * time.Hour)}
	w.read(sources.Reading{Full: true, Token: "1", Events: append(events, skipped)})
	w.clock.Move(5 * 24 * time.Hour)
	w.read(sources.Reading{Token: "2", Events: []sources.Event{w.event("new", "1", time.Hour)}})
	got := w.events()
	if _, ok := got[early.ID]; !ok {
		w.Fatal("an exception vanished while the occurrence it replaces is yet to come")
	}
	if e := got["s_skipped"]; e.Gone != sources.Tombstone || !e.OriginalStart.Equal(skipped.OriginalStart) {
		w.Fatalf("a skipped occurrence is %+v", e)
	}
	w.clock.Move(30 * 24 * time.Hour)
	w.read(sources.Reading{Token: "3", Events: []sources.Event{w.event("newer", "1", time.Hour)}})
	got = w.events()
	equal(w, "events in the end", len(got), 2) // the series and the newest
}

func readingQuiet(w *world) {
	a := w.event("a", "1", time.Hour)
	w.read(sources.Reading{Full: true, Token: "1", Events: []sources.Event{a}})
	commits := 0
	counting := w.open(store.Options{OnCommit: func(bool) { commits++ }})
	lease := w.lease()
	rows := w.rows(func() {
		for _, r := range []sources.Reading{{Token: "2"}, {Token: "3", Events: []sources.Event{a}}} {
			w.ok(counting.Write(w.ctx, lease, func(x *store.Tx) error {
				_, err := x.SaveReading(w.calendar.ID, r)
				return err
			}))
		}
	})
	equal(w, "rows", rows+counting.RowsWritten(), 0)
	equal(w, "commits", commits, 0)
	equal(w, "token", w.load().Calendars[0].SyncToken, "1")
}

func readingToken(w *world) {
	token := func() string { return w.load().Calendars[0].SyncToken }
	w.read(sources.Reading{Full: true, Token: "1"})
	equal(w, "after the first reading", token(), "1")
	w.read(sources.Reading{Token: "2"})
	equal(w, "after an empty one", token(), "1")
	w.clock.Move(24 * time.Hour)
	w.read(sources.Reading{Token: "3"})
	equal(w, "after an empty one a day later", token(), "3")
	w.read(sources.Reading{Full: true, Token: "4"})
	equal(w, "after a full one", token(), "4")

	var many []sources.Event
	for i := range 201 {
		many = append(many, w.event(ids("e", i), "1", time.Hour))
	}
	w.read(sources.Reading{Token: "5", Events: many})
	rows := w.rows(func() { w.read(sources.Reading{Token: "6", Events: many}) })
	equal(w, "rows of a large echo", rows, 1)
	equal(w, "after a large echo", token(), "6")

	w.write(func(x *store.Tx) error { return x.SetCalendarError(w.calendar.ID, "503") })
	w.read(sources.Reading{Token: "7"})
	k := w.load().Calendars[0]
	if k.Error != "" || k.SyncToken != "6" || !k.ReadAt.Equal(w.clock.Now()) {
		w.Fatalf("after an error was over: %+v", k)
	}
	err := w.store.Write(w.ctx, w.lease(), func(x *store.Tx) error {
		_, err := x.SaveReading(w.calendar.ID, sources.Reading{Full: true})
		return err
	})
	if !errors.Is(err, sources.ErrIncomplete) {
		w.Fatalf("a reading without a token: %v", err)
	}
}

func readingEcho(w *world) {
	w.read(sources.Reading{Full: true, Token: "1", Events: []sources.Event{w.event("a", "1", time.Hour)}})
	patched := w.event("a", "2", time.Hour)
	patched.Location = "https://acme.zoom.us/j/1"
	w.write(func(x *store.Tx) error { return x.PutEvent(w.calendar.ID, patched) })
	rows := w.rows(func() {
		equal(w, "changed by the echo", w.read(sources.Reading{Token: "2", Events: []sources.Event{patched}}), 0)
		w.write(func(x *store.Tx) error { return x.PutEvent(w.calendar.ID, patched) })
	})
	equal(w, "rows of the echo", rows, 0)
	equal(w, "location", w.events()["a"].Location, patched.Location)
	w.write(func(x *store.Tx) error { return x.DropEvent(w.ref("a")) })
	equal(w, "events", len(w.events()), 0)
}

func readingGarbage(w *world) {
	old := w.event("old", "1", -72*time.Hour)
	if changed := w.read(sources.Reading{Full: true, Token: "1", Events: []sources.Event{old, w.event("a", "1", time.Hour), w.event("b", "1", time.Hour), w.event("c", "1", time.Hour)}}); changed != 3 {
		w.Fatalf("%d changed: one that is long over was taken in", changed)
	}
	decide := func(reason string) {
		w.write(func(x *store.Tx) error {
			return x.SaveDecisions([]store.Decision{{Event: w.ref("a"), Reason: reason}, {Event: w.ref("b"), Reason: reason}})
		})
	}
	decide("default")
	w.write(func(x *store.Tx) error { return x.PutClaim(store.Claim{Event: w.ref("b"), Meeting: 1}) })
	w.read(sources.Reading{Token: "2", Events: []sources.Event{tombstone("a", "2"), tombstone("b", "2"), tombstone("c", "2")}})
	got := w.events()
	if len(got) != 2 || got["a"].Gone == "" || got["b"].Gone == "" {
		w.Fatalf("gone, with a decision or a claim: %v", got)
	}
	w.clock.Move(72 * time.Hour)
	rows := w.rows(func() { w.read(sources.Reading{Token: "3"}) })
	equal(w, "rows while nothing happens, but for the old token", rows, 1)
	w.read(sources.Reading{Token: "4", Events: []sources.Event{w.event("d", "1", time.Hour)}})
	got = w.events()
	if _, left := got["a"]; left || len(got) != 2 || got["b"].ID != "b" {
		w.Fatalf("after the garbage went: %v", got)
	}
	again := w.event("old", "2", time.Hour) // moved into the future
	w.read(sources.Reading{Token: "5", Events: []sources.Event{again}})
	equal(w, "title", w.events()["old"].Title, "Title of old")
}

func readingPoison(w *world) {
	e := w.event("po\x00ison\xff", "1\x00", time.Hour)
	e.Title, e.TimeZone = "right\u202eto left\x00", "Mars/\x01"
	e.Description = strings.Repeat("long ", 200_000)
	twice := w.event("twice", "2", time.Hour)
	far := w.event("far", "1", time.Hour)
	far.Start, far.End = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	w.read(sources.Reading{Full: true, Token: "1", Events: []sources.Event{e, w.event("twice", "1", time.Hour), twice, far}})
	got := w.events()
	equal(w, "events", len(got), 3)
	equal(w, "etag", got["twice"].ETag, twice.ETag)
	if !got["far"].Start.Equal(far.Start) {
		w.Fatalf("far away: %v", got["far"].Start)
	}
	for id, g := range got {
		if strings.HasPrefix(id, "poison") && (g.Title != e.Title || g.Description != e.Description) {
			w.Fatalf("the poisonous one: %q", g.Title)
		}
	}
	changed := w.read(sources.Reading{Full: true, Token: "2", Events: []sources.Event{e, twice, far}})
	equal(w, "changed when read again", changed, 0)
}

func readingForeign(w *world) {
	bob := w.person("bob")
	theirs := w.keep(w.connect(bob, "google", "sub-bob"), "bob@acme.test")
	for name, fn := range map[string]func(*store.Tx) error{
		"reading": func(x *store.Tx) error {
			_, err := x.SaveReading(theirs.ID, sources.Reading{Token: "1"})
			return err
		},
		"event": func(x *store.Tx) error { return x.PutEvent(theirs.ID, w.event("a", "1", 0)) },
		"claim": func(x *store.Tx) error {
			return x.PutClaim(store.Claim{Event: sources.EventRef{Calendar: theirs.ID, Event: "a"}})
		},
		"decision": func(x *store.Tx) error {
			return x.SaveDecisions([]store.Decision{{Event: sources.EventRef{Calendar: theirs.ID, Event: "a"}}})
		},
		"error":      func(x *store.Tx) error { return x.SetCalendarError(theirs.ID, "503") },
		"connection": func(x *store.Tx) error { return x.SetConnection(theirs.Connection, store.NeedsReauth, "") },
	} {
		if err := w.store.Write(w.ctx, w.lease(), fn); !errors.Is(err, store.ErrNotFound) {
			w.Errorf("%s of somebody else's: %v", name, err)
		}
	}
}
