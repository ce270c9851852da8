package ics

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"
)

// maxSize bounds what is read of a file, in bytes.
const maxSize = 64 << 20

// ErrNotCalendar says that a file is not an iCalendar file at all.
var ErrNotCalendar = errors.New("not an iCalendar file: it has no BEGIN:VCALENDAR (export the calendar as .ics)")

// ReadFile reads the calendar in a file. See Read.
func ReadFile(path string) (Calendar, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return Calendar{}, err
	}
	defer func() { _ = f.Close() }()
	return Read(f, filepath.Base(path))
}

// Read reads a calendar; file is what faults call it. Events that cannot be
// understood are in Faults. The error is for files that cannot be read, are no
// calendars (ErrNotCalendar), or exceed 64 MB.
func Read(from io.Reader, file string) (Calendar, error) {
	content, err := io.ReadAll(io.LimitReader(from, maxSize+1))
	if err != nil {
		return Calendar{}, fmt.Errorf("reading %s: %w", file, err)
	}
	if len(content) > maxSize {
		return Calendar{}, fmt.Errorf("reading %s: it is larger than %d MB; export a shorter time", file, maxSize>>20)
	}
	own, parts, isCalendar := split(unfold(string(content)))
	if !isCalendar {
		return Calendar{}, fmt.Errorf("%s: %w", file, ErrNotCalendar)
	}
	r := &reader{calendar: Calendar{File: file}, definitions: map[string]definition{}, resolved: map[zoneYear]*time.Location{}}
	r.header(own)
	r.read(parts)
	sort.SliceStable(r.calendar.Faults, func(i, j int) bool { return r.calendar.Faults[i].Line < r.calendar.Faults[j].Line })
	return r.calendar, nil
}

// reader is one file being read.
type reader struct {
	calendar    Calendar
	floating    *time.Location // of times that name no zone
	definitions map[string]definition
	resolved    map[zoneYear]*time.Location // nil: looked for, and like no known zone
	current     string                      // name of the event at hand, for faults
}

// header reads the calendar's name and zone.
func (r *reader) header(own []line) {
	ps, _ := parse(own)
	r.calendar.Name = ps.text("X-WR-CALNAME")
	r.floating, r.calendar.Zone = time.UTC, "UTC"
	for _, name := range []string{"X-WR-TIMEZONE", "TIMEZONE-ID"} {
		if loc, ok := named(ps.text(name)); ok {
			r.floating, r.calendar.Zone = loc, loc.String()
			return
		}
	}
}

// read takes the zones first, since events may stand before them.
func (r *reader) read(parts []block) {
	for _, b := range parts {
		if b.name == "VTIMEZONE" {
			if tzid, d := define(b); tzid != "" {
				r.definitions[tzid] = d
			}
		}
	}
	var events []Event
	for _, b := range parts {
		if b.name != "VEVENT" {
			continue
		}
		e, err := r.event(b)
		var why rejected
		if errors.As(err, &why) {
			r.fault(Fault{Line: why.line, Problem: why.problem.Error(), Cure: why.cure, Skipped: true})
			continue
		}
		events = append(events, e)
	}
	r.calendar.Events = r.relate(events)
}

func (r *reader) fault(f Fault) {
	f.File, f.Event = r.calendar.File, r.current
	r.calendar.Faults = append(r.calendar.Faults, f)
}

// note records something odd about the event at hand, which is taken all the same.
func (r *reader) note(number int, problem, cure string) {
	r.fault(Fault{Line: number, Problem: problem, Cure: cure})
}

// parse gives each line to the parser by itself, so that a bad one is known by
// its number and spoils nothing else.
func parse(lines []line) (good properties, bad []line) {
	for _, l := range lines {
		p, err := ical.ParseProperty(ical.ContentLine(strings.ToValidUTF8(l.text, "\uFFFD")))
		if err != nil || p == nil {
			bad = append(bad, l)
			continue
		}
		good = append(good, property{*p, l.number})
	}
	return good, bad
}
