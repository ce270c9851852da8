package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"slotward/internal/scenario"
	"slotward/reconciler"
	"slotward/store"
)

// life is the daemon from one start to its end. Killed, it reaches nobody any
// more, and whoever is about to commit, or just did, waits until the store has
// been copied as it was then; what it does after that is done to what nobody reads.
type life struct {
	around     scenario.Surroundings
	reconciler *reconciler.Reconciler
	transport  http.Transport
	work       sync.WaitGroup
	dies       sync.Once
	dead       chan struct{}
	buried     chan struct{}
	committing atomic.Bool
}

func newLife(at scenario.Surroundings) *life {
	l := &life{around: at, dead: make(chan struct{}), buried: make(chan struct{})}
	l.transport.MaxIdleConnsPerHost = 4
	return l
}

func (l *life) killed() bool {
	select {
	case <-l.dead:
		return true
	default:
		return false
	}
}

// commit is called around each commit of the store.
func (l *life) commit(before bool) {
	if !before {
		l.committing.Store(false)
	}
	if !l.killed() {
		l.around.Commit(before)
	}
	if l.killed() {
		<-l.buried
		return
	}
	if before {
		l.committing.Store(true)
	}
}

var errDead = errors.New("this daemon was killed")

// RoundTrip implements http.RoundTripper.
func (l *life) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.killed() {
		return nil, errDead
	}
	return l.transport.RoundTrip(r)
}

// Kill implements scenario.Local.
func (d *daemon) Kill() {
	if l := d.life; l != nil {
		l.dies.Do(func() { close(l.dead) })
	}
}

// Running implements scenario.Local.
func (d *daemon) Running() bool { return d.life != nil && d.life.reconciler != nil && !d.life.killed() }

// bury lets go of a daemon that was killed; the store becomes what it was then.
func (d *daemon) bury() error {
	l := d.life
	if l == nil || !l.killed() {
		return nil
	}
	for began := time.Now(); l.committing.Load() && time.Since(began) < time.Second; {
		time.Sleep(time.Millisecond) // whoever was at it when it was killed
	}
	folder := filepath.Join(l.around.Folder, "killed")
	err := os.Mkdir(folder, 0o700)
	if err == nil {
		err = copyStore(l.around.Folder, folder)
	}
	close(l.buried)
	err = errors.Join(err, d.end())
	if err == nil {
		err = copyStore(folder, l.around.Folder)
	}
	return errors.Join(err, os.RemoveAll(folder))
}

// end waits for what is under way, and closes the store.
func (d *daemon) end() error {
	l := d.life
	l.work.Wait()
	l.transport.CloseIdleConnections()
	err := d.store.Close()
	d.life, d.store = nil, nil
	return err
}

// Stop implements scenario.Local.
func (d *daemon) Stop() error {
	if err := d.bury(); err != nil || d.life == nil {
		return err
	}
	return d.end()
}

// database is the store's file, which SQLite keeps a log of changes beside.
const database = "slotward.db"

// copyStore makes the store in one folder what it is in another.
func copyStore(from, to string) error {
	for _, name := range []string{database, database + "-wal", database + "-shm"} {
		if err := os.Remove(filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	for _, name := range []string{database, database + "-wal"} {
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

// mostPasses is more than any change needs; beyond it passes chase each other.
const mostPasses = 60

// Idle implements scenario.Local.
func (d *daemon) Idle() error {
	l := d.life
	if !d.Running() {
		return nil
	}
	done := make(chan error, 1)
	l.work.Go(func() { done <- l.idle(d.store) })
	select {
	case err := <-done:
		if l.killed() {
			return nil
		}
		return err
	case <-l.dead:
		return nil
	}
}

func (l *life) idle(s *store.Store) error {
	ctx := context.Background()
	for range mostPasses {
		lease, err := s.Claim(ctx, owner, 10*time.Minute)
		if errors.Is(err, store.ErrNoneDue) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.Finish(ctx, lease, l.reconciler.Pass(ctx, lease)); err != nil {
			return err
		}
	}
	return fmt.Errorf("somebody is still due after %d passes", mostPasses)
}

// Next implements scenario.Local.
func (d *daemon) Next() (next time.Time, err error) {
	if !d.Running() {
		return time.Time{}, nil
	}
	rows, err := d.store.Queue(context.Background())
	for _, row := range rows {
		if next.IsZero() || row.NextAt.Before(next) {
			next = row.NextAt
		}
	}
	return next, err
}
