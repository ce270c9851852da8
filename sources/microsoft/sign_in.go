package microsoft

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"slotward/sources"
)

// personalTenant is the one that all personal accounts are in.
const personalTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// signInScopes tell who somebody is, and no more.
var signInScopes = []string{"openid", "profile", "email"}

// keys are those that ID tokens are signed with. They are asked for anew at each
// sign-in: that is seldom, and one that was withdrawn is not believed.
func (o *OAuth) keys(ctx context.Context) oidc.KeySet {
	client := o.client()
	client.Timeout = oauthPatience
	return oidc.NewRemoteKeySet(oidc.ClientContext(ctx, client), o.address("/discovery/v2.0/keys"))
}

// AuthorizeSignIn is the address of the page on which somebody signs in. With
// calendars it is the consent page of Authorize at the same time.
func (o *OAuth) AuthorizeSignIn(state, verifier, nonce, redirect string, calendars bool) string {
	config := o.config(redirect)
	if !calendars {
		config.Scopes = signInScopes
	}
	return config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier), oidc.Nonce(nonce),
		oauth2.SetAuthURLParam("response_mode", "query"), oauth2.SetAuthURLParam("prompt", "select_account"))
}

// signedIn are the claims by which somebody is let in.
type signedIn struct {
	identity
	Display string `json:"name"`
	// Owned is the optional claim xms_edov: the domain of email belongs to the
	// tenant. It comes as a truth value, a number or text.
	Owned any `json:"xms_edov"`
}

// Verify checks the ID token that came along with tokens: who signed it, for
// whom, until when, and that it carries nonce.
func (o *OAuth) Verify(ctx context.Context, tok *oauth2.Token, nonce string) (sources.Profile, error) {
	const what = "microsoft sign-in: checking who signed in: "
	ctx, cancel := context.WithTimeout(ctx, oauthPatience)
	defer cancel()
	raw, _ := tok.Extra("id_token").(string)
	// Each tenant is an issuer of its own, which is checked below.
	verifier := oidc.NewVerifier("", o.keys(ctx), &oidc.Config{ClientID: o.ClientID, Now: o.now, SkipIssuerCheck: true})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return sources.Profile{}, fmt.Errorf(what+"%w: %w", refusedToken(err), sources.ErrIncomplete)
	}
	var who signedIn
	if err := token.Claims(&who); err != nil {
		return sources.Profile{}, fmt.Errorf(what+"the answer is not what it should be: %w", sources.ErrIncomplete)
	}
	switch {
	case who.Tenant == "" || who.Object == "":
		err = errors.New("the answer names nobody")
	case token.Issuer != strings.TrimSuffix(or(o.LoginURL, LoginURL), "/")+"/"+who.Tenant+"/v2.0":
		err = errors.New("the answer is from somebody else")
	case !o.takes(who.Tenant):
		err = errors.New("the answer is from a tenant that is not configured")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		err = errors.New("the answer is to another question")
	}
	if err != nil {
		return sources.Profile{}, fmt.Errorf(what+"%w: %w", err, sources.ErrIncomplete)
	}
	return o.profile(who), nil
}

// takes reports whether accounts of a tenant may sign in. The name of a tenant,
// unlike its id, is checked by the endpoint that gave the token.
func (o *OAuth) takes(tenant string) bool {
	switch configured := strings.ToLower(or(o.Tenant, Common)); configured {
	case Common:
		return true
	case Organizations:
		return tenant != personalTenant
	case Consumers:
		return tenant == personalTenant
	default:
		return strings.Contains(configured, ".") || tenant == configured
	}
}

// profile tells which address is the account's for sure. Any tenant can write
// any address into "email"; it counts in the operator's own tenant, for personal
// accounts, and where Microsoft says that the domain is the tenant's. The name
// that people sign in with is on a domain of the tenant's always, save a guest's.
func (o *OAuth) profile(who signedIn) sources.Profile {
	out := sources.Profile{Account: who.Tenant + "+" + who.Object, Name: who.Display}
	email, name := address(who.Email), address(who.Name)
	personal := who.Tenant == personalTenant
	switch {
	case personal, o.ownTenant(), owned(who.Owned):
		out.Email = or(email, name)
	default:
		out.Email = name
	}
	if !personal && out.Email != "" {
		out.Domain = out.Email[strings.LastIndexByte(out.Email, '@')+1:]
	}
	return out
}

// ownTenant reports whether only accounts of one organisation may sign in: the
// operator's.
func (o *OAuth) ownTenant() bool {
	tenant := or(o.Tenant, Common)
	return tenant != Common && tenant != Organizations && tenant != Consumers
}

// owned reads the claim xms_edov in all of its spellings.
func owned(claim any) bool {
	switch v := claim.(type) {
	case bool:
		return v
	case float64:
		return v == 1
	case string:
		return v == "1" || strings.EqualFold(v, "true")
	}
	return false
}

// address is text in lower case if it is an e-mail address of the account's own;
// "" for a guest's name, which carries that of another tenant.
func address(text string) string {
	if at := strings.LastIndexByte(text, '@'); at < 1 || at == len(text)-1 || strings.Contains(strings.ToUpper(text), "#EXT#") {
		return ""
	}
	return strings.ToLower(text)
}

// refusedToken says why an ID token is not believed, without a word of it.
func refusedToken(err error) error {
	var expired *oidc.TokenExpiredError
	if errors.As(err, &expired) {
		return errors.New("the answer has expired: compare the clock of this machine")
	}
	return errors.New("the answer is not for us, or cannot be checked")
}
