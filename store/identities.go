package store

import (
	"context"
	"fmt"
	"time"
)

// Identity is an account that a person signs in with.
type Identity struct {
	Provider  string // "google", "microsoft"
	Account   string // the provider's immutable id
	Person    int64
	Email     string // as the provider showed it at the latest sign-in
	CreatedAt time.Time
}

type identityRow struct {
	Provider  string `db:"provider"`
	Account   string `db:"account"`
	Person    int64  `db:"person_id"`
	Email     string `db:"email"`
	CreatedAt int64  `db:"created_at"`
}

func (r *identityRow) identity() (Identity, error) {
	return Identity{Provider: r.Provider, Account: r.Account, Person: r.Person, Email: r.Email, CreatedAt: instant(r.CreatedAt)}, nil
}

// BindIdentity makes an account one that a person signs in with, and notes its
// e-mail address. An account of somebody else's, or a second one of the person's
// at the same provider, is a *TakenError; a person who is not there, ErrNotFound.
func (s *Store) BindIdentity(ctx context.Context, i Identity) error {
	return s.update(ctx, counted, func(t *transaction) error {
		p, err := getPerson(t, "p.id = ?", i.Person)
		if err != nil {
			return err
		}
		var known []identityRow
		err = t.list(&known, "SELECT * FROM identities WHERE provider = ? AND (account = ? OR person_id = ?)", i.Provider, i.Account, i.Person)
		if err != nil {
			return err
		}
		for _, k := range known {
			if k.Account == i.Account && k.Person == i.Person {
				continue
			}
			owner, err := getPerson(t, "p.id = ?", k.Person)
			if err != nil {
				return err
			}
			return &TakenError{What: "signing in as " + p.Email, By: owner.Email, Cure: "sign in with the account that was used before"}
		}
		_, err = t.exec(`INSERT INTO identities (provider, account, person_id, email, created_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (provider, account) DO UPDATE SET email = excluded.email WHERE identities.email <> excluded.email`,
			i.Provider, i.Account, i.Person, i.Email, micros(s.now()))
		return err
	})
}

// PersonByIdentity reads the person who signs in with an account; ErrNotFound.
func (s *Store) PersonByIdentity(ctx context.Context, provider, account string) (p Person, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		var id int64
		if err := t.get(&id, "SELECT person_id FROM identities WHERE provider = ? AND account = ?", provider, account); err != nil {
			return fmt.Errorf("the %s account that signs in: %w", provider, err)
		}
		p, err = getPerson(t, "p.id = ?", id)
		return err
	})
	return p, err
}

// Identities lists the accounts that a person signs in with.
func (s *Store) Identities(ctx context.Context, person int64) ([]Identity, error) {
	var rows []identityRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, "SELECT * FROM identities WHERE person_id = ? ORDER BY provider, account", person)
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, (*identityRow).identity)
}
