package contract

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"

	"slotward/internal/simulator"
)

// maxBody bounds what is kept of a body for checking, in bytes.
const maxBody = 64 << 20

// handler wraps one simulator. Without a document it only takes the fault
// header off.
type handler struct {
	next     http.Handler
	document *document
	tolerant bool // of requests that are refused
	report   func([]Violation)
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := &recorder{ResponseWriter: w}
	if h.document == nil || !h.document.covers(r) {
		h.next.ServeHTTP(answer, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		// The client went away in the middle of its request: nothing to check.
		r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
		h.next.ServeHTTP(answer, r)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	x, broken := h.document.checkRequest(r, body)
	if !h.tolerant {
		h.report(broken)
	}
	answer.check = func() {
		if h.tolerant && answer.status < http.StatusMultipleChoices {
			h.report(broken)
		}
		h.report(x.checkAnswer(answer.status, answer.Header(), answer.body.Bytes()))
	}
	h.next.ServeHTTP(answer, r)
	answer.finish()
}

// recorder passes an answer through and keeps a copy to check.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
	spoilt bool   // by the simulator, or no answer at all
	check  func() // nil: not checked
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
		r.spoilt = r.Header().Get(simulator.FaultHeader) != ""
		r.Header().Del(simulator.FaultHeader)
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if r.check != nil {
		r.body.Write(p)
	}
	return r.ResponseWriter.Write(p)
}

// Flush checks what was answered so far, which simulators write at once, so
// that a violation is known before the client can act on the answer.
func (r *recorder) Flush() {
	r.finish()
	_ = http.NewResponseController(r.ResponseWriter).Flush()
}

// Hijack hands over the connection, which simulators do to break it.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.spoilt = true
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

func (r *recorder) finish() {
	if r.status == 0 && !r.spoilt {
		r.WriteHeader(http.StatusOK)
	}
	if r.check != nil && !r.spoilt {
		r.check()
	}
	r.check = nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
