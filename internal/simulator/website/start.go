package website

import (
	"net/http"
	"net/url"
)

var (
	startPage = embedded("start.html")
	wrongPage = embedded("wrong.html")
)

// WriteStart writes the page on which somebody chooses whom to play; the pages
// of an account are at below, with its address.
func WriteStart(w http.ResponseWriter, brand Brand, question, below string, people []Person) {
	type row struct {
		Person
		Address string
	}
	var rows []row
	for _, p := range people {
		rows = append(rows, row{p, below + url.PathEscape(p.Email)})
	}
	startPage.Write(w, http.StatusOK, Page{Brand: brand, Title: question, Content: rows})
}

// WriteNothing says that something is not there.
func WriteNothing(w http.ResponseWriter, brand Brand, why string) {
	wrongPage.Write(w, http.StatusNotFound, Page{Brand: brand, Title: "Nothing here", Content: why})
}
