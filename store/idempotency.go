package store

import (
	"context"
	"errors"
	"strconv"
	"time"
)

const (
	// KeyLife is for how long an idempotency key is remembered.
	KeyLife = 24 * time.Hour
	// keyLimit is how many keys one owner may have remembered at once.
	keyLimit = 10_000
)

// ErrTooManyKeys: an owner used more idempotency keys within a day than are remembered.
var ErrTooManyKeys = errors.New("too many idempotency keys within a day: send the request without one, or wait")

// Answer is what a request was answered.
type Answer struct {
	Status int
	Header map[string]string `json:",omitempty"`
	Body   []byte            `json:",omitempty"`
}

// KeyUse is what is known of the request that a key was first sent with.
type KeyUse struct {
	Same    bool      // it is this very request
	BegunAt time.Time // when it came
	Done    bool      // it was answered
	Answer  *Answer   // nil: not yet, or it is not kept
}

type keyRow struct {
	Key     string `db:"key_hash"`
	Owner   string `db:"owner"`
	Request string `db:"request"`
	BegunAt int64  `db:"begun_at"`
	Done    bool   `db:"done"`
	Sealed  []byte `db:"sealed"`
}

// PersonKeys is who owns the keys that a person sends; they go with the person.
func PersonKeys(person int64) string { return "person " + strconv.FormatInt(person, 10) }

// forgetKeys removes the keys that are too old. None of it counts as state.
func (s *Store) forgetKeys(ctx context.Context) error {
	return s.update(ctx, uncounted, s.dropOldKeys)
}

func (s *Store) dropOldKeys(t *transaction) error {
	_, err := t.exec("DELETE FROM idempotency_keys WHERE begun_at <= ?", micros(s.now().Add(-KeyLife)))
	return err
}

// keyHash is what is stored of an owner's key.
func keyHash(owner, key string) string { return digest(owner + "\x00" + key) }

func keyPlace(hash string) string { return "idempotency_keys/" + hash + "/sealed" }

// TakeKey binds a key to a request. taken is true for the first who does: the
// request is theirs to do, and KeepAnswer or FreeKey theirs to call. Anybody else
// learns what came of it. Keys are forgotten after KeyLife; ErrTooManyKeys.
// None of it counts as state.
func (s *Store) TakeKey(ctx context.Context, owner, key, request string) (use KeyUse, taken bool, err error) {
	hash, mine := keyHash(owner, key), digest(owner)
	var row keyRow
	err = s.update(ctx, uncounted, func(t *transaction) error {
		row, taken = keyRow{}, false
		if err := s.dropOldKeys(t); err != nil {
			return err
		}
		n, err := t.exec("INSERT INTO idempotency_keys (key_hash, owner, request, begun_at) VALUES (?, ?, ?, ?) ON CONFLICT (key_hash) DO NOTHING",
			hash, mine, digest(request), micros(s.now()))
		if err != nil {
			return err
		}
		if taken = n == 1; !taken {
			return t.get(&row, "SELECT * FROM idempotency_keys WHERE key_hash = ?", hash)
		}
		var used int
		if err := t.get(&used, "SELECT COUNT(*) FROM idempotency_keys WHERE owner = ?", mine); err != nil {
			return err
		}
		if used > keyLimit {
			return ErrTooManyKeys
		}
		return nil
	})
	if err != nil || taken {
		return KeyUse{}, taken && err == nil, err
	}
	use = KeyUse{Same: row.Request == digest(request), BegunAt: instant(row.BegunAt), Done: row.Done}
	var kept Answer
	// An answer that another key sealed is as good as one that was not kept.
	if row.Sealed != nil && s.unseal(row.Sealed, keyPlace(hash), &kept) == nil {
		use.Answer = &kept
	}
	return use, false, nil
}

// KeepAnswer says that a key's request was answered; nil: without keeping what.
func (s *Store) KeepAnswer(ctx context.Context, owner, key string, a *Answer) error {
	hash := keyHash(owner, key)
	var sealed []byte
	if a != nil {
		var err error
		if sealed, err = s.seal(a, keyPlace(hash)); err != nil {
			return err
		}
	}
	return s.update(ctx, uncounted, func(t *transaction) error {
		_, err := t.exec("UPDATE idempotency_keys SET done = ?, sealed = ? WHERE key_hash = ?", true, sealed, hash)
		return err
	})
}

// FreeKey forgets a key whose request came to nothing, so that it can be tried again.
func (s *Store) FreeKey(ctx context.Context, owner, key string) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		_, err := t.exec("DELETE FROM idempotency_keys WHERE key_hash = ?", keyHash(owner, key))
		return err
	})
}
