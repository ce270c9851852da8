package google_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// schema is the part of Google's discovery format that describes bodies.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties *schema            `json:"additionalProperties"`
	Items                *schema            `json:"items"`
}

type apiMethod struct {
	Path       string  `json:"path"`
	HTTPMethod string  `json:"httpMethod"`
	Response   *schema `json:"response"`
}

type discovery struct {
	Schemas   map[string]*schema `json:"schemas"`
	Resources map[string]struct {
		Methods map[string]apiMethod `json:"methods"`
	} `json:"resources"`
}

// document is Google's own description of the API, from the SDK's module.
var document = sync.OnceValues(func() (*discovery, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api").Output()
	if err != nil {
		return nil, fmt.Errorf("finding the SDK: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "calendar", "v3", "calendar-api.json"))
	if err != nil {
		return nil, err
	}
	var d discovery
	return &d, json.Unmarshal(raw, &d)
})

// strict is a transport that fails the test when an answer of the API is not
// exactly what the discovery document allows.
type strict struct {
	t    *testing.T
	next http.RoundTripper
}

func (s strict) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.Path, "/calendar/v3/") {
		return resp, err
	}
	body := readAll(s.t, resp)
	resp.Body = io.NopCloser(strings.NewReader(body))
	d, err := document()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, problem := range d.check(r, resp.StatusCode, body) {
		s.t.Errorf("%s %s: %s", r.Method, r.URL.Path, problem)
	}
	return resp, nil
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func (d *discovery) check(r *http.Request, status int, body string) []string {
	if status >= 300 {
		return checkError(status, body)
	}
	m, ok := d.find(r)
	switch {
	case !ok:
		return []string{"the API has no such method"}
	case m.Response == nil && body != "":
		return []string{"a body where none belongs"}
	case m.Response == nil:
		return nil
	}
	var v any
	dec := json.NewDecoder(bytes.NewBufferString(body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return []string{err.Error()}
	}
	return d.problems(m.Response, v, "body")
}

var placeholder = regexp.MustCompile(`\\\{[^}]*\\\}`)

func (d *discovery) find(r *http.Request) (apiMethod, bool) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/calendar/v3/")
	for _, res := range d.Resources {
		for _, m := range res.Methods {
			pattern := "^" + placeholder.ReplaceAllString(regexp.QuoteMeta(m.Path), "[^/]+") + "$"
			if m.HTTPMethod == r.Method && regexp.MustCompile(pattern).MatchString(path) {
				return m, true
			}
		}
	}
	return apiMethod{}, false
}

func (d *discovery) problems(s *schema, v any, path string) (out []string) {
	if s.Ref != "" {
		return d.problems(d.Schemas[s.Ref], v, path)
	}
	wrong := []string{fmt.Sprintf("%s: %v is no %s %s", path, v, s.Type, s.Format)}
	switch s.Type {
	case "object":
		m, ok := v.(map[string]any)
		if !ok {
			return wrong
		}
		for k, member := range m {
			sub := s.Properties[k]
			if sub == nil {
				sub = s.AdditionalProperties
			}
			if sub == nil {
				out = append(out, path+"."+k+": unknown member")
				continue
			}
			out = append(out, d.problems(sub, member, path+"."+k)...)
		}
	case "array":
		list, ok := v.([]any)
		if !ok {
			return wrong
		}
		for i, item := range list {
			out = append(out, d.problems(s.Items, item, fmt.Sprintf("%s[%d]", path, i))...)
		}
	case "string":
		text, ok := v.(string)
		if !ok || !formatted(s.Format, text) {
			return wrong
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return wrong
		}
	case "integer":
		n, ok := v.(json.Number)
		if _, err := n.Int64(); !ok || err != nil {
			return wrong
		}
	}
	return out
}

func formatted(format, text string) bool {
	var err error
	switch format {
	case "date-time":
		_, err = time.Parse(time.RFC3339, text)
	case "date":
		_, err = time.Parse("2006-01-02", text)
	case "int64":
		err = json.Unmarshal([]byte(text), new(int64))
	}
	return err == nil
}

// checkError holds refusals to Google's shape.
func checkError(status int, body string) []string {
	if status == http.StatusNotModified {
		return nil
	}
	var e struct {
		Error struct {
			Errors []struct{ Domain, Reason, Message, LocationType, Location string }
			Code   int
			Status string
			// Details stand only beside a status.
			Details []map[string]any
			Message string
		}
	}
	dec := json.NewDecoder(strings.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return []string{"not Google's error: " + err.Error()}
	}
	if e.Error.Code != status || e.Error.Message == "" || len(e.Error.Errors) != 1 || e.Error.Errors[0].Reason == "" || e.Error.Errors[0].Domain == "" {
		return []string{"not Google's error: " + body}
	}
	return nil
}
