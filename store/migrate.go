package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pressly/goose/v3"

	"slotward/store/migrations"
)

// migrateTries bounds how often a migration is tried again when another
// process migrates the same SQLite file at the same moment.
const migrateTries = 3

// migrate makes or upgrades the schema. Each migration is one transaction: an
// upgrade that fails leaves the store at the version before it.
func (s *Store) migrate(ctx context.Context) error {
	unlock, err := s.lockMigrations(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	defer unlock()
	if err := s.refuseForeign(ctx); err != nil {
		return err
	}
	provider, err := s.migrations()
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := refuseNewer(ctx, provider); err != nil {
		return err
	}
	for try := 1; ; try++ {
		if _, err = provider.Up(ctx); err == nil {
			break
		}
		if try == migrateTries {
			return fmt.Errorf("%w: upgrading the schema failed and was rolled back; the store is as it was before (%w)", ErrUnusable, err)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	return s.checkTables(ctx)
}

// lockMigrations makes replicas that start together migrate one after the
// other. SQLite's own lock does that (see migrateTries).
func (s *Store) lockMigrations(ctx context.Context) (unlock func(), err error) {
	if s.dialect.name != postgresDialect.name {
		return func() {}, nil
	}
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return nil, err
	}
	unlock = func() { _ = tx.Rollback() }
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('slotward migrations ' || current_schema()))"); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// migrations returns goose's provider over the embedded files.
func (s *Store) migrations() (*goose.Provider, error) {
	files, err := migrations.For(s.dialect.name)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(s.dialect.goose, s.write.DB, files, goose.WithDisableGlobalRegistry(true))
}

// refuseNewer refuses a store that has migrations this binary does not know.
func refuseNewer(ctx context.Context, provider *goose.Provider) error {
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("%w: its version cannot be read (%w)", ErrUnusable, err)
	}
	if current > target {
		return fmt.Errorf("%w: it has schema version %d, this binary knows up to %d: upgrade the binary, or restore the backup from before the upgrade",
			ErrNewer, current, target)
	}
	return nil
}

// tables lists the tables that a store of this version has.
var tables = []string{
	"api_tokens", "budgets", "calendars", "claims", "connections", "decisions", "events", "flows", "idempotency_keys",
	"identities", "installation", "intents", "journal", "meetings", "persons", "queue", "released", "repairs", "sessions",
	"settings", "strangers", "tokens", "wishes",
}

// refuseForeign refuses a database that holds somebody else's tables.
func (s *Store) refuseForeign(ctx context.Context) error {
	names, err := s.tableNames(ctx)
	if err != nil {
		if isDamage(err) {
			return damaged("the file", err.Error())
		}
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if len(names) == 0 || slices.Contains(names, "goose_db_version") {
		return nil
	}
	return fmt.Errorf("%w: it has tables (%s, …) but no schema version: name another file or database, or restore a whole backup", ErrForeign, names[0])
}

// checkTables refuses a store that says that it is complete and is not, as one
// that was restored by half.
func (s *Store) checkTables(ctx context.Context) error {
	names, err := s.tableNames(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	var missing []error
	for _, t := range tables {
		if !slices.Contains(names, t) {
			missing = append(missing, errors.New(t))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: tables are missing (%w), it was perhaps restored by half: restore a whole backup; or start with an empty store and run `slotward adopt`",
		ErrCorrupt, errors.Join(missing...))
}

// tableNames lists the tables that are there, in order.
func (s *Store) tableNames(ctx context.Context) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
	if s.dialect.name == postgresDialect.name {
		query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
	}
	var names []string
	err := s.write.SelectContext(ctx, &names, query)
	return names, err
}
