package zoom

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// Zoom's own addresses, used where a field of OAuth is empty.
const (
	AuthURL   = "https://zoom.us/oauth/authorize"
	TokenURL  = "https://zoom.us/oauth/token"
	RevokeURL = "https://zoom.us/oauth/revoke"
)

// tokenTimeout is long: an answer to a refresh that is given up is a connection lost.
const tokenTimeout = time.Minute

// maxTokenAnswer bounds what is read of an error, in bytes.
const maxTokenAnswer = 1 << 16

// OAuth is Zoom's authorisation server as one app sees it. Which permissions are
// asked for is part of the app's set-up at Zoom, so no scope is ever sent.
type OAuth struct {
	ClientID     string           // required
	ClientSecret string           // required; secret
	AuthURL      string           // where people consent; default AuthURL
	TokenURL     string           // default TokenURL
	RevokeURL    string           // default RevokeURL
	APIURL       string           // for Identify; default BaseURL
	HTTP         *http.Client     // default http.DefaultClient; must not add tokens of its own
	Now          func() time.Time // what Token.Expiry counts from; default the machine's clock
}

// Authorize returns the address of the page where a person consents. The
// verifier (PKCE) is sent as its S256 challenge.
func (o *OAuth) Authorize(state, verifier, redirect string) string {
	return o.config(redirect).AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
}

// Exchange turns the code of a consent into tokens, once. The granted scopes are
// in the token's Extra("scope"). ErrRevoked: the code was used before or is
// older than 5 minutes, so the person has to start again.
func (o *OAuth) Exchange(ctx context.Context, code, verifier, redirect string) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(o.context(ctx), tokenTimeout)
	defer cancel()
	tok, err := o.config(redirect).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	return o.token("exchange Zoom's code", tok, err)
}

// Refresh spends a refresh token: afterwards only the returned one is good, so
// it must be saved before anything else is done. It is sent once, and a
// cancelled ctx does not interrupt it: an answer that nobody waits for would
// lose the connection. ErrRevoked (only for invalid_grant) means that the
// person has to reconnect; after any other error the old token must be kept.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("refresh Zoom's token: %w: %w", ErrUnavailable, err)
	}
	if refreshToken == "" {
		return nil, fmt.Errorf("refresh Zoom's token: %w: there is no refresh token; connect Zoom again", ErrRevoked)
	}
	ctx, cancel := context.WithTimeout(o.context(context.WithoutCancel(ctx)), tokenTimeout)
	defer cancel()
	tok, err := o.config("").TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
	return o.token("refresh Zoom's token", tok, err)
}

// Revoke ends the authorisation at Zoom: access and refresh token die. Tokens
// that are dead already are success.
func (o *OAuth) Revoke(ctx context.Context, tok *oauth2.Token) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	form := url.Values{"token": {tok.AccessToken}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, cmp.Or(o.RevokeURL, RevokeURL), strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("revoke Zoom's token: %w: the revoke URL is wrong", ErrRefused)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(o.ClientID), url.QueryEscape(o.ClientSecret))
	resp, err := o.client().Do(req)
	if err != nil {
		return fmt.Errorf("revoke Zoom's token: %w", unreachable(err))
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxTokenAnswer))
	if resp.StatusCode/100 == 2 {
		return nil
	}
	if why, ok := readTokenError(body); ok && resp.StatusCode == http.StatusBadRequest &&
		(why.Error == "invalid_grant" || why.Error == "invalid_token") {
		return nil
	}
	return fmt.Errorf("revoke Zoom's token: %w", o.refusedToken(resp, body))
}

// Identify says whose token it is: account is "<user id>@<account id>", which
// never changes; email is as Zoom shows it.
func (o *OAuth) Identify(ctx context.Context, tok *oauth2.Token) (account, email string, err error) {
	account, email, _, err = o.Profile(ctx, tok)
	return account, email, err
}

// Profile is Identify, and tells the user's type, which their pace hangs on.
func (o *OAuth) Profile(ctx context.Context, tok *oauth2.Token) (account, email string, plan int, err error) {
	hc := oauth2.NewClient(o.context(ctx), oauth2.StaticTokenSource(tok))
	u, err := New(hc, cmp.Or(o.APIURL, BaseURL), o.now, WithPacer(NewPacer(Unpaced))).Me(ctx)
	if err != nil {
		return "", "", 0, err
	}
	return u.ID + "@" + u.AccountID, u.Email, u.Plan, nil
}

