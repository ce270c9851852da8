package zoom_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"slotward/internal/simulator/zoom"
)

const tomorrow = `{"topic":"Kickoff","type":2,"start_time":"2026-12-01T10:00:00Z","duration":30,"agenda":"[slotward:x:y]"}`

func TestCreatedMeeting(t *testing.T) {
	w := newWorld(t)
	got := w.ok("POST", "/v2/users/me/meetings", tomorrow, 201)
	n := id(t, got)
	if n < 10_000_000_000 || n > 99_999_999_999 {
		t.Errorf("id %d has not 11 digits", n)
	}
	if join, pwd := got.body["join_url"].(string), got.body["encrypted_password"].(string); join != fmt.Sprintf("https://us02web.zoom.us/j/%d?pwd=%s", n, pwd) {
		t.Errorf("join_url %s", join)
	}
	if !strings.Contains(got.body["start_url"].(string), "zak=") {
		t.Error("start_url without zak")
	}
	for _, name := range []string{"uuid", "host_id", "status"} {
		if got.body[name] != nil {
			t.Errorf("%s in the 201", name)
		}
	}
	full := w.ok("GET", path(n), "", 200)
	if full.body["uuid"] == nil || full.body["status"] != "waiting" || full.body["creation_source"] != "open_api" {
		t.Errorf("GET: %v", full.body)
	}
	if s := full.body["settings"].(map[string]any); s["email_notification"] != true || s["auto_recording"] != "none" || len(s) < 35 {
		t.Errorf("settings: %v", s)
	}
	second := w.create(tomorrow)
	if second == n || len(w.s.Meetings(ada)) != 2 {
		t.Error("equal creates were taken for one")
	}
	w.s.Switch(func(s *zoom.Switches) { s.FullCreate = true })
	if got := w.ok("POST", "/v2/users/me/meetings", tomorrow, 201); got.body["uuid"] == nil || got.body["host_id"] == nil {
		t.Error("the full 201 is not full")
	}
}

func TestUUIDsSometimesStartWithASlash(t *testing.T) {
	w := newWorld(t)
	slashed := 0
	for range 20 {
		if m, _ := w.s.Meeting(w.create(tomorrow)); strings.HasPrefix(m.UUID, "/") {
			slashed++
		}
	}
	if slashed == 0 || slashed > 15 {
		t.Errorf("%d of 20", slashed)
	}
}

func TestStartTimes(t *testing.T) {
	w := newWorld(t)
	w.contract.Suspend("it takes no wall clock")
	for name, c := range map[string]struct {
		body, start string
		kind        int
	}{
		"instant with Z":       {`{"start_time":"2026-12-01T10:00:00Z"}`, "2026-12-01T10:00:00Z", 2},
		"Z wins over the zone": {`{"start_time":"2026-12-01T10:00:00Z","timezone":"Europe/Berlin"}`, "2026-12-01T10:00:00Z", 2},
		"wall clock":           {`{"start_time":"2026-12-01T10:00:00","timezone":"Europe/Berlin"}`, "2026-12-01T09:00:00Z", 2},
		"unknown zone":         {`{"start_time":"2026-12-01T10:00:00Z","timezone":"Mars/Olympus"}`, "2026-12-01T10:00:00Z", 2},
		"missing":              {`{"type":2}`, "2026-11-30T08:00:00Z", 1},
		"in the past":          {`{"start_time":"2026-11-01T10:00:00Z"}`, "2026-11-01T10:00:00Z", 2},
	} {
		got := w.ok("POST", "/v2/users/me/meetings", c.body, 201)
		if got.body["start_time"] != c.start || got.body["type"] != float64(c.kind) {
			t.Errorf("%s: %v type %v", name, got.body["start_time"], got.body["type"])
		}
	}
	if open := w.ok("POST", "/v2/users/me/meetings", `{"type":3,"start_time":"2026-12-01T10:00:00Z"}`, 201); open.body["start_time"] != nil {
		t.Error("an open series has a start")
	}
}

