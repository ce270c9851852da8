package server

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// described is the document as people who write clients read it.
type described struct {
	Tags  []struct{ Name string }
	Paths map[string]map[string]struct {
		Summary    string
		Tags       []string
		Parameters []struct {
			Name, Description string
			Schema            struct{ Examples, Enum []any }
		}
		RequestBody *struct {
			Content map[string]struct{ Example any }
		}
		Responses map[string]struct {
			Description string
			Content     map[string]struct{ Example, Schema any }
		}
	}
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct {
				Ref         string `json:"$ref"`
				Description string
				Examples    []any
				Enum        []any
				Items       *struct {
					Ref string `json:"$ref"`
				}
			}
		}
	}
}

func readDescribed(t *testing.T) described {
	t.Helper()
	content, err := Document("test")
	if err != nil {
		t.Fatal(err)
	}
	var d described
	if err := json.Unmarshal(content, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryOperationIsDescribed(t *testing.T) {
	d := readDescribed(t)
	tags := map[string]bool{}
	for _, tag := range d.Tags {
		tags[tag.Name] = true
	}
	for path, operations := range d.Paths {
		for method, op := range operations {
			name := method + " " + path
			if op.Summary == "" || len(op.Tags) != 1 || !tags[op.Tags[0]] {
				t.Errorf("%s: summary %q, tags %v", name, op.Summary, op.Tags)
			}
			if !refuses(op.Responses) && path != "/livez" && path != "/openapi.json" && path != "/metrics" {
				t.Errorf("%s: no error is documented", name)
			}
			for status, answer := range op.Responses {
				for kind, content := range answer.Content {
					if content.Schema != nil && kind != "text/event-stream" && content.Example == nil {
						t.Errorf("%s: the answer %s has no example", name, status)
					}
				}
			}
			for _, p := range op.Parameters {
				// The providers say what theirs are.
				if !strings.HasPrefix(path, "/oauth/") && p.Description == "" && len(p.Schema.Examples) == 0 && len(p.Schema.Enum) == 0 {
					t.Errorf("%s: the parameter %s has neither words nor an example", name, p.Name)
				}
			}
			if op.RequestBody == nil {
				continue
			}
			for _, content := range op.RequestBody.Content {
				if content.Example == nil {
					t.Errorf("%s: the body has no example", name)
				}
			}
		}
	}
}

// refuses reports whether an answer is an error.
func refuses[T any](responses map[string]T) bool {
	for status := range responses {
		if code, err := strconv.Atoi(status); status == "default" || err == nil && code >= 400 {
			return true
		}
	}
	return false
}

// A field says what it is, by words, an example, the values that it may have, or
// the type that it consists of.
func TestEveryFieldIsDescribed(t *testing.T) {
	for name, schema := range readDescribed(t).Components.Schemas {
		for field, p := range schema.Properties {
			refers := p.Ref != "" || p.Items != nil && p.Items.Ref != ""
			if p.Description == "" && len(p.Examples) == 0 && len(p.Enum) == 0 && !refers {
				t.Errorf("%s.%s has neither words nor an example", name, field)
			}
		}
	}
}
