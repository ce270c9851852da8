package figures

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

const (
	planEvents   = 1000
	planMeetings = 500
	planRuns     = 500
	planTime     = time.Millisecond
	planBytes    = 1 << 20
)

// agenda is what people write into an event.
const agenda = "Agenda\n- what happened\n- what is next"

// planning measures one plan over a settled world: two events in each slot,
// all with their links.
func planning(context.Context, string, []Provider) ([]row, error) {
	w := settledWorld()
	if todo := plan.Make(w); len(todo.Actions) != 0 || len(todo.Decisions) != planEvents {
		return nil, fmt.Errorf("the world is not settled: %d actions, %d decisions", len(todo.Actions), len(todo.Decisions))
	}
	took, bytes, allocations := costOf(planRuns, func() { plan.Make(w) })
	group := fmt.Sprintf("planning %d events with %d meetings", planEvents, planMeetings)
	return []row{
		{group, "processor time", took.Round(10 * time.Microsecond).String(), "under " + planTime.String(), swift(took < planTime)},
		{group, "memory", kilobytes(float64(bytes)), "under " + kilobytes(planBytes), within(bytes, planBytes-1)},
		{group, "allocations", strconv.FormatInt(allocations, 10), "", untested},
	}, nil
}

// kilobytes writes a number of bytes.
func kilobytes(n float64) string { return fmt.Sprintf("%.0f KB", n/1024) }

// settledWorld is a world in which nothing is to be done.
func settledWorld() plan.World {
	now := time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)
	w := plan.World{
		Now: now, Installation: "bench", Person: plan.Person{ID: 1, Zoom: true, Host: "host"},
		Calendars: []plan.Calendar{{ID: 1, Provider: sources.Google, On: true, OnSince: now.AddDate(0, 0, -10), Usable: true, Settings: plan.Defaults()}},
		Budget:    plan.Budget{Left: 100, ResumeAt: now.AddDate(0, 0, 1)},
	}
	for i := range planMeetings {
		m := meetingAt(int64(81000000000+i), now.Add(time.Duration(i+1)*time.Hour))
		w.Meetings = append(w.Meetings, m)
		for j := range planEvents / planMeetings {
			e := linkedEvent(fmt.Sprintf("event%04d%d", i, j), m, w.Installation)
			// The one that has claimed the meeting longest gives it its title.
			since := now.AddDate(0, 0, -1).Add(time.Duration(j) * time.Minute)
			w.Events = append(w.Events, e)
			w.Claims = append(w.Claims, plan.Claim{Event: e.Ref(), Meeting: m.ID, Since: since})
		}
	}
	return w
}

func meetingAt(id int64, start time.Time) plan.Meeting {
	text := strconv.FormatInt(id, 10)
	return plan.Meeting{
		ID: id, Reference: "bench:" + text, Topic: "Weekly planning", Type: zoom.Scheduled, Start: start, Minutes: 30,
		CreatedAt: start.AddDate(0, 0, -30),
		Joining:   sources.Joining{Provider: "zoom", Meeting: text, URL: "https://us02web.zoom.us/j/" + text + "?pwd=abc", Passcode: "123456"},
	}
}

// linkedEvent is an event as a pass leaves it: with block, location and mark.
func linkedEvent(id string, m plan.Meeting, installation string) plan.Event {
	e := plan.Event{Calendar: 1, Event: sources.Event{
		ID: id, ICalUID: id + "@google.com", ETag: `"1"`, Kind: sources.Single, Title: "Weekly planning",
		Description: agenda, Start: m.Start, End: m.Start.Add(30 * time.Minute),
		TimeZone: "Europe/Berlin", Created: m.CreatedAt, Updated: m.CreatedAt, OrganizedHere: true, Guests: 3,
	}}
	sources.Inspect(&e.Event)
	edit := sources.LinkEdit(&e.Event, &m.Joining, installation, func(sources.Link) bool { return true }, true)
	if edit.Location != nil {
		e.Location = *edit.Location
	}
	if edit.Description != nil {
		e.Description = *edit.Description
	}
	if edit.Mark != nil {
		e.Mark = *edit.Mark
	}
	sources.Inspect(&e.Event)
	return e
}
