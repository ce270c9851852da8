// Command history lets things happen at random, and looks at what came of it.
//
//	go run ./internal/scenario/history [-histories 2000] [-seed 1]
//
// It makes up histories: people with calendars at one provider or both, and ten
// to thirty things that they do to their events, in Zoom and to the settings,
// with time going by and providers failing now and then. After every few of them
// the daemon does its work, and what the calendars and Zoom then show is held
// against a model: a second, plain statement of what an event should show and
// which events share a meeting, which knows nothing of the planner's code.
//
//	daemon.go    the daemon in this process: real store, real clients, real HTTP
//	life.go      it works, ends, or is killed at any point of its work
//	draw.go      what people do to their events and in Zoom, drawn at random
//	accidents.go the daemon dies, consent is withdrawn, the store is lost or another
//	asked.go     what they ask of the daemon: settings, connections, links for one event
//	event.go     events as they are made up
//	book.go      what the teller remembers of the story so far
//	model.go     what an event should show now
//	occurrences.go   when series take place, and what their changed occurrences show
//	rooms.go     which events share a meeting, and which meetings may exist
//	byhand.go    which meetings that people made may be adopted, and must be
//	kept.go      when a link stays, and when it has to be another
//	check.go     the model held against the world
//	history.go   one history, from its beginning to its end
//	outcome.go   what is said of a cast's histories
//
// Everything that happens, and everything that must be true, is a line of the
// scenarios' language: a history that fails is shrunk and printed as a scenario,
// which the command in ../run plays against the real daemon.
//
// It is a program rather than a test because it links both calendar clients,
// which takes long; package tests runs it.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func main() {
	testing.Init() // rapid asks whether tests are to be short
	histories := flag.Int("histories", 2000, "how many histories are made up")
	seed := flag.Uint64("seed", 1, "where they begin: the same histories every time; 0: others each time")
	flag.Parse()
	debug.SetGCPercent(400) // worlds are small, and come and go
	failed, err := tellAll(*histories, *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "history:", err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

// tellAll makes up the histories of all casts, side by side. Each cast has its
// part of them.
func tellAll(histories int, seed uint64) (failed bool, err error) {
	for name, value := range map[string]string{
		"rapid.checks": strconv.Itoa(max(histories/len(casts), 1)), "rapid.steps": "16", "rapid.nofailfile": "true",
		"rapid.seed": strconv.FormatUint(seed, 10),
	} {
		if err := flag.Set(name, value); err != nil {
			return false, err
		}
	}
	folder, err := scratch()
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	daemons, err := newTemplate(folder)
	if err != nil {
		return false, err
	}
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	var mu sync.Mutex
	for i, name := range slices.Sorted(maps.Keys(casts)) {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			o := check(name, func(t *rapid.T) {
				for range i { // from one seed, another story for each
					rapid.Uint64().Draw(t, "-")
				}
				tell(t, folder, daemons.fresh(), casts[name])
			})
			mu.Lock()
			defer mu.Unlock()
			fmt.Print(o)
			failed = failed || o.failed
		})
	}
	all.Wait()
	return failed, nil
}

// scratch is a folder for the stores: in memory where there is some, because
// nothing here has to outlive a power cut.
func scratch() (string, error) {
	if folder, err := os.MkdirTemp("/dev/shm", "histories"); err == nil {
		return folder, nil
	}
	return os.MkdirTemp("", "histories")
}
