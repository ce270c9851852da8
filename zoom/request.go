package zoom

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 8 << 20 // bytes; a page of 300 meetings is under 1 MB
	longestPause   = 5 * time.Second
)

// pauses is how long a read waits before it is tried again. Writes are not
// tried again here: the next pass does that.
var pauses = []time.Duration{
	250 * time.Millisecond, // 0.25 s since the first try
	time.Second,            // 1.25 s
}

// request is one call of an operation.
type request struct {
	method string
	path   string
	query  url.Values
	body   []byte
	label  Label
	about  string // aboutMeeting, aboutUser
}

// answer is what came back. Its body is bounded, and short when broken is set.
type answer struct {
	status int
	header http.Header
	body   []byte
	about  string
	broken error // the body could not be read to its end
}

// wipe overwrites the body, which may hold a start_url, once it was decoded.
func (a answer) wipe() { clear(a.body) }

// sendError is a request without an answer.
type sendError struct {
	err  error
	sent bool // Zoom may have received it
}

func (e *sendError) Error() string   { return fmt.Sprintf("%s: %s", ErrUnavailable, e.err) }
func (e *sendError) Unwrap() []error { return []error{ErrUnavailable, e.err} }

// read sends a GET, again after a pause when Zoom is unavailable, answered
// half, or asks for a short wait. decode must give ErrIncomplete for an answer
// that is not whole.
func (c *Client) read(ctx context.Context, r request, decode func(answer) error) error {
	r.method = http.MethodGet
	for try := 0; ; try++ {
		err := c.readOnce(ctx, r, decode)
		if err == nil || try == len(pauses) || ctx.Err() != nil {
			return err
		}
		pause, again := c.pause(err, pauses[try])
		if !again {
			return err
		}
		if waited := c.sleep(ctx, pause+rand.N(pause/4+1)); waited != nil {
			return err
		}
	}
}

func (c *Client) readOnce(ctx context.Context, r request, decode func(answer) error) error {
	a, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer a.wipe()
	switch {
	case a.status != http.StatusOK:
		return a.refused(c.now())
	case a.broken != nil:
		return fmt.Errorf("%w: %w", ErrIncomplete, a.broken)
	}
	return decode(a)
}

// pause says whether a read that failed with err is worth another try, and when.
func (c *Client) pause(err error, usual time.Duration) (time.Duration, bool) {
	var limit *LimitedError
	if errors.As(err, &limit) {
		wait := limit.Until.Sub(c.now())
		return max(wait, leastWait), !limit.Daily && wait <= longestPause
	}
	return usual, errors.Is(err, ErrUnavailable) || errors.Is(err, ErrIncomplete)
}

// send sends one request once. It fails only when there is no answer: with a
// sendError, or with the class that the transport under the client gave
// (a token that could not be had).
func (c *Client) send(ctx context.Context, r request) (answer, error) {
	if err := c.pacer.wait(ctx, r.label); err != nil {
		return answer{}, &sendError{err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	ctx, line := watch(ctx)
	req, err := c.build(ctx, r)
	if err != nil {
		return answer{}, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // less the address, which people cannot act on
		}
		if classed(err) {
			return answer{}, err
		}
		return answer{}, &sendError{err: err, sent: line.maySent(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{status: resp.StatusCode, header: resp.Header, about: r.about}
	a.body, a.broken = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if len(a.body) > maxAnswer {
		a.broken = fmt.Errorf("longer than %d bytes", maxAnswer)
	}
	return a, nil
}

func (c *Client) build(ctx context.Context, r request) (*http.Request, error) {
	address := c.base + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, fmt.Errorf("%w: the base URL of Zoom's API is wrong: %w", ErrRefused, err)
	}
	req.Header.Set("Accept", "application/json")
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// classed reports whether the transport that adds the token has already said
// what is wrong; then the request was not sent, or answered with 401 only.
func classed(err error) bool {
	var limit *LimitedError
	for _, class := range []error{ErrRevoked, ErrMissingScope, ErrRefused, ErrIncomplete, ErrUnavailable} {
		if errors.Is(err, class) {
			return true
		}
	}
	return errors.As(err, &limit)
}

// line watches the connection of one request.
type line struct {
	connected atomic.Bool // a connection was had: bytes may have gone out
	noTLS     atomic.Bool // the TLS handshake failed
}

func watch(ctx context.Context) (context.Context, *line) {
	l := &line{}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { l.connected.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			l.noTLS.Store(err != nil)
		},
	}), l
}

// maySent reports whether a request that failed with err may have reached Zoom.
// When in doubt it may: a create that is wrongly thought unsent would be sent
// twice, while a doubted one costs a listing.
func (l *line) maySent(err error) bool {
	if l.connected.Load() {
		return true
	}
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case l.noTLS.Load(), errors.As(err, &dns):
		return false
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"):
		return false
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
