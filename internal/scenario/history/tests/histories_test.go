// Package tests makes up random histories with the program beside it, which
// links more than a test should.
package tests

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// histories is how many are made up; with -short a tenth of them.
var histories = flag.Int("histories", 2000, "how many histories are made up")

func TestHistories(t *testing.T) {
	program := filepath.Join(t.TempDir(), "history")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "slotward/internal/scenario/history").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	n := *histories
	if testing.Short() {
		n /= 10
	}
	out, err := exec.CommandContext(t.Context(), program, "-histories", strconv.Itoa(n)).CombinedOutput()
	t.Logf("%d histories\n%s", n, out)
	if err != nil {
		t.Error(err)
	}
}
