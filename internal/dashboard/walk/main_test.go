package walk_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"slotward/internal/scenario"
)

// axeVariable names the environment variable that says where axe.min.js is.
const axeVariable = "SLOTWARD_AXE"

var (
	update = flag.Bool("update", false, "write the README's pictures anew")
	built  = flag.String("binary", "", "a daemon that was built before; without it one is built")
)

// shared is what all walks use; it is not changed once tests run.
var shared struct {
	chromium context.Context // a running browser
	binary   string          // the daemon
	axe      string          // axe-core's source
	missing  error           // why nothing can be tested; nil: everything is there
}

// programs are the names under which Chromium is found.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

func TestMain(m *testing.M) { os.Exit(prepared(m)) }

// prepared runs the tests with what they share.
func prepared(m *testing.M) int {
	flag.Parse()
	folder, err := os.MkdirTemp("", "slotward-walk-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	program, err := ready()
	if shared.binary = *built; err == nil && *built == "" {
		shared.binary, err = scenario.Build(context.Background(), folder)
	}
	if err == nil {
		var stop func()
		if stop, err = startChromium(program, filepath.Join(folder, "profile")); stop != nil {
			defer stop()
		}
	}
	if shared.missing == nil && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// ready finds the browser and axe-core. What is missing is noted.
func ready() (program string, err error) {
	for _, name := range programs {
		if program, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		shared.missing = errors.New("there is no Chromium on this machine")
		return "", shared.missing
	}
	source, err := os.ReadFile(os.Getenv(axeVariable))
	if err != nil {
		shared.missing = fmt.Errorf("%s does not name axe-core's axe.min.js: %w", axeVariable, err)
		return "", shared.missing
	}
	shared.axe = string(source)
	return program, nil
}

// startChromium starts the browser, which asks nobody for anything by itself.
func startChromium(program, profile string) (stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"), chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("font-render-hinting", "none"),
	)
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	stop = func() {
		end()
		release()
	}
	shared.chromium = ctx
	if err := chromedp.Do(ctx); err != nil {
		return stop, fmt.Errorf("starting %s: %w", program, err)
	}
	return stop, nil
}

// needsBrowser skips a test where something is missing that is not ours; on the
// machine that decides about changes, that is a failure.
func needsBrowser(t *testing.T) {
	t.Helper()
	switch {
	case shared.missing == nil:
	case os.Getenv("CI") == "true":
		t.Fatal(shared.missing)
	default:
		t.Skip(shared.missing)
	}
}