func TestRequestsAreReadStrictly(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ body, field string }{
		{`{"topic":"` + strings.Repeat("ü", 201) + `"}`, "topic"},
		{`{"agenda":"` + strings.Repeat("ü", 2001) + `"}`, "agenda"},
		{`{"start_time":"2026-12-01 10:00"}`, "start_time"},
		{`{"start_time":"2026-12-01T10:00:00+01:00"}`, "start_time"},
		{`{"start_time":"2026-12-01T10:00:00.000Z"}`, "start_time"},
		{`{"start_time":"2026-13-01T10:00:00Z"}`, "start_time"},
		{`{"duration":0}`, "duration"},
		{`{"duration":"30"}`, "duration"},
		{`{"type":5}`, "type"},
		{`{"password":"elevenchars"}`, "password"},
		{`{"colour":"red"}`, "colour"},
		{`{"settings":{"colour":"red"}}`, "settings.colour"},
		{`{"settings":{"waiting_room":"yes"}}`, "settings.waiting_room"},
		{`{"settings":{"jbh_time":7}}`, "settings.jbh_time"},
		{`{"settings":{"custom_keys":[]}}`, "settings.custom_keys"},
		{`{"type":8,"start_time":"2026-12-01T10:00:00Z"}`, "recurrence"},
		{`{"type":8,"recurrence":{"type":4}}`, "recurrence"},
		{`{"type":8,"recurrence":{"type":2,"count":4}}`, "recurrence"},
		{`{"tracking_fields":[{"field":"x"}]}`, "tracking_fields"},
	} {
		got := w.refused("POST", "/v2/users/me/meetings", c.body, 400, 300)
		if !strings.Contains(got.text, `"field":"`+c.field+`"`) || !strings.Contains(got.text, "Invalid field.") {
			t.Errorf("%.60s: %s", c.body, got.text)
		}
	}
	for _, body := range []string{``, `[]`, `null`, `{"topic"`, `<xml/>`} {
		if got := w.refused("POST", "/v2/users/me/meetings", body, 400, 300); got.body["errors"] != nil {
			t.Errorf("%s: %s", body, got.text)
		}
	}
	w.refused("POST", "/v2/users/me/meetings", `{"schedule_for":"eve@acme.test"}`, 400, 3000)
	w.refused("POST", "/v2/users/me/meetings", `{"type":1,"schedule_for":"`+ada+`"}`, 400, 3000)
	id := w.create(`{"topic":"` + strings.Repeat("ü", 200) + `","agenda":"` + strings.Repeat("ü", 2000) + `"}`)
	w.refused("PATCH", path(id), `{"default_password":true}`, 400, 300)
	w.refused("PATCH", path(id), `{"settings":{"push_change_to_calendar":false}}`, 400, 300)
	w.s.Switch(func(s *zoom.Switches) { s.RefuseUnknownZones = true })
	w.refused("POST", "/v2/users/me/meetings", `{"timezone":"Mars/Olympus"}`, 400, 300)
	if n := len(w.s.Meetings(ada)); n != 1 {
		t.Errorf("%d meetings were made", n)
	}
}

func TestPatching(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	before, _ := w.s.Meeting(n)
	got := w.ok("PATCH", path(n), `{"topic":"Later","start_time":"2026-12-02T10:00:00Z","timezone":"UTC","duration":45}`, 204)
	if got.text != "" {
		t.Errorf("a body: %s", got.text)
	}
	after, _ := w.s.Meeting(n)
	if after.Topic != "Later" || after.Minutes != 45 || !after.Start.Equal(before.Start.Add(24*time.Hour)) || after.JoinURL != before.JoinURL || after.Agenda != before.Agenda {
		t.Errorf("%+v", after)
	}
	w.ok("PATCH", path(n), `{"start_time":"2026-11-01T10:00:00Z","topic":"Past"}`, 204)
	if past, _ := w.s.Meeting(n); !past.Start.Equal(after.Start) || past.Topic != "Past" {
		t.Errorf("a past start was taken: %+v", past)
	}
	w.ok("PATCH", path(n), `{"type":3}`, 204)
	if open, _ := w.s.Meeting(n); open.Type != 3 || !open.Start.IsZero() {
		t.Errorf("not an open series: %+v", open)
	}
	w.ok("PATCH", path(n), `{"type":2,"start_time":"2026-12-03T10:00:00Z"}`, 204)
	if one, _ := w.s.Meeting(n); one.Type != 2 || one.Start.Day() != 3 {
		t.Errorf("not a single meeting: %+v", one)
	}
	w.ok("PATCH", path(n), `{"password":"secret1"}`, 204)
	if other, _ := w.s.Meeting(n); other.JoinURL == before.JoinURL {
		t.Error("the link kept its pwd= although the passcode changed")
	}
}

func TestDeletingAndRecovering(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	if err := w.s.StartMeeting(n); err != nil {
		t.Fatal(err)
	}
	w.refused("DELETE", path(n), "", 400, 3002)
	if err := w.s.EndMeeting(n); err != nil {
		t.Fatal(err)
	}
	w.ok("DELETE", path(n), "", 204)
	for _, method := range []string{"DELETE", "GET", "PATCH"} {
		w.refused(method, path(n), `{}`, 404, 3001)
	}
	if m, ok := w.s.Meeting(n); !ok || !m.Deleted || m.Live() {
		t.Error("the deleted meeting cannot be looked at")
	}
	w.tokens = w.scoped("meeting:update:status", "meeting:read:meeting")
	w.ok("PUT", path(n)+"/status", `{"action":"recover"}`, 204)
	w.ok("GET", path(n), "", 200)
	w.refused("PUT", path(n)+"/status", `{"action":"restart"}`, 400, 300)
	account, _ := w.s.Account(ada)
	w.tokens = w.connect(ada)
	w.refused("DELETE", path(account.PMI), "", 400, 3018)
}

