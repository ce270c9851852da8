package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// figure measures one thing and returns its rows.
type figure struct {
	name string
	run  func(ctx context.Context, folder string) ([]row, error)
}

// figures are all that is measured, in the order of the table. Times come
// before the daemon runs, which would disturb them.
var figures = []figure{
	{"planning", planning},
	{"merging", merging},
	{"requests", requestsPerChange},
	{"first-pass", firstPass},
	{"memory", memory},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failures, err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if failures > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d figures are not as promised\n", failures)
		os.Exit(1)
	}
}

// run measures the figures that are named, all when none is, and prints the table.
func run(ctx context.Context, names []string) (failures int, err error) {
	chosen, err := choose(names)
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "slotward-bench-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	var rows []row
	for _, f := range chosen {
		began := time.Now()
		fmt.Fprintf(os.Stderr, "measuring %s… ", f.name)
		measured, err := f.run(ctx, folder)
		fmt.Fprintf(os.Stderr, "%.1f s\n", time.Since(began).Seconds())
		if err != nil {
			return 0, fmt.Errorf("%s: %w", f.name, err)
		}
		rows = append(rows, measured...)
	}
	return printTable(os.Stdout, rows), nil
}

// choose finds the figures by their names.
func choose(names []string) ([]figure, error) {
	if len(names) == 0 {
		return figures, nil
	}
	var chosen []figure
	for _, name := range names {
		i := slices.IndexFunc(figures, func(f figure) bool { return f.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no figure %q: choose among %s", name, known())
		}
		chosen = append(chosen, figures[i])
	}
	return chosen, nil
}

// known lists the figures' names.
func known() string {
	var names []string
	for _, f := range figures {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}
