package scenario

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/contract"
)

// Options say how scenarios are run.
type Options struct {
	Binary   string            // the daemon; required (see Build)
	Database string            // PostgreSQL server to make a database on for each file; "" is a fresh SQLite file
	Faults   int64             // seed of random provider faults; zero: none
	Kills    int64             // seed of random kills of the daemon; zero: none
	Verbose  io.Writer         // every request made; nil: not told
	Contract *contract.Checker // checks all provider traffic; nil: unchecked
	Log      io.Writer         // the daemon's own log; nil: kept for failures only
}

// Result is how one file ended.
type Result struct {
	Name    string
	File    string
	Took    time.Duration
	Skipped string // why it was not run; "" when it was
	Failure string // "line 12: …"; "" when all was true
	Output  string // the script's log
	Kills   int    // how often the daemon was killed at random
}

// Build builds the daemon from the module that the working directory is in.
func Build(ctx context.Context, dir string) (binary string, err error) {
	binary = filepath.Join(dir, "slotward")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "slotward/cmd/slotward")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the daemon: %w\n%s", err, out)
	}
	return binary, nil
}

// Files finds the scenarios that paths name: files, and folders with .txt files.
func Files(paths ...string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(file) == ".txt" {
				files = append(files, file)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no scenarios: name .txt files, or folders that hold some")
	}
	slices.Sort(files)
	return files, nil
}

// Run runs one file.
func Run(file string, o Options) (res Result) {
	res = Result{Name: strings.TrimSuffix(filepath.Base(file), ".txt"), File: file}
	began := time.Now()
	defer func() { res.Took = time.Since(began) }()
	dir, err := os.MkdirTemp("", "scenario")
	if err != nil {
		res.Failure = err.Error()
		return res
	}
	defer func() { _ = os.RemoveAll(dir) }()
	script, err := prepare(file, dir)
	if err != nil {
		res.Failure = err.Error()
		return res
	}
	t := &report{}
	t.guard(func() {
		testscript.RunT(t, testscript.Params{
			Files: []string{script}, Cmds: commands(), Condition: o.condition, WorkdirRoot: dir, RequireUniqueNames: true,
			Setup: func(env *testscript.Env) error {
				w, err := newWorld(o, env.WorkDir)
				if err != nil {
					return err
				}
				w.plans = plans(script)
				env.Values[worldKey{}] = w
				env.Defer(func() {
					res.Kills = w.killer.total()
					w.close()
				})
				return nil
			},
		})
	})
	res.Skipped, res.Output = t.skipped, t.log.String()
	if t.failed {
		res.Failure = t.failure()
	}
	return res
}

// condition is what a line may be made to depend on, as "[!faults] meetings ada
// 100": what random faults and kills may change on the way to the same end, such
// as how far a day's budget goes when answers are lost.
func (o Options) condition(name string) (bool, error) {
	if name != "faults" {
		return false, fmt.Errorf("unknown condition %q", name)
	}
	return o.Faults != 0 || o.Kills != 0, nil
}

// prepare copies a script, with the commands that the engine has words of its
// own for renamed.
func prepare(file, dir string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	script := filepath.Join(dir, filepath.Base(file))
	return script, os.WriteFile(script, reserved.ReplaceAll(text, []byte("${1}advance")), 0o600)
}

// plans reports whether a script looks at a dry run, or at what the brake holds.
func plans(script string) bool {
	text, err := os.ReadFile(script)
	return err == nil && planned.Match(text)
}

var planned = regexp.MustCompile(`(?m)^[ \t]*(?:plan|release|held\b.*\bbrake)\b`)

// reserved finds the command wait, which means something else to the engine.
var reserved = regexp.MustCompile(`(?m)^([ \t]*(?:![ \t]*)?)wait\b`)

// report is a testing.T for one script.
type report struct {
	mu      sync.Mutex
	log     strings.Builder
	failed  bool
	skipped string
}

type stopped struct{}

// guard runs fn until it ends or a report stops it.
func (r *report) guard(fn func()) {
	defer func() {
		if e := recover(); e != nil {
			if _, ok := e.(stopped); !ok {
				panic(e)
			}
		}
	}()
	fn()
}

func (r *report) Skip(args ...any) {
	r.skipped = strings.TrimSpace(fmt.Sprint(args...))
	panic(stopped{})
}

func (r *report) Fatal(args ...any) {
	r.Log(args...)
	r.FailNow()
}

func (r *report) Log(args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintln(&r.log, args...)
}

func (r *report) FailNow() {
	r.failed = true
	panic(stopped{})
}

func (r *report) Parallel()     {}
func (r *report) Verbose() bool { return false }

func (r *report) Run(_ string, fn func(testscript.T)) { r.guard(func() { fn(r) }) }

var failLine = regexp.MustCompile(`(?s)FAIL: [^\n]*?:(\d+): (.*)`)

// failure is the line and the message that a script failed with.
func (r *report) failure() string {
	m := failLine.FindStringSubmatch(r.log.String())
	if m == nil {
		return strings.TrimSpace(r.log.String())
	}
	return "line " + m[1] + ": " + strings.TrimSpace(m[2])
}
