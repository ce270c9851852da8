package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"slotward/internal/server"
	"slotward/reconciler"
	"slotward/store"
)

// atOnce is the patience of pages that wait for nothing.
const atOnce = -time.Second

// slow is a Previewer that counts what it is asked, and answers when it is let.
type slow struct {
	server.Previewer
	asked atomic.Int32

	mu   sync.Mutex
	gate chan struct{} // nil: open
}

// hold lets nothing be answered until let.
func (s *slow) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = make(chan struct{})
}

func (s *slow) let() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate != nil {
		close(s.gate)
		s.gate = nil
	}
}

// wait waits until something may be answered.
func (s *slow) wait(ctx context.Context) error {
	s.mu.Lock()
	gate := s.gate
	s.mu.Unlock()
	if gate == nil {
		return nil
	}
	select {
	case <-gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *slow) Preview(ctx context.Context, person int64, change func(*store.Snapshot)) (reconciler.Preview, error) {
	s.asked.Add(1)
	if err := s.wait(ctx); err != nil {
		return reconciler.Preview{}, err
	}
	return s.Previewer.Preview(ctx, person, change)
}

// newSlowWorld is a world in which nothing is foreseen before it is let, and whose
// pages do not wait.
func newSlowWorld(t testing.TB) (*world, *slow) {
	t.Helper()
	s := &slow{}
	s.hold()
	w := newWorld(t, func(_ *world, o *server.Options) { s.Previewer, o.Previewer = o.Previewer, s })
	t.Cleanup(s.let)
	w.foresight.patience = patience{atOnce, atOnce}
	return w, s
}

// lookAgain asks for the part of a page that is told later, as htmx does: by the
// form or the address that the page names for it.
func (w *world) lookAgain(who server.Identity, p *page) *page {
	w.Helper()
	for n := range p.tree.Descendants() {
		if attribute(n, "hx-target") != "#"+foreseenPart {
			continue
		}
		method, to, body := http.MethodGet, attribute(n, "hx-get"), ""
		if to == "" {
			method, to, body = http.MethodPost, attribute(n, "hx-post"), fields(n).Encode()
		}
		r := httptest.NewRequest(method, to, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Request", "true")
		r.Header.Set("HX-Target", foreseenPart)
		return w.send(r, who)
	}
	w.Fatalf("the page does not look again: %s", p.body)
	return nil
}

// unfinished fails unless a look found that it is still being worked out.
func (p *page) unfinished() {
	p.Helper()
	if p.status != http.StatusNoContent || p.body != "" {
		p.Errorf("a look in between is answered %d: %s", p.status, p.body)
	}
}

func TestWhatIsForeseenDoesNotHoldItsPageUp(t *testing.T) {
	admin := server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	preview := url.Values{"do": {"preview"}, "set.eligible": {"all"}, "use.prefer": {"native"}, "own.prefer": {"own"}, "shown.prefer": {"zoom,native,none"}, "order.prefer": {"native", "zoom", "none"}}
	for name, c := range map[string]struct {
		path   string // %d: of ada's calendar, or of her Zoom account; %s: of an event
		form   url.Values
		who    *server.Identity // nil: ada
		fresh  bool             // nothing has its link yet
		told   string           // in the part that is replaced, or beside it
		button string           // what is offered only then; "" for nothing
		asks   int32
	}{
		"choices":               {path: settingsPage, form: preview, told: "2 events lose their link", button: "", asks: 1},
		"choices of a calendar": {path: "/people/me/conferencing/calendars/%d", form: preview, told: "2 events lose their link", asks: 1},
		"defaults":              {path: "/admin/defaults", form: preview, who: &admin, told: "2 events lose their link", asks: 1},
		"another link":          {path: "/people/me/meetings/%s?provider=none", told: "1 event loses its link", button: "Do it", asks: 1},
		"a new link":            {path: "/people/me/meetings/%s?renew=ask", told: "1 event gets another link", button: "Do it", asks: 1},
		"events already there":  {path: "/people/me/welcome", fresh: true, told: "2 of the events already there", button: "Yes, those too", asks: 1},
		"disconnect":            {path: "/people/me/connections/%d/disconnect", told: "2 upcoming meetings stay in Zoom", button: "Disconnect", asks: 2},
		"delete":                {path: "/people/me/data/delete", told: "2 upcoming meetings stay in Zoom", button: "Delete everything", asks: 1},
		"remove":                {path: "/admin/people/1/remove", who: &admin, told: "2 upcoming meetings stay in Zoom", button: "Remove ada", asks: 1},
	} {
		t.Run(name, func(t *testing.T) {
			w, s := newSlowWorld(t)
			who := w.connected("ada", 2)
			if !c.fresh {
				w.post(who, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
			}
			w.pass()
			path := w.fill(c.path, who)
			if c.who != nil {
				who = *c.who
			}
			ask := func() *page {
				if c.form != nil {
					return w.post(who, path, c.form)
				}
				return w.get(who, path)
			}
			p := ask().says(http.StatusOK, "is being worked out")
			p.silent(c.told)
			if offers(p, c.button) {
				t.Errorf("%q is offered before it is told what it leads to", c.button)
			}
			w.lookAgain(who, p).unfinished()
			w.foresight.patience.again = forever
			s.let()
			told := w.lookAgain(who, p)
			told.says(http.StatusOK, c.told)
			if told.header.Get("HX-Retarget") != "" || told.find(foreseenPart) == nil || strings.Contains(told.part(foreseenPart), "worked out") {
				t.Errorf("the part that is to be replaced: %v", told.header)
			}
			if c.button != "" && !offers(told, c.button) {
				t.Errorf("%q is not offered", c.button)
			}
			if n := s.asked.Load(); n != c.asks {
				t.Errorf("asked %d times, want %d", n, c.asks)
			}
			w.foresight.patience.first = forever
			ask().says(http.StatusOK, c.told)
			if n := s.asked.Load(); n != 2*c.asks {
				t.Errorf("numbers that were told are told again")
			}
		})
	}
}

// fill puts ada's calendar, Zoom account and first event into an address.
func (w *world) fill(path string, who server.Identity) string {
	w.Helper()
	switch {
	case strings.Contains(path, "connections"):
		return fmt.Sprintf(path, w.connectionAt(who.Person, "zoom"))
	case strings.Contains(path, "%d"):
		calendars, err := w.store.Calendars(w.Context(), who.Person)
		w.ok(err)
		return fmt.Sprintf(path, calendars[0].ID)
	case strings.Contains(path, "%s"):
		events, err := w.store.Events(w.Context(), who.Person)
		w.ok(err)
		return fmt.Sprintf(path, fmt.Sprintf("%d:%s", events[0].Calendar, events[0].ID))
	}
	return path
}

// offers reports whether there is a button with a text.
func offers(p *page, words string) bool {
	for n := range p.main().Descendants() {
		if n.Data == "button" && text(n) == words {
			return true
		}
	}
	return false
}

// Who mistypes the address has seen what goes: the form is there, with what was
// typed, and is not replaced while the numbers are worked out once more.
func TestWhatWasTypedStaysWhileItIsForeseen(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	p := w.post(ada, "/people/me/data/delete", url.Values{"email": {"ada@acme"}}).
		says(http.StatusUnprocessableEntity, "is being worked out", "Nothing was deleted", "Type ada@acme.test to go on")
	if p.form("/people/me/data/delete").Get("email") != "ada@acme" || strings.Contains(p.body, "hx-select-oob") || strings.Contains(p.body, "hx-post") {
		t.Errorf("what was typed is lost: %s", p.body)
	}
	w.foresight.patience.again = forever
	s.let()
	if told := w.lookAgain(ada, p).part(foreseenPart); !strings.Contains(told, "their tokens here") || s.asked.Load() != 1 {
		t.Error(told)
	}
}

// Without JavaScript, what a page has in noscript leads to the numbers.
func TestWithoutJavaScriptALookAgainIsOffered(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	preview := url.Values{"do": {"preview"}, "keep": {"off"}, "set.eligible": {"all"}}
	address := w.fill("/people/me/conferencing/calendars/%d", ada)
	chosen, deleted := w.plain(w.post(ada, address, preview)), w.plain(w.get(ada, "/people/me/data/delete"))
	if link := deleted.link("Look again"); link != "/people/me/data/delete" {
		t.Errorf("the link leads to %q", link)
	}
	if !offers(chosen, "Look again") {
		t.Error("no button to look again")
	}
	form := chosen.form(address)
	if form.Get("keep") != "off" || form.Get("set.eligible") != "all" || form.Get("do") != "preview" {
		t.Errorf("what was asked is not sent again: %v", form)
	}
	w.foresight.patience.again = forever
	s.let()
	w.post(ada, address, form).says(http.StatusOK, "Nothing of it is saved yet").silent("worked out")
	w.get(ada, "/people/me/data/delete").says(http.StatusOK, "2 upcoming meetings stay in Zoom", "Type ada@acme.test to go on")
	if n := s.asked.Load(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// plain is a page as it is without JavaScript.
func (w *world) plain(p *page) *page {
	w.Helper()
	tree, err := html.ParseWithOptions(strings.NewReader(p.body), html.ParseOptionEnableScripting(false))
	w.ok(err)
	out := *p
	out.tree = tree
	return &out
}

func TestNobodyIsToldWhatSomebodyElseHasAsked(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	address := "/people/" + digits(ada.Person) + "/data/delete"
	elsewhere, promoted, root := ada, ada, server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	elsewhere.CSRF, promoted.Role = "csrf-of-ada-elsewhere", server.Admin
	for i, who := range []server.Identity{ada, elsewhere, promoted, root} {
		s.hold()
		w.get(who, address).says(http.StatusOK, "is being worked out")
		s.let()
		w.background.Wait()
		if n := int(s.asked.Load()); n != i+1 {
			t.Errorf("%+v: asked %d times, want %d", who, n, i+1)
		}
	}
	bob := w.connected("bob", 0)
	w.get(bob, address).says(http.StatusNotFound)
}

func TestOldNumbersAreNotTold(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	w.pass()
	ask := func() {
		t.Helper()
		s.hold()
		w.get(ada, "/people/me/data/delete").says(http.StatusOK, "is being worked out")
		s.let()
		w.background.Wait()
	}
	for name, meanwhile := range map[string]func(){
		"time goes by":                 func() { w.wait(answerKept + time.Second) },
		"whoever asked changes things": func() { w.post(ada, "/people/me/pause", url.Values{"paused": {"true"}}) },
	} {
		ask()
		before := s.asked.Load()
		meanwhile()
		ask()
		if s.asked.Load() != before+1 {
			t.Errorf("%s: the old numbers are told", name)
		}
		w.get(ada, "/people/me/data/delete").says(http.StatusOK, "their tokens here") // in time
		if s.asked.Load() != before+1 {
			t.Errorf("%s: asked anew", name)
		}
	}
}

func TestOnlySoMuchIsWorkedOutAtOnce(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	w.pass()
	ask := func(who server.Identity, share string) *page {
		return w.post(who, settingsPage, url.Values{"do": {"preview"}, "set.share": {share}, "set.eligible": {"all"}})
	}
	session := func(i int) server.Identity {
		who := ada
		who.CSRF += digits(int64(i))
		return who
	}
	for i := range questionsWorking {
		w.get(ada, fmt.Sprintf("/people/me/data/delete?n=%d", i)).says(http.StatusOK, "is being worked out") // one and the same
	}
	for _, keep := range []string{"off", "new", "all"} {
		w.post(ada, w.fill("/people/me/conferencing/calendars/%d", ada), url.Values{"do": {"preview"}, "keep": {keep}}).says(http.StatusOK, "is being worked out")
	}
	busy := ask(ada, "never").says(http.StatusOK, "Try again in a moment", "Nothing of it is saved yet")
	if strings.Contains(busy.body, "hx-target") || !offers(busy, "Try again") {
		t.Error("what was not asked is looked for")
	}
	for i := range questionsAll - questionsWorking {
		ask(session(i), "never").says(http.StatusOK, "is being worked out")
	}
	ask(session(99), "never").says(http.StatusOK, "Try again in a moment")
	s.let()
	w.background.Wait()
	s.hold()
	ask(session(99), "never").says(http.StatusOK, "is being worked out")
}

// What the API says no to, or fails at, after the page has come.
func TestALateRefusalIsShownAsOneInTime(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 1)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	event := w.fill("/people/me/meetings/%s?provider=static", ada)
	api := w.api
	for name, c := range map[string]struct {
		status int
		body   string
		path   string
		form   url.Values
		says   string
		header string // the one that says what is replaced
	}{
		"a field":          {422, `{"status":422,"detail":"no","errors":[{"message":"that is no address","location":"body.settings.share"}]}`, settingsPage, url.Values{"do": {"preview"}, "set.share": {"never"}}, "that is no address", "HX-Retarget"},
		"a meeting":        {409, `{"status":409,"detail":"no fixed link is set"}`, event, nil, "cannot be had: No fixed link is set.", ""},
		"a provider":       {502, `{"status":502,"detail":"Google does not answer"}`, "/people/me/data/delete", nil, "Google does not answer", ""},
		"somebody is gone": {404, `{"status":404,"detail":"no such person"}`, "/people/me/data/delete", nil, "no such person", "HX-Reselect"},
		"a panic":          {0, "", "/people/me/data/delete", nil, "the log says what", "HX-Reselect"},
	} {
		t.Run(name, func(t *testing.T) {
			gate := make(chan struct{})
			w.open(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/preview") {
					api.ServeHTTP(rw, r)
					return
				}
				<-gate
				if c.status == 0 {
					panic("an error of ours")
				}
				rw.WriteHeader(c.status)
				_, _ = rw.Write([]byte(c.body))
			}))
			w.foresight.patience.first = atOnce
			var p *page
			if c.form != nil {
				p = w.post(ada, c.path, c.form)
			} else {
				p = w.get(ada, c.path)
			}
			p.says(http.StatusOK, "is being worked out")
			close(gate)
			late := w.lookAgain(ada, p)
			if all := text(late.main()); !strings.Contains(all, c.says) {
				t.Errorf("it is not said: %s", all)
			}
			for _, header := range []string{"HX-Retarget", "HX-Reselect"} {
				if (late.header.Get(header) != "") != (header == c.header || c.header == "HX-Retarget") {
					t.Errorf("%s is %q", header, late.header.Get(header))
				}
			}
		})
	}
}

// A page that is come to once more, by a script, is there at once as well: what is
// on it looks again by itself.
func TestAPageComeToAgainDoesNotWait(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	w.get(ada, "/people/me/data/delete").says(http.StatusOK, "is being worked out")
	w.foresight.patience.again = forever
	r := httptest.NewRequest(http.MethodGet, "/people/me/data/delete", nil)
	r.Header.Set(boostedHeader, "true")
	p := w.send(r, ada).says(http.StatusOK, "is being worked out")
	s.let()
	w.lookAgain(ada, p).says(http.StatusOK, "their tokens here")
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// A look at what is new on a page asks nothing of that kind.
func TestALiveRefreshForeseesNothing(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	w.pass()
	r := httptest.NewRequest(http.MethodGet, "/people/me/welcome", nil)
	r.Header.Set(refreshHeader, "true")
	w.send(r, ada).says(http.StatusOK, "3 of 5 steps")
	s.let()
	w.background.Wait()
	if n := s.asked.Load(); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

// The stop does not wait for what is being worked out.
func TestTheStopEndsWhatIsForeseen(t *testing.T) {
	w, s := newSlowWorld(t)
	ada := w.connected("ada", 2)
	w.get(ada, "/people/me/data/delete").says(http.StatusOK, "is being worked out")
	for s.asked.Load() == 0 { // else the stop may be there before the question
		time.Sleep(time.Millisecond)
	}
	close(w.stopping)
	w.background.Wait() // s was not let
	w.get(ada, "/people/me/conferencing").says(http.StatusOK)
	w.wait(answerKept + time.Second)
	w.get(ada, "/people/me/data/delete").says(http.StatusOK, "Try again in a moment")
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}
