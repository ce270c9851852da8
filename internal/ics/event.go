package ics

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// rejected is why an event is left out.
type rejected struct {
	line    int
	problem error
	cure    string
}

func (r rejected) Error() string { return r.problem.Error() }

// event translates one VEVENT. A rejected error says why it cannot be; what
// is merely odd is noted and the event taken without it.
func (r *reader) event(b block) (Event, error) {
	ps, bad := parse(b.lines)
	e := Event{Line: b.number, UID: ps.text("UID"), Title: ps.text("SUMMARY"), Location: ps.text("LOCATION"), Description: ps.text("DESCRIPTION")}
	r.current = e.name()
	if len(ps) == 0 && len(bad) == 0 {
		return e, rejected{b.number, errors.New("the event is empty"), "give it UID, SUMMARY, DTSTART and DTEND"}
	}
	for _, l := range bad {
		if decidesWhen(l.text) {
			return e, rejected{l.number, fmt.Errorf("the line %q cannot be parsed", clip(l.text)), "write it as NAME;PARAMETER=VALUE:VALUE"}
		}
		r.note(l.number, fmt.Sprintf("the line %q cannot be parsed; ignored", clip(l.text)), "")
	}
	if !b.closed {
		return e, rejected{b.number, errors.New("the event has no END:VEVENT: the file is cut off or faulty here"), "export the calendar again"}
	}
	if err := r.when(&e, ps); err != nil {
		return e, err
	}
	if err := r.recurrence(&e, ps); err != nil {
		return e, err
	}
	e.details(ps)
	if e.UID == "" {
		e.UID = fmt.Sprintf("line-%d@%s", b.number, strings.ToLower(r.calendar.File))
		r.note(b.number, "it has no UID; one was made up", "")
	}
	return e, nil
}

// name is what people know the event by.
func (e *Event) name() string {
	if e.Title != "" {
		return e.Title
	}
	return e.UID
}

// decidesWhen reports whether a line that cannot be parsed would have said when
// the event takes place.
func decidesWhen(text string) bool {
	name, _, _ := strings.Cut(strings.ToUpper(text), ":")
	name, _, _ = strings.Cut(name, ";")
	switch strings.TrimSpace(name) {
	case "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RECURRENCE-ID":
		return true
	}
	return false
}

// when reads start, end and, for exceptions, the occurrence.
func (r *reader) when(e *Event, ps properties) error {
	p, ok := ps.first("DTSTART")
	if !ok {
		return rejected{e.Line, errors.New("it has no DTSTART, so it does not say when it begins"), "add DTSTART"}
	}
	start, err := r.moment(p.Value, p)
	if err != nil {
		return reject(p, err)
	}
	e.Start, e.AllDay, e.Zone = start.at, start.isDate, start.zone
	if err := r.end(e, ps, start); err != nil {
		return err
	}
	if e.Zone == "" { // only the instant is known
		e.Zone = "UTC"
		if _, series := ps.first("RRULE"); series {
			return rejected{p.number, fmt.Errorf("its time zone %q is like no known zone, so a series cannot be carried on in it", p.parameter("TZID")), zoneCure}
		}
		r.note(p.number, fmt.Sprintf("its time zone %q is like no known zone; taken as a fixed instant", p.parameter("TZID")), "")
	}
	if p, ok := ps.first("RECURRENCE-ID"); ok {
		occurrence, err := r.moment(p.Value, p)
		if err != nil {
			return reject(p, err)
		}
		if strings.EqualFold(p.parameter("RANGE"), "THISANDFUTURE") {
			r.note(p.number, "it changes this and all later occurrences; only this one is changed here", "")
		}
		e.Occurrence = occurrence.at
	}
	return nil
}

// end reads DTEND or DURATION. Without either an all-day event lasts a day and
// a timed one no time at all, as RFC 5545 has it.
func (r *reader) end(e *Event, ps properties, start moment) error {
	e.End = e.Start
	if p, ok := ps.first("DTEND"); ok {
		end, err := r.moment(p.Value, p)
		if err != nil {
			return reject(p, err)
		}
		if end.isDate != start.isDate {
			return rejected{p.number, errors.New("DTSTART and DTEND are not both dates or both times"), "write both alike"}
		}
		if end.at.Before(e.Start) {
			return rejected{p.number, fmt.Errorf("it ends (%s) before it begins (%s)", end.at.Format(time.RFC3339), e.Start.Format(time.RFC3339)), "mend DTEND"}
		}
		e.End = end.at.In(e.Start.Location())
	} else if p, ok := ps.first("DURATION"); ok {
		days, rest, err := duration(p.Value)
		if err != nil {
			return reject(p, err)
		}
		e.End = e.Start.AddDate(0, 0, days).Add(rest)
	}
	// Some programs write a one-day event with DTEND equal to DTSTART.
	if e.AllDay && !e.End.After(e.Start) {
		e.End = e.Start.AddDate(0, 0, 1)
	}
	return nil
}

// recurrence reads rules and dates. A rule that cannot be understood rejects
// the event; an extra date only loses itself.
func (r *reader) recurrence(e *Event, ps properties) error {
	for _, name := range []string{"RRULE", "EXRULE"} {
		for _, p := range ps.all(name) {
			line, err := e.rule(p)
			if err != nil {
				return rejected{p.number, err, "mend the rule, or take it out for a single event"}
			}
			e.Rules = append(e.Rules, line)
		}
	}
	for _, p := range ps.all("RDATE") {
		moments, err := r.moments(p)
		if err != nil {
			r.note(p.number, err.Error()+"; that extra date is ignored", "")
			continue
		}
		e.Extra = append(e.Extra, e.starts(moments)...)
	}
	for _, p := range ps.all("EXDATE") {
		moments, err := r.moments(p)
		if err != nil {
			return reject(p, err)
		}
		e.LeftOut = append(e.LeftOut, e.starts(moments)...)
	}
	return nil
}

// reject wraps what is wrong with a property, with the cure for its class.
func reject(p property, err error) error {
	cure := "write it like 20261201T100000Z"
	if errors.Is(err, errZone) {
		cure = zoneCure
	}
	return rejected{p.number, err, cure}
}

// clip keeps a quoted line short.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
