package website

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
)

//go:embed templates style.css
var files embed.FS

// StylePath is where every provider serves the style sheet of its pages.
const StylePath = "/simulator/style.css"

// Brand is whose pages they are.
type Brand struct {
	Name  string // "Google Calendar"
	Class string // its colours in the style sheet: google, outlook, zoom, demo
	Real  string // whom nothing here reaches: "Google"; "" leaves that out
}

// Page is one page. All of its text is escaped.
type Page struct {
	Brand   Brand
	Title   string
	Done    string // what was just done; "" for nothing
	Problem string // why it was not done; "" for nothing
	// LeadsAway is a page whose form ends elsewhere, as a consent page does: the
	// browser is sent on to the app, and by the app to wherever it likes.
	LeadsAway bool
	Content   any // for the page's own template
}

// Template is a page's own template within the layout.
type Template struct{ tree *template.Template }

var layout = template.Must(template.ParseFS(files, "templates/layout.html"))

// Parse returns the template of a page whose content is text. It panics when
// text is no template: it is part of the program.
func Parse(text string) *Template {
	tree := template.Must(layout.Clone())
	return &Template{template.Must(tree.New("content").Parse(text))}
}

// embedded is the template of a page in a file of this package.
func embedded(names ...string) *Template {
	tree := template.Must(layout.Clone())
	for _, name := range names {
		template.Must(tree.ParseFS(files, "templates/"+name))
	}
	return &Template{tree}
}

// policy is what browsers keep to: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"

// Write writes a page.
func (t *Template) Write(w http.ResponseWriter, status int, page Page) {
	var out bytes.Buffer
	if err := t.tree.ExecuteTemplate(&out, "layout.html", page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	if !page.LeadsAway {
		h.Set("Content-Security-Policy", policy+"; form-action 'self'")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}

// style is the style sheet: what is written by hand, and the places of the
// calendar's grid, since a page may not say itself where something stands.
var style = styleSheet()

func styleSheet() []byte {
	content, err := files.ReadFile("style.css")
	if err != nil {
		panic(err)
	}
	var out strings.Builder
	out.Write(content)
	for i := range quartersOfDay {
		fmt.Fprintf(&out, ".from-%d{grid-row-start:%d}.long-%d{grid-row-end:span %d}\n", i, i+1, i+1, i+1)
	}
	for i := 1; i <= mostLanes; i++ {
		fmt.Fprintf(&out, ".lane-%d{grid-column:%d}.lanes-%d{grid-template-columns:repeat(%d,minmax(0,1fr))}\n", i, i, i, i)
	}
	for i := 1; i <= 24; i++ {
		fmt.Fprintf(&out, ".hours-%d{--hours:%d}\n", i, i)
	}
	return []byte(out.String())
}

// ServeStyle serves the style sheet.
func ServeStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(style)
}
