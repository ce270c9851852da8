package dashboard

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// form is what a browser would send of the form to an address, as it stands,
// buttons left out.
func (p *page) form(action string) url.Values {
	p.Helper()
	for n := range p.tree.Descendants() {
		if n.Data == "form" && attribute(n, "action") == action {
			return fields(n)
		}
	}
	p.Fatalf("there is no form to %s", action)
	return nil
}

// field is the value of the page's first input of a name.
func (p *page) field(name string) string {
	p.Helper()
	for n := range p.tree.Descendants() {
		if n.Data == "input" && attribute(n, "name") == name && has(n, "value") {
			return attribute(n, "value")
		}
	}
	p.Fatalf("no field %s with a value in %s", name, p.body)
	return ""
}

// fields are a form's fields that would be sent.
func fields(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		kind := attribute(n, "type")
		if n.Data != "input" || has(n, "disabled") || (kind == "radio" || kind == "checkbox") && !has(n, "checked") {
			continue
		}
		out.Add(attribute(n, "name"), attribute(n, "value"))
	}
	return out
}

// value is what a form's first field of a name would send.
func value(form *html.Node, name string) string {
	for n := range form.Descendants() {
		if attribute(n, "name") == name {
			return attribute(n, "value")
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// text is what a reader sees, white space collapsed.
func text(n *html.Node) string {
	var out []string
	for part := range n.Descendants() {
		if part.Type == html.TextNode {
			out = append(out, part.Data)
		}
	}
	return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
}
