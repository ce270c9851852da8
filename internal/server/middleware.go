package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// bodyLimit bounds a request's body; the largest real one is a few settings.
	bodyLimit = 64 << 10
	// bodyTime bounds how long a client may take to send it.
	bodyTime = 10 * time.Second
	// answerTime bounds how long it may take to take an answer: the longest one may be
	// made in requestLimit, and an export is long. Streams have a bound of their own
	// for each event.
	answerTime = 10 * time.Minute
)

// guard is the outermost layer: it sets headers that every answer has, lets nobody
// take an answer byte by byte for ever, turns a panic into a 500, and counts. Paths and queries are not logged, because
// they carry addresses, states and codes; the route is.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		_, route := s.mux.Handler(r)
		out := &recorder{ResponseWriter: w}
		// Not every writer has deadlines; those without are bounded by their server.
		_ = http.NewResponseController(w).SetWriteDeadline(begun.Add(answerTime))
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		defer func() {
			if caught := recover(); caught != nil {
				s.panicked(out, route, caught)
			}
			s.requests.count(route, out.code(), time.Since(begun))
			s.Log.DebugContext(r.Context(), "request", slog.String("route", route), slog.Int("status", out.code()))
		}()
		next.ServeHTTP(out, r)
	})
}

// panicked answers 500 if nothing was answered yet. The panic's value may hold
// anything, so only its type is logged, unless it is the runtime's own.
func (s *server) panicked(w *recorder, route string, caught any) {
	if err, ok := caught.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(caught)
	}
	what := fmt.Sprintf("%T", caught)
	var own runtime.Error
	if err, ok := caught.(error); ok && errors.As(err, &own) {
		what = own.Error()
	}
	s.Log.Error("panic in a handler", slog.String("route", route), slog.String("panic", what), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		writeProblem(w, problem(http.StatusInternalServerError, "internal", "something went wrong here; the log says what"))
	}
}

// boundBody reads the whole body, bounded in size and time, before the handler
// runs, and then takes the deadline off the connection: a deadline that strikes
// while a handler works would look like a client that went away.
func (s *server) boundBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.SetReadDeadline(time.Now().Add(bodyTime))
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		_ = control.SetReadDeadline(time.Time{})
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			writeProblem(w, problem(http.StatusRequestEntityTooLarge, "too_large", fmt.Sprintf("a body may have %d bytes at most", bodyLimit)))
			return
		case err != nil:
			w.Header().Set("Connection", "close")
			writeProblem(w, problem(http.StatusRequestTimeout, "timeout", "the body did not arrive whole"))
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int // zero: nothing answered yet
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// requestMetrics counts requests by route, never by path.
type requestMetrics struct {
	total   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

func newRequestMetrics(registry *prometheus.Registry) *requestMetrics {
	m := &requestMetrics{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "slotward_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "slotward_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.005, .025, .1, .5, 2.5, 10, 60},
		}, []string{"route"}),
	}
	registry.MustRegister(m.total, m.seconds)
	return m
}

func (m *requestMetrics) count(route string, status int, took time.Duration) {
	if route == "" {
		route = "/"
	}
	m.total.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}
