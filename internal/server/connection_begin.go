package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Invitation is a link that connects an account when it is opened in a browser.
type Invitation struct {
	URL       string    `json:"url" doc:"Open it in the browser of whoever owns the account. It works until the account is connected or the time is over." example:"https://slotward.example.com/oauth/zoom/start?ticket=…"`
	ExpiresAt time.Time `json:"expires_at" doc:"Until when it works."`
}

type connectionBeginInput struct {
	PersonPath
	Body struct {
		Provider  string `json:"provider" enum:"google,microsoft,zoom" example:"google"`
		Calendars string `json:"calendars,omitempty" enum:"primary,none" doc:"Whether to turn the account's primary calendar on as well. Left out: when the account is connected for the first time, else calendars stay as they are."`
		Return    string `json:"return,omitempty" maxLength:"500" doc:"The path of a page of ours that the browser is led to once the account is connected. Left out: a page that says what was connected." example:"/people/me/welcome"`
	}
}

func (s *server) routeConnectionBegin() {
	registerChange(s, own(huma.Operation{
		OperationID: "begin-connection", Method: http.MethodPost, Path: "/api/v1/people/{person}/connections", Tags: []string{"connections"},
		Summary:       "Begin to connect an account",
		Description:   "Answers a link. Whoever opens it signs in at the provider and consents there; nothing is stored before that. A link that somebody who is signed in makes for themselves works only in browsers where they are signed in; one that is made for somebody else, or with an API token, in any.",
		DefaultStatus: http.StatusCreated, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}), s.beginConnection)
}

func (s *server) beginConnection(ctx context.Context, in *connectionBeginInput) (*created[Invitation], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	if !ownPath(in.Body.Return) {
		return nil, unprocessable("body.return", printable(in.Body.Return), "the browser can be led back to a page of ours only: give its path, like /people/me/welcome")
	}
	at, _ := providerNamed(in.Body.Provider)
	if s.Authorizers[at.name] == nil {
		return nil, problem(http.StatusConflict, "not_configured", fmt.Sprintf(
			"%s is not configured here: give the daemon its client id and client secret (%[2]s.client_id, %[2]s.client_secret) and register the redirect URI %[3]s there",
			at.title, at.name, s.redirectURI(at.name)))
	}
	t := ticket{secret: newSecret(), expires: s.Now().Add(ticketLife)}
	options := map[string]string{calendarsOption: in.Body.Calendars, returnOption: in.Body.Return}
	switch who, _ := IdentityOf(ctx); who.Person {
	case 0:
	case p.ID:
		options[ownerOption] = "yes"
	default:
		options[inviterOption] = who.Name
	}
	if err := s.saveTicket(ctx, t, p.ID, at.name, options); err != nil {
		return nil, err
	}
	link := s.startURL(at.name, t.secret)
	return &created[Invitation]{Location: link, Body: Invitation{URL: link, ExpiresAt: t.expires.UTC()}}, nil
}

// ownPath reports whether path leads to a page of ours, wherever a browser puts
// it: one that begins with two slashes, or a slash and a backslash, names another
// host. "" is no path, and leads nowhere.
func ownPath(path string) bool {
	if path == "" {
		return true
	}
	u, err := url.Parse(path)
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(path, "/") &&
		!strings.HasPrefix(path, "//") && strings.IndexFunc(path, odd) < 0
}

// startURL is where a ticket is redeemed.
func (s *server) startURL(provider, ticket string) string {
	return s.PublicURL + "/oauth/" + url.PathEscape(provider) + "/start?" + url.Values{"ticket": {ticket}}.Encode()
}
