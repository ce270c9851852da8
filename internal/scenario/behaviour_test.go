package scenario

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"slotward/reconciler/plan"
)

// quoted is what a document writes as code.
var quoted = regexp.MustCompile("`([^`]+)`")

// The table of behaviours names scenarios and settings that exist, in every row.
func TestBehavioursNameWhatExists(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "behaviour.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := Files("testdata")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, file := range files {
		names[nameOf(file)] = true
	}
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "| ") || strings.Contains(cells[0], "behaviour") || strings.Contains(cells[0], "question") {
			continue
		}
		rows++
		proofs := 0
		for _, m := range quoted.FindAllStringSubmatch(line, -1) {
			key, value, isSetting := strings.Cut(m[1], "=")
			switch {
			case isSetting:
				settled(t, key, value)
			case names[m[1]]:
				proofs++
			default:
				t.Errorf("there is no scenario %q", m[1])
			}
		}
		if len(cells) == 4 && proofs == 0 {
			t.Errorf("no scenario proves: %s", strings.TrimSpace(cells[0]))
		}
	}
	if rows < 40 {
		t.Errorf("read %d rows only", rows)
	}
}

// settled fails when there is no such setting, or it takes no such value.
func settled(t *testing.T, key, value string) {
	t.Helper()
	switch {
	case key == "existing" && slices.Contains([]string{"all", "new"}, value), key == "static" && value == "URL":
	default:
		if err := plan.ParseSetting(key, value); err != nil {
			t.Error(err)
		}
	}
}
