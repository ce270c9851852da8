package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"slotward/config"
)

// call runs the program and returns what it printed.
func call(t *testing.T, environ []string, args ...string) (out, errs string, err error) {
	t.Helper()
	var stdout, stderr safeBuffer
	err = run(t.Context(), args, &stdout, &stderr, environ)
	return stdout.String(), stderr.String(), err
}

// safeBuffer is a buffer that may be read while somebody writes to it.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
	// grown is told after each write, when somebody waits for it.
	grown chan struct{}
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.grown != nil {
		select {
		case b.grown <- struct{}{}:
		default:
		}
	}
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// data is an environment with a data folder of its own.
func data(t *testing.T) []string {
	t.Helper()
	return []string{"SLOTWARD_DATA=" + filepath.Join(t.TempDir(), "data"), "SLOTWARD_LISTEN=127.0.0.1:0"}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("missing %q in:\n%s", part, text)
		}
	}
}

func TestHelpListsEveryCommand(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}} {
		out, _, err := call(t, nil, args...)
		if err != nil {
			t.Fatal(err)
		}
		contains(t, out, "serve", "demo", "plan", "resync", "status", "why", "token", "config", "version", "completion")
	}
}

func TestUnknownCommandsAreRefused(t *testing.T) {
	if _, _, err := call(t, nil, "frobnicate"); err == nil || !strings.Contains(err.Error(), "slotward --help") {
		t.Errorf("got %v", err)
	}
}

func TestVersion(t *testing.T) {
	out, _, err := call(t, nil, "version", "--json")
	var v map[string]string
	if err != nil || json.Unmarshal([]byte(out), &v) != nil || v["go"] != runtime.Version() || v["version"] == "" {
		t.Errorf("%s %v", out, err)
	}
}

func TestConfigCheckShowsOriginsAndWhatIsMissing(t *testing.T) {
	environ := []string{"SLOTWARD_ZOOM_CLIENT_SECRET=hunter2", "SLOTWARD_DATABASE=postgres://u:hunter2@h/d", "SLOTWARD_PUBLIC_URL=https://s.example"}
	out, _, err := call(t, environ, "config", "check", "--listen", "127.0.0.1:1", "--set", "settings.share=never")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, "--listen", "SLOTWARD_PUBLIC_URL", "[secret]", "share=never", "u:xxxxx@h", "SLOTWARD_GOOGLE_CLIENT_ID",
		"https://s.example/oauth/google/callback", "https://s.example/oauth/microsoft/callback", "https://s.example/oauth/zoom/callback")
	if strings.Contains(out, "hunter2") {
		t.Error("a secret is shown")
	}
	out, _, err = call(t, environ, "config", "check", "--json")
	var checked struct {
		Values    []config.Value
		Missing   []config.Missing
		Redirects []config.Redirect
	}
	if err != nil || json.Unmarshal([]byte(out), &checked) != nil || len(checked.Values) == 0 || len(checked.Missing) != 3 || len(checked.Redirects) != 3 {
		t.Errorf("%v %s", err, out)
	}
}

func TestFaultyConfigurationStartsNothing(t *testing.T) {
	folder := t.TempDir()
	environ := []string{"SLOTWARD_DATA=" + filepath.Join(folder, "data"), "SLOTWARD_PASSES=many", "SLOTWARD_LISEN=x"}
	_, _, err := call(t, environ, "serve", "--set", "settings.share=sometimes")
	if err == nil {
		t.Fatal("no error")
	}
	contains(t, err.Error(), `passes (SLOTWARD_PASSES): "many"`, "did you mean SLOTWARD_LISTEN?", "settings.share", "slot or never")
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Error("something was made")
	}
}

func TestTokens(t *testing.T) {
	environ := data(t)
	secret, hint, err := call(t, environ, "token", "create", "laptop")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(secret, "\n") != 1 || len(strings.TrimSpace(secret)) < 32 {
		t.Errorf("printed %q", secret)
	}
	contains(t, hint, "shown only now")
	if _, _, err := call(t, environ, "token", "create", "laptop"); err == nil {
		t.Error("a name was given twice")
	}
	out, _, err := call(t, environ, "token", "list")
	if err != nil || !strings.Contains(out, "laptop") || strings.Contains(out, strings.TrimSpace(secret)) {
		t.Errorf("%v %s", err, out)
	}
	if _, _, err := call(t, environ, "token", "delete", "laptop"); err != nil {
		t.Error(err)
	}
	if _, _, err := call(t, environ, "token", "delete", "laptop"); err == nil || !strings.Contains(err.Error(), "token list") {
		t.Errorf("got %v", err)
	}
	out, _, err = call(t, environ, "token", "list", "--json")
	if err != nil || strings.TrimSpace(out) != "[]" {
		t.Errorf("%v %s", err, out)
	}
}

