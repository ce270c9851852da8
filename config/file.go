package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file reads the YAML layer.
func (l *loading) file() {
	path, named := l.options.File, true
	if path == "" {
		path = l.environ[prefix+"CONFIG"]
	}
	if path == "" {
		path, named = DefaultFile, false
	}
	content, err := readBounded(path)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return
	}
	if err != nil {
		l.fault("config", path, "file", fmt.Sprintf("cannot be read (%v): name a readable YAML file with --config", reason(err)))
		return
	}
	l.path = path
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(content), &document); err != nil {
		l.fault("config", path, "file", fmt.Sprintf("is not YAML (%s): mend the line it names", strings.TrimPrefix(err.Error(), "yaml: ")))
		return
	}
	if len(document.Content) == 0 {
		return
	}
	l.mapping(document.Content[0], "")
}

// mapping takes the keys of one level of the file.
func (l *loading) mapping(node *yaml.Node, above string) {
	node = resolved(node)
	if empty(node) {
		return
	}
	if node.Kind != yaml.MappingNode {
		l.fault(strings.TrimSuffix("config."+above, "."), "", l.at(node), "is not a map: write keys and values below it, indented")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], resolved(node.Content[i+1])
		key := above + name.Value
		if line, twice := seen[name.Value]; twice {
			l.fault(key, "", l.at(name), fmt.Sprintf("stands twice, first on line %d: keep one of the two", line))
			continue
		}
		seen[name.Value] = name.Line
		l.entry(key, name, value)
	}
	for name := range seen {
		if _, own := l.byKey[above+name+"_file"]; own {
			continue
		}
		if line, both := seen[name+"_file"]; both {
			l.fault(above+name, "", fmt.Sprintf("%s:%d", l.path, line), "is also given by "+name+"_file: keep one of the two")
		}
	}
}

// entry takes one key: a group, an open map, a value, or a secret's file.
func (l *loading) entry(key string, name, value *yaml.Node) {
	f, known := l.byKey[key]
	switch {
	case l.group(key):
		l.mapping(value, key+".")
	case known && f.open():
		l.openMap(f, value)
	case known && empty(value):
		// "listen:" with nothing after it leaves the default.
	case known:
		text, ok := scalar(value)
		if !ok {
			l.fault(key, "", l.at(value), "must be one value: write it on the same line as its name")
			return
		}
		l.take(f, text, l.at(name))
	case strings.HasSuffix(key, "_file") && l.byKey[strings.TrimSuffix(key, "_file")].key != "" && l.byKey[strings.TrimSuffix(key, "_file")].secret():
		l.takeFile(l.byKey[strings.TrimSuffix(key, "_file")], value.Value, l.at(name))
	default:
		l.fault(key, "", l.at(name), "is not a known key: "+meant(key, l.keys()))
	}
}

// openMap takes a map whose keys are the operator's.
func (l *loading) openMap(f field, node *yaml.Node) {
	if empty(node) {
		return
	}
	if node.Kind != yaml.MappingNode {
		l.fault(f.key, "", l.at(node), "is not a map: write keys and values below it, indented")
		return
	}
	l.origin[f.key] = l.at(node)
	if _, tree := f.value.Interface().(map[string]any); tree {
		text, err := yaml.Marshal(node)
		if err == nil {
			err = f.set(string(text))
		}
		if err != nil {
			l.fault(f.key, "", l.at(node), err.Error())
		}
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], resolved(node.Content[i+1])
		text, ok := scalar(value)
		if !ok {
			l.fault(f.key+"."+name.Value, "", l.at(value), "must be one value, or a list of values")
			continue
		}
		f.put(name.Value, text)
	}
}

// group reports whether key is a struct of further keys.
func (l *loading) group(key string) bool {
	for _, f := range l.fields {
		if strings.HasPrefix(f.key, key+".") {
			return true
		}
	}
	return false
}

func (l *loading) at(node *yaml.Node) string { return fmt.Sprintf("%s:%d", l.path, node.Line) }

func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode && node.Alias != nil {
		return node.Alias
	}
	return node
}

func empty(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// scalar is the text of a value, or of a list of values parted by commas.
func scalar(node *yaml.Node) (string, bool) {
	switch node.Kind {
	case yaml.ScalarNode:
		return node.Value, true
	case yaml.SequenceNode:
		parts := make([]string, 0, len(node.Content))
		for _, part := range node.Content {
			if part.Kind != yaml.ScalarNode {
				return "", false
			}
			parts = append(parts, part.Value)
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}
