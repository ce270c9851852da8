package google

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"slotward/sources"
)

// Scopes are the permissions that people are asked for.
func (o *OAuth) Scopes() []string { return slices.Clone(scopes) }

// nobodysCode is a code that nobody was given.
const nobodysCode = "slotward-asks-whether-it-is-known"

// Check finds out without a person whether Google knows the client: a code that
// nobody was given is refused as such (invalid_grant) only to a client whose id
// and secret are right. Then the consent page is asked for, which refuses a
// redirect address that is not registered. Errors are of the package's classes,
// and say what to do.
func (o *OAuth) Check(ctx context.Context, redirect string) error {
	const what = "asking whether the client is known"
	bounded, cancel := o.context(ctx)
	defer cancel()
	_, err := o.config(redirect).Exchange(bounded, nobodysCode, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	var refused *oauth2.RetrieveError
	switch {
	case err == nil:
		return fmt.Errorf("google sign-in: %s: a code that nobody was given was taken: is this Google?: %w", what, sources.ErrIncomplete)
	case !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant":
		return oauthError(what, err, o.now())
	}
	page, err := o.send(ctx, http.MethodGet, o.Authorize("check", oauth2.GenerateVerifier(), redirect), nil, "")
	if err != nil {
		return oauthError("asking for the consent page", err, o.now())
	}
	const mismatch = "redirect_uri_mismatch"
	if strings.Contains(string(page.body), mismatch) || strings.Contains(page.header.Get("Location"), mismatch) {
		return fmt.Errorf("google sign-in: %s (%s): %w", tokenRefusals[mismatch].cure, mismatch, sources.ErrRefused)
	}
	return nil
}
