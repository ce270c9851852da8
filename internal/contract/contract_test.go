package contract

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"slotward/internal/simulator"
)

// canned answers every request the same way.
type canned struct {
	status int
	body   string
	header map[string]string
}

func (c canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if c.body != "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	for k, v := range c.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(c.status)
	_, _ = io.WriteString(w, c.body)
}

// checker returns one that does not fail the test, or skips it.
func checker(t *testing.T) *Checker {
	t.Helper()
	dir, err := Find()
	if err != nil {
		t.Skip(err)
	}
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	event  = `{"kind":"calendar#event","id":"abc","etag":"\"1\"","status":"confirmed","start":{"dateTime":"2026-12-01T10:00:00Z"},"end":{"dateTime":"2026-12-01T10:30:00Z"}}`
	events = "/calendar/v3/calendars/ada%40acme.test/events"
)

// contractCase is one call and what must be found in it.
type contractCase struct {
	name     string
	provider string
	call     string // method and path
	body     string
	answer   canned
	want     []string
}

// Each case is one call and what must be found in it: "query.x unknown" in the
// request, "answer body.x type" in the answer, nothing when all is well.
var cases = []contractCase{
	// Google
	{"google list", "google", "GET " + events + "?maxResults=2500&showDeleted=true&eventTypes=default&eventTypes=focusTime&alt=json&prettyPrint=false", "",
		canned{200, `{"kind":"calendar#events","etag":"\"2\"","items":[` + event + `],"nextSyncToken":"x"}`, nil}, nil},
	{"google unknown query parameter", "google", "GET " + events + "?syncTokn=x", "", canned{200, `{}`, nil}, []string{"query.syncTokn unknown"}},
	{"google parameter twice", "google", "GET " + events + "?syncToken=x&syncToken=y", "", canned{200, `{}`, nil}, []string{"query.syncToken repeated"}},
	{"google parameter of a wrong type", "google", "GET " + events + "?maxResults=many", "", canned{200, `{}`, nil}, []string{"query.maxResults type"}},
	{"google parameter below the least", "google", "GET " + events + "?maxResults=0", "", canned{200, `{}`, nil}, []string{"query.maxResults minimum"}},
	{"google parameter not in its list", "google", "GET " + events + "?eventTypes=party", "", canned{200, `{}`, nil}, []string{"query.eventTypes.0 enum"}},
	{"google parameter missing", "google", "POST " + events + "/abc/move", "", canned{200, event, nil}, []string{"query.destination required"}},
	{"google patch", "google", "PATCH " + events + "/abc?sendUpdates=externalOnly&conferenceDataVersion=1",
		`{"conferenceData":null,"location":"x","extendedProperties":{"private":{"slotward":null,"a":"b"}}}`, canned{200, event, nil}, nil},
	{"google patch with an unknown member", "google", "PATCH " + events + "/abc", `{"colour":"1"}`, canned{200, event, nil}, []string{"body.colour unknown"}},
	{"google patch with an unknown inner member", "google", "PATCH " + events + "/abc", `{"start":{"time":"x"}}`, canned{200, event, nil}, []string{"body.start.time unknown"}},
	{"google patch of a wrong type", "google", "PATCH " + events + "/abc", `{"location":7}`, canned{200, event, nil}, []string{"body.location type"}},
	{"google patch with a bad value", "google", "PATCH " + events + "/abc", `{"transparency":"glass"}`, canned{200, event, nil}, []string{"body.transparency enum"}},
	{"google patch without a body", "google", "PATCH " + events + "/abc", "", canned{200, event, nil}, []string{"body required"}},
	{"google insert", "google", "POST " + events, `{"summary":"x","start":{"date":"2026-12-01"},"end":{"date":"2026-12-02"}}`, canned{200, event, nil}, nil},
	{"google insert without an end", "google", "POST " + events, `{"start":{"date":"2026-12-01"}}`, canned{200, event, nil}, []string{"body.end required"}},
	{"google insert with null", "google", "POST " + events, `{"location":null,"start":{"date":"2026-12-01"},"end":{"date":"2026-12-02"}}`, canned{200, event, nil}, []string{"body.location nullable"}},
	{"google bad date", "google", "POST " + events, `{"start":{"date":"1.12.2026"},"end":{"date":"2026-12-02"}}`, canned{200, event, nil}, []string{"body.start.date format"}},
	{"google watch", "google", "POST " + events + "/watch", `{"id":"a","type":"web_hook","address":"https://x.test/","expiration":"1790000000000"}`,
		canned{200, `{"kind":"api#channel","id":"a","resourceId":"r","resourceUri":"u","expiration":"1790000000000"}`, nil}, nil},
	{"google 64-bit number", "google", "POST " + events + "/watch", `{"id":"a","type":"web_hook","address":"https://x.test/"}`,
		canned{200, `{"expiration":"tomorrow"}`, nil}, []string{"answer body.expiration pattern"}},
	{"google delete", "google", "DELETE " + events + "/abc", "", canned{204, "", nil}, nil},
	{"google delete with a body", "google", "DELETE " + events + "/abc", `{"why":"x"}`, canned{204, "", nil}, []string{"body unknown"}},
	{"google delete answered with 200", "google", "DELETE " + events + "/abc", "", canned{200, `{}`, nil}, []string{"answer status status"}},
	{"google answer with an unknown member", "google", "GET " + events + "/abc", "", canned{200, `{"id":"abc","foo":1}`, nil}, []string{"answer body.foo unknown"}},
	{"google answer of a wrong type", "google", "GET " + events + "/abc", "", canned{200, `{"id":12}`, nil}, []string{"answer body.id type"}},
	{"google answer with a new kind of event", "google", "GET " + events + "/abc", "", canned{200, `{"eventType":"party"}`, nil}, nil},
	{"google answer with a bad value", "google", "GET " + events + "/abc", "", canned{200, `{"status":"maybe"}`, nil}, []string{"answer body.status enum"}},
	{"google listed event with an unknown member", "google", "GET " + events, "", canned{200, `{"items":[{"id":"a"},{"idd":"b"}]}`, nil}, []string{"answer body.items.1.idd unknown"}},
	{"google error", "google", "GET " + events, "", canned{410, `{"error":{"code":410}}`, nil}, nil},
	{"google page instead of JSON", "google", "GET " + events, "", canned{200, "<h1>", map[string]string{"Content-Type": "text/html"}}, []string{"answer body content-type"}},
	{"google no such operation", "google", "GET /calendar/v3/calendars/a/meetings", "", canned{404, "", nil}, []string{"path unknown"}},
	{"google outside the API", "google", "POST /token?x=y", "a=b", canned{200, `{"access_token":"x"}`, nil}, nil},
	{"google calendars", "google", "GET /calendar/v3/users/me/calendarList", "",
		canned{200, `{"kind":"calendar#calendarList","items":[{"id":"a","accessRole":"owner","timeZone":"UTC","summary":"A","primary":true}]}`, nil}, nil},

	// Zoom
	{"zoom create", "zoom", "POST /v2/users/me/meetings", `{"topic":"x","type":2,"start_time":"2026-12-01T10:00:00Z","duration":30,"timezone":"UTC","agenda":"a"}`,
		canned{201, `{"id":98884753832,"uuid":"u","host_id":"h","topic":"x","type":2,"join_url":"https://x.test/j/1","settings":{"join_before_host":true}}`, nil}, nil},
	{"zoom create with an unknown member", "zoom", "POST /v2/users/me/meetings", `{"title":"x"}`, canned{201, `{}`, nil}, []string{"body.title unknown"}},
	{"zoom create with an unknown setting", "zoom", "POST /v2/users/me/meetings", `{"settings":{"beep":true}}`, canned{201, `{}`, nil}, []string{"body.settings.beep unknown"}},
	{"zoom create of a wrong type", "zoom", "POST /v2/users/me/meetings", `{"duration":"30"}`, canned{201, `{}`, nil}, []string{"body.duration type"}},
	{"zoom create with a bad value", "zoom", "POST /v2/users/me/meetings", `{"type":7}`, canned{201, `{}`, nil}, []string{"body.type enum"}},
	{"zoom topic too long", "zoom", "POST /v2/users/me/meetings", `{"topic":"` + strings.Repeat("x", 201) + `"}`, canned{400, `{"code":300}`, nil}, []string{"body.topic maxLength"}},
	{"zoom bad time", "zoom", "POST /v2/users/me/meetings", `{"start_time":"tomorrow"}`, canned{201, `{}`, nil}, []string{"body.start_time format"}},
	{"zoom missing member", "zoom", "POST /v2/users/me/meetings", `{"recurrence":{"repeat_interval":1}}`, canned{201, `{}`, nil}, []string{"body.recurrence.type required"}},
	{"zoom default_password in a patch", "zoom", "PATCH /v2/meetings/98884753832", `{"default_password":true}`, canned{204, "", nil}, []string{"body.default_password unknown"}},
	{"zoom patch", "zoom", "PATCH /v2/meetings/98884753832", `{"duration":45}`, canned{204, "", nil}, nil},
	{"zoom patch answered with a body", "zoom", "PATCH /v2/meetings/98884753832", `{"duration":45}`, canned{200, `{"id":1}`, nil}, []string{"answer status status"}},
	{"zoom id that is no number", "zoom", "GET /v2/meetings/abc", "", canned{404, `{"code":3001}`, nil}, []string{"path.meetingId type"}},
	{"zoom list", "zoom", "GET /v2/users/me/meetings?type=scheduled&page_size=300", "",
		canned{200, `{"page_size":300,"total_records":1,"next_page_token":"","meetings":[{"id":98884753832,"topic":"x","type":2}]}`, nil}, nil},
	{"zoom page too large", "zoom", "GET /v2/users/me/meetings?page_size=301", "", canned{200, `{"meetings":[]}`, nil}, []string{"query.page_size maximum"}},
	{"zoom unknown query parameter", "zoom", "GET /v2/users/me/meetings?pagesize=300", "", canned{200, `{"meetings":[]}`, nil}, []string{"query.pagesize unknown"}},
	{"zoom bad list type", "zoom", "GET /v2/users/me/meetings?type=all", "", canned{200, `{"meetings":[]}`, nil}, []string{"query.type enum"}},
	{"zoom token in the query", "zoom", "GET /v2/users/me?access_token=x", "", canned{401, `{"code":124}`, nil}, []string{"query.access_token unknown"}},
	{"zoom list with an unknown member", "zoom", "GET /v2/users/me/meetings", "", canned{200, `{"meetings":[],"more":true}`, nil}, []string{"answer body.more unknown"}},
	{"zoom listed meeting with an unknown member", "zoom", "GET /v2/users/me/meetings", "", canned{200, `{"meetings":[{"id":1,"password":"x"}]}`, nil}, []string{"answer body.meetings.0.password unknown"}},
	{"zoom answer of a wrong type", "zoom", "POST /v2/users/me/meetings", `{"type":2}`, canned{201, `{"id":"98884753832"}`, nil}, []string{"answer body.id type"}},
	{"zoom answer with a bad value", "zoom", "GET /v2/meetings/1", "", canned{200, `{"status":"over"}`, nil}, []string{"answer body.status enum"}},
	{"zoom answer lacks a required member", "zoom", "GET /v2/users/me", "", canned{200, `{"id":"u","email":"a@x.test","type":1}`, nil}, []string{"answer body.account_id required"}},
	{"zoom answer of another status", "zoom", "POST /v2/users/me/meetings", `{"type":2}`, canned{200, `{}`, nil}, []string{"answer status status"}},
	{"zoom refusal of a good request", "zoom", "GET /v2/meetings/1", "", canned{404, `{"code":3001,"message":"x"}`, nil}, nil},
	{"zoom refusal of a bad request", "zoom", "PATCH /v2/meetings/1", `{"typ":2}`, canned{400, `{"code":300}`, nil}, []string{"body.typ unknown"}},
	{"zoom deletes", "zoom", "DELETE /v2/meetings/1?schedule_for_reminder=false", "", canned{204, "", nil}, nil},
	{"zoom not JSON", "zoom", "POST /v2/users/me/meetings", `{"type":`, canned{400, `{"code":300}`, nil}, []string{"body type"}},
	{"zoom garbled answer", "zoom", "GET /v2/meetings/1", "", canned{200, `{"id":1`, nil}, []string{"answer body type"}},
	{"zoom answer garbled on purpose", "zoom", "GET /v2/meetings/1", "", canned{200, `{"id":1`, map[string]string{simulator.FaultHeader: "garbled"}}, nil},
	{"zoom outside the API", "zoom", "POST /oauth/token", "grant_type=x", canned{400, `{"reason":"x"}`, nil}, nil},
}

