package zoom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/oauth2"
)

// Scopes are the permissions that the app needs, by their granular names. They
// are chosen where the app is set up at Zoom.
func (o *OAuth) Scopes() []string {
	out := make([]string, len(neededScopes))
	for i, need := range neededScopes {
		out[i] = need.scope
	}
	return out
}

// nobodysCode is a code that nobody was given.
const nobodysCode = "slotward-asks-whether-it-is-known"

// unknownRedirect is Zoom's number for a redirect address that the app does not have.
const unknownRedirect = 4700

// Check finds out without a person whether Zoom knows the app: a code that nobody
// was given is refused as such (invalid_grant) only to an app whose id and secret
// are right. Then the consent page is asked for, which refuses a redirect address
// that is not registered. Errors are of this package's classes, and say what to do.
func (o *OAuth) Check(ctx context.Context, redirect string) error {
	const what = "ask whether Zoom knows the app"
	ctx, cancel := context.WithTimeout(o.context(ctx), requestTimeout)
	defer cancel()
	tok, err := o.config(redirect).Exchange(ctx, nobodysCode, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	var refused *oauth2.RetrieveError
	switch {
	case err == nil:
		return fmt.Errorf("%s: %w: a code that nobody was given was taken: is this Zoom?", what, ErrIncomplete)
	case !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant":
		_, err = o.token(what, tok, err)
		return err
	}
	return o.checkRedirect(ctx, redirect)
}

// checkRedirect asks for the consent page, as a browser would.
func (o *OAuth) checkRedirect(ctx context.Context, redirect string) error {
	const what = "ask for Zoom's consent page"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.Authorize("check", oauth2.GenerateVerifier(), redirect), nil)
	if err != nil {
		return fmt.Errorf("%s: %w: its address is wrong", what, ErrRefused)
	}
	answer, err := o.client().Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", what, unreachable(err))
	}
	defer func() { _ = answer.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxTokenAnswer))
	var why struct {
		Code int `json:"errorCode"`
	}
	if json.Unmarshal(body, &why) == nil && why.Code == unknownRedirect {
		return fmt.Errorf("%s: %w: the redirect address is not registered: add it to the app in Zoom's App Marketplace, and to its allow list (code %d)",
			what, ErrRefused, unknownRedirect)
	}
	return nil
}
