package figures

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// figure measures one thing and returns its rows. folder is for its files.
type figure struct {
	name string
	run  func(ctx context.Context, folder string, providers []Provider) ([]row, error)
}

// figures are all that is measured, in the order of the table. Times come
// before the daemon runs, which would disturb them.
var figures = []figure{
	{"planning", planning},
	{"merging", each(merging)},
	{"requests", each(requestsPerChange)},
	{"first-pass", each(firstPass)},
	{"memory", memory},
}

// each measures the same at one provider of calendars after the other.
func each(one func(ctx context.Context, folder string, at Provider) ([]row, error)) func(context.Context, string, []Provider) ([]row, error) {
	return func(ctx context.Context, folder string, providers []Provider) (rows []row, err error) {
		for _, at := range providers {
			measured, err := one(ctx, folder, at)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", at.Name, err)
			}
			rows = append(rows, measured...)
		}
		return rows, nil
	}
}

// Run measures the figures that are named, all when none is, and prints the
// table to out; what is being measured is told on progress. failures is how many
// figures are not as promised.
func Run(ctx context.Context, out, progress io.Writer, names []string, providers ...Provider) (failures int, err error) {
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
		_, _ = fmt.Fprintf(progress, "measuring %s… ", f.name)
		measured, err := f.run(ctx, folder, providers)
		_, _ = fmt.Fprintf(progress, "%.1f s\n", time.Since(began).Seconds())
		if err != nil {
			return 0, fmt.Errorf("%s: %w", f.name, err)
		}
		rows = append(rows, measured...)
	}
	return printTable(out, rows), nil
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
