package dashboard

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPackedAsTheBrowserTakesIt(t *testing.T) {
	long := strings.Repeat("the same again, ", 1000)
	serve := packed(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long) })
	ask := func(accepts string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/admin/api", nil)
		r.Header.Set("Accept-Encoding", accepts)
		w := httptest.NewRecorder()
		serve(w, r)
		return w
	}
	plain := ask("identity")
	if plain.Body.String() != long || plain.Header().Get("Content-Encoding") != "" || plain.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("%v %d bytes", plain.Header(), plain.Body.Len())
	}
	small := ask("gzip, br")
	if small.Body.Len() > len(long)/10 || small.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v %d bytes", small.Header(), small.Body.Len())
	}
	reader, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(reader); err != nil || string(got) != long {
		t.Errorf("%v: %d bytes come out", err, len(got))
	}
}
