package dashboard

import (
	"compress/gzip"
	"net/http"
	"strings"
)

// packed compresses what a handler answers where the browser takes that. It is
// for long pages that repeat nothing of the request: how long a compressed page
// gets tells somebody who chooses a part of it about the rest.
func packed(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if r.Method == http.MethodHead || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			serve(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		pack := gzip.NewWriter(w)
		serve(packing{w, pack}, r)
		_ = pack.Close() // whoever asked may have gone
	}
}

// packing is an answer that is compressed.
type packing struct {
	http.ResponseWriter
	pack *gzip.Writer
}

func (p packing) Write(content []byte) (int, error) { return p.pack.Write(content) }
