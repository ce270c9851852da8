package google

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"slotward/sources"
)

// Issuer is whom Google's ID tokens are from.
const Issuer = "https://accounts.google.com"

// signInScopes tell who somebody is, and no more.
var signInScopes = []string{"openid", "email", "profile"}

// keys are those that ID tokens are signed with. They are asked for anew at each
// sign-in: that is seldom, and one that was withdrawn is not believed.
func (o *OAuth) keys(ctx context.Context) oidc.KeySet {
	client := o.client()
	client.Timeout = oauthPatience
	return oidc.NewRemoteKeySet(oidc.ClientContext(ctx, client), or(o.KeysURL, KeysURL))
}

// AuthorizeSignIn is the address of the page on which somebody signs in. With
// calendars it is the consent page of Authorize at the same time.
func (o *OAuth) AuthorizeSignIn(state, verifier, nonce, redirect string, calendars bool) string {
	config := o.config(redirect)
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier), oidc.Nonce(nonce)}
	if calendars {
		config.Scopes = append(slices.Clone(config.Scopes), "profile")
		options = append(options, oauth2.AccessTypeOffline, oauth2.SetAuthURLParam("prompt", "select_account consent"))
	} else {
		config.Scopes = signInScopes
		options = append(options, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	return config.AuthCodeURL(state, options...)
}

// claims are what an ID token says besides what every one has to say.
type claims struct {
	Party    string `json:"azp"`
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
	Domain   string `json:"hd"`
	Name     string `json:"name"`
}

// Verify checks the ID token that came along with tokens: who signed it, for
// whom, until when, and that it carries nonce. The organisation is the one whose
// Google Workspace has the account, not what the address looks like.
func (o *OAuth) Verify(ctx context.Context, tok *oauth2.Token, nonce string) (sources.Profile, error) {
	const what = "google sign-in: checking who signed in: "
	ctx, cancel := context.WithTimeout(ctx, oauthPatience)
	defer cancel()
	raw, _ := tok.Extra("id_token").(string)
	verifier := oidc.NewVerifier(Issuer, o.keys(ctx), &oidc.Config{ClientID: o.ClientID, Now: o.now})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return sources.Profile{}, fmt.Errorf(what+"%w: %w", refusedToken(err), sources.ErrIncomplete)
	}
	var who claims
	if err := token.Claims(&who); err != nil {
		return sources.Profile{}, fmt.Errorf(what+"the answer is not what it should be: %w", sources.ErrIncomplete)
	}
	switch {
	case nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		err = errors.New("the answer is to another question")
	case who.Party != "" && who.Party != o.ClientID:
		err = errors.New("the answer is for another client")
	case token.Subject == "":
		err = errors.New("the answer names nobody")
	}
	if err != nil {
		return sources.Profile{}, fmt.Errorf(what+"%w: %w", err, sources.ErrIncomplete)
	}
	out := sources.Profile{Account: token.Subject, Name: who.Name, Domain: strings.ToLower(who.Domain)}
	if who.Verified {
		out.Email = strings.ToLower(who.Email)
	}
	return out, nil
}

// refusedToken says why an ID token is not believed, without a word of it.
func refusedToken(err error) error {
	var expired *oidc.TokenExpiredError
	if errors.As(err, &expired) {
		return errors.New("the answer has expired: compare the clock of this machine")
	}
	return errors.New("the answer is not for us, not from Google, or cannot be checked")
}
