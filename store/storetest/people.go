package storetest

import (
	"errors"
	"strings"
	"sync"

	"slotward/sources"
	"slotward/store"
)

func people(w *world) {
	bob := w.person("bob")
	equal(w, "email", bob.Email, "bob@acme.test")
	found, err := w.store.PersonByEmail(w.ctx, " BOB@acme.test ")
	w.ok(err)
	equal(w, "found", found.ID, bob.ID)
	all, err := w.store.People(w.ctx)
	w.ok(err)
	equal(w, "people", len(all), 2)

	rows := w.rows(func() {
		bob, err = w.store.UpdatePerson(w.ctx, bob.ID, func(p *store.Person) error {
			p.Paused, p.Settings = true, map[string]string{"share": "never"}
			return nil
		})
		w.ok(err)
	})
	equal(w, "rows of a change", rows, 1)
	if !bob.Paused || bob.Settings["share"] != "never" {
		w.Fatalf("not changed: %+v", bob)
	}
	rows = w.rows(func() {
		_, err = w.store.UpdatePerson(w.ctx, bob.ID, func(p *store.Person) error { p.Paused = true; return nil })
		w.ok(err)
	})
	equal(w, "rows of no change", rows, 0)

	w.ok(w.store.DeletePerson(w.ctx, bob.ID))
	_, err = w.store.Person(w.ctx, bob.ID)
	notFound(w, err)
	notFound(w, w.store.DeletePerson(w.ctx, bob.ID))
}

// admins: somebody is one as long as there is anybody.
func admins(w *world) {
	ada, bob, eve := w.ada, w.person("bob"), w.person("eve")
	role := func(s *store.Store, id int64, role store.Role) error {
		_, err := s.UpdatePerson(w.ctx, id, func(p *store.Person) error { p.Role = role; return nil })
		return err
	}
	last := func(err error) {
		w.Helper()
		if !errors.Is(err, store.ErrLastAdmin) {
			w.Fatalf("nobody is an admin any more: %v", err)
		}
	}
	w.ok(role(w.store, ada.ID, store.Admin))
	last(role(w.store, ada.ID, store.Member))
	last(w.store.Removable(w.ctx, ada.ID))
	last(w.store.DeletePerson(w.ctx, ada.ID))
	// Two take it from each other at the same time, through two processes.
	other := w.open(store.Options{})
	for range 20 {
		w.ok(role(w.store, ada.ID, store.Admin))
		w.ok(role(w.store, bob.ID, store.Admin))
		var both sync.WaitGroup
		var one, two error
		both.Go(func() { one = role(w.store, ada.ID, store.Member) })
		both.Go(func() { two = role(other, bob.ID, store.Member) })
		both.Wait()
		if (one == nil) == (two == nil) {
			w.Fatalf("one of them has to be refused: %v, %v", one, two)
		}
		last(errors.Join(one, two))
	}
	w.ok(role(w.store, ada.ID, store.Admin))
	w.ok(role(w.store, bob.ID, store.Member))
	w.ok(w.store.DeletePerson(w.ctx, bob.ID))
	w.ok(w.store.DeletePerson(w.ctx, eve.ID))
	w.ok(w.store.DeletePerson(w.ctx, ada.ID)) // nobody is left who would need one
}

func oneEmail(w *world) {
	var exists *store.ExistsError
	if _, err := w.store.CreatePerson(w.ctx, "Ada again", "ADA@acme.test"); !errors.As(err, &exists) {
		w.Fatalf("a second ada: %v", err)
	}
	bob := w.person("bob")
	_, err := w.store.UpdatePerson(w.ctx, bob.ID, func(p *store.Person) error { p.Email = "ada@acme.test"; return nil })
	if !errors.As(err, &exists) {
		w.Fatalf("bob became ada: %v", err)
	}
	if _, err := w.store.CreatePerson(w.ctx, "Eve", "eve"); err == nil || !strings.Contains(err.Error(), "ada@example.org") {
		w.Fatalf("no e-mail address: %v", err)
	}
}

