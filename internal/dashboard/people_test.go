package dashboard

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"slotward/internal/server"
	"slotward/internal/simulator/browser"
	simgoogle "slotward/internal/simulator/google"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

const whole = "https://us02web.zoom.us/j/81234567890?pwd=c2VjcmV0.1"

func digits(n int64) string { return strconv.FormatInt(n, 10) }

// person makes somebody with a Google account and a calendar that is on.
func (w *world) person(name string) (store.Person, store.Calendar) {
	w.Helper()
	ctx := w.Context()
	p, err := w.store.CreatePerson(ctx, name, name+"@acme.test")
	w.ok(err)
	c, err := w.store.Connect(ctx, store.Connection{Person: p.ID, Provider: "google", Account: "sub-" + name, Email: p.Email}, store.Token{Access: "a", Refresh: "r"})
	w.ok(err)
	saved, err := w.store.SaveCalendars(ctx, c.ID, []sources.Calendar{{ID: p.Email, Name: name + "'s", TimeZone: "Europe/Berlin", Primary: true, Writable: true}})
	w.ok(err)
	calendar, err := w.store.UpdateCalendar(ctx, saved[0].ID, func(c *store.Calendar) error { c.On = true; return nil })
	w.ok(err)
	return p, calendar
}

// event is one with guests, half an hour long, that begins so long after now.
func (w *world) event(id, title string, in time.Duration) sources.Event {
	start := w.now().Add(in)
	return sources.Event{
		ID: id, ETag: `"1"`, Kind: sources.Single, Title: title, Start: start, End: start.Add(30 * time.Minute),
		TimeZone: "Europe/Berlin", OrganizedHere: true, Guests: 1, Created: w.now(), Updated: w.now(),
	}
}

// linked is an event that shows the meeting 81234567890.
func (w *world) linked(id, title string, in time.Duration) sources.Event {
	e := w.event(id, title, in)
	e.Mark = sources.Mark{Installation: w.store.Installation(), EventHash: sources.HashEvent(id), Meeting: "81234567890"}
	e.Description = sources.RenderBlock(joining)
	sources.Inspect(&e)
	return e
}

var joining = sources.Joining{Provider: "zoom", Meeting: "81234567890", URL: whole, Passcode: "s3cr3t"}

// usual fills the calendar of a person who is due as most calendars are: a
// meeting shared by two events, a series, one held back, and one left.
func (w *world) usual(p store.Person, c store.Calendar) {
	w.Helper()
	series := w.event("standup", "Stand-up", -14*24*time.Hour+2*time.Hour)
	series.Kind, series.Recurrence = sources.Series, []string{"RRULE:FREQ=DAILY"}
	ref := func(id string) sources.EventRef { return sources.EventRef{Calendar: c.ID, Event: id} }
	decided := func(id, wanted string, reason plan.Reason) store.Decision {
		return store.Decision{Event: ref(id), Person: p.ID, Wanted: wanted, Reason: string(reason), Meeting: map[string]int64{"zoom": 81234567890}[wanted]}
	}
	w.write(func(tx *store.Tx) error {
		for _, e := range []sources.Event{
			w.linked("kickoff", "Kickoff", time.Hour), w.linked("review", "Review", time.Hour), series,
			w.event("held", "Quarterly numbers", 26*time.Hour), w.event("alone", "Think", 50*time.Hour), w.event("past", "Retro", -24*time.Hour),
		} {
			w.ok(tx.PutEvent(c.ID, e))
		}
		w.ok(tx.PutMeeting(store.Meeting{ID: 81234567890, Person: p.ID, HostID: "h", Reference: "i:r", Topic: "Kickoff", Type: 2, Start: w.now().Add(time.Hour), Minutes: 30, Joining: joining, CreatedAt: w.now()}))
		w.ok(tx.PutClaim(store.Claim{Event: ref("kickoff"), Meeting: 81234567890}))
		w.ok(tx.PutClaim(store.Claim{Event: ref("review"), Meeting: 81234567890}))
		w.ok(tx.Journal(store.Entry{Pass: "p1", At: w.now(), Action: "create", Event: ref("kickoff"), Meeting: 81234567890, Title: "Kickoff", Reason: "default", Outcome: "done"}))
		w.ok(tx.Journal(store.Entry{Pass: "p1", At: w.now(), Action: "create", Event: ref("held"), Title: "Quarterly numbers", Reason: "default", Outcome: "failed", Detail: "Zoom was busy"}))
		return tx.SaveDecisions([]store.Decision{
			decided("kickoff", "zoom", plan.Default), decided("review", "zoom", plan.Default), decided("standup", "zoom", plan.DailyLimit),
			decided("held", "zoom", plan.NeedsReauth), decided("alone", "leave", plan.NoGuests), decided("past", "leave", plan.Past),
		})
	})
}

