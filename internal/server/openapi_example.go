package server

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// exampleDepth bounds how deep an example goes: no type of ours contains itself,
// but a document must end.
const exampleDepth = 8

// exampleTime is the instant that examples show.
var exampleTime = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC).Format(time.RFC3339)

// addExamples gives every request and answer of the document an example, made of
// those of its fields.
func addExamples(api *huma.OpenAPI) {
	types := api.Components.Schemas
	for _, item := range api.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if op.RequestBody != nil {
				exampleOf(op.RequestBody.Content, types)
			}
			for status, answer := range op.Responses {
				if code, err := strconv.Atoi(status); err == nil && code >= http.StatusBadRequest {
					exampleProblem(answer.Content, code)
				} else {
					exampleOf(answer.Content, types)
				}
			}
		}
	}
}

// exampleOf fills in JSON that has none yet.
func exampleOf(contents map[string]*huma.MediaType, types huma.Registry) {
	for kind, m := range contents {
		if strings.HasSuffix(kind, "json") && m.Schema != nil && m.Example == nil {
			m.Example = example(m.Schema, types, 0)
		}
	}
}

// exampleProblem shows what a refusal looks like.
func exampleProblem(contents map[string]*huma.MediaType, status int) {
	for _, m := range contents {
		m.Example = map[string]any{
			"type": problemPrefix + "…", "title": http.StatusText(status), "status": status, "detail": "What is wrong, and what cures it.",
		}
	}
}

// example is a value as a schema describes it.
func example(s *huma.Schema, types huma.Registry, depth int) any {
	if s.Ref != "" {
		s = types.SchemaFromRef(s.Ref)
	}
	switch {
	case s == nil || depth > exampleDepth:
		return nil
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.OneOf) > 0:
		return example(s.OneOf[0], types, depth+1)
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for name, field := range s.Properties {
			if name != "$schema" {
				out[name] = example(field, types, depth+1)
			}
		}
		return out
	case huma.TypeArray:
		return []any{example(s.Items, types, depth+1)}
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	case huma.TypeBoolean:
		return true
	}
	if s.Format == "date-time" {
		return exampleTime
	}
	return "…"
}
