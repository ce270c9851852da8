package figures

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"slotward/internal/simulator"
)

const (
	idleBytes  = 60 << 20
	eventBytes = 1 << 10
	// idleFor is how long an idle daemon is watched.
	idleFor = 10 * time.Second
	// window is one period of the daemon's schedule: in each there is a pass.
	window = time.Minute
	// longest bounds the wait for memory to settle. Go returns it little by
	// little, and collects garbage by itself every two minutes at least.
	longest = 6 * time.Minute
	// settledBy is by how much two windows in a row may differ.
	settledBy = 0.03
)

// memory measures what the daemon holds when nobody is connected, what the first
// pass over a large calendar takes at its worst, and what each tracked event adds
// while passes go on.
func memory(ctx context.Context, folder string, providers []Provider) ([]row, error) {
	binary, err := buildDaemon(ctx, folder)
	if err != nil {
		return nil, err
	}
	return each(func(ctx context.Context, folder string, at Provider) ([]row, error) {
		return memoryOf(ctx, folder, binary, at)
	})(ctx, folder, providers)
}

// memoryOf measures it with the calendars of one provider.
func memoryOf(ctx context.Context, folder, binary string, at Provider) ([]row, error) {
	listen, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p, err := newProviders(at.Name, simulator.RealClock(), "http://"+listen)
	if err != nil {
		return nil, err
	}
	defer p.close()
	if _, err := p.insert(manyOf(p.clock.Now())); err != nil {
		return nil, err
	}
	d := newDaemon(binary, filepath.Join(folder, "data-"+string(at.Name)), listen, p)
	token, err := d.command(ctx, "token", "create", "bench")
	if err != nil {
		return nil, err
	}
	if err := d.start(ctx); err != nil {
		return nil, err
	}
	defer d.stop()
	idle, err := d.watch(ctx, idleFor)
	if err != nil {
		return nil, err
	}
	peak, busy, err := d.track(ctx, &api{"http://" + listen, token}, string(at.Name))
	if err != nil {
		return nil, err
	}
	return memoryRows(p.title, idle, peak, busy), nil
}

func memoryRows(provider string, idle usage, peak int64, busy usage) []row {
	perEvent := (busy.own - idle.own) / manyEvents
	group := fmt.Sprintf("resident memory of serve with %s", provider)
	tracking := fmt.Sprintf("tracking %d events", manyEvents)
	return []row{
		{group, "idle, at most", megabytes(idle.highest), "under " + megabytes(idleBytes), within(idle.highest, idleBytes-1)},
		{group, fmt.Sprintf("first pass over %d events, at most", manyEvents), megabytes(peak), "", untested},
		{group, tracking + ", a pass a minute", megabytes(busy.median), "", untested},
		{group, tracking + ", lowest and highest", megabytes(busy.lowest) + " – " + megabytes(busy.highest), "", untested},
		{group, "each tracked event", fmt.Sprintf("%d bytes", perEvent), fmt.Sprintf("at most %d bytes", eventBytes), within(perEvent, eventBytes)},
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

// usage is resident memory over some time, in bytes. own is the median without
// the pages of the program's file: those that the first pass needs are there
// however few the events are.
type usage struct {
	lowest, median, highest int64
	own                     int64
}

// watch samples the resident memory for a while.
func (d *daemon) watch(ctx context.Context, t time.Duration) (usage, error) {
	const every = 200 * time.Millisecond
	var all, own []int64
	for range int(t / every) {
		if err := d.rest(ctx, every); err != nil {
			return usage{}, err
		}
		n, err := d.resident(rightNow)
		if err != nil {
			return usage{}, err
		}
		mine, err := d.resident(withoutFiles)
		if err != nil {
			return usage{}, err
		}
		all, own = append(all, n), append(own, mine)
	}
	slices.Sort(all)
	return usage{all[0], median(all), all[len(all)-1], median(own)}, nil
}

// track connects the person and waits for the first pass, whose peak it returns;
// then it watches period after period of the schedule until memory has settled.
func (d *daemon) track(ctx context.Context, a *api, provider string) (peak int64, busy usage, err error) {
	if err := a.join(ctx, provider); err != nil {
		return 0, usage{}, err
	}
	if err := d.tracked(ctx, a); err != nil {
		return 0, usage{}, err
	}
	if peak, err = d.resident(sinceStart); err != nil {
		return 0, usage{}, err
	}
	var last usage
	for deadline := time.Now().Add(longest); ; {
		now, err := d.watch(ctx, window)
		if err != nil {
			return 0, usage{}, err
		}
		change := float64(now.median-last.median) / float64(now.median)
		if change < settledBy && change > -settledBy || time.Now().After(deadline) {
			return peak, now, nil
		}
		last = now
	}
}

// tracked waits until every event has been seen and decided on.
func (d *daemon) tracked(ctx context.Context, a *api) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	for {
		s, err := a.status(ctx)
		switch {
		case err != nil:
			return err
		case len(s.People) > 0 && s.People[0].Error != "":
			return fmt.Errorf("the first pass failed: %s", s.People[0].Error)
		case s.Idle && s.RowsWritten >= 2*manyEvents:
			return nil
		}
		if err := d.rest(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}