func TestEveryBrokenRuleIsFound(t *testing.T) {
	loaded := checker(t)
	for _, tc := range append(slices.Clone(cases), graphCases...) {
		t.Run(tc.name, func(t *testing.T) {
			c := &Checker{google: loaded.google, microsoft: loaded.microsoft, zoom: loaded.zoom}
			under := map[string]func(http.Handler) http.Handler{"google": c.Google, "microsoft": c.Microsoft, "zoom": c.Zoom}[tc.provider]
			server := httptest.NewServer(under(tc.answer))
			defer server.Close()
			method, path, _ := strings.Cut(tc.call, " ")
			resp := send(t, method, server.URL+path, tc.body)
			if resp.Header.Get(simulator.FaultHeader) != "" {
				t.Error("the fault header reached the client")
			}
			var found []string
			for _, v := range c.Violations() {
				text := v.Field + " " + v.Rule
				if v.Answer {
					text = "answer " + text
				}
				found = append(found, text)
				if v.Reason == "" || v.Method != method || !strings.Contains(v.String(), v.Rule) {
					t.Errorf("violation does not explain itself: %s", v)
				}
			}
			if strings.Join(found, ", ") != strings.Join(tc.want, ", ") {
				t.Errorf("found %q, want %q\n%v", found, tc.want, c.Violations())
			}
		})
	}
}

