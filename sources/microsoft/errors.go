package microsoft

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"slotward/sources"
)

// operation is what was asked of Graph, as far as it decides what an error means.
type operation struct {
	what  string // for people: "reading a calendar"
	write bool
	delta bool // a delta link was followed
	event bool // one event was asked for by its id
	list  bool // all calendars were asked for
}

// incomplete says that an answer is not what it should be.
func (op operation) incomplete(how string) error {
	return fmt.Errorf("outlook calendar: %s: %s: %w", op.what, how, sources.ErrIncomplete)
}

// refusal is one line of the table: an answer of Graph and what it means. The
// first line that fits counts. Codes are compared without regard to case.
type refusal struct {
	status int    // zero: any
	code   string // "": any
	bare   bool   // it has no code: somebody on the way answered, not Graph
	when   func(op operation) bool
	class  error // nil: a LimitedError
	cure   string
}

var refusals = []refusal{
	{status: 401, class: sources.ErrRevoked, cure: "Microsoft does not accept the access any more: connect the account again"},

	{status: 429},
	{status: 509},
	{code: "ApplicationThrottled"},
	{code: "ActivityLimitReached"},

	{code: "MailboxNotEnabledForRESTAPI", class: sources.ErrRefused, cure: noMailbox},
	{code: "MailboxNotSupportedForRESTAPI", class: sources.ErrRefused, cure: noMailbox},
	{code: "RESTAPINotEnabledForMailboxInPreview", class: sources.ErrRefused, cure: noMailbox},
	{code: "ErrorQuotaExceeded", class: sources.ErrRefused, cure: "the mailbox is full"},

	{status: 403, code: "Authorization_RequestDenied", class: sources.ErrMissingScope, cure: reconnect},
	{status: 403, code: "InsufficientScope", class: sources.ErrMissingScope, cure: reconnect},
	{status: 403, code: "NoPermissionsInAccessToken", class: sources.ErrMissingScope, cure: reconnect},
	{status: 403, code: "ErrorAccessDenied", when: operation.lists, class: sources.ErrMissingScope, cure: reconnect},
	{status: 403, when: operation.writes, class: sources.ErrReadOnly, cure: "this account may not change it"},
	{status: 403, class: sources.ErrRefused, cure: "this account may not read it"},

	{code: "SyncStateNotFound", when: operation.follows, class: sources.ErrExpired},
	{code: "SyncStateInvalid", when: operation.follows, class: sources.ErrExpired},
	{code: "ResyncRequired", when: operation.follows, class: sources.ErrExpired},
	{status: 410, when: operation.follows, class: sources.ErrExpired},
	// Gone is only what Graph itself says is (I4).
	{status: 410, bare: true, class: sources.ErrUnavailable},
	{status: 404, bare: true, class: sources.ErrUnavailable},
	{status: 410, class: sources.ErrGone},

	{status: 404, class: sources.ErrGone},
	{status: 400, code: "ErrorInvalidIdMalformed", when: operation.names, class: sources.ErrGone},
	{status: 400, code: "ErrorInvalidId", when: operation.names, class: sources.ErrGone},
	{status: 409, class: sources.ErrChanged},
	{status: 412, class: sources.ErrChanged},

	{status: 400, class: sources.ErrRefused},
	{status: 408, class: sources.ErrUnavailable},
	{status: 413, class: sources.ErrRefused},
}

const (
	noMailbox = "the account has no mailbox in Exchange Online: it may lack a licence, or the mailbox stands on premises"
	reconnect = "a permission is missing: connect the account again and grant all of them"
)

func (op operation) writes() bool  { return op.write }
func (op operation) follows() bool { return op.delta }
func (op operation) names() bool   { return op.event }
func (op operation) lists() bool   { return op.list }

// classify turns a failed call into one of our classes, with what a person needs
// to act. It never carries a URL, a header or a body. Status and code decide,
// whatever the SDK made of the answer.
func classify(op operation, err error, x *exchange, now time.Time) error {
	switch {
	case x.status >= http.StatusBadRequest:
		return op.refused(x, now)
	case x.status >= http.StatusMultipleChoices:
		return op.incomplete(fmt.Sprintf("HTTP %d", x.status))
	}
	return fmt.Errorf("outlook calendar: %s: %w", op.what, plainError(err, x.status != 0, now))
}

