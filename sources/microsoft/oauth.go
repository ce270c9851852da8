package microsoft

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"slotward/sources"
)

// Microsoft's own addresses. National clouds have others.
const (
	LoginURL = "https://login.microsoftonline.com"
	GraphURL = "https://graph.microsoft.com"
)

// Tenants that stand for more than one organisation; any other is the id or the
// domain of one.
const (
	Common        = "common"        // work, school and personal accounts
	Organizations = "organizations" // work and school
	Consumers     = "consumers"     // personal
)

const calendarScope = "Calendars.ReadWrite"

// scopes are the fewest that work: events to read and write, who the account is,
// and tokens that outlive the visit.
var scopes = []string{calendarScope, "User.Read", "openid", "profile", "email", "offline_access"}

// OAuth is this installation's client at the Microsoft identity platform.
// ClientID and ClientSecret are required; empty addresses are Microsoft's own,
// and no tenant is Common. Its errors never hold a token, a code or the secret.
type OAuth struct {
	ClientID     string
	ClientSecret string
	Tenant       string
	LoginURL     string
	GraphURL     string           // the resource that the permission is for, and /v1.0/me
	HTTP         *http.Client     // nil: the default client
	Now          func() time.Time // the clock that Retry-After and ID tokens are reckoned by; nil: the machine's
}

// oauthPatience bounds one request to an OAuth endpoint.
const oauthPatience = 30 * time.Second

// address is an endpoint of the tenant.
func (o *OAuth) address(path string) string {
	return strings.TrimSuffix(or(o.LoginURL, LoginURL), "/") + "/" + url.PathEscape(or(o.Tenant, Common)) + path
}

func (o *OAuth) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, RedirectURL: redirect, Scopes: o.scopes(),
		Endpoint: oauth2.Endpoint{AuthURL: o.address("/oauth2/v2.0/authorize"), TokenURL: o.address("/oauth2/v2.0/token"), AuthStyle: oauth2.AuthStyleInParams},
	}
}

// scopes names the calendar permission with its resource in national clouds:
// without one it is for Graph in the worldwide cloud.
func (o *OAuth) scopes() []string {
	if graph := strings.TrimSuffix(o.GraphURL, "/"); strings.HasPrefix(graph, "https://") && graph != GraphURL {
		out := slices.Clone(scopes)
		out[0], out[1] = graph+"/"+out[0], graph+"/"+out[1]
		return out
	}
	return scopes
}

func (o *OAuth) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func or(value, fallback string) string {
	if value != "" {
		return value
	}
	return fallback
}

// client is the HTTP client with bounded answers and without redirects.
func (o *OAuth) client() *http.Client {
	c := http.Client{}
	if o.HTTP != nil {
		c = *o.HTTP
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	c.Transport, c.CheckRedirect = boundedTransport{c.Transport}, withoutRedirects
	return &c
}

// Authorize is the address of the consent page. verifier is the PKCE secret, of
// which only the S256 challenge is shown. The page lets people choose an
// account, as many are signed in to several.
func (o *OAuth) Authorize(state, verifier, redirect string) string {
	return o.config(redirect).AuthCodeURL(state, oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("response_mode", "query"), oauth2.SetAuthURLParam("prompt", "select_account"))
}

// AdminConsent is the address where an administrator allows this installation
// for the whole organisation, for tenants in which people may not do so.
func (o *OAuth) AdminConsent(state, redirect string) string {
	tenant := or(o.Tenant, Common)
	if tenant == Common || tenant == Consumers {
		tenant = Organizations
	}
	query := url.Values{"client_id": {o.ClientID}, "redirect_uri": {redirect}, "state": {state}, "scope": {strings.Join(o.scopes(), " ")}}
	return strings.TrimSuffix(or(o.LoginURL, LoginURL), "/") + "/" + url.PathEscape(tenant) + "/v2.0/adminconsent?" + query.Encode()
}

// adminCodes are the numbers by which the consent page says that only an
// administrator can consent. The error itself does not tell it apart.
var adminCodes = []string{"AADSTS90094", "AADSTS90095", "AADSTS65001", "AADSTS900941"}

// NeedsAdmin reports whether an error that came back from the consent page, with
// its description, means that an administrator has to consent first.
func (o *OAuth) NeedsAdmin(code, description string) bool {
	if code == "consent_required" {
		return true
	}
	number, _, _ := strings.Cut(description, ":")
	return slices.Contains(adminCodes, strings.TrimSpace(number))
}

// Exchange turns the code of a consent into tokens. The granted scopes stand in
// the token's extra "scope", separated by blanks. ErrRevoked means that the code
// was used or has expired.
func (o *OAuth) Exchange(ctx context.Context, code, verifier, redirect string) (*oauth2.Token, error) {
	ctx, cancel := o.context(ctx)
	defer cancel()
	tok, err := o.config(redirect).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, oauthError("exchanging the code", err, o.now())
	}
	return tok, nil
}

