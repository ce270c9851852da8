package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// How long an HTTP client may take. There is no limit for answers: a watched
// resync streams for as long as it takes.
const (
	headerTime = 10 * time.Second
	idleTime   = 2 * time.Minute
	maxHeader  = 64 << 10
	// politeTime is how long answers may take once the daemon is told to stop;
	// after it, watchers are cut off.
	politeTime = 3 * time.Second
	stopTime   = 10 * time.Second
)

// keep runs the daemon until ctx ends: the HTTP server and the loop. It stops
// in this order: no new passes, the actions in flight finish and people are
// given back; answers end; the store closes. A server that fails ends the loop too.
func (d *daemon) keep(ctx context.Context, listener net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	answering, cut := context.WithCancel(context.Background())
	defer cut()
	web := &http.Server{
		Handler: d.handler, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return answering },
		ErrorLog:    slog.NewLogLogger(d.log.Handler(), slog.LevelDebug),
	}
	// Pages that are watched do not hold the stop up.
	web.RegisterOnShutdown(sync.OnceFunc(func() { close(d.stopping) }))
	var parts sync.WaitGroup
	var serving, looping error
	parts.Go(func() {
		defer stop()
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			serving = err
		}
	})
	parts.Go(func() {
		defer stop()
		// Being told to stop before it has begun is no failure, however a database words it.
		if err := d.reconciler.Run(ctx); ctx.Err() == nil {
			looping = err
		}
	})
	<-ctx.Done()
	d.log.Info("stopping: actions in flight finish first")
	closeWeb(web, cut)
	parts.Wait()
	d.beside.Wait()
	return errors.Join(serving, looping, d.store.Close())
}

// closeWeb lets answers finish for a while, then cuts them off.
func closeWeb(web *http.Server, cut context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	impatient := time.AfterFunc(politeTime, cut)
	defer impatient.Stop()
	if web.Shutdown(ctx) != nil {
		_ = web.Close()
	}
}
