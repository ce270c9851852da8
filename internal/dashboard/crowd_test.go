package dashboard

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/internal/server"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// How much there is in a crowd.
const (
	manyEvents = 5000
	manyPeople = 500
	fewEvents  = 5 // of everybody but ada
)

// crowd is an installation of 500 people, all of them connected, with a few events
// each. Ada has a calendar with 5,000 events to come.
type crowd struct {
	*world
	ada      store.Person
	calendar store.Calendar
}

// newCrowd makes one. What changes would lead to is told by the real planner;
// nobody is asked anything, because all of it has been read. welcomed: ada's
// events have their links; else she was not asked yet whether they get any.
func newCrowd(t testing.TB, people int, welcomed bool) *crowd {
	t.Helper()
	c := &crowd{}
	c.world = newWorld(t, equipped)
	c.ada, c.calendar = c.member(0, !welcomed)
	c.fill(welcomed)
	for i := 1; i < people; i++ {
		c.member(i, false)
	}
	for i := range 20 {
		_, err := c.store.CreateAPIToken(t.Context(), fmt.Sprintf("report %d", i))
		c.ok(err)
	}
	return c
}

// equipped says of every provider how it is set up.
func equipped(_ *world, o *server.Options) {
	o.Setups = map[string]server.Setup{}
	for _, name := range []string{"google", "microsoft", "zoom"} {
		o.Setups[name] = server.Setup{
			Where: "the console of " + name, Scopes: []string{"one", "two", "three"},
			Fields: []server.Field{{Key: name + ".client_id", Set: true, Cure: "set it"}, {Key: name + ".client_secret", Set: true, Cure: "set it"}},
		}
	}
}

// member adds somebody with a calendar that is kept, a Zoom account of which
// something is spent today, and a few events that have their links.
func (c *crowd) member(i int, newOnly bool) (store.Person, store.Calendar) {
	c.Helper()
	name := fmt.Sprintf("person%03d", i)
	p, calendar := c.person(name)
	host := "host-" + name
	_, err := c.store.Connect(c.Context(), store.Connection{Person: p.ID, Provider: "zoom", Account: host + "@acme", HostID: host, Email: p.Email}, store.Token{Access: "a", Refresh: "r"})
	c.ok(err)
	if newOnly {
		calendar, err = c.store.UpdateCalendar(c.Context(), calendar.ID, func(k *store.Calendar) error { k.NewOnly = true; return nil })
		c.ok(err)
	}
	reading := sources.Reading{Full: true, Token: "1"}
	for n := range fewEvents {
		reading.Events = append(reading.Events, c.many(n, true))
	}
	c.write(func(tx *store.Tx) error {
		_, err := tx.SaveReading(calendar.ID, reading)
		for n, e := range reading.Events {
			m := c.meeting(p, int64(90000000000+i*fewEvents+n), e)
			err = errors.Join(err, tx.PutMeeting(m), tx.PutClaim(store.Claim{Event: sources.EventRef{Calendar: calendar.ID, Event: e.ID}, Meeting: m.ID}))
		}
		return errors.Join(err, tx.Spend(host, c.now().Format(time.DateOnly), 1+i%90),
			tx.Journal(store.Entry{Pass: "p", Action: "create", Title: "Weekly sync", Reason: "default", Outcome: "done"}))
	})
	return p, calendar
}

// fill gives ada 5,000 events, one in twenty a series, most with a link, and a
// journal of as many entries.
func (c *crowd) fill(linked bool) {
	c.Helper()
	reading := sources.Reading{Full: true, Token: "1"}
	p := plan.Plan{}
	var decisions []store.Decision
	var meetings []store.Meeting
	var entries []store.Entry
	for i := range manyEvents {
		e := c.many(i, linked)
		ref := sources.EventRef{Calendar: c.calendar.ID, Event: e.ID}
		m := c.meeting(c.ada, int64(80000000000+i), e)
		d := store.Decision{Event: ref, Person: c.ada.ID, Wanted: "zoom", Reason: string(plan.Default), Meeting: m.ID}
		if !linked {
			d.Wanted, d.Reason, d.Meeting = "leave", string(plan.BeforeStart), 0
		}
		reading.Events, decisions, meetings = append(reading.Events, e), append(decisions, d), append(meetings, m)
		entries = append(entries, store.Entry{Pass: "p", Action: "create", Event: ref, Title: e.Title, Reason: "default", Outcome: "done"})
		p.Actions = append(p.Actions, plan.Action{Kind: plan.Create, Title: e.Title, Start: e.Start, Events: []sources.EventRef{ref}, Reason: plan.Default})
	}
	c.plans[c.ada.ID] = p
	c.ok(c.store.Request(c.Context(), c.ada.ID))
	c.write(func(tx *store.Tx) error {
		_, err := tx.SaveReading(c.calendar.ID, reading)
		for i := range meetings {
			if linked {
				err = errors.Join(err, tx.PutMeeting(meetings[i]), tx.PutClaim(store.Claim{Event: decisions[i].Event, Meeting: meetings[i].ID}))
			}
		}
		return errors.Join(err, tx.Journal(entries...), tx.SaveDecisions(decisions))
	})
}