// newcomer adds somebody with an account at both providers, and events.
func (w *world) newcomer(name string, events int) server.Identity {
	w.Helper()
	email := name + "@acme.test"
	w.ok(w.google.AddAccount(email, name))
	w.zoom.AddAccount(email, name)
	p, err := w.store.CreatePerson(w.Context(), name, email)
	w.ok(err)
	for i := range events {
		w.book(email, "Kickoff", 24*time.Hour+time.Duration(i)*time.Hour, time.Hour)
	}
	return server.Identity{Name: email, Person: p.ID, Role: server.Member, CSRF: "csrf-of-" + name}
}

// book puts an event with a guest into somebody's calendar, made some time ago.
func (w *world) book(calendar, title string, ahead, made time.Duration) {
	w.Helper()
	now := w.now()
	_, err := w.google.Insert(calendar, simgoogle.NewEvent{
		Title: title, Start: now.Add(ahead), Minutes: 30, Guests: []string{"guest@else.test"}, Created: now.Add(-made),
	})
	w.ok(err)
}

// connected is newcomer with both accounts connected and the primary calendar kept.
func (w *world) connected(name string, events int) server.Identity {
	w.Helper()
	who := w.newcomer(name, events)
	w.consent(who, "google", who.Name)
	w.consent(who, "zoom", who.Name)
	calendars, err := w.store.Calendars(w.Context(), who.Person)
	if err != nil || len(calendars) != 1 {
		w.Fatalf("%+v %v", calendars, err)
	}
	w.post(who, "/people/me/welcome", url.Values{"step": {"choose"}, "calendar": {digits(calendars[0].ID)}}).leads("/people/me/welcome?done=kept")
	return who
}

// consent connects an account through the pages and the provider's consent page.
func (w *world) consent(who server.Identity, provider, account string) {
	w.Helper()
	next := w.post(who, "/people/me/connections", url.Values{"provider": {provider}, "from": {"welcome"}})
	if !strings.HasPrefix(next.to, "/oauth/"+provider+"/start?ticket=") {
		w.Fatalf("led to %d %q", next.status, next.to)
	}
	b := w.browser(who)
	page, err := b.Open(w.Context(), w.http.URL+next.to)
	w.ok(err)
	_, err = b.Decide(w.Context(), page, browser.Choice{Account: account})
	w.ok(err)
}

// browser is one in which somebody is signed in.
func (w *world) browser(who server.Identity) *browser.Browser {
	w.Helper()
	secret := oauth2.GenerateVerifier() // as unguessable as a session's
	w.ok(w.store.CreateSession(w.Context(), store.Session{Secret: secret, Person: who.Person, ExpiresAt: w.clock.Now().Add(time.Hour)}))
	public, err := url.Parse(w.http.URL)
	w.ok(err)
	b := browser.New()
	b.HTTP.Jar.SetCookies(public, []*http.Cookie{{Name: "slotward", Value: secret, Path: "/"}})
	return b
}
