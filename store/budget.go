package store

import (
	"context"
	"time"
)

// Budget is what is spent of a host's Zoom writes on one UTC day.
type Budget struct {
	Host  string
	Day   string    // 2026-12-01
	Used  int       // writes counted
	Until time.Time // Zoom itself said no until then; zero: it did not
	// Allowed is how many writes were counted on the day before when Zoom said no:
	// where they are few, somebody else spends them, too. Zero: it did not say no.
	Allowed int
}

// Budget reads how many Zoom writes a host has spent on a UTC day (2026-12-01),
// and until when Zoom said no.
func (s *Store) Budget(ctx context.Context, host, day string) (used int, until time.Time, err error) {
	b, err := s.Spent(ctx, host, day)
	return b.Used, b.Until, err
}

// Spent reads what is spent of a host's Zoom writes on a UTC day (2026-12-01).
func (s *Store) Spent(ctx context.Context, host, day string) (b Budget, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		b, err = getBudget(t, host, day)
		return err
	})
	return b, err
}

// Budgets reads what is spent of each host's Zoom writes on a UTC day
// (2026-12-01), the most first. Hosts of whom nothing is, and to whom Zoom did
// not say no, are left out.
func (s *Store) Budgets(ctx context.Context, day string) ([]Budget, error) {
	var rows []struct {
		Host  string `db:"host_id"`
		Used  int    `db:"used"`
		Until int64  `db:"until_at"`
	}
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, `SELECT host_id, SUM(CASE WHEN day = ? THEN used ELSE 0 END) AS used, MAX(spent_until) AS until_at
			FROM budgets WHERE day = ? AND used > 0 OR spent_until > ? GROUP BY host_id ORDER BY used DESC, host_id`, day, day, micros(s.now()))
	})
	out := make([]Budget, 0, len(rows))
	for _, r := range rows {
		b := Budget{Host: r.Host, Day: day, Used: r.Used}
		if until := instant(r.Until); until.After(s.now()) {
			b.Until = until
		}
		out = append(out, b)
	}
	return out, err
}

func getBudget(t *transaction, host, day string) (Budget, error) {
	var row struct {
		Used    int   `db:"used"`
		Until   int64 `db:"until_at"`
		Allowed int   `db:"allowed"`
	}
	// Zoom's own word may outlast the day it was given on.
	err := t.get(&row, `SELECT COALESCE(SUM(CASE WHEN day = ? THEN used ELSE 0 END), 0) AS used,
		COALESCE(MAX(spent_until), 0) AS until_at,
		COALESCE(MAX(CASE WHEN day = ? THEN allowed WHEN day = ? AND spent_until > 0 THEN used ELSE 0 END), 0) AS allowed
		FROM budgets WHERE host_id = ?`, day, day, dayBefore(day), host)
	return Budget{Host: host, Day: day, Used: row.Used, Until: instant(row.Until), Allowed: row.Allowed}, err
}

// dayBefore names the day before a day; what is no day has none.
func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

// Spend counts n Zoom writes of a host on a UTC day (2026-12-01). It belongs
// into the transaction that writes the intent, before the request.
func (x *Tx) Spend(host, day string, n int) error {
	_, err := x.exec(`INSERT INTO budgets (host_id, day, used, allowed) VALUES (?, ?, ?,
			COALESCE((SELECT b.used FROM budgets b WHERE b.host_id = ? AND b.day = ? AND b.spent_until > 0), 0))
		ON CONFLICT (host_id, day) DO UPDATE SET used = budgets.used + excluded.used`, host, day, n, host, dayBefore(day))
	if err != nil {
		return err
	}
	_, err = x.exec("DELETE FROM budgets WHERE host_id = ? AND day < ? AND spent_until <= ?", host, day, micros(x.store.now()))
	return err
}

// Exhaust records that Zoom itself refuses the host's writes until then.
func (x *Tx) Exhaust(host, day string, until time.Time) error {
	_, err := x.exec(`INSERT INTO budgets (host_id, day, spent_until) VALUES (?, ?, ?)
		ON CONFLICT (host_id, day) DO UPDATE SET spent_until = excluded.spent_until WHERE budgets.spent_until <> excluded.spent_until`,
		host, day, micros(until))
	return err
}
