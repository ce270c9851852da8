package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever looks for a story, or for the place of a new one, finds the folder told.
func TestFoldersAreTold(t *testing.T) {
	told, err := os.ReadFile(filepath.Join("testdata", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	folders := 0
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		folders++
		if !strings.Contains(string(told), "["+entry.Name()+"]("+entry.Name()+")") {
			t.Errorf("README.md does not tell of %s", entry.Name())
		}
	}
	if n := strings.Count(string(told), "| ["); n != folders {
		t.Errorf("README.md tells of %d folders, there are %d", n, folders)
	}
}
