package microsoft

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"slotward/sources"
)

// Scopes are the permissions that people are asked for.
func (o *OAuth) Scopes() []string { return slices.Clone(o.scopes()) }

// nobodysCode is a code that nobody was given.
const nobodysCode = "slotward-asks-whether-it-is-known"

// unknownRedirect is the number of the page for a redirect address that the app
// registration does not have.
const unknownRedirect = "AADSTS50011"

// Check finds out without a person whether Microsoft knows the client: a code
// that nobody was given is refused as such (invalid_grant) only to a client whose
// id, secret and tenant are right. Then the consent page is asked for, which may
// refuse a redirect address that is not registered. Errors are of the package's
// classes, and say what to do.
func (o *OAuth) Check(ctx context.Context, redirect string) error {
	const what = "asking whether the client is known"
	bounded, cancel := o.context(ctx)
	defer cancel()
	_, err := o.config(redirect).Exchange(bounded, nobodysCode, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	var refused *oauth2.RetrieveError
	switch {
	case err == nil:
		return fmt.Errorf("microsoft sign-in: %s: a code that nobody was given was taken: is this Microsoft?: %w", what, sources.ErrIncomplete)
	case !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant":
		return oauthError(what, err, o.now())
	}
	page, err := o.page(ctx, o.Authorize("check", oauth2.GenerateVerifier(), redirect))
	if err != nil {
		return oauthError("asking for the consent page", err, o.now())
	}
	if strings.Contains(page, unknownRedirect) {
		return fmt.Errorf("microsoft sign-in: the redirect address is not registered for the client id: add it to the app registration in the Entra admin center (%s): %w",
			unknownRedirect, sources.ErrRefused)
	}
	return nil
}

// page reads what is shown at an address, and where it leads to.
func (o *OAuth) page(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, oauthPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", errors.New("its address is not valid")
	}
	answer, err := o.client().Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return string(text) + answer.Header.Get("Location"), err
}
