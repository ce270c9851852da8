package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slotward/store/seal"
)

// openAt opens the SQLite file at path with a key of its own.
func openAt(t *testing.T, path string) (*Store, error) {
	t.Helper()
	key, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{DSN: "sqlite:" + path, Sealer: key, Now: func() time.Time { return time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC) }})
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

func mustOpen(t *testing.T) *Store {
	t.Helper()
	s, err := openAt(t, filepath.Join(t.TempDir(), "slotward.db"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name  string
		path  func(dir string) string
		class error
		cure  string
	}{
		{"a missing folder", func(dir string) string { return filepath.Join(dir, "absent", "slotward.db") }, ErrUnusable, "make it"},
		{"a folder", func(dir string) string { return dir }, ErrUnusable, "name a file in it"},
		{"a file as folder", func(dir string) string {
			file := filepath.Join(dir, "file")
			write(t, file, "x")
			return filepath.Join(file, "slotward.db")
		}, ErrUnusable, "choose another data folder"},
		{"an unwritable folder", func(string) string { return "/proc/slotward.db" }, ErrUnusable, "own the folder /proc"},
		{"something else's file", func(dir string) string {
			file := filepath.Join(dir, "slotward.db")
			write(t, file, strings.Repeat("not a database ", 1000))
			return file
		}, ErrCorrupt, "slotward adopt"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := test.path(t.TempDir())
			_, err := openAt(t, path)
			if !errors.Is(err, test.class) || !strings.Contains(err.Error(), test.cure) || !strings.Contains(err.Error(), filepath.Dir(path)) {
				t.Fatalf("opened %s: %v", path, err)
			}
		})
	}
	for _, dsn := range []string{"", "mysql://x", "postgres://ada:hunter2@127.0.0.1:1/db"} {
		key, _ := seal.New()
		_, err := Open(t.Context(), Options{DSN: dsn, Sealer: key, Now: time.Now})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", dsn, err)
		}
	}
}

func TestOpenRefusesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slotward.db")
	s, err := openAt(t, path)
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if err := s.Journal(t.Context(), Entry{Action: "test", Detail: strings.Repeat("x", 500)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, _ := file.Stat()
	for offset := int64(8192); offset+4096 < info.Size(); offset += 8192 {
		if _, err := file.WriteAt(make([]byte, 4096), offset); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := openAt(t, path); !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "restore a backup") {
		t.Fatalf("opened a damaged file: %v", err)
	}
}

func TestOddPaths(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%41")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "slotward.db")
	if _, err := openAt(t, path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 {
		t.Fatalf("the file is somewhere else: %v %v", info, err)
	}
}

func TestFullDisk(t *testing.T) {
	s := mustOpen(t)
	limit(t, s, 1) // no page more than there are
	var err error
	for range 100 {
		if err = s.Journal(t.Context(), Entry{Action: "test", Detail: strings.Repeat("x", 2000)}); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrUnusable) || !strings.Contains(err.Error(), "free space") {
		t.Fatalf("writing to a full disk: %v", err)
	}
	if err := s.Ready(t.Context()); err != nil && !errors.Is(err, ErrUnusable) {
		t.Fatalf("ready: %v", err)
	}
	limit(t, s, 1_000_000)
	if err := s.Ready(t.Context()); err != nil {
		t.Fatalf("not ready though there is room again: %v", err)
	}
	if s.failure.Load() != nil {
		t.Fatal("the failure is still remembered")
	}
}

func TestReadOnlyDisk(t *testing.T) {
	s := mustOpen(t)
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreatePerson(t.Context(), "Ada", "ada@acme.test"); !errors.Is(err, ErrUnusable) {
		t.Fatalf("writing to a read-only disk: %v", err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, ErrUnusable) {
		t.Fatalf("ready on a read-only disk: %v", err)
	}
}

func TestWriterWaitsForAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slotward.db")
	first, err := openAt(t, path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := openAt(t, path)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := first.write.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- second.SetSettings(context.Background(), map[string]string{"share": "never"}) }()
	if _, err := second.Settings(t.Context()); err != nil {
		t.Fatalf("a reader waits for a writer: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// limit bounds the file's pages.
func limit(t *testing.T, s *Store, pages int) {
	t.Helper()
	var got int
	if err := s.write.GetContext(t.Context(), &got, fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
