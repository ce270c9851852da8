package store

import (
	"context"
	"fmt"
)

type tokenRow struct {
	Connection   int64  `db:"connection_id"`
	Access       []byte `db:"access"`
	Refresh      []byte `db:"refresh"`
	Expiry       int64  `db:"expiry"`
	Version      int64  `db:"version"`
	Refresher    string `db:"refresher"`
	RefreshUntil int64  `db:"refresh_until"`
}

// Where the two parts of a token stand; what is sealed for one connection or
// column does not open in another.
func accessPlace(connection int64) string  { return fmt.Sprintf("connections/%d/access", connection) }
func refreshPlace(connection int64) string { return fmt.Sprintf("connections/%d/refresh", connection) }

// Token reads a connection's token. A connection without one is ErrNotFound,
// one that was sealed with another key ErrSealed.
func (s *Store) Token(ctx context.Context, connection int64) (Token, error) {
	row, err := s.tokenRow(ctx, connection)
	if err != nil {
		return Token{}, err
	}
	return s.openToken(&row)
}

func (s *Store) tokenRow(ctx context.Context, connection int64) (row tokenRow, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		row = tokenRow{}
		return t.get(&row, "SELECT * FROM tokens WHERE connection_id = ?", connection)
	})
	if err != nil {
		err = fmt.Errorf("token of connection %d: %w", connection, err)
	}
	return row, err
}

func (s *Store) openToken(r *tokenRow) (Token, error) {
	token := Token{Expiry: instant(r.Expiry), Version: r.Version}
	if err := s.unseal(r.Access, accessPlace(r.Connection), &token.Access); err != nil {
		return Token{}, err
	}
	if err := s.unseal(r.Refresh, refreshPlace(r.Connection), &token.Refresh); err != nil {
		return Token{}, err
	}
	return token, nil
}

// saveToken stores a token as the connection's newest. A refresh that is under
// way loses its claim to save the older one's successor.
func (s *Store) saveToken(t *transaction, connection int64, token Token) error {
	access, refresh, err := s.sealToken(connection, token)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO tokens (connection_id, access, refresh, expiry, version) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (connection_id) DO UPDATE SET access = excluded.access, refresh = excluded.refresh,
			expiry = excluded.expiry, version = tokens.version + 1, refresher = '', refresh_until = 0`,
		connection, access, refresh, micros(token.Expiry))
	return err
}

func (s *Store) sealToken(connection int64, token Token) (access, refresh []byte, err error) {
	if access, err = s.seal(token.Access, accessPlace(connection)); err != nil {
		return nil, nil, err
	}
	refresh, err = s.seal(token.Refresh, refreshPlace(connection))
	return access, refresh, err
}
