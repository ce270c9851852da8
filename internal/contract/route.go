package contract

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// template is a path of the document, in segments.
type template struct {
	path     string
	segments []string
	item     *openapi3.PathItem
}

func templates(spec *openapi3.T) []template {
	var all []template
	for _, path := range spec.Paths.InMatchingOrder() {
		all = append(all, template{path, strings.Split(path, "/"), spec.Paths.Value(path)})
	}
	return all
}

// find returns the operation that a request calls; ok is false when the
// document has none. Segments are compared as they were sent: an id may hold an
// encoded slash.
func (d *document) find(r *http.Request) (route *routers.Route, parameters map[string]string, ok bool) {
	path := r.URL.EscapedPath()
	if d.path != nil {
		path = d.path(path)
	}
	sent := strings.Split("/"+strings.TrimPrefix(path, d.prefix), "/")
	for _, t := range d.templates {
		parameters, fits := t.match(sent)
		if !fits {
			continue
		}
		operation := t.item.GetOperation(r.Method)
		if operation == nil {
			continue
		}
		if d.variant != nil {
			operation = d.variant(r, operation)
		}
		return &routers.Route{
			Spec: d.spec, Path: t.path, PathItem: t.item, Method: r.Method, Operation: operation,
		}, parameters, true
	}
	return nil, nil, false
}

func (t template) match(sent []string) (map[string]string, bool) {
	if len(sent) != len(t.segments) {
		return nil, false
	}
	parameters := map[string]string{}
	for i, want := range t.segments {
		have, err := url.PathUnescape(sent[i])
		if err != nil {
			return nil, false
		}
		name, isParameter := parameterName(want)
		switch {
		case isParameter && have != "":
			parameters[name] = have
		case isParameter || want != have:
			return nil, false
		}
	}
	return parameters, true
}

func parameterName(segment string) (string, bool) {
	if len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}
