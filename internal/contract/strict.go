package contract

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// strict makes a document say no to what it does not mention: every object with
// named members forbids others. Parts of an allOf would forbid each other's
// members, so an allOf is first merged into one object.
func strict(spec *openapi3.T) {
	s := strictness{seen: map[*openapi3.Schema]bool{}}
	if spec.Components != nil {
		for _, ref := range spec.Components.Schemas {
			s.schema(ref)
		}
	}
	for _, item := range spec.Paths.Map() {
		for _, operation := range item.Operations() {
			s.operation(operation)
		}
	}
}

type strictness struct {
	seen map[*openapi3.Schema]bool
}

func (s strictness) operation(o *openapi3.Operation) {
	for _, p := range o.Parameters {
		s.schema(p.Value.Schema)
	}
	if o.RequestBody != nil {
		// The documents leave it open, but no write of theirs makes sense without a body.
		o.RequestBody.Value.Required = true
		s.content(o.RequestBody.Value.Content)
	}
	for _, response := range o.Responses.Map() {
		s.content(response.Value.Content)
	}
}

func (s strictness) content(c openapi3.Content) {
	for _, media := range c {
		s.schema(media.Schema)
	}
}

func (s strictness) schema(ref *openapi3.SchemaRef) {
	if ref == nil || ref.Value == nil || s.seen[ref.Value] {
		return
	}
	schema := ref.Value
	s.seen[schema] = true
	if len(schema.AllOf) > 0 {
		merge(schema)
	}
	for _, p := range schema.Properties {
		s.schema(p)
	}
	s.schema(schema.Items)
	s.schema(schema.AdditionalProperties.Schema)
	for _, alternative := range schema.OneOf {
		s.schema(alternative)
	}
	// Parts of an anyOf stay open: several of them may hold at once.
	if len(schema.Properties) > 0 && schema.AdditionalProperties.Has == nil && schema.AdditionalProperties.Schema == nil &&
		len(schema.AllOf) == 0 && len(schema.AnyOf) == 0 && len(schema.OneOf) == 0 {
		no := false
		schema.AdditionalProperties.Has = &no
	}
}

// merge folds the parts of an allOf into their schema when all of them are
// plain objects; otherwise the schema stays as it is, and open.
func merge(schema *openapi3.Schema) {
	properties := openapi3.Schemas{}
	maps.Copy(properties, schema.Properties)
	required := slices.Clone(schema.Required)
	for _, ref := range schema.AllOf {
		part := ref.Value
		if len(part.AllOf) > 0 {
			merge(part)
		}
		if len(part.AllOf)+len(part.AnyOf)+len(part.OneOf) > 0 || part.Not != nil || len(part.Properties) == 0 {
			return
		}
		maps.Copy(properties, part.Properties)
		required = append(required, part.Required...)
	}
	schema.AllOf = nil
	schema.Type = &openapi3.Types{openapi3.TypeObject}
	schema.Properties = properties
	schema.Required = required
}
