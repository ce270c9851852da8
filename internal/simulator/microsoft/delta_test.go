package microsoft_test

import (
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/microsoft"
)

// kinds counts the items of a round by what they are.
func kinds(items []object) map[string]int {
	out := map[string]int{}
	for _, one := range items {
		kind := one.str("type")
		if one.at("@removed") != nil {
			kind = "removed"
		}
		out[kind]++
	}
	return out
}

func byID(items []object, id string) object {
	for _, one := range items {
		if one.str("id") == id {
			return one
		}
	}
	return nil
}

func weekly(w *world, options ...func(*microsoft.NewEvent)) string {
	n := microsoft.NewEvent{Title: "standup", Start: at("2026-12-01T10:00:00Z"), Repeat: "FREQ=WEEKLY;COUNT=4", Guests: []string{eve}}
	for _, o := range options {
		o(&n)
	}
	return w.insert(n)
}

func TestARoundNamesWhatStandsInTheWindow(t *testing.T) {
	w := newWorld(t)
	one := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{eve}})
	far := w.insert(microsoft.NewEvent{Title: "far", Start: at("2027-12-02T10:00:00Z")})
	for _, path := range []string{
		"/me/calendarView/delta", "/me/calendarView/delta()", "/me/calendarView/delta%28%29", "/me/calendarView/microsoft.graph.delta",
		"/me/calendarView/microsoft.graph.delta()", "/me/calendar/calendarView/delta",
	} {
		items, next := w.follow(path + "?" + span)
		if len(items) != 1 || items[0].str("id") != one || items[0].str("subject") != "one" || items[0].str("@odata.type") != "#microsoft.graph.event" {
			t.Fatal(path, items)
		}
		if items, _ := w.follow(next); len(items) != 0 {
			t.Fatal("unchanged, but", items)
		}
	}
	_, next := w.follow("/me/calendarView/delta?" + span)
	w.must(w.Cancel(ada, one))
	w.must(w.Edit(ada, far, microsoft.Change{Title: ptr("farther")}))
	fresh := w.insert(microsoft.NewEvent{Title: "never seen", Start: at("2028-12-02T10:00:00Z")})
	items, next := w.follow(next)
	if len(items) != 3 || kinds(items)["removed"] != 3 {
		t.Fatal("what is outside comes as removed:", items)
	}
	for _, id := range []string{one, far, fresh} {
		if byID(items, id).str("@removed/reason") != "deleted" {
			t.Error(id, "is not removed")
		}
	}
	w.must(w.Move(ada, far, at("2026-12-03T10:00:00Z"), 0))
	if items, _ := w.follow(next); len(items) != 1 || items[0].str("subject") != "farther" {
		t.Fatal("moved in:", items)
	}
	w.refused(404, "ErrorItemNotFound", "GET", "/me/events/"+one, nil)
}

func TestEachCalendarHasItsOwnRounds(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddCalendar(ada, "AQMkAteam=", "Team", "Europe/Berlin", "owner"))
	_, err := w.Insert("AQMkAteam=", microsoft.NewEvent{Title: "team", Start: at("2026-12-02T10:00:00Z")})
	w.must(err)
	items, next := w.follow("/me/calendars/AQMkAteam=/calendarView/delta?" + span)
	if len(items) != 1 || items[0].str("originalStartTimeZone") != "W. Europe Standard Time" {
		t.Fatal(items)
	}
	if items, _ := w.follow("/me/calendarView/delta?" + span); len(items) != 0 {
		t.Fatal("on the default calendar:", items)
	}
	w.must(w.SetRole("AQMkAteam=", ada, "none"))
	w.refused(404, "ErrorItemNotFound", "GET", next, nil)
}

