package contract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// FolderVariable names the folder with the providers' documents.
const FolderVariable = "SLOTWARD_CONTRACTS"

const zoomFile = "zoom-meetings.openapi.json"

// Find returns the folder with the providers' documents: the one that
// FolderVariable names, otherwise shared/contracts beside the module. It fails
// when Zoom's document is not there.
func Find() (string, error) {
	dir := os.Getenv(FolderVariable)
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "..", "shared", "contracts")
	}
	if _, err := os.Stat(filepath.Join(dir, zoomFile)); err != nil {
		return "", fmt.Errorf("no folder with the providers' contracts; name it in %s", FolderVariable)
	}
	return dir, nil
}

// moduleRoot is the nearest folder above the working directory with a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the working directory is in no Go module")
		}
		dir = parent
	}
}

// DiscoveryFile is Google's document inside the module of Google's SDK, at the
// version that the project is built with.
func DiscoveryFile() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	list := exec.CommandContext(context.Background(), "go", "list", "-m", "-f", "{{.Dir}}", "google.golang.org/api")
	list.Dir = root
	out, err := list.Output()
	dir := strings.TrimSpace(string(out))
	if err != nil {
		return "", fmt.Errorf("find the module google.golang.org/api: %w", err)
	}
	if dir == "" {
		return "", errors.New("the module google.golang.org/api is not in the cache: run go mod download")
	}
	return filepath.Join(dir, "calendar", "v3", "calendar-api.json"), nil
}