func send(t *testing.T, method, address, body string) *http.Response {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, address, reader)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestTheSimulatorSeesTheWholeRequest(t *testing.T) {
	c := checker(t)
	var seen string
	server := httptest.NewServer(c.Zoom(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen = r.URL.RequestURI() + " " + string(body)
		w.WriteHeader(http.StatusNoContent)
	})))
	defer server.Close()
	send(t, "PATCH", server.URL+"/v2/meetings/98884753832?occurrence_id=1", `{ "duration":45 }`)
	if want := `/v2/meetings/98884753832?occurrence_id=1 { "duration":45 }`; seen != want {
		t.Errorf("saw %q, want %q", seen, want)
	}
	if c.Checked() != 2 || len(c.Violations()) != 0 {
		t.Errorf("checked %d, violations %v", c.Checked(), c.Violations())
	}
}

func TestABrokenConnectionStaysBroken(t *testing.T) {
	c := checker(t)
	server := httptest.NewServer(c.Zoom(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	})))
	defer server.Close()
	if resp, err := http.Get(server.URL + "/v2/meetings/1"); err == nil {
		_ = resp.Body.Close()
		t.Error("an answer came")
	}
	if found := c.Violations(); len(found) != 0 {
		t.Error(found)
	}
}

func TestANilCheckerPassesEverything(t *testing.T) {
	var c *Checker
	for _, next := range []http.Handler{c.Google(canned{200, "x", nil}), c.Microsoft(canned{200, "x", nil}), c.Zoom(canned{200, "x", map[string]string{simulator.FaultHeader: "html"}})} {
		w := httptest.NewRecorder()
		next.ServeHTTP(w, httptest.NewRequest("GET", "/v2/nothing?a=b", nil))
		if w.Body.String() != "x" || w.Header().Get(simulator.FaultHeader) != "" {
			t.Errorf("passed %q with %v", w.Body, w.Header())
		}
	}
	if len(c.Violations()) != 0 || c.Checked() != 0 {
		t.Error("a nil checker has found something")
	}
}

