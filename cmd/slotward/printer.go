package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// printer writes what a command prints as its result. It remembers the first
// failure and writes no more after it, so that a command need not look after
// each line, and yet fails when its words did not arrive. It is not safe for
// use by several goroutines at once.
type printer struct {
	w   io.Writer
	err error // the first failure
}

// Write implements io.Writer.
func (p *printer) Write(content []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.w.Write(content)
	if err != nil {
		p.err = fmt.Errorf("printing: %w", err)
	}
	return n, p.err
}

// print prints text as it is.
func (p *printer) print(text string) { _, _ = io.WriteString(p, text) }

// printf prints like fmt.Printf; the line's end is part of the format.
func (p *printer) printf(format string, values ...any) { _, _ = fmt.Fprintf(p, format, values...) }

// table prints rows, whose cells are parted by tabs, in columns.
func (p *printer) table(rows func(*printer)) {
	columns := tabwriter.NewWriter(p, 0, 4, 2, ' ', 0)
	rows(&printer{w: columns})
	_ = columns.Flush() // p remembers its failure
}
