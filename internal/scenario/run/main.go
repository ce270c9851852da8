// Command run plays scenarios: files, or folders of them.
//
//	go run ./internal/scenario/run internal/scenario/testdata
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"slotward/internal/contract"
	"slotward/internal/scenario"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	verbose := flags.Bool("v", false, "tell every request made")
	database := flags.String("db", "", "PostgreSQL server, as postgres://…; a fresh SQLite file otherwise")
	faults := flags.Int64("faults", 0, "seed of random provider faults that must not change the end")
	kills := flags.Int64("kills", 0, "seed of random kills of the daemon that must not change the end")
	calendar := flags.String("calendar", "google", "service to play stories on that are told of Google's calendars: google, microsoft")
	parallel := flags.Int("p", runtime.NumCPU(), "files to run at once")
	if err := flags.Parse(args); err != nil {
		return err
	}
	files, err := scenario.Files(flags.Args()...)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "slotward")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, err := scenario.Build(ctx, dir)
	if err != nil {
		return err
	}
	checker, err := contracts()
	if err != nil {
		_, _ = fmt.Fprintln(stdout, "provider traffic is not checked:", err)
	}
	o := scenario.Options{Binary: binary, Database: *database, Faults: *faults, Kills: *kills, Calendar: *calendar, Contract: checker}
	failed := play(files, o, *verbose, *parallel, stdout)
	if checker != nil {
		for _, v := range checker.Violations() {
			_, _ = fmt.Fprintln(stdout, "contract:", v)
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d scenarios failed", failed, len(files))
	}
	return nil
}

// contracts loads the providers' own documents, where they are at hand.
func contracts() (*contract.Checker, error) {
	dir, err := contract.Find()
	if err != nil {
		return nil, err
	}
	return contract.Load(dir)
}

// play runs the files side by side and tells how each ended.
func play(files []string, o scenario.Options, verbose bool, parallel int, stdout io.Writer) (failed int) {
	var group sync.WaitGroup
	var mu sync.Mutex
	places := make(chan struct{}, max(1, parallel))
	for _, file := range files {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			o := o
			var requests bytes.Buffer
			if verbose {
				o.Verbose = &requests
			}
			res := scenario.Run(file, o)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case res.Skipped != "":
				_, _ = fmt.Fprintf(stdout, "skip %s: %s\n", res.Name, res.Skipped)
			case res.Failure != "":
				failed++
				_, _ = fmt.Fprintf(stdout, "FAIL %s %s\n", res.Name, res.Failure)
				if verbose {
					_, _ = fmt.Fprintln(stdout, res.Output)
				}
			default:
				_, _ = fmt.Fprintf(stdout, "ok %s %.2fs\n", res.Name, res.Took.Seconds())
			}
			_, _ = stdout.Write(requests.Bytes())
		})
	}
	group.Wait()
	return failed
}
