package storetest

import (
	"errors"
	"slices"
	"strings"
	"time"

	"slotward/sources"
	"slotward/store"
)

// comingWorld has events from two hours ago to eight hours from now, one an hour
// and half an hour long, and a daily series whose next occurrence was moved.
func comingWorld(w *world) {
	var events []sources.Event
	for i := range 11 {
		events = append(events, w.event(ids("e", i), "1", time.Duration(i-2)*time.Hour))
	}
	series := w.event("series", "1", -48*time.Hour+90*time.Minute)
	series.Kind, series.Recurrence, series.TimeZone = sources.Series, []string{"RRULE:FREQ=DAILY"}, "UTC"
	moved := w.event("moved", "1", 210*time.Minute)
	moved.Kind, moved.SeriesID, moved.OriginalStart = sources.Exception, "series", series.Start.Add(48*time.Hour)
	gone := w.event("gone", "1", time.Hour)
	gone.Gone = sources.Tombstone
	w.read(sources.Reading{Full: true, Token: "1", Events: append(events, series, moved, gone)})
}

func coming(w *world) {
	comingWorld(w)
	now := w.clock.Now()
	page := func(q store.ComingQuery) ([]string, store.ComingPage) {
		q.Person, q.Now = w.ada.ID, now
		p, err := w.store.Coming(w.ctx, q)
		w.ok(err)
		var names []string
		for _, v := range p.Views {
			names = append(names, v.ID)
		}
		return names, p
	}
	// Going on, then soonest first; the series stands tomorrow.
	all, p := page(store.ComingQuery{})
	equal(w, "to come", strings.Join(all, " "), "e00002 e00003 e00004 e00005 moved e00006 e00007 e00008 e00009 e00010 series")
	if p.Next != "" || p.Previous != "" || !p.Views[10].Next.Equal(now.Add(25*time.Hour+30*time.Minute)) {
		w.Fatalf("%+v", p)
	}
	over, _ := page(store.ComingQuery{Over: true})
	equal(w, "over", strings.Join(over, " "), "e00001 e00000")
	for limit := 1; limit < 13; limit++ {
		walk(w, limit, all, page)
	}
	found, _ := page(store.ComingQuery{Text: "OF E00005"})
	equal(w, "by title", strings.Join(found, " "), "e00005")
	found, _ = page(store.ComingQuery{Keep: func(v *store.EventView) bool { return v.Kind == sources.Series }})
	equal(w, "kept", strings.Join(found, " "), "series")
	found, _ = page(store.ComingQuery{Calendar: 99})
	equal(w, "of another calendar", len(found), 0)
	_, err := w.store.Coming(w.ctx, store.ComingQuery{Person: w.ada.ID, Now: now, Cursor: "%"})
	notFound(w, err)
	other := w.person("bob")
	p, err = w.store.Coming(w.ctx, store.ComingQuery{Person: other.ID, Now: now})
	w.ok(err)
	equal(w, "of another person", len(p.Views), 0)
}

// comingTies has events that begin together, with ids that languages put in another
// order than bytes are in.
func comingTies(w *world) {
	all := []string{"A1", "B", "_c", "a", "a_2", "b", "ä"}
	var events []sources.Event
	for _, id := range all {
		events = append(events, w.event(id, "1", time.Hour))
	}
	w.read(sources.Reading{Full: true, Token: "1", Events: events})
	page := func(q store.ComingQuery) ([]string, store.ComingPage) {
		q.Person, q.Now = w.ada.ID, w.clock.Now()
		p, err := w.store.Coming(w.ctx, q)
		w.ok(err)
		var names []string
		for _, v := range p.Views {
			names = append(names, v.ID)
		}
		return names, p
	}
	for limit := 1; limit < len(all)+2; limit++ {
		walk(w, limit, all, page)
	}
}

// walk goes through the pages to the end and back to the beginning.
func walk(w *world, limit int, all []string, page func(store.ComingQuery) ([]string, store.ComingPage)) {
	var seen []string
	names, p := page(store.ComingQuery{Limit: limit})
	for seen = names; p.Next != ""; seen = append(seen, names...) {
		names, p = page(store.ComingQuery{Limit: limit, Cursor: p.Next})
		if len(seen) > 2*len(all) {
			w.Fatalf("the pages of %d do not end: %v", limit, seen)
		}
	}
	if !slices.Equal(seen, all) {
		w.Fatalf("by %d: %v, want %v", limit, seen, all)
	}
	for p.Previous != "" {
		var before []string
		before, p = page(store.ComingQuery{Limit: limit, Cursor: p.Previous})
		if len(before) > 0 && slices.Index(all, before[len(before)-1])+1 != slices.Index(all, names[0]) {
			w.Fatalf("back by %d: %v before %v", limit, before, names)
		}
		if len(before) > 0 {
			names = before
		}
	}
	equal(w, "the first page again", names[0], all[0])
}

func shared(w *world) {
	comingWorld(w)
	m := w.meeting(1)
	w.write(func(x *store.Tx) error {
		return errors.Join(x.PutMeeting(m), x.PutClaim(store.Claim{Event: w.ref("e00005"), Meeting: 1}), x.PutClaim(store.Claim{Event: w.ref("e00006"), Meeting: 1}),
			x.PutClaim(store.Claim{Event: w.ref("series"), Meeting: 1}), x.PutClaim(store.Claim{Event: w.ref("moved"), Meeting: 1}))
	})
	v, err := w.store.EventView(w.ctx, w.ref("e00005"))
	w.ok(err)
	if len(v.Shares) != 3 || v.Shares[1].Event != w.ref("moved") || v.Shares[0].Event != w.ref("series") {
		w.Fatalf("shares %+v", v.Shares)
	}
	v, err = w.store.EventView(w.ctx, w.ref("series"))
	w.ok(err)
	if len(v.Shares) != 2 || v.Next.IsZero() { // not with its own occurrence
		w.Fatalf("the series shares %+v, next %s", v.Shares, v.Next)
	}
}

