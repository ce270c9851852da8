package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"slotward/sources"
	"slotward/store"
)

// rotator is a provider whose refresh tokens are good once.
type rotator struct {
	mu      sync.Mutex
	current string
	calls   atomic.Int64
}

var errRefused = errors.New("invalid_grant")

func (r *rotator) refresh(_ context.Context, old store.Token) (store.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.calls.Add(1)
	if old.Refresh != r.current {
		return store.Token{}, errRefused
	}
	r.current = fmt.Sprintf("refresh-%d", n+1)
	return store.Token{Access: fmt.Sprintf("access-%d", n+1), Refresh: r.current, Expiry: old.Expiry.Add(time.Hour)}, nil
}

func refreshOnce(w *world) {
	other := w.open(store.Options{})
	provider := &rotator{current: "refresh-1"}
	var wait sync.WaitGroup
	for i := range 20 {
		handle := []*store.Store{w.store, other}[i%2]
		wait.Go(func() {
			token, err := handle.RefreshToken(w.ctx, w.google.ID, "access-1", provider.refresh)
			if err != nil || token.Access != "access-2" || token.Refresh != "refresh-2" || token.Version != 2 {
				w.Errorf("token version %d, %v", token.Version, err)
			}
		})
	}
	wait.Wait()
	equal(w, "refreshes", provider.calls.Load(), 1)
	stored, err := w.store.Token(w.ctx, w.google.ID)
	w.ok(err)
	equal(w, "stored", stored.Refresh, "refresh-2")
	if want := w.clock.Now().Add(2 * time.Hour); !stored.Expiry.Equal(want) {
		w.Fatalf("expiry %v, want %v", stored.Expiry, want)
	}
}

func refreshCrash(w *world) {
	provider := &rotator{current: "refresh-1"}
	crashing := w.open(store.Options{OnCommit: func(before bool) {
		if before && provider.calls.Load() == 1 {
			panic("dies before the rotated token is stored")
		}
	}})
	died := func() (died bool) {
		defer func() { died = recover() != nil }()
		_, _ = crashing.RefreshToken(w.ctx, w.google.ID, "access-1", provider.refresh)
		return false
	}()
	equal(w, "died", died, true)

	restarted := w.open(store.Options{})
	w.clock.Move(2 * time.Minute) // where the dead one's lease stands, it runs out
	_, err := restarted.RefreshToken(w.ctx, w.google.ID, "access-1", provider.refresh)
	if !errors.Is(err, errRefused) {
		w.Fatalf("a lost rotation went unnoticed: %v", err)
	}
	equal(w, "refreshes", provider.calls.Load(), 2)
}

func refreshOvertaken(w *world) {
	newer := store.Token{Access: "access-new", Refresh: "refresh-new"}
	connection := store.Connection{Person: w.ada.ID, Provider: "google", Account: "sub-ada"}
	token, err := w.store.RefreshToken(w.ctx, w.google.ID, "access-1", func(ctx context.Context, _ store.Token) (store.Token, error) {
		_, err := w.store.Connect(ctx, connection, newer) // ada connects again meanwhile
		return store.Token{}, errors.Join(errRefused, err)
	})
	w.ok(err)
	equal(w, "token", token.Access, "access-new")
	token, err = w.store.RefreshToken(w.ctx, w.google.ID, "access-new", func(ctx context.Context, _ store.Token) (store.Token, error) {
		_, err := w.store.Connect(ctx, connection, store.Token{Access: "access-newest", Refresh: "refresh-newest"})
		return store.Token{Access: "access-late", Refresh: "refresh-late"}, err
	})
	w.ok(err)
	equal(w, "token that was connected meanwhile", token.Access, "access-newest")
}

func refreshDead(w *world) {
	provider := &rotator{current: "refresh-1"}
	other := w.open(store.Options{})
	started, release := make(chan struct{}), make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		_, _ = w.store.RefreshToken(w.ctx, w.google.ID, "access-1", func(context.Context, store.Token) (store.Token, error) {
			close(started)
			<-release
			return store.Token{}, errors.New("asleep")
		})
	})
	<-started
	ctx, cancel := context.WithTimeout(w.ctx, 100*time.Millisecond)
	defer cancel()
	if _, err := other.RefreshToken(ctx, w.google.ID, "access-1", provider.refresh); !errors.Is(err, context.DeadlineExceeded) {
		w.Errorf("refreshed while another does: %v", err)
	}
	w.clock.Move(2 * time.Minute)
	token, err := other.RefreshToken(w.ctx, w.google.ID, "access-1", provider.refresh)
	close(release)
	wait.Wait()
	w.ok(err)
	equal(w, "token", token.Access, "access-2")
}

