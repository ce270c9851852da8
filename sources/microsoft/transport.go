package microsoft

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const (
	// maxBody is the longest answer that is read, in bytes.
	maxBody = 64 << 20
	// maxErrorBody is how much of a refusal is read; the rest tells nothing.
	maxErrorBody = 64 << 10
)

var (
	errTooLong   = errors.New("answer longer than 64 MB")
	errElsewhere = errors.New("a link leads away from the configured address")
)

// exchange is what an answer said of itself. The SDK loses the status of
// answers that it cannot parse, such as a gateway's HTML page.
type exchange struct {
	status     int
	retryAfter http.Header // holds Retry-After alone
	requestID  string      // for Microsoft's support
	code       string      // of the error, "" for none
}

type exchangeKey struct{}

// observed returns a context whose request tells x what it was answered.
func observed(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// guarded is the client's transport: it sends to one address only, since links
// in answers are followed and requests carry a token, bounds answers, and notes
// what they say of themselves.
type guarded struct {
	base *url.URL
	next http.RoundTripper
}

func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != g.base.Scheme || !strings.EqualFold(r.URL.Host, g.base.Host) || r.URL.User != nil ||
		!strings.HasPrefix(r.URL.Path, g.base.Path+"/") {
		return nil, errElsewhere
	}
	r = r.Clone(r.Context())
	r.Header.Set("client-request-id", requestID())
	if err := repeatable(r); err != nil {
		return nil, err
	}
	answer, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &boundedBody{ReadCloser: answer.Body, left: maxBody}
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		return answer, nil
	}
	x.status, x.requestID = answer.StatusCode, word(answer.Header.Get("request-id"))
	if after := answer.Header.Get("Retry-After"); after != "" {
		x.retryAfter = http.Header{"Retry-After": {after}}
	}
	if answer.StatusCode >= http.StatusBadRequest {
		x.readCode(answer)
	}
	return answer, nil
}

// repeatable lets the body be sent once more: whoever adds the token sends the
// request again with a new one where the old is refused. The SDK's bodies can be
// read only once.
func repeatable(r *http.Request) error {
	if r.Body == nil || r.GetBody != nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	_ = r.Body.Close()
	if err != nil {
		return err
	}
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody() // never fails
	r.ContentLength = int64(len(body))
	return nil
}

// readCode reads the error's code and leaves the answer readable.
func (x *exchange) readCode(answer *http.Response) {
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxErrorBody))
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	var envelope struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &envelope) == nil {
		x.code = word(envelope.Error.Code)
	}
}

// word keeps what can stand in a log: one word of letters and digits.
func word(s string) string {
	if len(s) > 80 || strings.Trim(s, wordLetters) != "" {
		return ""
	}
	return s
}

const wordLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

// requestID is a random UUID.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	const hex = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hex[c>>4], hex[c&15])
	}
	return string(out)
}

// boundedBody fails, rather than ends, when there is too much: a list that was
// cut off must not be taken for a whole one.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// withoutRedirects answers a redirect as it is: none are expected, and a
// followed one would carry the token to whoever it names.
func withoutRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
