// Package browser is a browser with a person before it, who opens links and
// decides on consent pages as people do: only what a page offers can be chosen.
//
//	browser.go   opening pages and deciding on them
//	form.go      what a consent page's form says, and how it is filled in
//	submit.go    links to follow, and forms of any other page
package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Limits of one page.
const (
	pageTime = 30 * time.Second
	maxPage  = 1 << 20 // bytes; what comes after is not read
)

// Browser keeps cookies and follows redirects. HTTP may be altered before it is
// used, to go through another transport or to stop at redirects.
type Browser struct{ HTTP *http.Client }

// New returns a browser that has been nowhere yet.
func New() *Browser {
	jar, _ := cookiejar.New(nil) // fails for no options that it cannot use
	return &Browser{&http.Client{Jar: jar, Timeout: pageTime}}
}

// Page is what a browser came to; the response's body is read and closed.
type Page struct {
	*http.Response
	Text string
}

// Words are what the page says, without tags and styles.
func (p Page) Words() string {
	document, err := html.Parse(strings.NewReader(p.Text))
	if err != nil {
		return p.Text
	}
	var out []string
	for node := range document.Descendants() {
		if node.Type == html.TextNode && node.Parent.Data != "style" && node.Parent.Data != "script" {
			out = append(out, strings.Fields(node.Data)...)
		}
	}
	return strings.Join(out, " ")
}

// Choice is what a person decides on a consent page.
type Choice struct {
	Account string   // whom to be: an e-mail address that the page offers
	Untick  []string // scopes to untick: whole, or what follows a "/" or "." in them
	Deny    bool     // press the button that refuses
}

// Open loads the page at address, whatever its status.
func (b *Browser) Open(ctx context.Context, address string) (Page, error) {
	return load(ctx, b.HTTP, http.MethodGet, address, "")
}

// Decide fills in the consent page, presses a button, and returns the page that
// this ends on. It fails with ErrNoForm when p is no consent page.
func (b *Browser) Decide(ctx context.Context, p Page, c Choice) (Page, error) {
	return submit(ctx, b.HTTP, p, c)
}

// SentBack decides like Decide, but does not go where the provider then sends
// the browser: it returns that address, with the code or the error in its query.
func (b *Browser) SentBack(ctx context.Context, p Page, c Choice) (*url.URL, error) {
	staying := *b.HTTP
	staying.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	got, err := submit(ctx, &staying, p, c)
	if err != nil {
		return nil, err
	}
	to, err := got.Location()
	if err != nil {
		return nil, fmt.Errorf("the consent page answers %s: %s", got.Status, got.Words())
	}
	return to, nil
}

// SentBack decides on the consent page at address in a fresh browser.
func SentBack(ctx context.Context, address string, c Choice) (*url.URL, error) {
	b := New()
	p, err := b.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	return b.SentBack(ctx, p, c)
}

// Connect opens a link that leads to a consent page in a fresh browser, decides
// there, and returns the page that this ends on. A page that is no consent page
// is an end as well.
func Connect(ctx context.Context, link string, c Choice) (Page, error) {
	b := New()
	p, err := b.Open(ctx, link)
	if err != nil || p.StatusCode != http.StatusOK || !p.hasForm() {
		return p, err
	}
	return b.Decide(ctx, p, c)
}

func submit(ctx context.Context, hc *http.Client, p Page, c Choice) (Page, error) {
	address, fields, err := p.fill(c)
	if err != nil {
		return Page{}, fmt.Errorf("%s: %w", p.Request.URL.Redacted(), err)
	}
	return load(ctx, hc, http.MethodPost, address, fields.Encode())
}

func load(ctx context.Context, hc *http.Client, method, address, form string) (Page, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form))
	if err != nil {
		return Page{}, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := hc.Do(req)
	if err != nil {
		return Page{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	return Page{resp, string(text)}, err
}
