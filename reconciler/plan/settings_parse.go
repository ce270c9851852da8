package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"slotward/sources"
)

// setting is one key of the settings: what it may be, and where it goes. A key
// with allowed values takes exactly one of them, unless it has its own parse.
type setting struct {
	key     string
	initial string
	allowed []string
	parse   func(value string) error // nil: one of allowed
	set     func(s *Settings, value string)
}

// table holds every setting, in the order in which people read about them.
var table = [...]setting{
	{"prefer", "zoom,native,none", []string{"zoom", "native", "static", "none"}, parsePrefer,
		func(s *Settings, v string) { s.Prefer = strings.Split(v, ",") }},
	{"static", "", nil, parseStatic, func(s *Settings, v string) { s.Static = v }},
	{"share", "slot", []string{"slot", "never"}, nil, func(s *Settings, v string) { s.Share = v }},
	{"reschedule", "keep", []string{"keep", "renew"}, nil, func(s *Settings, v string) { s.Reschedule = v }},
	{"on_cancel", "delete", []string{"delete", "keep"}, nil, func(s *Settings, v string) { s.OnCancel = v }},
	{"foreign", "respect", []string{"respect", "replace", "adopt"}, nil, func(s *Settings, v string) { s.Foreign = v }},
	{"replace_native", "yes", []string{"yes", "no"}, nil, func(s *Settings, v string) { s.ReplaceNative = v == "yes" }},
	{"eligible", "guests", []string{"guests", "all"}, nil, func(s *Settings, v string) { s.Eligible = v }},
	{"in_person", "add", []string{"add", "skip"}, nil, func(s *Settings, v string) { s.InPerson = v }},
	{"notify", "external", []string{"external", "all", "none"}, nil, func(s *Settings, v string) { s.Notify = sources.Notify(v) }},
	{"series", "fixed", []string{"fixed", "open"}, nil, func(s *Settings, v string) { s.Series = v }},
}

// Unset is the layer that Cascade names as the origin of a built-in default.
const Unset = -1

// SettingError says that a setting is not understood.
type SettingError struct {
	Key, Value string
	Allowed    string // the values that would be, in words; of an unknown key the keys there are
	Unknown    bool   // there is no such key
}

func (e *SettingError) Error() string {
	if e.Unknown {
		return fmt.Sprintf("setting %q does not exist; there are: %s", clip(e.Key), e.Allowed)
	}
	return fmt.Sprintf("setting %s: %q is not allowed; use %s", e.Key, clip(e.Value), e.Allowed)
}

// clip bounds what an error repeats of its input.
func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}

// SettingKeys lists the keys there are, in the order of the table.
func SettingKeys() []string {
	out := make([]string, len(table))
	for i := range table {
		out[i] = table[i].key
	}
	return out
}

// SettingValues lists the values that a key may have: of a list those that it is
// made of, none of a text. It reports whether there is such a key.
func SettingValues(key string) ([]string, bool) {
	for i := range table {
		if table[i].key == key {
			return slices.Clone(table[i].allowed), true
		}
	}
	return nil, false
}

// ParseSetting checks one setting. The empty value is always allowed: it means
// that the layer above decides. The error is a *SettingError that names the key,
// the value and what is allowed.
func ParseSetting(key, value string) error {
	_, _, err := lookUp(key, value)
	return err
}

// lookUp finds the table's line for a key and tidies the value.
func lookUp(key, value string) (*setting, string, error) {
	for i := range table {
		if t := &table[i]; t.key == key {
			tidy, err := t.check(value)
			return t, tidy, err
		}
	}
	return nil, "", &SettingError{Key: key, Value: value, Allowed: strings.Join(SettingKeys(), ", "), Unknown: true}
}

// check returns the value as it is kept: without blanks around it, "" if unset.
func (t *setting) check(value string) (string, error) {
	tidy := strings.TrimSpace(value)
	if tidy == "" {
		return "", nil
	}
	if t.parse != nil {
		if strings.Contains(tidy, ",") {
			tidy = strings.ReplaceAll(tidy, " ", "")
		}
		if err := t.parse(tidy); err != nil {
			return "", &SettingError{Key: t.key, Value: value, Allowed: err.Error()}
		}
		return tidy, nil
	}
	for _, a := range t.allowed {
		if tidy == a {
			return tidy, nil
		}
	}
	return "", &SettingError{Key: t.key, Value: value, Allowed: strings.Join(t.allowed, " or ")}
}

// parsePrefer wants providers, each at most once. Its error says what is allowed.
func parsePrefer(value string) error {
	seen := map[string]bool{}
	for _, name := range strings.Split(value, ",") {
		known := name == "zoom" || name == "native" || name == "static" || name == "none"
		if !known || seen[name] {
			return errors.New("zoom, native, static and none, each at most once, best first, with commas between")
		}
		seen[name] = true
	}
	return nil
}

// maxStatic bounds the fixed URL, which has to fit into a location.
const maxStatic = 1000

// parseStatic wants a link that people can click. Its error says what is allowed.
func parseStatic(value string) error {
	rest, secure := strings.CutPrefix(value, "https://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	plain := strings.IndexFunc(value, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>\"\\", r) }) < 0
	if !secure || host == "" || strings.Contains(host, "@") || !plain || len(value) > maxStatic {
		return errors.New("a URL that begins with https://, without a user name, of at most 1000 characters")
	}
	return nil
}

// BuiltIn is the value that a setting has where nobody set it; "" if it has none.
func BuiltIn(key string) string {
	for i := range table {
		if table[i].key == key {
			return table[i].initial
		}
	}
	return ""
}

// Defaults are the settings of an installation on which nothing was set.
func Defaults() Settings {
	var s Settings
	for i := range table {
		if t := &table[i]; t.initial != "" {
			t.set(&s, t.initial)
		}
	}
	return s
}

// Cascade lays settings over the defaults, the first layer first: installation,
// person, calendar. An empty value leaves the key to the layers before. The map
// tells for every key which layer decided, counted from zero, or Unset. What is
// not understood is left out and told in the error, which joins a *SettingError
// for each; the settings returned are usable all the same.
func Cascade(layers ...map[string]string) (Settings, map[string]int, error) {
	s := Defaults()
	origins := make(map[string]int, len(table))
	for i := range table {
		origins[table[i].key] = Unset
	}
	var problems []error
	for n, layer := range layers {
		for i := range table { // the table's order, so that errors are always told in the same order
			t := &table[i]
			value, err := t.check(layer[t.key])
			switch {
			case err != nil:
				problems = append(problems, err)
			case value != "":
				t.set(&s, value)
				origins[t.key] = n
			}
		}
		problems = append(problems, unknownKeys(layer)...)
	}
	return s, origins, errors.Join(problems...)
}

// unknownKeys tells the keys of a layer that do not exist, in alphabetical order.
func unknownKeys(layer map[string]string) []error {
	var out []error
	for _, key := range sortedKeys(layer) {
		var unknown *SettingError
		if _, _, err := lookUp(key, ""); errors.As(err, &unknown) {
			out = append(out, err)
		}
	}
	return out
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
