package server

import (
	"fmt"
	"net/http"
	"strings"
)

// refusal is a consent that did not lead to a connection: an error that knows
// its page.
type refusal struct {
	kind
	detail string // what happened
	again  string // URL to begin anew; "" when a new link is needed
	copied string // URL to hand on to somebody else; "" for none
	onward string // address of ours to go back to; "" for the first page
}

// kind is what refusals have in common.
type kind struct {
	status int
	class  string
	title  string
	cure   string // %s is the provider
}

// The kinds of refusals.
var (
	refusedTicket     = kind{http.StatusBadRequest, "ticket", "This link no longer works", "Ask whoever gave it to you for a new one: each works for an hour, and for one account."}
	refusedOwner      = kind{http.StatusForbidden, "not_yours", "This link is for whoever made it", "If that is you, sign in here and begin again. If somebody sent it to you, leave it: it would make your account theirs to use."}
	refusedState      = kind{http.StatusBadRequest, "state", "This sign-in has run out", "Open the link that you were given again, or sign in again, and finish within ten minutes."}
	refusedBrowser    = kind{http.StatusBadRequest, "browser", "This sign-in was begun in another browser", "Open the link that you were given again, or sign in again, in this browser, with cookies allowed."}
	refusedCode       = kind{http.StatusBadRequest, "code", "The answer from %s could not be used", "Try again."}
	refusedConsent    = kind{http.StatusForbidden, "denied", "%s was not connected", "If that was a mistake, try again and choose to allow it."}
	refusedAdmin      = kind{http.StatusForbidden, "needs_admin", "Your organisation has to allow this first", "Send this address to an administrator of your organisation. Once they have allowed it, try again."}
	refusedScope      = kind{http.StatusForbidden, "missing_scope", "A permission is missing", "Try again and leave every box ticked: without them meetings cannot be kept."}
	refusedTaken      = kind{http.StatusConflict, "taken", "This account is connected already", "Sign in to %s with another account, or let the account be disconnected there first."}
	refusedSecond     = kind{http.StatusConflict, "exists", "Another account is connected already", "Disconnect it first, or sign in to %s with that account."}
	refusedProvider   = kind{http.StatusBadGateway, "provider_unavailable", "%s did not answer as it should", "Try again in a few minutes. If it stays like this, the operator finds the reason in the daemon's log."}
	refusedUnknown    = kind{http.StatusNotFound, "not_configured", "Nothing can be connected here", "Check the address. The operator sees with `slotward config check` which providers are configured."}
	refusedPerson     = kind{http.StatusNotFound, "no_person", "This person was removed", "Ask whoever gave you the link."}
	refusedDeclined   = kind{http.StatusForbidden, "denied", "You are not signed in", "If that was a mistake, sign in again and choose to allow it."}
	refusedStranger   = kind{http.StatusForbidden, "stranger", "You may not sign in here yet", "Sign in with another account, or ask an admin of this installation to add you: they do so under Admin, with this very address."}
	refusedUnverified = kind{http.StatusForbidden, "unverified", "Your address is not confirmed", "%s did not confirm that the account's e-mail address is yours: confirm it there, or sign in with another account."}
	refusedAccount    = kind{http.StatusForbidden, "wrong_account", "This is another account", "Sign in with the account that you used before. If that one is gone for good, ask an admin of this installation to remove the person and to add them again."}
	refusedFirst      = kind{http.StatusBadRequest, "first", "This link no longer works", "It works once, for an hour, until there is an admin. Sign in, or start the daemon again: it prints a new one while there is none."}
	refusedOften      = kind{http.StatusTooManyRequests, "too_often", "That was too often", "Wait a minute, then try again."}
	refusedForgery    = kind{http.StatusForbidden, "forgery", "This did not come from a page of ours", "Reload the page and try again. If you were led here from elsewhere, nothing was changed."}
	refusedHost       = kind{http.StatusMisdirectedRequest, "host", "This server has another address", "Open that one. Whoever runs a proxy in front of it has to let it pass on the header Host as it came, or set public_url (SLOTWARD_PUBLIC_URL)."}
	refusedInternal   = kind{http.StatusInternalServerError, "internal", "Something went wrong here", "Try again. If it stays like this, the operator finds the reason in the daemon's log."}
)

// refuse makes a refusal at a provider.
func (at provider) refuse(k kind, detail string) *refusal {
	r := &refusal{kind: k, detail: detail}
	for _, text := range []*string{&r.title, &r.cure} {
		if strings.Contains(*text, "%s") {
			*text = fmt.Sprintf(*text, at.title)
		}
	}
	return r
}

// Error is the whole story in one line.
func (r *refusal) Error() string {
	parts := []string{r.title}
	for _, part := range []string{r.detail, r.cure} {
		if part != "" {
			parts = append(parts, strings.TrimSuffix(part, "."))
		}
	}
	text := strings.Join(parts, ". ") + "."
	if r.copied != "" {
		text += " The address: " + r.copied
	}
	return text
}
