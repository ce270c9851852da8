package storetest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// meeting is one with everything on it.
func (w *world) meeting(id int64) store.Meeting {
	return store.Meeting{
		Recurrence: zoom.Recurrence{Type: zoom.Weekly, Interval: 2, Weekdays: "2,4", Times: 6}, Found: true,
		Dropped: []time.Time{time.Date(2026, 12, 9, 10, 0, 0, 0, time.UTC)},
		ID:      id, Person: w.ada.ID, HostID: "host", Reference: fmt.Sprintf("inst:%d", id), Topic: "Kickoff", Type: zoom.Scheduled,
		Start: w.clock.Now().Add(time.Hour), Minutes: 30, TimeZone: "UTC", CreatedAt: w.clock.Now(),
		Joining: sources.Joining{Provider: "zoom", Meeting: fmt.Sprint(id), URL: "https://acme.zoom.us/j/1?pwd=x", Passcode: "x", DialIn: []string{"+49 1"}},
	}
}

func meetings(w *world) {
	m := w.meeting(81_234_567_890)
	w.write(func(x *store.Tx) error {
		return errors.Join(x.PutMeeting(m), x.PutClaim(store.Claim{Event: w.ref("a"), Meeting: m.ID}), x.PutClaim(store.Claim{Event: w.ref("b"), Meeting: m.ID}))
	})
	since := w.clock.Now()
	w.clock.Move(time.Hour)
	rows := w.rows(func() {
		w.write(func(x *store.Tx) error {
			return errors.Join(x.PutMeeting(m), x.PutClaim(store.Claim{Event: w.ref("a"), Meeting: m.ID, Since: w.clock.Now()}))
		})
	})
	equal(w, "rows of no change", rows, 0)
	snap := w.load()
	if got := snap.Meetings[0]; fmt.Sprint(got) != fmt.Sprint(m) {
		w.Fatalf("meeting %+v, want %+v", got, m)
	}
	if len(snap.Claims) != 2 || !snap.Claims[0].Since.Equal(since) {
		w.Fatalf("claims %+v", snap.Claims)
	}
	m.Missing, m.Topic = true, "Review"
	equal(w, "rows of a change", w.rows(func() { w.write(func(x *store.Tx) error { return x.PutMeeting(m) }) }), 1)
	w.write(func(x *store.Tx) error { return x.DropClaim(w.ref("a")) })
	equal(w, "claims", len(w.load().Claims), 1)
	w.write(func(x *store.Tx) error { return x.DropMeeting(m.ID) })
	snap = w.load()
	equal(w, "meetings and claims", len(snap.Meetings)+len(snap.Claims), 0)
}

func meetingForeign(w *world) {
	zoomAccount := w.connect(w.ada, "zoom", "u1@a1")
	w.write(func(x *store.Tx) error {
		return errors.Join(x.PutMeeting(w.meeting(1)), x.SetHost(zoomAccount.ID, "host", 1))
	})
	equal(w, "others for ada", len(w.load().Others), 0)
	w.ok(w.store.Disconnect(w.ctx, zoomAccount.ID))

	bob := w.person("bob")
	theirs := w.connect(bob, "zoom", "u1@a1")
	w.idle()
	w.ok(w.store.Request(w.ctx, bob.ID))
	lease, err := w.store.Claim(w.ctx, "tester", time.Minute)
	w.ok(err)
	w.ok(w.store.Write(w.ctx, lease, func(x *store.Tx) error { return x.SetHost(theirs.ID, "host", 1) }))
	snap, err := w.store.Load(w.ctx, bob.ID)
	w.ok(err)
	equal(w, "ada's meeting is another's for bob", snap.Others[1], true)
	var taken *store.TakenError
	if err := w.store.Write(w.ctx, lease, func(x *store.Tx) error { return x.PutMeeting(w.meeting(1)) }); !errors.As(err, &taken) {
		w.Fatalf("bob took ada's meeting: %v", err)
	}
	w.ok(w.store.Write(w.ctx, lease, func(x *store.Tx) error { return x.DropMeeting(1) }))
	equal(w, "ada's meetings", len(w.load().Meetings), 1)
}

