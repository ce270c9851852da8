package microsoft

import (
	"bufio"
	"cmp"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	standardConcurrency = 4
	standardQuota       = 10_000
	quotaWindow         = 10 * time.Minute
)

// takeOff counts a request as in flight until land is called, and reports
// whether that is one too many for its app and mailbox.
func (s *Server) takeOff(r *http.Request) (over bool, land func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := s.bearer(r)
	if token == nil {
		return false, func() {}
	}
	key := token.client + " " + token.account
	if s.behaviour.ConcurrencyPerApp {
		key = token.client
	}
	s.flying[key]++
	limit := cmp.Or(s.behaviour.Concurrency, standardConcurrency)
	return limit > 0 && s.flying[key] > limit, sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.flying[key]--; s.flying[key] == 0 {
			delete(s.flying, key)
		}
	})
}

// landing ends a request's flight just before its answer can reach the client,
// who may send the next one at once.
type landing struct {
	http.ResponseWriter
	land func()
}

func (l landing) WriteHeader(status int) {
	l.land()
	l.ResponseWriter.WriteHeader(status)
}

// Hijack hands over the connection, which the desk does to break it.
func (l landing) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.land()
	return http.NewResponseController(l.ResponseWriter).Hijack()
}

// spend counts one request against the quota of its app and mailbox. Requests
// that are refused count, too.
func (s *Server) spend(token *accessToken) *problem {
	limit := cmp.Or(s.behaviour.Quota, standardQuota)
	if limit < 0 {
		return nil
	}
	key := token.client + " " + token.account
	now := s.now()
	window := s.spent[key]
	for len(window) > 0 && !window[0].After(now.Add(-quotaWindow)) {
		window = window[1:]
	}
	s.spent[key] = append(window, now)
	if len(window) >= limit {
		return tooMany("12.532")
	}
	return nil
}
