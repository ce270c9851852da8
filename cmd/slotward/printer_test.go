package main

import (
	"errors"
	"io"
	"strings"
	"testing"
)

var errFull = errors.New("no space left on device")

// full is a writer that takes so many bytes and no more.
type full struct {
	room   int
	writes int
}

func (f *full) Write(p []byte) (int, error) {
	f.writes++
	if len(p) > f.room {
		return f.room, errFull
	}
	f.room -= len(p)
	return len(p), nil
}

func TestPrinterRemembersItsFirstFailure(t *testing.T) {
	disk := &full{room: 4}
	p := &printer{w: disk}
	p.print("one\n")
	if p.err != nil {
		t.Fatalf("what fits failed: %v", p.err)
	}
	p.table(func(rows *printer) { rows.printf("%d\t%d\n", 2, 3) })
	p.print("")
	p.printf("three\n")
	if !errors.Is(p.err, errFull) || disk.writes != 2 {
		t.Errorf("got %v after %d writes; want %v after 2", p.err, disk.writes, errFull)
	}
}

func TestCommandFailsWhenItsWordsAreLost(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"version", "--json"}, {"completion", "bash"}, {"token", "list", "--json"}, {"config", "check"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			if err := run(t.Context(), args, &full{}, io.Discard, data(t)); !errors.Is(err, errFull) {
				t.Errorf("got %v; want %v", err, errFull)
			}
		})
	}
}
