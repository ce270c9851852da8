package slotward_test

import (
	"os/exec"
	"strings"
	"testing"
)

func TestCompletionScripts(t *testing.T) {
	for shell, words := range map[string][]string{
		"bash": {"complete -F _slotward slotward", "config check", "--json"},
		"zsh":  {"#compdef slotward", "--json", "token create"},
		"fish": {"complete -c slotward", "-l json", "-a serve"},
	} {
		t.Run(shell, func(t *testing.T) {
			out, _ := good(t, nil, "completion", shell)
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
	script, _ := good(t, nil, "completion", "bash")
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
