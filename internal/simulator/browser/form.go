package browser

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// ErrNoForm says that a page holds nothing to fill in.
var ErrNoForm = errors.New("the page holds no form")

// hasForm reports whether there is something to fill in.
func (p Page) hasForm() bool {
	form, err := p.form()
	return err == nil && form != nil
}

// form is the page's first form.
func (p Page) form() (*html.Node, error) {
	document, err := html.Parse(strings.NewReader(p.Text))
	if err != nil {
		return nil, err
	}
	for node := range document.Descendants() {
		if node.Type == html.ElementNode && node.Data == "form" {
			return node, nil
		}
	}
	return nil, ErrNoForm
}

// fill fills in the page's form and returns where to send it.
func (p Page) fill(c Choice) (address string, fields url.Values, err error) {
	form, err := p.form()
	if err != nil {
		return "", nil, err
	}
	target, err := p.Request.URL.Parse(attribute(form, "action"))
	if err != nil {
		return "", nil, err
	}
	f := filling{choice: c, decision: "allow", fields: url.Values{}, unticked: map[string]bool{}}
	if c.Deny {
		f.decision = "deny"
	}
	for node := range form.Descendants() {
		if node.Type == html.ElementNode {
			f.see(node)
		}
	}
	if err := f.complete(); err != nil {
		return "", nil, err
	}
	return target.String(), f.fields, nil
}

// filling is a form that is being filled in.
type filling struct {
	choice   Choice
	decision string
	fields   url.Values
	// What the page offers of what was chosen.
	account, button bool
	unticked        map[string]bool
}

// see takes one element of the form.
func (f *filling) see(node *html.Node) {
	name, value := attribute(node, "name"), attribute(node, "value")
	switch node.Data + " " + attribute(node, "type") {
	case "input hidden":
		f.fields.Add(name, value)
		f.account = f.account || name == "account" && value == f.choice.Account // settled on an earlier page
	case "input checkbox":
		i := slices.IndexFunc(f.choice.Untick, func(short string) bool { return names(short, value) })
		if i >= 0 {
			f.unticked[f.choice.Untick[i]] = true
		} else if has(node, "checked") {
			f.fields.Add(name, value)
		}
	case "input radio", "option ":
		f.account = f.account || value == f.choice.Account
	case "button ":
		f.button = f.button || name == "decision" && value == f.decision
	}
}

// complete makes the choice, or says what of it the page does not offer.
func (f *filling) complete() error {
	if !f.account {
		return fmt.Errorf("the page does not offer the account %q", f.choice.Account)
	}
	if !f.button {
		return fmt.Errorf("the page has no button to %s", f.decision)
	}
	for _, scope := range f.choice.Untick {
		if !f.unticked[scope] {
			return fmt.Errorf("the page has no box for %s", scope)
		}
	}
	f.fields.Set("account", f.choice.Account)
	f.fields.Set("decision", f.decision)
	return nil
}

// names reports whether a person who says short means this scope.
func names(short, scope string) bool {
	return scope == short || strings.HasSuffix(scope, "/"+short) || strings.HasSuffix(scope, "."+short)
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	return slices.ContainsFunc(node.Attr, func(a html.Attribute) bool { return a.Key == name })
}
