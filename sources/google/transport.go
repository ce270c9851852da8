package google

import (
	"errors"
	"io"
	"net/http"
)

// maxBody is the longest answer that is read, in bytes. A full page of events
// with descriptions as long as Google allows has about a third of it.
const maxBody = 64 << 20

var errTooLong = errors.New("answer longer than 64 MB")

// bounded is hc with bounded answers, and without redirects: none are expected,
// and a followed one would carry the token to whoever it names.
func bounded(hc *http.Client) *http.Client {
	client := *hc
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	client.Transport = boundedTransport{next}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

type boundedTransport struct{ next http.RoundTripper }

func (b boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil && answer.Body != nil {
		answer.Body = &boundedBody{ReadCloser: answer.Body, left: maxBody}
	}
	return answer, err
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