// failures counts instead of failing.
type failures struct {
	testing.TB
	errors   bytes.Buffer
	cleanups []func()
}

func (f *failures) Helper()             {}
func (f *failures) Logf(string, ...any) {}
func (f *failures) Cleanup(fn func())   { f.cleanups = append(f.cleanups, fn) }
func (f *failures) Errorf(format string, args ...any) {
	f.errors.WriteString(args[0].(Violation).String())
}

func TestForTestFailsTheTest(t *testing.T) {
	checker(t) // skips without the documents
	fake := &failures{TB: t}
	c := ForTest(fake)
	w := httptest.NewRecorder()
	c.Zoom(canned{200, `{"meetings":[]}`, nil}).ServeHTTP(w, httptest.NewRequest("GET", "/v2/users/me/meetings?x=y", nil))
	for _, fn := range fake.cleanups {
		fn()
	}
	for _, want := range []string{"zoom", "/v2/users/me/meetings", "query.x", "unknown"} {
		if !strings.Contains(fake.errors.String(), want) {
			t.Errorf("the failure %q does not name %q", fake.errors.String(), want)
		}
	}
}

// A simulator is asked wrongly on purpose; taking it is what it must not do.
func TestForSimulatorMindsOnlyWhatIsAccepted(t *testing.T) {
	checker(t) // skips without the documents
	c := ForSimulator(&failures{TB: t})
	ask := func(status int, body string) int {
		before := len(c.Violations())
		c.Zoom(canned{status, body, nil}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/v2/users/me/meetings?x=y", nil))
		return len(c.Violations()) - before
	}
	if n := ask(400, `{"code":300,"message":"no"}`); n != 0 {
		t.Errorf("refused, and yet %d violations", n)
	}
	if n := ask(200, `{"meetings":[]}`); n != 1 {
		t.Errorf("accepted: %d violations", n)
	}
	c.Suspend("a test")
	if n := ask(200, `{"meetings":[]}`); n != 0 {
		t.Errorf("suspended, and yet %d violations", n)
	}
}

func TestNotModifiedOnlyWhenAskedFor(t *testing.T) {
	for header, want := range map[string]int{"": 1, "If-None-Match": 0} {
		c := checker(t)
		r := httptest.NewRequest("GET", events+"/abc", nil)
		if header != "" {
			r.Header.Set(header, `"1"`)
		}
		c.Google(canned{304, "", nil}).ServeHTTP(httptest.NewRecorder(), r)
		if found := c.Violations(); len(found) != want {
			t.Errorf("with %q: %v", header, found)
		}
	}
}

func TestAnEncodedSlashIsPartOfAnID(t *testing.T) {
	d := &document{prefix: "/v2/", templates: []template{{"/meetings/{id}", []string{"", "meetings", "{id}"}, nil}}}
	u, _ := url.Parse("http://x.test/v2/meetings/%252Fab%2F%2Fc")
	parameters, ok := d.templates[0].match(strings.Split("/"+strings.TrimPrefix(u.EscapedPath(), d.prefix), "/"))
	if !ok || parameters["id"] != "%2Fab//c" {
		t.Errorf("matched %v with %v", ok, parameters)
	}
}