func TestASeriesInDelta(t *testing.T) {
	w := newWorld(t)
	series := weekly(w)
	items, next := w.follow("/me/calendarView/delta?" + span)
	if got := kinds(items); got["seriesMaster"] != 1 || got["occurrence"] != 4 || len(items) != 5 {
		t.Fatal(got)
	}
	for _, one := range items {
		if one.str("type") == "occurrence" && (len(one) != 7 || one.str("seriesMasterId") != series) {
			t.Fatal("not bare:", one)
		}
	}
	if master := byID(items, series); master.str("recurrence/pattern/type") != "weekly" || master.str("recurrence/range/type") != "numbered" {
		t.Fatal(master)
	}

	w.must(w.CancelInstance(ada, series, "2026-12-08"))
	items, next = w.follow(next)
	if got := kinds(items); got["removed"] != 1 || got["seriesMaster"] != 1 || len(items) != 2 {
		t.Fatal("a cancelled occurrence:", got)
	}

	w.must(w.MoveInstance(ada, series, "2026-12-15", at("2026-12-16T12:00:00Z"), 0))
	items, next = w.follow(next)
	if got := kinds(items); got["exception"] != 1 || got["seriesMaster"] != 1 || len(items) != 2 {
		t.Fatal("an exception:", got)
	}
	for _, one := range items {
		if one.str("type") == "exception" && (one.str("originalStart") != "2026-12-15T10:00:00Z" || one.str("subject") != "standup" || one.str("seriesMasterId") != series) {
			t.Fatal(one)
		}
	}

	w.must(w.Edit(ada, series, microsoft.Change{Title: ptr("daily")}))
	items, next = w.follow(next)
	if got := kinds(items); got["seriesMaster"] != 1 || got["occurrence"] != 2 || got["exception"] != 1 {
		t.Fatal("an edited series re-emits everything:", got)
	}

	w.must(w.Move(ada, series, at("2026-12-01T11:00:00Z"), 0))
	items, next = w.follow(next)
	// Two occurrences and the exception leave; the exception and the gap are forgotten.
	if got := kinds(items); got["seriesMaster"] != 1 || got["occurrence"] != 4 || got["removed"] != 3 {
		t.Fatal("a moved series:", got)
	}

	w.must(w.Cancel(ada, series))
	items, _ = w.follow(next)
	if got := kinds(items); got["removed"] != len(items) || len(items) != 5 || byID(items, series) == nil {
		t.Fatal("a deleted series:", got)
	}
}

func TestSwitchesOfSeries(t *testing.T) {
	t.Run("full occurrences, no masters", func(t *testing.T) {
		w := newWorld(t)
		w.Configure(func(b *microsoft.Behaviour) { b.FullOccurrences, b.NoMasters = true, true })
		weekly(w)
		items, _ := w.follow("/me/calendarView/delta?" + span)
		if len(items) != 4 || items[0].str("subject") != "standup" || items[0].str("type") != "occurrence" {
			t.Fatal(items)
		}
	})
	t.Run("masters missing later", func(t *testing.T) {
		w := newWorld(t)
		w.Configure(func(b *microsoft.Behaviour) { b.MastersMissing = true })
		series := weekly(w)
		_, next := w.follow("/me/calendarView/delta?" + span)
		w.must(w.Edit(ada, series, microsoft.Change{Title: ptr("x")}))
		items, _ := w.follow(next)
		if got := kinds(items); got["seriesMaster"] != 0 || got["occurrence"] != 4 {
			t.Fatal(got)
		}
	})
	t.Run("an exception gets an id of its own", func(t *testing.T) {
		w := newWorld(t)
		w.Configure(func(b *microsoft.Behaviour) { b.ExceptionID = true })
		series := weekly(w)
		before, err := w.Instance(ada, series, "2026-12-08")
		w.must(err)
		_, next := w.follow("/me/calendarView/delta?" + span)
		w.must(w.EditInstance(ada, series, "2026-12-08", microsoft.Change{Title: ptr("x")}))
		after, err := w.Instance(ada, series, "2026-12-08")
		w.must(err)
		items, _ := w.follow(next)
		if before == after || byID(items, before).at("@removed") == nil || byID(items, after).str("type") != "exception" {
			t.Fatal(items)
		}
		w.ok("GET", "/me/events/"+after, nil)
		w.refused(404, "ErrorItemNotFound", "GET", "/me/events/"+before, nil)
	})
	t.Run("a master whose window holds nothing", func(t *testing.T) {
		w := newWorld(t)
		series := weekly(w)
		items, next := w.follow("/me/calendarView/delta?startDateTime=2027-01-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z")
		if len(items) != 0 {
			t.Fatal(items)
		}
		w.must(w.Edit(ada, series, microsoft.Change{Title: ptr("x")}))
		if items, _ := w.follow(next); len(items) != 1 || items[0].at("@removed") == nil {
			t.Fatal(items)
		}
	})
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	for i := range 25 {
		w.insert(microsoft.NewEvent{Title: "x", Start: at("2026-12-02T10:00:00Z").Add(time.Duration(i) * time.Hour)})
	}
	first := w.ok("GET", "/me/calendarView/delta?"+span, nil)
	if len(first.list("value")) != 10 || first.header.Get("Preference-Applied") != "odata.track-changes" {
		t.Fatal("without a wish a page has 10:", len(first.list("value")), first.header)
	}
	// What is written meanwhile does not show on the pages of this round.
	w.insert(microsoft.NewEvent{Title: "late", Start: at("2026-12-03T10:00:00Z")})
	items, next := w.follow(first.str("@odata.nextLink"), "Prefer: odata.maxpagesize=4")
	if len(items) != 15 {
		t.Fatal(len(items))
	}
	if items, _ := w.follow(next); len(items) != 1 || items[0].str("subject") != "late" {
		t.Fatal(items)
	}
	one := w.ok("GET", "/me/calendarView/delta?"+span, nil, "Prefer: odata.maxpagesize=1000", `Prefer: outlook.timezone="Tokyo Standard Time"`)
	if len(one.list("value")) != 26 || one.list("value")[0].str("start/timeZone") != "Tokyo Standard Time" || one.list("value")[0].str("start/dateTime") != "2026-12-02T19:00:00.0000000" {
		t.Fatal(one.text)
	}
	if applied := one.header.Get("Preference-Applied"); !strings.Contains(applied, "odata.track-changes") || !strings.Contains(applied, "Tokyo") {
		t.Fatal(applied)
	}
	if items, _ := w.follow(one.str("@odata.deltaLink")); len(items) != 0 {
		t.Fatal(items)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.EmptyFirstPage, b.PageCap = true, 7 })
	empty := w.ok("GET", "/me/calendarView/delta?"+span, nil, "Prefer: odata.maxpagesize=50")
	if len(empty.list("value")) != 0 || empty.str("@odata.nextLink") == "" {
		t.Fatal(empty.text)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.EmptyFirstPage, b.PageSize = false, 20 })
	second := w.ok("GET", empty.str("@odata.nextLink"), nil)
	if len(second.list("value")) != 7 { // without its own wish as many as usual, capped at 7
		t.Fatal(len(second.list("value")))
	}
}