func intents(w *world) {
	in := store.Intent{Reference: "inst:1", Slot: `{"Start":"2026-12-01T10:00:00Z"}`, Events: []sources.EventRef{w.ref("a"), w.ref("b")}}
	w.write(func(x *store.Tx) error { return x.InsertIntent(in) })
	open := w.load().Intents
	if len(open) != 1 || open[0].Slot != in.Slot || len(open[0].Events) != 2 || !open[0].SentAt.Equal(w.clock.Now()) {
		w.Fatalf("intents %+v", open)
	}
	var exists *store.ExistsError
	if err := w.store.Write(w.ctx, w.lease(), func(x *store.Tx) error { return x.InsertIntent(in) }); !errors.As(err, &exists) {
		w.Fatalf("written down twice: %v", err)
	}
	w.write(func(x *store.Tx) error { return x.CloseIntent("inst:1", "created") })
	equal(w, "rows of closing again", w.rows(func() { w.write(func(x *store.Tx) error { return x.CloseIntent("inst:1", "abandoned") }) }), 0)
	equal(w, "open intents", len(w.load().Intents), 0)
}

func budget(w *world) {
	day, next := "2026-12-01", "2026-12-02"
	w.write(func(x *store.Tx) error {
		return errors.Join(x.Spend("host", day, 2), x.Spend("host", day, 1), x.Spend("other", day, 50))
	})
	used, until, err := w.store.Budget(w.ctx, "host", day)
	w.ok(err)
	if used != 3 || !until.IsZero() {
		w.Fatalf("budget %d %v", used, until)
	}
	all, err := w.store.Budgets(w.ctx, day)
	w.ok(err)
	if len(all) != 2 || all[0].Host != "other" || all[0].Used != 50 || all[1].Used != 3 {
		w.Fatalf("everybody's: %+v", all)
	}
	midnight := time.Date(2026, 12, 2, 0, 10, 0, 0, time.UTC)
	w.write(func(x *store.Tx) error { return x.Exhaust("host", day, midnight) })
	used, until, err = w.store.Budget(w.ctx, "host", next)
	w.ok(err)
	if used != 0 || !until.Equal(midnight) {
		w.Fatalf("Zoom's word did not outlast the day: %d %v", used, until)
	}
	all, err = w.store.Budgets(w.ctx, next)
	w.ok(err)
	if len(all) != 1 || all[0].Host != "host" || all[0].Used != 0 || !all[0].Until.Equal(midnight) {
		w.Fatalf("everybody's on the next day: %+v", all)
	}
	w.clock.Move(24 * time.Hour)
	w.write(func(x *store.Tx) error { return x.Spend("host", next, 1) })
	used, until, err = w.store.Budget(w.ctx, "host", day)
	w.ok(err)
	if used != 0 || !until.IsZero() {
		w.Fatalf("yesterday is still there: %d %v", used, until)
	}
	b, err := w.store.Spent(w.ctx, "host", next)
	w.ok(err)
	if b.Used != 1 || b.Allowed != 3 {
		w.Fatalf("what Zoom allowed yesterday was forgotten: %+v", b)
	}
	c := w.connect(w.ada, "zoom", "u1@a1")
	w.write(func(x *store.Tx) error { return x.SetHost(c.ID, "host", 2) })
	if b := w.load().Budget; b.Host != "host" || b.Day != next || b.Used != 1 {
		w.Fatalf("budget in the snapshot: %+v", b)
	}
}

