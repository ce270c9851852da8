package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// tokenPrefix lets people, and scanners of leaked secrets, tell what a string is.
const tokenPrefix = "slotward_"

// APIToken names a token of the HTTP API. The secret itself is nowhere.
type APIToken struct {
	Name      string
	CreatedAt time.Time
}

// CreateAPIToken makes a token and returns its secret, once: only its SHA-256
// is stored. A name that is in use is an *ExistsError.
func (s *Store) CreateAPIToken(ctx context.Context, name string) (secret string, err error) {
	if name = strings.TrimSpace(name); name == "" {
		return "", fmt.Errorf("store: a token needs a name that tells what it is for")
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(random)
	err = s.update(ctx, counted, func(t *transaction) error {
		_, err := t.exec("INSERT INTO api_tokens (name, hash, created_at) VALUES (?, ?, ?)", name, digest(secret), micros(s.now()))
		if err != nil && duplicate(err) {
			return &ExistsError{What: "an API token named " + name, Cure: "choose another name, or delete that one first"}
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// APITokens lists the tokens by name.
func (s *Store) APITokens(ctx context.Context) ([]APIToken, error) {
	var rows []struct {
		Name      string `db:"name"`
		CreatedAt int64  `db:"created_at"`
	}
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, "SELECT name, created_at FROM api_tokens ORDER BY name")
	})
	if err != nil {
		return nil, err
	}
	out := make([]APIToken, len(rows))
	for i, r := range rows {
		out[i] = APIToken{Name: r.Name, CreatedAt: instant(r.CreatedAt)}
	}
	return out, nil
}

// DeleteAPIToken makes a token worthless at once; ErrNotFound.
func (s *Store) DeleteAPIToken(ctx context.Context, name string) error {
	return s.update(ctx, counted, func(t *transaction) error {
		n, err := t.exec("DELETE FROM api_tokens WHERE name = ?", name)
		if err == nil && n == 0 {
			err = fmt.Errorf("API token %q: %w", name, ErrNotFound)
		}
		return err
	})
}

// CheckAPIToken returns the name of the token that has this secret;
// ErrNotFound. It looks for the hash, so its timing tells nothing of the secret.
func (s *Store) CheckAPIToken(ctx context.Context, secret string) (name string, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		return t.get(&name, "SELECT name FROM api_tokens WHERE hash = ?", digest(secret))
	})
	if err != nil {
		return "", fmt.Errorf("API token: %w", err)
	}
	return name, nil
}

// digest is how secrets that only need to be recognised are stored.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
