package store

import (
	"context"
	"fmt"
	"time"
)

// Flow is an OAuth flow under way, from the link that starts it to the
// provider's redirect back, or a link that waits to be opened.
type Flow struct {
	State      string            // unguessable; stored as a hash
	Verifier   string            // PKCE; sealed at rest
	Person     int64             // zero: a sign-in, nobody knows yet whose
	Provider   string            // "" for none
	CookieHash string            // binds the flow to the browser that began it
	Options    map[string]string // what was chosen when it began
	ExpiresAt  time.Time
}

type flowRow struct {
	StateHash  string `db:"state_hash"`
	Person     *int64 `db:"person_id"`
	Provider   string `db:"provider"`
	CookieHash string `db:"cookie_hash"`
	Options    string `db:"options"`
	ExpiresAt  int64  `db:"expires_at"`
	Verifier   []byte `db:"verifier"`
}

// SaveFlow stores a flow, and forgets those that ran out. A person who is not
// there is ErrNotFound.
func (s *Store) SaveFlow(ctx context.Context, f Flow) error {
	hash := digest(f.State)
	verifier, err := s.seal(f.Verifier, "flows/"+hash+"/verifier")
	if err != nil {
		return err
	}
	options, err := settingsJSON(f.Options)
	if err != nil {
		return err
	}
	return s.update(ctx, counted, func(t *transaction) error {
		if _, err := t.exec("DELETE FROM flows WHERE expires_at <= ?", micros(s.now())); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO flows (state_hash, person_id, provider, cookie_hash, options, expires_at, verifier) VALUES "+tuples(1, 7),
			hash, orNull(f.Person), f.Provider, f.CookieHash, options, micros(f.ExpiresAt), verifier)
		if err != nil && missingParent(err) {
			return fmt.Errorf("person %d: %w", f.Person, ErrNotFound)
		}
		return err
	})
}

// Flow reads a flow and leaves it in place. A stranger who guesses costs no
// more than this read. One that is unknown or expired is ErrNotFound.
func (s *Store) Flow(ctx context.Context, state string) (Flow, error) {
	var row flowRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		row = flowRow{}
		return t.get(&row, "SELECT * FROM flows WHERE state_hash = ?", digest(state))
	})
	return s.openFlow(&row, state, err)
}

// TakeFlow returns a flow and forgets it: each state is good once. One that is
// unknown, taken already or expired is ErrNotFound.
func (s *Store) TakeFlow(ctx context.Context, state string) (Flow, error) {
	var row flowRow
	err := s.update(ctx, counted, func(t *transaction) error {
		row = flowRow{}
		err := t.get(&row, "DELETE FROM flows WHERE state_hash = ? RETURNING *", digest(state))
		if err == nil {
			t.add(1)
		}
		return err
	})
	return s.openFlow(&row, state, err)
}

// openFlow turns a row that was found into a flow, unless it has run out.
func (s *Store) openFlow(r *flowRow, state string, err error) (Flow, error) {
	if err == nil && r.ExpiresAt <= micros(s.now()) {
		err = ErrNotFound
	}
	if err != nil {
		return Flow{}, fmt.Errorf("this sign-in link was used already or has run out: start again (%w)", err)
	}
	f := Flow{State: state, Provider: r.Provider, CookieHash: r.CookieHash, ExpiresAt: instant(r.ExpiresAt)}
	if r.Person != nil {
		f.Person = *r.Person
	}
	if err := fromJSON(r.Options, "flows.options", &f.Options); err != nil {
		return Flow{}, err
	}
	return f, s.unseal(r.Verifier, "flows/"+r.StateHash+"/verifier", &f.Verifier)
}
