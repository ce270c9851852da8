package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limits of one refresh.
const (
	// refreshTime bounds the call to the provider. A call that is cut off may
	// have rotated the token already, so it gets more than any answer takes.
	refreshTime = 60 * time.Second
	// refreshLease is how long nobody else may refresh; longer than refreshTime
	// and the saving after it.
	refreshLease = 90 * time.Second
	// freshFor is how long a token must still be good to need no refresh.
	freshFor = time.Minute
	// Waiting for another refresher begins at waitMin and doubles up to waitMax.
	waitMin = 10 * time.Millisecond
	waitMax = time.Second
)

// RefreshToken returns a token that is newer than stale, refreshing it if
// nobody else does. It is the only way to refresh: providers rotate refresh
// tokens, so two refreshes of one token lose it (I8).
//
// stale is the access token that the provider refused; if another is stored by
// now, that one is returned. With stale "" a token is refreshed when it runs
// out within a minute.
//
// Across goroutines and processes one caller at a time calls refresh, with the
// stored token. Its answer is stored, under the next version, before it is
// returned; an answer without a refresh token keeps the old one. refresh must
// not retry by itself. Its context lives on when ctx ends, for up to a minute:
// an answer that nobody waits for would lose the rotated token. An error of
// refresh is believed only after the row was read again and nobody else has
// stored a newer token meanwhile.
//
// A process that dies between the provider's rotation and the storing leaves a
// token that the provider refuses for good: refresh's error says so, and the
// caller marks the connection needs_reauth.
func (s *Store) RefreshToken(ctx context.Context, connection int64, stale string, refresh func(context.Context, Token) (Token, error)) (Token, error) {
	s.busy.Add(1)
	defer s.busy.Done()
	if err := s.refreshing.lock(ctx, connection); err != nil {
		return Token{}, err
	}
	defer s.refreshing.unlock(connection)

	row, mine, err := s.awaitRefresh(ctx, connection, stale)
	if err != nil {
		return Token{}, err
	}
	token, err := s.openToken(&row)
	if err != nil || mine == "" {
		return token, err
	}
	live, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshLease)
	defer cancel()
	return s.refreshHeld(live, connection, mine, token, refresh)
}

// awaitRefresh returns when the stored token is newer than stale (mine is ""),
// or when this caller holds the right to refresh it (mine is its nonce).
func (s *Store) awaitRefresh(ctx context.Context, connection int64, stale string) (row tokenRow, mine string, err error) {
	nonce := s.refresher()
	var patience patience
	for wait := waitMin; ; wait = min(2*wait, waitMax) {
		if row, err = s.tokenRow(ctx, connection); err != nil {
			return row, "", err
		}
		token, err := s.openToken(&row)
		if err != nil {
			return row, "", err
		}
		if s.fresh(token, stale) {
			return row, "", nil
		}
		held, err := s.holdRefresh(ctx, &row, nonce, patience.over(row.Refresher))
		if err != nil {
			return row, "", err
		}
		if held {
			return row, nonce, nil
		}
		if err := pause(ctx, wait); err != nil {
			return row, "", err
		}
		patience.waited += wait
	}
}

// refresher names one refresh: its process, so that it can be reclaimed, and a
// nonce, so that it is nobody else's.
func (s *Store) refresher() string {
	owner := ""
	if o := s.owner.Load(); o != nil {
		owner = *o
	}
	return refresherPrefix(owner) + rand.Text()
}

func refresherPrefix(owner string) string { return cleanText(owner) + "/" }

// patience measures how long one and the same refresher has been waited for.
// Its lease's end is told by the clock, and the clock may jump or stand still.
type patience struct {
	refresher string
	waited    time.Duration
}

// over reports whether this refresher has had longer than any lease lasts.
func (p *patience) over(refresher string) bool {
	if p.refresher != refresher {
		p.refresher, p.waited = refresher, 0
	}
	return refresher != "" && p.waited >= refreshLease
}

// fresh reports whether a stored token needs no refresh.
func (s *Store) fresh(token Token, stale string) bool {
	if stale != "" {
		return token.Access != stale
	}
	return token.Access != "" && (token.Expiry.IsZero() || token.Expiry.After(s.now().Add(freshFor)))
}

