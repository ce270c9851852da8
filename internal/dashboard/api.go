package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
)

// api is the daemon's own API, asked in this process as whoever ctx says.
type api struct {
	handler http.Handler
	ctx     context.Context
}

// problemError is a refusal of the API: what is wrong and what cures it.
type problemError struct{ huma.ErrorModel }

// Error returns the words meant for people.
func (p *problemError) Error() string { return p.Detail }

// with returns the API asked under another context.
func (a api) with(ctx context.Context) api { return api{handler: a.handler, ctx: ctx} }

// get asks and decodes the answer into out. Refusals are *problemError.
func (a api) get(path string, query url.Values, out any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return a.send(http.MethodGet, path, nil, out)
}

// send makes a request with a JSON body (nil: none) and decodes the answer into
// out (nil: it is not looked at). Refusals are *problemError.
func (a api) send(method, path string, body, out any) error {
	_, err := a.ask(method, path, nil, body, out)
	return err
}

// ask is send with headers (nil: none), and returns the answer's.
func (a api) ask(method, path string, header http.Header, body, out any) (http.Header, error) {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	r, err := http.NewRequestWithContext(a.ctx, method, path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	w := &memory{header: http.Header{}, status: http.StatusOK}
	a.handler.ServeHTTP(w, r)
	if w.status >= http.StatusMultipleChoices { // a redirect: the address is none of the API's
		p := &problemError{}
		if err := json.Unmarshal(w.body.Bytes(), &p.ErrorModel); err != nil || p.Detail == "" {
			return nil, fmt.Errorf("%s %s was answered %d", method, r.URL.Path, w.status)
		}
		return nil, p
	}
	if out == nil || w.body.Len() == 0 {
		return w.header, nil
	}
	return w.header, json.Unmarshal(w.body.Bytes(), out)
}

// memory is an answer that is kept.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }
