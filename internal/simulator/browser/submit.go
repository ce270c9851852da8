package browser

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Follow opens the link on p that reads text.
func (b *Browser) Follow(ctx context.Context, p Page, text string) (Page, error) {
	document, err := html.Parse(strings.NewReader(p.Text))
	if err != nil {
		return Page{}, err
	}
	for node := range document.Descendants() {
		if node.Type == html.ElementNode && node.Data == "a" && content(node) == text {
			to, err := p.Request.URL.Parse(attribute(node, "href"))
			if err != nil {
				return Page{}, err
			}
			return b.Open(ctx, to.String())
		}
	}
	return Page{}, fmt.Errorf("%s has no link “%s”", p.Request.URL.Redacted(), text)
}

// content is the text of an element, white space collapsed.
func content(node *html.Node) string {
	var out strings.Builder
	for inner := range node.Descendants() {
		if inner.Type == html.TextNode {
			out.WriteString(inner.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// Submit fills in the form of p that has this id, and sends it. What values does
// not name stays as the page has it; an empty list unticks a box. Only what the
// form offers can be filled in: its fields, the choices of lists and radio
// buttons, and the buttons.
func (b *Browser) Submit(ctx context.Context, p Page, id string, values url.Values) (Page, error) {
	document, err := html.Parse(strings.NewReader(p.Text))
	if err != nil {
		return Page{}, err
	}
	for node := range document.Descendants() {
		if node.Type == html.ElementNode && node.Data == "form" && attribute(node, "id") == id {
			to, fields, err := p.written(node, values)
			if err != nil {
				return Page{}, fmt.Errorf("the form %s of %s: %w", id, p.Request.URL.Redacted(), err)
			}
			return load(ctx, b.HTTP, http.MethodPost, to, fields.Encode())
		}
	}
	return Page{}, fmt.Errorf("%s has no form %s: %w", p.Request.URL.Redacted(), id, ErrNoForm)
}

// written is a form with values written into it, and where it goes.
func (p Page) written(form *html.Node, values url.Values) (to string, fields url.Values, err error) {
	target, err := p.Request.URL.Parse(attribute(form, "action"))
	if err != nil {
		return "", nil, err
	}
	s := sheet{fields: url.Values{}, offers: map[string][]string{}, free: map[string]bool{}}
	for node := range form.Descendants() {
		if node.Type == html.ElementNode {
			s.see(node)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := s.write(name, values[name]); err != nil {
			return "", nil, err
		}
	}
	return target.String(), s.fields, nil
}

// sheet is a form that is being written on.
type sheet struct {
	fields url.Values
	offers map[string][]string // by name, what can be chosen
	free   map[string]bool     // by name, whether anything can be written
}

// see takes one element of the form.
func (s *sheet) see(node *html.Node) {
	name, value := attribute(node, "name"), attribute(node, "value")
	switch kind := attribute(node, "type"); {
	case node.Data == "textarea":
		s.free[name] = true
		s.fields.Set(name, lines(raw(node)))
	case node.Data == "select":
		s.choose(node, name)
	case node.Data == "button" && name != "":
		s.offers[name] = append(s.offers[name], value)
	case node.Data != "input" || name == "":
	case kind == "hidden":
		s.fields.Add(name, lines(value))
	case kind == "checkbox" || kind == "radio":
		s.offers[name] = append(s.offers[name], value)
		if has(node, "checked") {
			s.fields.Add(name, value)
		}
	default:
		s.free[name] = true
		s.fields.Set(name, value)
	}
}

// choose takes a list: what is marked is chosen, or else its first line.
func (s *sheet) choose(list *html.Node, name string) {
	for node := range list.Descendants() {
		if node.Type != html.ElementNode || node.Data != "option" {
			continue
		}
		value := attribute(node, "value")
		if s.offers[name] = append(s.offers[name], value); has(node, "selected") || len(s.offers[name]) == 1 {
			s.fields.Set(name, value)
		}
	}
}

// write writes one field.
func (s *sheet) write(name string, values []string) error {
	for _, value := range values {
		if !s.free[name] && !slices.Contains(s.offers[name], value) {
			return fmt.Errorf("it does not offer %s=%s", name, value)
		}
	}
	delete(s.fields, name)
	for _, value := range values {
		s.fields.Add(name, lines(value))
	}
	return nil
}

// raw is the text inside an element as it stands.
func raw(node *html.Node) string {
	var out strings.Builder
	for inner := range node.Descendants() {
		out.WriteString(inner.Data)
	}
	return out.String()
}

// lines ends lines as browsers do when they send a form.
func lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}