// holdRefresh takes the lease in the row, if it is free, has run out, or its
// holder is taken for dead.
func (s *Store) holdRefresh(ctx context.Context, row *tokenRow, nonce string, dead bool) (held bool, err error) {
	now := s.now()
	if row.Refresher != "" && row.RefreshUntil > micros(now) && !dead {
		return false, nil
	}
	err = s.update(ctx, uncounted, func(t *transaction) error {
		n, err := t.exec("UPDATE tokens SET refresher = ?, refresh_until = ? WHERE connection_id = ? AND version = ? AND refresher = ? AND refresh_until = ?",
			nonce, micros(now.Add(refreshLease)), row.Connection, row.Version, row.Refresher, row.RefreshUntil)
		held = n == 1
		return err
	})
	return held, err
}

// refreshHeld calls the provider and stores its answer, while the lease is held.
func (s *Store) refreshHeld(ctx context.Context, connection int64, nonce string, old Token, refresh func(context.Context, Token) (Token, error)) (Token, error) {
	defer func() { _ = s.releaseRefresh(ctx, connection, nonce) }()
	call, cancel := context.WithTimeout(ctx, refreshTime)
	defer cancel()
	next, err := refresh(call, old)
	if err != nil {
		if newer, readErr := s.Token(ctx, connection); readErr == nil && newer.Version > old.Version {
			return newer, nil
		}
		return Token{}, err
	}
	if next.Refresh == "" {
		next.Refresh = old.Refresh
	}
	return s.saveRefreshed(ctx, connection, old.Version, next)
}

// saveRefreshed stores a refreshed token, unless a newer one was stored
// meanwhile (the person connected again), which is then returned instead.
func (s *Store) saveRefreshed(ctx context.Context, connection, version int64, next Token) (Token, error) {
	access, refresh, err := s.sealToken(connection, next)
	if err != nil {
		return Token{}, err
	}
	var saved int64
	err = s.update(ctx, counted, func(t *transaction) error {
		saved, err = t.exec(`UPDATE tokens SET access = ?, refresh = ?, expiry = ?, version = version + 1, refresher = '', refresh_until = 0
			WHERE connection_id = ? AND version = ?`, access, refresh, micros(next.Expiry), connection, version)
		return err
	})
	if err != nil {
		return Token{}, fmt.Errorf("store: saving the refreshed token of connection %d: %w", connection, err)
	}
	if saved == 0 {
		return s.Token(ctx, connection)
	}
	next.Version, next.Expiry = version+1, instant(micros(next.Expiry))
	return next, nil
}

// releaseRefresh ends the lease after a refresh that stored nothing.
func (s *Store) releaseRefresh(ctx context.Context, connection int64, nonce string) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		_, err := t.exec("UPDATE tokens SET refresher = '', refresh_until = 0 WHERE connection_id = ? AND refresher = ?", connection, nonce)
		return err
	})
}

// dropRefreshLeases ends leases that a process left behind when it died. Only
// in SQLite: one daemon works on a file. In PostgreSQL they may be another
// replica's, and run out by themselves.
func (s *Store) dropRefreshLeases(ctx context.Context) error {
	if s.dialect.name != sqliteDialect.name {
		return nil
	}
	return s.update(ctx, uncounted, func(t *transaction) error {
		_, err := t.exec("UPDATE tokens SET refresher = '', refresh_until = 0 WHERE refresher <> ''")
		return err
	})
}

// keyedLocks are mutexes by key whose waiting can be given up.
type keyedLocks struct {
	mu    sync.Mutex
	locks map[int64]chan struct{}
}

func (k *keyedLocks) channel(key int64) chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.locks == nil {
		k.locks = map[int64]chan struct{}{}
	}
	if k.locks[key] == nil {
		k.locks[key] = make(chan struct{}, 1)
	}
	return k.locks[key]
}

func (k *keyedLocks) lock(ctx context.Context, key int64) error {
	select {
	case k.channel(key) <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("store: waiting for another refresh of this token"), ctx.Err())
	}
}

func (k *keyedLocks) unlock(key int64) { <-k.channel(key) }