// Refresh gets a new access token. It is sent once; ErrRevoked means that the
// person has to connect again. Each answer carries a new refresh token to keep;
// the old one still serves for a while.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error) {
	if refreshToken == "" {
		return nil, fmt.Errorf("microsoft sign-in: there is no refresh token: connect the account again: %w", sources.ErrRevoked)
	}
	ctx, cancel := o.context(ctx)
	defer cancel()
	tok, err := o.config("").TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
	if err != nil {
		return nil, oauthError("refreshing the access", err, o.now())
	}
	return tok, nil
}

func (o *OAuth) context(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, o.client()), oauthPatience)
}

// Revoke does nothing at Microsoft, which has no way to withdraw one client's
// tokens: that they are forgotten here is all. People take the consent back at
// https://myapps.microsoft.com or https://account.live.com/consent/Manage.
func (o *OAuth) Revoke(context.Context, *oauth2.Token) error { return nil }

// identity are the claims by which an account is known.
type identity struct {
	Tenant   string `json:"tid"`
	Object   string `json:"oid"`
	Audience string `json:"aud"`
	Email    string `json:"email"`
	Name     string `json:"preferred_username"`
}

// Identify tells whose tokens these are, from the id token that came along with
// them: account is the tenant's and the person's immutable ids, joined by "+",
// email what the account is called now.
func (o *OAuth) Identify(ctx context.Context, tok *oauth2.Token) (account, email string, err error) {
	const what = "asking who signed in"
	raw, _ := tok.Extra("id_token").(string)
	who, err := readIdentity(raw)
	if err == nil && who.Audience != o.ClientID {
		err = errors.New("the answer is for another client")
	}
	if err != nil {
		return "", "", fmt.Errorf("microsoft sign-in: %s: %w: %w", what, err, sources.ErrIncomplete)
	}
	email = or(who.Email, who.Name)
	if email == "" {
		if email, err = o.mail(ctx, tok); err != nil {
			return "", "", err
		}
	}
	return who.Tenant + "+" + who.Object, email, nil
}

// readIdentity reads the claims of an id token. It came from the token endpoint
// itself, so that its signature proves nothing more.
func readIdentity(raw string) (identity, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return identity{}, errors.New("the answer names nobody")
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var who identity
	if err != nil || json.Unmarshal(claims, &who) != nil || who.Tenant == "" || who.Object == "" {
		return identity{}, errors.New("the answer names nobody")
	}
	return who, nil
}

// mail asks Graph what the account is called.
func (o *OAuth) mail(ctx context.Context, tok *oauth2.Token) (string, error) {
	const what = "asking for the e-mail address"
	ctx, cancel := context.WithTimeout(ctx, oauthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(or(o.GraphURL, GraphURL), "/")+"/v1.0/me?$select=mail,userPrincipalName", nil)
	if err != nil {
		return "", fmt.Errorf("microsoft sign-in: %s: its address is not valid", what)
	}
	request.Header.Set("Authorization", "Bearer "+tok.AccessToken)
	answer, err := o.client().Do(request)
	if err != nil {
		return "", oauthError(what, err, o.now())
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("microsoft sign-in: %s: %w", what, statusError(answer, o.now()))
	}
	var who struct {
		Mail string `json:"mail"`
		UPN  string `json:"userPrincipalName"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&who); err != nil {
		return "", fmt.Errorf("microsoft sign-in: %s: the answer is not what it should be: %w", what, sources.ErrIncomplete)
	}
	return or(who.Mail, who.UPN), nil
}

// MissingScopes lists what we need and was not granted. Microsoft names its
// permissions with or without the resource, and never names offline_access.
func (o *OAuth) MissingScopes(granted []string) []string {
	for _, g := range granted {
		if name := g[strings.LastIndexByte(g, '/')+1:]; strings.EqualFold(name, calendarScope) {
			return nil
		}
	}
	return []string{calendarScope}
}
