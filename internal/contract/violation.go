package contract

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Violation is one thing in a request or an answer that its contract forbids.
// It holds no values: they may be secret.
type Violation struct {
	Provider string // "google", "zoom"
	Answer   bool   // in the answer; otherwise in the request
	Method   string
	Path     string
	Status   int    // of the answer; 0 for a request
	Field    string // "query.page_size", "body.settings.audio", "path.meetingId"; "" for the whole
	Rule     string // the broken rule's name in the document: "type", "enum", "required", "unknown", …
	Reason   string // in words
}

// String is one line with provider, direction, path, field and rule.
func (v Violation) String() string {
	direction := "request"
	if v.Answer {
		direction = fmt.Sprintf("answer %d to", v.Status)
	}
	field := v.Field
	if field == "" {
		field = "(whole)"
	}
	return fmt.Sprintf("%s: %s %s %s: %s breaks %q: %s", v.Provider, direction, v.Method, v.Path, field, v.Rule, v.Reason)
}

// broken is a field and the rule that it breaks.
type broken struct{ field, rule, reason string }

// explain takes the engine's nested errors apart into single broken rules.
func explain(err error) []broken {
	return walk(err, "body")
}

func walk(err error, where string) []broken {
	switch e := err.(type) { //nolint:errorlint // the layers are taken off one by one
	case nil:
		return nil
	case openapi3.MultiError:
		var all []broken
		for _, one := range e {
			all = append(all, walk(one, where)...)
		}
		return all
	case *openapi3filter.RequestError:
		if e.Parameter != nil {
			where = e.Parameter.In + "." + e.Parameter.Name
		}
		return inner(e.Err, where, e.Reason)
	case *openapi3filter.ResponseError:
		return inner(e.Err, where, e.Reason)
	case *openapi3.SchemaError:
		return schemaRule(e, where)
	case *openapi3filter.ParseError:
		return []broken{{where, "type", parseReason(e)}}
	}
	rule := "format"
	if errors.Is(err, openapi3filter.ErrInvalidRequired) {
		rule = "required"
	}
	return []broken{{where, rule, err.Error()}}
}

// inner prefers what was wrong inside over the reason of the envelope.
func inner(err error, where, reason string) []broken {
	if err != nil {
		return walk(err, where)
	}
	rule := "format"
	switch {
	case strings.Contains(reason, "Content-Type"):
		rule = "content-type"
	case strings.Contains(reason, "status"):
		rule = "status"
	case strings.Contains(reason, "required"):
		rule = "required"
	}
	return []broken{{where, rule, reason}}
}

// parseReason says what was expected; the engine's own text quotes the value.
func parseReason(e *openapi3filter.ParseError) string {
	if e.Reason != "" {
		return e.Reason
	}
	return "cannot be read as what it should be"
}

func schemaRule(e *openapi3.SchemaError, where string) []broken {
	var nested openapi3.MultiError
	if errors.As(e.Origin, &nested) && len(nested) > 0 {
		return walk(nested, where)
	}
	path := append([]string{where}, e.JSONPointer()...)
	rule := e.SchemaField
	if rule == "properties" {
		rule = "unknown"
		if name, ok := quoted(e.Reason); ok && path[len(path)-1] != name {
			path = append(path, name)
		}
	}
	return []broken{{strings.Join(path, "."), rule, e.Reason}}
}

// quoted returns the first quoted word of a text.
func quoted(text string) (string, bool) {
	parts := strings.SplitN(text, `"`, 3)
	if len(parts) < 3 {
		return "", false
	}
	return parts[1], true
}

// unique drops what was reported twice for one message.
func unique(all []broken) []broken {
	var out []broken
	for _, b := range all {
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}
