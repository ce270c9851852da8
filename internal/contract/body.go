package contract

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// plain is a body as the schemas describe it: unpacked, and without what may
// stand on any object. A body that cannot be read stays as it is, for the engine
// to say so.
func (d *document) plain(header http.Header, body []byte) []byte {
	if strings.EqualFold(header.Get("Content-Encoding"), "gzip") {
		body = unpacked(body)
	}
	if d.read == nil || len(body) == 0 {
		return body
	}
	var v any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&v) != nil || decoder.More() {
		return body
	}
	out, err := json.Marshal(d.read(v))
	if err != nil {
		return body
	}
	return out
}

func unpacked(body []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body
	}
	out, err := io.ReadAll(io.LimitReader(z, maxBody))
	if err != nil {
		return body
	}
	return out
}
