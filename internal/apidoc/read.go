package apidoc

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The parts of OpenAPI 3.1 that are looked at.
type (
	rawDocument struct {
		Info struct{ Title, Version, Description string }
		Tags []struct{ Name, Description string }
		// Paths has operations by path and method.
		Paths      map[string]map[string]rawOperation
		Components struct{ Schemas map[string]*schema }
	}
	rawOperation struct {
		OperationID          string
		Summary, Description string
		Tags                 []string
		Parameters           []rawParameter
		RequestBody          *struct{ Content map[string]media }
		Responses            map[string]rawResponse
		Security             []map[string][]string
	}
	rawParameter struct {
		Name, In, Description string
		Required              bool
		Schema                *schema
		Example               any
	}
	rawResponse struct {
		Description string
		Content     map[string]media
	}
	media struct {
		Schema  *schema
		Example json.RawMessage
	}
)

// Read reads an OpenAPI document.
func Read(content []byte) (*Document, error) {
	var raw rawDocument
	if err := json.Unmarshal(content, &raw); err != nil {
		return nil, fmt.Errorf("the OpenAPI document cannot be read: %w", err)
	}
	out := &Document{Title: raw.Info.Title, Version: raw.Info.Version, About: raw.Info.Description}
	for _, tag := range raw.Tags {
		out.Groups = append(out.Groups, Group{Name: tag.Name, About: tag.Description})
	}
	for _, path := range slices.Sorted(maps.Keys(raw.Paths)) {
		for _, method := range methods {
			if op, there := raw.Paths[path][method]; there {
				out.place(op.Tags, raw.operation(path, method, &op))
			}
		}
	}
	out.Groups = slices.DeleteFunc(out.Groups, func(g Group) bool { return len(g.Operations) == 0 })
	for _, name := range slices.Sorted(maps.Keys(raw.Components.Schemas)) {
		out.Types = append(out.Types, Type{Name: name, Fields: raw.Components.Schemas[name].fields()})
	}
	return out, nil
}

// methods are those of operations, in the order in which people read them.
var methods = []string{"get", "post", "put", "patch", "delete"}

// place puts an operation into the group of its first tag.
func (d *Document) place(tags []string, op Operation) {
	name := "other"
	if len(tags) > 0 {
		name = tags[0]
	}
	i := slices.IndexFunc(d.Groups, func(g Group) bool { return g.Name == name })
	if i < 0 {
		i, d.Groups = len(d.Groups), append(d.Groups, Group{Name: name})
	}
	d.Groups[i].Operations = append(d.Groups[i].Operations, op)
}

func (raw *rawDocument) operation(path, method string, op *rawOperation) Operation {
	out := Operation{
		ID: op.OperationID, Method: strings.ToUpper(method), Path: path, Summary: op.Summary, About: op.Description, Open: len(op.Security) == 0,
	}
	for _, p := range op.Parameters {
		about := cmp.Or(p.Description, p.Schema.about())
		out.Parameters = append(out.Parameters, Parameter{
			Name: p.Name, In: p.In, Type: p.Schema.name(), About: about, Required: p.Required, Example: text(p.Example, p.Schema),
		})
	}
	if op.RequestBody != nil {
		if contents := readContents(op.RequestBody.Content); len(contents) > 0 {
			out.Body = &contents[0]
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		a := Answer{Status: status, About: op.Responses[status].Description, Contents: readContents(op.Responses[status].Content)}
		if status < "4" {
			out.Answers = append(out.Answers, a)
		} else {
			out.Errors = append(out.Errors, a)
		}
	}
	return out
}

// readContents reads what may be sent or answered, by media type.
func readContents(contents map[string]media) (out []Content) {
	for _, kind := range slices.Sorted(maps.Keys(contents)) {
		m := contents[kind]
		c := Content{Kind: kind, Type: m.Schema.name(), Example: indented(m.Example)}
		if m.Schema != nil && m.Schema.Ref == "" {
			c.Fields = m.Schema.fields()
		}
		out = append(out, c)
	}
	return out
}

func indented(example json.RawMessage) string {
	var out bytes.Buffer
	if len(example) == 0 || json.Indent(&out, example, "", "  ") != nil {
		return ""
	}
	return out.String()
}