func decisions(w *world) {
	save := func(ds ...store.Decision) int64 {
		return w.rows(func() { w.write(func(x *store.Tx) error { return x.SaveDecisions(ds) }) })
	}
	a := store.Decision{Event: w.ref("a"), Wanted: "zoom", Reason: "default", Detail: "because", Until: w.clock.Now().Add(time.Hour)}
	b := store.Decision{Event: w.ref("b"), Wanted: "leave", Reason: "no_guests"}
	began := w.clock.Now()
	equal(w, "rows of two new ones", save(a, b), 2)
	w.clock.Move(time.Hour)
	equal(w, "rows of no change", save(b, a), 0)
	equal(w, "same", store.SameDecisions(w.load().Decisions, []store.Decision{b, a}), true)
	a.Meeting = 5
	equal(w, "still the same", store.SameDecisions(w.load().Decisions, []store.Decision{b, a}), false)
	equal(w, "rows of a change", save(a, b), 1)
	b.Reason = "all_day"
	save(a, b)
	got := w.load().Decisions
	if got[0].Detail != "because" || got[0].Meeting != 5 || !got[0].Since.Equal(began) || !got[1].Since.Equal(w.clock.Now()) {
		w.Fatalf("decisions %+v", got)
	}
	equal(w, "rows when one event is no more", save(a), 1)
	equal(w, "decisions", len(w.load().Decisions), 1)
	var many []store.Decision
	for i := range 1000 {
		many = append(many, store.Decision{Event: w.ref(ids("e", i)), Reason: "default", Detail: "x"})
	}
	equal(w, "rows of a thousand", save(many...), 1001)
}

func journal(w *world) {
	w.ok(w.store.Journal(w.ctx, store.Entry{Person: w.ada.ID, Action: "pause", Outcome: "done"}, store.Entry{Action: "settings"}))
	w.write(func(x *store.Tx) error {
		return x.Journal(store.Entry{Pass: "p1", Action: "create", Event: w.ref("a"), Meeting: 1, Title: "Kickoff", Reason: "default", Outcome: "done", Detail: "a slot of its own"})
	})
	all, err := w.store.JournalEntries(w.ctx, store.JournalQuery{})
	w.ok(err)
	equal(w, "entries", len(all), 3)
	if e := all[2]; e.Title != "Kickoff" || e.Detail != "a slot of its own" || e.Person != w.ada.ID || !e.At.Equal(w.clock.Now()) || e.Event != w.ref("a") {
		w.Fatalf("entry %+v", e)
	}
	for name, q := range map[string]store.JournalQuery{
		"of an event": {Event: w.ref("a")}, "after": {After: all[1].ID}, "of a person, limited": {Person: w.ada.ID, Limit: 1},
	} {
		got, err := w.store.JournalEntries(w.ctx, q)
		w.ok(err)
		equal(w, name, len(got), 1)
	}
	newest, err := w.store.NewestEntries(w.ctx, store.JournalQuery{Limit: 2})
	w.ok(err)
	if len(newest) != 2 || newest[0].ID != all[2].ID || newest[1].ID != all[1].ID {
		w.Fatalf("newest %+v", newest)
	}
	w.clock.Move(401 * 24 * time.Hour)
	w.ok(w.store.Journal(w.ctx, store.Entry{Person: w.ada.ID, Action: "resume"}))
	left, err := w.store.JournalEntries(w.ctx, store.JournalQuery{Person: w.ada.ID})
	w.ok(err)
	equal(w, "entries after more than a year", len(left), 1)
}

func marks(w *world) {
	set := func() {
		w.write(func(x *store.Tx) error {
			return errors.Join(x.SetHeld("plan-1"), x.SetReleased("plan-1"), x.SetAudited(w.clock.Now()), x.SetAdopting(true))
		})
	}
	equal(w, "rows", w.rows(set), 4)
	equal(w, "rows of no change", w.rows(set), 0)
	p := w.load().Person
	if p.Held != "plan-1" || p.Released != "plan-1" || !p.AuditedAt.Equal(w.clock.Now()) || !p.Adopting {
		w.Fatalf("person %+v", p)
	}
}

