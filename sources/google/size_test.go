package google_test

import (
	"testing"
	"time"

	simulated "slotward/internal/simulator/google"
)

func TestTenThousandEventsTakeFourRequests(t *testing.T) {
	s := newSim(t)
	all := make([]simulated.NewEvent, 10_000)
	for i := range all {
		all[i] = simulated.NewEvent{Title: "event", Start: morning.Add(time.Duration(i) * time.Hour), Guests: []string{bob}}
	}
	_, err := s.SeedMany(ada, all)
	must(t, err)
	source := s.source(t, s.connect(t)).WithoutPauses(time.Minute)
	s.desk.Reset()
	reading, err := source.Read(t.Context(), ada, "")
	must(t, err)
	if n := s.desk.Counts()["google.list"]; len(reading.Events) != 10_000 || n > 4 {
		t.Errorf("%d events in %d requests", len(reading.Events), n)
	}
	s.desk.Reset()
	reading, err = source.Read(t.Context(), ada, reading.Token)
	must(t, err)
	if n := s.desk.Counts()["all"]; len(reading.Events) != 0 || n != 1 {
		t.Errorf("nothing new: %d events in %d requests", len(reading.Events), n)
	}
}
