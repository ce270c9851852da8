package dashboard

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"slotward/internal/server"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

func TestMeetingsSayWhatIsComing(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	p := w.get(as(ada, server.Member), "/people/me/meetings")
	if days := p.texts("h2", ""); !slices.Equal(days, []string{"Today, Tuesday 1 December", "Tomorrow, Wednesday 2 December", "Thursday 3 December"}) {
		t.Errorf("%v", days)
	}
	if titles := p.texts("h3", ""); !slices.Equal(titles, []string{"Kickoff", "Review", "Stand-up", "Quarterly numbers", "Think"}) {
		t.Errorf("%v", titles)
	}
	p.says(http.StatusOK, "Times are in Europe/Berlin (UTC+1), as your browser is set.", "10:00 – 10:30", // two hours after eight, in Berlin
		"ada's · Zoom · shares its link with Review", "Has its link", "ada's · no link · repeats", "Waits its turn",
		"Zoom's limit of writes for today is reached", "Needs somebody The account has to be reconnected. Next: Waits until the person reconnects the account.",
		"Left as it is Nobody else is invited.")
	if got := p.copies(); !slices.Equal(got, []string{whole, whole}) {
		t.Errorf("copies %v", got)
	}
	if p.link("Join Kickoff") != fmt.Sprintf("/people/me/meetings/%d:kickoff/join", calendar.ID) {
		t.Errorf("joins %q", p.link("Join Kickoff"))
	}
	w.get(as(ada, server.Member), p.link("← Earlier")).says(http.StatusOK, "Meetings that are over", "Yesterday, Monday 30 November", "Retro")
}

func TestMeetingsKnowTheirTimeZone(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	for cookie, want := range map[string]string{
		"":                    "Times are in Europe/Berlin (UTC+1), as the calendar ada's is set.",
		"Mars%2FOlympus":      "Times are in Europe/Berlin (UTC+1), as the calendar ada's is set.",
		"America%2FNew_York":  "Times are in America/New_York (UTC-5), as your browser is set.",
		"Asia%2FKolkata":      "Times are in Asia/Kolkata (UTC+5:30), as your browser is set.",
		"..%2F..%2Fetc%2Fabc": "Times are in Europe/Berlin (UTC+1), as the calendar ada's is set.",
	} {
		r := httptest.NewRequest(http.MethodGet, "/people/me/meetings", nil)
		r.AddCookie(&http.Cookie{Name: zoneCookie, Value: cookie})
		w.send(r, as(ada, server.Member)).says(http.StatusOK, want)
	}
}

// Where the browser does not tell its zone, times without a zone would be read as
// the viewer's own.
func TestTimesAreInANamedZone(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	_, err := w.store.Connect(w.Context(), store.Connection{Person: ada.ID, Provider: "zoom", Account: "u@a", Email: ada.Email}, store.Token{Access: "a"})
	w.ok(err)
	r := httptest.NewRequest(http.MethodGet, "/people/me/conferencing", nil)
	r.AddCookie(&http.Cookie{Name: zoneCookie, Value: ""})
	w.send(r, as(ada, server.Member)).says(http.StatusOK, "It begins anew on Wednesday, 2 December, 00:00 UTC.")
	w.get(as(ada, server.Member), "/people/me/conferencing").says(http.StatusOK, "It begins anew on Wednesday, 2 December, 01:00.")
}

