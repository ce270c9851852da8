package scenario

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// consent is what a person does on a provider's consent page.
type consent struct {
	account string   // whom to sign in as
	untick  []string // scopes to untick: whole names or their ends
	refuse  bool     // press the other button
}

// page is what the browser ends on.
type page struct {
	status int
	text   string
	url    *url.URL
}

// errNoForm says that a page holds nothing to fill in.
var errNoForm = errors.New("no form")

// authorise opens a connect link in a fresh browser, signs in at the provider,
// consents, and returns the page that it ends on.
func authorise(link string, c consent) (page, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return page{}, err
	}
	browser := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	got, err := browser.Get(link)
	if err != nil {
		return page{}, err
	}
	p, err := read(got)
	if err != nil || p.status != http.StatusOK {
		return p, err
	}
	action, fields, err := fillIn(p, c)
	if errors.Is(err, errNoForm) {
		return p, nil // the daemon's own page: it refused before asking the provider
	}
	if err != nil {
		return p, err
	}
	got, err = browser.PostForm(action, fields)
	if err != nil {
		return page{}, err
	}
	return read(got)
}

func read(resp *http.Response) (page, error) {
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	return page{status: resp.StatusCode, text: string(body), url: resp.Request.URL}, err
}

// fillIn fills in the consent form that a page holds.
func fillIn(p page, c consent) (action string, fields url.Values, err error) {
	doc, err := html.Parse(strings.NewReader(p.text))
	if err != nil {
		return "", nil, err
	}
	form := find(doc, "form")
	if form == nil {
		return "", nil, errNoForm
	}
	fields = url.Values{}
	for node := range form.Descendants() {
		if node.Type != html.ElementNode || node.Data != "input" {
			continue
		}
		name, value := attr(node, "name"), attr(node, "value")
		switch attr(node, "type") {
		case "hidden":
			fields.Add(name, value)
		case "checkbox":
			ticked := !slices.ContainsFunc(c.untick, func(s string) bool {
				return value == s || strings.HasSuffix(value, "/"+s) || strings.HasSuffix(value, "."+s)
			})
			if ticked {
				fields.Add(name, value)
			}
		}
	}
	fields.Set("account", c.account)
	fields.Set("decision", "allow")
	if c.refuse {
		fields.Set("decision", "deny")
	}
	target, err := p.url.Parse(attr(form, "action"))
	if err != nil {
		return "", nil, fmt.Errorf("consent page: %w", err)
	}
	return target.String(), fields, nil
}

func find(root *html.Node, name string) *html.Node {
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && node.Data == name {
			return node
		}
	}
	return nil
}

func attr(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
