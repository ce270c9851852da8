package dashboard

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"slotward/internal/server"
	"slotward/internal/server/frame"
	"slotward/reconciler"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
)

// world is the pages over the real API and a real store, with a clock that
// stands at 2026-12-01T08:00:00Z, a Tuesday.
type world struct {
	testing.TB
	store    *store.Store
	api      http.Handler
	pages    http.Handler
	frame    *frame.Frame
	clock    time.Time
	plans    fakePlanner
	stopping chan struct{}

	mu   sync.Mutex
	pass func(*store.Tx) error // what the next pass does; nil: nothing is at work
}

// fakePlanner answers what a test put there.
type fakePlanner map[int64]plan.Plan

func (f fakePlanner) Plan(_ context.Context, person int64) (plan.Plan, error) { return f[person], nil }
func (f fakePlanner) Rebuild(_ context.Context, person int64) (plan.Plan, error) {
	return f[person], nil
}
func (f fakePlanner) Preview(context.Context, int64, func(*store.Snapshot)) (reconciler.Preview, error) {
	return reconciler.Preview{}, nil
}

const whole = "https://us02web.zoom.us/j/81234567890?pwd=c2VjcmV0.1"

// newWorld makes a world; alter changes what its server is made of.
func newWorld(t testing.TB, alter ...func(*world, *server.Options)) *world {
	t.Helper()
	w := &world{TB: t, clock: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), plans: fakePlanner{}, stopping: make(chan struct{})}
	keys, err := seal.New()
	w.ok(err)
	w.store, err = store.Open(t.Context(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), Sealer: keys, Now: w.now})
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() })
	w.frame = frame.New("")
	o := server.Options{
		Store: w.store, Planner: w.plans, Previewer: w.plans, PublicURL: "http://slotward.test", Frame: w.frame, Now: w.now, Version: "test", Wake: w.wake,
		Pages: func(api http.Handler) http.Handler {
			w.api = api
			w.pages = New(Options{API: api, Frame: w.frame, Joining: server.Joining(w.store), Stopping: w.stopping, Now: w.now})
			return w.pages
		},
	}
	for _, f := range alter {
		f(w, &o)
	}
	server.New(o)
	return w
}

func (w *world) now() time.Time { return w.clock }

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// wake is the loop: it does at once what the next pass is to do.
func (w *world) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if do := w.pass; do != nil {
		w.write(do)
	}
}

// write does what a pass does: claims somebody due, writes, and finishes.
func (w *world) write(do func(*store.Tx) error) {
	w.Helper()
	ctx := context.Background()
	lease, err := w.store.Claim(ctx, "test", time.Minute)
	w.ok(err)
	w.ok(w.store.Write(ctx, lease, do))
	w.ok(w.store.Finish(ctx, lease, store.Outcome{NextAt: w.clock.Add(time.Hour)}))
}

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
	start := w.clock.Add(in)
	return sources.Event{
		ID: id, ETag: `"1"`, Kind: sources.Single, Title: title, Start: start, End: start.Add(30 * time.Minute),
		TimeZone: "Europe/Berlin", OrganizedHere: true, Guests: 1, Created: w.clock, Updated: w.clock,
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
		w.ok(tx.PutMeeting(store.Meeting{ID: 81234567890, Person: p.ID, HostID: "h", Reference: "i:r", Topic: "Kickoff", Type: 2, Start: w.clock.Add(time.Hour), Minutes: 30, Joining: joining, CreatedAt: w.clock}))
		w.ok(tx.PutClaim(store.Claim{Event: ref("kickoff"), Meeting: 81234567890}))
		w.ok(tx.PutClaim(store.Claim{Event: ref("review"), Meeting: 81234567890}))
		w.ok(tx.Journal(store.Entry{Pass: "p1", At: w.clock, Action: "create", Event: ref("kickoff"), Meeting: 81234567890, Title: "Kickoff", Reason: "default", Outcome: "done"}))
		w.ok(tx.Journal(store.Entry{Pass: "p1", At: w.clock, Action: "create", Event: ref("held"), Title: "Quarterly numbers", Reason: "default", Outcome: "failed", Detail: "Zoom was busy"}))
		return tx.SaveDecisions([]store.Decision{
			decided("kickoff", "zoom", plan.Default), decided("review", "zoom", plan.Default), decided("standup", "zoom", plan.DailyLimit),
			decided("held", "zoom", plan.NeedsReauth), decided("alone", "leave", plan.NoGuests), decided("past", "leave", plan.Past),
		})
	})
}

