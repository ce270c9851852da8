package slotward_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"slotward/config"
)

func TestHelpListsEveryCommand(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}} {
		out, _ := good(t, nil, args...)
		contains(t, out, "serve", "demo", "plan", "adopt", "resync", "status", "why", "token", "config", "version", "completion")
	}
}

func TestUnknownCommandsAreRefused(t *testing.T) {
	refused(t, nil, "slotward --help", "frobnicate")
}

func TestVersion(t *testing.T) {
	out, _ := good(t, nil, "version", "--json")
	var v map[string]string
	if err := json.Unmarshal([]byte(out), &v); err != nil || v["go"] != runtime.Version() || v["version"] == "" {
		t.Errorf("%s %v", out, err)
	}
}

func TestConfigCheckShowsOriginsAndWhatIsMissing(t *testing.T) {
	environ := []string{"SLOTWARD_ZOOM_CLIENT_SECRET=hunter2", "SLOTWARD_DATABASE=postgres://u:hunter2@h/d", "SLOTWARD_PUBLIC_URL=https://s.example"}
	out, _ := good(t, environ, "config", "check", "--listen", "127.0.0.1:1", "--set", "settings.share=never")
	contains(t, out, "--listen", "SLOTWARD_PUBLIC_URL", "[secret]", "share=never", "u:xxxxx@h", "SLOTWARD_GOOGLE_CLIENT_ID",
		"https://s.example/oauth/google/callback", "https://s.example/oauth/microsoft/callback", "https://s.example/oauth/zoom/callback")
	if strings.Contains(out, "hunter2") {
		t.Error("a secret is shown")
	}
	out, _ = good(t, environ, "config", "check", "--json")
	var checked struct {
		Values    []config.Value
		Missing   []config.Missing
		Redirects []config.Redirect
	}
	if err := json.Unmarshal([]byte(out), &checked); err != nil || len(checked.Values) == 0 || len(checked.Missing) != 3 || len(checked.Redirects) != 3 {
		t.Errorf("%v %s", err, out)
	}
}

func TestFaultyConfigurationStartsNothing(t *testing.T) {
	folder := t.TempDir()
	environ := []string{"SLOTWARD_DATA=" + filepath.Join(folder, "data"), "SLOTWARD_PASSES=many", "SLOTWARD_LISEN=x"}
	got := refused(t, environ, "the configuration has faults", "serve", "--set", "settings.share=sometimes")
	contains(t, got.errs, `passes (SLOTWARD_PASSES): "many"`, "did you mean SLOTWARD_LISTEN?", "settings.share", "slot or never")
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Error("something was made")
	}
}

func TestTokens(t *testing.T) {
	environ := data(t)
	secret, hint := good(t, environ, "token", "create", "laptop")
	if strings.Count(secret, "\n") != 1 || len(strings.TrimSpace(secret)) < 32 {
		t.Errorf("printed %q", secret)
	}
	contains(t, hint, "shown only now")
	refused(t, environ, "laptop", "token", "create", "laptop")
	out, _ := good(t, environ, "token", "list")
	if !strings.Contains(out, "laptop") || strings.Contains(out, strings.TrimSpace(secret)) {
		t.Errorf("%s", out)
	}
	good(t, environ, "token", "delete", "laptop")
	refused(t, environ, "token list", "token", "delete", "laptop")
	if out, _ = good(t, environ, "token", "list", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("%s", out)
	}
}

func TestStoresThatCannotBeUsedAreRefusedWithTheWayOut(t *testing.T) {
	folder := t.TempDir()
	file := write(t, "file", "")
	used := filepath.Join(folder, "used")
	good(t, []string{"SLOTWARD_DATA=" + used}, "token", "list")
	if err := os.Remove(filepath.Join(used, "sealing.key")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		environ []string
		want    string
	}{
		{"no folder above", []string{"SLOTWARD_DATA=" + filepath.Join(folder, "a", "b")}, "make it, mount it, or choose another"},
		{"a file instead of a folder", []string{"SLOTWARD_DATA=" + file}, file},
		{"key lost", []string{"SLOTWARD_DATA=" + used}, "restore the key from its backup"},
		{"key that is none", []string{"SLOTWARD_DATA=" + used, "SLOTWARD_SEALING_KEY=hunter2"}, "sealing_key"},
		{"address in use", []string{"SLOTWARD_DATA=" + used, "SLOTWARD_LISTEN=256.0.0.1:1"}, "choose another with --listen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := refused(t, append([]string{"SLOTWARD_LISTEN=127.0.0.1:0"}, c.environ...), c.want, "serve")
			if strings.Contains(got.errs+got.out, "hunter2") {
				t.Error("a secret is shown")
			}
		})
	}
}
