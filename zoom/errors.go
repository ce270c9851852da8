package zoom

import (
	"errors"
	"fmt"
	"time"
)

// Classes of failure, told apart by HTTP status and Zoom's code.
var (
	ErrGone         = errors.New("the meeting no longer exists")         // 404 with code 3001 or 1001, nothing else
	ErrRevoked      = errors.New("authorisation revoked")                // the person has to reconnect
	ErrMissingScope = errors.New("authorisation lacks a permission")     // 4711, 104
	ErrRefused      = errors.New("refused by Zoom")                      // 400: permanent for this request
	ErrNotAllowed   = errors.New("account may not schedule meetings")    // 3161: permanent for this account
	ErrBusy         = errors.New("the meeting is running")               // 3002: try again when it has ended
	ErrIncomplete   = errors.New("incomplete answer")                    // garbled, HTML, cut off
	ErrUnavailable  = errors.New("Zoom unavailable")                     // 5xx, network
	ErrUnknown      = errors.New("the outcome of the create is unknown") // never send it again: look for the reference
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