func TestMeetingsAreChosen(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	for query, want := range map[string]string{
		"?q=numbers": "Quarterly numbers", "?state=left": "Think", "?state=attention&provider=": "Quarterly numbers",
		"?provider=zoom": "Kickoff Review", "?q=&state=&provider=&calendar=": "Kickoff Review Stand-up Quarterly numbers Think",
		fmt.Sprintf("?calendar=%d&q=think", calendar.ID): "Think", "?q=nowhere": "",
	} {
		p := w.get(as(ada, server.Member), "/people/me/meetings"+query)
		if got := strings.Join(p.texts("h3", ""), " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	w.get(as(ada, server.Member), "/people/me/meetings?q=nowhere").says(http.StatusOK, "No meeting fits.")
	if p := w.get(as(ada, server.Member), "/people/me/meetings?state=odd"); p.status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown state is answered %d", p.status)
	}
}

func TestMeetingsArePaged(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.write(func(tx *store.Tx) error {
		for i := range 120 {
			if err := tx.PutEvent(calendar.ID, w.event(fmt.Sprintf("e%d", i), fmt.Sprintf("Number %d", i), time.Duration(i)*time.Hour)); err != nil {
				return err
			}
		}
		return nil
	})
	p := w.get(as(ada, server.Member), "/people/me/meetings?q=number")
	seen := p.texts("h3", "")
	first := slices.Clone(seen)
	for n := 0; p.link("Later →") != "" && n < 5; n++ {
		p = w.get(as(ada, server.Member), p.link("Later →"))
		seen = append(seen, p.texts("h3", "")...)
	}
	if len(seen) != 120 || seen[119] != "Number 119" {
		t.Fatalf("%d meetings: %v", len(seen), seen)
	}
	for range 2 {
		p = w.get(as(ada, server.Member), p.link("← Earlier"))
	}
	if !slices.Equal(p.texts("h3", ""), first) {
		t.Errorf("back at %v", p.texts("h3", ""))
	}
}

func TestNobodyToShow(t *testing.T) {
	w := newWorld(t)
	p, err := w.store.CreatePerson(t.Context(), "bob", "bob@acme.test")
	w.ok(err)
	r := httptest.NewRequest(http.MethodGet, "/people/me/meetings", nil)
	r.AddCookie(&http.Cookie{Name: zoneCookie, Value: ""})
	w.send(r, as(p, server.Member)).says(http.StatusOK, "No calendar is connected yet", "Times are in UTC.", "Connect a calendar")
}

// Every page shows what people typed as they typed it, and nothing of it runs.
func TestPagesEscape(t *testing.T) {
	const evil = `<script>alert("1")</script><img src=x onerror=alert(1)>`
	w := newWorld(t)
	ada, calendar := w.person("ada")
	ref := sources.EventRef{Calendar: calendar.ID, Event: `e"><b>`}
	w.write(func(tx *store.Tx) error {
		e := w.event(ref.Event, evil, time.Hour)
		w.ok(tx.PutEvent(calendar.ID, e))
		w.ok(tx.Journal(store.Entry{Pass: "p", Action: "create", Event: ref, Title: evil, Outcome: "failed", Detail: evil}))
		return tx.SaveDecisions([]store.Decision{{Event: ref, Person: ada.ID, Wanted: "leave", Reason: string(plan.ForeignLink), Detail: evil}})
	})
	w.plans[ada.ID] = plan.Plan{Actions: []plan.Action{{Kind: plan.Create, Title: evil, Events: []sources.EventRef{ref}}}}
	list := w.get(as(ada, server.Member), "/people/me/meetings")
	for _, path := range []string{"/people/me/meetings", list.link(evil), "/people/me/preview", "/people/me/activity", "/people/me/help?q=alert", "/people/me/meetings?q=" + "%3Cscript"} {
		p := w.get(as(ada, server.Member), path)
		if p.status != http.StatusOK {
			t.Errorf("%s is answered %d", path, p.status)
		}
		p.silent("<script>alert", "<img src=x", `<b>`)
		if strings.Contains(path, "help") || strings.Contains(path, ":") {
			p.says(http.StatusOK, `<script>alert("1")</script>`)
		}
	}
}

func TestMeetingExplainsItself(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	path := fmt.Sprintf("/people/me/meetings/%d:", calendar.ID)
	p := w.get(as(ada, server.Member), path+"kickoff")
	p.says(http.StatusOK, "Kickoff", "Today, Tuesday 1 December, 10:00 – 10:30", "Zoom , shared with Review , which take place at the same time", whole,
		"It should show a Zoom link. It gets the provider that the settings prefer.",
		"Which link Zoom, then the calendar's own, then none (built in: nobody has chosen otherwise)",
		"Events at the same time share one link", "Nothing until something changes.", "Slotward made a Zoom meeting for “Kickoff”.", "81234567890")
	w.get(as(ada, server.Member), path+"held").says(http.StatusOK, "Needs somebody", "Waits until the person reconnects the account.", "Slotward could not make a Zoom meeting for “Quarterly numbers”. Failed Zoom was busy.")
	w.get(as(ada, server.Member), path+"standup").says(http.StatusOK, "It repeats; this is the next time.", "11:00")
	p.silent("A series") // it takes place once
	w.get(as(ada, server.Member), path+"standup").says(http.StatusOK, "A series has the calendar's own times in Zoom")
	join := w.get(as(ada, server.Member), path+"kickoff/join")
	if join.status != http.StatusSeeOther || join.to != whole {
		t.Errorf("%d %s", join.status, join.to)
	}
	for _, missing := range []string{path + "nothing", path + "held/join", "/people/me/meetings/odd", "/people/me/meetings/99:kickoff"} {
		if p := w.get(as(ada, server.Member), missing); p.status != http.StatusNotFound {
			t.Errorf("%s is answered %d", missing, p.status)
		}
	}
}

// A calendar's own link is called what its provider calls it.
func TestACalendarsOwnLinkHasItsName(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	page := fmt.Sprintf("/people/me/meetings/%d:kickoff", calendar.ID)
	w.get(as(ada, server.Member), page).says(http.StatusOK, "Google Meet")
	w.get(as(ada, server.Member), page).silent("Teams")
	w.get(as(ada, server.Member), "/people/me/conferencing/settings").says(http.StatusOK, "Google Meet on an event that gets Zoom")
	c, err := w.store.Connect(t.Context(), store.Connection{Person: ada.ID, Provider: "microsoft", Account: "oid", Email: "ada@else.test"}, store.Token{Access: "a", Refresh: "r"})
	w.ok(err)
	outlook, err := w.store.SaveCalendars(t.Context(), c.ID, []sources.Calendar{{ID: "outlook", Name: "Calendar", Writable: true}})
	w.ok(err)
	w.ok(w.store.Request(t.Context(), ada.ID))
	w.write(func(tx *store.Tx) error { return tx.PutEvent(outlook[0].ID, w.event("board", "Board", time.Hour)) })
	page = fmt.Sprintf("/people/me/meetings/%d:board", outlook[0].ID)
	w.get(as(ada, server.Member), page).says(http.StatusOK, "Teams")
	w.get(as(ada, server.Member), page).silent("Google Meet")
	w.get(as(ada, server.Member), "/people/me/conferencing/settings").says(http.StatusOK, "Google Meet or Teams on an event that gets Zoom", outlookMails)
	settings := fmt.Sprintf("/people/me/conferencing/calendars/%d", outlook[0].ID)
	w.get(as(ada, server.Member), settings).says(http.StatusOK, "Teams on an event that gets Zoom", outlookMails)
	w.get(as(ada, server.Member), settings).silent("Google Meet on an event", bothNatives)
}

// Whole links are shown to their owner, and to nobody who acts for them.
func TestWholeLinksAreTheirOwners(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	bob, _ := w.person("bob")
	secret := "c2VjcmV0"
	event := fmt.Sprintf("/meetings/%d:kickoff", calendar.ID)
	for name, c := range map[string]struct {
		who  server.Identity
		path string
		ok   int
		bare bool
	}{
		"an admin's list":          {as(bob, server.Admin), "/people/1/meetings", http.StatusOK, true},
		"an admin's page":          {as(bob, server.Admin), "/people/1" + event, http.StatusOK, true},
		"an admin joining":         {as(bob, server.Admin), "/people/1" + event + "/join", http.StatusNotFound, false},
		"an admin's own, forged":   {as(bob, server.Admin), "/people/me" + event, http.StatusNotFound, false},
		"joining another's":        {as(bob, server.Member), "/people/me" + event + "/join", http.StatusNotFound, false},
		"another's page as one's":  {as(bob, server.Member), "/people/me" + event, http.StatusNotFound, false},
		"an admin without a life":  {server.Identity{Name: "token", Role: server.Admin}, "/people/1" + event, http.StatusOK, true},
		"choosing for another's":   {as(bob, server.Member), "/people/me" + event + "?provider=none", http.StatusNotFound, false},
		"the activity of somebody": {as(bob, server.Admin), "/people/1/activity", http.StatusOK, false},
	} {
		t.Run(name, func(t *testing.T) {
			w.TB = t
			p := w.get(c.who, c.path)
			if p.status != c.ok {
				t.Errorf("answered %d", p.status)
			}
			p.silent(secret, "s3cr3t")
			if c.bare && !strings.Contains(p.body, "https://us02web.zoom.us/j/81234567890") {
				t.Error("the link is not there at all")
			}
		})
	}
	w.TB = t
	for _, path := range []string{"/people/1/meetings", "/people/1" + event} {
		if p := w.get(as(ada, server.Member), path); !strings.Contains(p.body, secret) {
			t.Errorf("%s: its owner does not see the whole link", path)
		}
	}
}

// Who chose a link, and when, is told in the viewer's words and time zone.
func TestWhoChoseALinkIsTold(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	path := fmt.Sprintf("/people/me/meetings/%d:kickoff", calendar.ID)
	who := as(ada, server.Member)
	w.post(who, path+"/provider", map[string][]string{"provider": {"none"}}).leads(path + "?done=chosen")
	w.ok(w.store.Request(t.Context(), ada.ID))
	w.write(func(tx *store.Tx) error {
		ref := sources.EventRef{Calendar: calendar.ID, Event: "kickoff"}
		return tx.SaveDecisions([]store.Decision{{Event: ref, Person: ada.ID, Wanted: "none", Reason: string(plan.Chosen), Detail: "chosen on 2026-12-01 08:00 UTC by " + who.Name}})
	})
	p := w.get(who, path).says(http.StatusOK, "That was chosen by you, Tue 1 December, 09:00.", "Chosen for this event no link (by you, Tue 1 December, 09:00)")
	p.silent("hosen on 2026", "the event itself")
	admin := server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	w.get(admin, fmt.Sprintf("/people/%d/meetings/%d:kickoff", ada.ID, calendar.ID)).says(http.StatusOK, "That was chosen by "+who.Name+", Tue 1 December, 09:00.")
}

func TestChoosingForAMeeting(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	path := fmt.Sprintf("/people/me/meetings/%d:kickoff", calendar.ID)
	asked := map[string]string{}
	w.open(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.api.ServeHTTP(rw, r)
			return
		}
		body := make([]byte, 200)
		n, _ := r.Body.Read(body)
		asked[r.Method+" "+r.URL.Path] = string(body[:n])
		if strings.Contains(string(body[:n]), "static") {
			rw.WriteHeader(http.StatusConflict)
			_, _ = rw.Write([]byte(`{"status":409,"detail":"no fixed link is set"}`))
			return
		}
		_, _ = rw.Write([]byte(`{"goes":["1 event loses its link"],"stays":[]}`))
	}))
	w.get(as(ada, server.Member), path+"?provider=none").says(http.StatusOK, "No link would mean: 1 event loses its link.")
	w.get(as(ada, server.Member), path+"?renew=ask").says(http.StatusOK, "A new link would mean:", "Whoever has the old link cannot join")
	if p := w.get(as(ada, server.Member), path+"?provider=static"); p.status != http.StatusConflict {
		t.Errorf("what cannot be had is answered %d", p.status)
	} else {
		p.says(http.StatusConflict, "The fixed link cannot be had: No fixed link is set.")
	}
	if asked["POST "+fmt.Sprintf("/api/v1/events/%d:kickoff/preview", calendar.ID)] != `{"provider":"static"}` {
		t.Errorf("%v", asked)
	}
	w.get(as(ada, server.Member), path+"?provider=none")
	answer := w.post(as(ada, server.Member), path+"/provider", map[string][]string{"provider": {"none"}})
	back := w.post(as(ada, server.Member), path+"/provider", map[string][]string{"provider": {""}})
	renewed := w.post(as(ada, server.Member), path+"/renew", nil)
	for _, p := range []*page{answer, back, renewed} {
		if p.status != http.StatusSeeOther || !strings.HasPrefix(p.to, path+"?done=") {
			t.Errorf("%d %s", p.status, p.to)
		}
	}
	api := fmt.Sprintf("/api/v1/events/%d:kickoff", calendar.ID)
	if asked["POST "+api+"/preview"] != `{"provider":"none"}` || asked["PATCH "+api] != `{"provider":null}` || asked["POST "+api+"/renew"] != "" {
		t.Errorf("%v", asked)
	}
	w.get(as(ada, server.Member), path+"?done=renewed").says(http.StatusOK, "A new link is on its way")
}
