package frame

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"strings"
)

// asset is a style sheet or a script as it is served.
type asset struct {
	hash, kind    string
	plain, packed []byte // packed: gzip
}

// loadAssets reads what pages load besides themselves. It panics when something
// cannot be read: it is part of the program.
func loadAssets() map[string]asset {
	out := map[string]asset{"style.css": newAsset("text/css; charset=utf-8", join("style/*.css"))}
	for _, name := range []string{"htmx.min.js", "app.js"} {
		out[name] = newAsset("text/javascript; charset=utf-8", join("script/"+strings.TrimSuffix(name, ".js")+"*.js"))
	}
	return out
}

// join reads files in the order of their names.
func join(pattern string) []byte {
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		panic("nothing is embedded as " + pattern)
	}
	var out bytes.Buffer
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		out.Write(content)
	}
	return out.Bytes()
}

func newAsset(kind string, content []byte) asset {
	sum := sha256.Sum256(content)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(content) // memory takes everything
	_ = w.Close()
	return asset{hash: base64.RawURLEncoding.EncodeToString(sum[:9]), kind: kind, plain: content, packed: packed.Bytes()}
}

// ServeHTTP serves /static/HASH/NAME, to anybody: there is nothing private in it.
func (f *Frame) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
	a, known := f.assets[name]
	if !known || a.hash != hash {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	_, _ = w.Write(body)
}
