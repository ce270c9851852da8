package zoom

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// grant is one authorisation: an app may act for a user.
type grant struct {
	client  *client
	account *account
	scopes  []string
	access  []*accessToken // every one given out for it
	refresh string         // the only live refresh token
	until   time.Time      // when refresh dies of old age
	ended   bool
}

type accessToken struct {
	grant *grant
	until time.Time
	dead  bool // revoked or rotated away, which Zoom tells apart from expired
}

// code is an authorisation code that waits to be exchanged.
type code struct {
	client            *client
	account           *account
	scopes            []string
	redirect          string
	challenge, method string
	until             time.Time
}

// issue gives a grant a new pair of tokens. The earlier refresh token is dead at once.
func (s *Server) issue(g *grant) (access, refresh string) {
	now := s.clock.Now()
	delete(s.refresh, g.refresh)
	if !s.switches.OldAccessLives {
		g.dropAccess()
	}
	access, refresh = s.jwt(g, "access"), s.jwt(g, "refresh")
	token := &accessToken{grant: g, until: now.Add(s.life.access)}
	g.access = append(g.access, token)
	s.access[access] = token
	g.refresh, g.until = refresh, now.Add(s.life.refresh)
	s.refresh[refresh] = g
	return access, refresh
}

// end kills every token of a grant.
func (s *Server) end(g *grant) {
	g.ended = true
	delete(s.refresh, g.refresh)
	g.dropAccess()
}

func (g *grant) dropAccess() {
	for _, token := range g.access {
		token.dead = true
	}
	g.access = nil
}

// supersede ends every earlier grant of the same user and app: a new
// authorisation invalidates the tokens of the ones before.
func (s *Server) supersede(c *client, a *account) {
	for _, g := range s.grants(a) {
		if g.client == c {
			s.end(g)
		}
	}
}

// grants are the account's live authorisations, by app.
func (s *Server) grants(a *account) []*grant {
	var out []*grant
	for _, g := range s.refresh {
		if g.account == a && !g.ended {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *grant) int { return cmp.Compare(a.client.id, b.client.id) })
	return out
}

// jwt makes a token that looks, and is as long, as the real ones.
func (s *Server) jwt(g *grant, kind string) string {
	encode := base64.RawURLEncoding.EncodeToString
	s.serial++
	head := `{"sv":"000001","alg":"HS512","v":"2.0","kid":"` + s.letters(36) + `"}`
	claims := fmt.Sprintf(`{"ver":10,"auid":%q,"typ":%q,"tid":%d,"uid":%q,"aid":%q,"pad":%q}`,
		s.letters(32), kind, s.serial, g.account.id, g.account.accountID, s.letters(360))
	return s.keep(strings.Join([]string{encode([]byte(head)), encode([]byte(claims)), encode([]byte(s.letters(64)))}, "."))
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// letters returns n random letters and digits.
func (s *Server) letters(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[s.random.IntN(len(alphabet))]
	}
	return string(out)
}
