package figures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// wire carries a client's requests to the provider and writes the answers down,
// or gives those that were written down: then what is measured is our side alone.
type wire struct {
	to   http.RoundTripper
	tape *tape // what is written on, or read from
	play bool
}

// tape is what a provider answered, by the address that was asked.
type tape struct {
	answers map[string]answer
	bytes   int // of all answers
}

// answer is one answer as it came.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// record has everything from now on written down anew.
func (w *wire) record() *tape {
	w.tape, w.play = &tape{answers: map[string]answer{}}, false
	return w.tape
}

// replay has everything from now on answered from a tape.
func (w *wire) replay(t *tape) { w.tape, w.play = t, true }

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	asked := req.URL.String()
	if w.play {
		a, ok := w.tape.answers[asked]
		if !ok {
			return nil, fmt.Errorf("%s %s was not asked before", req.Method, req.URL.Path)
		}
		return a.to(req), nil
	}
	resp, err := w.to.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	a := answer{resp.StatusCode, resp.Header, body}
	w.tape.answers[asked] = a
	w.tape.bytes += len(body)
	return a.to(req), nil
}

func (a answer) to(req *http.Request) *http.Response {
	return &http.Response{
		StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: a.header.Clone(), ContentLength: int64(len(a.body)), Body: io.NopCloser(bytes.NewReader(a.body)),
	}
}

// decode is what nobody who reads these answers can do without.
func (t *tape) decode() error {
	for _, a := range t.answers {
		var decoded any
		if err := json.Unmarshal(a.body, &decoded); err != nil {
			return err
		}
	}
	return nil
}

// bearer adds the token of the person's calendar to requests.
type bearer struct{ *world }

func (b bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := b.store.Token(req.Context(), b.connection)
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+token.Access)
	return http.DefaultTransport.RoundTrip(req)
}
