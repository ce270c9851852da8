package frame

import "net/http"

// SignIn is the page on which people sign in.
type SignIn struct {
	Providers []SignInWith
	Next      string // where to go afterwards; "" for the first page
	Done      string // what was just done; "" for nothing
	Known     bool   // whoever looks came by the one-time link
}

// SignInWith is one way to sign in.
type SignInWith struct {
	Name    string // "Google"
	Address string // where its forms lead
}

// SignIn writes the page. viewer is nil unless somebody sets the installation up.
func (f *Frame) SignIn(w http.ResponseWriter, status int, viewer *Viewer, page SignIn) error {
	return f.write(w, f.signIn, "layout.html", status, Page{Title: "Sign in", Viewer: viewer, Person: "me", Flash: page.Done, Content: page})
}
