package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
)

// Options say which store to open and how.
type Options struct {
	// DSN is "sqlite:/path/file.db", "postgres://…" or "postgresql://…". Required.
	DSN string
	// Sealer seals what must not lie on disk in the clear. Required.
	Sealer Sealer
	// Now is the clock. Required.
	Now func() time.Time
	// Installation is this installation's id, as marks and references carry it.
	// Empty: the one that the store has, else the one that the Sealer derives
	// from its first key, so that a lost store keeps its id with its key.
	Installation string
	// OnCommit, when set, is called right before (true) and right after (false)
	// each commit that wrote something. Tests crash the process there.
	OnCommit func(before bool)
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	write        *sqlx.DB // SQLite: one connection that begins immediately; PostgreSQL: the pool
	read         *sqlx.DB // SQLite: read-only connections; PostgreSQL: the same pool
	dialect      dialect
	sealer       Sealer
	now          func() time.Time
	installation string
	onCommit     func(before bool)

	rows    atomic.Int64
	owner   atomic.Pointer[string] // whose name refreshes go by; nil before Reclaim
	failure atomic.Pointer[error]  // the latest write failed for want of disk or rights

	refreshing keyedLocks     // one refresher per connection within this process
	busy       sync.WaitGroup // refreshes under way, which Close waits for
}

// Open opens the store, makes or upgrades its schema, and refuses what it must
// not touch: ErrNewer, ErrCorrupt, ErrForeign or ErrUnusable, each with the way
// out in words. With another sealing key than before it opens, and says so in
// the affected connections (see sealing.go).
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Sealer == nil || o.Now == nil {
		return nil, errors.New("store: Options.Sealer and Options.Now are required")
	}
	s := &Store{sealer: o.Sealer, now: o.Now, onCommit: o.OnCommit}
	err := s.connect(ctx, o.DSN)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o.Installation); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// connect opens the database that the DSN names.
func (s *Store) connect(ctx context.Context, dsn string) error {
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		return s.openSQLite(ctx, rest)
	case "postgres", "postgresql":
		return s.openPostgres(ctx, dsn)
	}
	return fmt.Errorf("store: unknown kind of store %q: write sqlite:/path/slotward.db or postgres://user@host/database", scheme)
}

// prepare brings schema, identity and sealed rows into order.
func (s *Store) prepare(ctx context.Context, installation string) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.identify(ctx, installation); err != nil {
		return err
	}
	if err := s.checkKey(ctx); err != nil {
		return err
	}
	if err := s.checkMirror(ctx); err != nil {
		return err
	}
	if err := s.forgetKeys(ctx); err != nil {
		return err
	}
	return s.dropRefreshLeases(ctx)
}

// Close waits for token refreshes under way, so that no rotated token is lost,
// and closes the database.
func (s *Store) Close() error {
	s.busy.Wait()
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ready reports whether the store can be read and, as far as the latest write
// tells, written. After a failed write it tries a small one, so that it turns
// ready by itself when the disk has room again.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	if err := s.read.GetContext(ctx, &one, "SELECT 1 FROM installation WHERE name = 'id'"); err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if s.failure.Load() == nil {
		return nil
	}
	return s.update(ctx, uncounted, func(t *transaction) error {
		_, err := t.exec("INSERT INTO installation (name, value) VALUES ('probe', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
			s.now().UTC().Format(time.RFC3339Nano))
		return err
	})
}

// Installation returns this installation's id.
func (s *Store) Installation() string { return s.installation }

// RowsWritten returns how many rows of state were changed since the start.
// The queue's own bookkeeping is not counted.
func (s *Store) RowsWritten() int64 { return s.rows.Load() }

// identify settles the installation's id and stores it at the first start.
func (s *Store) identify(ctx context.Context, configured string) error {
	stored, err := s.known(ctx, "id")
	if err != nil {
		return err
	}
	id := configured
	if id == "" {
		id = stored
	}
	if namer, ok := s.sealer.(interface{ InstallationID() string }); ok && id == "" {
		id = namer.InstallationID()
	}
	if id == "" {
		return errors.New("store: no installation id: set one in the configuration")
	}
	s.installation = id
	if id == stored {
		return nil
	}
	return s.remember(ctx, "id", id)
}

// known reads one value of the installation table; "" when it is not there.
func (s *Store) known(ctx context.Context, name string) (string, error) {
	var values []string
	err := s.read.SelectContext(ctx, &values, s.read.Rebind("SELECT value FROM installation WHERE name = ?"), name)
	if err != nil {
		return "", fmt.Errorf("store: reading the installation's %s: %w", name, err)
	}
	if len(values) == 0 {
		return "", nil
	}
	return values[0], nil
}

// remember saves one value of the installation table.
func (s *Store) remember(ctx context.Context, name, value string) error {
	return s.update(ctx, counted, func(t *transaction) error {
		_, err := t.exec("INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
		return err
	})
}
