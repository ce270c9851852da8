package google

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"
)

// Lifetimes.
const (
	accessLife   = 3599 * time.Second
	codeLife     = 10 * time.Minute
	testingLife  = 7 * 24 * time.Hour
	idleLife     = 182 * 24 * time.Hour // unused for six months
	refreshLimit = 100                  // live refresh tokens per account and client
)

// client is an OAuth client of some Google Cloud project.
type client struct {
	id, secret string
	redirects  []string
}

// projectOf is the project that a client belongs to: client ids begin with the
// project's number, as in "1234-abcd.apps.googleusercontent.com".
func projectOf(client string) string {
	project, _, _ := strings.Cut(client, "-")
	return project
}

type grantKey struct{ client, account string }

// grant is everything that one account has allowed one client.
type grant struct {
	client, account string
	scopes          scopeSet
	refresh         []*refreshToken // live ones, oldest first
}

type refreshToken struct {
	value        string
	scopes       scopeSet
	issued, used time.Time
}

type accessToken struct {
	value   string
	grant   *grant
	refresh *refreshToken // nil: made without one
	scopes  scopeSet
	expires time.Time
}

func (t *accessToken) live(now time.Time) bool { return now.Before(t.expires) }

// scopeSet is a set of normalised scopes.
type scopeSet map[string]bool

func (s scopeSet) has(scope string) bool { return s[scope] }

// onlyOwned reports whether all that a token has of the accepted scopes is
// limited to calendars that the user owns.
func (s scopeSet) onlyOwned(accepted []string) bool {
	for _, a := range accepted {
		if s[a] && !strings.Contains(a, ".owned") {
			return false
		}
	}
	return true
}

func (s scopeSet) String() string { return strings.Join(slices.Sorted(maps.Keys(s)), " ") }

// parseScopes reads a scope parameter. Google answers with the long names of
// email and profile.
func parseScopes(text string) scopeSet {
	out := scopeSet{}
	for _, scope := range strings.Fields(text) {
		switch scope {
		case "email", "profile":
			scope = scopePrefix + "userinfo." + scope
		}
		out[scope] = true
	}
	return out
}

// signIn reports whether a scope is about who the user is; those cannot be
// unticked.
func signIn(scope string) bool {
	return scope == "openid" || strings.HasPrefix(scope, scopePrefix+"userinfo.")
}

// secret makes an unguessable value that looks like Google's.
func (s *Server) secret(prefix string) string {
	value := prefix + rand.Text() + rand.Text()
	s.secrets = append(s.secrets, value)
	return value
}

// Secrets returns every code and token that was ever given out, so that a test
// can look for what must not leak.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.secrets)
}

// newRefreshToken gives out one more; beyond the limit the oldest dies without
// a word.
func (s *Server) newRefreshToken(g *grant, scopes scopeSet) *refreshToken {
	now := s.now()
	t := &refreshToken{value: s.secret("1//0"), scopes: scopes, issued: now, used: now}
	g.refresh = append(g.refresh, t)
	if len(g.refresh) > refreshLimit {
		g.refresh = g.refresh[1:]
	}
	return t
}

func (s *Server) newAccessToken(g *grant, r *refreshToken, scopes scopeSet) *accessToken {
	t := &accessToken{value: s.secret("ya29."), grant: g, refresh: r, scopes: scopes, expires: s.now().Add(accessLife)}
	s.access[t.value] = t
	return t
}

// findRefresh returns the live refresh token with this value and its grant.
func (s *Server) findRefresh(value string) (*grant, *refreshToken) {
	for _, g := range s.grants {
		for _, t := range g.refresh {
			if t.value == value && s.refreshLives(t) {
				return g, t
			}
		}
	}
	return nil, nil
}

func (s *Server) refreshLives(t *refreshToken) bool {
	now := s.now()
	return now.Sub(t.used) < idleLife && (!s.behaviour.Testing || now.Sub(t.issued) < testingLife)
}

// revokeProject takes back everything that an account allowed to any client of
// a project; "" means every project.
func (s *Server) revokeProject(account, project string) (any bool) {
	for key, g := range s.grants {
		if g.account == account && (project == "" || projectOf(g.client) == project) {
			delete(s.grants, key)
			any = true
		}
	}
	for value, t := range s.access {
		if t.grant.account == account && (project == "" || projectOf(t.grant.client) == project) {
			delete(s.access, value)
		}
	}
	for id, ch := range s.channels {
		if ch.account == account && (project == "" || projectOf(ch.client) == project) {
			delete(s.channels, id)
		}
	}
	return any
}
