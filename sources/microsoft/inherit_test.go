package microsoft_test

import (
	"testing"

	simulated "slotward/internal/simulator/microsoft"
	"slotward/sources"
)

// An exception that was there before its series got its link shows that link,
// too, and carries no mark of its own. It is known to be ours all the same, and
// can be taken off.
func TestExceptionHasItsSeriesMark(t *testing.T) {
	s := newSim(t)
	series, err := s.Insert(ada, simulated.NewEvent{Title: "s", Start: morning.AddDate(0, 0, 1), Repeat: "FREQ=DAILY;COUNT=5", Guests: []string{bob}})
	must(t, err)
	date := morning.AddDate(0, 0, 2).Format("2006-01-02")
	must(t, s.EditInstance(ada, series, date, simulated.Change{Title: ptr("other")}))
	id, err := s.Instance(ada, series, date)
	must(t, err)
	_, id, err = s.EventIDs(ada, id)
	must(t, err)
	source := s.source(t, s.connect(t, ada))
	reading, err := source.Read(t.Context(), s.calendar, "")
	must(t, err)
	for _, e := range reading.Events {
		if e.Kind == sources.Series {
			link(t, source, s.calendar, e)
		}
	}
	reading, err = source.Read(t.Context(), s.calendar, reading.Token)
	must(t, err)
	var exception sources.Event
	for _, e := range reading.Events {
		if e.ID == id {
			exception = e
		}
	}
	if exception.Shown.Block != sources.BlockWhole || !exception.Mark.Names(exception.SeriesID) {
		t.Fatalf("the exception is %+v", exception)
	}
	after, err := source.Write(t.Context(), s.calendar, exception, sources.UnlinkEdit(&exception, false))
	must(t, err)
	if after.Shown.Block != sources.BlockNone || after.Location != "" || !after.Mark.Zero() {
		t.Errorf("what is left is %+v", after)
	}
	again, err := source.Get(t.Context(), s.calendar, id)
	must(t, err)
	if !again.Mark.Zero() || again.ETag != after.ETag {
		t.Errorf("read again it is %+v", again)
	}
}