func joining(w *world) {
	event := w.event("linked", "1", time.Hour)
	m := w.meeting(1)
	event.Description = sources.RenderBlock(m.Joining)
	event.Mark = sources.Mark{Installation: "i", EventHash: sources.HashEvent("linked"), Meeting: m.Joining.Meeting}
	sources.Inspect(&event)
	native := w.event("native", "1", 2*time.Hour)
	native.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
	w.read(sources.Reading{Full: true, Token: "1", Events: []sources.Event{event, native, w.event("bare", "1", 3*time.Hour)}})
	w.write(func(x *store.Tx) error {
		return errors.Join(x.PutMeeting(m), x.PutClaim(store.Claim{Event: w.ref("linked"), Meeting: 1}))
	})
	links, err := w.store.JoiningLinks(w.ctx, w.ada.ID, w.ref("linked"), w.ref("native"), w.ref("bare"), w.ref("absent"))
	w.ok(err)
	if len(links) != 2 || links[w.ref("linked")] != m.Joining.URL || links[w.ref("native")] != native.Native.URL {
		w.Fatalf("%v", links)
	}
	links, err = w.store.JoiningLinks(w.ctx, w.person("bob").ID, w.ref("linked"), w.ref("native"))
	w.ok(err)
	equal(w, "for somebody else", len(links), 0)
}

func counts(w *world) {
	comingWorld(w)
	w.write(func(x *store.Tx) error {
		return x.SaveDecisions([]store.Decision{
			{Event: w.ref("e00000"), Wanted: "leave", Reason: "past"}, {Event: w.ref("e00003"), Wanted: "zoom", Reason: "default"},
			{Event: w.ref("e00004"), Wanted: "zoom", Reason: "default"}, {Event: w.ref("e00005"), Wanted: "leave", Reason: "no_guests"},
		})
	})
	got, err := w.store.ReasonCounts(w.ctx, w.ada.ID, w.clock.Now())
	w.ok(err)
	want := []store.ReasonCount{{Events: 8}, {Wanted: "zoom", Reason: "default", Events: 2}, {Wanted: "leave", Reason: "no_guests", Events: 1}}
	if !slices.Equal(got, want) {
		w.Fatalf("%+v", got)
	}
}

func journalPages(w *world) {
	var entries []store.Entry
	for i := range 9 {
		entries = append(entries, store.Entry{Pass: "p", Person: w.ada.ID, Action: []string{"create", "write", "update"}[i%3], Title: ids("t", i), Outcome: "done"})
	}
	entries[4].Outcome, entries[8].Pass = "failed", ""
	w.ok(w.store.Journal(w.ctx, entries...))
	titles := func(q store.JournalQuery) string {
		q.Person = w.ada.ID
		found, err := w.store.NewestEntries(w.ctx, q)
		w.ok(err)
		var out []string
		for _, e := range found {
			out = append(out, strings.TrimPrefix(e.Title, "t0000"))
		}
		return strings.Join(out, "")
	}
	newest, err := w.store.NewestEntries(w.ctx, store.JournalQuery{Limit: 3})
	w.ok(err)
	equal(w, "older", titles(store.JournalQuery{Before: newest[2].ID, Limit: 3}), "543")
	equal(w, "actions", titles(store.JournalQuery{Actions: []string{"create", "update"}}), "865320")
	equal(w, "outcome", titles(store.JournalQuery{Outcome: "failed"}), "4")
	equal(w, "by people", titles(store.JournalQuery{By: store.ByPeople}), "8")
	equal(w, "by passes", titles(store.JournalQuery{By: store.ByPass, Limit: 2}), "76")
	equal(w, "text", titles(store.JournalQuery{Text: "T00007"}), "7")
	equal(w, "text, as many as asked for", titles(store.JournalQuery{Text: "t0000", Limit: 2, Before: newest[0].ID}), "76")
}

// journalSearched: a text is found however far back it stands, page by page.
func journalSearched(w *world) {
	entries := make([]store.Entry, 5010)
	for i := range entries {
		entries[i] = store.Entry{Person: w.ada.ID, Pass: "p", Action: "create", Title: "hay", Outcome: "done"}
	}
	entries[2].Title, entries[3].Title, entries[5000].Title = "needle 1", "needle 2", "needle 3"
	w.ok(w.store.Journal(w.ctx, entries...))
	for limit := 1; limit <= 4; limit++ {
		var found []string
		q := store.JournalQuery{Person: w.ada.ID, Text: "NEEDLE", Limit: limit}
		for pages := 0; pages == 0 || q.Before != 0; pages++ {
			some, next, err := w.store.NewestPage(w.ctx, q)
			w.ok(err)
			if pages > 6 {
				w.Fatalf("the pages of %d do not end: %v", limit, found)
			}
			for _, e := range some {
				found = append(found, strings.TrimPrefix(e.Title, "needle "))
			}
			q.Before = next
		}
		equal(w, "found", strings.Join(found, ""), "321")
	}
}
