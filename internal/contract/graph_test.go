package contract

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

const (
	graphEvent  = `{"@odata.context":"c","@odata.etag":"W/\"1\"","id":"AAMk","subject":"x","onlineMeeting":null,"start":{"dateTime":"2026-12-01T10:00:00.0000000","timeZone":"UTC"}}`
	graphEvents = "/v1.0/me/calendars/AAMk%3D/calendarView"
	span        = "?startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"
	property    = `{"singleValueExtendedProperties":[{"id":"String {x} Name slotward","value":"1"}]}`
)

func graph(name, call, body string, answer canned, want ...string) contractCase {
	return contractCase{name: "microsoft " + name, provider: "microsoft", call: call, body: body, answer: answer, want: want}
}

func good(body string) canned { return canned{200, body, nil} }

var graphCases = []contractCase{
	graph("delta", "GET "+graphEvents+"/delta"+span, "", good(`{"@odata.context":"c","@odata.deltaLink":"d","value":[`+graphEvent+`,{"@odata.type":"#microsoft.graph.event","id":"b","@removed":{"reason":"deleted"}}]}`)),
	graph("delta as the SDK spells it", "GET "+graphEvents+"/delta%28%29"+span, "", good(`{"value":[]}`)),
	graph("delta by its whole name", "GET /v1.0/me/calendarView/microsoft.graph.delta()"+span, "", good(`{"value":[]}`)),
	graph("delta without a window", "GET "+graphEvents+"/delta", "", good(`{"value":[]}`), "query.startDateTime required", "query.endDateTime required"),
	graph("delta with $select", "GET "+graphEvents+"/delta"+span+"&$select=id", "", good(`{"value":[]}`), "query.$select unknown"),
	graph("next page", "GET "+graphEvents+"/delta?$skiptoken=x", "", good(`{"value":[]}`)),
	graph("next page with a window", "GET "+graphEvents+"/delta?$skiptoken=x&startDateTime=2026-12-01T00:00:00Z", "", good(`{"value":[]}`), "query.startDateTime unknown"),
	graph("page with an unknown member", "GET "+graphEvents+"/delta?$deltatoken=x", "", good(`{"value":[{"id":"a","colour":"red"}]}`), "answer body.value.0.colour unknown"),
	graph("page with a bad value", "GET "+graphEvents+"/delta?$deltatoken=x", "", good(`{"value":[{"id":"a","type":"party"}]}`), "answer body.value.0.type enum"),
	graph("unknown inner member of an answer", "GET /v1.0/me/events/a", "", good(`{"id":"a","start":{"date":"x"}}`), "answer body.start.date unknown"),
	graph("organizer with an unknown member", "GET /v1.0/me/events/a", "", good(`{"id":"a","organizer":{"email":"x"}}`), "answer body.organizer.email unknown"),
	graph("null where none may be", "GET /v1.0/me/events/a", "", good(`{"id":null}`), "answer body.id nullable"),
	graph("list of the view", "GET "+graphEvents+span+"&$top=5", "", good(`{"value":[]}`)),
	graph("instances without a window", "GET /v1.0/me/events/a/instances", "", good(`{"value":[]}`), "query.startDateTime required", "query.endDateTime required"),
	graph("get with an extended property", "GET /v1.0/me/events/a?$expand=singleValueExtendedProperties($filter=id%20eq%20'String%20%7Bx%7D%20Name%20y')", "",
		good(`{"id":"a","singleValueExtendedProperties":[{"id":"String {x} Name y","value":"1"}]}`)),
	graph("get with a bad expansion", "GET /v1.0/me/events/a?$expand=extensions", "", good(graphEvent), "query.$expand pattern"),
	graph("get with a bad selection", "GET /v1.0/me/events/a?$select=id,colour", "", good(graphEvent), "query.$select.1 enum"),

	graph("patch answers with the event", "PATCH /v1.0/me/events/a", `{"@odata.type":"#microsoft.graph.event","subject":"x","onlineMeeting":null}`, good(graphEvent)),
	graph("patch answered without", "PATCH /v1.0/me/events/a", `{"subject":"x"}`, canned{204, "", nil}, "answer status status"),
	graph("patch of a property", "PATCH /v1.0/me/calendars/c/events/a", property, good(graphEvent)),
	graph("patch with an unknown member", "PATCH /v1.0/me/events/a", `{"title":"x"}`, good(graphEvent), "body.title unknown"),
	graph("patch with an unknown inner member", "PATCH /v1.0/me/events/a", `{"locations":[{"name":"x"}]}`, good(graphEvent), "body.locations.0.name unknown"),
	graph("patch of a wrong type", "PATCH /v1.0/me/events/a", `{"body":{"content":7}}`, good(graphEvent), "body.body.content type"),
	graph("patch with a bad value", "PATCH /v1.0/me/events/a", `{"showAs":"glass"}`, good(graphEvent), "body.showAs enum"),
	graph("patch without a body", "PATCH /v1.0/me/events/a", "", good(graphEvent), "body required"),
	graph("create without an id", "POST /v1.0/me/events", `{"subject":"x"}`, canned{201, graphEvent, nil}),
	graph("create on the short path", "POST /v1.0/me/calendar/events", `{"subject":"x"}`, canned{201, graphEvent, nil}),
	graph("delete", "DELETE /v1.0/me/events/a", "", canned{204, "", nil}),
	graph("cancel", "POST /v1.0/me/events/a/cancel", `{"Comment":"x"}`, canned{202, "", nil}),

	graph("me", "GET /v1.0/me?$select=id,mail", "", good(`{"id":"a","mail":"x","businessPhones":[]}`)),
	graph("settings", "GET /v1.0/me/mailboxSettings/timeZone", "", good(`{"value":"UTC"}`)),
	graph("zones", "GET /v1.0/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')", "", good(`{"value":[{"alias":"UTC","displayName":"UTC"}]}`)),
	graph("zones of a wrong kind", "GET /v1.0/me/outlook/supportedTimeZones(Mars)", "", good(`{"value":[]}`), "path.function pattern"),
	graph("somebody else's calendars", "GET /v1.0/users/a/calendars", "", good(`{"value":[]}`), "path unknown"),

	graph("subscribe", "POST /v1.0/subscriptions", `{"changeType":"updated","notificationUrl":"https://x.test","resource":"me/events","expirationDateTime":"2026-12-02T00:00:00Z"}`,
		canned{201, `{"id":"s","changeType":"updated","notificationUrl":"https://x.test","resource":"me/events","expirationDateTime":"2026-12-02T00:00:00Z","notificationContentType":null}`, nil}),
	graph("subscribe with a bad time", "POST /v1.0/subscriptions", `{"expirationDateTime":"tomorrow"}`, canned{201, `{"id":"s"}`, nil}, "body.expirationDateTime format"),
	graph("renew", "PATCH /v1.0/subscriptions/s", `{"expirationDateTime":"2026-12-02T00:00:00Z"}`, good(`{"id":"s"}`)),

	graph("refusal", "GET /v1.0/me/events/a", "", canned{404, `{"error":{"code":"ErrorItemNotFound","message":"x","innerError":{"date":"d","request-id":"r"}}}`, nil}),
	graph("refusal in another shape", "GET /v1.0/me/events/a", "", canned{404, `{"error":"not found"}`, nil}, "answer body.error type"),
	graph("gateway", "GET /v1.0/me/events/a", "", canned{502, "<h1>", map[string]string{"Content-Type": "text/html"}}),
	graph("sign-in", "POST /common/oauth2/v2.0/token?x=y", "a=b", canned{400, `{"error":"x"}`, nil}),

	graph("batch", "POST /v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/me/events/a"},{"id":"2","method":"PATCH","url":"/me/events/a","headers":{"Content-Type":"application/json"},"body":{"subject":"x"}}]}`,
		good(`{"responses":[{"id":"2","status":200,"headers":{"Content-Type":"application/json"},"body":`+graphEvent+`},{"id":"1","status":429,"headers":{"Content-Type":"application/json","Retry-After":"1"},"body":{"error":{"code":"x","message":"y"}}}]}`)),
	graph("batch without requests", "POST /v1.0/$batch", `{"requests":[]}`, canned{400, `{"error":{"code":"x","message":"y"}}`, nil}, "body.requests minItems"),
}

// What is compressed is checked like anything else.
func TestCompressedMessagesAreChecked(t *testing.T) {
	loaded := checker(t)
	c := &Checker{microsoft: loaded.microsoft}
	pack := func(text string) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		return out.Bytes()
	}
	server := httptest.NewServer(c.Microsoft(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(pack(`{"id":"a","colour":"red"}`))
	})))
	defer server.Close()
	req, err := http.NewRequest("PATCH", server.URL+"/v1.0/me/events/a", bytes.NewReader(pack(`{"title":"x"}`)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "gzip")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	found := c.Violations()
	if len(found) != 2 || found[0].Field != "body.title" || found[1].Field != "body.colour" {
		t.Error(found)
	}
}

// What travels in a batch is named by its own method and path.
func TestABatchIsCheckedInside(t *testing.T) {
	loaded := checker(t)
	c := &Checker{microsoft: loaded.microsoft}
	server := httptest.NewServer(c.Microsoft(good(`{"responses":[{"id":"1","status":200,"headers":{"Content-Type":"application/json"},"body":{"id":"a","colour":"red"}}]}`)))
	defer server.Close()
	send(t, "POST", server.URL+"/v1.0/$batch", `{"requests":[{"id":"1","method":"PATCH","url":"/me/events/a","headers":{"Content-Type":"application/json"},"body":{"title":"x"}}]}`)
	found := c.Violations()
	if len(found) != 2 || found[0].Field != "body.title" || found[1].Field != "body.colour" {
		t.Fatal(found)
	}
	for _, v := range found {
		if v.Method != "PATCH" || v.Path != "/v1.0/me/events/a" {
			t.Error(v)
		}
	}
}