func (o *OAuth) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     o.ClientID,
		ClientSecret: o.ClientSecret,
		RedirectURL:  redirect,
		Endpoint: oauth2.Endpoint{
			AuthURL:  cmp.Or(o.AuthURL, AuthURL),
			TokenURL: cmp.Or(o.TokenURL, TokenURL),
			// Detecting the style would send a refused request a second time:
			// with a code or refresh token that is good for one use only.
			AuthStyle: oauth2.AuthStyleInHeader,
		},
	}
}

// client never follows a redirect, which would send a token elsewhere or twice.
func (o *OAuth) client() *http.Client {
	own := *cmp.Or(o.HTTP, http.DefaultClient)
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

func (o *OAuth) context(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, o.client())
}

func (o *OAuth) now() time.Time {
	if o.Now != nil {
		return o.Now()
	}
	return time.Now()
}

// token finishes a call of the token endpoint.
func (o *OAuth) token(doing string, tok *oauth2.Token, err error) (*oauth2.Token, error) {
	if err == nil {
		if tok.ExpiresIn > 0 {
			tok.Expiry = o.now().Add(time.Duration(tok.ExpiresIn) * time.Second)
		}
		return tok, nil
	}
	var refused *oauth2.RetrieveError
	var network *url.Error
	switch {
	case errors.As(err, &refused):
		err = o.refusedToken(refused.Response, refused.Body)
	case errors.As(err, &network):
		err = unreachable(err)
	default:
		// The cause is left out: it may quote the answer, which may hold a token.
		err = fmt.Errorf("%w: the token endpoint's answer cannot be read", ErrIncomplete)
	}
	return nil, fmt.Errorf("%s: %w", doing, err)
}

// tokenError is an error of the token endpoint. Zoom explains itself in
// "reason", not in the standard's "error_description".
type tokenError struct {
	Error  string `json:"error"`
	Reason string `json:"reason"`
	Code   int    `json:"errorCode"` // Zoom's own number, in some answers
}

// tokenCodes are the numbers of Zoom's token endpoint that have a cure of their own.
var tokenCodes = map[int]struct {
	class error
	cure  string
}{
	4717: {ErrBlocked, "the Zoom app is disabled: whoever made it has to enable it in Zoom's App Marketplace; then connect Zoom again"},
	4735: {ErrBlocked, "the owner of the Zoom app is gone: it has to be made anew; then connect Zoom again"},
	4738: {ErrBlocked, "an administrator of the Zoom account has disabled the app: let them allow it; then connect Zoom again"},
	4741: {ErrRevoked, "the permission was given anew elsewhere, or taken back; connect Zoom again"},
}

func readTokenError(body []byte) (why tokenError, ok bool) {
	err := json.Unmarshal(body, &why)
	return why, err == nil
}

// refusedToken classes an error of the token endpoint.
func (o *OAuth) refusedToken(resp *http.Response, body []byte) error {
	why, ok := readTokenError(body)
	text := clean(o.hide(cmp.Or(why.Reason, why.Error)))
	status := resp.StatusCode
	if known, found := tokenCodes[why.Code]; found && status < 500 {
		return &refusal{class: known.class, status: status, code: why.Code, cure: known.cure}
	}
	switch {
	case status == http.StatusTooManyRequests:
		return limited(resp.Header, why.Reason, o.now())
	case status >= 500:
		return fmt.Errorf("%w: HTTP %d", ErrUnavailable, status)
	case !ok:
		return fmt.Errorf("%w: HTTP %d that did not come from Zoom's token endpoint", ErrIncomplete, status)
	case why.Error == "invalid_grant":
		return fmt.Errorf("%w: %s; connect Zoom again", ErrRevoked, text)
	case why.Error == "invalid_client":
		return fmt.Errorf("%w: %s; check the client id and the client secret of the Zoom app", ErrRefused, text)
	}
	return fmt.Errorf("%w: HTTP %d, %s: %s", ErrRefused, status, clean(why.Error), text)
}

// hide takes the app's secret out of a text, should it be quoted there.
func (o *OAuth) hide(text string) string {
	if o.ClientSecret == "" {
		return text
	}
	return strings.ReplaceAll(text, o.ClientSecret, "[…]")
}

// unreachable classes a network error, less the address, whose query or form
// nobody needs to see.
func unreachable(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
