package store

import (
	"database/sql/driver"
	"errors"
	"strings"
	"syscall"

	"github.com/pressly/goose/v3"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is what differs between the two databases, besides the schema.
type dialect struct {
	name  string // folder of its migrations
	goose goose.Dialect
	// lockRow makes a SELECT lock its rows until the transaction ends. SQLite
	// needs nothing: its writers begin by taking the only write lock.
	lockRow string
	// bytewise makes a text column compare as Go compares strings. PostgreSQL goes by
	// the language that the database was made for; SQLite goes by bytes anyway.
	bytewise string
	// skipLocked makes a SELECT pass over rows that others have locked.
	skipLocked string
}

var (
	sqliteDialect   = dialect{name: "sqlite", goose: goose.DialectSQLite3}
	postgresDialect = dialect{name: "postgres", goose: goose.DialectPostgres, lockRow: " FOR UPDATE", bytewise: ` COLLATE "C"`, skipLocked: " FOR UPDATE SKIP LOCKED"}
)

// passing reports whether a transaction that failed with err, before its
// commit was sent, may succeed when it is tried again.
func passing(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return true
	}
	switch code := postgresCode(err); code {
	case "40001", "40P01", // serialization failure, deadlock
		"55P03",                   // lock not available
		"57P01", "57P02", "57P03", // shut down, crashed, starting up: a failover
		"25006": // read-only transaction: the server is a standby right now
		return true
	default:
		if strings.HasPrefix(code, "08") || code == "53300" { // connection lost, too many connections
			return true
		}
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED)
}

// unwritable reports whether err says that nothing can be written here for now:
// full disk, read-only disk, failing disk.
func unwritable(err error) bool {
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	}
	switch postgresCode(err) {
	case "53100", "53200", "58030", "25006": // disk full, out of memory, I/O error, read-only
		return true
	}
	return false
}

// duplicate reports whether err is a violated unique index.
func duplicate(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return true
	}
	return postgresCode(err) == "23505"
}

// missingParent reports whether err is a violated foreign key.
func missingParent(err error) bool {
	return sqliteCode(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY || postgresCode(err) == "23503"
}
