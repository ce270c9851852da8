package google

import "time"

// Google's limits for projects made since May 2026, in requests a minute.
const (
	defaultUserQuota    = 600
	defaultProjectQuota = 10000
)

// spend counts one request of account by a client of project against both
// sliding windows of a minute; a request that is refused does not count.
func (s *Server) spend(project, account string) *apiError {
	user := project + " " + account
	userFull := s.full(user, s.behaviour.UserQuota, defaultUserQuota)
	if userFull || s.full(project, s.behaviour.ProjectQuota, defaultProjectQuota) {
		if s.behaviour.QuotaStatus == 429 {
			return usage(429, "rateLimitExceeded", "Rate Limit Exceeded")
		}
		if userFull {
			return usage(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
		}
		return usage(403, "rateLimitExceeded", "Rate Limit Exceeded")
	}
	now := s.now()
	s.quotas[user] = append(s.quotas[user], now)
	s.quotas[project] = append(s.quotas[project], now)
	return nil
}

// full reports whether a window has no room left, and forgets what is no
// longer in it.
func (s *Server) full(key string, limit, standard int) bool {
	if limit == 0 {
		limit = standard
	}
	window := s.quotas[key]
	start := s.now().Add(-time.Minute)
	for len(window) > 0 && !window[0].After(start) {
		window = window[1:]
	}
	s.quotas[key] = window
	return limit > 0 && len(window) >= limit
}