// refused looks an answer up in the table.
func (op operation) refused(x *exchange, now time.Time) error {
	for _, r := range refusals {
		if (r.status == 0 || r.status == x.status) && (r.code == "" || strings.EqualFold(r.code, x.code)) && (!r.bare || x.code == "") && (r.when == nil || r.when(op)) {
			return op.describe(x, r, now)
		}
	}
	class := sources.ErrRefused
	if x.status >= http.StatusInternalServerError {
		class = sources.ErrUnavailable
	}
	return op.describe(x, refusal{class: class}, now)
}

// describe writes the error: what was done, what to do, status, code, the id by
// which Microsoft finds it, and class.
func (op operation) describe(x *exchange, r refusal, now time.Time) error {
	var text strings.Builder
	text.WriteString("outlook calendar: " + op.what + ": ")
	if r.cure != "" {
		text.WriteString(r.cure + ": ")
	}
	fmt.Fprintf(&text, "HTTP %d", x.status)
	if x.code != "" {
		text.WriteString(" " + x.code)
	}
	if x.requestID != "" {
		text.WriteString(" (request " + x.requestID + ")")
	}
	until := sources.RetryAfter(x.retryAfter, now)
	switch limited := (&sources.LimitedError{Until: until, Scope: "user"}); {
	case r.class == nil:
		return fmt.Errorf("%s: %w", text.String(), limited)
	case errors.Is(r.class, sources.ErrUnavailable) && !until.IsZero():
		return fmt.Errorf("%s: %w: %w", text.String(), r.class, limited)
	}
	err := fmt.Errorf("%s: %w", text.String(), r.class)
	if x.status == http.StatusForbidden && strings.EqualFold(x.code, "ErrorAccessDenied") && !errors.Is(r.class, sources.ErrMissingScope) {
		return &deniedError{error: err, code: x.code, requestID: x.requestID}
	}
	return err
}

// deniedError is a refusal of which it is not clear yet what was missing.
type deniedError struct {
	error
	code, requestID string
}

func (e *deniedError) Unwrap() error { return e.error }

// known are the classes that a transport may have found already.
var known = []error{
	sources.ErrGone, sources.ErrChanged, sources.ErrExpired, sources.ErrRevoked, sources.ErrMissingScope,
	sources.ErrRefused, sources.ErrReadOnly, sources.ErrIncomplete, sources.ErrUnavailable,
}

// plainError classes what is no refusal: a failed connection, a failed token, a
// garbled answer. answered tells that an answer came, with status 2xx.
func plainError(err error, answered bool, now time.Time) error {
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
	switch {
	case errors.As(err, &token):
		return tokenError(token, now)
	case errors.Is(err, errElsewhere), errors.Is(err, errTooLong):
		return fmt.Errorf("%w: %w", err, sources.ErrIncomplete)
	case isCanceled(err):
		return fmt.Errorf("%w: %w", sources.ErrUnavailable, context.Canceled)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no answer in time: %w", sources.ErrUnavailable)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF) && answered:
		return fmt.Errorf("the answer was cut off: %w", sources.ErrIncomplete)
	case answered:
		// Whatever the SDK could not make sense of: its words may quote the answer.
		return fmt.Errorf("the answer is not what it should be: %w", sources.ErrIncomplete)
	}
	return fmt.Errorf("%w: %w", sources.ErrUnavailable, err)
}

func isCanceled(err error) bool { return errors.Is(err, context.Canceled) }

// passing reports whether a read may succeed if it is sent again, and what
// Graph wants waited before.
func passing(err error, now time.Time) (wait time.Duration, ok bool) {
	var limited *sources.LimitedError
	if errors.As(err, &limited) && !limited.Until.IsZero() {
		wait = limited.Until.Sub(now)
	}
	return wait, errors.Is(err, sources.ErrUnavailable) || errors.Is(err, sources.ErrIncomplete)
}
