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

// play runs some of the scenarios, side by side. Those that name a service
// themselves are not played on it once more.
func play(t *testing.T, some func(i int) bool, options func(i int) scenario.Options) {
	t.Helper()
	files, err := scenario.Files("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		o := options(i)
		o.Binary, o.Contract = binary, contract.ForTest(t)
		told, err := scenario.Names(file, o.Calendar)
		if err != nil {
			t.Fatal(err)
		}
		if !some(i) || o.Calendar != "" && told {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
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

func all(int) bool { return true }

// every takes one in n, beginning with another one each time.
func every(n, first int) func(i int) bool { return func(i int) bool { return i%n == first } }

func TestScenarios(t *testing.T) {
	play(t, all, func(int) scenario.Options { return scenario.Options{} })
}

// A sixteenth of them once more on the other service; make scenarios plays all.
func TestScenariosOnMicrosoft(t *testing.T) {
	play(t, every(16, 1), func(int) scenario.Options { return scenario.Options{Calendar: "microsoft"} })
}

// A fortieth of them here on each service, with a seed each; make scenarios plays all
// of them with twenty.
func TestScenariosUnderRandomFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	for n, calendar := range []string{"", "microsoft"} {
		t.Run(named(calendar), func(t *testing.T) {
			play(t, every(40, n), func(i int) scenario.Options { return scenario.Options{Faults: int64(1 + i%40), Calendar: calendar} })
		})
	}
}

// A fortieth of them on each service.
func TestScenariosOnPostgreSQL(t *testing.T) {
	server := os.Getenv("SLOTWARD_TEST_POSTGRES")
	if server == "" {
		t.Skip("SLOTWARD_TEST_POSTGRES names no server")
	}
	for n, calendar := range []string{"", "microsoft"} {
		t.Run(named(calendar), func(t *testing.T) {
			play(t, every(40, 2+n), func(int) scenario.Options { return scenario.Options{Database: server, Calendar: calendar} })
		})
	}
}

// named is what a run on a service is called.
func named(calendar string) string {
	if calendar == "" {
		return "as told"
	}
	return "on " + calendar
}

// A scenario that expects what is not so fails, and says on which line.
func TestFalseScenarioFails(t *testing.T) {
	for name, lines := range map[string]struct {
		script, want, calendar string
	}{
		"link":            {"event ada/main a 2026-12-01T10:00 30m guests=bob@client.test\npass\nlink a meet\n", "line 5: a: its native link", ""},
		"count":           {"pass\ncalls google.list 99\n", "line 4: google.list was called", ""},
		"reason":          {"event ada/main a 2026-12-01T10:00 30m\npass\nwhy a default\n", "line 5: the reason is no_guests", ""},
		"settled":         {"event ada/main a 2026-12-01T10:00 30m guests=bob@client.test\nsettled\n", "line 4: a pass would still create", ""},
		"not":             {"! pass\n", "line 3: succeeded, but was to fail", ""},
		"later":           {"replica 3\n", "line 3: unknown command", ""},
		"hooks":           {"webhooks on\n", "line 3: unknown command", ""},
		"caldav":          {"person bob caldav\n", "line 3: unknown provider caldav", ""},
		"teams":           {"event ada/main a 2026-12-01T10:00 30m teams\n", "line 3: unknown option teams", ""},
		"calls elsewhere": {"pass\ncalls google.list 99\n", "line 4: microsoft.delta was called", "microsoft"},
		"link elsewhere":  {"event ada/main a 2026-12-01T10:00 30m meet\nlink a none\n", "line 4: a: shows a link: https://teams.microsoft.com/", "microsoft"},
		"condition":       {"[google] pass\n[microsoft] calls google.list 98\n", "line 4: microsoft.delta was called", "microsoft"},
		"elsewhere":       {"pass\n", "unknown calendar service fastmail", "fastmail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), name+".txt")
			if err := os.WriteFile(file, []byte("now 2026-12-01T08:00:00Z\nperson ada google zoom\n"+lines.script), 0o600); err != nil {
				t.Fatal(err)
			}
			res := scenario.Run(file, scenario.Options{Binary: binary, Calendar: lines.calendar})
			if !strings.HasPrefix(res.Failure, lines.want) {
				t.Errorf("failure %q, want %q", res.Failure, lines.want)
			}
		})
	}
}