func crashes(w *world) {
	lease := w.lease()
	for _, before := range []bool{true, false} {
		reference := fmt.Sprint("before ", before)
		crashing := w.open(store.Options{OnCommit: func(b bool) {
			if b == before {
				panic("dies")
			}
		}})
		died := func() (text string) {
			defer func() { text = fmt.Sprint(recover()) }()
			return fmt.Sprint(crashing.Write(w.ctx, lease, func(x *store.Tx) error {
				return errors.Join(x.InsertIntent(store.Intent{Reference: reference}), x.Spend("host", "2026-12-01", 1))
			}))
		}()
		equal(w, "died", died, "dies")
	}
	open := w.load().Intents
	used, _, err := w.store.Budget(w.ctx, "host", "2026-12-01")
	w.ok(err)
	if len(open) != 1 || !strings.HasSuffix(open[0].Reference, "false") || used != 1 {
		w.Fatalf("intents %+v, used %d", open, used)
	}
}

func repairs(w *world) {
	at := w.clock.Now()
	r := store.Repair{Event: w.ref("a"), Person: w.ada.ID, Block: 1<<63 + 7, At: at, State: store.RepairSent}
	put := func() { w.write(func(x *store.Tx) error { return x.PutRepair(r) }) }
	put()
	equal(w, "rows of no change", w.rows(put), 0)
	r.State = store.RepairLeft
	equal(w, "rows of a change", w.rows(put), 1)
	got := w.load().Repairs
	if len(got) != 1 || got[0].Event != r.Event || got[0].Block != r.Block || got[0].State != r.State || !got[0].At.Equal(at) {
		w.Fatalf("repairs %+v, want %+v", got, r)
	}
	w.write(func(x *store.Tx) error { return x.DropRepair(w.ref("a")) })
	equal(w, "repairs", len(w.load().Repairs), 0)
}

func elsewhere(w *world) {
	w.write(func(x *store.Tx) error { return x.PutMeeting(w.meeting(1)) })
	bob := w.person("bob")
	look := func(person int64) (others, released map[int64]bool) {
		ids := make([]int64, 1200) // more than one statement takes
		for i := range ids {
			ids[i] = int64(1200 - i)
		}
		others, released, err := w.store.Elsewhere(w.ctx, person, ids)
		w.ok(err)
		return others, released
	}
	others, released := look(w.ada.ID)
	equal(w, "elsewhere for ada", len(others)+len(released), 0)
	others, released = look(bob.ID)
	equal(w, "ada's meeting for bob", others[1] && len(others) == 1 && len(released) == 0, true)
	w.ok(w.store.DeletePerson(w.ctx, w.ada.ID))
	others, released = look(bob.ID)
	equal(w, "once ada was removed", released[1] && len(released) == 1 && len(others) == 0, true)
}

func strangers(w *world) {
	c := w.connect(w.ada, "zoom", "u1@a1")
	w.write(func(x *store.Tx) error { return x.SetHost(c.ID, "host", 1) })
	put := func() {
		w.write(func(x *store.Tx) error {
			return errors.Join(x.PutStranger("host", 1, time.Time{}), x.PutStranger("elsewhere", 2, time.Time{}))
		})
	}
	put()
	equal(w, "rows of no change", w.rows(put), 0)
	got := w.load().Strangers
	if len(got) != 1 || !got[1] {
		w.Fatalf("strangers %v: only those of the connected account count", got)
	}
	again := w.clock.Now().Add(time.Hour)
	w.write(func(x *store.Tx) error { return x.PutStranger("host", 4, again) })
	if got := w.load().Strangers; len(got) != 2 || !got[4] {
		w.Fatalf("strangers %v: one that is asked for in an hour counts until then", got)
	}
	w.clock.Move(time.Hour)
	if got := w.load().Strangers; len(got) != 1 || !got[1] {
		w.Fatalf("strangers %v: one is to be asked for again", got)
	}
	w.clock.Move(2 * 366 * 24 * time.Hour)
	w.write(func(x *store.Tx) error { return x.PutStranger("host", 3, time.Time{}) })
	if got := w.load().Strangers; len(got) != 1 || !got[3] {
		w.Fatalf("strangers %v after two years", got)
	}
}
