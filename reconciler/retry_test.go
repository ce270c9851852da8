package reconciler

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"slotward/store"
)

func TestWaitsGrow(t *testing.T) {
	last := time.Duration(0)
	for failures := 1; failures < 20; failures++ {
		d := retryDelay(failures)
		if d < last || d > 15*time.Minute {
			t.Errorf("after %d failures it waits %s, after one less %s", failures, d, last)
		}
		last = d
	}
	if retryDelay(-1) != 5*time.Second || retryDelay(0) != 5*time.Second || last != 15*time.Minute {
		t.Error("the ends of the table are wrong")
	}
}

func TestRefusalsParkLongerAndLonger(t *testing.T) {
	last := time.Duration(-1)
	for times := 1; times <= len(parkDelays); times++ {
		if d := parkDelay(times); d <= last || d > parkedFor {
			t.Errorf("after %d refusals it waits %s, after one less %s", times, d, last)
		} else {
			last = d
		}
	}
	if parkDelay(0) != 0 || parkDelay(100) != parkedFor {
		t.Error("the ends of the table are wrong")
	}
}

func TestTheScheduleOfEachPerson(t *testing.T) {
	daily, err := cron.ParseStandard("0 3 * * *")
	if err != nil {
		t.Fatal(err)
	}
	never, err := cron.ParseStandard("0 0 30 2 *")
	if err != nil {
		t.Fatal(err)
	}
	r := &Reconciler{Options: Options{Schedule: daily, Jitter: time.Minute}}
	shifts := map[time.Duration]bool{}
	for person := range int64(50) {
		now := monday
		for range 3 {
			next := r.next(person, now)
			shift := next.Sub(next.Truncate(time.Hour))
			if !next.After(now) || next.Sub(now) > 25*time.Hour || next.Hour() != 3 || shift >= time.Minute {
				t.Fatalf("person %d is due at %s after %s", person, next, now)
			}
			shifts[shift] = true
			now = next
		}
	}
	if len(shifts) < 40 {
		t.Errorf("50 people are due at %d moments", len(shifts))
	}
	r.Jitter = 0
	if next := r.next(7, monday); !next.Equal(time.Date(2026, 12, 8, 3, 0, 0, 0, time.UTC)) {
		t.Errorf("without jitter at %s", next)
	}
	r.Schedule = never
	if next := r.next(7, monday); !next.After(monday) {
		t.Errorf("a day that never comes makes somebody due at %s, at once and for ever", next)
	}
}

func TestHowAPassEnds(t *testing.T) {
	w := newWorld(t)
	lease := store.Lease{Person: 1, Failures: 2}
	regular := w.r.next(1, monday)
	cases := []struct {
		name     string
		pass     pass
		err      error
		next     time.Time
		failures int
		failed   bool
	}{
		{"well", pass{}, nil, regular, 0, false},
		{"well, something to come back for", pass{retry: monday.Add(time.Minute)}, nil, monday.Add(time.Minute), 0, false},
		{"well, something long due", pass{retry: monday.Add(-time.Hour)}, nil, monday.Add(time.Second), 0, false},
		{"well, something after the schedule", pass{retry: monday.Add(time.Hour)}, nil, regular, 0, false},
		{"failed in passing", pass{failed: errors.New("x")}, nil, monday.Add(30 * time.Second), 3, true},
		{"failed altogether", pass{}, errors.New("x"), monday.Add(30 * time.Second), 3, true},
		{"told to stop", pass{}, context.Canceled, monday, 2, false},
		{"lost its lease", pass{}, store.ErrLeaseLost, regular, 0, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.pass.log = w.r.Log
			got := w.r.outcome(lease, &c.pass, c.err)
			if !got.NextAt.Equal(c.next) || got.Failures != c.failures || (got.Error != "") != c.failed {
				t.Errorf("got %+v, want %s and %d failures", got, c.next, c.failures)
			}
		})
	}
	if got := w.r.outcome(lease, nil, errors.New("the store")); got.Failures != 3 || got.Error == "" {
		t.Errorf("without a pass it ends as %+v", got)
	}
}
