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

// account is a line for an error number that tells what is wrong with the account,
// more exactly than the error beside it.
type account struct {
	class error
	cure  string
}

// numbers are the error numbers of Microsoft's sign-in that have a cure of their
// own; they count beside invalid_grant and its like only.
var numbers = map[int]account{
	50053:  {errBlocked, "Microsoft has locked the account: unlock it or ask an administrator, then connect it again"},
	50057:  {errBlocked, "the account is disabled: an administrator has to enable it, then connect it again"},
	50105:  {errBlocked, "an administrator has to assign this account to the app in the Entra admin center, then connect it again"},
	50173:  {sources.ErrRevoked, "the password was changed or all sessions were ended: connect the account again"},
	53000:  {errBlocked, conditional},
	53001:  {errBlocked, conditional},
	53002:  {errBlocked, conditional},
	53003:  {errBlocked, conditional},
	65001:  {sources.ErrRevoked, "the permission was taken back, by the person or an administrator: connect the account again; if Microsoft asks for an approval, send its address to an administrator"},
	65004:  {sources.ErrRevoked, "the permission was declined: connect the account again and accept it"},
	65005:  {errBlocked, "the app registration asks for less than it needs: an administrator has to add its permissions, then connect the account again"},
	90094:  {errBlocked, "an administrator has to approve the app, then connect the account again"},
	700082: {sources.ErrRevoked, "the access was not used for 90 days and has expired: connect the account again"},
}

// errBlocked is what an administrator has done to a grant that is dead by it.
var errBlocked = fmt.Errorf("%w: %w", sources.ErrBlocked, sources.ErrRevoked)

const conditional = "a rule of the organization (Conditional Access) keeps the app out: ask an administrator, then connect the account again"

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
		if precise, ok := numbers[number]; ok && errors.Is(known.class, sources.ErrRevoked) {
			return fmt.Errorf("%s, AADSTS%d: %w", refused.ErrorCode, number, &sources.AccountError{Class: precise.class, Cure: precise.cure})
		}
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
