package contract

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// document is one provider's contract, ready to check with. It is not changed
// after it was read and may be shared.
type document struct {
	provider  string
	prefix    string // of API paths: "/v2/"
	spec      *openapi3.T
	templates []template

	// What is special about one provider; nil: nothing.
	read    func(body any) any                                               // takes off what no schema mentions
	path    func(string) string                                              // spells a path as the document does
	variant func(*http.Request, *openapi3.Operation) *openapi3.Operation     // of an operation, for one request
	inner   func(d *document, r *http.Request, sent, got []byte) []Violation // calls inside a call
}

func newDocument(provider, prefix string, spec *openapi3.T) *document {
	strict(spec)
	return &document{provider: provider, prefix: prefix, spec: spec, templates: templates(spec)}
}

// covers reports whether a request is one to the API that the document describes.
func (d *document) covers(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, d.prefix)
}

// exchange is one call: the request with its body, later the answer.
type exchange struct {
	document *document
	request  *http.Request
	body     []byte
	route    *routers.Route // nil: no such operation
	input    *openapi3filter.RequestValidationInput
}

// options of the engine. Rules of security are left out: tokens are the
// simulators' business.
func options() *openapi3filter.Options {
	return &openapi3filter.Options{
		MultiError:            true,
		IncludeResponseStatus: true,
		SkipSettingDefaults:   true,
		AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
	}
}

// checkRequest checks a request whose body was read already.
func (d *document) checkRequest(r *http.Request, body []byte) (*exchange, []Violation) {
	body = d.plain(r.Header, body)
	x := &exchange{document: d, request: r, body: body}
	route, parameters, ok := d.find(r)
	if !ok {
		return x, x.violations(0, []broken{{"path", "unknown", "the contract has no such operation"}})
	}
	x.route = route
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	copied.ContentLength = int64(len(body))
	x.input = &openapi3filter.RequestValidationInput{
		Request: copied, PathParams: parameters, Route: route, Options: options(),
	}
	found := x.unknownQuery()
	if route.Operation.RequestBody == nil && len(body) > 0 {
		found = append(found, broken{"body", "unknown", "this request has no body"})
	}
	found = append(found, explain(openapi3filter.ValidateRequest(r.Context(), x.input))...)
	return x, x.violations(0, found)
}

// unknownQuery finds query parameters that the operation does not have, which
// the engine lets pass, and such as are given twice without being a list.
func (x *exchange) unknownQuery() []broken {
	var found []broken
	known := x.route.Operation.Parameters
	for name, values := range x.request.URL.Query() {
		p := known.GetByInAndName(openapi3.ParameterInQuery, name)
		switch {
		case p == nil:
			found = append(found, broken{"query." + name, "unknown", "the operation has no such query parameter"})
		case len(values) > 1 && !p.Schema.Value.Type.Is(openapi3.TypeArray):
			found = append(found, broken{"query." + name, "repeated", "given more than once"})
		}
	}
	return found
}

// checkAnswer checks the answer to a request that was checked before.
func (x *exchange) checkAnswer(status int, header http.Header, body []byte) []Violation {
	if x.route == nil {
		return nil
	}
	body = x.document.plain(header, body)
	response := x.route.Operation.Responses.Status(status)
	described := response != nil && response.Value != nil && len(response.Value.Content) > 0
	var found []broken
	switch {
	case status >= 400 && !described:
		return nil
	case status == http.StatusNotModified && x.request.Header.Get("If-None-Match") != "" && len(body) == 0:
		return nil // HTTP itself answers so to what asks for it
	case response == nil:
		found = []broken{{"status", "status", "the operation never answers " + strconv.Itoa(status)}}
	case !described && len(body) > 0:
		found = []broken{{"body", "unknown", "this answer has no body"}}
	default:
		input := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: x.input, Status: status, Header: header, Options: options(),
		}
		input.SetBodyBytes(body)
		found = explain(openapi3filter.ValidateResponse(x.request.Context(), input))
	}
	all := x.violations(status, found)
	if x.document.inner != nil {
		all = append(all, x.document.inner(x.document, x.request, x.body, body)...)
	}
	return all
}

func (x *exchange) violations(status int, found []broken) []Violation {
	var all []Violation
	for _, b := range unique(found) {
		all = append(all, Violation{
			Provider: x.document.provider, Answer: status != 0, Status: status,
			Method: x.request.Method, Path: x.request.URL.Path,
			Field: b.field, Rule: b.rule, Reason: b.reason,
		})
	}
	return all
}
