package storetest

import (
	"errors"
	"time"

	"slotward/store"
)

const (
	idle     = 14 * 24 * time.Hour
	lifetime = 90 * 24 * time.Hour
)

// signIn makes a session of ada's.
func (w *world) signIn(secret string) {
	w.Helper()
	w.ok(w.store.CreateSession(w.ctx, store.Session{Secret: secret, Person: w.ada.ID, ExpiresAt: w.clock.Now().Add(lifetime)}))
}

func sessions(w *world) {
	w.signIn("one")
	w.signIn("two")
	got, err := w.store.Session(w.ctx, "one", idle)
	w.ok(err)
	if got.Person != w.ada.ID || got.Name != w.ada.Email || got.Role != store.Member || got.Secret != "one" || !got.SeenAt.Equal(w.clock.Now()) ||
		!got.ExpiresAt.Equal(w.clock.Now().Add(lifetime)) {
		w.Fatalf("session %+v", got)
	}
	_, err = w.store.Session(w.ctx, "three", idle)
	notFound(w, err)

	see := func() store.Session {
		rows := w.rows(func() { w.ok(w.store.SeeSession(w.ctx, "one")) })
		equal(w, "rows of being seen", rows, 0)
		got, err := w.store.Session(w.ctx, "one", idle)
		w.ok(err)
		return got
	}
	begun := w.clock.Now()
	w.clock.Move(59 * time.Second)
	if got := see(); !got.SeenAt.Equal(begun) || got.Stale(w.clock.Now()) {
		w.Fatalf("written within a minute: %+v", got)
	}
	w.clock.Move(time.Second)
	if got := see(); !got.SeenAt.Equal(w.clock.Now()) {
		w.Fatalf("not written after a minute: %+v", got)
	}

	list, err := w.store.Sessions(w.ctx, w.ada.ID)
	w.ok(err)
	if len(list) != 2 || list[0].Secret != "" {
		w.Fatalf("sessions %+v", list)
	}
	w.ok(w.store.EndSession(w.ctx, "one"))
	w.ok(w.store.EndSession(w.ctx, "one"))
	_, err = w.store.Session(w.ctx, "one", idle)
	notFound(w, err)
	w.signIn("three")
	w.ok(w.store.CreateSession(w.ctx, store.Session{Secret: "bob", Person: w.person("bob").ID, ExpiresAt: w.clock.Now().Add(lifetime)}))
	w.ok(w.store.EndSessions(w.ctx, w.ada.ID))
	for secret, there := range map[string]bool{"two": false, "three": false, "bob": true} {
		if _, err := w.store.Session(w.ctx, secret, idle); (err == nil) != there {
			w.Errorf("session %s of ada's, who signed out everywhere: %v", secret, err)
		}
	}
	notFound(w, w.store.CreateSession(w.ctx, store.Session{Secret: "x", Person: 99, ExpiresAt: w.clock.Now().Add(lifetime)}))
}

func sessionLimits(w *world) {
	w.signIn("idle")
	w.clock.Move(idle - time.Second)
	_, err := w.store.Session(w.ctx, "idle", idle)
	w.ok(err)
	w.clock.Move(time.Second)
	_, err = w.store.Session(w.ctx, "idle", idle)
	notFound(w, err)

	w.signIn("used")
	for range 8 {
		w.clock.Move(11 * 24 * time.Hour)
		_, err = w.store.Session(w.ctx, "used", idle)
		w.ok(err)
		w.ok(w.store.SeeSession(w.ctx, "used"))
	}
	w.clock.Move(2 * 24 * time.Hour)
	_, err = w.store.Session(w.ctx, "used", idle)
	notFound(w, err)

	// One that ran out is not kept; the next sign-in makes one of two.
	equal(w, "rows of a sign-in", w.rows(func() { w.signIn("new") }), 3)
}

func sessionRole(w *world) {
	_, err := w.store.UpdatePerson(w.ctx, w.person("bob").ID, func(p *store.Person) error { p.Role = store.Admin; return nil })
	w.ok(err) // so that ada need not stay one
	w.signIn("ada")
	w.ok(w.store.CreateSession(w.ctx, store.Session{Secret: "setup", Name: "the set-up link", ExpiresAt: w.clock.Now().Add(lifetime)}))
	w.ok(w.store.CreateSession(w.ctx, store.Session{Secret: "nobody", ExpiresAt: w.clock.Now().Add(lifetime)}))
	_, err = w.store.Session(w.ctx, "nobody", idle)
	notFound(w, err)
	change := func(fn func(*store.Person)) store.Session {
		_, err := w.store.UpdatePerson(w.ctx, w.ada.ID, func(p *store.Person) error { fn(p); return nil })
		w.ok(err)
		got, err := w.store.Session(w.ctx, "ada", idle)
		w.ok(err)
		return got
	}
	equal(w, "role", change(func(p *store.Person) { p.Role = store.Admin }).Role, store.Admin)
	equal(w, "name", change(func(p *store.Person) { p.Email = "countess@acme.test" }).Name, "countess@acme.test")
	equal(w, "role", change(func(p *store.Person) { p.Role = store.Member }).Role, store.Member)
	setup, err := w.store.Session(w.ctx, "setup", idle)
	w.ok(err)
	if setup.Person != 0 || setup.Role != store.Admin || setup.Name != "the set-up link" {
		w.Fatalf("session %+v", setup)
	}
	w.ok(w.store.DeletePerson(w.ctx, w.ada.ID))
	_, err = w.store.Session(w.ctx, "ada", idle)
	notFound(w, err)
}

func identities(w *world) {
	bob := w.person("bob")
	bind := func(p store.Person, provider, account, email string) error {
		return w.store.BindIdentity(w.ctx, store.Identity{Provider: provider, Account: account, Person: p.ID, Email: email})
	}
	_, err := w.store.PersonByIdentity(w.ctx, "google", "1")
	notFound(w, err)
	w.ok(bind(w.ada, "google", "1", "ada@acme.test"))
	w.ok(bind(w.ada, "microsoft", "1", "ada@acme.test"))
	got, err := w.store.PersonByIdentity(w.ctx, "google", "1")
	w.ok(err)
	equal(w, "person", got.ID, w.ada.ID)
	equal(w, "rows of the same again", w.rows(func() { w.ok(bind(w.ada, "google", "1", "ada@acme.test")) }), 0)
	equal(w, "rows of another address", w.rows(func() { w.ok(bind(w.ada, "google", "1", "a@acme.test")) }), 1)

	var taken *store.TakenError
	if err := bind(bob, "google", "1", "bob@acme.test"); !errors.As(err, &taken) || taken.By != "ada@acme.test" {
		w.Fatalf("an account of two people: %v", err)
	}
	if err := bind(w.ada, "google", "2", "ada@acme.test"); !errors.As(err, &taken) {
		w.Fatalf("a second account at one provider: %v", err)
	}
	notFound(w, bind(store.Person{ID: 99}, "google", "9", "x@acme.test"))

	list, err := w.store.Identities(w.ctx, w.ada.ID)
	w.ok(err)
	if len(list) != 2 || list[0].Provider != "google" || list[0].Email != "a@acme.test" || list[0].CreatedAt.IsZero() {
		w.Fatalf("identities %+v", list)
	}
	w.ok(w.store.DeletePerson(w.ctx, w.ada.ID))
	w.ok(bind(bob, "google", "1", "bob@acme.test"))
}