func TestWishesHoldForOneRequest(t *testing.T) {
	w := newWorld(t)
	for range 3 {
		w.insert(microsoft.NewEvent{Title: "x", Start: at("2026-12-02T10:00:00Z"), Notes: "<b>bold</b>"})
	}
	page := w.ok("GET", "/me/calendarView/delta?"+span, nil, "Prefer: odata.maxpagesize=1, outlook.body-content-type=\"text\", IdType=\"ImmutableId\"")
	first := page.list("value")[0]
	page = w.ok("GET", page.str("@odata.nextLink"), nil, "Prefer: odata.maxpagesize=1")
	second := page.list("value")[0]
	if first.str("body/contentType") != "text" || first.str("body/content") != "bold" || second.str("body/contentType") != "html" {
		t.Fatal(first, second)
	}
	if !strings.HasPrefix(first.str("id"), "AAkALg") || !strings.HasPrefix(second.str("id"), "AAMkA") {
		t.Fatal(first.str("id"), second.str("id"))
	}
}

func TestDeltaOptions(t *testing.T) {
	w := newWorld(t)
	for _, option := range []string{"$select=id", "$expand=instances", "$filter=x", "$orderby=subject", "$search=x", "$top=3"} {
		w.refused(400, "ErrorInvalidUrlQuery", "GET", "/me/calendarView/delta?"+span+"&"+option, nil)
	}
	w.refused(400, "ErrorInvalidParameter", "GET", "/me/calendarView/delta", nil)
	w.refused(400, "ErrorInvalidParameter", "GET", "/me/calendarView/delta?startDateTime=2026-12-01T00:00:00Z&endDateTime=yesterday", nil)
	w.refused(400, "ErrorInvalidParameter", "GET", "/me/calendarView/delta?startDateTime=2026-12-01T00:00:00Z&endDateTime=2026-11-01T00:00:00Z", nil)
	w.refused(400, "SyncStateInvalid", "GET", "/me/calendarView/delta?$deltatoken=nonsense", nil)
	w.refused(400, "ErrorInvalidIdMalformed", "GET", "/me/events/delta()?"+span, nil)
}

// The contract has no such option, so this is not held against it.
func TestTolerantDelta(t *testing.T) {
	w := newWorld(t)
	w.Configure(func(b *microsoft.Behaviour) { b.TolerantDelta = true })
	w.check.Suspend("delta tolerates $select though it is not in the reference")
	w.ok("GET", "/me/calendarView/delta?"+span+"&$select=id,subject", nil)
}

