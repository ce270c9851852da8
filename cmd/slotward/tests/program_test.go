// Package slotward_test runs the program as its users do: the binary itself, as
// a process with arguments and an environment, of which only what it prints,
// how it ends and what it leaves behind is looked at.
//
// It stands in a folder of its own because a test binary links the package
// beside it, and with it Microsoft's SDK.
package slotward_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"slotward/internal/scenario"
)

// patience bounds one run of the program.
const patience = 3 * time.Minute

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "slotward-tests-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(folder) }()
		if binary, err = scenario.Build(context.Background(), folder); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// program is how the program is run, besides its arguments. It never sees the
// environment of the tests.
type program struct {
	environ []string
	stdin   string
	stdout  *os.File // nil: what is printed is returned
}

// result is how a run ended.
type result struct {
	out, errs string
	code      int
}

// call runs the program to its end.
func (p program) call(t *testing.T, args ...string) result {
	t.Helper()
	r := p.start(t, args...)
	r.wait()
	return r.result()
}

// call runs the program to its end in an environment.
func call(t *testing.T, environ []string, args ...string) result {
	t.Helper()
	return program{environ: environ}.call(t, args...)
}

// good runs the program, which has to end well.
func good(t *testing.T, environ []string, args ...string) (out, errs string) {
	t.Helper()
	got := call(t, environ, args...)
	if got.code != 0 {
		t.Fatalf("slotward %s: exit code %d\n%s\n%s", strings.Join(args, " "), got.code, got.out, got.errs)
	}
	return got.out, got.errs
}

// refused runs the program, which has to fail and say why.
func refused(t *testing.T, environ []string, want string, args ...string) result {
	t.Helper()
	got := call(t, environ, args...)
	if got.code != 1 || !strings.HasPrefix(got.errs, "slotward: ") || !strings.Contains(got.errs, want) {
		t.Errorf("slotward %s: exit code %d, %q; want 1 and %q", strings.Join(args, " "), got.code, got.errs, want)
	}
	return got
}

// running is a run that has not ended, or whose end was not looked at.
type running struct {
	t         *testing.T
	cmd       *exec.Cmd
	out, errs *growing
	temporary string        // its folder for temporary files
	gone      chan struct{} // closed when it has ended
}

// start runs the program until it ends, at the latest with the test.
func (p program) start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	home := t.TempDir()
	r := &running{t: t, out: newGrowing(), errs: newGrowing(), temporary: filepath.Join(home, "tmp"), gone: make(chan struct{})}
	if err := os.Mkdir(r.temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	r.cmd = exec.CommandContext(ctx, binary, args...)
	r.cmd.Dir = home
	r.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + r.temporary}, p.environ...)
	r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = strings.NewReader(p.stdin), r.out, r.errs
	if p.stdout != nil {
		r.cmd.Stdout = p.stdout
	}
	if err := r.cmd.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // its code is looked at below
		r.out.end()
		close(r.gone)
	}()
	t.Cleanup(func() {
		cancel()
		r.wait()
	})
	return r
}

// wait waits for the end.
func (r *running) wait() { <-r.gone }

// result is how it ended.
func (r *running) result() result {
	return result{r.out.String(), r.errs.String(), r.cmd.ProcessState.ExitCode()}
}

// says waits until all of the parts were printed.
func (r *running) says(parts ...string) {
	r.t.Helper()
	all := func(text string) bool {
		for _, part := range parts {
			if !strings.Contains(text, part) {
				return false
			}
		}
		return true
	}
	if !r.out.wait(all) {
		r.wait()
		r.t.Fatalf("it ended without saying %q\n%+v", parts, r.result())
	}
}

// stop ends it as an operator does, and returns how it ended.
func (r *running) stop() result {
	r.signal(syscall.SIGTERM)
	r.wait()
	return r.result()
}

// signal sends it a signal, unless it has ended.
func (r *running) signal(s os.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		r.t.Error(err)
	}
}

// leftovers are temporary files that it left behind.
func (r *running) leftovers() []string {
	r.t.Helper()
	entries, err := os.ReadDir(r.temporary)
	if err != nil {
		r.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// growing is text that may be read while somebody writes it.
type growing struct {
	mu    sync.Mutex
	more  *sync.Cond
	text  bytes.Buffer
	ended bool
}

func newGrowing() *growing {
	g := &growing{}
	g.more = sync.NewCond(&g.mu)
	return g
}

func (g *growing) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.more.Broadcast()
	return g.text.Write(p)
}

func (g *growing) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	g.more.Broadcast()
}

// wait waits until the text is enough; false when it ended before.
func (g *growing) wait(enough func(string) bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !enough(g.text.String()) {
		if g.ended {
			return false
		}
		g.more.Wait()
	}
	return true
}

func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("missing %q in:\n%s", part, text)
		}
	}
}

// data is an environment with a data folder of its own.
func data(t *testing.T) []string {
	t.Helper()
	return []string{"SLOTWARD_DATA=" + filepath.Join(t.TempDir(), "data"), "SLOTWARD_LISTEN=127.0.0.1:0"}
}

// write makes a file with content in a fresh folder.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
