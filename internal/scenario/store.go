package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// storeFiles is where the daemon keeps its state, and what can happen to it
// while the daemon is stopped. The sealing key lies beside it and stays.
type storeFiles interface {
	data() string // the daemon's data folder
	dsn() string  // of its database; "" for SQLite in the data folder
	copy(name string) error
	restore(name string) error
	lose() error
	read() (string, error) // everything that lies on plain disk, for leak checks
	remove()
}

// openStore prepares a store of its own for one script.
func openStore(server, dir string) (storeFiles, error) {
	folder := filepath.Join(dir, "data")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if server == "" {
		return sqliteFiles{folder}, nil
	}
	p := postgresFiles{sqliteFiles{folder}, server, "scenario_" + strings.ToLower(rand.Text()[:12])}
	return p, p.admin("CREATE DATABASE " + p.name)
}

// sqliteFiles is a store in a folder.
type sqliteFiles struct{ folder string }

func (s sqliteFiles) data() string { return s.folder }
func (s sqliteFiles) dsn() string  { return "" }
func (s sqliteFiles) remove()      {}

// database lists the files that make up the database.
func (s sqliteFiles) database(folder string) ([]string, error) {
	var out []string
	for _, pattern := range []string{"*.db", "*.db-wal", "*.db-shm"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no database in %s", folder)
	}
	return out, nil
}

func (s sqliteFiles) backup(name string) string { return s.folder + "-" + name }

func (s sqliteFiles) copy(name string) error { return s.move(s.folder, s.backup(name)) }

func (s sqliteFiles) restore(name string) error {
	if err := s.lose(); err != nil {
		return err
	}
	return s.move(s.backup(name), s.folder)
}

func (s sqliteFiles) move(from, to string) error {
	files, err := s.database(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s sqliteFiles) lose() error {
	files, err := s.database(s.folder)
	for _, file := range files {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

func (s sqliteFiles) read() (string, error) {
	files, err := s.database(s.folder)
	var all strings.Builder
	for _, file := range files {
		content, readErr := os.ReadFile(file)
		err = errors.Join(err, readErr)
		all.Write(content)
	}
	return all.String(), err
}

// postgresFiles is a database of its own on a PostgreSQL server.
type postgresFiles struct {
	sqliteFiles
	server string
	name   string
}

func (p postgresFiles) dsn() string { return p.on(p.name) }

// on is the server's address with another database.
func (p postgresFiles) on(database string) string {
	u, err := url.Parse(p.server)
	if err != nil {
		return p.server
	}
	u.Path = "/" + database
	return u.String()
}

func (p postgresFiles) admin(statement string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, p.server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

func (p postgresFiles) copy(name string) error {
	return p.admin("CREATE DATABASE " + p.name + "_" + name + " TEMPLATE " + p.name)
}

func (p postgresFiles) restore(name string) error {
	return errors.Join(p.admin("DROP DATABASE "+p.name+" WITH (FORCE)"),
		p.admin("CREATE DATABASE "+p.name+" TEMPLATE "+p.name+"_"+name))
}

func (p postgresFiles) lose() error {
	return errors.Join(p.admin("DROP DATABASE "+p.name+" WITH (FORCE)"), p.admin("CREATE DATABASE "+p.name))
}

// read takes every row of every table as text.
func (p postgresFiles) read() (string, error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, p.dsn())
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	var tables []string
	err = conn.QueryRow(ctx, "SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, table := range tables {
		var text *string
		if err := conn.QueryRow(ctx, "SELECT string_agg(t::text, E'\\n') FROM "+pgx.Identifier{table}.Sanitize()+" t").Scan(&text); err != nil {
			return "", err
		}
		if text != nil {
			all.WriteString(*text)
		}
	}
	return all.String(), nil
}

func (p postgresFiles) remove() {
	rows := []string{p.name}
	ctx := context.Background()
	if conn, err := pgx.Connect(ctx, p.server); err == nil {
		_ = conn.QueryRow(ctx, "SELECT array_agg(datname::text) FROM pg_database WHERE datname LIKE $1", p.name+"%").Scan(&rows)
		_ = conn.Close(ctx)
	}
	for _, name := range rows {
		_ = p.admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
	}
}
