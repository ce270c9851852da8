package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jmoiron/sqlx"
)

// Limits of the PostgreSQL pool of one process.
const (
	postgresConns = 12
	postgresIdle  = 4
)

// openPostgres opens the server that the DSN names.
func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	db, err := sqlx.Open("pgx", dsn)
	if err != nil {
		return fmt.Errorf("%w: the PostgreSQL address cannot be read: %s", ErrUnusable, withoutPassword(err, dsn))
	}
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresIdle)
	db.SetConnMaxIdleTime(5 * time.Minute)
	s.dialect, s.write, s.read = postgresDialect, db, db
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return fmt.Errorf("%w: PostgreSQL does not answer: check host, database, user and password (%s)", ErrUnusable, withoutPassword(err, dsn))
	}
	return nil
}

// withoutPassword keeps the DSN's password out of an error text.
func withoutPassword(err error, dsn string) string {
	text := strings.ReplaceAll(err.Error(), dsn, "postgres://…")
	u, parseErr := url.Parse(dsn)
	if parseErr != nil {
		return text
	}
	password, _ := u.User.Password()
	for _, secret := range []string{password, u.Query().Get("password")} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
			text = strings.ReplaceAll(text, url.QueryEscape(secret), "…")
		}
	}
	return text
}

// postgresCode returns the SQLSTATE, or "" for any other error.
func postgresCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
