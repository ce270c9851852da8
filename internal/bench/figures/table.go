package figures

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// row is one figure: what was measured and what is promised.
type row struct {
	group    string // shown when it differs from the row above
	name     string
	measured string
	promised string // "" when nothing is
	verdict  verdict
}

// verdict says whether a figure is as promised.
type verdict string

// The verdicts. Only broken makes the command fail.
const (
	holds    verdict = "ok"
	broken   verdict = "FAIL"
	untested verdict = "–"    // nothing is promised
	slow     verdict = "slow" // a time beyond its bound: the machine may be to blame
)

// within judges a figure that may not exceed its bound.
func within[T int | int64 | float64](measured, bound T) verdict {
	if measured <= bound {
		return holds
	}
	return broken
}

// swift judges a time, which never fails.
func swift(fast bool) verdict {
	if fast {
		return holds
	}
	return slow
}

// printTable prints the rows under one head and returns how many are broken.
func printTable(out io.Writer, rows []row) (failures int) {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "FIGURE\tMEASURED\tPROMISED\t")
	group := ""
	for _, r := range rows {
		if r.group != group {
			group = r.group
			fmt.Fprintf(w, "%s\t\t\t\n", group)
		}
		if r.verdict == broken {
			failures++
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", r.name, r.measured, r.promised, r.verdict)
	}
	_ = w.Flush()
	return failures
}
