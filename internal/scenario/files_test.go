package scenario

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Folders are for people: what a selection takes does not depend on them.
func TestFilesComeByName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"moves/b.txt", "words/a.txt", "c.txt", "moves/notes.md"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("now 2026-12-01T08:00:00Z\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := func(paths ...string) (out []string) {
		files, err := Files(paths...)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			out = append(out, nameOf(file))
		}
		return out
	}
	if got := names(dir); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("of all folders: %v", got)
	}
	if got := names(filepath.Join(dir, "c.txt"), filepath.Join(dir, "words")+"/", filepath.Join(dir, "words", "a.txt")); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("of one folder and two files: %v", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "words", "b.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Files(dir); err == nil || !strings.Contains(err.Error(), "two scenarios have one name") {
		t.Errorf("two of one name: %v", err)
	}
	if _, err := Files(t.TempDir()); err == nil {
		t.Error("an empty folder holds scenarios")
	}
}
