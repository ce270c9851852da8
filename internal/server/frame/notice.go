package frame

import "net/http"

// Notice is a page that says one thing: what was done, or what is wrong and
// what cures it.
type Notice struct {
	Title  string
	Good   bool
	Lines  []string
	List   []string
	Notes  []string // what did not work
	Again  string   // address to begin anew with; "" for none
	Copy   string   // address to hand on to somebody else; "" for none
	Onward string   // address of the page to go on with; "" for none
	Go     string   // what Onward is called; "" with it: "Go on"
	After  string   // the last line
	// Form is where a form with one button leads; "" for none. Fields go along.
	Form   string
	Fields map[string]string
	Submit string // what the button says
}

// Notice writes a notice. viewer may be nil.
func (f *Frame) Notice(w http.ResponseWriter, status int, viewer *Viewer, n Notice) error {
	return f.write(w, f.notice, "layout.html", status, Page{Title: n.Title, Viewer: viewer, Person: "me", Content: n})
}
