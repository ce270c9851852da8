package figures

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

const manyEvents = 10000

// firstPass counts what the first look at a large calendar costs. Its events
// have no guests, so that Zoom's limit of writes a day plays no part.
func firstPass(ctx context.Context, folder string, at Provider) ([]row, error) {
	w, err := newWorld(ctx, folder, "firstpass", at)
	if err != nil {
		return nil, err
	}
	defer w.close()
	if _, err := w.insert(manyOf(w.clock.Now())); err != nil {
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
	group := fmt.Sprintf("first pass over %d events of a %s calendar", manyEvents, w.title)
	rows := w.firstRows(group, first)
	again := change{name: "the pass after it", silent: true}.judge(w.traits, next)
	again.group = group
	rows = append(rows, again, row{group, "time of the pass after it", next.took.Round(time.Millisecond).String(), "", untested})
	taken, err := w.takenIn(ctx, group)
	return append(rows, taken...), err
}

// firstRows tell what the pass asked for and did.
func (w *world) firstRows(group string, first seen) []row {
	all := 0
	for _, n := range first.calls {
		all += n
	}
	bounded := func(name string, n int) row {
		if w.mostLists == 0 {
			return row{group, name, strconv.Itoa(n), "", untested}
		}
		return row{group, name, strconv.Itoa(n), fmt.Sprintf("at most %d", w.mostLists), within(n, w.mostLists)}
	}
	return []row{
		bounded("list requests", first.calls[w.list]),
		bounded("all requests", all),
		{group, "rows written", strconv.FormatInt(first.rows, 10), "", untested},
		{group, "time", first.took.Round(10 * time.Millisecond).String(), "", untested},
	}
}

// takenIn measures reading all of it and saving it, from the provider's bytes.
func (w *world) takenIn(ctx context.Context, group string) ([]row, error) {
	r, err := w.readings(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := r.takeFirst(ctx); err != nil {
		return nil, err
	}
	if err := r.blanks(ctx, 2); err != nil { // one of them to warm up
		return nil, err
	}
	took, bytes, allocations := costOf(1, func() {
		if err == nil {
			err = r.mergeFirst(ctx)
		}
	})
	return []row{
		{group, "its JSON", megabytes(int64(r.first.bytes)), "", untested},
		{group, "processor time, reading and saving it", took.Round(10 * time.Millisecond).String(), "", untested},
		{group, "allocations, reading and saving it", fmt.Sprintf("%d, %s", allocations, megabytes(bytes)), "", untested},
	}, err
}

// manyOf is half a year of events that nobody else attends, from now on.
func manyOf(now time.Time) []draft {
	out := make([]draft, manyEvents)
	for i := range out {
		out[i] = draft{
			title: fmt.Sprintf("Task %d", i), start: now.Add(time.Duration(i+1) * 25 * time.Minute).Truncate(time.Minute), minutes: 25,
			notes: "What this is about, and what has to be ready before it: the numbers of last month, and the list of open questions.",
		}
	}
	return out
}
