package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// prefix starts every environment variable that is read.
const prefix = "SLOTWARD_"

// field is one value of the struct, under the name that people use for it.
type field struct {
	key   string // "google.client_id"
	value reflect.Value
	def   string
}

// variable is the environment variable of a key.
func variable(key string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// fields lists the values of c in the order of the struct.
func fields(c *Config) []field { return walk(reflect.ValueOf(c).Elem(), "") }

func walk(v reflect.Value, above string) []field {
	var out []field
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		key := above + tag.Get("key")
		if v.Field(i).Kind() == reflect.Struct {
			out = append(out, walk(v.Field(i), key+".")...)
			continue
		}
		out = append(out, field{key: key, value: v.Field(i), def: tag.Get("default")})
	}
	return out
}

// secret reports whether the value may not be shown, and may stand in a file
// of its own (KEY_file, SLOTWARD_KEY_FILE).
func (f field) secret() bool {
	switch f.value.Interface().(type) {
	case Secret, DSN:
		return true
	}
	return false
}

// open reports whether the key has further keys of the operator's choice below.
func (f field) open() bool { return f.value.Kind() == reflect.Map }

// set parses text into the field. The error says what is expected.
func (f field) set(text string) error {
	switch f.value.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("is not a duration: write a number and a unit, such as 30s, 5m or 4320h")
		}
		f.value.SetInt(int64(d))
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("is not a whole number: write digits only, such as 8")
		}
		f.value.SetInt(int64(n))
	case []string:
		f.value.Set(reflect.ValueOf(listed(text)))
	case map[string]string:
		return f.setPairs(text)
	case map[string]any:
		return f.setTree(text)
	default:
		f.value.SetString(text)
	}
	return nil
}

// listed are the parts of a list, parted by commas, white space or ";".
func listed(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
}

// setPairs adds key=value pairs, parted by white space or ";", to a map of text.
func (f field) setPairs(text string) error {
	for _, pair := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ' ' || r == '\n' || r == '\t' }) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return fmt.Errorf("has a part that is not KEY=VALUE: write them like share=never;reschedule=renew")
		}
		f.put(key, value)
	}
	return nil
}

// setTree replaces a map of anything by what YAML (or JSON) text says.
func (f field) setTree(text string) error {
	tree := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		return fmt.Errorf("is not a map: write it like {waiting_room: true}")
	}
	if _, err := json.Marshal(tree); err != nil {
		return fmt.Errorf("has something that JSON cannot say: use text as keys, and text, numbers, true, false, lists and maps as values")
	}
	f.value.Set(reflect.ValueOf(tree))
	return nil
}

// put sets one key of a map of text.
func (f field) put(key, value string) {
	if f.value.IsNil() {
		f.value.Set(reflect.ValueOf(map[string]string{}))
	}
	f.value.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(value))
}

// text is the value as people may see it: secrets masked.
func (f field) text() string {
	switch v := f.value.Interface().(type) {
	case []string:
		return strings.Join(v, ",")
	case map[string]string:
		pairs := make([]string, 0, len(v))
		for key, value := range v {
			pairs = append(pairs, key+"="+value)
		}
		sort.Strings(pairs)
		return strings.Join(pairs, ";")
	case map[string]any:
		if len(v) == 0 {
			return ""
		}
		encoded, err := json.Marshal(v)
		if err != nil {
			return masked
		}
		return string(encoded)
	default:
		return fmt.Sprint(v)
	}
}
