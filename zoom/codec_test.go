package zoom

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func encoded(t *testing.T, p payload) string {
	t.Helper()
	body, err := p.bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestCreateAndUpdateEncodeAlike(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	start := time.Date(2026, 7, 1, 10, 0, 0, 5e8, berlin)
	topic, zone, minutes, kind := "Kick-off", "Europe/Berlin", 30, Scheduled
	change := Change{Topic: &topic, Start: &start, Minutes: &minutes, TimeZone: &zone, Type: &kind}
	draft := Draft{Topic: topic, Type: kind, Start: start, Minutes: minutes, TimeZone: zone, Reference: "a:b", Agenda: "text"}
	want := `{"topic":"Kick-off","type":2,"start_time":"2026-07-01T08:00:00Z","duration":30,"timezone":"Europe/Berlin"`
	if got := encoded(t, change.payload()); got != want+"}" {
		t.Errorf("update %s", got)
	}
	if got := encoded(t, draft.payload(nil)); got != want+`,"agenda":"[slotward:a:b]\ntext"}` {
		t.Errorf("create %s", got)
	}
}

func TestWhatIsLeftOut(t *testing.T) {
	draft := Draft{Type: OpenSeries, Start: noon, Reference: "a:b"}
	if got, want := encoded(t, draft.payload(nil)), `{"type":3,"agenda":"[slotward:a:b]"}`; got != want {
		t.Errorf("open series %s", got)
	}
	if got, want := encoded(t, draft.payload(map[string]any{"waiting_room": true})), `{"type":3,"agenda":"[slotward:a:b]","settings":{"waiting_room":true}}`; got != want {
		t.Errorf("settings %s", got)
	}
	minutes := 45
	if got, want := encoded(t, Change{Minutes: &minutes}.payload()), `{"duration":45}`; got != want {
		t.Errorf("update %s", got)
	}
}

func TestDraftsThatZoomWouldMistake(t *testing.T) {
	good := Draft{Type: Scheduled, Start: noon, Reference: "a:b"}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*Draft){
		"no start":     func(d *Draft) { d.Start = time.Time{} },
		"no type":      func(d *Draft) { d.Type = 0 },
		"fixed series": func(d *Draft) { d.Type = FixSeries },
		"no reference": func(d *Draft) { d.Reference = "" },
		"broken mark":  func(d *Draft) { d.Reference = "a]:b" },
		"far away":     func(d *Draft) { d.Start = noon.AddDate(9000, 0, 0) },
	} {
		bad := good
		spoil(&bad)
		if err := bad.check(); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// answered is a create's answer with everything secret in it.
const answered = `{"uuid":"/ab//c==","id":98884753832,"host_id":"h","topic":"Kick-off","type":2,"start_time":"2026-12-01T10:00:00Z",` +
	`"duration":30,"timezone":"Asia/Manila","agenda":"[slotward:a:b]","created_at":"2026-11-20T09:00:00Z",` +
	`"start_url":"https://us02web.zoom.us/s/98884753832?zak=SECRETZAK","join_url":"https://us02web.zoom.us/j/98884753832?pwd=SECRETPWD.1",` +
	`"password":"SECRETPASS","encrypted_password":"SECRETPWD.1","status":"started","newThing":{"a":[1,2]},` +
	`"settings":{"global_dial_in_numbers":[{"city":"","country":"DE","country_name":"Germany","number":"+49 69 7104 9922","type":"toll"},{"city":"New York","country_name":"US","number":"+1 646"}]}}`

func TestAMeetingIsRead(t *testing.T) {
	m, err := readMeeting([]byte(answered))
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != 98884753832 || m.UUID != "/ab//c==" || m.HostID != "h" || m.Topic != "Kick-off" || m.Type != Scheduled || m.Minutes != 30 ||
		m.TimeZone != "Asia/Manila" || m.Agenda != "[slotward:a:b]" || m.Passcode != "SECRETPASS" || !m.Started ||
		m.JoinURL != "https://us02web.zoom.us/j/98884753832?pwd=SECRETPWD.1" {
		t.Errorf("read %+v", struct{ any }{m})
	}
	if !m.Start.Equal(time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)) || m.Start.Location() != time.UTC {
		t.Errorf("start %v", m.Start)
	}
	if got := strings.Join(m.DialIn, "|"); got != "+49 69 7104 9922 (Germany)|+1 646 (US, New York)" {
		t.Errorf("dial-in %q", got)
	}
}

func TestAMeetingPrintsNoSecret(t *testing.T) {
	m, _ := readMeeting([]byte(answered))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("made", "meeting", m)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("made", "meeting", &m)
	for _, text := range []string{log.String(), fmt.Sprintf("%v %+v %#v %s", m, m, m, m), fmt.Sprintf("%+v", struct{ M *Meeting }{&m})} {
		for _, secret := range []string{"SECRET", "zak", "pwd", "Kick-off"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q shows %s", text, secret)
			}
		}
	}
	if !strings.Contains(log.String(), "98884753832") {
		t.Errorf("the log does not name the meeting: %s", log.String())
	}
}

