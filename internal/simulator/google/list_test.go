package google_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"google.golang.org/api/calendar/v3"
	"google.golang.org/api/googleapi"
	"pgregory.net/rapid"

	"slotward/internal/simulator/google"
)

func ids(items []*calendar.Event) (out []string) {
	for _, e := range items {
		out = append(out, e.Id)
	}
	return out
}

func (w *world) seed(n int) []string {
	w.t.Helper()
	var all []google.NewEvent
	for i := range n {
		all = append(all, google.NewEvent{Title: fmt.Sprint("event ", i), Start: at("2026-12-02T10:00:00Z").Add(time.Duration(i) * time.Hour), Minutes: 30})
	}
	made, err := w.SeedMany(ada, all)
	w.must(err)
	return made
}

func TestPagesAreFrozenAndOnlyTheLastHasASyncToken(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	made := w.seed(5)
	call := svc.Events.List(ada).MaxResults(2)
	first, err := call.Do()
	w.must(err)
	if first.NextPageToken == "" || first.NextSyncToken != "" || len(first.Items) != 2 {
		t.Fatalf("first page: %+v", first)
	}
	w.must(w.Cancel(ada, made[4]))
	w.insert(ada, google.NewEvent{Title: "late", Start: at("2026-12-03T10:00:00Z")})
	got := ids(first.Items)
	last := first
	for last.NextPageToken != "" {
		last, err = svc.Events.List(ada).MaxResults(2).PageToken(last.NextPageToken).Do()
		w.must(err)
		got = append(got, ids(last.Items)...)
	}
	if !slices.Equal(got, made) || last.NextSyncToken == "" {
		t.Fatalf("pages showed %v, want %v", got, made)
	}
	next, err := svc.Events.List(ada).SyncToken(last.NextSyncToken).Do()
	w.must(err)
	if len(next.Items) != 2 || next.Items[0].Status != "cancelled" {
		t.Fatalf("the changes made meanwhile did not come: %+v", next.Items)
	}
	// Another page size continues; another question does not.
	_, err = svc.Events.List(ada).ShowDeleted(true).PageToken(first.NextPageToken).Do()
	wantReason(t, err, 400, "invalid")
	_, err = svc.Events.List("primary").PageToken("nonsense").Do()
	wantReason(t, err, 400, "invalid")
}

func TestSyncTokens(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.must(w.AddCalendar(ada, "team@group.calendar.google.com", "Team", "Europe/Berlin", "owner"))
	w.seed(1)
	list, err := svc.Events.List(ada).TimeMin("2025-12-01T00:00:00Z").Do()
	w.must(err)
	token := list.NextSyncToken
	with := func() *calendar.EventsListCall { return svc.Events.List(ada).SyncToken(token) }

	for name, call := range map[string]*calendar.EventsListCall{
		"timeMin":  with().TimeMin("2026-12-01T00:00:00Z"),
		"timeMax":  with().TimeMax("2026-12-01T00:00:00Z"),
		"updated":  with().UpdatedMin("2026-12-01T00:00:00Z"),
		"q":        with().Q("x"),
		"orderBy":  with().OrderBy("updated"),
		"iCalUID":  with().ICalUID("x"),
		"property": with().PrivateExtendedProperty("a=b"),
		"deleted":  with().ShowDeleted(false),
	} {
		t.Run("not with "+name, func(t *testing.T) {
			_, err := call.Do()
			wantReason(t, err, 400, "badRequest")
		})
	}
	for name, call := range map[string]*calendar.EventsListCall{
		"another calendar": svc.Events.List("team@group.calendar.google.com").SyncToken(token),
		"other parameters": with().SingleEvents(true),
		"nonsense":         svc.Events.List(ada).SyncToken("nonsense"),
	} {
		t.Run("refused for "+name, func(t *testing.T) {
			_, err := call.Do()
			wantReason(t, err, 400, "invalid")
		})
	}
	_, err = with().Do()
	w.must(err)
	w.must(w.ExpireTokens(ada))
	_, err = with().Do()
	wantReason(t, err, 410, "fullSyncRequired")

	for name, call := range map[string]*calendar.EventsListCall{
		"orderBy": svc.Events.List(ada).OrderBy("updated"),
		"q":       svc.Events.List(ada).Q("event"),
		"updated": svc.Events.List(ada).UpdatedMin("2026-11-30T00:00:00Z"),
	} {
		t.Run("none with "+name, func(t *testing.T) {
			got, err := call.Do()
			if err != nil || got.NextSyncToken != "" || len(got.Items) != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
		})
	}
}