func removal(w *world) {
	w.connect(w.ada, "zoom", "u1@a1")
	w.read(sources.Reading{Full: true, Token: "t", Events: []sources.Event{w.event("a", "1", 1)}})
	lease := w.lease()
	w.ok(w.store.Write(w.ctx, lease, func(x *store.Tx) error {
		return errors.Join(x.PutMeeting(store.Meeting{ID: 1}), x.PutClaim(store.Claim{Event: w.ref("a"), Meeting: 1}),
			x.Journal(store.Entry{Action: "create"}))
	}))
	w.ok(w.store.DeletePerson(w.ctx, w.ada.ID))

	if err := w.store.CheckLease(w.ctx, lease); !errors.Is(err, store.ErrLeaseLost) {
		w.Fatalf("the lease of somebody who was removed: %v", err)
	}
	w.ada = w.person("ada")
	again := w.connect(w.ada, "zoom", "u1@a1")
	w.keep(w.connect(w.ada, "google", "sub-ada"), "ada@acme.test")
	snap := w.load()
	if again.Person != w.ada.ID || len(snap.Meetings)+len(snap.Claims) != 0 || len(w.events()) != 0 {
		w.Fatalf("left over: %+v", snap)
	}
	entries, err := w.store.JournalEntries(w.ctx, store.JournalQuery{})
	w.ok(err)
	equal(w, "journal entries", len(entries), 0)
}

func settings(w *world) {
	w.ok(w.store.SetSettings(w.ctx, map[string]string{"share": "never", "prefer": "zoom"}))
	rows := w.rows(func() { w.ok(w.store.SetSettings(w.ctx, map[string]string{"share": "never", "absent": ""})) })
	equal(w, "rows of no change", rows, 0)
	w.ok(w.store.SetSettings(w.ctx, map[string]string{"prefer": ""}))
	got, err := w.store.Settings(w.ctx)
	w.ok(err)
	if len(got) != 1 || got["share"] != "never" {
		w.Fatalf("settings %v", got)
	}
}

func settingsDecided(w *world) {
	w.ok(w.store.SetSettings(w.ctx, map[string]string{"share": "never"}))
	refused := errors.New("not like this")
	rows := w.rows(func() {
		err := w.store.UpdateSettings(w.ctx, func(saved map[string]string) (map[string]string, error) {
			equal(w, "seen", saved["share"], "never")
			return map[string]string{"share": "slot"}, refused
		})
		if !errors.Is(err, refused) {
			w.Fatalf("refused with %v", err)
		}
	})
	equal(w, "rows of a refusal", rows, 0)
	// Twenty at once each see what the one before has made.
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := w.store.UpdateSettings(w.ctx, func(saved map[string]string) (map[string]string, error) {
				return map[string]string{"static": saved["static"] + "x"}, nil
			})
			if err != nil {
				w.Error(err)
			}
		})
	}
	all.Wait()
	got, err := w.store.Settings(w.ctx)
	w.ok(err)
	equal(w, "settings", got["static"], strings.Repeat("x", 20))
}

func reconnect(w *world) {
	w.ok(w.store.Disconnect(w.ctx, w.google.ID))
	again := w.connect(w.ada, "google", "sub-ada")
	equal(w, "id", again.ID, w.google.ID)
	equal(w, "state", again.State, store.Connected)
	k, err := w.store.Calendar(w.ctx, w.calendar.ID)
	w.ok(err)
	if !k.On {
		w.Fatal("the calendar is off")
	}
	list, err := w.store.Connections(w.ctx, w.ada.ID)
	w.ok(err)
	equal(w, "connections", len(list), 1)
	equal(w, "scopes", strings.Join(list[0].Scopes, " "), "calendar.events")
}

func oneAccount(w *world) {
	first := w.connect(w.ada, "zoom", "u1@a1")
	bob := w.person("bob")
	zoom := store.Connection{Person: bob.ID, Provider: "zoom", Account: "u1@a1", Email: "ada@zoom.test"}
	_, err := w.store.Connect(w.ctx, zoom, store.Token{})
	var taken *store.TakenError
	if !errors.As(err, &taken) || taken.By != "ada@acme.test" || !strings.Contains(err.Error(), "first") {
		w.Fatalf("bound twice: %v", err)
	}
	var exists *store.ExistsError
	_, err = w.store.Connect(w.ctx, store.Connection{Person: w.ada.ID, Provider: "zoom", Account: "u2@a1"}, store.Token{})
	if !errors.As(err, &exists) || !strings.Contains(err.Error(), "disconnect it first") {
		w.Fatalf("two Zoom accounts: %v", err)
	}
	w.ok(w.store.Disconnect(w.ctx, first.ID))
	if _, err := w.store.Connect(w.ctx, zoom, store.Token{}); err != nil {
		w.Fatalf("a disconnected account is not free: %v", err)
	}
	if _, err := w.store.Connect(w.ctx, store.Connection{Person: w.ada.ID, Provider: "zoom", Account: "u1@a1"}, store.Token{}); !errors.As(err, &taken) {
		w.Fatalf("taken back behind bob's back: %v", err)
	}
	_, err = w.store.Connect(w.ctx, store.Connection{Person: 99, Provider: "google", Account: "x"}, store.Token{})
	notFound(w, err)
}

