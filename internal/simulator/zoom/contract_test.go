package zoom_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// document loads Zoom's published schema once, made strict; nil where it is absent.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	folder := os.Getenv("SLOTWARD_CONTRACTS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "contracts")
	}
	path := filepath.Join(folder, "zoom-meetings.openapi.json")
	if _, err := os.Stat(path); err != nil {
		return nil, nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, err
	}
	for _, scheme := range doc.Components.SecuritySchemes { // its OAuth flow has an empty address
		if flows := scheme.Value.Flows; flows != nil && flows.AuthorizationCode != nil {
			flows.AuthorizationCode.TokenURL = "https://zoom.us/oauth/token"
		}
	}
	seen := map[*openapi3.Schema]bool{}
	for _, schema := range doc.Components.Schemas {
		seal(schema, seen)
	}
	return doc, nil
})

// seal forbids unknown members on every object, after putting the parts of each
// allOf together, since a part knows nothing of the members of the others.
func seal(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return
	}
	s := ref.Value
	seen[s] = true
	merge(s)
	if len(s.Properties) > 0 && s.AdditionalProperties.Schema == nil {
		s.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
	}
	for _, property := range s.Properties {
		seal(property, seen)
	}
	seal(s.Items, seen)
}

func merge(s *openapi3.Schema) {
	for _, part := range s.AllOf {
		merge(part.Value)
		if s.Properties == nil {
			s.Properties = openapi3.Schemas{}
		}
		for name, property := range part.Value.Properties {
			s.Properties[name] = property
		}
		s.Required = append(s.Required, part.Value.Required...)
	}
	s.AllOf = nil
}

// checked validates what goes by against the schema.
type checked struct {
	t      *testing.T
	router routers.Router
	calls  atomic.Int32
}

// newChecked returns a transport for base that checks, or nil if the schema is absent.
func newChecked(t *testing.T, base string) *checked {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	if doc == nil {
		return nil
	}
	own := *doc
	own.Servers = openapi3.Servers{{URL: base + "/v2"}}
	router, err := legacy.NewRouter(&own, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation())
	if err != nil {
		t.Fatal(err)
	}
	return &checked{t: t, router: router}
}

// beyond are statuses that the schema leaves out and the real service sends.
func beyond(status int) bool { return status == 401 || status == 403 || status >= 500 }

func (c *checked) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		sent, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	route, values, lost := c.router.FindRoute(r)
	if known := lost == nil; !known || beyond(got.StatusCode) {
		return got, nil // users and OAuth are not in the schema
	}
	answered, _ := io.ReadAll(got.Body)
	got.Body = io.NopCloser(bytes.NewReader(answered))
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true, IncludeResponseStatus: true,
	}
	again := r.Clone(context.Background())
	again.Body = io.NopCloser(bytes.NewReader(sent))
	request := &openapi3filter.RequestValidationInput{Request: again, PathParams: values, Route: route, Options: options}
	if got.StatusCode < 300 { // what was refused may well have been wrong
		if err := openapi3filter.ValidateRequest(context.Background(), request); err != nil {
			c.t.Errorf("contract: request %s %s: %v", r.Method, r.URL.Path, err)
		}
		c.query(r.URL.Query(), route)
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: got.StatusCode, Header: got.Header, Options: options,
		Body: io.NopCloser(bytes.NewReader(answered)),
	}
	if err := openapi3filter.ValidateResponse(context.Background(), response); err != nil {
		c.t.Errorf("contract: answer %d to %s %s: %v", got.StatusCode, r.Method, r.URL.Path, err)
	}
	if got.StatusCode == 204 && len(answered) > 0 {
		c.t.Errorf("contract: a body in the 204 to %s %s", r.Method, r.URL.Path)
	}
	c.calls.Add(1)
	return got, nil
}

func (c *checked) query(values url.Values, route *routers.Route) {
	for name := range values {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil {
			c.t.Errorf("contract: unknown query parameter %q of %s", name, route.Path)
		}
	}
}

// Every kind of successful answer is what the published schema says, strictly.
func TestAnswersMatchPublishedSchema(t *testing.T) {
	w := newWorld(t)
	if w.checked == nil {
		t.Skip("the schema is absent: set SLOTWARD_CONTRACTS to the folder with zoom-meetings.openapi.json")
	}
	one := w.create(`{"topic":"One","type":2,"start_time":"2026-12-01T10:00:00Z","duration":30,"timezone":"Europe/Berlin","agenda":"x"}`)
	open := w.create(`{"topic":"Open","type":3}`)
	fixed := w.create(`{"topic":"Fixed","type":8,"start_time":"2026-12-01T10:00:00Z","duration":30,"recurrence":{"type":2,"weekly_days":"3","end_times":4}}`)
	w.create(`{"topic":"Now","type":1,"settings":{"waiting_room":true,"auto_recording":"cloud"}}`)
	for _, id := range []int64{one, open, fixed} {
		w.ok("GET", path(id), "", 200)
		w.ok("PATCH", path(id), `{"topic":"Other","settings":{"custom_keys":[{"key":"k","value":"v"}]}}`, 204)
		w.ok("GET", path(id), "", 200)
	}
	w.ok("GET", "/v2/users/me/meetings?type=scheduled&page_size=2", "", 200)
	w.ok("GET", "/v2/meetings/1", "", 404)
	w.ok("POST", "/v2/users/me/meetings", `{"topic":7}`, 400)
	w.ok("DELETE", path(one), "", 204)
	w.tokens = w.scoped("meeting:update:status")
	w.ok("PUT", path(one)+"/status", `{"action":"recover"}`, 204)
	if w.checked.calls.Load() < 15 {
		t.Errorf("only %d answers were checked", w.checked.calls.Load())
	}
}
