package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteReaders is how many connections read at once. Readers never wait for
// the writer in WAL mode.
const sqliteReaders = 4

// sqliteBusy is how long SQLite itself waits for another process's lock.
const sqliteBusy = "busy_timeout(5000)"

// openSQLite opens the file at path, making it with mode 0600 when it is absent.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	path, err := filepath.Abs(strings.TrimPrefix(path, "//"))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	existed, err := touch(path)
	if err != nil {
		return err
	}
	s.dialect = sqliteDialect
	// Small page caches: what a pass reads it reads once, and the system caches the file.
	writer := []string{sqliteBusy, "cache_size(-512)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"}
	if s.write, err = sqliteHandle(path, "_txlock=immediate", writer, 1); err != nil {
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if s.read, err = sqliteHandle(path, "", []string{sqliteBusy, "cache_size(-128)", "query_only(1)"}, sqliteReaders); err != nil {
		_ = s.write.Close()
		return fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	if err := s.checkSQLite(ctx, path, existed); err != nil {
		_ = s.Close()
		return err
	}
	return nil
}

// touch makes the file when it is absent, readable by its owner only, and
// proves that it can be written and that its folder can take the write-ahead log.
func touch(path string) (existed bool, err error) {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("%w: the folder %s does not exist: make it, or choose another data folder", ErrUnusable, dir)
	case err != nil:
		return false, fmt.Errorf("%w: %w", ErrUnusable, err)
	case !info.IsDir():
		return false, fmt.Errorf("%w: %s is not a folder: choose another data folder", ErrUnusable, dir)
	}
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return false, fmt.Errorf("%w: %s is a folder: name a file in it, such as %s", ErrUnusable, path, filepath.Join(path, "slotward.db"))
		}
		existed = info.Size() > 0
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return existed, fmt.Errorf("%w: %s cannot be written: let the user that runs slotward own the folder %s and the file (%w)", ErrUnusable, path, dir, err)
	}
	if err := file.Close(); err != nil {
		return existed, fmt.Errorf("%w: %w", ErrUnusable, err)
	}
	return existed, nil
}

// sqliteHandle opens a pool of connections with the given pragmas.
func sqliteHandle(path, query string, pragmas []string, conns int) (*sqlx.DB, error) {
	// SQLite reads the name as a URI: what has a meaning there is escaped.
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	dsn := "file:" + escaped + "?" + query
	for _, p := range pragmas {
		dsn += "&_pragma=" + p
	}
	db, err := sqlx.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// checkSQLite refuses a damaged file before anything is written to it.
func (s *Store) checkSQLite(ctx context.Context, path string, existed bool) error {
	if !existed {
		if err := s.write.PingContext(ctx); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrUnusable, path, err)
		}
		return nil
	}
	var result string
	if err := s.write.GetContext(ctx, &result, "PRAGMA quick_check(1)"); err != nil {
		if isDamage(err) {
			return damaged(path, err.Error())
		}
		return fmt.Errorf("%w: %s: %w", ErrUnusable, path, err)
	}
	if result != "ok" {
		return damaged(path, result)
	}
	return nil
}

// damaged words the way out of a damaged file.
func damaged(path, what string) error {
	return fmt.Errorf("%w: %s (%s): restore a backup of it; or move it and its -wal and -shm files away, "+
		"start with an empty store and run `slotward adopt`, which rebuilds meetings from the marks on the events", ErrCorrupt, path, what)
}

// isDamage reports whether SQLite says that the file is not, or no longer, a database.
func isDamage(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
		return true
	}
	return false
}

// sqliteCode returns SQLite's result code, or 0 for any other error.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}
