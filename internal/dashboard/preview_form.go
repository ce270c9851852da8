package dashboard

import (
	"errors"
	"net/http"
	"strings"
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
