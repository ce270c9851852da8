package zoom

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// refused is the token endpoint's error: the text is in reason, there is no
// error_description.
type refused struct {
	Reason string `json:"reason"`
	Error  string `json:"error"`
	Code   int    `json:"errorCode,omitempty"`
}

// tokens is the token endpoint's answer.
type tokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int    `json:"expires_in"`
	Scope        string `json:"scope"`
	APIURL       string `json:"api_url"`
}

var (
	badClient  = answer{401, refused{Reason: "Invalid client_id or client_secret", Error: "invalid_client"}}
	badToken   = answer{400, refused{Reason: "Invalid Token!", Error: "invalid_grant"}}
	badCode    = answer{400, refused{Reason: "Invalid authorization code", Error: "invalid_grant"}}
	badRequest = answer{400, refused{Reason: "Bad Request", Error: "invalid_request"}}
	badGrant   = answer{400, refused{Reason: "Unsupported grant type", Error: "unsupported_grant_type"}}
)

// oauthFaults are the faults of the OAuth endpoints that need Zoom's words. None
// of them kills a token: "invalid_grant" is a lie.
var oauthFaults = map[string]answer{
	"400":           badRequest,
	"401":           badClient,
	"429":           {429, refused{Reason: "Too many requests", Error: "rate_limit_exceeded"}},
	"invalid_grant": badToken,
	"blocked":       {400, refused{Reason: "App has been disabled by admin", Error: "invalid_request", Code: 4738}},
}

func (s *Server) refuseOAuth(w http.ResponseWriter, kind string) bool {
	if a, ok := oauthFaults[kind]; ok {
		s.say(w, a)
		return true
	}
	if status, err := strconv.Atoi(kind); kind == "xml" || err == nil && status >= 500 {
		sayXML(w, kind)
		return true
	}
	return false
}

// token exchanges a code or rotates a refresh token.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.forClient(w, r, func(c *client, form url.Values) answer {
		switch form.Get("grant_type") {
		case "authorization_code":
			return s.exchange(c, form, r.Host)
		case "refresh_token":
			return s.rotate(c, form, r.Host)
		case "":
			return badRequest
		}
		return badGrant
	})
}

// revoke kills the grant of an access token, or of a refresh token.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	s.forClient(w, r, func(c *client, form url.Values) answer {
		text := form.Get("token")
		g := s.refresh[text]
		if token := s.access[text]; token != nil && !token.dead {
			g = token.grant
		}
		if g == nil || g.client != c {
			return badToken
		}
		s.end(g)
		return answer{200, map[string]string{"status": "success"}}
	})
}

// forClient authenticates the app, by Basic or by fields of the body, and
// answers under the lock.
func (s *Server) forClient(w http.ResponseWriter, r *http.Request, do func(*client, url.Values) answer) {
	if err := r.ParseForm(); err != nil {
		s.say(w, badRequest)
		return
	}
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	s.mu.Lock()
	a := badClient
	if c := s.clients[id]; c != nil && subtle.ConstantTimeCompare([]byte(c.secret), []byte(secret)) == 1 {
		a = do(c, r.PostForm)
	}
	s.mu.Unlock()
	s.say(w, a)
}

// exchange turns a code into tokens. A code works once, also when the rest of
// the request is wrong.
func (s *Server) exchange(c *client, form url.Values, host string) answer {
	known := s.codes[form.Get("code")]
	delete(s.codes, form.Get("code"))
	switch {
	case known == nil || known.client != c || !s.clock.Now().Before(known.until):
		return badCode
	case known.redirect != form.Get("redirect_uri"):
		return answer{400, refused{Reason: "Redirect URI mismatch", Error: "invalid_request"}}
	case !known.verified(form.Get("code_verifier")):
		return answer{400, refused{Reason: "Invalid code verifier", Error: "invalid_grant"}}
	}
	s.supersede(c, known.account)
	return s.pair(&grant{client: c, account: known.account, scopes: known.scopes}, host)
}

// verified checks the PKCE verifier against the challenge. Zoom's default method is plain.
func (c *code) verified(verifier string) bool {
	if c.challenge == "" {
		return true
	}
	if c.method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(verifier), []byte(c.challenge)) == 1
}

// rotate turns a refresh token into a new pair; the old one is dead from here on.
func (s *Server) rotate(c *client, form url.Values, host string) answer {
	g := s.refresh[form.Get("refresh_token")]
	if g == nil || g.client != c || g.ended || !s.clock.Now().Before(g.until) {
		return badToken
	}
	return s.pair(g, host)
}

func (s *Server) pair(g *grant, host string) answer {
	access, refresh := s.issue(g)
	base := s.url
	if base == "" {
		base = "http://" + host
	}
	return answer{200, tokens{
		AccessToken: access, TokenType: "bearer", RefreshToken: refresh,
		ExpiresIn: int(s.life.access.Seconds()) - 1, Scope: strings.Join(g.scopes, " "), APIURL: base,
	}}
}
