package google_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"slotward/sources"
	"slotward/sources/google"
)

// answers is a server that gives its answers in turn, the last one for ever.
type answers struct {
	t        *testing.T
	script   []http.HandlerFunc
	requests []*http.Request
	bodies   []string
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.requests, a.bodies = append(a.requests, r), append(a.bodies, string(body))
	n := min(len(a.requests), len(a.script)) - 1
	a.script[n](w, r)
}

func body(status int, text string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func odd(t *testing.T, script ...http.HandlerFunc) (*google.Source, *answers) {
	t.Helper()
	a := &answers{t: t, script: script}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	source, err := google.New(server.Client(), server.URL, func() time.Time { return morning })
	must(t, err)
	return source.WithoutPauses(2 * time.Second), a
}

const lastPage = `{"kind":"calendar#events","timeZone":"UTC","accessRole":"owner","nextSyncToken":"tok","items":[]}`

func TestOddPages(t *testing.T) {
	page := func(rest string) string {
		return `{"kind":"calendar#events","timeZone":"UTC","accessRole":"owner"` + rest + `}`
	}
	for name, test := range map[string]struct {
		script []http.HandlerFunc
		class  error // nil: the reading is fine
	}{
		"fine":                         {[]http.HandlerFunc{body(200, lastPage)}, nil},
		"no sync token":                {[]http.HandlerFunc{body(200, page(`,"items":[]`))}, sources.ErrIncomplete},
		"empty object":                 {[]http.HandlerFunc{body(200, `{}`)}, sources.ErrIncomplete},
		"null":                         {[]http.HandlerFunc{body(200, `null`)}, sources.ErrIncomplete},
		"nothing":                      {[]http.HandlerFunc{body(200, ``)}, sources.ErrIncomplete},
		"no content":                   {[]http.HandlerFunc{body(204, ``)}, sources.ErrIncomplete},
		"another kind":                 {[]http.HandlerFunc{body(200, `{"kind":"calendar#event","nextSyncToken":"t"}`)}, sources.ErrIncomplete},
		"an error with status 200":     {[]http.HandlerFunc{body(200, `{"error":{"code":403,"message":"x"}}`)}, sources.ErrIncomplete},
		"a list":                       {[]http.HandlerFunc{body(200, `[]`)}, sources.ErrIncomplete},
		"a null event":                 {[]http.HandlerFunc{body(200, page(`,"nextSyncToken":"t","items":[null]`))}, sources.ErrIncomplete},
		"an event without id":          {[]http.HandlerFunc{body(200, page(`,"nextSyncToken":"t","items":[{"status":"confirmed"}]`))}, sources.ErrIncomplete},
		"wrong types":                  {[]http.HandlerFunc{body(200, page(`,"nextSyncToken":"t","items":{"id":1}`))}, sources.ErrIncomplete},
		"cut off":                      {[]http.HandlerFunc{body(200, lastPage[:40])}, sources.ErrIncomplete},
		"cut off by the connection":    {[]http.HandlerFunc{body(200, lastPage[:40], "Content-Length", "500")}, sources.ErrIncomplete},
		"a page of HTML":               {[]http.HandlerFunc{body(200, "<!doctype html><h1>Wait</h1>", "Content-Type", "text/html")}, sources.ErrIncomplete},
		"a redirect":                   {[]http.HandlerFunc{body(302, "", "Location", "https://attacker.test/")}, sources.ErrIncomplete},
		"the same page for ever":       {[]http.HandlerFunc{body(200, page(`,"nextPageToken":"p"`))}, sources.ErrIncomplete},
		"garbled once, then fine":      {[]http.HandlerFunc{body(200, "\x00\xff<"), body(200, lastPage)}, nil},
		"503 twice, then fine":         {[]http.HandlerFunc{body(503, ""), body(502, "<html>"), body(200, lastPage)}, nil},
		"503 three times":              {[]http.HandlerFunc{body(503, ""), body(503, ""), body(503, ""), body(200, lastPage)}, sources.ErrUnavailable},
		"410 in the middle of a full":  {[]http.HandlerFunc{body(200, page(`,"nextPageToken":"p"`)), body(410, `{"error":{"code":410,"errors":[{"reason":"fullSyncRequired"}]}}`)}, sources.ErrIncomplete},
		"empty pages, then the last":   {[]http.HandlerFunc{body(200, page(`,"nextPageToken":"p"`)), body(200, page(`,"nextPageToken":"q"`)), body(200, lastPage)}, nil},
		"second page fails":            {[]http.HandlerFunc{body(200, page(`,"nextPageToken":"p","items":[{"id":"a"}]`)), body(400, `{"error":{"code":400}}`)}, sources.ErrRefused},
		"calendar no longer shared":    {[]http.HandlerFunc{body(404, `{"error":{"code":404,"errors":[{"reason":"notFound"}]}}`)}, sources.ErrGone},
		"may not be read":              {[]http.HandlerFunc{body(403, `{"error":{"code":403,"errors":[{"reason":"forbidden"}]}}`)}, sources.ErrRefused},
		"a status nobody has heard of": {[]http.HandlerFunc{body(599, ``)}, sources.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			source, _ := odd(t, test.script...)
			reading, err := source.Read(t.Context(), "primary", "")
			if test.class == nil {
				must(t, err)
				if reading.Token == "" {
					t.Error("no token")
				}
				return
			}
			if !errors.Is(err, test.class) || reading.Token != "" || len(reading.Events) != 0 {
				t.Errorf("%+v, %v", reading, err)
			}
		})
	}
}

