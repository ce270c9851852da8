package scenario

import (
	"cmp"
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
	Binary   string // the daemon; required (see Build)
	Database string // PostgreSQL server to make a database on for each file; "" is a fresh SQLite file
	Faults   int64  // seed of random provider faults; zero: none
	Kills    int64  // seed of random kills of the daemon; zero: none
	// Calendar is the service on which to play stories that are told of Google's:
	// "microsoft"; "" and "google" play them as they are told.
	Calendar string
	Verbose  io.Writer         // every request made; nil: not told
	Contract *contract.Checker // checks all provider traffic; nil: unchecked
	Log      io.Writer         // the daemon's own log; nil: kept for failures only
	Local    Local             // a daemon in this process instead of the binary; nil: none (see Stage)
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

// Files finds the scenarios that paths name: files, and folders with .txt files,
// also in folders of theirs. They come in the order of their names, whichever
// folder they stand in, and no two may have the same.
func Files(paths ...string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, filepath.Clean(path))
			continue
		}
		err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(file) == ".txt" {
				files = append(files, filepath.Clean(file))
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
	slices.SortFunc(files, func(a, b string) int { return cmp.Or(cmp.Compare(nameOf(a), nameOf(b)), cmp.Compare(a, b)) })
	files = slices.Compact(files)
	for i := range files[1:] {
		if a, b := files[i], files[i+1]; nameOf(a) == nameOf(b) {
			return nil, fmt.Errorf("two scenarios have one name: %s and %s", a, b)
		}
	}
	return files, nil
}

// nameOf is what the scenario in a file is called.
func nameOf(file string) string { return strings.TrimSuffix(filepath.Base(file), ".txt") }

// Run runs one file.
func Run(file string, o Options) (res Result) {
	res = Result{Name: nameOf(file), File: file}
	began := time.Now()
	defer func() { res.Took = time.Since(began) }()
	text, err := os.ReadFile(file)
	if err == nil {
		o.Calendar, res.Skipped, err = o.on(string(text))
	}
	if err != nil {
		res.Failure = err.Error()
		return res
	}
	if res.Skipped != "" {
		return res
	}
	if err := res.play(text, o); err != nil {
		res.Failure = err.Error()
	}
	return res
}

// play plays a script in a world of its own, and notes how it ended.
func (res *Result) play(text []byte, o Options) error {
	dir, err := os.MkdirTemp("", "scenario")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	script := filepath.Join(dir, filepath.Base(res.File))
	if err := os.WriteFile(script, prepare(text), 0o600); err != nil {
		return err
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
				w.plans = planned.Match(text)
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
	return nil
}

// condition is what a line may be made to depend on:
//
//	[!faults] meetings ada 100   random faults and kills may change this on the way to
//	                             the same end, as how far a day's budget goes
//	[google], [microsoft]        the service on which a story told of Google is played
func (o Options) condition(name string) (bool, error) {
	switch _, played := transpositions[name]; {
	case name == "faults":
		return o.Faults != 0 || o.Kills != 0, nil
	case name == "google":
		return o.Calendar == "", nil
	case played:
		return o.Calendar == name, nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// prepare renames the commands that the engine has words of its own for.
func prepare(text []byte) []byte { return reserved.ReplaceAll(text, []byte("${1}advance")) }

// planned finds scripts that look at a dry run, or at what the brake holds.
var planned = regexp.MustCompile(`(?m)^[ \t]*(?:plan|release|held\b.*\bbrake)\b`)

// reserved finds the command wait, which means something else to the engine.
var reserved = regexp.MustCompile(`(?m)^([ \t]*(?:\[[^\]]*\][ \t]*)*(?:![ \t]*)?)wait\b`)

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