func connectionState(w *world) {
	w.ok(w.store.SetConnectionState(w.ctx, w.google.ID, store.NeedsReauth, "revoked"))
	rows := w.rows(func() { w.ok(w.store.SetConnectionState(w.ctx, w.google.ID, store.NeedsReauth, "revoked")) })
	equal(w, "rows of no change", rows, 0)
	w.write(func(x *store.Tx) error {
		return errors.Join(x.SetConnection(w.google.ID, store.Connected, ""), x.SetHost(w.google.ID, "host", 2))
	})
	c, err := w.store.Connection(w.ctx, w.google.ID)
	w.ok(err)
	if c.State != store.Connected || c.HostID != "host" || c.Plan != 2 {
		w.Fatalf("connection %+v", c)
	}
	notFound(w, w.store.SetConnectionState(w.ctx, 99, store.Connected, ""))
}

func disconnect(w *world) {
	w.write(func(x *store.Tx) error { return x.PutMeeting(store.Meeting{ID: 7, Topic: "kickoff"}) })
	w.ok(w.store.Disconnect(w.ctx, w.google.ID))
	_, err := w.store.Token(w.ctx, w.google.ID)
	notFound(w, err)
	snap := w.load()
	equal(w, "state", snap.Connections[0].State, store.Disconnected)
	equal(w, "calendars", len(snap.Calendars), 1)
	equal(w, "meetings", len(snap.Meetings), 1)
}

func calendarsAgain(w *world) {
	listed := []sources.Calendar{
		{ID: "ada@acme.test", Name: "ada@acme.test", TimeZone: "UTC", Primary: true, Writable: true},
		{ID: "team", Name: "Team", TimeZone: "Europe/Berlin", Writable: true},
	}
	all, err := w.store.SaveCalendars(w.ctx, w.google.ID, listed)
	w.ok(err)
	if len(all) != 2 || !all[0].On || all[1].On || all[1].TimeZone != "Europe/Berlin" {
		w.Fatalf("calendars %+v", all)
	}
	w.write(func(x *store.Tx) error { return x.SetCalendarError(all[0].ID, "503") })
	rows := w.rows(func() {
		all, err = w.store.SaveCalendars(w.ctx, w.google.ID, listed)
		w.ok(err)
	})
	equal(w, "rows of no change", rows, 0)
	equal(w, "error", all[0].Error, "503")
	if since := all[0].OnSince; !since.Equal(w.clock.Now()) {
		w.Fatalf("on since %v", since)
	}
}

func oneKeeper(w *world) {
	bob := w.person("bob")
	c := w.connect(bob, "google", "sub-bob")
	shared := []sources.Calendar{{ID: "ada@acme.test", Name: "Ada", TimeZone: "UTC"}}
	listed, err := w.store.SaveCalendars(w.ctx, c.ID, shared)
	w.ok(err)
	if listed[0].On || !strings.Contains(listed[0].Error, "ada@acme.test") {
		w.Fatalf("bob's copy: %+v", listed[0])
	}
	on := func(k *store.Calendar) error { k.On = true; return nil }
	var taken *store.TakenError
	if _, err := w.store.UpdateCalendar(w.ctx, listed[0].ID, on); !errors.As(err, &taken) || taken.By != "ada@acme.test" {
		w.Fatalf("kept twice: %v", err)
	}
	_, err = w.store.UpdateCalendar(w.ctx, w.calendar.ID, func(k *store.Calendar) error { k.On = false; return nil })
	w.ok(err)
	listed, err = w.store.SaveCalendars(w.ctx, c.ID, shared)
	w.ok(err)
	equal(w, "error", listed[0].Error, "")
	_, err = w.store.UpdateCalendar(w.ctx, listed[0].ID, on)
	w.ok(err)
}

// notFound fails the test unless err is ErrNotFound.
func notFound(w *world, err error) {
	w.Helper()
	if !errors.Is(err, store.ErrNotFound) {
		w.Fatalf("got %v, want %v", err, store.ErrNotFound)
	}
}
