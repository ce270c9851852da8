package figures

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// change is something that people do to a calendar, and the requests that the
// pass after it may make besides its one read. It is the same on any provider's
// calendar, and so is what it may cost, apart from the reading back.
type change struct {
	name  string
	do    func(s *story) error
	zoom  map[string]int // requests at Zoom
	write bool           // the event is written: once, and its guests are mailed once at most
	// cuts tells that the write takes a native link off, goes that the event is
	// removed: where the provider does not tell all of it, the event is read once.
	cuts, goes bool
	silent     bool // no row of the store may change
}

// story is one calendar on which the changes happen one after the other.
type story struct {
	*world
	planning, retro, review string // ids of events: at 10, 12 and 14 o'clock
}

// changes are told in this order; each starts from what the one before left.
var changes = []change{
	{name: "new event with a native link", zoom: map[string]int{"zoom.create": 1}, write: true, cuts: true,
		do: func(s *story) (err error) { s.review, err = s.add("Review", 14, true); return err }},
	{name: "our own write comes back", silent: true, do: nothing},
	{name: "nothing changed", silent: true, do: nothing},
	{name: "new event without a link", zoom: map[string]int{"zoom.create": 1}, write: true,
		do: func(s *story) error { _, err := s.add("Outlook", 18, false); return err }},
	{name: "our own write comes back again", silent: true, do: nothing},
	{name: "moved", zoom: map[string]int{"zoom.update": 1},
		do: func(s *story) error { return s.move(s.review, hour(16), 0) }},
	{name: "made longer", zoom: map[string]int{"zoom.update": 1},
		do: func(s *story) error { return s.move(s.review, hour(16), 45) }},
	{name: "title changed", zoom: map[string]int{"zoom.update": 1},
		do: func(s *story) error { return s.rename(s.review, "Review of the year") }},
	{name: "moved into a slot that has a meeting", zoom: map[string]int{"zoom.delete": 1}, write: true,
		do: func(s *story) error { return s.move(s.review, hour(10), 30) }},
	{name: "cancelled, slot still used", goes: true,
		do: func(s *story) error { return s.cancel(s.review) }},
	{name: "cancelled, slot not shared", zoom: map[string]int{"zoom.delete": 1}, goes: true,
		do: func(s *story) error { return s.cancel(s.retro) }},
	{name: "nothing changed, once more", silent: true, do: nothing},
}

func nothing(*story) error { return nil }

// requestsPerChange counts what each change of a calendar costs.
func requestsPerChange(ctx context.Context, folder string, at Provider) ([]row, error) {
	w, err := newWorld(ctx, folder, "requests", at)
	if err != nil {
		return nil, err
	}
	defer w.close()
	s := &story{world: w}
	if s.planning, err = s.add("Planning", 10, true); err == nil {
		s.retro, err = s.add("Retro", 12, true)
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
		r := c.judge(w.traits, got)
		r.group = fmt.Sprintf("requests and mails per change of a %s calendar", w.title)
		rows = append(rows, r)
	}
	return rows, nil
}

// judge compares what a pass did with what it may do.
func (c change) judge(t traits, got seen) row {
	calls, mails := c.allowed(t)
	r := row{
		name: c.name, verdict: holds,
		measured: words(got.calls) + ", " + mailed(got.mails),
		promised: words(calls) + ", " + mailed(mails),
	}
	if mails > 0 {
		r.promised = words(calls) + ", at most " + mailed(mails)
	}
	if c.silent {
		r.measured += fmt.Sprintf(", %d rows", got.rows)
		r.promised += ", 0 rows"
	}
	if !maps.Equal(got.calls, calls) || got.mails > mails || c.silent && got.rows != 0 {
		r.verdict = broken
	}
	return r
}

// allowed are the requests that a change costs, and the mails that it may cause.
func (c change) allowed(t traits) (calls map[string]int, mails int) {
	calls = map[string]int{t.list: 1}
	maps.Copy(calls, c.zoom)
	if c.write {
		calls[t.patch], mails = 1, 1
	}
	if (c.cuts || c.goes) && t.readOne != "" {
		calls[t.readOne] = 1
	}
	return calls, mails
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

// mailed writes a number of mails.
func mailed(n int) string {
	switch n {
	case 0:
		return "no mail"
	case 1:
		return "1 mail"
	}
	return fmt.Sprintf("%d mails", n)
}

// add makes a half-hour meeting with a guest.
func (s *story) add(title string, at int, native bool) (string, error) {
	ids, err := s.insert([]draft{{
		title: title, notes: "Agenda\n- one\n- two", start: hour(at), minutes: 30, guests: []string{"grace@other.test"}, native: native,
	}})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// hour is an hour of the day after the world begins.
func hour(h int) time.Time { return time.Date(2026, 12, 8, h, 0, 0, 0, time.UTC) }
