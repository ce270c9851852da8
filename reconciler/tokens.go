package reconciler

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// earlyExpiry is how long before its expiry an access token is refreshed.
const earlyExpiry = time.Minute

// idleRefresh is the age at which an unused token is refreshed to keep it
// alive: how long an idle Zoom token lives is not known, a day is well inside.
const idleRefresh = 22 * time.Hour

// patience is how long a provider may go on refusing tokens that it has just
// issued before the person is asked to connect again: access that was withdrawn
// shows at the refresh, everything else passes.
const patience = 10 * time.Minute

// errRefusedFresh says that a provider refuses a token that it has just issued.
var errRefusedFresh = errors.New("the provider refuses a token that it has just issued")

// authError says that a request was not worked on, because there is no token to
// send it with, or none that is taken. Dead is true when only a reconnect helps.
type authError struct {
	dead bool
	err  error
}

func (e *authError) Error() string { return "no access token: " + e.err.Error() }
func (e *authError) Unwrap() error { return e.err }

// Is makes the clients above the transport pass the error on as it is: they
// know their own classes, and take what they do not know for a request whose
// outcome is unknown.
func (e *authError) Is(target error) bool {
	if e.dead {
		return target == sources.ErrRevoked || target == zoom.ErrRevoked
	}
	return target == sources.ErrUnavailable || target == zoom.ErrUnavailable
}

// bearer adds the connection's access token, refreshes it shortly before it
// expires, and once more when the provider refuses it.
type bearer struct {
	r          *Reconciler
	connection store.Connection
	base       http.RoundTripper

	mu    sync.Mutex
	token store.Token
	dead  error     // the refresh token was refused for good: it is not sent again
	since time.Time // since when fresh tokens are refused; zero: they are not
}

func (b *bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.GetBody != nil {
		defer closeBody(req) // copies of it are sent
	}
	access, err := b.access(req.Context(), "")
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := b.send(req, access)
	if err != nil || !b.refusedWith(resp.StatusCode) {
		return resp, err
	}
	if req.Body != nil && req.GetBody == nil {
		return resp, nil
	}
	fresh, err := b.access(req.Context(), access)
	if err != nil {
		drain(resp)
		return nil, err
	}
	drain(resp)
	resp, err = b.send(req, fresh)
	if err != nil || !b.bearsWith(resp.StatusCode) {
		return resp, err
	}
	drain(resp)
	return nil, &authError{err: errRefusedFresh}
}

// refusedWith reports whether an answer refuses the token.
func (b *bearer) refusedWith(status int) bool {
	if status == http.StatusUnauthorized {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.since = time.Time{}
	return false
}

// bearsWith reports whether the answer to a fresh token is a refusal that may pass.
func (b *bearer) bearsWith(status int) bool {
	if !b.refusedWith(status) {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.r.Now()
	if b.since.IsZero() || b.since.After(now) {
		b.since = now
	}
	return now.Sub(b.since) < patience
}

func (b *bearer) send(req *http.Request, access string) (*http.Response, error) {
	out := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	out.Header.Set("Authorization", "Bearer "+access)
	return b.base.RoundTrip(out)
}

// access returns a usable access token that is not the refused one.
func (b *bearer) access(ctx context.Context, refused string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dead != nil {
		return "", b.dead
	}
	if b.token.Access == "" {
		token, err := b.r.Store.Token(ctx, b.connection.ID)
		if err != nil {
			return "", &authError{dead: errors.Is(err, store.ErrSealed), err: err}
		}
		b.token = token
	}
	if b.token.Access != refused && b.token.Access != "" && b.fresh() {
		return b.token.Access, nil
	}
	stale := b.token.Access
	token, err := b.r.refresh(ctx, b.connection, stale)
	var auth *authError
	if errors.As(err, &auth) && auth.dead {
		b.dead = err
	}
	if err != nil {
		return "", err
	}
	b.token = token
	return token.Access, nil
}

// fresh reports whether the token will not expire in a moment. One that does
// not say when is good until it is refused.
func (b *bearer) fresh() bool {
	return b.token.Expiry.IsZero() || b.r.Now().Add(earlyExpiry).Before(b.token.Expiry)
}

// forget makes the next request take the token from the store: the person may
// have connected again, and allowed more than before.
func (b *bearer) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.token, b.dead = store.Token{}, nil
}

// refresh renews a connection's token: one refresher at a time across all
// processes, and the new token is stored before anybody uses it (I8).
func (r *Reconciler) refresh(ctx context.Context, c store.Connection, stale string) (store.Token, error) {
	refresher := r.Providers.Refresher[c.Provider]
	if refresher == nil {
		// Not the person's doing: it works again when the operator has put it right.
		return store.Token{}, &authError{err: fmt.Errorf("the OAuth client of %s is not configured", c.Provider)}
	}
	token, err := r.Store.RefreshToken(ctx, c.ID, stale, func(ctx context.Context, old store.Token) (store.Token, error) {
		fresh, err := refresher.Refresh(ctx, old.Refresh)
		if err != nil {
			return store.Token{}, err
		}
		next := store.Token{Access: fresh.AccessToken, Refresh: fresh.RefreshToken, Expiry: fresh.Expiry}
		if next.Refresh == "" { // Google does not rotate
			next.Refresh = old.Refresh
		}
		// A provider's lifetime counts from now, on the clock that the rest of the pass goes by.
		if fresh.ExpiresIn > 0 {
			next.Expiry = r.Now().Add(time.Duration(fresh.ExpiresIn) * time.Second)
		}
		return next, nil
	})
	if err != nil {
		dead := errors.Is(err, sources.ErrBlocked) || errors.Is(err, zoom.ErrBlocked) || errors.Is(err, sources.ErrRevoked) || errors.Is(err, zoom.ErrRevoked) || errors.Is(err, store.ErrSealed)
		return store.Token{}, &authError{dead: dead, err: err}
	}
	return token, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

func drain(resp *http.Response) {
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	_ = resp.Body.Close()
}
