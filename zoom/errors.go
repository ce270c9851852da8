package zoom

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Classes of failure, told apart by HTTP status and Zoom's code.
var (
	ErrGone         = errors.New("the meeting no longer exists")        // 404 with code 3001 or 1001, nothing else
	ErrRevoked      = errors.New("authorisation revoked")               // the person has to reconnect
	ErrMissingScope = errors.New("authorisation lacks a permission")    // 4711, 104
	ErrRefused      = errors.New("refused by Zoom")                     // 400: permanent for this request
	ErrNotAllowed   = errors.New("account may not schedule meetings")   // 3161: permanent for this account
	ErrBusy         = errors.New("the meeting is running")              // 3002: try again when it has ended
	ErrIncomplete   = errors.New("incomplete answer")                   // garbled, HTML, cut off
	ErrUnavailable  = errors.New("the Zoom API is unavailable")         // 5xx, network
	ErrRecurrence   = errors.New("the recurrence is not taken by Zoom") // always with ErrRefused: make it an OpenSeries
	// ErrBlocked is a refusal by somebody else than the person: the app was disabled.
	ErrBlocked = fmt.Errorf("blocked by an administrator: %w", ErrRefused)
	ErrUnknown = errors.New("the outcome of the create is unknown") // never send it again: look for the reference
)

// LimitedError says that Zoom wants no more requests for a while.
type LimitedError struct {
	Until time.Time
	Daily bool // the host's 100 writes a day, or the account's daily limit; otherwise per second
	Host  bool // it is the host's own daily limit
}

func (e *LimitedError) Error() string {
	kind := "per-second"
	if e.Daily {
		kind = "daily"
	}
	return fmt.Sprintf("Zoom's %s limit is reached until %s", kind, e.Until.UTC().Format(time.RFC3339))
}

// Subjects of a request: the same code means different things for each.
const (
	aboutMeeting = "meeting" // /meetings/{id}
	aboutUser    = "user"    // /users/me…
)

// Codes of Zoom that stand in conditions outside the table.
const (
	codeValidation = 300
	codeHasEnded   = 3007
)

// refusals is what an answer means. The first row that fits wins; zero and ""
// fit anything. Messages are never looked at: Zoom writes them in the language
// of the account.
var refusals = []struct {
	status, code int
	about        string
	class        error
	cure         string
}{
	{404, 3001, aboutMeeting, ErrGone, ""},
	{404, 1001, aboutMeeting, ErrGone, ""}, // some meeting operations say "user" for a meeting
	{404, 1001, aboutUser, ErrRevoked, "the user is no longer in the Zoom account; connect Zoom again"},
	{400, 1010, aboutUser, ErrRevoked, "the user has left the Zoom account that was connected; connect Zoom again"},
	{400, 4711, "", ErrMissingScope, "connect Zoom again and allow everything that is asked for"},
	{400, 104, "", ErrMissingScope, "connect Zoom again and allow everything that is asked for"},
	{401, 4711, "", ErrMissingScope, "connect Zoom again and allow everything that is asked for"},
	{401, 104, "", ErrMissingScope, "connect Zoom again and allow everything that is asked for"},
	{401, 0, "", ErrRevoked, "access was withdrawn or has expired; connect Zoom again"},
	{400, 3161, "", ErrNotAllowed, "the Zoom administrator has to allow this user to schedule meetings"},
	{400, 3002, "", ErrBusy, "it can be done when the meeting has ended"},
	{403, 0, "", ErrRefused, "the user has not shared this with the app"},
	{408, 0, "", ErrUnavailable, ""},
	{400, 0, "", ErrRefused, ""},
	{404, 0, "", ErrRefused, ""}, // a wrong path, or an older code: not proof that a meeting is gone
	{409, 0, "", ErrRefused, ""},
}

// refusal is an answer that says no.
type refusal struct {
	class        error
	status, code int
	message      string   // Zoom's words, shortened and without links or long secrets
	fields       []string // names of the fields that Zoom found invalid
	cure         string
}

func (e *refusal) Error() string {
	text := fmt.Sprintf("%s: HTTP %d", e.class, e.status)
	if e.code != 0 {
		text += fmt.Sprintf(", code %d", e.code)
	}
	if e.message != "" {
		text += ": " + e.message
	}
	if len(e.fields) > 0 {
		text += " (" + strings.Join(e.fields, ", ") + ")"
	}
	if e.cure != "" {
		text += "; " + e.cure
	}
	return text
}

// Sentence is what a person has to do.
func (e *refusal) Sentence() string { return e.cure }

func (e *refusal) Unwrap() error { return e.class }

// refused turns an answer other than 2xx into an error.
func (a answer) refused(now time.Time) error {
	o, bad := readObject(a.body, "code", "message", "errors")
	message := clean(o.text("message"))
	if a.status == http.StatusTooManyRequests {
		return limited(a.header, o.text("message"), now)
	}
	e := &refusal{status: a.status, code: int(o.integer("code")), message: message, fields: invalidFields(o["errors"])}
	switch {
	case a.status >= 500:
		e.class = ErrUnavailable
	case a.status < 400, bad != nil && a.status != http.StatusRequestTimeout:
		// A redirect or a page: something between us and Zoom answered.
		e.class, e.message = ErrIncomplete, "the answer did not come from Zoom's API"
	default:
		e.class = ErrRefused
		for _, r := range refusals {
			if r.status == a.status && (r.code == 0 || r.code == e.code) && (r.about == "" || r.about == a.about) {
				e.class, e.cure = r.class, r.cure
				break
			}
		}
	}
	return e
}

// invalidFields reads the names of the fields that failed Zoom's validation.
func invalidFields(raw json.RawMessage) []string {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var names []string
	for _, item := range items {
		o, _ := readObject(item, "field")
		if name := clean(o.text("field")); name != "" && len(names) < 10 {
			names = append(names, name)
		}
	}
	return names
}

// secretLike matches links and words too long to be language: join links with
// passcodes, tokens. Scope lists, which are long but wanted, have colons and commas.
var secretLike = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://\S+|[A-Za-z0-9_.+/=-]{40,}`)

// clean makes a provider's words safe to show: one line, short, no secrets.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return cut(secretLike.ReplaceAllString(text, "[…]"), 300)
}
