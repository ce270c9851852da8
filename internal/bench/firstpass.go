package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	simgoogle "slotward/internal/simulator/google"
)

const (
	manyEvents = 10000
	mostLists  = 4
)

// firstPass counts what the first look at a large calendar costs. Its events
// have no guests, so that Zoom's limit of writes a day plays no part.
func firstPass(ctx context.Context, folder string) ([]row, error) {
	w, err := newWorld(ctx, folder, "firstpass")
	if err != nil {
		return nil, err
	}
	defer w.close()
	if _, err := w.google.SeedMany(person, manyOf(w.clock.Now())); err != nil {
		return nil, err
	}
	first, err := w.pass(ctx)
	if err != nil {
		return nil, err
	}
	next, err := w.pass(ctx)
	if err != nil {
		return nil, err
	}
	all := 0
	for _, n := range first.calls {
		all += n
	}
	group := fmt.Sprintf("first pass over %d events", manyEvents)
	again := change{name: "the pass after it", silent: true}.judge(next)
	again.group = group
	return []row{
		{group, "list requests", strconv.Itoa(first.calls[list]), fmt.Sprintf("at most %d", mostLists), within(first.calls[list], mostLists)},
		{group, "all requests", strconv.Itoa(all), fmt.Sprintf("at most %d", mostLists), within(all, mostLists)},
		{group, "rows written", strconv.FormatInt(first.rows, 10), "", untested},
		{group, "time", first.took.Round(10 * time.Millisecond).String(), "", untested},
		again,
		{group, "time of the pass after it", next.took.Round(time.Millisecond).String(), "", untested},
	}, nil
}

// manyOf is half a year of events that nobody else attends, from now on.
func manyOf(now time.Time) []simgoogle.NewEvent {
	out := make([]simgoogle.NewEvent, manyEvents)
	for i := range out {
		out[i] = simgoogle.NewEvent{
			Title: fmt.Sprintf("Task %d", i), Start: now.Add(time.Duration(i+1) * 25 * time.Minute).Truncate(time.Minute), Minutes: 25,
			Notes: "What this is about, and what has to be ready before it: the numbers of last month, and the list of open questions.",
		}
	}
	return out
}
