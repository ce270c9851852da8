package simulator

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"time"
)

// Call is one request to a simulated provider, as counters and hooks see it.
type Call struct {
	Operation string // "google.patch", "zoom.create", …
	Write     bool   // it changes something at the provider
	OAuth     bool   // it goes to an OAuth endpoint
	Method    string
	Path      string
	Status    int // zero before the operation
}

// Desk counts calls, injects faults and runs hooks for one simulator.
// It is safe for concurrent use.
type Desk struct {
	mu     sync.Mutex
	counts map[string]int
	faults map[string][]fault
	// Before and After, when set, are called around each operation: Before has
	// not changed the provider yet, After has, but nothing has been answered.
	Before, After func(Call)
	// Answered, when set, is called when the answer has been handed over.
	Answered func(Call)
	// SlowFor is how long a "slow" fault keeps its caller waiting at most.
	SlowFor time.Duration
}

// FaultHeader names, on an answer that was spoilt on purpose, the kind of fault.
// It is for whoever checks answers on the simulator's side, who takes it off.
const FaultHeader = "X-Simulator-Fault"

type fault struct {
	kind string
	left int
}

// NewDesk returns a desk without faults.
func NewDesk() *Desk {
	return &Desk{counts: map[string]int{}, faults: map[string][]fault{}, SlowFor: 30 * time.Second}
}

// Arm makes the next n calls of operation fail. See SCENARIOS for the kinds.
func (d *Desk) Arm(operation, kind string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults[operation] = append(d.faults[operation], fault{kind, n})
}

// Disarm forgets every fault that has not struck yet.
func (d *Desk) Disarm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.faults)
}

// Counts returns how often each operation was called since the last Reset.
// "write" and "all" count calls outside the OAuth endpoints.
func (d *Desk) Counts() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make(map[string]int, len(d.counts))
	for k, v := range d.counts {
		out[k] = v
	}
	return out
}

// Reset sets every count to zero.
func (d *Desk) Reset() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.counts)
}

func (d *Desk) enter(c Call) (kind string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counts[c.Operation]++
	if !c.OAuth {
		d.counts["all"]++
		if c.Write {
			d.counts["write"]++
		}
	}
	queue := d.faults[c.Operation]
	if len(queue) == 0 {
		return ""
	}
	kind = queue[0].kind
	queue[0].left--
	if queue[0].left <= 0 {
		d.faults[c.Operation] = queue[1:]
	}
	return kind
}

// Serve runs one operation: counts it, lets a fault strike, and calls the hooks.
//
// refuse answers the provider's own way for a fault that needs the provider's
// words ("429", "daily", "401", "scope", "412", "410", a 5xx…) and reports
// whether it knows the kind. A kind that changes the operation itself ("empty",
// "partial") is passed on to do, which is called with "" when all is well.
func (d *Desk) Serve(w http.ResponseWriter, r *http.Request, c Call, refuse func(w http.ResponseWriter, kind string) bool, do func(w http.ResponseWriter, kind string)) {
	c.Method, c.Path = r.Method, r.URL.Path
	kind := d.enter(c)
	if d.Before != nil {
		d.Before(c)
	}
	record := httptest.NewRecorder()
	perform := func(kind string) {
		do(record, kind)
		c.Status = record.Code
		if d.After != nil {
			d.After(c)
		}
	}
	switch kind {
	case "":
		perform("")
	case "lost":
		perform("")
		drop(w)
		return
	case "reset":
		drop(w)
		return
	case "slow":
		perform("")
		select {
		case <-r.Context().Done():
		case <-time.After(d.SlowFor):
		}
		drop(w)
		return
	case "garbled":
		perform("")
		body := record.Body.Bytes()
		record.Body = bytes.NewBuffer(append(append([]byte{}, body[:len(body)/2]...), "\x00\xff<"...))
	case "html":
		record.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(record, "<!doctype html><title>Service</title><h1>Please wait</h1>")
	default:
		if !refuse(record, kind) {
			if status, err := strconv.Atoi(kind); err == nil {
				record.Code = status
			} else {
				perform(kind)
			}
		}
		if c.Status == 0 {
			c.Status = record.Code
		}
	}
	for k, v := range record.Header() {
		w.Header()[k] = v
	}
	if kind == "garbled" || kind == "html" {
		w.Header().Set(FaultHeader, kind)
	}
	c.Status = record.Code
	w.WriteHeader(record.Code)
	_, _ = w.Write(record.Body.Bytes())
	if d.Answered != nil {
		d.Answered(c)
	}
}

// drop closes the connection without an answer.
func drop(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}