func TestTombstonesHoldOnlyWhatIsGuaranteed(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	single := w.insert(ada, google.NewEvent{Title: "single", Start: at("2026-12-02T10:00:00Z")})
	series := w.insert(ada, google.NewEvent{Title: "series", Start: at("2026-12-01T10:00:00Z"), Repeat: "FREQ=DAILY;COUNT=5"})
	list, err := svc.Events.List(ada).Do()
	w.must(err)
	w.must(w.Cancel(ada, single))
	w.must(w.CancelInstance(ada, series, "2026-12-03"))

	code, body := w.raw(w.signIn(ada, allScopes, allScopes), "GET", "/calendar/v3/calendars/primary/events?syncToken="+list.NextSyncToken+"&fields=items", "", "")
	want := fmt.Sprintf(`{"items":[{"etag":%q,"id":%q,"kind":"calendar#event","status":"cancelled"},`+
		`{"etag":%q,"id":"%s_20261203T100000Z","kind":"calendar#event","originalStartTime":{"dateTime":"2026-12-03T10:00:00Z","timeZone":"UTC"},"recurringEventId":%q,"status":"cancelled"}]}`+"\n",
		w.event(ada, single).ETag, single, w.event(ada, series+"_20261203T100000Z").ETag, series, series)
	if code != 200 || body != want {
		t.Fatalf("%d %s\nwant %s", code, body, want)
	}
	// A full reading names the cancelled occurrence, not the deleted event.
	full, err := svc.Events.List(ada).Do()
	w.must(err)
	if got := ids(full.Items); !slices.Equal(got, []string{series, series + "_20261203T100000Z"}) {
		t.Fatalf("full reading: %v", got)
	}
	// get always answers, and the organiser still sees the details.
	e, err := svc.Events.Get(ada, single).Do()
	if err != nil || e.Status != "cancelled" || e.Summary != "single" {
		t.Fatalf("%+v, %v", e, err)
	}
	deleted, err := svc.Events.List(ada).ShowDeleted(true).Do()
	w.must(err)
	if len(deleted.Items) != 3 {
		t.Fatalf("showDeleted: %v", ids(deleted.Items))
	}
	w.must(w.Cancel(ada, series))
	full, err = svc.Events.List(ada).Do()
	w.must(err)
	if len(full.Items) != 0 {
		t.Fatalf("a deleted series left %v", ids(full.Items))
	}
}

func TestFilters(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	noon := w.insert(ada, google.NewEvent{Title: "noon", Start: at("2026-12-02T12:00:00Z"), Minutes: 60})
	day := w.insert(ada, google.NewEvent{Title: "day", Start: at("2026-12-02T00:00:00Z"), AllDay: true})
	focus := w.insert(ada, google.NewEvent{Title: "focus", Start: at("2026-12-04T12:00:00Z"), EventType: "focusTime"})
	for _, c := range []struct {
		name string
		call *calendar.EventsListCall
		want []string
	}{
		{"timeMin is exclusive on the end", svc.Events.List(ada).TimeMin("2026-12-02T13:00:00Z"), []string{day, focus}},
		{"just inside", svc.Events.List(ada).TimeMin("2026-12-02T12:59:59Z").TimeMax("2026-12-03T00:00:00Z"), []string{noon, day}},
		{"timeMax is exclusive on the start", svc.Events.List(ada).TimeMax("2026-12-02T12:00:00Z"), []string{day}},
		{"eventTypes", svc.Events.List(ada).EventTypes("focusTime", "birthday"), []string{focus}},
		{"q", svc.Events.List(ada).Q("NOON"), []string{noon}},
		{"startTime", svc.Events.List(ada).SingleEvents(true).OrderBy("startTime"), []string{day, noon, focus}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.call.Do()
			if err != nil || !slices.Equal(ids(got.Items), c.want) {
				t.Fatalf("%v %v, want %v", err, got, c.want)
			}
		})
	}
	_, err := svc.Events.List(ada).OrderBy("startTime").Do()
	wantReason(t, err, 400, "badRequest")
	_, err = svc.Events.List(ada).TimeMin("2026-12-02T12:00:00Z").TimeMax("2026-12-02T12:00:00Z").Do()
	wantReason(t, err, 400, "timeRangeEmpty")
	_, err = svc.Events.List(ada).TimeMin("2026-12-02").Do()
	wantReason(t, err, 400, "invalidParameter")
	_, err = svc.Events.List(ada).UpdatedMin("2026-10-01T00:00:00Z").Do()
	wantReason(t, err, 410, "updatedMinTooLongAgo")
	_, err = svc.Events.List(ada).Do(googleapi.QueryParameter("colour", "red"))
	wantReason(t, err, 400, "invalidParameter")
	_, err = svc.Events.List(ada).Fields("items(id,nonsense)").Do()
	wantReason(t, err, 400, "invalidParameter")
	_, err = svc.Events.List("nobody@acme.test").Do()
	wantReason(t, err, 404, "notFound")
}