func TestStoresThatCannotBeUsedAreRefusedWithTheWayOut(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	used := filepath.Join(folder, "used")
	if _, _, err := call(t, []string{"SLOTWARD_DATA=" + used}, "token", "list"); err != nil {
		t.Fatal(err)
	}
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
		{"address in use", append(data(t), "SLOTWARD_LISTEN=256.0.0.1:1"), "choose another with --listen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := call(t, c.environ, "serve", "--listen", listenOf(c.environ))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func listenOf(environ []string) string {
	t := &terminal{environ: environ}
	return firstOf(t.env("SLOTWARD_LISTEN"), "127.0.0.1:0")
}

func TestClientsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name    string
		environ []string
		args    []string
		want    string
	}{
		{"no token", nil, []string{"status"}, "slotward token create"},
		{"no daemon", []string{"SLOTWARD_TOKEN=x", "SLOTWARD_URL=http://127.0.0.1:1"}, []string{"status"}, "start it with `slotward serve`"},
		{"bad address", []string{"SLOTWARD_TOKEN=x"}, []string{"plan", "--url", "nowhere"}, "write it like http://"},
		{"no token file", []string{"SLOTWARD_TOKEN_FILE=/nonexistent"}, []string{"status"}, "SLOTWARD_TOKEN_FILE"},
		{"brake without a person", []string{"SLOTWARD_TOKEN=x"}, []string{"resync", "--yes"}, "name the person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := call(t, c.environ, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestCompletionScripts(t *testing.T) {
	for shell, words := range map[string][]string{
		"bash": {"complete -F _slotward slotward", "config check", "--json"},
		"zsh":  {"#compdef slotward", "--json", "token create"},
		"fish": {"complete -c slotward", "-l json", "-a serve"},
	} {
		t.Run(shell, func(t *testing.T) {
			out, _, err := call(t, nil, "completion", shell)
			if err != nil {
				t.Fatal(err)
			}
			contains(t, out, words...)
			path, err := exec.LookPath(shell)
			if err != nil {
				t.Skipf("%s is not here to check the script", shell)
			}
			check := exec.Command(path, "-n")
			check.Stdin = strings.NewReader(out)
			if said, err := check.CombinedOutput(); err != nil {
				t.Errorf("%v %s", err, said)
			}
		})
	}
}

func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not here")
	}
	script, _, err := call(t, nil, "completion", "bash")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{"slotward con": "config", "slotward config ": "check", "slotward token d": "delete", "slotward completion f": "fish", "slotward plan --j": "--json"} {
		words := strings.Split(typed, " ")
		ask := script + "\nCOMP_WORDS=(" + strings.TrimSpace(typed)
		if words[len(words)-1] == "" {
			ask += ` ""`
		}
		ask += ")\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n_slotward\necho \"${COMPREPLY[@]}\"\n"
		out, err := exec.Command(bash, "--norc", "-c", ask).CombinedOutput()
		if err != nil || !strings.Contains(" "+strings.TrimSpace(string(out))+" ", " "+want+" ") {
			t.Errorf("%q completes to %q, want %q (%v)", typed, out, want, err)
		}
	}
}

func TestExitCodesAreErrors(t *testing.T) {
	var code exitCode
	if !errors.As(error(exitCode(3)), &code) || code != 3 {
		t.Error("an exit code is lost")
	}
}

// begin starts serve and waits until it has said everything. stop ends it as a
// signal would and returns how it ended.
func begin(t *testing.T, environ []string, args ...string) (out *safeBuffer, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out = &safeBuffer{grown: make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve"}, args...), out, out, environ)
	}()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	for !strings.Contains(out.String(), "Register these") {
		select {
		case <-out.grown:
		case err := <-ended:
			cancel()
			t.Fatalf("serve ended: %v\n%s", err, out.String())
		}
	}
	return out, stop
}

// serving runs serve until the test ends, and returns the environment of its clients.
func serving(t *testing.T, environ []string) (clients []string, out *safeBuffer) {
	t.Helper()
	token, _, err := call(t, environ, "token", "create", t.Name())
	if err != nil {
		t.Fatal(err)
	}
	out, stop := begin(t, environ)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("serve ended with %v", err)
		}
	})
	_, rest, _ := strings.Cut(out.String(), "listens on ")
	address, _, _ := strings.Cut(rest, " ")
	return []string{"SLOTWARD_URL=" + address, "SLOTWARD_TOKEN=" + strings.TrimSpace(token)}, out
}

func TestServeWithOnlyDefaultsSaysWhatItLacks(t *testing.T) {
	environ := data(t)
	clients, out := serving(t, environ)
	contains(t, out.String(), "listens on http://127.0.0.1:", "slotward.db", "Missing before people can connect", "google.client_id", "zoom.client_id",
		"/oauth/google/callback", "/oauth/zoom/callback", "slotward token create")
	status, _, err := call(t, clients, "status")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, status, "idle", "nobody yet")
	plan, _, err := call(t, clients, "plan")
	if err != nil || !strings.Contains(plan, "nothing to do") {
		t.Errorf("%v %s", err, plan)
	}
	resync, _, err := call(t, clients, "resync")
	if err != nil || !strings.Contains(resync, "0 people") {
		t.Errorf("%v %s", err, resync)
	}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"unknown person", []string{"plan", "nobody@x.test"}, "there is no person"},
		{"unknown title", []string{"why", "nothing"}, "no event has"},
		{"unknown event", []string{"why", "1:abc"}, "there is no event"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := call(t, clients, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, _, err := call(t, append(clients, "SLOTWARD_TOKEN=other"), "status"); err == nil || !strings.Contains(err.Error(), "does not know this API token") {
		t.Errorf("got %v", err)
	}
}

func TestTheFirstStartSaysThatAKeyWasMade(t *testing.T) {
	out, stop := begin(t, data(t))
	if err := stop(); err != nil {
		t.Error(err)
	}
	contains(t, out.String(), "sealing.key", "Back it up", "connect again")
}

func TestALostKeyCanBeReplacedOnPurpose(t *testing.T) {
	environ := data(t)
	_, stop := begin(t, environ)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	folder := strings.TrimPrefix(environ[0], "SLOTWARD_DATA=")
	if err := os.Remove(filepath.Join(folder, "sealing.key")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := call(t, environ, "serve"); err == nil || !strings.Contains(err.Error(), "--new-key") {
		t.Fatalf("got %v", err)
	}
	out, stop := begin(t, environ, "--new-key")
	if err := stop(); err != nil {
		t.Error(err)
	}
	contains(t, out.String(), "made "+filepath.Join(folder, "sealing.key"))
}