// scoped connects ada to another app with these scopes.
func (w *world) scoped(scopes ...string) tokens {
	w.s.AddClient("app", "app-secret", scopes, redirect)
	defer w.s.AddClient("app", "app-secret", nil, redirect)
	return w.connect(ada)
}

func TestSeriesWithFixedTimes(t *testing.T) {
	w := newWorld(t)
	w.contract.Suspend("it takes no wall clock")
	got := w.ok("POST", "/v2/users/me/meetings", `{"type":8,"start_time":"2026-10-20T10:00:00","timezone":"Europe/Berlin","duration":30,"recurrence":{"type":2,"weekly_days":"3","repeat_interval":1,"end_times":10}}`, 201)
	all := got.body["occurrences"].([]any)
	first, second := all[0].(map[string]any), all[1].(map[string]any)
	if len(all) != 10 || first["start_time"] != "2026-10-20T08:00:00Z" || second["start_time"] != "2026-10-27T09:00:00Z" {
		t.Fatalf("occurrences across the end of summer time: %v", all[:2])
	}
	if first["occurrence_id"] != "1792483200000" {
		t.Errorf("occurrence_id %v", first["occurrence_id"])
	}
	n := id(t, got)
	shown := w.ok("GET", path(n), "", 200).body["occurrences"].([]any)
	if len(shown) != 4 { // the clock stands at 30 November
		t.Errorf("%d occurrences to come", len(shown))
	}
	next := shown[0].(map[string]any)["occurrence_id"].(string)
	w.ok("PATCH", path(n)+"?occurrence_id="+next, `{"start_time":"2026-12-02T10:00:00Z","duration":15}`, 204)
	w.refused("PATCH", path(n)+"?occurrence_id="+next, `{"topic":"x"}`, 400, 300)
	w.ok("DELETE", path(n)+"?occurrence_id="+next, "", 204)
	w.refused("DELETE", path(n)+"?occurrence_id="+next, "", 400, 300)
	w.refused("GET", path(n)+"?occurrence_id=1", "", 400, 300)
	if m, _ := w.s.Meeting(n); m.Deleted || !m.Occurrences[6].Deleted || m.Occurrences[6].Minutes != 15 {
		t.Errorf("%+v", m.Occurrences[6])
	}
}

