package microsoft

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

const maxBatch = 20

// batchItem is one request inside a batch.
type batchItem struct {
	ID        string            `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []string          `json:"dependsOn"`
}

type batchAnswer struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body,omitempty"`
}

// serveBatch runs up to 20 requests, each of which counts, is throttled and
// fails on its own. The desk sees those, not the batch around them. Answers come
// in no promised order: here the last comes first.
func (s *Server) serveBatch(w http.ResponseWriter, r *http.Request) {
	r.Header.Set("request-id", guid(rand.Text()))
	w.Header().Set("request-id", r.Header.Get("request-id"))
	s.mu.Lock()
	token := s.bearer(r)
	s.mu.Unlock()
	if token == nil {
		s.refuse(w, r, badToken())
		return
	}
	if p := s.buffer(r); p != nil {
		s.refuse(w, r, p)
		return
	}
	items, p := readBatch(r)
	if p != nil {
		s.refuse(w, r, p)
		return
	}
	status := map[string]int{}
	var answers []batchAnswer
	for _, item := range items {
		a := batchAnswer{ID: item.ID, Status: http.StatusFailedDependency, Headers: map[string]string{"Content-Type": "application/json"}, Body: failedDependency}
		if !slices.ContainsFunc(item.DependsOn, func(id string) bool { return status[id]/100 != 2 }) {
			a = s.runInBatch(r, item)
		}
		status[item.ID] = a.Status
		answers = append(answers, a)
	}
	slices.Reverse(answers)
	writeJSON(w, http.StatusOK, map[string]any{"responses": answers})
}

var failedDependency = json.RawMessage(`{"error":{"code":"FailedDependency","message":"A request that this one depends on has failed."}}`)

func readBatch(r *http.Request) ([]batchItem, *problem) {
	var in struct {
		Requests []batchItem `json:"requests"`
	}
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(raw, &in)
	}
	if err != nil || len(in.Requests) == 0 {
		return nil, invalidRequest("BadRequest", "Invalid batch payload format.")
	}
	if len(in.Requests) > maxBatch {
		return nil, invalidRequest("MaximumValueExceeded", "Number of batch request steps exceeds the maximum value of 20.")
	}
	var seen []string
	for _, one := range in.Requests {
		switch {
		case one.ID == "" || slices.Contains(seen, one.ID):
			return nil, invalidRequest("BadRequest", "Every request in a batch needs an id of its own.")
		case one.Method == "" || !strings.HasPrefix(one.URL, "/"):
			return nil, invalidRequest("BadRequest", "Every request in a batch needs a method and a relative url.")
		case slices.ContainsFunc(one.DependsOn, func(id string) bool { return !slices.Contains(seen, id) }):
			return nil, invalidRequest("BadRequest", "Request '"+one.ID+"' depends on a request that does not come before it.")
		}
		seen = append(seen, one.ID)
	}
	return in.Requests, nil
}

// runInBatch runs one request of a batch with the caller's token.
func (s *Server) runInBatch(outer *http.Request, item batchItem) (out batchAnswer) {
	out = batchAnswer{ID: item.ID, Status: http.StatusGatewayTimeout, Headers: map[string]string{}}
	defer func() { _ = recover() }() // an operation that was to break the connection: nothing came back in time
	r, err := http.NewRequestWithContext(outer.Context(), item.Method, v1+item.URL, bytes.NewReader(item.Body))
	if err != nil || strings.HasPrefix(item.URL, "/$batch") {
		out.Status = http.StatusBadRequest
		return out
	}
	for name, value := range item.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Authorization", outer.Header.Get("Authorization"))
	r.Header.Del("Accept-Encoding")
	record := httptest.NewRecorder()
	s.graph.ServeHTTP(record, ownPath(r))
	out.Status = record.Code
	for _, name := range []string{"Content-Type", "ETag", "Retry-After", "Location", "Preference-Applied", "WWW-Authenticate"} {
		if value := record.Header().Get(name); value != "" {
			out.Headers[name] = value
		}
	}
	if body := record.Body.Bytes(); len(body) > 0 {
		if json.Valid(body) {
			out.Body = json.RawMessage(body)
		} else {
			out.Body = body // as base64, like everything that is not JSON
		}
	}
	return out
}
