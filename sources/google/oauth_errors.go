package google

import (
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
	"invalid_grant":         {sources.ErrRevoked, "the access was withdrawn or has expired: connect the account again"},
	"invalid_client":        {sources.ErrRefused, "the client id or secret is wrong: compare them with the Google Cloud console"},
	"unauthorized_client":   {sources.ErrRefused, "this client id may not do this: check its type in the Google Cloud console"},
	"redirect_uri_mismatch": {sources.ErrRefused, "the redirect address is not registered for the client id: add it in the Google Cloud console"},
	"invalid_request":       {sources.ErrRefused, "Google does not understand the request"},
	"invalid_scope":         {sources.ErrRefused, "a permission that was asked for does not exist"},
	"admin_policy_enforced": {sources.ErrBlocked, "the organization's administrator does not allow this app: let them allow it in the Google Admin console (API controls), then connect the account again"},
	"disabled_client":       {sources.ErrBlocked, "Google has disabled this app: whoever runs this installation has to look at the Google Cloud console, then connect the account again"},
	"deleted_client":        {sources.ErrBlocked, "this client id was deleted in the Google Cloud console: whoever runs this installation has to configure another, then connect the account again"},
	"org_internal":          {sources.ErrBlocked, "this app is only for people of the organization that made it: connect an account of that organization"},
}

// oauthError classes a failure at an OAuth endpoint. Neither the answer's own
// words nor addresses get into its text.
func oauthError(what string, err error, now time.Time) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		err = tokenError(refused, now)
	} else if text := err.Error(); strings.HasPrefix(text, "oauth2: cannot parse") || strings.Contains(text, "missing access_token") {
		err = fmt.Errorf("the answer is no token: %w", sources.ErrIncomplete)
	} else {
		err = plainError(err, now)
	}
	return fmt.Errorf("google sign-in: %s: %w", what, err)
}

// tokenError classes an answer of the token endpoint. Only invalid_grant, and what
// an administrator has done, mean that the person has to connect again.
func tokenError(refused *oauth2.RetrieveError, now time.Time) error {
	if known, ok := tokenRefusals[refused.ErrorCode]; ok {
		if errors.Is(known.class, sources.ErrRevoked) || errors.Is(known.class, sources.ErrBlocked) {
			return fmt.Errorf("%s: %w", refused.ErrorCode, &sources.AccountError{Class: known.class, Cure: known.cure})
		}
		return fmt.Errorf("%s (%s): %w", known.cure, refused.ErrorCode, known.class)
	}
	if refused.Response == nil {
		return fmt.Errorf("no token: %w", sources.ErrUnavailable)
	}
	status := refused.Response.StatusCode
	if status == http.StatusTooManyRequests {
		return &sources.LimitedError{Until: sources.RetryAfter(refused.Response.Header, now), Scope: "project"}
	}
	return statusError(status)
}

// oauthStatus classes the status of an answer that has no code; nil for success.
func oauthStatus(what string, answer oauthAnswer, now time.Time) error {
	status := answer.status
	switch {
	case status/100 == 2:
		return nil
	case status == http.StatusTooManyRequests:
		return fmt.Errorf("google sign-in: %s: %w", what, &sources.LimitedError{Until: sources.RetryAfter(answer.header, now), Scope: "project"})
	}
	return fmt.Errorf("google sign-in: %s: %w", what, statusError(status))
}

func statusError(status int) error {
	class := sources.ErrRefused
	switch {
	case status == http.StatusUnauthorized:
		class = sources.ErrRevoked
	case status >= 500 || status == http.StatusRequestTimeout:
		class = sources.ErrUnavailable
	case status < 400:
		class = sources.ErrIncomplete
	}
	return fmt.Errorf("HTTP %d: %w", status, class)
}
