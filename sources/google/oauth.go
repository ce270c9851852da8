package google

import (
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

	"slotward/sources"
)

// Google's own OAuth addresses.
const (
	AuthURL     = "https://accounts.google.com/o/oauth2/v2/auth"
	TokenURL    = "https://oauth2.googleapis.com/token"
	RevokeURL   = "https://oauth2.googleapis.com/revoke"
	UserInfoURL = "https://openidconnect.googleapis.com/v1/userinfo"
	KeysURL     = "https://www.googleapis.com/oauth2/v3/certs"
)

const scopePrefix = "https://www.googleapis.com/auth/"

// scopes are the fewest that work: events to read and write, the list of
// calendars, and who the account is.
var scopes = []string{scopePrefix + "calendar.events", scopePrefix + "calendar.calendarlist.readonly", "openid", "email"}

// covers names, for each of our scopes, the wider ones and other spellings that
// serve as well. Google answers "email" with its long name.
var covers = map[string][]string{
	scopePrefix + "calendar.events":                {scopePrefix + "calendar"},
	scopePrefix + "calendar.calendarlist.readonly": {scopePrefix + "calendar.calendarlist", scopePrefix + "calendar.readonly", scopePrefix + "calendar"},
	"email": {scopePrefix + "userinfo.email"},
}

// OAuth is this installation's client at Google. ClientID and ClientSecret are
// required; empty addresses are Google's own. Its errors never hold a token, a
// code or the secret.
type OAuth struct {
	ClientID     string
	ClientSecret string
	AuthURL      string
	TokenURL     string
	RevokeURL    string
	UserInfoURL  string
	KeysURL      string           // of the keys that ID tokens are signed with
	HTTP         *http.Client     // nil: the default client
	Now          func() time.Time // the clock that Retry-After and ID tokens are reckoned by; nil: the machine's
}

// oauthPatience bounds one request to an OAuth endpoint.
const oauthPatience = 30 * time.Second

func (o *OAuth) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: or(o.AuthURL, AuthURL), TokenURL: or(o.TokenURL, TokenURL), AuthStyle: oauth2.AuthStyleInParams},
	}
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
	if o.HTTP == nil {
		return bounded(http.DefaultClient)
	}
	return bounded(o.HTTP)
}

// Authorize is the address of the consent page. verifier is the PKCE secret, of
// which only the S256 challenge is shown. A refresh token comes only with
// offline access, and after the first consent only when it is asked for again.
func (o *OAuth) Authorize(state, verifier, redirect string) string {
	return o.config(redirect).AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("prompt", "consent"))
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

// Refresh gets a new access token. It is sent once; ErrRevoked means that Google
// said invalid_grant: the person has to connect again. The answered token
// carries the refresh token to keep, which is the old one unless Google gave a new.
func (o *OAuth) Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error) {
	if refreshToken == "" {
		return nil, fmt.Errorf("google sign-in: there is no refresh token: connect the account again: %w", sources.ErrRevoked)
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

// Revoke withdraws everything that the account gave to the client's Google Cloud
// project, whoever else uses it. Tokens that Google no longer knows are fine.
func (o *OAuth) Revoke(ctx context.Context, tok *oauth2.Token) error {
	form := url.Values{"token": {or(tok.RefreshToken, tok.AccessToken)}}
	const what = "revoking the access"
	answer, err := o.send(ctx, http.MethodPost, or(o.RevokeURL, RevokeURL), strings.NewReader(form.Encode()), "")
	switch {
	case err != nil:
		return oauthError(what, err, o.now())
	case answer.status == http.StatusBadRequest: // invalid_token: there is nothing left to revoke
		return nil
	}
	return oauthStatus(what, answer, o.now())
}

// Identify tells whose tokens these are: account is Google's immutable id of the
// person (sub), email what the account is called now.
func (o *OAuth) Identify(ctx context.Context, tok *oauth2.Token) (account, email string, err error) {
	const what = "asking who signed in"
	answer, err := o.send(ctx, http.MethodGet, or(o.UserInfoURL, UserInfoURL), nil, tok.AccessToken)
	if err != nil {
		return "", "", oauthError(what, err, o.now())
	}
	if err := oauthStatus(what, answer, o.now()); err != nil {
		return "", "", err
	}
	var who struct {
		Sub   string `json:"sub"`
		Email string `json:"email"`
	}
	if err := json.Unmarshal(answer.body, &who); err != nil || who.Sub == "" {
		return "", "", fmt.Errorf("google sign-in: %s: the answer names nobody: %w", what, sources.ErrIncomplete)
	}
	return who.Sub, who.Email, nil
}

// MissingScopes lists what we need and was not granted, in the order of need.
// Wider grants and Google's other spellings count.
func (o *OAuth) MissingScopes(granted []string) []string {
	have := map[string]bool{}
	for _, g := range granted {
		have[g] = true
	}
	var missing []string
	for _, need := range scopes {
		ok := have[need]
		for _, wider := range covers[need] {
			ok = ok || have[wider]
		}
		if !ok {
			missing = append(missing, need)
		}
	}
	return missing
}

// oauthAnswer is what an OAuth endpoint said.
type oauthAnswer struct {
	status int
	header http.Header
	body   []byte
}

// send makes one request to an OAuth endpoint and reads its answer.
func (o *OAuth) send(ctx context.Context, method, address string, body io.Reader, bearer string) (oauthAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, oauthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return oauthAnswer{}, errors.New("its address is not valid")
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	answer, err := o.client().Do(request)
	if err != nil {
		return oauthAnswer{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return oauthAnswer{answer.StatusCode, answer.Header, text}, err
}
