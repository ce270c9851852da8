package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"slotward/sources"
)

func expiredToken(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	first := w.read(t, "")
	w.ExpireTokens(t)
	for range 2 {
		reading, err := w.Source.Read(t.Context(), w.Calendar, first.Token)
		if !errors.Is(err, sources.ErrExpired) || len(reading.Events) != 0 || reading.Token != "" {
			t.Errorf("%+v, %v", reading, err)
		}
	}
	if _, err := w.Source.Read(t.Context(), w.Calendar, "not a token"); !errors.Is(err, sources.ErrExpired) {
		t.Errorf("a token that never was: %v", err)
	}
	pick(t, w.read(t, "").Events, id)
}

func failingPageFailsAll(t *testing.T, w World) {
	for i := range 10 {
		w.Make(t, w.Calendar, Draft{Start: w.at(i, 0)})
	}
	w.SmallPages(3)
	w.Fail("list", "partial", 10)
	reading, err := w.Source.Read(t.Context(), w.Calendar, "")
	if err == nil || len(reading.Events) != 0 || reading.Token != "" {
		t.Errorf("%d events, token %q, %v", len(reading.Events), reading.Token, err)
	}
}

func failuresAreClasses(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	e := w.find(t, id)
	for _, test := range []struct {
		how   string
		class error // nil: rate limited
	}{
		{"500", sources.ErrUnavailable}, {"503", sources.ErrUnavailable}, {"reset", sources.ErrUnavailable},
		{"html", sources.ErrIncomplete}, {"garbled", sources.ErrIncomplete},
		{"401", sources.ErrRevoked}, {"scope", sources.ErrMissingScope}, {"429", nil},
	} {
		edit := sources.Edit{Location: ptr("x " + test.how)}
		for kind, call := range map[string]func() error{
			"list":  func() error { _, err := w.Source.Read(t.Context(), w.Calendar, ""); return err },
			"get":   func() error { _, err := w.Source.Get(t.Context(), w.Calendar, id); return err },
			"patch": func() error { _, err := w.Source.Write(t.Context(), w.Calendar, e, edit); return err },
		} {
			w.Fail(kind, test.how, 5)
			err := call()
			var limited *sources.LimitedError
			if test.class == nil && !errors.As(err, &limited) || test.class != nil && !errors.Is(err, test.class) {
				t.Errorf("%s %s: %v", kind, test.how, err)
			}
			w.Fail(kind, "", 0)
			if now, err := w.Source.Get(t.Context(), w.Calendar, id); err == nil {
				e = now // a garbled answer to a write that was made
			}
		}
	}
}

func onlyReadsAreRepeated(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	w.Fail("list", "503", 1)
	e := w.find(t, id)
	w.Fail("get", "reset", 1)
	if _, err := w.Source.Get(t.Context(), w.Calendar, id); err != nil {
		t.Errorf("get: %v", err)
	}
	for _, how := range []string{"503", "reset", "lost"} {
		before := w.Calls("patch")
		w.Fail("patch", how, 1)
		_, err := w.Source.Write(t.Context(), w.Calendar, e, sources.Edit{Location: ptr("x " + how)})
		if !errors.Is(err, sources.ErrUnavailable) {
			t.Errorf("%s: %v", how, err)
		}
		if got := w.Calls("patch") - before; got != 1 {
			t.Errorf("%s: sent %d times", how, got)
		}
	}
	// The lost one was made, and the next reading tells.
	if after := w.find(t, id); after.Location != "x lost" {
		t.Errorf("location %q", after.Location)
	}
}

func cancelledContext(t *testing.T, w World) {
	_, err := w.Source.Read(canceled(t), w.Calendar, "")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// One poisonous event is named with its fault; the rest goes on.
func faultyEvents(t *testing.T, w World) {
	good := w.Make(t, w.Calendar, Draft{Title: "\u200fשלום\u202e", Start: w.at(9, 0), Zone: "Asia/Kathmandu"})
	bad := map[string]string{ // id to what the problem must name
		w.Make(t, w.Calendar, Draft{Start: w.at(10, 0), Zone: "Mars/Olympus"}):               "Mars/Olympus",
		w.Make(t, w.Calendar, Draft{Start: w.at(11, 0), Title: "a\x00b"}):                    "title",
		w.Make(t, w.Calendar, Draft{Start: w.at(12, 0), Notes: "a\x1b[31mb"}):                "description",
		w.Make(t, w.Calendar, Draft{Start: w.at(13, 0), Location: strings.Repeat("x", 9e3)}): "location",
		w.Make(t, w.Calendar, Draft{Start: w.at(14, 0), Notes: strings.Repeat("x", 1<<20)}):  "no room for the link",
	}
	reading := w.read(t, "")
	if e := pick(t, reading.Events, good); e.Problem != "" {
		t.Errorf("a right-to-left title is a problem: %s", e.Problem)
	}
	for id, want := range bad {
		if e := pick(t, reading.Events, id); !strings.Contains(e.Problem, want) || len(e.Problem) > 300 {
			t.Errorf("problem %q does not name %q", fmt.Sprintf("%.300s", e.Problem), want)
		}
	}
}
