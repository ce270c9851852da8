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
	"google.golang.org/api/googleapi"

	"slotward/sources"
)

// operation is what was asked of Google, as far as it decides what an error means.
type operation struct {
	what   string // for people: "reading a calendar"
	write  bool
	token  bool // a sync token was sent
	native bool // a Meet link was asked for
}

// incomplete says that an answer is not what it should be.
func (op operation) incomplete(how string) error {
	return fmt.Errorf("google calendar: %s: %s: %w", op.what, how, sources.ErrIncomplete)
}

// refusal is one line of the table: an answer of Google and what it means. The
// first line that fits counts.
type refusal struct {
	status int    // zero: any
	reason string // "": any
	bare   bool   // it says nothing as Google does: somebody on the way answered
	when   func(op operation) bool
	class  error
	// limited: the class is a LimitedError of this scope; wait is for when Google
	// does not say how long.
	limited string
	wait    time.Duration
	cure    string
}

var refusals = []refusal{
	{status: 401, class: sources.ErrRevoked, cure: "Google does not accept the access any more: connect the account again"},

	// Gone or refused is only what Google itself says is.
	{status: 403, bare: true, class: sources.ErrUnavailable},
	{status: 404, bare: true, class: sources.ErrUnavailable},
	{status: 410, bare: true, when: operation.writes, class: sources.ErrUnavailable},

	{status: 403, reason: "userRateLimitExceeded", limited: "user"},
	{status: 403, reason: "rateLimitExceeded", limited: "user"},
	{status: 403, reason: "quotaExceeded", limited: "user", wait: 4 * time.Hour, cure: "Google has stopped this account for making too many changes"},
	{status: 403, reason: "dailyLimitExceeded", limited: "project", wait: time.Hour, cure: "the day's requests of the Google Cloud project are spent"},
	{status: 403, reason: "accessNotConfigured", limited: "project", wait: time.Hour, cure: enableAPI},
	{status: 403, reason: "SERVICE_DISABLED", limited: "project", wait: time.Hour, cure: enableAPI},
	{status: 403, reason: "BILLING_DISABLED", limited: "project", wait: time.Hour, cure: "billing of the Google Cloud project is disabled: enable it there"},
	{status: 429, reason: "dailyLimitExceeded", limited: "project", wait: time.Hour, cure: "the day's requests of the Google Cloud project are spent"},
	{status: 429, limited: "user"},

	{status: 403, reason: "insufficientPermissions", class: sources.ErrMissingScope, cure: reconnect},
	{status: 403, reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT", class: sources.ErrMissingScope, cure: reconnect},
	{status: 403, reason: "forbiddenForNonOrganizer", class: sources.ErrReadOnly, cure: "only its organizer can change it"},
	{status: 403, reason: "forbiddenForServiceAccounts", class: sources.ErrRefused, cure: "service accounts may not invite guests without domain-wide delegation"},
	{status: 403, when: operation.writes, class: sources.ErrReadOnly, cure: "this account may not change it"},
	{status: 403, class: sources.ErrRefused, cure: "this account may not read it"},

	{status: 404, class: sources.ErrGone},
	{status: 409, class: sources.ErrChanged},
	{status: 410, reason: "deleted", class: sources.ErrGone},
	{status: 410, when: operation.writes, class: sources.ErrGone},
	{status: 410, class: sources.ErrExpired},
	{status: 412, class: sources.ErrChanged},

	{status: 400, reason: "invalid", when: operation.asksMeet, class: sources.ErrRefused,
		cure: "this calendar cannot have Google Meet links: Meet may be turned off for the account"},
	{status: 400, class: sources.ErrRefused},
	{status: 408, class: sources.ErrUnavailable},
	{status: 413, class: sources.ErrRefused},
}

const (
	enableAPI = "the Google Calendar API is not enabled for the Google Cloud project of the client id: enable it there"
	reconnect = "a permission was not ticked: connect the account again and tick all of them"
)

func (op operation) writes() bool   { return op.write }
func (op operation) asksMeet() bool { return op.native }

// classify turns an error of the client into one of our classes, with what a
// person needs to act. It never carries a URL, a header or a body.
func classify(op operation, err error, now time.Time) error {
	var refused *googleapi.Error
	if errors.As(err, &refused) {
		return op.refused(refused, now)
	}
	return fmt.Errorf("google calendar: %s: %w", op.what, plainError(err, now))
}

// refused looks an answer up in the table.
func (op operation) refused(answer *googleapi.Error, now time.Time) error {
	reasons := reasonsOf(answer)
	if answer.Code == http.StatusBadRequest && op.token && namesSyncToken(answer) {
		return op.describe(answer, reasons, refusal{class: sources.ErrExpired}, now)
	}
	bare := len(answer.Errors) == 0 && len(answer.Details) == 0 && answer.Message == ""
	for _, r := range refusals {
		if (r.status == 0 || r.status == answer.Code) && (r.reason == "" || contains(reasons, r.reason)) && (!r.bare || bare) && (r.when == nil || r.when(op)) {
			return op.describe(answer, reasons, r, now)
		}
	}
	class := sources.ErrRefused
	switch {
	case answer.Code >= 500:
		class = sources.ErrUnavailable
	case answer.Code < 400:
		class = sources.ErrIncomplete // a redirect, or an error in the clothes of a success
	}
	return op.describe(answer, reasons, refusal{class: class}, now)
}

// describe writes the error: what was done, what to do, status, reason and class.
func (op operation) describe(answer *googleapi.Error, reasons []string, r refusal, now time.Time) error {
	class := r.class
	if r.limited != "" {
		until := sources.RetryAfter(answer.Header, now)
		if until.IsZero() && r.wait > 0 {
			until = now.Add(r.wait).UTC()
		}
		class = &sources.LimitedError{Until: until, Scope: r.limited}
	}
	text := "google calendar: " + op.what + ": "
	if r.cure != "" {
		text += r.cure + ": "
	}
	code := fmt.Sprintf("HTTP %d", answer.Code)
	if len(reasons) > 0 {
		code += " " + reasons[0]
	}
	if answer.Code == http.StatusBadRequest && answer.Message != "" {
		code += fmt.Sprintf(", %.120q", answer.Message)
	}
	return fmt.Errorf("%s%s: %w", text, code, class)
}

// reasonsOf collects the reasons of an answer, old style and new.
func reasonsOf(answer *googleapi.Error) []string {
	var out []string
	add := func(reason string) {
		if reason != "" && len(reason) <= 64 && len(out) < 8 && strings.Trim(reason, reasonLetters) == "" {
			out = append(out, reason)
		}
	}
	for _, e := range answer.Errors {
		add(e.Reason)
	}
	for _, detail := range answer.Details {
		if info, ok := detail.(map[string]any); ok {
			reason, _ := info["reason"].(string)
			add(reason)
		}
	}
	return out
}

const reasonLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

func contains(reasons []string, wanted string) bool {
	for _, r := range reasons {
		if r == wanted {
			return true
		}
	}
	return false
}

// namesSyncToken reports whether a 400 is about the sync token. The client drops
// the field that names the parameter, so the body is looked at.
func namesSyncToken(answer *googleapi.Error) bool {
	body := strings.ToLower(answer.Body)
	return strings.Contains(body, "synctoken") || strings.Contains(body, "sync token")
}

// known are the classes that a transport may have found already.
var known = []error{
	sources.ErrGone, sources.ErrChanged, sources.ErrExpired, sources.ErrRevoked, sources.ErrMissingScope,
	sources.ErrRefused, sources.ErrReadOnly, sources.ErrIncomplete, sources.ErrUnavailable,
}

// plainError classes what is no answer of Google's: a failed connection, a
// failed token, a garbled body.
func plainError(err error, now time.Time) error {
	// The outer error names the URL, which may carry a token.
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var limited *sources.LimitedError
	if errors.As(err, &limited) {
		return err
	}
	for _, class := range known {
		if errors.Is(err, class) {
			return err
		}
	}
	var token *oauth2.RetrieveError
	if errors.As(err, &token) {
		return tokenError(token, now)
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax), errors.As(err, &kind):
		return fmt.Errorf("the answer is not what it should be: %w", sources.ErrIncomplete)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("the answer was cut off: %w", sources.ErrIncomplete)
	case errors.Is(err, errTooLong):
		return fmt.Errorf("%w: %w", errTooLong, sources.ErrIncomplete)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", sources.ErrUnavailable, context.Canceled)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer in time: %w", sources.ErrUnavailable)
	}
	return fmt.Errorf("%w: %w", sources.ErrUnavailable, err)
}

// passing reports whether a read may succeed if it is sent again at once.
func passing(err error) bool {
	return errors.Is(err, sources.ErrUnavailable) || errors.Is(err, sources.ErrIncomplete)
}
