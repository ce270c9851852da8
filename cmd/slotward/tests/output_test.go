package slotward_test

import (
	"os"
	"strings"
	"testing"
)

// A command whose words did not arrive has failed, whichever way it prints.
func TestCommandFailsWhenItsWordsAreLost(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no disk here that is always full")
	}
	defer func() { _ = full.Close() }()
	environ := data(t)
	good(t, environ, "token", "create", "laptop")
	for _, args := range [][]string{
		{"version"}, {"version", "--json"}, {"completion", "bash"}, {"token", "list"}, {"token", "list", "--json"}, {"token", "create", "phone"},
		{"config", "check"}, {"demo", "--once"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			got := program{environ: environ, stdout: full}.call(t, args...)
			if got.code != 1 || !strings.HasSuffix(got.errs, "slotward: printing: write /dev/stdout: no space left on device\n") {
				t.Errorf("exit code %d, %q", got.code, got.errs)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
	}{{nil, 0}, {[]string{"--help"}, 0}, {[]string{"token", "--help"}, 0}, {[]string{"frobnicate"}, 1}, {[]string{"version", "--frobnicate"}, 1}, {[]string{"token", "create"}, 1}} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			got := call(t, nil, c.args...)
			if got.code != c.code || (got.errs == "") != (c.code == 0) {
				t.Errorf("%+v", got)
			}
		})
	}
}
