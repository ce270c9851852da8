package google_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// strict is a transport that fails the test when a refusal of the API, which
// Google's discovery document does not describe, has not Google's shape.
type strict struct {
	t    *testing.T
	next http.RoundTripper
}

func (s strict) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(r)
	if err != nil || !strings.HasPrefix(r.URL.Path, "/calendar/v3/") || resp.StatusCode < 300 || resp.StatusCode == http.StatusNotModified {
		return resp, err
	}
	body := readAll(s.t, resp)
	resp.Body = io.NopCloser(strings.NewReader(body))
	if problem := faulty(resp.StatusCode, body); problem != "" {
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

// faulty says how a refusal differs from Google's shape; "" if it does not.
func faulty(status int, body string) string {
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
		return "not Google's error: " + err.Error()
	}
	if e.Error.Code != status || e.Error.Message == "" || len(e.Error.Errors) != 1 || e.Error.Errors[0].Reason == "" || e.Error.Errors[0].Domain == "" {
		return "not Google's error: " + body
	}
	return ""
}
