package microsoft_test

import (
	"runtime"
	"testing"
	"time"

	simulated "slotward/internal/simulator/microsoft"
)

func TestManyEvents(t *testing.T) {
	s := newSim(t)
	all := make([]simulated.NewEvent, 2_000)
	for i := range all {
		all[i] = simulated.NewEvent{Title: "event", Start: morning.Add(time.Duration(i) * time.Hour), Guests: []string{bob}}
	}
	_, err := s.SeedMany(ada, all)
	must(t, err)
	source := s.source(t, s.connect(t, ada)).WithoutPauses(time.Minute)
	s.desk.Reset()
	began := time.Now()
	reading, err := source.Read(t.Context(), s.calendar, "")
	must(t, err)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d events in %v, %d requests, heap %d MB", len(reading.Events), time.Since(began), s.desk.Counts()["all"], m.HeapAlloc>>20)
	if n := s.desk.Counts()["all"]; len(reading.Events) != 2_000 || n > 13 {
		t.Errorf("%d events in %d requests", len(reading.Events), n)
	}
	s.desk.Reset()
	reading, err = source.Read(t.Context(), s.calendar, reading.Token)
	must(t, err)
	if n := s.desk.Counts()["all"]; len(reading.Events) != 0 || n != 1 {
		t.Errorf("nothing new: %d events in %d requests", len(reading.Events), n)
	}
}