func TestIncrementalReadingSendsWhatMayGoWithAToken(t *testing.T) {
	first := strings.Replace(lastPage, `"nextSyncToken":"tok"`, `"nextPageToken":"p2"`, 1)
	source, a := odd(t, body(200, first), body(200, lastPage))
	_, err := source.Read(t.Context(), "primary", "")
	must(t, err)
	_, err = source.Read(t.Context(), "primary", "tok")
	must(t, err)
	want := "fields maxResults singleEvents"
	for i, r := range a.requests {
		query := r.URL.Query()
		for _, forbidden := range []string{"showDeleted", "orderBy", "q", "timeMax", "updatedMin", "eventTypes"} {
			if query.Has(forbidden) {
				t.Errorf("request %d sends %s", i, forbidden)
			}
		}
		if query.Has("timeMin") == query.Has("syncToken") {
			t.Errorf("request %d: timeMin %q, syncToken %q", i, query.Get("timeMin"), query.Get("syncToken"))
		}
		for _, p := range strings.Fields(want) {
			if query.Get(p) == "" || query.Get(p) != a.requests[0].URL.Query().Get(p) {
				t.Errorf("request %d: %s is %q", i, p, query.Get(p))
			}
		}
		if !strings.Contains(query.Get("fields"), "nextSyncToken") {
			t.Error("without nextSyncToken among the fields there is none")
		}
	}
	if q := a.requests[1].URL.Query(); q.Get("pageToken") != "p2" || q.Get("timeMin") != a.requests[0].URL.Query().Get("timeMin") {
		t.Errorf("the second page is asked for otherwise than the first: %v", q)
	}
	if a.requests[0].URL.Path != "/calendar/v3/calendars/primary/events" {
		t.Errorf("path %s", a.requests[0].URL.Path)
	}
}

// refusalBody is an error as Google writes it.
func refusalBody(code int, reason, info string) string {
	text := fmt.Sprintf(`{"error":{"code":%d,"message":"Secret-free words","errors":[{"domain":"global","reason":%q,"message":"x"}]`, code, reason)
	if info != "" {
		text += fmt.Sprintf(`,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":%q}]`, info)
	}
	return text + "}}"
}

