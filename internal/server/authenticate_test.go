package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// document is what the test reads of the OpenAPI document.
type document struct {
	Paths map[string]map[string]struct {
		Security    []map[string][]string
		Summary     string
		OperationID string
	}
}

func TestEveryRouteButHealthAndOAuthNeedsAToken(t *testing.T) {
	w := newWorld(t)
	var doc document
	w.ok(http.StatusOK, "GET", "/openapi.json", "", &doc)
	var guarded, free int
	for path, operations := range doc.Paths {
		address := strings.NewReplacer("{person}", "1", "{calendar}", "1", "{event}", "1:x", "{provider}", "zoom", "{name}", "x").Replace(path)
		for method, op := range operations {
			if op.Summary == "" || op.OperationID == "" {
				t.Errorf("%s %s is not described", method, path)
			}
			resp := plain(t, strings.ToUpper(method), w.http.URL+address, "")
			if open(path) {
				free++
				if resp.StatusCode == http.StatusUnauthorized || len(op.Security) > 0 {
					t.Errorf("%s %s should be open, answers %d", method, path, resp.StatusCode)
				}
				continue
			}
			guarded++
			if resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("WWW-Authenticate") == "" || len(op.Security) == 0 {
				t.Errorf("%s %s answers %d without a token", method, path, resp.StatusCode)
			}
		}
	}
	if guarded != 43 || free != 4 {
		t.Errorf("%d guarded and %d open routes; count them again", guarded, free)
	}
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	for name, header := range map[string]string{
		"none": "", "wrong": "Bearer nonsense", "empty": "Bearer ", "basic": "Basic dGVzdHM6" + w.token,
		"long": "Bearer " + strings.Repeat("x", 10_000), "in the wrong place": w.token,
	} {
		resp := plain(t, "GET", w.http.URL+"/api/v1/people", header)
		if resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
	if resp := plain(t, "GET", w.http.URL+"/api/v1/people", "bearer "+w.token); resp.StatusCode != http.StatusOK {
		t.Errorf("the scheme's case matters: %d", resp.StatusCode)
	}
	if resp := plain(t, "GET", w.http.URL+"/api/v1/people?token="+w.token, ""); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token in the query is taken: %d", resp.StatusCode)
	}
	if err := w.store.DeleteAPIToken(t.Context(), "tests"); err != nil {
		t.Fatal(err)
	}
	w.refused(http.StatusUnauthorized, "token", "GET", "/api/v1/people", "")
}

func TestNoPathGetsAroundTheToken(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/", "/nothing", "/api", "/oauth/../api/v1/people", "/oauth/%2e%2e/api/v1/people", "//api/v1/people", "/oauth", "/livez/", "/oauth/zoom", "/oauth/zoom/start/../../../api/v1/people"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", w.http.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Opaque = "//" + strings.TrimPrefix(w.http.URL, "http://") + path
		resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode < 300 {
			t.Errorf("%s answers %d", path, resp.StatusCode)
		}
	}
}

// plain makes a request with that Authorization header and drops the body.
func plain(t *testing.T, method, address, authorization string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

func TestDocumentIsOpenAPI(t *testing.T) {
	w := newWorld(t)
	resp, content := w.send("GET", "/openapi.json", "")
	if got := resp.Header.Get("Content-Type"); got != "application/openapi+json" {
		t.Errorf("Content-Type %q", got)
	}
	var doc map[string]any
	if err := json.Unmarshal([]byte(content), &doc); err != nil {
		t.Fatal(err)
	}
	if version, _ := doc["openapi"].(string); !strings.HasPrefix(version, "3.1") {
		t.Errorf("openapi %q", version)
	}
	for _, want := range []string{`"bearer"`, `"example"`, "application/problem+json", "text/event-stream"} {
		if !strings.Contains(content, want) && !strings.Contains(content, strings.Replace(want, "example", "examples", 1)) {
			t.Errorf("the document lacks %s", want)
		}
	}
}