// page is an answer as a browser sees it.
type page struct {
	testing.TB
	status int
	header http.Header
	body   string
	tree   *html.Node
}

// as is who asks.
func as(p store.Person, role server.Role) server.Identity {
	return server.Identity{Name: p.Email, Person: p.ID, Role: role, CSRF: "csrf-" + p.Name}
}

// get asks for a page in the time zone of Berlin.
func (w *world) get(who server.Identity, path string) *page {
	w.Helper()
	return w.send(httptest.NewRequest(http.MethodGet, path, nil), who)
}

// post sends a form.
func (w *world) post(who server.Identity, path string, form url.Values) *page {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r, who)
}

func (w *world) send(r *http.Request, who server.Identity) *page {
	w.Helper()
	if _, err := r.Cookie(zoneCookie); err != nil {
		r.AddCookie(&http.Cookie{Name: zoneCookie, Value: "Europe%2FBerlin"})
	}
	recorder := httptest.NewRecorder()
	w.pages.ServeHTTP(recorder, r.WithContext(server.WithIdentity(r.Context(), who)))
	p := &page{TB: w.TB, status: recorder.Code, header: recorder.Header(), body: recorder.Body.String()}
	tree, err := html.Parse(strings.NewReader(p.body))
	w.ok(err)
	p.tree = tree
	if p.status == http.StatusOK {
		p.check()
	}
	return p
}

// check finds what no page may have: scripts and styles within it, double ids,
// headings that skip a level, controls without a name.
func (p *page) check() {
	p.Helper()
	ids, labels, level := map[string]bool{}, map[string]bool{}, 0
	for n := range p.tree.Descendants() {
		if n.Data == "label" {
			labels[attribute(n, "for")] = true
		}
	}
	for n := range p.tree.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case n.Data == "script" && attribute(n, "src") == "", n.Data == "style", attribute(n, "style") != "":
			p.Errorf("the page has a <%s> of its own", n.Data)
		case (n.Data == "select" || n.Data == "input" && attribute(n, "type") != "hidden") && !labels[attribute(n, "id")]:
			p.Errorf("<%s name=%q> has no label", n.Data, attribute(n, "name"))
		case len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6':
			if now := int(n.Data[1] - '0'); now > level+1 {
				p.Errorf("heading %q skips a level", text(n))
			} else {
				level = now
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				p.Errorf("<%s %s>", n.Data, a.Key)
			}
		}
		if id := attribute(n, "id"); id != "" && ids[id] {
			p.Errorf("two elements have the id %q", id)
		} else {
			ids[id] = true
		}
	}
}

// says fails unless the page's text has all of these.
func (p *page) says(texts ...string) {
	p.Helper()
	all := text(p.main())
	for _, want := range texts {
		if !strings.Contains(all, want) {
			p.Errorf("the page does not say %q:\n%s", want, all)
		}
	}
}

// silent fails if the page, or its source, has any of these.
func (p *page) silent(texts ...string) {
	p.Helper()
	for _, want := range texts {
		if strings.Contains(p.body, want) {
			p.Errorf("the page has %q", want)
		}
	}
}

func (p *page) main() *html.Node {
	for n := range p.tree.Descendants() {
		if n.Data == "main" {
			return n
		}
	}
	return p.tree
}

// link is the address of the link with a text; "" for none.
func (p *page) link(words string) string {
	for n := range p.tree.Descendants() {
		if n.Data == "a" && text(n) == words {
			return attribute(n, "href")
		}
	}
	return ""
}

// texts are what elements of a class say.
func (p *page) texts(name, class string) (out []string) {
	for n := range p.tree.Descendants() {
		if n.Data == name && (class == "" || slices.Contains(strings.Fields(attribute(n, "class")), class)) {
			out = append(out, text(n))
		}
	}
	return out
}

// copies are the links that buttons copy.
func (p *page) copies() (out []string) {
	for n := range p.tree.Descendants() {
		if link := attribute(n, "data-copy"); link != "" {
			out = append(out, link)
		}
	}
	return out
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// text is what a reader sees, white space collapsed.
func text(n *html.Node) string {
	var out strings.Builder
	for part := range n.Descendants() {
		if part.Type == html.TextNode {
			_, _ = io.WriteString(&out, part.Data+" ")
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