func TestRolesLimitWhatIsSeen(t *testing.T) {
	w := newWorld(t)
	svc := w.api(bob)
	w.insert(ada, google.NewEvent{Title: "open", Start: at("2026-12-02T12:00:00Z")})
	secret := w.insert(ada, google.NewEvent{Title: "secret", Private: true, Start: at("2026-12-02T14:00:00Z")})
	series := w.insert(ada, google.NewEvent{Title: "series", Start: at("2026-12-02T16:00:00Z"), Repeat: "FREQ=DAILY;COUNT=2"})
	for role, titles := range map[string][]string{
		"freeBusyReader":             {"", "", "", ""},
		"reader":                     {"open", "", "series"},
		"writerWithoutPrivateAccess": {"open", "", "series"},
		"writer":                     {"open", "secret", "series"},
	} {
		w.must(w.SetRole(ada, bob, role))
		list, err := svc.Events.List(ada).Do()
		w.must(err)
		var got []string
		for _, e := range list.Items {
			got = append(got, e.Summary)
		}
		if !slices.Equal(got, titles) || list.AccessRole != role {
			t.Errorf("%s (%s) sees %q, want %q", role, list.AccessRole, got, titles)
		}
	}
	patch := &calendar.Event{Location: "here"}
	w.must(w.SetRole(ada, bob, "reader"))
	_, err := svc.Events.Patch(ada, series, patch).Do()
	wantReason(t, err, 403, "requiredAccessLevel")
	w.must(w.SetRole(ada, bob, "writerWithoutPrivateAccess"))
	_, err = svc.Events.Patch(ada, secret, patch).Do()
	wantReason(t, err, 403, "requiredAccessLevel")
	w.must(w.SetRole(ada, bob, "none"))
	_, err = svc.Events.List(ada).Do()
	wantReason(t, err, 404, "notFound")
}

func TestInjectedReadings(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.seed(3)
	w.desk.Arm("google.list", "empty", 1)
	got, err := svc.Events.List(ada).Do()
	if err != nil || len(got.Items) != 0 || got.NextSyncToken == "" || got.NextPageToken != "" {
		t.Fatalf("empty: %+v, %v", got, err)
	}
	w.desk.Arm("google.list", "partial", 1)
	got, err = svc.Events.List(ada).Do()
	if err != nil || len(got.Items) == 0 || got.NextPageToken == "" || got.NextSyncToken != "" {
		t.Fatalf("partial: %+v, %v", got, err)
	}
	_, err = svc.Events.List(ada).PageToken(got.NextPageToken).Do()
	wantReason(t, err, 500, "backendError")
	got, err = svc.Events.List(ada).Do()
	if err != nil || len(got.Items) != 3 {
		t.Fatalf("afterwards: %+v, %v", got, err)
	}
	w.insert(ada, google.NewEvent{Title: "new", Start: at("2026-12-02T10:00:00Z")})
	w.desk.Arm("google.list", "empty", 1)
	lie, err := svc.Events.List(ada).SyncToken(got.NextSyncToken).Do()
	w.must(err)
	truth, err := svc.Events.List(ada).SyncToken(lie.NextSyncToken).Do()
	if err != nil || len(lie.Items) != 0 || len(truth.Items) != 1 {
		t.Fatalf("an empty increment lost changes: %v, %v", truth, err)
	}
	w.Configure(func(b *google.Behaviour) { b.EmptyFirstPage = true })
	got, err = svc.Events.List(ada).Do()
	if err != nil || len(got.Items) != 0 || got.NextPageToken == "" {
		t.Fatalf("empty first page: %+v, %v", got, err)
	}
	got, err = svc.Events.List(ada).PageToken(got.NextPageToken).Do()
	if err != nil || len(got.Items) != 4 {
		t.Fatalf("second page: %+v, %v", got, err)
	}
}