func TestRecurrences(t *testing.T) {
	w := newWorld(t)
	for rule, want := range map[string]string{
		`{"type":1,"repeat_interval":2,"end_times":3}`:                    "01 03 05",
		`{"type":2,"weekly_days":"3,5","end_times":4}`:                    "01 03 08 10",
		`{"type":2,"weekly_days":"3","repeat_interval":2,"end_times":3}`:  "01 15 29",
		`{"type":3,"monthly_day":15,"end_times":3}`:                       "15 15 15",
		`{"type":3,"monthly_day":31,"end_times":2}`:                       "31 31",
		`{"type":3,"monthly_week":-1,"monthly_week_day":6,"end_times":2}`: "25 29",
		`{"type":3,"monthly_week":2,"monthly_week_day":3,"end_times":2}`:  "08 12",
		`{"type":1,"end_date_time":"2026-12-03T23:59:59Z"}`:               "01 02 03",
		`{"type":2,"weekly_days":"3"}`:                                    "01",
		`{"type":1,"end_times":60}`:                                       strings.TrimSpace(strings.Join(daysFrom(50), " ")),
		`{"type":1,"end_times":0}`:                                        strings.TrimSpace(strings.Join(daysFrom(50), " ")),
	} {
		m, _ := w.s.Meeting(w.create(`{"type":8,"start_time":"2026-12-01T10:00:00Z","recurrence":` + rule + `}`))
		var got []string
		for _, o := range m.Occurrences {
			got = append(got, o.Start.Format("02"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, not %s", rule, got, want)
		}
	}
}

func daysFrom(n int) (out []string) {
	for i := range n {
		out = append(out, time.Date(2026, 12, 1+i, 0, 0, 0, 0, time.UTC).Format("02"))
	}
	return out
}

func TestLifetimes(t *testing.T) {
	w := newWorld(t)
	day := 24 * time.Hour
	one := w.create(tomorrow)
	open := w.create(`{"type":3}`)
	now := w.create(`{"type":1}`)
	alive := func(n int64) bool {
		m, _ := w.s.Meeting(n)
		return m.Live()
	}
	check := func(when string, want ...bool) {
		t.Helper()
		if got := []bool{alive(one), alive(open), alive(now)}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, not %v", when, got, want)
		}
	}
	w.wait(30 * day)
	check("after 30 days", true, true, false)
	if err := w.s.StartMeeting(one); err != nil {
		t.Fatal(err)
	}
	if err := w.s.EndMeeting(one); err != nil {
		t.Fatal(err)
	}
	w.wait(29 * day)
	check("29 days after its use", true, true, false)
	w.wait(2 * day)
	check("31 days after its use", false, true, false)
	w.wait(365 * day)
	check("a year later", false, false, false)
	w.tokens = w.connect(ada)
	w.refused("GET", path(one), "", 404, 3001)

	held := w.create(`{"type":1}`)
	_ = w.s.StartMeeting(held)
	_ = w.s.EndMeeting(held)
	if alive(held) {
		t.Error("an instant meeting outlived its end")
	}
}

func TestPasscodes(t *testing.T) {
	w := newWorld(t)
	get := func(n int64) map[string]any { return w.ok("GET", path(n), "", 200).body }
	if m := get(w.create(`{"start_time":"2026-12-01T10:00:00Z","password":"abc"}`)); m["password"] != "abc" {
		t.Errorf("password %v", m["password"])
	}
	w.s.Switch(func(s *zoom.Switches) { s.HidePasscode = true })
	if m := get(w.create(tomorrow)); m["password"] != nil || !strings.Contains(m["join_url"].(string), "pwd=") {
		t.Errorf("hidden: %v %v", m["password"], m["join_url"])
	}
	w.s.Switch(func(s *zoom.Switches) { s.HidePasscode, s.NoPasscode = false, true })
	m := get(w.create(tomorrow))
	if m["password"] != nil || strings.Contains(m["join_url"].(string), "pwd=") || m["settings"].(map[string]any)["waiting_room"] != true {
		t.Errorf("none: %v", m)
	}
}

func TestStartLinksAreRenewed(t *testing.T) {
	w := newWorld(t)
	n := w.create(tomorrow)
	first, _ := w.s.Meeting(n)
	w.wait(time.Hour)
	if same, _ := w.s.Meeting(n); same.StartURL != first.StartURL {
		t.Error("renewed too early")
	}
	w.wait(time.Hour)
	if other, _ := w.s.Meeting(n); other.StartURL == first.StartURL {
		t.Error("never renewed")
	}
}

func TestPeopleActInZoom(t *testing.T) {
	w := newWorld(t)
	n, err := w.s.Make(ada, "By hand", dawn.Add(26*time.Hour), 30)
	if err != nil {
		t.Fatal(err)
	}
	topic, start := "Edited", dawn.Add(50*time.Hour)
	if err := w.s.EditMeeting(n, zoom.Change{Topic: &topic, Start: &start}); err != nil {
		t.Fatal(err)
	}
	m, _ := w.s.Meeting(n)
	if m.App != "" || m.Topic != "Edited" || !m.Start.Equal(start) || m.Host != ada || m.Minutes != 30 {
		t.Errorf("%+v", m)
	}
	if got := w.ok("GET", path(n), "", 200); got.body["creation_source"] != "web_portal" {
		t.Errorf("made by %v", got.body["creation_source"])
	}
	if w.s.Used(ada) != 0 {
		t.Error("a person's own doing cost requests")
	}
	if err := w.s.DeleteMeeting(n); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"delete": w.s.DeleteMeeting(n), "edit": w.s.EditMeeting(n, zoom.Change{}), "start": w.s.StartMeeting(n), "end": w.s.EndMeeting(1), "revoke": w.s.RevokeApp("x")} {
		if err == nil {
			t.Errorf("%s of what is not there: no error", name)
		}
	}
	if _, err := w.s.Make("nobody", "", dawn, 30); err == nil {
		t.Error("nobody made a meeting")
	}
}

func TestSameSeedSameAnswers(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	if a.tokens.Access != b.tokens.Access || a.create(tomorrow) != b.create(tomorrow) {
		t.Error("equal seeds gave different worlds")
	}
	c := newWorld(t, func(o *zoom.Options) { o.Seed = 2 })
	if c.tokens.Access == a.tokens.Access {
		t.Error("different seeds gave equal worlds")
	}
}

func TestUnknownEndpoint(t *testing.T) {
	w := newWorld(t)
	for _, c := range []string{"PUT /v2/users/me/meetings", "GET /v2/webinars/1", "GET /v2/users//meetings"} {
		method, path, _ := strings.Cut(c, " ")
		if got := w.call(method, path, ""); got.status != http.StatusNotFound || got.code() == 3001 {
			t.Errorf("%s: %d %s", c, got.status, got.text)
		}
	}
}
