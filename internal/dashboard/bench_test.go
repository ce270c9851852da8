package dashboard

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"slotward/internal/server"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// crowded fills a calendar with 5,000 events to come, one in twenty a series,
// most with a link, and a journal of 5,000 entries.
func crowded(w *world) (store.Person, store.Calendar) {
	ada, calendar := w.person("ada")
	const many = 5000
	var events []sources.Event
	var decisions []store.Decision
	var entries []store.Entry
	p := plan.Plan{}
	for i := range many {
		id := fmt.Sprintf("event%022d", i)
		e := w.event(id, fmt.Sprintf("Weekly sync with customer %d", i), time.Duration(i)*30*time.Minute)
		e.Description = strings.Repeat("What we talk about. ", 10)
		if i%20 == 0 {
			e.Kind, e.Recurrence = sources.Series, []string{"RRULE:FREQ=WEEKLY;BYDAY=MO,TH"}
			e.Start, e.End = e.Start.AddDate(-2, 0, 0), e.End.AddDate(-2, 0, 0)
		} else if i%4 != 0 {
			e.Mark = sources.Mark{Installation: "i", EventHash: sources.HashEvent(id), Meeting: "1"}
			e.Description += sources.RenderBlock(joining)
		}
		sources.Inspect(&e)
		ref := sources.EventRef{Calendar: calendar.ID, Event: id}
		events = append(events, e)
		decisions = append(decisions, store.Decision{Event: ref, Person: ada.ID, Wanted: "zoom", Reason: string(plan.Default), Meeting: int64(i + 1)})
		entries = append(entries, store.Entry{Pass: "p", Action: "create", Event: ref, Title: e.Title, Reason: "default", Outcome: "done"})
		p.Actions = append(p.Actions, plan.Action{Kind: plan.Create, Title: e.Title, Start: e.Start, Events: []sources.EventRef{ref}, Reason: plan.Default})
	}
	w.plans[ada.ID] = p
	w.write(func(tx *store.Tx) error {
		if _, err := tx.SaveReading(calendar.ID, sources.Reading{Full: true, Token: "1", Events: events}); err != nil {
			return err
		}
		for i, d := range decisions {
			m := store.Meeting{ID: int64(i + 1), HostID: "h", Reference: fmt.Sprint("i:", i), Type: 2, Start: events[i].Start, Minutes: 30, Joining: joining, CreatedAt: w.clock}
			if err := tx.PutMeeting(m); err != nil {
				return err
			}
			if err := tx.PutClaim(store.Claim{Event: d.Event, Meeting: m.ID}); err != nil {
				return err
			}
		}
		if err := tx.Journal(entries...); err != nil {
			return err
		}
		return tx.SaveDecisions(decisions)
	})
	return ada, calendar
}

// processor is how long this process has kept processors busy: what a page
// takes on a machine that has nothing else to do, however busy this one is.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkPages makes each page with 5,000 events; bytes is its size, packed
// what gzip makes of it.
func BenchmarkPages(b *testing.B) {
	w := newWorld(b)
	ada, calendar := crowded(w)
	who := as(ada, server.Member)
	for _, page := range []struct{ name, path string }{
		{"meetings", "/people/me/meetings"}, {"meetings, searched", "/people/me/meetings?q=customer+4321"}, {"meetings, by state", "/people/me/meetings?state=waiting"},
		{"meeting", fmt.Sprintf("/people/me/meetings/%d:event%022d", calendar.ID, 41)}, {"preview", "/people/me/preview"},
		{"activity", "/people/me/activity"}, {"activity, searched", "/people/me/activity?q=customer+321"}, {"help", "/people/me/help"}, {"help, searched", "/people/me/help?q=customer+4321"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var body []byte
			before := processor(b)
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, page.path, nil)
				recorder := httptest.NewRecorder()
				w.pages.ServeHTTP(recorder, r.WithContext(server.WithIdentity(r.Context(), who)))
				if recorder.Code != http.StatusOK {
					b.Fatalf("answered %d: %s", recorder.Code, recorder.Body)
				}
				body = recorder.Body.Bytes()
			}
			b.ReportMetric((processor(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/page")
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = z.Write(body)
			w.ok(z.Close())
			b.ReportMetric(float64(len(body)), "bytes")
			b.ReportMetric(float64(packed.Len()), "packed")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/page")
			if len(body) > 150_000 {
				b.Errorf("the page has %d bytes", len(body))
			}
		})
	}
}
