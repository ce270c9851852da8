package microsoft

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"slotward/sources"
)

// tokenRefusals are the error codes of the token endpoint, and what they mean.
var tokenRefusals = map[string]struct {
	class error
	cure  string
}{
	"invalid_grant":           {sources.ErrRevoked, "the access was withdrawn or has expired: connect the account again"},
	"interaction_required":    {sources.ErrRevoked, "Microsoft wants the person to sign in again: connect the account again"},
	"consent_required":        {sources.ErrRevoked, "the permission was taken back: connect the account again"},
	"login_required":          {sources.ErrRevoked, "Microsoft wants the person to sign in again: connect the account again"},
	"invalid_client":          {sources.ErrRefused, "the client secret is wrong or has expired: make a new one in the Entra admin center"},
	"unauthorized_client":     {sources.ErrRefused, "this client id is not allowed in the tenant: an administrator has to consent, or the app's account types do not fit"},
	"invalid_request":         {sources.ErrRefused, "Microsoft does not understand the request: compare redirect address and tenant with the app registration"},
	"invalid_scope":           {sources.ErrRefused, "a permission that was asked for does not exist"},
	"invalid_resource":        {sources.ErrRefused, "the tenant does not know Microsoft Graph under this address"},
	"unsupported_grant_type":  {sources.ErrRefused, "Microsoft does not understand the request"},
	"temporarily_unavailable": {sources.ErrUnavailable, "Microsoft's sign-in is busy"},
	"server_error":            {sources.ErrUnavailable, "Microsoft's sign-in has failed"},
}

// loopDetected is the number for a client that asks over and over.
const loopDetected = 50196

// oauthError classes a failure at an OAuth endpoint. Neither the answer's own
// words nor addresses get into its text.
func oauthError(what string, err error, now time.Time) error {
	var refused *oauth2.RetrieveError
	switch text := err.Error(); {
	case errors.As(err, &refused):
		err = tokenError(refused, now)
	case strings.HasPrefix(text, "oauth2: cannot parse"), strings.Contains(text, "missing access_token"):
		err = fmt.Errorf("the answer is no token: %w", sources.ErrIncomplete)
	default:
		err = plainError(err, false, now)
	}
	return fmt.Errorf("microsoft sign-in: %s: %w", what, err)
}

// tokenError classes an answer of the token endpoint. The error decides; the
// number beside it is shown to the operator, who finds it explained.
func tokenError(refused *oauth2.RetrieveError, now time.Time) error {
	number := aadNumber(refused.Body)
	if number == loopDetected {
		return fmt.Errorf("AADSTS%d: %w", number, &sources.LimitedError{Until: now.Add(5 * time.Minute).UTC(), Scope: "user"})
	}
	if known, ok := tokenRefusals[refused.ErrorCode]; ok {
		code := refused.ErrorCode
		if number != 0 {
			code = fmt.Sprintf("%s, AADSTS%d", code, number)
		}
		return fmt.Errorf("%s (%s): %w", known.cure, code, known.class)
	}
	if refused.Response == nil {
		return fmt.Errorf("no token: %w", sources.ErrUnavailable)
	}
	return statusError(refused.Response, now)
}

// aadNumber is the first of an answer's error numbers, zero without one.
func aadNumber(body []byte) int {
	var answer struct {
		Codes []int `json:"error_codes"`
	}
	if json.Unmarshal(body, &answer) != nil || len(answer.Codes) == 0 {
		return 0
	}
	return answer.Codes[0]
}

func statusError(answer *http.Response, now time.Time) error {
	class := sources.ErrRefused
	switch status := answer.StatusCode; {
	case status == http.StatusTooManyRequests:
		return &sources.LimitedError{Until: sources.RetryAfter(answer.Header, now), Scope: "project"}
	case status == http.StatusUnauthorized:
		class = sources.ErrRevoked
	case status >= 500 || status == http.StatusRequestTimeout:
		class = sources.ErrUnavailable
	case status < 400:
		class = sources.ErrIncomplete
	}
	return fmt.Errorf("HTTP %d: %w", answer.StatusCode, class)
}

// boundedTransport bounds the answers of OAuth endpoints.
type boundedTransport struct{ next http.RoundTripper }

func (b boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil && answer.Body != nil {
		answer.Body = &boundedBody{ReadCloser: answer.Body, left: 1 << 20}
	}
	return answer, err
}
