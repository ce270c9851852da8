package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// DefaultFile is the file that is read when none is named, if it exists.
const DefaultFile = "slotward.yaml"

// maxFile bounds what is read of a configuration or secret file, in bytes.
const maxFile = 1 << 20

// Options say where the layers come from.
type Options struct {
	// File is the YAML file. Empty: SLOTWARD_CONFIG, else DefaultFile if it exists.
	File string
	// NoFile leaves the YAML layer out.
	NoFile bool
	// Environ is the environment as os.Environ gives it.
	Environ []string
	// Flags are values given on the command line, by key ("listen"). They win.
	Flags map[string]string
	// CheckSetting says whether a key and value below settings are right.
	// Nil: everything is.
	CheckSetting func(key, value string) error
}

// Value is one value with where it came from.
type Value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`  // secrets masked
	Origin string `json:"origin"` // "default", "FILE:LINE", "SLOTWARD_…", "--flag"
}

// Loaded is a configuration that passed every check.
type Loaded struct {
	Config
	// File is the YAML file that was read; "" when there was none.
	File   string
	origin map[string]string
}

// Load fills the layers and checks the outcome. The error joins every fault
// found; each names the field, its value (masked if secret), where it came from
// and the cure.
func Load(o Options) (*Loaded, error) {
	l := &loading{options: o, origin: map[string]string{}, byKey: map[string]field{}, environ: map[string]string{}}
	l.fields = fields(&l.config)
	for _, f := range l.fields {
		l.byKey[f.key] = f
	}
	for _, pair := range o.Environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, prefix) {
			l.environ[name] = value
		}
	}
	l.defaults()
	if !o.NoFile {
		l.file()
	}
	l.environment()
	l.flags()
	l.check()
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return &Loaded{Config: l.config, File: l.path, origin: l.origin}, nil
}

// Values lists every value in the order of the struct.
func (l *Loaded) Values() []Value {
	var out []Value
	for _, f := range fields(&l.Config) {
		out = append(out, Value{Key: f.key, Value: f.text(), Origin: l.origin[f.key]})
	}
	return out
}

// loading is a configuration in the making.
type loading struct {
	options Options
	config  Config
	fields  []field
	byKey   map[string]field
	environ map[string]string
	origin  map[string]string
	path    string
	faults  []error
}

// fault notes what is wrong with a key. value is never given for secrets.
func (l *loading) fault(key, value, origin, problem string) {
	shown := ""
	if value != "" {
		shown = fmt.Sprintf(" %q", value)
	}
	l.faults = append(l.faults, fmt.Errorf("%s (%s):%s %s", key, origin, shown, problem))
}

// take sets one field from one layer.
func (l *loading) take(f field, text, origin string) {
	if err := f.set(text); err != nil {
		shown := text
		if f.secret() {
			shown = ""
		}
		l.fault(f.key, shown, origin, err.Error())
	}
	l.origin[f.key] = origin
}

// takeFile sets a secret from the file that holds it, without its last newline.
func (l *loading) takeFile(f field, path, origin string) {
	content, err := readBounded(path)
	switch {
	case err != nil:
		l.fault(f.key, path, origin, fmt.Sprintf("cannot be read (%v): name a readable file that holds the value", reason(err)))
	case strings.TrimSpace(content) == "":
		l.fault(f.key, path, origin, "is an empty file: put the value into it")
	default:
		l.take(f, strings.TrimRight(content, "\r\n"), origin+" "+path)
	}
}

func (l *loading) defaults() {
	for _, f := range l.fields {
		l.origin[f.key] = "default"
		if f.def != "" {
			l.take(f, f.def, "default")
		}
	}
}

// notOurs are names that start with our prefix but configure something else:
// the client commands, the tests, and what Kubernetes sets for a Service that
// is called slotward.
var notOurs = regexp.MustCompile(`^SLOTWARD_(CONFIG|URL|TOKEN|TOKEN_FILE|CONTRACTS|TEST_.*|PORT|PORT_.*|SERVICE_.*)$`)

func (l *loading) environment() {
	seen := map[string]bool{}
	for _, f := range l.fields {
		name := variable(f.key)
		value, given := l.environ[name]
		seen[name] = true
		if !f.secret() {
			if given && value != "" {
				l.take(f, value, name)
			}
			continue
		}
		path, inFile := l.environ[name+"_FILE"]
		if _, own := l.byKey[f.key+"_file"]; own {
			inFile = false // the file itself is a field
		}
		seen[name+"_FILE"] = true
		switch {
		case given && value != "" && inFile && path != "":
			l.fault(f.key, "", name, "is also given by "+name+"_FILE: keep one of the two")
		case inFile && path != "":
			l.takeFile(f, path, name+"_FILE")
		case given && value != "":
			l.take(f, value, name)
		}
	}
	l.unknownVariables(seen)
}

func (l *loading) unknownVariables(seen map[string]bool) {
	known := make([]string, 0, len(seen))
	for name := range seen {
		known = append(known, name)
	}
	sort.Strings(known)
	unknown := make([]string, 0)
	for name := range l.environ {
		if !seen[name] && !notOurs.MatchString(name) {
			unknown = append(unknown, name)
		}
	}
	sort.Strings(unknown)
	for _, name := range unknown {
		l.fault(name, "", "environment", "is not a known variable: "+meant(name, known))
	}
}

func (l *loading) flags() {
	keys := make([]string, 0, len(l.options.Flags))
	for key := range l.options.Flags {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		value, origin := l.options.Flags[key], "--"+strings.ReplaceAll(key, "_", "-")
		if f, ok := l.byKey[key]; ok {
			l.take(f, value, origin)
			continue
		}
		if below, ok := strings.CutPrefix(key, "settings."); ok {
			l.byKey["settings"].put(below, value)
			l.origin["settings"] = origin
			continue
		}
		if base, ok := strings.CutSuffix(key, "_file"); ok && l.byKey[base].key != "" && l.byKey[base].secret() {
			l.takeFile(l.byKey[base], value, origin)
			continue
		}
		l.fault(key, "", origin, "is not a known key: "+meant(key, l.keys()))
	}
}

// keys are the names that may stand in a file.
func (l *loading) keys() []string {
	var out []string
	for _, f := range l.fields {
		out = append(out, f.key)
		if f.secret() {
			out = append(out, f.key+"_file")
		}
	}
	return out
}

func meant(name string, known []string) string {
	if best := nearest(name, known); best != "" {
		return "did you mean " + best + "?"
	}
	return "take it out, or see `slotward config check` for the names that exist"
}

func readBounded(path string) (string, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return "", err
	}
	if len(content) > maxFile {
		return "", fmt.Errorf("larger than %d bytes", maxFile)
	}
	return string(content), nil
}

// reason is an error without the path, which is named already.
func reason(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
