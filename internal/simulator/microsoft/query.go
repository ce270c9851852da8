package microsoft

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// members are the properties of a wire type by name.
func members(v any) []string {
	t := reflect.TypeOf(v)
	var out []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out = append(out, name)
	}
	return out
}

// selected leaves of a rendered entity what $select names. Ids and annotations
// always come along.
func selected(v any, choice string) (any, *problem) {
	if choice == "" {
		return v, nil
	}
	names := strings.Split(choice, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	known := members(v)
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, badSelect(name, v)
		}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, invalidRequest("BadRequest", "The entity could not be written.")
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, invalidRequest("BadRequest", "The entity could not be written.")
	}
	for name := range all {
		if name != "id" && !strings.HasPrefix(name, "@") && !slices.Contains(names, name) && !slices.Contains(expandable, name) {
			delete(all, name)
		}
	}
	return all, nil
}

func badSelect(name string, v any) *problem {
	kind := reflect.TypeOf(v).Name()
	return invalidRequest("RequestBroker--ParseUri", "Could not find a property named '"+name+"' on type 'Microsoft.OutlookServices."+strings.ToUpper(kind[:1])+kind[1:]+"'.")
}

// expandable are the members that come only when $expand names them.
var expandable = []string{"singleValueExtendedProperties", "exceptionOccurrences", "instances", "calendar"}

// expansion is what $expand asks for.
type expansion struct {
	property   string // id of the one extended property
	exceptions bool
	calendar   bool
}

var propertyFilter = regexp.MustCompile(`(?i)^singleValueExtendedProperties\(\s*\$filter\s*=\s*id\s+eq\s+'((?:[^']|'')*)'\s*\)$`)

func parseExpand(text string) (expansion, *problem) {
	var x expansion
	for _, part := range splitTop(text) {
		switch m := propertyFilter.FindStringSubmatch(part); {
		case part == "":
		case m != nil:
			x.property = strings.ReplaceAll(m[1], "''", "'")
		case part == "exceptionOccurrences" || strings.HasPrefix(part, "exceptionOccurrences("):
			x.exceptions = true
		case part == "calendar":
			x.calendar = true
		default:
			return x, invalidRequest("RequestBroker--ParseUri", "Could not find a property named '"+part+"' on type 'Microsoft.OutlookServices.Event'.")
		}
	}
	return x, nil
}

// splitTop splits at the commas that stand in no brackets.
func splitTop(text string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range text {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(out, strings.TrimSpace(text[from:]))
}

// filter decides which events a list shows.
type filter func(*record) bool

var (
	anyProperty = regexp.MustCompile(`(?i)^singleValueExtendedProperties/any\((\w+):\s*\w+/id\s+eq\s+'((?:[^']|'')*)'\s+and\s+(.*)\)$`)
	valueTest   = regexp.MustCompile(`(?i)^(?:\w+/value\s+(eq|ne)\s+(null|'(?:[^']|'')*')|(startswith|contains)\(\s*\w+/value\s*,\s*('(?:[^']|'')*')\s*\))$`)
	simpleTest  = regexp.MustCompile(`^(subject|iCalUId|isOrganizer|isCancelled|type|start/dateTime|end/dateTime|createdDateTime|lastModifiedDateTime)\s+(eq|ne|lt|le|gt|ge)\s+('(?:[^']|'')*'|[\w:.+\-]+)$`)
	and         = regexp.MustCompile(`(?i)\s+and\s+`)
)

// parseFilter reads what is supported of $filter: a test of one extended
// property, and comparisons joined by "and".
func parseFilter(text string) (filter, *problem) {
	text = strings.TrimSpace(text)
	if text == "" {
		return func(*record) bool { return true }, nil
	}
	if m := anyProperty.FindStringSubmatch(text); m != nil {
		return propertyTest(unquote("'"+m[2]+"'"), m[3])
	}
	var all []filter
	for _, part := range and.Split(text, -1) {
		m := simpleTest.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return nil, badFilter(text)
		}
		all = append(all, func(r *record) bool { return compare(field(r, m[1]), m[2], unquote(m[3])) })
	}
	return func(r *record) bool {
		return !slices.ContainsFunc(all, func(f filter) bool { return !f(r) })
	}, nil
}

func badFilter(text string) *problem {
	return invalidRequest("ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes: "+text)
}

// propertyTest compares a property's value without regard to case; its name is
// case-sensitive.
func propertyTest(id, test string) (filter, *problem) {
	m := valueTest.FindStringSubmatch(strings.TrimSpace(test))
	if m == nil {
		return nil, badFilter(test)
	}
	operation, want := strings.ToLower(m[1]+m[3]), strings.ToLower(unquote(m[2]+m[4]))
	return func(r *record) bool {
		have, ok := r.property(id)
		have = strings.ToLower(have)
		switch operation {
		case "eq":
			return ok && have == want
		case "ne":
			return m[2] == "null" && ok || m[2] != "null" && have != want
		case "startswith":
			return ok && strings.HasPrefix(have, want)
		}
		return ok && strings.Contains(have, want)
	}, nil
}

func unquote(s string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(s, "'"), "'"), "''", "'")
}

// field is one property of an event as text that sorts as it should.
func field(r *record, name string) string {
	switch name {
	case "subject":
		return r.Subject
	case "iCalUId":
		return r.uidOf()
	case "isOrganizer":
		return strconv.FormatBool(r.Organized)
	case "isCancelled":
		return strconv.FormatBool(r.Cancelled)
	case "type":
		return r.kind()
	case "start/dateTime":
		return r.Start.At.Format(wireLayout)
	case "end/dateTime":
		return r.End.At.Format(wireLayout)
	case "createdDateTime":
		return r.created.Format(stampLayout)
	}
	return r.updated.Format(stampLayout)
}

func compare(have, operation, want string) bool {
	if strings.Contains(operation, "t") || strings.Contains(operation, "g") || strings.Contains(operation, "l") {
		want = strings.TrimSuffix(want, "Z")
		have = strings.TrimSuffix(have, "Z")
	}
	c := strings.Compare(have, want)
	switch operation {
	case "eq":
		return c == 0
	case "ne":
		return c != 0
	case "lt":
		return c < 0
	case "le":
		return c <= 0
	case "gt":
		return c > 0
	}
	return c >= 0
}

func (r *record) property(id string) (string, bool) {
	for _, p := range r.Properties {
		if p.ID == id {
			return p.Value, true
		}
	}
	return "", false
}