func TestRefusalsOfAWrite(t *testing.T) {
	for _, test := range []struct {
		status       int
		reason, info string
		class        error  // nil: limited
		scope        string // of the limit
		wait         time.Duration
		cure         string // part of the text
	}{
		{400, "invalid", "", sources.ErrRefused, "", 0, ""},
		{400, "required", "", sources.ErrRefused, "", 0, ""},
		{401, "authError", "", sources.ErrRevoked, "", 0, "connect the account again"},
		{403, "userRateLimitExceeded", "", nil, "user", 0, ""},
		{403, "rateLimitExceeded", "", nil, "user", 0, ""},
		{429, "rateLimitExceeded", "", nil, "user", 0, ""},
		{403, "quotaExceeded", "", nil, "user", 4 * time.Hour, "too many changes"},
		{403, "dailyLimitExceeded", "", nil, "project", time.Hour, ""},
		{403, "accessNotConfigured", "SERVICE_DISABLED", nil, "project", time.Hour, "enable it"},
		{403, "forbidden", "BILLING_DISABLED", nil, "project", time.Hour, "billing"},
		{403, "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", sources.ErrMissingScope, "", 0, "not ticked"},
		{403, "forbiddenForNonOrganizer", "", sources.ErrReadOnly, "", 0, "organizer"},
		{403, "requiredAccessLevel", "", sources.ErrReadOnly, "", 0, ""},
		{403, "forbidden", "", sources.ErrReadOnly, "", 0, ""},
		{403, "", "", sources.ErrReadOnly, "", 0, ""},
		{403, "forbiddenForServiceAccounts", "", sources.ErrRefused, "", 0, ""},
		{404, "notFound", "", sources.ErrGone, "", 0, ""},
		{409, "conflict", "", sources.ErrChanged, "", 0, ""},
		{410, "deleted", "", sources.ErrGone, "", 0, ""},
		{412, "conditionNotMet", "", sources.ErrChanged, "", 0, ""},
		{500, "backendError", "", sources.ErrUnavailable, "", 0, ""},
		{503, "", "", sources.ErrUnavailable, "", 0, ""},
		{418, "", "", sources.ErrRefused, "", 0, ""},
	} {
		source, a := odd(t, body(test.status, refusalBody(test.status, test.reason, test.info)))
		_, err := source.Write(t.Context(), "primary", sources.Event{ID: "e", ETag: `"1"`}, sources.Edit{ClearNative: true})
		var limited *sources.LimitedError
		switch {
		case test.class != nil && !errors.Is(err, test.class):
			t.Errorf("%d %s: %v", test.status, test.reason, err)
		case test.class == nil && (!errors.As(err, &limited) || limited.Scope != test.scope):
			t.Errorf("%d %s: %v", test.status, test.reason, err)
		case test.wait > 0 && !limited.Until.Equal(morning.Add(test.wait)):
			t.Errorf("%d %s: until %v", test.status, test.reason, limited.Until)
		case test.class == nil && test.wait == 0 && !limited.Until.IsZero():
			t.Errorf("%d %s: until %v though Google did not say", test.status, test.reason, limited.Until)
		}
		if err == nil || !strings.Contains(err.Error(), test.cure) || !strings.Contains(err.Error(), fmt.Sprint(test.status)) {
			t.Errorf("%d %s: %v does not say what to do", test.status, test.reason, err)
		}
		if len(a.requests) != 1 {
			t.Errorf("%d %s: a write was sent %d times", test.status, test.reason, len(a.requests))
		}
	}
}

// A proxy's page is not Google's answer: nothing follows from it, least of all
// that something is gone.
func TestWhatAGatewayRefusesIsTriedAgain(t *testing.T) {
	for _, status := range []int{403, 404, 410} {
		for _, text := range []string{"", "<html><h1>Blocked</h1>", `{"blocked":true}`} {
			source, _ := odd(t, body(status, text))
			_, err := source.Write(t.Context(), "primary", sources.Event{ID: "e", ETag: `"1"`}, sources.Edit{ClearNative: true})
			if !errors.Is(err, sources.ErrUnavailable) {
				t.Errorf("%d %s: written: %v", status, text, err)
			}
			if status == 410 {
				continue // in a listing it means to begin anew, whoever says so
			}
			if _, err := source.Get(t.Context(), "primary", "e"); !errors.Is(err, sources.ErrUnavailable) {
				t.Errorf("%d %s: read: %v", status, text, err)
			}
		}
	}
}

func TestTheOddReasonsOfOldAndNewServers(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":           "<html>",
		"an array":          `[{"error":{"code":403,"errors":[{"reason":"insufficientPermissions"}]}}]`,
		"only details":      `{"error":{"code":403,"status":"PERMISSION_DENIED","details":[{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"},"odd",null]}}`,
		"a poisonous reson": `{"error":{"code":403,"errors":[{"reason":"\u001b[31m` + strings.Repeat("x", 5000) + `"}]}}`,
	} {
		source, _ := odd(t, body(403, text))
		_, err := source.Write(t.Context(), "primary", sources.Event{ID: "e", ETag: `"1"`}, sources.Edit{ClearNative: true})
		if err == nil || len(err.Error()) > 400 || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRetryAfterInEverySpelling(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"":                                0,
		"30":                              30 * time.Second,
		" 30 ":                            30 * time.Second,
		"1.5":                             1500 * time.Millisecond,
		"0":                               time.Second,
		"-5":                              time.Second,
		"31536000":                        24 * time.Hour,
		"1e300":                           24 * time.Hour,
		"NaN":                             0,
		"Tue, 01 Dec 2026 08:02:00 GMT":   2 * time.Minute,
		"Tuesday, 01-Dec-26 08:02:00 GMT": 2 * time.Minute,
		"Tue, 01 Dec 2020 08:02:00 GMT":   time.Second,
		"2026-12-01T08:02:00Z":            2 * time.Minute,
		"2026-12-01T09:02:00.5+01:00":     2*time.Minute + 500*time.Millisecond,
		"2026-12-01T08:02:00":             2 * time.Minute,
		"2099-12-01T08:02:00Z":            24 * time.Hour,
		"soon":                            0,
	} {
		source, _ := odd(t, body(429, `{"error":{"code":429}}`, "Retry-After", header))
		_, err := source.Get(t.Context(), "primary", "e")
		var limited *sources.LimitedError
		if !errors.As(err, &limited) {
			t.Fatalf("%q: %v", header, err)
		}
		if want == 0 && !limited.Until.IsZero() || want != 0 && !limited.Until.Equal(morning.Add(want)) {
			t.Errorf("%q: until %v", header, limited.Until)
		}
	}
}

