package zoom

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// request is one call of the API on its way to an endpoint.
type request struct {
	endpoint
	kind          string // the fault that changes the operation itself, or ""
	body          []byte
	query         url.Values
	header        http.Header
	user, meeting string // from the path
	out           http.Header

	now   time.Time
	grant *grant
	admin bool // the token reaches every user of the account
}

// caller is the account behind the token.
func (r *request) caller() *account { return r.grant.account }

// perform admits a request and carries it out, all under the server's lock.
func (s *Server) perform(r *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.now = s.clock.Now()
	if refused := s.admit(r); refused != nil {
		return *refused
	}
	return r.serve(s, r)
}

// admit checks the token, its scopes and the requests per second, in the order
// in which the real gateway complains.
func (s *Server) admit(r *request) *answer {
	if r.query.Has("access_token") {
		return s.problem(401, 124, msgTokenInQuery)
	}
	bearer, _ := strings.CutPrefix(r.header.Get("Authorization"), "Bearer ")
	token := s.access[bearer]
	switch {
	case token == nil || token.dead:
		return s.problem(401, 124, msgInvalidToken)
	case !r.now.Before(token.until):
		return s.problem(401, 124, msgExpiredToken)
	}
	r.grant = token.grant
	r.admin = token.grant.holds(r.granular+":admin", r.classic+":admin")
	if !r.admin && !token.grant.holds(r.granular, r.classic) {
		return s.missingScope(r.granular, r.granular+":admin")
	}
	return s.pass(r)
}

// holds reports whether any of the scopes was granted.
func (g *grant) holds(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(g.scopes, scope) })
}

// target is the account that a path's {user} names. A token of one user may say
// only `me`; one of an administrator may also name others of its account.
func (s *Server) target(r *request) (*account, *answer) {
	if r.user == "me" {
		return r.caller(), nil
	}
	if !r.admin {
		return nil, s.missingScope(r.granular + ":admin")
	}
	for _, a := range s.accounts {
		if a.accountID == r.caller().accountID && (a.id == r.user || a.email == r.user) {
			return a, nil
		}
	}
	return nil, s.problem(404, 1001, msgNoUser, r.user)
}

// manages says whether the caller is the host, or administers the host's account.
func (r *request) manages(host *account) bool {
	return host == r.caller() || r.admin && host.accountID == r.caller().accountID
}

// find is the live meeting that a path's {meeting} names, if the caller may
// touch it.
func (s *Server) find(r *request) (*meeting, *answer) {
	m := s.meetings[number(r.meeting)]
	switch {
	case m == nil || m.host.accountID != r.caller().accountID || !m.alive(r.now):
		return nil, s.problem(404, 3001, msgNoMeeting, r.meeting)
	case !r.manages(m.host):
		return nil, s.problem(400, 3003, msgNotHost)
	case m.host.forbidden:
		return nil, s.problem(400, 3161, msgNotAllowed)
	}
	return m, nil
}

// number reads a meeting's id as people copy it; zero if it is none.
func number(text string) int64 {
	var n int64
	for _, c := range text {
		if c < '0' || c > '9' || n > 1<<50 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}
