// Package frame is the look of every page that a person sees: the layout with
// its navigation, the style sheet, the scripts, and the policy under which a
// browser shows them.
//
//	layout/   the layout, the notice (one thing said, one way on), and parts of pages
//	style/    style sheets, joined in the order of their names
//	script/   htmx, and app*.js: everything that needs JavaScript, which no page needs
//
// Pages ask nobody else for anything. Style sheet and scripts are served under
// names that carry their content's hash, so that browsers keep them for good.
package frame

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed layout style script
var files embed.FS

// Frame makes pages. It is not changed after New, and may be used by many at once.
type Frame struct {
	base   string
	assets map[string]asset // by name in a page, like "style.css"
	policy string
	layout *template.Template
	notice *template.Template
	signIn *template.Template
}

// New returns the frame of pages below base, the public URL's path: "" or
// "/slotward". A form may lead, by redirects, to our own pages and to origins:
// those of the providers' consent pages.
func New(base string, origins ...string) *Frame {
	f := &Frame{base: base, assets: loadAssets()}
	f.policy = strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "manifest-src 'self'",
		"form-action 'self' " + strings.Join(origins, " "), "base-uri 'none'", "frame-ancestors 'none'",
	}, "; ")
	f.layout = template.Must(template.New("").Funcs(f.functions()).ParseFS(files, "layout/*.html"))
	f.notice = f.part("notice")
	f.signIn = f.part("sign-in")
	return f
}

// part is the layout around a part that stands in layout/ as well.
func (f *Frame) part(name string) *template.Template {
	return template.Must(template.Must(f.layout.Clone()).New("content").Parse(`{{template "` + name + `" .}}`))
}

// functions are what templates may call besides html/template's own.
func (f *Frame) functions() template.FuncMap {
	return template.FuncMap{
		"path":  f.Path,
		"asset": func(name string) string { return f.base + "/static/" + f.assets[name].hash + "/" + name },
	}
}

// Path returns the address of one of our own pages, "/people/me/meetings", as
// browsers have to ask for it.
func (f *Frame) Path(path string) string { return f.base + path }

// Page is one page. All of its text is escaped.
type Page struct {
	Title   string  // required
	Section string  // of the navigation: "meetings"; "" for none of them
	Viewer  *Viewer // nil: nobody is signed in, and there is no navigation
	// Person is the part of an address that names whose pages these are: "me",
	// or a number where somebody acts for somebody else; then Acting says whose.
	Person string
	Acting string
	Flash  string // what was just done; "" for nothing
	// Live is where changes are told of as server-sent events; "" for a page
	// that does not change by itself.
	Live    string
	Content any // for the page's own template
}

// Viewer is whoever looks at a page.
type Viewer struct {
	Name  string
	Admin bool
	CSRF  string // a hidden field of every form
}

// Template is a page's own template within the layout.
type Template struct {
	frame *Frame
	tree  *template.Template
}

// Template returns the template of a page from files, which define "content"
// and whatever else they use. functions may be nil. It panics when they do not
// parse: they are part of the program.
func (f *Frame) Template(from fs.FS, functions template.FuncMap, patterns ...string) *Template {
	tree := template.Must(f.layout.Clone())
	return &Template{frame: f, tree: template.Must(tree.Funcs(functions).ParseFS(from, patterns...))}
}

// Render writes a page. Nothing is written when it cannot be made.
func (t *Template) Render(w http.ResponseWriter, status int, page Page) error {
	return t.frame.write(w, t.tree, "layout.html", status, page)
}

func (f *Frame) write(w http.ResponseWriter, tree *template.Template, name string, status int, data any) error {
	var out bytes.Buffer
	if err := tree.ExecuteTemplate(&out, name, data); err != nil {
		return fmt.Errorf("making a page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", f.policy)
	h.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
	return nil
}
