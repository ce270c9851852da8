package apidoc

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// schema is what OpenAPI says of a value.
type schema struct {
	Ref         string `json:"$ref"`
	Type        any    // a text, or a list with "null"
	Format      string
	Description string
	Enum        []any
	Examples    []any
	Properties  map[string]*schema
	Required    []string
	Items       *schema
	OneOf       []*schema
	// AdditionalProperties is a schema, or whether there may be any.
	AdditionalProperties json.RawMessage
}

// refers is the name of the type that a value is, or consists of.
func (s *schema) refers() string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Items != nil:
		return s.Items.refers()
	}
	return ""
}

// name says in words what a value is.
func (s *schema) name() string {
	if s == nil {
		return ""
	}
	var others []string
	for _, one := range s.OneOf {
		others = append(others, one.name())
	}
	switch {
	case s.Ref != "":
		return s.refers()
	case len(others) > 0:
		return strings.Join(others, " or ")
	case len(s.Enum) > 0:
		return "one of " + list(s.Enum)
	case s.Items != nil:
		return "list of " + s.Items.name()
	}
	switch kind := s.kind(); {
	case s.Format == "date-time":
		return "time"
	case kind == "string":
		return "text"
	case kind == "boolean":
		return "true or false"
	case kind == "object" && len(s.Properties) == 0:
		return "texts by name"
	default:
		return kind
	}
}

// kind is the schema's type without "null".
func (s *schema) kind() string {
	switch t := s.Type.(type) {
	case string:
		return t
	case []any:
		for _, one := range t {
			if one != "null" {
				return fmt.Sprint(one)
			}
		}
	}
	return ""
}

func (s *schema) about() string {
	if s == nil {
		return ""
	}
	return s.Description
}

// fields are a type's fields, those that have to be there first.
func (s *schema) fields() (out []Field) {
	if s == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		out = append(out, Field{
			Name: name, Type: p.name(), About: p.Description, Refers: p.refers(), Required: slices.Contains(s.Required, name), Example: text(nil, p),
		})
	}
	slices.SortStableFunc(out, func(a, b Field) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	return out
}

// text is an example as people would write it; "" for none.
func text(example any, s *schema) string {
	if example == nil && s != nil && len(s.Examples) > 0 {
		example = s.Examples[0]
	}
	switch e := example.(type) {
	case nil:
		return ""
	case string:
		return e
	}
	written, err := json.Marshal(example)
	if err != nil {
		return ""
	}
	return string(written)
}

func list(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, ", ")
}
