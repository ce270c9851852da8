package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

const (
	// ticketLife is how long a link that connects an account works.
	ticketLife = time.Hour
	// flowLife is how long a consent may take.
	flowLife = 10 * time.Minute
	// calendarsOption is what a flow carries of the request: "primary", "none" or "".
	calendarsOption = "calendars"
	// returnOption is what a flow carries of where the browser goes afterwards: a
	// page of ours, "" for the page that says what was connected.
	returnOption = "return"
	// inviterOption names who made the link, when it is for somebody else.
	inviterOption = "inviter"
	// untilOption is what a consent carries of the link that it was begun with: when
	// that runs out.
	untilOption = "until"
	// ownerOption is "yes" when whoever is signed in made the link for themselves.
	ownerOption = "owner"
	// secretSize is the length of a secret in bytes, before encoding.
	secretSize = 32
)

// ticket is what a link that connects an account carries. It may be opened
// again, say after a consent that went wrong or a preview of the link in a
// chat, until an account was connected with it or it expires.
type ticket struct {
	secret  string
	expires time.Time
}

// newSecret returns an unguessable text that fits into URLs and cookies.
func newSecret() string {
	raw := make([]byte, secretSize)
	_, _ = rand.Read(raw) // never fails: it stops the process instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// plausible reports whether text could be a secret of ours; what could not be
// is not looked up.
func plausible(text string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(raw) == secretSize
}

// digest is what is stored of a cookie.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Tickets and states lie in one table. Their prefixes keep one from being
// redeemed as the other.
// The store keeps hashes of them.
func ticketKey(secret string) string { return "ticket:" + secret }
func stateKey(secret string) string  { return "state:" + secret }

// saveTicket stores a ticket for a person to connect an account at a provider.
func (s *server) saveTicket(ctx context.Context, t ticket, person int64, provider string, options map[string]string) error {
	return s.Store.SaveFlow(ctx, store.Flow{State: ticketKey(t.secret), Person: person, Provider: provider, Options: options, ExpiresAt: t.expires})
}

// inHand reports whether a link, or a consent that was begun with it, is used by
// somebody who may. One that people made for themselves is good only where they are
// signed in: sent to somebody else, it would give them that person's account.
func inHand(ctx context.Context, f store.Flow) bool {
	who, _ := IdentityOf(ctx)
	return f.Options[ownerOption] == "" || who.Person == f.Person
}

// cookieName differs by flow, so that two consents in two tabs do not disturb each other.
func cookieName(state string) string { return "slotward_" + digest(state)[:12] }

// flowCookie binds a browser to a flow. It carries the ticket as well, so that
// a consent that went wrong can be begun again. An empty value takes it away.
func (s *server) flowCookie(state, value string) *http.Cookie {
	base, _ := url.Parse(s.PublicURL)
	cookie := &http.Cookie{
		Name: cookieName(state), Value: value, Path: "/oauth/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int(flowLife.Seconds()),
	}
	if base != nil {
		cookie.Path, cookie.Secure = base.Path+"/oauth/", base.Scheme == "https"
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

// boundTo reports whether the request comes from the browser that began the
// flow, and returns what binds it.
func boundTo(r *http.Request, state string, f store.Flow) (cookie string, ok bool) {
	carried, err := r.Cookie(cookieName(state))
	if err != nil || subtle.ConstantTimeCompare([]byte(digest(carried.Value)), []byte(f.CookieHash)) != 1 {
		return "", false
	}
	return carried.Value, true
}

// ticketIn is the ticket that a flow was begun with; "" for a sign-in.
func ticketIn(cookie string) string {
	_, ticket, _ := strings.Cut(cookie, ".")
	return ticket
}

// routeOAuth serves the pages, outside huma, which would not know what to do with them.
func (s *server) routeOAuth() {
	s.mux.HandleFunc("GET /oauth/{provider}/start", s.limited(s.startConsent))
	s.mux.HandleFunc("GET /oauth/{provider}/callback", s.limited(s.finishConsent))
	where := &huma.Param{Name: "provider", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Enum: providerNames()}}
	query := func(name, description string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: description, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	page := map[string]*huma.MediaType{"text/html": {}, "application/json": {}}
	refused := &huma.Response{Description: "A page, or a problem, that says what is wrong and what to do.", Content: map[string]*huma.MediaType{"text/html": {}, "application/problem+json": {}}}
	s.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "start-consent", Method: http.MethodGet, Path: "/oauth/{provider}/start", Tags: []string{"oauth"},
		Summary:    "Open the provider's consent page",
		Parameters: []*huma.Param{where, query("ticket", "From POST /api/v1/people/{person}/connections.")},
		Responses:  map[string]*huma.Response{"302": {Description: "To the provider."}, "default": refused},
	})
	s.api.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "finish-consent", Method: http.MethodGet, Path: "/oauth/{provider}/callback", Tags: []string{"oauth"},
		Summary:    "Where the provider sends the browser back",
		Parameters: []*huma.Param{where, query("state", ""), query("code", ""), query("error", "")},
		Responses:  map[string]*huma.Response{"200": {Description: "Connected.", Content: page}, "default": refused},
	})
}
