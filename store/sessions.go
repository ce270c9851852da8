package store

import (
	"context"
	"fmt"
	"time"
)

// seenEvery is how often it is written down, at most, that a session is used.
const seenEvery = time.Minute

// Session is somebody who is signed in, in one browser.
type Session struct {
	Secret    string // unguessable; only its hash is stored
	Person    int64  // zero: whoever sets the installation up
	Name      string // of a session without a person; a person's own is their e-mail address
	Role      Role   // the person's, when it was read; Admin without a person
	CreatedAt time.Time
	SeenAt    time.Time // to the minute
	ExpiresAt time.Time // whatever is done with it
}

type sessionRow struct {
	Hash      string `db:"hash"`
	Person    int64  `db:"person_id"`
	Name      string `db:"name"`
	Role      string `db:"role"`
	CreatedAt int64  `db:"created_at"`
	SeenAt    int64  `db:"seen_at"`
	ExpiresAt int64  `db:"expires_at"`
}

func (r *sessionRow) session() (Session, error) {
	return Session{
		Person: r.Person, Name: r.Name, Role: Role(r.Role),
		CreatedAt: instant(r.CreatedAt), SeenAt: instant(r.SeenAt), ExpiresAt: instant(r.ExpiresAt),
	}, nil
}

// selectSessions reads a person's name and role from where they stand now. Only a
// session that was made without a person, which has a name instead, is an admin's
// by itself: not one whose person is gone.
const selectSessions = `SELECT s.hash, COALESCE(s.person_id, 0) AS person_id, COALESCE(p.email, s.name) AS name,
	COALESCE(p.role, CASE WHEN s.person_id IS NULL AND s.name <> '' THEN 'admin' ELSE '' END) AS role,
	s.created_at, s.seen_at, s.expires_at FROM sessions s LEFT JOIN persons p ON p.id = s.person_id`

// CreateSession signs somebody in: Secret, ExpiresAt, and Person or Name are
// taken from n. Sessions that ran out are forgotten. A person who is not there
// is ErrNotFound.
func (s *Store) CreateSession(ctx context.Context, n Session) error {
	return s.update(ctx, counted, func(t *transaction) error {
		now := micros(s.now())
		if _, err := t.exec("DELETE FROM sessions WHERE expires_at <= ?", now); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO sessions (hash, person_id, name, created_at, seen_at, expires_at) VALUES "+tuples(1, 6),
			digest(n.Secret), orNull(n.Person), n.Name, now, now, micros(n.ExpiresAt))
		if err != nil && missingParent(err) {
			return fmt.Errorf("person %d: %w", n.Person, ErrNotFound)
		}
		return err
	})
}

// orNull is a key that refers to nothing when it is zero.
func orNull(key int64) any {
	if key == 0 {
		return nil
	}
	return key
}

// Session returns the session of a secret, unless it has run out or was not used
// for longer than idle: then, as for an unknown one, ErrNotFound. It looks for
// the hash, so its timing tells nothing of the secret.
func (s *Store) Session(ctx context.Context, secret string, idle time.Duration) (Session, error) {
	var row sessionRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		row = sessionRow{}
		now := s.now()
		return t.get(&row, selectSessions+" WHERE s.hash = ? AND s.expires_at > ? AND s.seen_at > ?", digest(secret), micros(now), micros(now.Add(-idle)))
	})
	if err == nil && row.Role == "" {
		err = ErrNotFound // it is nobody's
	}
	if err != nil {
		return Session{}, fmt.Errorf("session: %w", err)
	}
	out, err := row.session()
	out.Secret = secret
	return out, err
}

// Sessions lists a person's sessions, the oldest first, without their secrets,
// which nobody knows but their browsers.
func (s *Store) Sessions(ctx context.Context, person int64) ([]Session, error) {
	var rows []sessionRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, selectSessions+" WHERE s.person_id = ? AND s.expires_at > ? ORDER BY s.created_at, s.hash", person, micros(s.now()))
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, (*sessionRow).session)
}

// SeeSession notes that a session is used, once a minute at most. It is no state
// of the work, and not counted as such.
func (s *Store) SeeSession(ctx context.Context, secret string) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		now := s.now()
		_, err := t.quietly("UPDATE sessions SET seen_at = ? WHERE hash = ? AND seen_at <= ?", micros(now), digest(secret), micros(now.Add(-seenEvery)))
		return err
	})
}

// Stale reports whether SeeSession would write something.
func (n Session) Stale(now time.Time) bool { return !n.SeenAt.After(now.Add(-seenEvery)) }

// EndSession signs one browser out; ending what is not there is no error.
func (s *Store) EndSession(ctx context.Context, secret string) error {
	return s.update(ctx, counted, func(t *transaction) error {
		_, err := t.exec("DELETE FROM sessions WHERE hash = ?", digest(secret))
		return err
	})
}

// EndSessions signs a person out everywhere.
func (s *Store) EndSessions(ctx context.Context, person int64) error {
	return s.update(ctx, counted, func(t *transaction) error {
		_, err := t.exec("DELETE FROM sessions WHERE person_id = ?", person)
		return err
	})
}