func TestMalformedSyncTokenExpires(t *testing.T) {
	source, a := odd(t, body(400, `{"error":{"code":400,"message":"Invalid sync token value.","errors":[{"reason":"invalid","location":"syncToken"}]}}`))
	if _, err := source.Read(t.Context(), "primary", "x"); !errors.Is(err, sources.ErrExpired) {
		t.Errorf("%v", err)
	}
	if _, err := source.Read(t.Context(), "primary", ""); errors.Is(err, sources.ErrExpired) {
		t.Errorf("without a token: %v", err)
	}
	if len(a.requests) != 2 {
		t.Errorf("%d requests", len(a.requests))
	}
}

func TestPatchSaysNoMoreThanItChanges(t *testing.T) {
	event := sources.Event{ID: "e", ETag: `"3181161784712000"`}
	mark := sources.Mark{Installation: "i", EventHash: "0011223344556677", Meeting: "1"}
	for name, test := range map[string]struct {
		edit sources.Edit
		want string // "" to be checked apart
	}{
		"link": {sources.Edit{Location: ptr("https://zoom.us/j/1"), Description: ptr("x"), ClearNative: true, Mark: &mark},
			`{"conferenceData":null,"description":"x","extendedProperties":{"private":{"slotward":"1;i=i;e=0011223344556677;m=1"}},"location":"https://zoom.us/j/1"}`},
		"unlink": {sources.Edit{Location: ptr(""), Description: ptr(""), Mark: &sources.Mark{}},
			`{"description":"","extendedProperties":{"private":{"slotward":null}},"location":""}`},
		"only the mark": {sources.Edit{Mark: &mark}, `{"extendedProperties":{"private":{"slotward":"1;i=i;e=0011223344556677;m=1"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			source, a := odd(t, body(200, `{"kind":"calendar#event","id":"e","etag":"\"2\"","start":{"date":"2026-12-01"},"end":{"date":"2026-12-02"}}`))
			after, err := source.Write(t.Context(), "ada@acme.test", event, test.edit)
			must(t, err)
			if after.ETag != `"2"` {
				t.Errorf("%+v", after)
			}
			r := a.requests[0]
			if got := strings.TrimSpace(a.bodies[0]); got != test.want {
				t.Errorf("body %s\nwant %s", got, test.want)
			}
			if r.Method != http.MethodPatch || r.Header.Get("If-Match") != event.ETag || r.URL.Query().Get("sendUpdates") != "none" {
				t.Errorf("%s %v %v", r.Method, r.Header, r.URL)
			}
			if got := r.URL.Query().Get("conferenceDataVersion"); (got == "1") != test.edit.ClearNative {
				t.Errorf("conferenceDataVersion %q", got)
			}
		})
	}
}

func TestMeetIsAskedForByAFreshRequest(t *testing.T) {
	answer := `{"kind":"calendar#event","id":"e","etag":"\"2\"","conferenceData":{"createRequest":{"requestId":"r","status":{"statusCode":"pending"}}}}`
	source, a := odd(t, body(200, answer))
	seen := map[string]bool{}
	for range 3 {
		after, err := source.Write(t.Context(), "primary", sources.Event{ID: "e", ETag: `"1"`}, sources.Edit{RequestNative: true})
		must(t, err)
		if after.Native != (sources.Native{Provider: "meet", Pending: true}) {
			t.Errorf("%+v", after.Native)
		}
	}
	for i, text := range a.bodies {
		var sent struct {
			ConferenceData struct {
				CreateRequest struct {
					RequestID             string `json:"requestId"`
					ConferenceSolutionKey struct{ Type string }
				}
			}
		}
		must(t, json.Unmarshal([]byte(text), &sent))
		ask := sent.ConferenceData.CreateRequest
		if ask.RequestID == "" || seen[ask.RequestID] || ask.ConferenceSolutionKey.Type != "hangoutsMeet" {
			t.Errorf("%s", text)
		}
		seen[ask.RequestID] = true
		if a.requests[i].URL.Query().Get("conferenceDataVersion") != "1" {
			t.Error("without version 1 Google passes over it")
		}
	}
}

func TestWritesThatCannotBe(t *testing.T) {
	source, a := odd(t, body(200, `{}`))
	event := sources.Event{ID: "e", ETag: `"1"`}
	for name, edit := range map[string]sources.Edit{
		"a description that Google refuses": {Description: ptr(strings.Repeat("é", 8193))},
		"a mark that Google would cut":      {Mark: &sources.Mark{Installation: strings.Repeat("i", 2000), EventHash: "1"}},
	} {
		if _, err := source.Write(t.Context(), "primary", event, edit); !errors.Is(err, sources.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(a.requests) != 0 {
		t.Errorf("%d requests", len(a.requests))
	}
	if _, err := source.Write(t.Context(), "primary", event, sources.Edit{ClearNative: true}); !errors.Is(err, sources.ErrIncomplete) {
		t.Errorf("an answer that is no event: %v", err)
	}
}

func TestErrorsOfTheTransportKeepTheirClass(t *testing.T) {
	until := morning.Add(time.Hour)
	for name, test := range map[string]struct {
		err  error
		want error
	}{
		"revoked":      {fmt.Errorf("token: %w", sources.ErrRevoked), sources.ErrRevoked},
		"scope":        {fmt.Errorf("token: %w", sources.ErrMissingScope), sources.ErrMissingScope},
		"no such host": {errors.New("dial tcp: lookup www.googleapis.com: no such host"), sources.ErrUnavailable},
	} {
		source, err := google.New(&http.Client{Transport: failing{test.err}}, "http://127.0.0.1:1/", func() time.Time { return morning })
		must(t, err)
		if _, err := source.WithoutPauses(time.Second).Read(t.Context(), "primary", "secret-sync-token"); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "secret-sync-token") {
			t.Errorf("%s: the address is in the text: %v", name, err)
		}
	}
	source, err := google.New(&http.Client{Transport: failing{&sources.LimitedError{Until: until}}}, "http://127.0.0.1:1/", func() time.Time { return morning })
	must(t, err)
	var limited *sources.LimitedError
	if _, err := source.Get(t.Context(), "primary", "e"); !errors.As(err, &limited) || !limited.Until.Equal(until) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestNoAnswerInTime(t *testing.T) {
	held := make(chan struct{})
	defer close(held)
	source, _ := odd(t, func(http.ResponseWriter, *http.Request) { <-held })
	source.WithoutPauses(20 * time.Millisecond)
	if _, err := source.Write(t.Context(), "primary", sources.Event{ID: "e", ETag: `"1"`}, sources.Edit{ClearNative: true}); !errors.Is(err, sources.ErrUnavailable) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := source.Get(ctx, "primary", "e"); !errors.Is(err, context.Canceled) || !errors.Is(err, sources.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}

func TestPace(t *testing.T) {
	now := morning
	server := httptest.NewServer(body(200, `{"kind":"calendar#event","id":"e"}`))
	defer server.Close()
	source, err := google.New(server.Client(), server.URL, func() time.Time { return now })
	must(t, err)
	sent := 0
	for range 700 {
		_, err := source.Get(t.Context(), "primary", "e")
		var limited *sources.LimitedError
		if err == nil {
			sent++
		} else if !errors.As(err, &limited) || !limited.Until.Equal(morning.Add(time.Minute)) {
			t.Fatal(err)
		}
	}
	if sent < 500 || sent >= 600 {
		t.Errorf("%d requests in one minute", sent)
	}
	for _, jump := range []time.Duration{time.Minute, -time.Hour} {
		now = now.Add(jump)
		if _, err := source.Get(t.Context(), "primary", "e"); err != nil {
			t.Errorf("after the clock moved by %v: %v", jump, err)
		}
	}
}

func ptr[T any](v T) *T { return &v }
