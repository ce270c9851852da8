package microsoft_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	simulated "slotward/internal/simulator/microsoft"
	"slotward/sources"
	"slotward/sources/microsoft"
)

// counts tells what requests something takes.
func (s *sim) requests(do func()) string {
	s.desk.Reset()
	do()
	var out []string
	for _, name := range []string{"calendars", "delta", "list", "get", "patch"} {
		if n := s.desk.Counts()["microsoft."+name]; n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, name))
		}
	}
	return strings.Join(out, ", ")
}

// What each thing takes at Graph. A new event costs one delta and one PATCH; an
// echo, or nothing new, one delta.
func TestRequestsPerChange(t *testing.T) {
	s := newSim(t)
	source := s.source(t, s.connect(t, ada))
	series, err := s.Insert(ada, simulated.NewEvent{Title: "standup", Start: morning.AddDate(0, 0, 1), Repeat: "FREQ=DAILY", Guests: []string{bob}})
	must(t, err)
	var reading sources.Reading
	token := ""
	next := func() {
		t.Helper()
		reading, err = source.Read(t.Context(), s.calendar, token)
		must(t, err)
		token = reading.Token
	}
	var id string
	var e sources.Event
	for _, step := range []struct {
		name, want string
		do         func()
	}{
		{"a first reading with one series", "1 calendars, 1 delta, 1 get", next},
		{"nothing new", "1 delta", next},
		{"a new event", "1 delta", func() {
			id, err = s.Insert(ada, simulated.NewEvent{Title: "x", Start: morning.AddDate(0, 0, 2), Guests: []string{bob}})
			must(t, err)
			next()
		}},
		{"its link", "1 patch", func() {
			e = reading.Events[0]
			e, err = source.Write(t.Context(), s.calendar, e, sources.LinkEdit(&e, &meeting, installation, ours, true))
			must(t, err)
		}},
		{"the echo", "1 delta", func() {
			next()
			if len(reading.Events) != 1 || reading.Events[0].ETag != e.ETag || reading.Events[0].Mark != e.Mark {
				t.Errorf("echo %+v", reading.Events)
			}
		}},
		{"moved", "1 delta", func() { must(t, s.Move(ada, id, morning.AddDate(0, 0, 3), 0)); next() }},
		{"deleted", "1 delta, 1 get", func() {
			must(t, s.Cancel(ada, id))
			next()
			if len(reading.Events) != 1 || reading.Events[0].Gone != sources.Tombstone {
				t.Errorf("%+v", reading.Events)
			}
		}},
		{"an occurrence moved", "1 delta, 1 get", func() {
			must(t, s.MoveInstance(ada, series, "2026-12-10", morning.AddDate(0, 0, 9).Add(3*time.Hour), 0))
			next()
		}},
		{"an occurrence cancelled", "1 delta, 1 get", func() { must(t, s.CancelInstance(ada, series, "2026-12-12")); next() }},
		{"a series' new title", "1 delta, 1 get", func() { must(t, s.Edit(ada, series, simulated.Change{Title: ptr("y")})); next() }},
		{"a series' link", "1 patch", func() {
			for _, one := range reading.Events {
				if one.Kind == sources.Series {
					link(t, source, s.calendar, one)
				}
			}
		}},
		// Its exception took the block over, and whether the mark, too, delta does not tell.
		{"a series' echo", "1 delta, 1 get", next},
		{"nothing new again", "1 delta", next},
	} {
		if got := s.requests(step.do); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

// A calendar without events is read in full again and again, which costs what an
// incremental reading does, and asks now and then what may be done on it.
func TestEmptyCalendar(t *testing.T) {
	s := newSim(t)
	source := s.lasting(t, s.connect(t, ada))
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "1 calendars, 1 delta"}, {time.Minute, "1 delta"}, {time.Minute, "1 delta"}, {time.Hour, "1 calendars, 1 delta"}} {
		s.clock.Set(s.clock.Now().Add(step.after))
		if got := s.requests(func() {
			_, err := source.Read(t.Context(), s.calendar, "")
			must(t, err)
		}); got != step.want {
			t.Errorf("%s later: %s, not %s", step.after, got, step.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

// After a restart nothing is remembered: what was known is read anew.
func TestRestartLosesNothing(t *testing.T) {
	s := newSim(t)
	tok := s.connect(t, ada)
	first := s.source(t, tok)
	id, err := s.Insert(ada, simulated.NewEvent{Title: "x", Start: morning.AddDate(0, 0, 2), Rooms: []string{"room4@acme.test"}})
	must(t, err)
	series, err := s.Insert(ada, simulated.NewEvent{Title: "s", Start: morning.AddDate(0, 0, 1), Repeat: "FREQ=WEEKLY"})
	must(t, err)
	reading, err := first.Read(t.Context(), s.calendar, "")
	must(t, err)
	var e sources.Event
	for _, one := range reading.Events {
		if one.ID == id {
			e = link(t, first, s.calendar, one)
		}
	}
	must(t, s.CancelInstance(ada, series, "2026-12-09"))

	second := s.source(t, tok)
	after, err := second.Read(t.Context(), s.calendar, reading.Token)
	must(t, err)
	found := map[string]bool{}
	for _, one := range after.Events {
		found[string(one.Kind)+string(one.Gone)] = true
		if one.ID == id && (one.Mark != e.Mark || one.ETag != e.ETag) {
			t.Errorf("mark %+v, want %+v", one.Mark, e.Mark)
		}
	}
	if !found["exceptiontombstone"] || !found["single"] {
		t.Errorf("found %v", found)
	}
	third := s.source(t, tok) // never read anything, and still keeps the room
	_, err = third.Write(t.Context(), s.calendar, e, sources.UnlinkEdit(&e, false))
	must(t, err)
	if there, err := s.Event(ada, id); err != nil || strings.Join(there.Locations, "|") != "room4@acme.test" {
		t.Errorf("at %v, %v", there.Locations, err)
	}
}

func TestWindow(t *testing.T) {
	s := newSim(t)
	source := s.lasting(t, s.connect(t, ada))
	id, err := s.Insert(ada, simulated.NewEvent{Title: "x", Start: morning.AddDate(0, 0, 2)})
	must(t, err)
	stays, err := s.Insert(ada, simulated.NewEvent{Title: "stays", Start: morning.AddDate(0, 0, 3)})
	must(t, err)
	yearly, err := s.Insert(ada, simulated.NewEvent{Title: "yearly", Start: morning, Repeat: "FREQ=YEARLY"})
	must(t, err)
	reading, err := source.Read(t.Context(), s.calendar, "")
	must(t, err)
	if len(reading.Events) != 3 || !reading.Until.Equal(morning.AddDate(0, 0, 180)) {
		t.Fatalf("%d events until %v", len(reading.Events), reading.Until)
	}
	// Moved out of the window is not deleted, nor is what never was in it.
	far := morning.AddDate(1, 0, 0)
	must(t, s.Move(ada, id, far, 0))
	_, err = s.Insert(ada, simulated.NewEvent{Title: "far away", Start: far})
	must(t, err)
	changes, err := source.Read(t.Context(), s.calendar, reading.Token)
	must(t, err)
	for _, e := range changes.Events {
		if e.Gone != sources.Present || !e.Start.Equal(far) {
			t.Errorf("%+v", e)
		}
	}
	// The window moves on by itself, without losing what stands outside it.
	s.clock.Set(morning.AddDate(0, 0, 2))
	again, err := source.Read(t.Context(), s.calendar, changes.Token)
	must(t, err)
	names := map[string]bool{}
	for _, e := range again.Events {
		names[e.ID] = e.Gone == sources.Present
	}
	if !again.Full || !again.Until.After(reading.Until) || !names[stays] || !names[yearly] {
		t.Errorf("full %v until %v: %v", again.Full, again.Until, names)
	}
	moved := changes.Events[0]
	if again.Covers(&moved) {
		t.Error("an event beyond the window would count as absent")
	}
	// So do series whose token Graph forgot.
	must(t, s.ExpireTokens(ada))
	if _, err := source.Read(t.Context(), s.calendar, again.Token); !errors.Is(err, sources.ErrExpired) {
		t.Fatal(err)
	}
	full, err := source.Read(t.Context(), s.calendar, "")
	must(t, err)
	there := false
	for _, e := range full.Events {
		there = there || e.ID == yearly
	}
	if !there {
		t.Error("the yearly series is taken for gone")
	}
}

// A mailbox serves four requests at once; more are refused.
func TestNeverMoreThanFourAtOnce(t *testing.T) {
	s := newSim(t)
	tok := s.connect(t, ada)
	for i := range 30 {
		_, err := s.Insert(ada, simulated.NewEvent{Title: "s", Start: morning.Add(time.Duration(i) * time.Hour), Repeat: "FREQ=DAILY"})
		must(t, err)
	}
	var now, most atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		s.ServeHTTP(w, r)
	}))
	defer proxy.Close()
	s.SetURL(proxy.URL)
	s.url = proxy.URL
	source := s.source(t, tok)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := source.Read(t.Context(), s.calendar, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := most.Load(); n > 4 || n < 2 {
		t.Errorf("%d at once", n)
	}
}

func TestRefusals(t *testing.T) {
	for how, want := range map[string]struct {
		class error
		until time.Duration
	}{
		"429":       {nil, 2128 * time.Millisecond},
		"429:30":    {nil, 30 * time.Second},
		"429:none":  {nil, 0},
		"throttled": {nil, time.Second},
		"509":       {nil, 0},
		"503:120":   {sources.ErrUnavailable, 2 * time.Minute},
		"504":       {sources.ErrUnavailable, 0},
		"html503":   {sources.ErrUnavailable, 0},
		"html502":   {sources.ErrUnavailable, 0},
		"html200":   {sources.ErrIncomplete, 0},
		"claims":    {sources.ErrRevoked, 0},
		"404":       {sources.ErrGone, 0},
		"html404":   {sources.ErrUnavailable, 0},
		"html410":   {sources.ErrExpired, 0}, // a round is begun anew, whoever says so
		"mailbox":   {sources.ErrRefused, 0},
		"400":       {sources.ErrRefused, 0},
		"410":       {sources.ErrExpired, 0},
	} {
		s := newSim(t)
		source := s.source(t, s.connect(t, ada))
		reading, err := source.Read(t.Context(), s.calendar, "")
		must(t, err)
		fault := how
		if how == "html200" {
			fault = "html"
		}
		s.desk.Arm("microsoft.delta", fault, 10)
		_, err = source.Read(t.Context(), s.calendar, reading.Token)
		var limited *sources.LimitedError
		if want.class != nil && !errors.Is(err, want.class) || want.class == nil && !errors.As(err, &limited) {
			t.Errorf("%s: %v", how, err)
		}
		if errors.As(err, &limited) && want.until > 0 && !limited.Until.Equal(s.clock.Now().Add(want.until)) {
			t.Errorf("%s: until %v, want %v", how, limited.Until, s.clock.Now().Add(want.until))
		}
		if err != nil && (strings.Contains(err.Error(), "deltatoken") || strings.Contains(err.Error(), "<") || strings.Contains(err.Error(), "Lifetime")) {
			t.Errorf("%s: tells too much: %v", how, err)
		}
	}
}

// A change key that does not fit is told, spurious or not, and nothing is sent again.
func TestConflictsAreTold(t *testing.T) {
	s := newSim(t)
	id, err := s.Insert(ada, simulated.NewEvent{Title: "x", Start: morning.AddDate(0, 0, 2), Guests: []string{bob}})
	must(t, err)
	source := s.source(t, s.connect(t, ada))
	e := find(t, source, s.calendar, id)
	s.desk.Arm("microsoft.patch", "412", 1)
	s.desk.Reset()
	if _, err := source.Write(t.Context(), s.calendar, e, sources.Edit{Location: ptr("x")}); !errors.Is(err, sources.ErrChanged) {
		t.Error(err)
	}
	if n := s.desk.Counts()["microsoft.patch"]; n != 1 || len(s.Mails()) != 0 {
		t.Errorf("sent %d times, %d mails", n, len(s.Mails()))
	}
}

// Links are followed to the configured host only: requests carry a token.
func TestLinksLeadNowhereElse(t *testing.T) {
	var elsewhere atomic.Int32
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer thief.Close()
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request){
		"a page": func(w http.ResponseWriter, _ *http.Request) { page(w, thief.URL+"/v1.0/me?$skiptoken=x") },
		"user info": func(w http.ResponseWriter, r *http.Request) {
			page(w, "http://"+r.Host+"@"+strings.TrimPrefix(thief.URL, "http://")+"/v1.0/x")
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
		},
		"no link": func(w http.ResponseWriter, _ *http.Request) { page(w, "") },
		"in circles": func(w http.ResponseWriter, r *http.Request) {
			page(w, "http://"+r.Host+"/v1.0/me/calendars/c/calendarView/delta?$skiptoken=x")
		},
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{")) },
		"empty":    func(http.ResponseWriter, *http.Request) {},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if strings.Contains(r.URL.Path, "/calendarView/") {
				answer(w, r)
				return
			}
			_, _ = w.Write([]byte(`{"id":"c","canEdit":true}`))
		}))
		source, err := microsoft.New(server.Client(), server.URL, func() time.Time { return morning })
		must(t, err)
		if _, err := source.WithoutPauses(time.Second).Read(t.Context(), "c", ""); !errors.Is(err, sources.ErrIncomplete) {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func page(w http.ResponseWriter, next string) {
	link := ""
	if next != "" {
		link = `,"@odata.nextLink":"` + next + `"`
	}
	_, _ = fmt.Fprintf(w, `{"value":[]%s}`, link)
}

// The window reaches as far as links are made.
func TestWindowFollowsTheHorizon(t *testing.T) {
	s := newSim(t)
	_, err := s.Insert(ada, simulated.NewEvent{Title: "next year", Start: morning.AddDate(1, 0, 0), Guests: []string{bob}})
	must(t, err)
	hc := oauth2.NewClient(t.Context(), oauth2.StaticTokenSource(s.connect(t, ada)))
	for ahead, want := range map[time.Duration]int{180 * 24 * time.Hour: 0, 400 * 24 * time.Hour: 1} {
		source, err := microsoft.New(hc, s.url, s.clock.Now, microsoft.WithHorizon(ahead))
		must(t, err)
		reading, err := source.Read(t.Context(), s.calendar, "")
		must(t, err)
		if len(reading.Events) != want || !reading.Until.Equal(s.clock.Now().Add(ahead)) {
			t.Errorf("%s: %d events, until %s", ahead, len(reading.Events), reading.Until)
		}
	}
}
