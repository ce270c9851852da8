package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// PostgresVariable names the environment variable that holds the address of a
// PostgreSQL database to test on, as a postgres:// URL. Its user must be
// allowed to make schemas.
const PostgresVariable = "SLOTWARD_TEST_POSTGRES"

// Database makes a fresh, empty database and returns its DSN. It is removed
// when the test ends.
type Database func(t testing.TB) (dsn string)

// SQLite makes a database file in a folder of the test's own.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "slotward.db")
}

// Postgres makes a schema of the test's own in the database that
// SLOTWARD_TEST_POSTGRES names, and skips the test when that is not set.
func Postgres(t testing.TB) string {
	t.Helper()
	address := os.Getenv(PostgresVariable)
	if address == "" {
		t.Skipf("%s is not set: the store is not tested on PostgreSQL", PostgresVariable)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s is not a postgres:// URL", PostgresVariable)
	}
	schema := "slotward_test_" + strings.ToLower(rand.Text())
	administer(t, address, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { administer(t, address, "DROP SCHEMA "+schema+" CASCADE") })
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

// administer runs one statement on the server.
func administer(t testing.TB, address, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
