package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

func TestUpcoming(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	calendar := w.calendar(ada)
	series := event("series", "Stand-up", 9)
	series.Kind, series.Recurrence = sources.Series, []string{"RRULE:FREQ=DAILY"}
	series.Start, series.End = series.Start.AddDate(0, -1, 0), series.End.AddDate(0, -1, 0)
	over := event("over", "Retro", 10)
	over.Start, over.End = over.Start.AddDate(0, 0, -7), over.End.AddDate(0, 0, -7)
	meet := event("meet", "With Meet", 12)
	meet.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
	w.write(store.Outcome{}, func(tx *store.Tx) error {
		for _, e := range []sources.Event{event("kickoff", "Kickoff", 10), event("held", "Held", 11), meet, series, over} {
			if err := tx.PutEvent(calendar.ID, e); err != nil {
				return err
			}
		}
		decided := func(id, wanted string, reason plan.Reason) store.Decision {
			return store.Decision{Event: sources.EventRef{Calendar: calendar.ID, Event: id}, Person: ada.ID, Wanted: wanted, Reason: string(reason)}
		}
		return tx.SaveDecisions([]store.Decision{
			decided("kickoff", "zoom", plan.Default), decided("held", "zoom", plan.BrakeHeld), decided("meet", "native", plan.Override), decided("series", "leave", plan.NoGuests),
		})
	})
	titles := func(query string) string {
		var got Events
		w.ok(http.StatusOK, "GET", "/api/v1/people/ada@acme.test/upcoming?"+query, "", &got)
		var out []string
		for _, e := range got.Events {
			out = append(out, e.Title+" "+e.State)
		}
		return strings.Join(out, ", ")
	}
	for query, want := range map[string]string{
		"":                                     "Stand-up left, Kickoff planned, Held attention, With Meet ready",
		"over=true":                            "Retro planned",
		"state=attention":                      "Held attention",
		"provider=meet":                        "With Meet ready",
		"provider=none&state=left":             "Stand-up left",
		"q=KICK":                               "Kickoff planned",
		fmt.Sprint("calendar=", calendar.ID+1): "",
	} {
		if got := titles(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	var one, page Events
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/upcoming?limit=1", "", &one)
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/upcoming?limit=1&cursor="+url.QueryEscape(one.Next), "", &page)
	if next := one.Events[0].Next; !next.Equal(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)) || page.Events[0].Title != "Kickoff" || page.Previous == "" {
		t.Errorf("%+v %+v", one, page)
	}
	w.refused(http.StatusUnprocessableEntity, "invalid", "GET", "/api/v1/people/1/upcoming?cursor=x", "")
	w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/people/9/upcoming", "")
	var counts ReasonCounts
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/reasons", "", &counts)
	if len(counts.Reasons) != 4 || counts.Reasons[0].Events != 1 {
		t.Errorf("%+v", counts)
	}
}

func TestStateOfEveryReason(t *testing.T) {
	for _, reason := range plan.Reasons() {
		for _, wanted := range []string{"zoom", "native", "static", "none", "leave"} {
			for _, shows := range []string{"zoom", "meet", "static", "none"} {
				e := Event{Wanted: wanted, Reason: string(reason), Shows: shows}
				state := stateOf(e)
				if wanted == "leave" && state == statePlanned || state == stateReady && wanted != shows && wanted != "none" && wanted != "native" {
					t.Errorf("%+v is %s", e, state)
				}
			}
		}
	}
	if got := stateOf(Event{Wanted: "zoom", Shows: "zoom", Reason: "default", Gone: "tombstone"}); got != stateOver {
		t.Error(got)
	}
}

func TestJournalPages(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	for i := range 5 {
		action := []string{"create", "write"}[i%2]
		if err := w.store.Journal(t.Context(), store.Entry{Person: ada.ID, Pass: "p", Action: action, Title: fmt.Sprint("Number ", i), Outcome: "done"}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(query string) (titles string, next int64) {
		var got Journal
		w.ok(http.StatusOK, "GET", "/api/v1/journal?person=1&"+query, "", &got)
		for _, e := range got.Entries {
			titles += strings.TrimPrefix(e.Title, "Number ")
		}
		return titles, got.Next
	}
	first, next := read("limit=2&by=pass")
	second, _ := read(fmt.Sprint("limit=2&by=pass&before=", next))
	last, none := read("limit=2&by=pass&before=3")
	if first != "43" || second != "21" || last != "0" || none != 0 {
		t.Errorf("%q %q %q %d", first, second, last, none)
	}
	if writes, _ := read("action=write"); writes != "31" {
		t.Error(writes)
	}
	if both, _ := read("action=write,person"); both != "31ada@acme.test" {
		t.Error(both)
	}
	if found, _ := read("q=number+4&outcome=done"); found != "4" {
		t.Error(found)
	}
	if people, _ := read("by=people"); people != "ada@acme.test" {
		t.Error(people)
	}
}
