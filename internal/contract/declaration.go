package contract

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// declaration is a type, a member, or a parameter: Google's dialect of JSON Schema.
type declaration struct {
	Ref         string                  `json:"$ref"`
	Type        string                  `json:"type"`
	Format      string                  `json:"format"`
	Pattern     string                  `json:"pattern"`
	Minimum     string                  `json:"minimum"` // numbers as text
	Maximum     string                  `json:"maximum"`
	Enum        []string                `json:"enum"`
	Description string                  `json:"description"`
	Items       *declaration            `json:"items"`
	Properties  map[string]*declaration `json:"properties"`
	Additional  *declaration            `json:"additionalProperties"`
	Location    string                  `json:"location"` // of a parameter: "query", "path"
	Required    bool                    `json:"required"` // of a parameter
	Repeated    bool                    `json:"repeated"` // of a parameter: a list
	Annotations struct {
		Required []string `json:"required"` // ids of the methods that need this member
	} `json:"annotations"`
}

// form is whether a schema describes an object as a whole or a merge patch.
type form bool

const (
	whole       form = false
	patch       form = true
	patchSuffix      = ".patch"
)

// schema converts one declaration.
func (s *declaration) schema(f form) *openapi3.SchemaRef {
	if s.Ref != "" {
		if f == patch {
			return componentRef(s.Ref + patchSuffix)
		}
		return componentRef(s.Ref)
	}
	out := &openapi3.Schema{Format: s.Format, Pattern: s.Pattern, Nullable: f == patch}
	if s.Type != "any" && s.Type != "" {
		out.Type = &openapi3.Types{s.Type}
	}
	out.Min, out.Max = number(s.Minimum), number(s.Maximum)
	if s.Type == "string" && (s.Format == "int64" || s.Format == "uint64") {
		out.Format, out.Pattern = "", `^-?[0-9]{1,20}$` // 64-bit numbers travel as text
	}
	values := s.values()
	if s.Items != nil {
		out.Items = s.Items.schema(whole) // a patch replaces lists whole
		if out.Items.Value != nil && len(values) > 0 {
			out.Items.Value.Enum = values // a list's description is about its items
		}
	} else if len(values) > 0 {
		out.Enum = values
		if f == patch {
			out.Enum = append(out.Enum, nil)
		}
	}
	for name, p := range s.Properties {
		if out.Properties == nil {
			out.Properties = openapi3.Schemas{}
		}
		out.Properties[name] = p.schema(f)
	}
	if s.Additional != nil {
		out.AdditionalProperties.Schema = s.Additional.schema(f)
	}
	return openapi3.NewSchemaRef("", out)
}

// documented matches one line of the list by which a description tells the
// values that a member can have; the schemas name them nowhere else.
var documented = regexp.MustCompile(`(?m)^\s*- "([^"]+)"`)

// values returns the only values that are allowed; none when all are.
func (s *declaration) values() []any {
	var values []any
	for _, value := range s.Enum {
		values = append(values, value)
	}
	isText := s.Type == "string" || s.Type == "array"
	if len(values) > 0 || !isText || strings.Contains(s.Description, "ome of the possible values") {
		return values
	}
	for _, match := range documented.FindAllStringSubmatch(s.Description, -1) {
		values = append(values, match[1])
	}
	return values
}

func componentRef(name string) *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("#/components/schemas/"+name, nil)
}

func number(text string) *float64 {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return &value
}
