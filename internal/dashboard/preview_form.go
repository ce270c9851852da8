package dashboard

import (
	"errors"
	"net/http"
	"strings"

	"slotward/internal/server"
)

// templateWith loads pages/NAME.html with the parts that it uses.
func (d *dashboard) templateWith(name string, parts ...string) {
	patterns := []string{"pages/" + name + ".html"}
	for _, part := range parts {
		patterns = append(patterns, "pages/"+part+".html")
	}
	d.templates[name] = d.Frame.Template(pageFiles, functions, patterns...)
}

// refusal tells an answer of the API's that people can do something about from
// what is simply wrong: the first is returned as a problem, the second as an error.
func refusal(err error) (*problemError, error) {
	var p *problemError
	if errors.As(err, &p) && p.Status != http.StatusNotFound && p.Status < http.StatusInternalServerError {
		return p, nil
	}
	return nil, err
}

// fieldErrors are the API's words for each field of a body, by its name.
func fieldErrors(p *problemError) map[string]string {
	out := map[string]string{}
	for _, e := range p.Errors {
		out[e.Location[strings.LastIndexByte(e.Location, '.')+1:]] = e.Message
	}
	return out
}

// foreseen is what a change would lead to, for the part "preview".
type foreseen struct {
	server.Preview
	Unknown string // why it cannot be told; "" when it can
}

// Nothing reports whether nothing would come of it.
func (f foreseen) Nothing() bool { return len(f.Goes) == 0 && f.Waiting == 0 && f.Release == 0 }

// foresee asks what a change would lead to. What cannot be told just now, because
// a provider does not answer, is no error; a change that would be refused is.
func (r *request) foresee(path string, body any) (out foreseen, refused *problemError, err error) {
	err = r.api.send(http.MethodPost, path, body, &out.Preview)
	var p *problemError
	if !errors.As(err, &p) || p.Status == http.StatusNotFound {
		return out, nil, err
	}
	if p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusConflict {
		return out, p, nil
	}
	out.Unknown = p.Detail
	return out, nil, nil
}
