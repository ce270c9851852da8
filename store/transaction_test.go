package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestUpdateRetriesWhatPasses(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		fails int // so often, then it succeeds
		tries int
		ok    bool
	}{
		{"serialization failure", &pgconn.PgError{Code: "40001"}, 2, 3, true},
		{"deadlock, wrapped", fmt.Errorf("saving: %w", &pgconn.PgError{Code: "40P01"}), 1, 2, true},
		{"failover", &pgconn.PgError{Code: "57P01"}, 3, 4, true},
		{"for ever", &pgconn.PgError{Code: "40001"}, 99, len(retryPauses) + 1, false},
		{"a bug", &pgconn.PgError{Code: "42601"}, 99, 1, false},
		{"a refusal", ErrNotFound, 99, 1, false},
		{"an unknown commit", fmt.Errorf("%w: %w", errCommit, &pgconn.PgError{Code: "57P01"}), 99, 1, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := mustOpen(t)
			before, tries := s.RowsWritten(), 0
			err := s.update(t.Context(), counted, func(x *transaction) error {
				tries++
				if _, err := x.exec("INSERT INTO settings (name, value) VALUES ('a', 'b')"); err != nil {
					return err
				}
				if tries <= test.fails {
					return test.err
				}
				return nil
			})
			if tries != test.tries || (err == nil) != test.ok || err != nil && !errors.Is(err, test.err) {
				t.Fatalf("%d tries, %v", tries, err)
			}
			if rows := s.RowsWritten() - before; (rows == 1) != test.ok {
				t.Fatalf("%d rows counted", rows)
			}
		})
	}
}

func TestCommitHookOnlyAroundWrites(t *testing.T) {
	s := mustOpen(t)
	var calls []bool
	s.onCommit = func(before bool) { calls = append(calls, before) }
	if err := s.SetSettings(t.Context(), map[string]string{"absent": ""}); err != nil || len(calls) != 0 {
		t.Fatalf("a write of nothing: %v, %v", calls, err)
	}
	if err := s.SetSettings(t.Context(), map[string]string{"a": "b"}); err != nil || len(calls) != 2 || !calls[0] || calls[1] {
		t.Fatalf("a write: %v, %v", calls, err)
	}
}

func TestPatience(t *testing.T) {
	var p patience
	if p.over("") {
		t.Fatal("nobody is dead")
	}
	if p.over("a"); p.over("a") {
		t.Fatal("dead at once")
	}
	p.waited += refreshLease
	if !p.over("a") {
		t.Fatal("alive though its lease is over")
	}
	if p.over("b") {
		t.Fatal("the next one's time began before its own")
	}
}

func TestWithoutPassword(t *testing.T) {
	for dsn, text := range map[string]string{
		"postgres://ada:hun%2Fter2@h/db": "cannot connect as ada with hun/ter2",
		"postgres://ada:hunter2@h/db":    "dial postgres://ada:hunter2@h/db",
		"postgres://ada:hunter2@h:x/db":  `parse "postgres://ada:hunter2@h:x/db": invalid port`,
	} {
		if got := withoutPassword(errors.New(text), dsn); got == text {
			t.Errorf("%s: %s", dsn, got)
		}
	}
}

func TestEveryTableIsListed(t *testing.T) {
	s := mustOpen(t)
	names, err := s.tableNames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != len(tables)+1 { // and goose's own
		t.Fatalf("tables %v, listed %v", names, tables)
	}
}
