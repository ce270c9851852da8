package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	simgoogle "slotward/internal/simulator/google"
)

// list is the incremental read that every pass makes of each calendar.
const list = "google.list"

// change is something that people do to a calendar, and the requests that the
// pass after it may make, besides its one read.
type change struct {
	name   string
	do     func(s *story) error
	calls  map[string]int
	silent bool // no row of the store may change
}

// story is one calendar on which the changes happen one after the other.
type story struct {
	*world
	planning, retro, review string // ids of events: at 10, 12 and 14 o'clock
}

// changes are told in this order; each starts from what the one before left.
var changes = []change{
	{name: "new event", calls: map[string]int{"zoom.create": 1, "google.patch": 1},
		do: func(s *story) (err error) { s.review, err = s.insert("Review", 14); return err }},
	{name: "our own write comes back", silent: true, do: nothing},
	{name: "nothing changed", silent: true, do: nothing},
	{name: "moved", calls: map[string]int{"zoom.update": 1},
		do: func(s *story) error { return s.google.Move(person, s.review, hour(16), 0) }},
	{name: "made longer", calls: map[string]int{"zoom.update": 1},
		do: func(s *story) error { return s.google.Move(person, s.review, hour(16), 45) }},
	{name: "title changed", calls: map[string]int{"zoom.update": 1},
		do: func(s *story) error {
			title := "Review of the year"
			return s.google.Edit(person, s.review, simgoogle.Change{Title: &title})
		}},
	{name: "moved into a slot that has a meeting", calls: map[string]int{"google.patch": 1, "zoom.delete": 1},
		do: func(s *story) error { return s.google.Move(person, s.review, hour(10), 30) }},
	{name: "cancelled, slot still used",
		do: func(s *story) error { return s.google.Cancel(person, s.review) }},
	{name: "cancelled, slot not shared", calls: map[string]int{"zoom.delete": 1},
		do: func(s *story) error { return s.google.Cancel(person, s.retro) }},
	{name: "nothing changed, once more", silent: true, do: nothing},
}

func nothing(*story) error { return nil }

// requestsPerChange counts what each change of a calendar costs.
func requestsPerChange(ctx context.Context, folder string) ([]row, error) {
	w, err := newWorld(ctx, folder, "requests")
	if err != nil {
		return nil, err
	}
	defer w.close()
	s := &story{world: w}
	if s.planning, err = s.insert("Planning", 10); err == nil {
		s.retro, err = s.insert("Retro", 12)
	}
	if err != nil {
		return nil, err
	}
	if _, err := w.pass(ctx); err != nil {
		return nil, err
	}
	var rows []row
	for _, c := range changes {
		if err := c.do(s); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		got, err := w.pass(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		rows = append(rows, c.judge(got))
	}
	return rows, nil
}

// judge compares what a pass did with what it may do.
func (c change) judge(got seen) row {
	want := map[string]int{list: 1}
	maps.Copy(want, c.calls)
	r := row{group: "requests per change", name: c.name, measured: words(got.calls), promised: words(want), verdict: holds}
	if c.silent {
		r.measured += fmt.Sprintf(", %d rows", got.rows)
		r.promised += ", 0 rows"
	}
	if !maps.Equal(got.calls, want) || c.silent && got.rows != 0 {
		r.verdict = broken
	}
	return r
}

// words writes calls as "google.list, 2 zoom.create".
func words(calls map[string]int) string {
	var out []string
	for _, operation := range slices.Sorted(maps.Keys(calls)) {
		if n := calls[operation]; n != 1 {
			operation = fmt.Sprintf("%d %s", n, operation)
		}
		out = append(out, operation)
	}
	return strings.Join(out, ", ")
}

// insert makes a half-hour meeting with a guest and a Meet link.
func (s *story) insert(title string, at int) (string, error) {
	return s.google.Insert(person, simgoogle.NewEvent{
		Title: title, Start: hour(at), Minutes: 30, Guests: []string{"grace@other.test"}, Meet: true, Notes: "Agenda\n- one\n- two",
	})
}

// hour is an hour of the day after the world begins.
func hour(h int) time.Time { return time.Date(2026, 12, 8, h, 0, 0, 0, time.UTC) }
