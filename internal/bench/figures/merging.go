package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	mergeEvents = 250
	mergeRounds = 9
	mergeTurns  = 20
	mergeRatio  = 3.0
)

// merging compares taking a reading into the store, from the provider's bytes to
// the commit, with just decoding the JSON of its pages: a first reading, and one
// in which every event changed.
func merging(ctx context.Context, folder string, at Provider) ([]row, error) {
	w, err := newWorld(ctx, folder, "merging", at)
	if err != nil {
		return nil, err
	}
	defer w.close()
	r, err := w.readings(ctx)
	if err != nil {
		return nil, err
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	if err := r.blanks(ctx, mergeRounds*(mergeTurns+1)); err != nil {
		return nil, err
	}
	group := fmt.Sprintf("merging %d events of a %s calendar", mergeEvents, w.title)
	first, err := compare(r.first, func() error { return r.mergeFirst(ctx) })
	if err != nil {
		return nil, err
	}
	changes, err := compare(r.changes[0], func() error { return r.mergeChanges(ctx) })
	if err != nil {
		return nil, err
	}
	return append(first.rows(group, "a first reading"), changes.rows(group, "all changed")...), nil
}

// comparison is what merging a reading took against decoding it.
type comparison struct {
	bytes         int
	decode, merge time.Duration
	allocations   int64 // of merging
}

// compare measures both in turn, because what else a machine does comes and goes.
func compare(t *tape, merge func() error) (c comparison, err error) {
	c.bytes = t.bytes
	var decodes, merges []time.Duration
	for range mergeRounds {
		decode, _, err := repeated(mergeTurns, t.decode)
		if err != nil {
			return c, err
		}
		merged, allocations, err := repeated(mergeTurns, merge)
		if err != nil {
			return c, err
		}
		decodes, merges, c.allocations = append(decodes, decode), append(merges, merged), allocations
	}
	c.decode, c.merge = median(decodes), median(merges)
	return c, nil
}

// repeated returns the processor time and the allocations that something takes
// on average.
func repeated(times int, do func() error) (took time.Duration, allocations int64, err error) {
	took, _, allocations = costOf(times, func() {
		if err == nil {
			err = do()
		}
	})
	return took, allocations, err
}

func median[T cmp.Ordered](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

func (c comparison) rows(group, what string) []row {
	ratio := float64(c.merge) / float64(c.decode)
	return []row{
		{group, what + ": its JSON", kilobytes(float64(c.bytes)), "", untested},
		{group, what + ": processor time, just decoding that", c.decode.Round(10 * time.Microsecond).String(), "", untested},
		{group, what + ": processor time, reading and saving it", c.merge.Round(10 * time.Microsecond).String(), "", untested},
		{group, what + ": ratio", fmt.Sprintf("%.2f", ratio), fmt.Sprintf("at most %.0f", mergeRatio), within(ratio, mergeRatio)},
		{group, what + ": allocations", strconv.FormatInt(c.allocations, 10), "", untested},
	}
}
