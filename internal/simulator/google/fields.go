package google

import (
	"encoding/json"
	"reflect"
	"strings"
)

// selection is a parsed "fields" parameter: which members of an object are
// wanted. An empty selection wants everything below it.
type selection map[string]selection

// parseFields reads "a,b/c,items(id,start)". It reports false for anything
// that is not well formed.
func parseFields(s string) (selection, bool) {
	sel, rest, ok := parseSelection(s)
	return sel, ok && rest == ""
}

// parseSelection reads paths parted by commas, up to a closing bracket.
func parseSelection(s string) (sel selection, rest string, ok bool) {
	sel = selection{}
	for {
		name, below, rest, ok := parsePath(s)
		if !ok {
			return nil, "", false
		}
		sel.merge(name, below)
		if !strings.HasPrefix(rest, ",") {
			return sel, rest, true
		}
		s = rest[1:]
	}
}

// parsePath reads one path, up to a comma or a closing bracket: a name, and
// what is wanted below it.
func parsePath(s string) (name string, below selection, rest string, ok bool) {
	end := strings.IndexAny(s, ",/()")
	if end < 0 {
		end = len(s)
	}
	name, rest = s[:end], s[end:]
	switch {
	case name == "":
		return "", nil, "", false
	case strings.HasPrefix(rest, "/"):
		next, below, rest, ok := parsePath(rest[1:])
		return name, selection{next: below}, rest, ok
	case strings.HasPrefix(rest, "("):
		below, rest, ok := parseSelection(rest[1:])
		rest, closed := strings.CutPrefix(rest, ")")
		return name, below, rest, ok && closed
	}
	return name, selection{}, rest, true
}

func (sel selection) merge(name string, sub selection) {
	old, ok := sel[name]
	switch {
	case !ok:
		sel[name] = sub
	case len(old) == 0 || len(sub) == 0:
		sel[name] = selection{}
	default:
		for k, v := range sub {
			old.merge(k, v)
		}
	}
}

// unknown returns a name in the selection that type t does not have, or "".
func (sel selection) unknown(t reflect.Type) string {
	for t.Kind() == reflect.Pointer || (t.Kind() == reflect.Slice && t != rawMessage) {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return "" // maps and raw members hold anything
	}
	known := map[string]reflect.Type{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		known[name] = f.Type
	}
	for name, sub := range sel {
		if name == "*" {
			continue
		}
		ft, ok := known[name]
		if !ok {
			return name
		}
		if bad := sub.unknown(ft); bad != "" {
			return bad
		}
	}
	return ""
}

var rawMessage = reflect.TypeFor[json.RawMessage]()

// choose leaves of a decoded answer only what is selected.
func (sel selection) choose(v any) any {
	if len(sel) == 0 {
		return v
	}
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = sel.choose(v[i])
		}
		return v
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			if sub, ok := sel[k]; ok {
				out[k] = sub.choose(member)
			} else if sub, ok := sel["*"]; ok {
				out[k] = sub.choose(member)
			}
		}
		return out
	}
	return v
}

// partial renders body with only the members that fields selects.
func partial(body any, fields string) (any, *apiError) {
	sel, ok := parseFields(fields)
	if !ok {
		return nil, invalidParameter("fields", "Invalid field selection "+fields)
	}
	if bad := sel.unknown(reflect.TypeOf(body)); bad != "" {
		return nil, invalidParameter("fields", "Invalid field selection "+bad)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, backendError(500)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, backendError(500)
	}
	return sel.choose(v), nil
}
