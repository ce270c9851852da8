package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"slotward/internal/server"
	"slotward/store"
)

// page is an answer as a browser sees it.
type page struct {
	testing.TB
	status int
	to     string // where it leads instead
	header http.Header
	body   string
	tree   *html.Node
}

// as is who asks.
func as(p store.Person, role server.Role) server.Identity {
	return server.Identity{Name: p.Email, Person: p.ID, Role: role, CSRF: "csrf-" + p.Name}
}

// get asks for a page in the time zone of Berlin.
func (w *world) get(who server.Identity, path string) *page {
	w.Helper()
	return w.send(httptest.NewRequest(http.MethodGet, path, nil), who)
}

// post sends a form.
func (w *world) post(who server.Identity, path string, form url.Values) *page {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(r, who)
}

func (w *world) send(r *http.Request, who server.Identity) *page {
	w.Helper()
	if _, err := r.Cookie(zoneCookie); err != nil {
		r.AddCookie(&http.Cookie{Name: zoneCookie, Value: "Europe%2FBerlin"})
	}
	recorder := httptest.NewRecorder()
	w.pages.ServeHTTP(recorder, r.WithContext(server.WithIdentity(r.Context(), who)))
	p := &page{TB: w.TB, status: recorder.Code, to: recorder.Header().Get("Location"), header: recorder.Header(), body: recorder.Body.String()}
	tree, err := html.Parse(strings.NewReader(p.body))
	w.ok(err)
	p.tree = tree
	p.check(r.URL.Path, who.CSRF)
	return p
}

// check finds what no page may have: scripts and styles within it, double ids,
// controls without a name, forms without their token; and, on what is a page of
// its own, headings that skip a level.
func (p *page) check(path, token string) {
	p.Helper()
	ids, labels, level := map[string]bool{}, map[string]bool{}, 0
	for n := range p.tree.Descendants() {
		if n.Data == "label" {
			labels[attribute(n, "for")] = true
		}
	}
	for n := range p.tree.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case n.Data == "script" && (attribute(n, "src") == "" || n.FirstChild != nil), n.Data == "style", has(n, "style"):
			p.Errorf("%s has a <%s> of its own", path, n.Data)
		case (n.Data == "select" || n.Data == "input" && attribute(n, "type") != "hidden") && !labels[attribute(n, "id")]:
			p.Errorf("%s: <%s name=%q> has no label", path, n.Data, attribute(n, "name"))
		case n.Data == "form" && attribute(n, "method") == "post" && value(n, "csrf") != token:
			p.Errorf("%s: the form to %s has no token", path, attribute(n, "action"))
		case len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6':
			if now := int(n.Data[1] - '0'); now > level+1 {
				p.Errorf("%s: heading %q skips a level", path, text(n))
			} else {
				level = now
			}
		}
		if slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.HasPrefix(a.Key, "on") }) {
			p.Errorf("%s: <%s> has a script of its own", path, n.Data)
		}
		if id := attribute(n, "id"); id != "" && ids[id] {
			p.Errorf("%s: two elements have the id %q", path, id)
		} else {
			ids[id] = true
		}
	}
}

// says fails unless the page has the status and its text all of these.
func (p *page) says(status int, texts ...string) *page {
	p.Helper()
	all := text(p.main())
	if p.status != status {
		p.Errorf("answered %d, want %d: %s", p.status, status, all)
	}
	for _, want := range texts {
		if !strings.Contains(all, want) {
			p.Errorf("the page does not say %q:\n%s", want, all)
		}
	}
	return p
}

// tells is says of the whole page, navigation included, with texts in this order.
func (p *page) tells(status int, texts ...string) *page {
	p.Helper()
	all := text(p.tree)
	if p.status != status {
		p.Fatalf("answered %d, want %d: %s", p.status, status, all)
	}
	rest := all
	for _, want := range texts {
		_, after, found := strings.Cut(rest, want)
		if !found {
			p.Fatalf("the page does not say %q (in this order): %s", want, all)
		}
		rest = after
	}
	return p
}

// silent fails if the page, or its source, has any of these.
func (p *page) silent(texts ...string) {
	p.Helper()
	for _, want := range texts {
		if strings.Contains(p.body, want) {
			p.Errorf("the page has %q", want)
		}
	}
}

// leads fails unless the answer leads somewhere.
func (p *page) leads(to string) {
	p.Helper()
	if p.status != http.StatusSeeOther || p.to != to {
		p.Fatalf("%d leads to %q, want %q: %s", p.status, p.to, to, text(p.tree))
	}
}

func (p *page) main() *html.Node {
	if n := p.find("main"); n != nil {
		return n
	}
	return p.tree
}

// find returns the element with an id; nil: there is none.
func (p *page) find(id string) *html.Node {
	for n := range p.tree.Descendants() {
		if attribute(n, "id") == id {
			return n
		}
	}
	return nil
}

// part is what somebody reads in the element with an id.
func (p *page) part(id string) string {
	p.Helper()
	n := p.find(id)
	if n == nil {
		p.Fatalf("there is no %q on the page: %s", id, text(p.tree))
	}
	return text(n)
}

// link is the address of the link with a text; "" for none.
func (p *page) link(words string) string {
	for n := range p.tree.Descendants() {
		if n.Data == "a" && text(n) == words {
			return attribute(n, "href")
		}
	}
	return ""
}

// texts are what elements of a class say.
func (p *page) texts(name, class string) (out []string) {
	for n := range p.tree.Descendants() {
		if n.Data == name && (class == "" || slices.Contains(strings.Fields(attribute(n, "class")), class)) {
			out = append(out, text(n))
		}
	}
	return out
}

// copies are the links that buttons copy.
func (p *page) copies() (out []string) {
	for n := range p.tree.Descendants() {
		if link := attribute(n, "data-copy"); link != "" {
			out = append(out, link)
		}
	}
	return out
}
