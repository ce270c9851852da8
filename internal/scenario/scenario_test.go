package scenario_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"slotward/internal/contract"
	"slotward/internal/scenario"
)

var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "slotward")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		if binary, err = scenario.Build(context.Background(), dir); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// play runs every so-manieth scenario, side by side.
func play(t *testing.T, every int, options func(i int) scenario.Options) {
	t.Helper()
	files, err := scenario.Files("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		if i%every != 0 {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			o := options(i)
			o.Binary, o.Contract = binary, contract.ForTest(t)
			res := scenario.Run(file, o)
			switch {
			case res.Skipped != "":
				t.Skip(res.Skipped)
			case res.Failure != "":
				t.Errorf("%s\n%s", res.Failure, res.Output)
			}
		})
	}
}

func TestScenarios(t *testing.T) {
	play(t, 1, func(int) scenario.Options { return scenario.Options{} })
}

// A third of them here, each with another seed; make scenarios plays all of
// them with twenty.
func TestScenariosUnderRandomFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	play(t, 3, func(i int) scenario.Options { return scenario.Options{Faults: int64(1 + i%20)} })
}

func TestScenariosOnPostgreSQL(t *testing.T) {
	server := os.Getenv("SLOTWARD_TEST_POSTGRES")
	if server == "" {
		t.Skip("SLOTWARD_TEST_POSTGRES names no server")
	}
	play(t, 1, func(int) scenario.Options { return scenario.Options{Database: server} })
}

// A scenario that expects what is not so fails, and says on which line.
func TestFalseScenarioFails(t *testing.T) {
	for name, lines := range map[string]struct {
		script, want string
	}{
		"link":    {"event ada/main a 2026-12-01T10:00 30m guests=bob@client.test\npass\nlink a meet\n", "line 5: a: its native link"},
		"count":   {"pass\ncalls google.list 99\n", "line 4: google.list was called"},
		"reason":  {"event ada/main a 2026-12-01T10:00 30m\npass\nwhy a default\n", "line 5: the reason is no_guests"},
		"settled": {"event ada/main a 2026-12-01T10:00 30m guests=bob@client.test\nsettled\n", "line 4: a pass would still create"},
		"not":     {"! pass\n", "line 3: succeeded, but was to fail"},
		"later":   {"replica 3\n", "line 3: unknown command"},
		"hooks":   {"webhooks on\n", "line 3: unknown command"},
		"caldav":  {"person bob caldav\n", "line 3: unknown provider caldav"},
		"teams":   {"event ada/main a 2026-12-01T10:00 30m teams\n", "line 3: unknown option teams"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), name+".txt")
			if err := os.WriteFile(file, []byte("now 2026-12-01T08:00:00Z\nperson ada google zoom\n"+lines.script), 0o600); err != nil {
				t.Fatal(err)
			}
			res := scenario.Run(file, scenario.Options{Binary: binary})
			if !strings.HasPrefix(res.Failure, lines.want) {
				t.Errorf("failure %q, want %q", res.Failure, lines.want)
			}
		})
	}
}
