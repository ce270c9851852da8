package zoom

import (
	"net/http"
	"strconv"
	"time"
)

// label is the weight that Zoom gives an endpoint.
type label string

const (
	light  label = "Light"
	medium label = "Medium"
)

// Plan is what a Zoom account pays for; it sets how many requests it may make.
type Plan int

// The plans. Limits hold for the whole account, whichever app calls.
const (
	Pro      Plan = iota // the default
	Free                 // Basic
	Business             // and Education, Enterprise
)

// allowance is how many requests a plan has for one label.
type allowance struct {
	perSecond int
	perDay    int // zero: no limit
}

var allowances = map[Plan]map[label]allowance{
	Free:     {light: {4, 6000}, medium: {2, 2000}},
	Pro:      {light: {30, 0}, medium: {20, 0}},
	Business: {light: {80, 0}, medium: {60, 0}},
}

// hostWrites is how many creates and updates a day a host's meetings take.
const hostWrites = 100

// bucket counts requests in the second or day that began at start.
type bucket struct {
	start time.Time
	used  int
}

// take counts one request and reports how many were counted in its window.
func (s *Server) take(key string, now time.Time, window time.Duration) int {
	b := s.pace[key]
	if start := now.Truncate(window); !b.start.Equal(start) {
		b = bucket{start: start}
	}
	b.used++
	s.pace[key] = b
	return b.used
}

// pass counts a request against its account's limits.
func (s *Server) pass(r *request) *answer {
	a := r.caller()
	limit := allowances[a.plan][r.label]
	key := a.accountID + " " + string(r.label)
	paceHeaders(r.out, r.label, "QPS", limit.perSecond, limit.perSecond-1)
	if s.paced() {
		used := s.take(key+" second", r.now, time.Second)
		paceHeaders(r.out, r.label, "QPS", limit.perSecond, limit.perSecond-used)
		if used > limit.perSecond {
			r.out.Set("X-RateLimit-Reset", strconv.FormatInt(r.now.Truncate(time.Second).Add(time.Second).Unix(), 10))
			return s.problem(429, 429, msgPerSecond)
		}
	}
	if limit.perDay > 0 {
		used := s.take(key+" day", r.now, 24*time.Hour)
		paceHeaders(r.out, r.label, "Daily-limit", limit.perDay, limit.perDay-used)
		if used > limit.perDay {
			return s.accountDaily(r.out, r.label, r.now)
		}
	}
	return nil
}

func (s *Server) paced() bool {
	return s.switches.QPS == PaceOn || s.switches.QPS == PaceByClock && s.clock.Real()
}

// spend counts a write against the host's day, or refuses it. What is refused
// is not counted; what fails later is.
func (s *Server) spend(r *request, host *account) *answer {
	if host.used(r.now) >= hostWrites {
		return s.hostDaily(r.out, r.now)
	}
	host.spend(r.now, 1)
	paceHeaders(r.out, r.label, "Daily-limit", hostWrites, hostWrites-host.used(r.now))
	return nil
}

// hostDaily is the 429 of a host whose day is spent. The real one has been seen
// with the headers of the plain light bucket, which tell nothing.
func (s *Server) hostDaily(out http.Header, now time.Time) *answer {
	if s.switches.DailyHeaders {
		paceHeaders(out, medium, "Daily-limit", hostWrites, 0)
		out.Set("Retry-After", nextDay(now).Format(time.RFC3339))
	} else {
		paceHeaders(out, light, "", 6000, 5893)
		out.Del("Retry-After")
	}
	return s.problem(429, 429, msgHostDaily)
}

// accountDaily is the 429 of an account whose day is spent.
func (s *Server) accountDaily(out http.Header, l label, now time.Time) *answer {
	paceHeaders(out, l, "Daily-limit", allowances[Free][l].perDay, 0)
	out.Set("Retry-After", nextDay(now).Format(time.RFC3339))
	return s.problem(429, 429, msgAccountDaily)
}

// nextDay is the next 00:00 UTC.
func nextDay(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour) }

func paceHeaders(h http.Header, l label, kind string, limit, remaining int) {
	h.Set("X-RateLimit-Category", string(l))
	h.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(remaining, 0)))
	h.Del("X-RateLimit-Type")
	if kind != "" {
		h.Set("X-RateLimit-Type", kind)
	}
}