func TestOddMeetings(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		want       Meeting
	}{
		{"id as a string", `{"id":"98884753832"}`, Meeting{ID: 98884753832}},
		{"no password", `{"id":1,"join_url":"https://x.test/j/1"}`, Meeting{ID: 1, JoinURL: "https://x.test/j/1"}},
		{"numbers as text, text as numbers", `{"id":1,"type":"2","duration":"45","topic":7,"password":123456}`, Meeting{ID: 1, Type: 2, Minutes: 45, Topic: "7", Passcode: "123456"}},
		{"nulls", `{"id":1,"topic":null,"settings":null,"start_time":null,"type":null}`, Meeting{ID: 1}},
		{"objects where texts belong", `{"id":1,"topic":{},"agenda":[],"settings":[],"join_url":{}}`, Meeting{ID: 1}},
		{"wall clock", `{"id":1,"type":2,"timezone":"UTC","start_time":"2026-12-01T12:00:00"}`, Meeting{ID: 1, Type: 2, TimeZone: "UTC", Start: noon}},
		{"wall clock nowhere", `{"id":1,"type":2,"timezone":"Mars/Base","start_time":"2026-12-01T12:00:00"}`, Meeting{ID: 1, Type: 2, TimeZone: "Mars/Base"}},
		{"open series with a start", `{"id":1,"type":3,"start_time":"2026-12-01T12:00:00Z"}`, Meeting{ID: 1, Type: 3}},
		{"link that is none", `{"id":1,"join_url":"javascript:alert(1)"}`, Meeting{ID: 1}},
		{"empty link", `{"id":1,"join_url":"https://"}`, Meeting{ID: 1}},
		{"fractional id", `{"id":1.5}`, Meeting{}},
		{"id in an inner object only", `{"object":{"id":1}}`, Meeting{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, err := readMeeting([]byte(tc.body))
			got, _ := json.Marshal(m)
			want, _ := json.Marshal(tc.want)
			if err != nil || string(got) != string(want) {
				t.Errorf("%s, %v", got, err)
			}
		})
	}
}

// However an answer is cut off, the id is right or missing, never shortened.
func TestACutOffMeetingNeverHasAWrongID(t *testing.T) {
	from := strings.Index(answered, "98884753832") + len("98884753832,")
	for n := range len(answered) {
		for _, tail := range []string{"", "\x00\xff<", " ", "<html>"} {
			m, err := readMeeting([]byte(answered[:n] + tail))
			if err == nil {
				t.Fatalf("cut at %d with %q passes for whole", n, tail)
			}
			if m.ID != 0 && m.ID != 98884753832 || n >= from && m.ID == 0 {
				t.Fatalf("cut at %d with %q: id %d", n, tail, m.ID)
			}
			if m.JoinURL != "" && !strings.HasSuffix(m.JoinURL, "pwd=SECRETPWD.1") {
				t.Fatalf("cut at %d with %q: a shortened link", n, tail)
			}
		}
	}
	if m, err := readMeeting([]byte(answered + "x")); err == nil || m.ID == 0 {
		t.Error("something after the end")
	}
}

func TestPagesThatAreNone(t *testing.T) {
	for _, body := range []string{
		``, `null`, `[]`, `{}`, `{"meetings":null}`, `{"meetings":{}}`, `{"meetings":"none"}`, `{"meetings":[]`, `{"meetings":[{}]}`,
		`{"meetings":[{"id":0}]}`, `{"meetings":[null]}`, `{"meetings":[7]}`, `{"code":429,"message":"slow down"}`, `<html></html>`,
		`{"meetings":[{"id":1},{"topic":"x"}]}`,
	} {
		if meetings, _, err := readPage([]byte(body)); !errors.Is(err, ErrIncomplete) || meetings != nil {
			t.Errorf("%s: %v, %v", body, meetings, err)
		}
	}
	meetings, next, err := readPage([]byte(`{"meetings":[],"next_page_token":""}`))
	if err != nil || len(meetings) != 0 || next != "" {
		t.Errorf("an empty page: %v, %q, %v", meetings, next, err)
	}
}

func TestUsers(t *testing.T) {
	u, err := readUser([]byte(`{"id":"u","account_id":"a","email":"ada@acme.test","type":2,"timezone":"UTC","status":"active","pmi":1}`))
	if want := (User{"u", "a", "ada@acme.test", 2, "UTC", true}); err != nil || u != want {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err := readUser([]byte(`{"id":"u","account_id":"a","status":"inactive"}`)); err != nil || u.Active {
		t.Errorf("%+v, %v", u, err)
	}
	for _, body := range []string{`{}`, `{"id":"u"}`, `{"account_id":"a"}`, `{"id":"u","account_id":"a"`, `<html>`} {
		if _, err := readUser([]byte(body)); !errors.Is(err, ErrIncomplete) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