func TestFaultsSpeakAsGoogle(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	for kind, want := range map[string]struct {
		code   int
		reason string
	}{
		"401": {401, "authError"}, "403": {403, "forbidden"}, "404": {404, "notFound"}, "410": {410, "fullSyncRequired"}, "412": {412, "conditionNotMet"},
		"429": {429, "rateLimitExceeded"}, "429:7": {429, "rateLimitExceeded"}, "500": {500, "backendError"}, "503": {503, "backendError"},
		"quota": {403, "quotaExceeded"}, "userRate": {403, "userRateLimitExceeded"}, "rate": {403, "rateLimitExceeded"}, "daily": {403, "dailyLimitExceeded"},
		"disabled": {403, "accessNotConfigured"}, "scope": {403, "insufficientPermissions"}, "418": {418, "badRequest"},
	} {
		w.desk.Arm("google.list", kind, 1)
		_, err := svc.Events.List(ada).Do()
		wantReason(t, err, want.code, want.reason)
		var g *googleapi.Error
		if errors.As(err, &g) && kind == "429:7" && g.Header.Get("Retry-After") != "7" {
			t.Error("no Retry-After")
		}
	}
	w.desk.Arm("google.patch", "lost", 1)
	id := w.seed(1)[0]
	if _, err := svc.Events.Patch(ada, id, &calendar.Event{Location: "here"}).Do(); err == nil {
		t.Error("a lost answer arrived")
	}
	if w.event(ada, id).Location != "here" {
		t.Error("the write whose answer was lost was not done")
	}
}

func TestNotModified(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.seed(1)[0]
	_, err := svc.Events.Get(ada, id).IfNoneMatch(w.event(ada, id).ETag).Do()
	if !googleapi.IsNotModified(err) {
		t.Fatal(err)
	}
	list, err := svc.Events.List(ada).Do()
	w.must(err)
	if list.Header.Get("Date") != w.clock.Now().Format(http.TimeFormat) {
		t.Error("the date is not the clock's")
	}
	if _, err = svc.Events.List(ada).IfNoneMatch(list.Etag).Do(); !googleapi.IsNotModified(err) {
		t.Fatal(err)
	}
}

func TestQuotasSlide(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.Configure(func(b *google.Behaviour) { b.UserQuota = 2 })
	list := func() error { _, err := svc.Events.List(ada).Do(); return err }
	w.must(list())
	w.clock.Set(w.clock.Now().Add(30 * time.Second))
	w.must(list())
	wantReason(t, list(), 403, "userRateLimitExceeded")
	w.Configure(func(b *google.Behaviour) { b.QuotaStatus = 429 })
	wantReason(t, list(), 429, "rateLimitExceeded")
	w.clock.Set(w.clock.Now().Add(30 * time.Second))
	w.must(list())
	wantReason(t, list(), 429, "rateLimitExceeded")
	w.Configure(func(b *google.Behaviour) { b.ProjectQuota = 1 })
	_, err := w.api(bob).Events.List(bob).Do()
	wantReason(t, err, 429, "rateLimitExceeded")
}

