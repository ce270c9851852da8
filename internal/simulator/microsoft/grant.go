package microsoft

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"
)

// Lifetimes.
const (
	accessLife  = 3599 * time.Second
	codeLife    = 10 * time.Minute
	refreshLife = 90 * 24 * time.Hour // every refresh token's own
)

// client is an app's registration.
type client struct {
	id, secret string
	redirects  []string
	audience   Audience
	tenant     string // of the registration: the only one, for SingleTenant
	expired    bool   // its secret
}

// Audience says whose accounts may use an app.
type Audience string

// The audiences of an app.
const (
	Everybody     Audience = ""      // work, school and personal accounts
	Organizations Audience = "work"  // work and school accounts of any organisation
	SingleTenant  Audience = "mine"  // accounts of one organisation
	ConsumersOnly Audience = "hobby" // personal accounts
)

type grantKey struct{ client, account string }

// grant is everything that one account has allowed one client.
type grant struct {
	client, account string
	scopes          scopeSet
	refresh         map[string]*refreshToken
}

type refreshToken struct {
	scopes scopeSet
	issued time.Time
}

type accessToken struct {
	value           string
	client, account string
	scopes          scopeSet
	expires         time.Time
}

// scopeSet is a set of permissions, by their names in lower case.
type scopeSet map[string]string

const resource = "https://graph.microsoft.com/"

// parseScopes reads a scope parameter. The resource may stand before a permission.
func parseScopes(text string) scopeSet {
	out := scopeSet{}
	for _, scope := range strings.Fields(text) {
		if len(scope) > len(resource) && strings.EqualFold(scope[:len(resource)], resource) {
			scope = scope[len(resource):]
		}
		out[strings.ToLower(scope)] = scope
	}
	return out
}

func (s scopeSet) has(scope string) bool { _, ok := s[strings.ToLower(scope)]; return ok }

func (s scopeSet) names() []string { return slices.Sorted(maps.Values(s)) }

// signIn are the permissions about who the user is.
var signIn = []string{"openid", "profile", "email", "offline_access"}

// answer is what the token endpoint says was granted; offline_access shows in
// the refresh token only.
func (s scopeSet) answer(long bool) string {
	var out []string
	for _, name := range s.names() {
		switch {
		case strings.EqualFold(name, "offline_access"):
			continue
		case long && !slices.Contains(signIn, strings.ToLower(name)):
			name = resource + name
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

// secret makes an unguessable value that looks like Microsoft's.
func (s *Server) secret(prefix string) string {
	value := prefix + rand.Text() + rand.Text() + rand.Text()
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

func (s *Server) newRefreshToken(g *grant, scopes scopeSet) string {
	value := s.secret("0.ARoA_")
	g.refresh[value] = &refreshToken{scopes, s.now()}
	return value
}

func (s *Server) newAccessToken(g *grant, scopes scopeSet) *accessToken {
	t := &accessToken{value: s.secret("eyJ0eXAiOiJKV1QiLCJub25jZSI6"), client: g.client, account: g.account, scopes: scopes, expires: s.now().Add(accessLife)}
	s.access[t.value] = t
	return t
}

// findRefresh returns the grant and the token with this value, also when it has
// expired.
func (s *Server) findRefresh(value string) (*grant, *refreshToken) {
	for _, g := range s.grants {
		if t := g.refresh[value]; t != nil {
			return g, t
		}
	}
	return nil, nil
}

// revoke takes back everything that an account allowed to any client. Access
// tokens that were given out are good until they expire, except that Graph
// evaluates continuously and refuses them at once.
func (s *Server) revoke(account string) {
	for _, id := range s.subscriptionIDs(account) {
		s.lifecycle(s.watching[id], "subscriptionRemoved")
		delete(s.watching, id)
	}
	maps.DeleteFunc(s.grants, func(_ grantKey, g *grant) bool { return g.account == account })
	maps.DeleteFunc(s.access, func(_ string, t *accessToken) bool { return t.account == account })
}
