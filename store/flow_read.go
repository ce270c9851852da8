package store

import (
	"context"
	"fmt"
)

// Flow reads a flow and leaves it in place. A stranger who guesses costs no
// more than this read. One that is unknown or expired is ErrNotFound.
func (s *Store) Flow(ctx context.Context, state string) (Flow, error) {
	var row flowRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		row = flowRow{}
		return t.get(&row, "SELECT * FROM flows WHERE state_hash = ?", digest(state))
	})
	if err == nil && row.ExpiresAt <= micros(s.now()) {
		err = ErrNotFound
	}
	if err != nil {
		return Flow{}, fmt.Errorf("this sign-in link was used already or has run out: start again (%w)", err)
	}
	f := Flow{State: state, Person: row.Person, Provider: row.Provider, CookieHash: row.CookieHash, ExpiresAt: instant(row.ExpiresAt)}
	if err := fromJSON(row.Options, "flows.options", &f.Options); err != nil {
		return Flow{}, err
	}
	return f, s.unseal(row.Verifier, "flows/"+row.StateHash+"/verifier", &f.Verifier)
}