// meeting is the Zoom meeting that an event of somebody's shows.
func (c *crowd) meeting(p store.Person, id int64, e sources.Event) store.Meeting {
	m := store.Meeting{
		ID: id, HostID: "host-" + p.Name, Reference: fmt.Sprint(c.store.Installation(), ":", id), Topic: e.Title, Type: 2,
		Start: e.Start, Minutes: 30, Joining: joining, CreatedAt: c.now(),
	}
	if e.Kind == sources.Series {
		m.Type = 8
	}
	return m
}

// many is the ith of a crowd's events.
func (c *crowd) many(i int, linked bool) sources.Event {
	id := fmt.Sprintf("event%022d", i)
	e := c.event(id, fmt.Sprintf("Weekly sync with customer %d", i), time.Duration(1+i)*30*time.Minute)
	e.Description, e.Created = strings.Repeat("What we talk about. ", 10), c.now().AddDate(0, -1, 0)
	if i%20 == 0 {
		e.Kind, e.Recurrence = sources.Series, []string{"RRULE:FREQ=WEEKLY;BYDAY=MO,TH"}
		e.Start, e.End = e.Start.AddDate(-2, 0, 0), e.End.AddDate(-2, 0, 0)
	} else if linked {
		e.Mark = sources.Mark{Installation: c.store.Installation(), EventHash: sources.HashEvent(id), Meeting: fmt.Sprint(80000000000 + i)}
		e.Description += sources.RenderBlock(joining)
	}
	sources.Inspect(&e)
	return e
}

// weighedPage is a page that is looked at in a crowd.
type weighedPage struct {
	name, path string
	form       url.Values // sent, when it is not nil
	welcoming  bool       // of somebody who was not asked yet about the events already there
	admin      bool       // looked at by an admin
}

// weighedPages are all pages, each with what makes the most of it.
func (c *crowd) weighedPages() []weighedPage {
	event := fmt.Sprintf("/people/me/meetings/%d:event%022d", c.calendar.ID, 41)
	calendar := fmt.Sprintf("/people/me/conferencing/calendars/%d", c.calendar.ID)
	return []weighedPage{
		{name: "meetings", path: "/people/me/meetings"},
		{name: "meetings, searched", path: "/people/me/meetings?q=customer+4321"},
		{name: "meetings, searched in vain", path: "/people/me/meetings?q=nowhere"},
		{name: "meetings, by state", path: "/people/me/meetings?state=waiting"},
		{name: "meetings, over", path: "/people/me/meetings?over=true"},
		{name: "meeting", path: event},
		{name: "meeting, another link foreseen", path: event + "?provider=none"},
		{name: "meeting, a new link foreseen", path: event + "?renew=ask"},
		{name: "preview", path: "/people/me/preview"},
		{name: "activity", path: "/people/me/activity"},
		{name: "activity, searched", path: "/people/me/activity?q=customer+321"},
		{name: "help", path: "/people/me/help"},
		{name: "help, searched", path: "/people/me/help?q=customer+4321"},
		{name: "welcome", path: "/people/me/welcome"},
		{name: "welcome, the events already there", path: "/people/me/welcome", welcoming: true},
		{name: "conferencing", path: "/people/me/conferencing"},
		{name: "choices", path: "/people/me/conferencing/settings"},
		{name: "choices, foreseen", path: "/people/me/conferencing/settings", form: url.Values{"do": {"preview"}, "set.share": {"never"}}},
		{name: "choices of a calendar", path: calendar},
		{name: "choices of a calendar, foreseen", path: calendar, form: url.Values{"do": {"preview"}, "keep": {"off"}}},
		{name: "disconnect", path: fmt.Sprintf("/people/me/connections/%d/disconnect", c.calendar.Connection)},
		{name: "my data", path: "/people/me/data"},
		{name: "delete my data", path: "/people/me/data/delete"},
		{name: "admin", path: "/admin", admin: true},
		{name: "admin, people", path: "/admin/people", admin: true},
		{name: "admin, people searched", path: "/admin/people?q=person3", admin: true},
		{name: "admin, a person", path: fmt.Sprintf("/admin/people/%d", c.ada.ID), admin: true},
		{name: "admin, a person to remove", path: fmt.Sprintf("/admin/people/%d/remove", c.ada.ID), admin: true},
		{name: "admin, defaults", path: "/admin/defaults", admin: true},
		{name: "admin, defaults foreseen", path: "/admin/defaults", form: url.Values{"do": {"preview"}, "set.share": {"never"}}, admin: true},
		{name: "admin, providers", path: "/admin/providers", admin: true},
		{name: "admin, tokens", path: "/admin/tokens", admin: true},
		{name: "admin, activity", path: "/admin/activity", admin: true},
		{name: "admin, api", path: "/admin/api", admin: true},
	}
}
