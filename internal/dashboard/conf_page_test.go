package dashboard

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func confID(n int64) string { return strconv.FormatInt(n, 10) }

// confPage is a page as somebody reads it.
type confPage struct {
	status int
	to     string // where it leads instead
	header map[string][]string
	body   string
	root   *html.Node
}

// confLook reads an answer. Whatever page it is, it may not have inline scripts or
// styles, forms without their token, or two elements with one id.
func confLook(t *testing.T, path string, out *httptest.ResponseRecorder) confPage {
	t.Helper()
	s := confPage{status: out.Code, to: out.Header().Get("Location"), header: out.Header(), body: out.Body.String()}
	var err error
	if s.root, err = html.Parse(strings.NewReader(s.body)); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for n := range s.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if id := confAttr(n, "id"); id != "" && ids[id] {
			t.Errorf("%s: two elements are called %q", path, id)
		} else {
			ids[id] = true
		}
		if n.Data == "script" && n.FirstChild != nil || n.Data == "style" {
			t.Errorf("%s: an inline %s", path, n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: an inline %s", path, a.Key)
			}
		}
		if n.Data == "form" && confAttr(n, "method") == "post" && !strings.HasPrefix(confValue(n, "csrf"), "token-of-") {
			t.Errorf("%s: the form to %s has no token", path, confAttr(n, "action"))
		}
	}
	return s
}

func confAttr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func confHas(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// confValue is what a form's first field of a name would send.
func confValue(form *html.Node, name string) string {
	for n := range form.Descendants() {
		if confAttr(n, "name") == name {
			return confAttr(n, "value")
		}
	}
	return ""
}

// confWords are what somebody reads below a node, blanks collapsed.
func confWords(n *html.Node) string {
	var out []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out = append(out, d.Data)
		}
	}
	return strings.Join(strings.Fields(strings.Join(out, "")), " ")
}

// find returns the element with an id; nil: there is none.
func (s confPage) find(id string) *html.Node {
	for n := range s.root.Descendants() {
		if confAttr(n, "id") == id {
			return n
		}
	}
	return nil
}

// part is what somebody reads in the element with an id.
func (s confPage) part(t *testing.T, id string) string {
	t.Helper()
	n := s.find(id)
	if n == nil {
		t.Fatalf("there is no %q on the page: %s", id, confWords(s.root))
	}
	return confWords(n)
}

// says fails unless the page has the status and all of the words.
func (s confPage) says(t *testing.T, status int, all ...string) confPage {
	t.Helper()
	text := s.part(t, "main")
	if s.status != status {
		t.Errorf("status %d, want %d: %s", s.status, status, text)
	}
	for _, w := range all {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %q: %s", w, text)
		}
	}
	return s
}

// leads fails unless the answer leads somewhere.
func (s confPage) leads(t *testing.T, to string) {
	t.Helper()
	if s.status != 303 || s.to != to {
		t.Fatalf("%d leads to %q, want %q: %s", s.status, s.to, to, confWords(s.root))
	}
}

// form is what a browser would send of the form to an address, as it stands.
func (s confPage) form(t *testing.T, action string) url.Values {
	t.Helper()
	for n := range s.root.Descendants() {
		if n.Data == "form" && confAttr(n, "action") == action {
			return confFields(n)
		}
	}
	t.Fatalf("there is no form to %s", action)
	return nil
}

// confFields are a form's fields that would be sent, buttons left out.
func confFields(form *html.Node) url.Values {
	out := url.Values{}
	for n := range form.Descendants() {
		kind := confAttr(n, "type")
		if n.Data != "input" || confHas(n, "disabled") || (kind == "radio" || kind == "checkbox") && !confHas(n, "checked") {
			continue
		}
		out.Add(confAttr(n, "name"), confAttr(n, "value"))
	}
	return out
}