func refreshOutlives(w *world) {
	provider := &rotator{current: "refresh-1"}
	ctx, cancel := context.WithCancel(w.ctx)
	token, err := w.store.RefreshToken(ctx, w.google.ID, "access-1", func(call context.Context, old store.Token) (store.Token, error) {
		cancel()
		if call.Err() != nil {
			w.Error("the call was cut off when its caller went away")
		}
		return provider.refresh(call, old)
	})
	w.ok(err)
	equal(w, "token", token.Access, "access-2")
	stored, err := w.store.Token(w.ctx, w.google.ID)
	w.ok(err)
	equal(w, "stored", stored.Refresh, "refresh-2")
}

func refreshNotNeeded(w *world) {
	provider := &rotator{current: "refresh-1"}
	token, err := w.store.RefreshToken(w.ctx, w.google.ID, "", provider.refresh)
	w.ok(err)
	equal(w, "token", token.Access, "access-1")
	w.clock.Move(time.Hour)
	keep := func(ctx context.Context, old store.Token) (store.Token, error) {
		next, err := provider.refresh(ctx, old)
		next.Refresh = "" // Google sends none with a refresh
		return next, err
	}
	token, err = w.store.RefreshToken(w.ctx, w.google.ID, "", keep)
	w.ok(err)
	equal(w, "refresh token", token.Refresh, "refresh-1")
	_, err = w.store.RefreshToken(w.ctx, 99, "", provider.refresh)
	notFound(w, err)
}

func nothingClear(w *world) {
	path, ok := strings.CutPrefix(w.dsn, "sqlite:")
	if !ok {
		w.Skip("looks at the file of SQLite")
	}
	e := w.event("a", "1", time.Hour)
	e.Title, e.Description = "Layoffs", "https://acme.zoom.us/j/1?pwd=s3cr3t"
	w.read(sources.Reading{Full: true, Token: "t", Events: []sources.Event{e}})
	w.write(func(x *store.Tx) error {
		return errors.Join(
			x.PutMeeting(store.Meeting{ID: 1, Topic: "Layoffs", Joining: sources.Joining{URL: "https://acme.zoom.us/j/1?pwd=s3cr3t", Passcode: "s3cr3t"}}),
			x.SaveDecisions([]store.Decision{{Event: w.ref("a"), Reason: "foreign_link", Detail: "https://acme.zoom.us/j/1?pwd=s3cr3t"}}),
			x.Journal(store.Entry{Title: "Layoffs", Detail: "s3cr3t"}))
	})
	w.ok(w.store.SaveFlow(w.ctx, store.Flow{State: "state-secret", Verifier: "verifier-secret", Person: w.ada.ID, ExpiresAt: w.clock.Now().Add(time.Hour)}))
	w.signIn("session-secret")
	secret, err := w.store.CreateAPIToken(w.ctx, "ci")
	w.ok(err)
	_, _, err = w.store.TakeKey(w.ctx, "ci", "key", "body s3cr3t")
	w.ok(err)
	w.ok(w.store.KeepAnswer(w.ctx, "ci", "key", &store.Answer{Status: 201, Body: []byte("ticket s3cr3t"), Header: map[string]string{"Location": "s3cr3t"}}))
	w.ok(w.store.Close())
	files, err := filepath.Glob(path + "*")
	w.ok(err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		w.ok(err)
		for _, clear := range []string{"access-1", "refresh-1", "Layoffs", "s3cr3t", "state-secret", "verifier-secret", "session-secret", secret} {
			if strings.Contains(string(text), clear) {
				w.Errorf("%s holds %q in the clear", filepath.Base(file), clear)
			}
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
			w.Errorf("%s: %v %v", filepath.Base(file), info.Mode(), err)
		}
	}
}
