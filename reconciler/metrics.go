package reconciler

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"slotward/store"
)

// metrics are the reconciler's figures for Prometheus.
type metrics struct {
	passes   *prometheus.CounterVec
	seconds  prometheus.Histogram
	actions  *prometheus.CounterVec
	requests *prometheus.CounterVec
}

func newMetrics(registry prometheus.Registerer, s *store.Store) *metrics {
	m := &metrics{
		passes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "slotward_passes_total", Help: "Passes by how they ended."}, []string{"outcome"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "slotward_pass_seconds", Help: "How long passes took.", Buckets: prometheus.ExponentialBuckets(0.01, 3, 9)}),
		actions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "slotward_actions_total", Help: "Actions by kind and outcome."}, []string{"kind", "outcome"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "slotward_provider_requests_total", Help: "Requests to providers by answer."}, []string{"provider", "status"}),
	}
	if registry != nil {
		registry.MustRegister(m.passes, m.seconds, m.actions, m.requests,
			prometheus.NewCounterFunc(prometheus.CounterOpts{
				Name: "slotward_store_rows_written_total", Help: "Rows of state changed; the queue's own bookkeeping is not counted.",
			}, func() float64 { return float64(s.RowsWritten()) }))
	}
	return m
}

func (m *metrics) pass(outcome string, took time.Duration) {
	m.passes.WithLabelValues(outcome).Inc()
	m.seconds.Observe(took.Seconds())
}

// counted counts every request that leaves for a provider.
type counted struct {
	base     http.RoundTripper
	provider string
	metrics  *metrics
}

func (c *counted) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.base.RoundTrip(req)
	status := "error"
	if err == nil {
		status = strconv.Itoa(resp.StatusCode)
	}
	c.metrics.requests.WithLabelValues(c.provider, status).Inc()
	return resp, err
}