// Whatever people do, a client that follows the sync tokens ends with what a
// client that reads everything sees.
func TestIncrementsAddUpToTheWhole(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	w.Configure(func(b *google.Behaviour) { b.UserQuota, b.ProjectQuota, b.PageCap = -1, -1, 3 })
	calendars := 0
	rapid.Check(t, func(rt *rapid.T) {
		calendars++
		m := mirror{w: w, svc: svc, calendar: fmt.Sprintf("c%d@group.calendar.google.com", calendars)}
		w.must(w.AddCalendar(ada, m.calendar, "c", "UTC", "owner"))
		live, keys := map[string]string{}, map[string]string{}
		m.read(live, keys)
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			w.randomAct(rt, m.calendar)
			if rapid.Bool().Draw(rt, "sync") {
				m.read(live, keys)
			}
		}
		m.read(live, keys)
		whole, cancelled := map[string]string{}, map[string]string{}
		(&mirror{w: w, svc: svc, calendar: m.calendar}).read(whole, cancelled)
		if !maps.Equal(live, whole) {
			rt.Fatalf("followed %v, read %v", live, whole)
		}
		for id, etag := range cancelled {
			if keys[id] != etag {
				rt.Fatalf("the cancelled occurrence %s was missed", id)
			}
		}
		again := map[string]string{}
		if m.read(again, again); len(again) != 0 {
			rt.Fatalf("an unchanged calendar showed %v", again)
		}
	})
}

// mirror is a client that follows one calendar by its sync tokens.
type mirror struct {
	w               *world
	svc             *calendar.Service
	calendar, token string
	series          map[string]string // series of the exceptions seen
}

// read brings live events and cancelled occurrences up to date, as ids and ETags.
func (m *mirror) read(live, cancelled map[string]string) {
	if m.series == nil {
		m.series = map[string]string{}
	}
	call := m.svc.Events.List(m.calendar)
	if m.token != "" {
		call.SyncToken(m.token)
	}
	m.w.must(call.Pages(m.w.ctx, func(p *calendar.Events) error {
		for _, e := range p.Items {
			delete(live, e.Id)
			delete(cancelled, e.Id)
			m.series[e.Id] = e.RecurringEventId
			switch {
			case e.Status != "cancelled":
				live[e.Id] = e.Etag
			case e.RecurringEventId != "":
				cancelled[e.Id] = e.Etag
			default:
				// A deleted series takes its exceptions along.
				maps.DeleteFunc(live, func(id, _ string) bool { return m.series[id] == e.Id })
			}
		}
		m.token = p.NextSyncToken
		return nil
	}))
}

func (w *world) randomAct(rt *rapid.T, cal string) {
	all, err := w.Events(cal)
	w.must(err)
	start := at("2026-12-01T10:00:00Z").Add(time.Duration(rapid.IntRange(0, 200).Draw(rt, "hour")) * time.Hour)
	if len(all) == 0 || rapid.IntRange(0, 3).Draw(rt, "make") == 0 {
		repeat := rapid.SampledFrom([]string{"", "FREQ=DAILY;COUNT=6", "FREQ=WEEKLY"}).Draw(rt, "repeat")
		w.insert(cal, google.NewEvent{Title: "made", Start: start, Repeat: repeat, Guests: rapid.SampledFrom([][]string{nil, {bob, eve}}).Draw(rt, "guests")})
		return
	}
	e := all[rapid.IntRange(0, len(all)-1).Draw(rt, "which")]
	id := e.ID
	if len(e.Recurrence) > 0 && rapid.Bool().Draw(rt, "one") {
		if one, err := w.Instance(cal, e.ID, e.Start.AddDate(0, 0, 7*rapid.IntRange(0, 1).Draw(rt, "week")).Format(time.RFC3339)); err == nil {
			id = one
		}
	}
	if w.event(cal, id).Status == "cancelled" {
		return
	}
	switch rapid.IntRange(0, 4).Draw(rt, "act") {
	case 0:
		w.must(w.Move(cal, id, start, 0))
	case 1:
		w.must(w.Edit(cal, id, google.Change{Title: ptr(fmt.Sprint("edited ", start))}))
	case 2:
		w.must(w.Cancel(cal, id))
	case 3:
		w.must(w.RSVP(cal, id, "declined"))
	case 4:
		if id == e.ID && len(e.Recurrence) > 0 {
			_, _ = w.Split(cal, id, e.Start.AddDate(0, 0, 7).Format(time.RFC3339), start, 0) // the last week has no later one
		}
	}
}
