package main

import (
	"encoding/json"
	"io"
	"runtime"
	"runtime/debug"
)

// versionCommand prints what this binary was built from.
type versionCommand struct {
	JSON bool `help:"Print JSON."`
}

// Run prints version, commit and Go version.
func (c *versionCommand) Run(t *terminal) error {
	if c.JSON {
		return writeJSON(t.out, map[string]string{"version": version(), "go": runtime.Version()})
	}
	t.out.printf("slotward %s (%s)\n", version(), runtime.Version())
	return nil
}

// version is the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "development"
}

// writeJSON prints v, indented.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