func TestEventsDelta(t *testing.T) {
	w := newWorld(t)
	w.Configure(func(b *microsoft.Behaviour) { b.EventsDelta = true })
	series := weekly(w)
	single := w.insert(microsoft.NewEvent{Title: "x", Start: at("2030-12-02T10:00:00Z")})
	items, next := w.follow("/me/events/delta()?startDateTime=2026-01-01T00:00:00Z&endDateTime=2031-01-01T00:00:00Z")
	if len(items) != 2 || byID(items, series) == nil || byID(items, single) == nil {
		t.Fatal(items)
	}
	w.must(w.Cancel(ada, single))
	if items, _ := w.follow(next); len(items) != 1 || items[0].at("@removed") == nil {
		t.Fatal(items)
	}
}

func TestTokensExpire(t *testing.T) {
	w := newWorld(t)
	_, next := w.follow("/me/calendarView/delta?" + span)
	w.must(w.ExpireTokens(ada))
	for _, code := range []string{"", "SyncStateNotFound", "SyncStateInvalid", "ResyncRequired"} {
		w.Configure(func(b *microsoft.Behaviour) { b.GoneCode, b.GoneLocation = code, code == "ResyncRequired" })
		want := code
		if want == "" {
			want = "SyncStateNotFound"
		}
		r := w.refused(410, want, "GET", next, nil)
		restart := r.header.Get("Location")
		if (restart != "") != (code == "ResyncRequired") {
			t.Error(code, r.header)
		}
		if restart != "" {
			w.follow(restart)
		}
	}
	_, next = w.follow("/me/calendarView/delta?" + span)
	w.Configure(func(b *microsoft.Behaviour) { b.GoneCode, b.TokenLifetime = "", time.Hour })
	w.follow(next)
	w.clock.Set(w.clock.Now().Add(2 * time.Hour))
	w.tok = w.signIn(ada).AccessToken
	w.refused(410, "SyncStateNotFound", "GET", next, nil)
	w.desk.Arm("microsoft.delta", "410:SyncStateInvalid", 1)
	w.refused(410, "SyncStateInvalid", "GET", "/me/calendarView/delta?"+span, nil)
	w.desk.Arm("microsoft.delta", "410", 1)
	w.refused(410, "SyncStateNotFound", "GET", "/me/calendarView/delta?"+span, nil)
}

func TestLateReplayedAndReversed(t *testing.T) {
	w := newWorld(t)
	_, next := w.follow("/me/calendarView/delta?" + span)
	id := w.insert(microsoft.NewEvent{Title: "a", Start: at("2026-12-02T10:00:00Z")})
	w.must(w.Edit(ada, id, microsoft.Change{Title: ptr("b")}))
	w.insert(microsoft.NewEvent{Title: "c", Start: at("2026-12-03T10:00:00Z")})

	w.Configure(func(b *microsoft.Behaviour) { b.DeltaLag = time.Minute })
	items, later := w.follow(next)
	if len(items) != 0 {
		t.Fatal("not visible yet:", items)
	}
	w.clock.Set(w.clock.Now().Add(2 * time.Minute))
	if items, _ = w.follow(later); len(items) != 2 || items[0].str("subject") != "b" {
		t.Fatal(items)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.DeltaLag, b.Reversed = 0, true })
	if items, _ = w.follow(next); len(items) != 2 || items[0].str("subject") != "c" {
		t.Fatal(items)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.Reversed, b.Replays = false, true })
	if items, _ = w.follow(next); len(items) != 3 || items[0].str("subject") != "a" || items[1].str("subject") != "b" {
		t.Fatal("every change, the last one last:", items)
	}
}

func TestFaultsOfReading(t *testing.T) {
	w := newWorld(t)
	for range 6 {
		w.insert(microsoft.NewEvent{Title: "x", Start: at("2026-12-02T10:00:00Z")})
	}
	w.desk.Arm("microsoft.delta", "partial", 1)
	first := w.ok("GET", "/me/calendarView/delta?"+span, nil)
	if len(first.list("value")) != 3 {
		t.Fatal(first.text)
	}
	w.refused(503, "serviceNotAvailable", "GET", first.str("@odata.nextLink"), nil)

	_, next := w.follow("/me/calendarView/delta?" + span)
	w.insert(microsoft.NewEvent{Title: "y", Start: at("2026-12-02T10:00:00Z")})
	w.desk.Arm("microsoft.delta", "empty", 2)
	items, lied := w.follow(next)
	if len(items) != 0 {
		t.Fatal(items)
	}
	if items, _ = w.follow("/me/calendarView/delta?" + span); len(items) != 0 {
		t.Fatal("a full round that is wrongly empty:", items)
	}
	if items, _ = w.follow(lied); len(items) != 1 {
		t.Fatal("a lie loses nothing:", items)
	}
}
