package storetest

import (
	"database/sql"
	"errors"
	"strings"
	"sync"

	"slotward/store"
)

// raw runs statements behind the store's back.
func (w *world) raw(statements ...string) {
	w.Helper()
	driver, name := "pgx", w.dsn
	if path, ok := strings.CutPrefix(w.dsn, "sqlite:"); ok {
		driver, name = "sqlite", path
	}
	db, err := sql.Open(driver, name)
	w.ok(err)
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.ExecContext(w.ctx, s); err != nil {
			w.Fatalf("%s: %v", s, err)
		}
	}
}

// refused fails the test unless opening fails with a class and names the cure.
func refused(w *world, class error, cure string) {
	w.Helper()
	_, err := w.tryOpen(store.Options{})
	if !errors.Is(err, class) || !strings.Contains(err.Error(), cure) {
		w.Fatalf("opened: %v", err)
	}
}

func installation(w *world) {
	id := w.store.Installation()
	equal(w, "id from the key", id, w.key.InstallationID())
	w.reopen(newKey(w))
	equal(w, "id with another key", w.store.Installation(), id)
	equal(w, "id from the configuration", w.open(store.Options{Installation: "acme"}).Installation(), "acme")
	equal(w, "id afterwards", w.open(store.Options{}).Installation(), "acme")
}

func newer(w *world) {
	w.ok(w.store.Close())
	w.raw("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, TRUE)")
	refused(w, store.ErrNewer, "upgrade the binary")
}

func halfRestored(w *world) {
	w.ok(w.store.Close())
	w.raw("DROP TABLE claims", "DROP TABLE intents")
	refused(w, store.ErrCorrupt, "slotward adopt")
}

func foreignTables(w *world) {
	w.ok(w.store.Close())
	w.raw("DROP TABLE goose_db_version")
	refused(w, store.ErrForeign, "name another")
}

func openTogether(w *world) {
	w.ok(w.store.Close())
	if path, ok := strings.CutPrefix(w.dsn, "sqlite:"); ok {
		w.dsn = "sqlite:" + path + ".new"
	} else {
		w.raw("DROP TABLE goose_db_version", "DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP EXECUTE 'DROP TABLE ' || quote_ident(t) || ' CASCADE'; END LOOP; END $$")
	}
	stores := make([]*store.Store, 6)
	var wait sync.WaitGroup
	for i := range stores {
		wait.Go(func() {
			var err error
			if stores[i], err = w.tryOpen(store.Options{}); err != nil {
				w.Errorf("process %d: %v", i, err)
			}
		})
	}
	wait.Wait()
	for _, s := range stores {
		if s != nil {
			equal(w, "id", s.Installation(), w.key.InstallationID())
			w.ok(s.Ready(w.ctx))
			w.ok(s.Close())
		}
	}
}

func ready(w *world) {
	rows := w.rows(func() { w.ok(w.store.Ready(w.ctx)) })
	equal(w, "rows", rows, 0)
	w.ok(w.store.Close())
	if err := w.store.Ready(w.ctx); !errors.Is(err, store.ErrUnusable) {
		w.Fatalf("ready though closed: %v", err)
	}
}
